"""Fields that wait, and the one loop per request that goes on with them as their data come."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from functools import partial
from typing import Any, Protocol

from schema.plan.ways import Way


class Asked:
    """graphql-core's info about a field, made when more than path and context is read of it."""

    __slots__ = ("_build", "_info", "_way", "context", "path")

    def __init__(self, way: Way, path: Any, context: Any, build: Callable[..., Any]) -> None:
        self._way = way
        self.path = path
        self.context = context
        self._build = build
        self._info: Any = None

    def whole(self) -> Any:
        """The info itself."""
        if self._info is None:
            way = self._way
            nodes = [details.node for details in way.details]
            self._info = self._build(way.definition, nodes, way.parent, self.path)
        return self._info

    def __getattr__(self, name: str) -> Any:
        return getattr(self.whole(), name)


class Job:
    """A field that waits: the coroutine that brings its value, and the place in the answer kept free for it.

    `final` says that the coroutine brings what the answer shows, and not what the resolver found.
    """

    __slots__ = ("coroutine", "final", "info", "results", "task", "way")

    def __init__(self, way: Way, info: Asked, results: dict[str, Any], found: Awaitable[Any], final: bool):
        self.way = way
        self.info = info
        self.results = results
        self.final = final
        self.task: asyncio.Future[Any] | None = None
        if not final and way.known is not None and way.known.loads and isinstance(found, Coroutine):
            self.coroutine: Coroutine[Any, Any, Any] = found
        else:
            self.task = asyncio.ensure_future(found)
            self.coroutine = _wait(self.task)

    def drop(self) -> None:
        """Ends it without a result; what it waits for belongs to others as well, and may go on."""
        self.coroutine.close()
        if self.task is not None:
            self.task.cancel()
            self.task.add_done_callback(_hear)


async def _wait(task: asyncio.Future[Any]) -> Any:
    return await task


def _hear(future: asyncio.Future[Any]) -> None:
    """Takes notice of an exception that concerns nobody any more."""
    if not future.cancelled():
        future.exception()


class Jobs:
    """The jobs of one operation.

    Resolvers that only load are driven from here, without a task of their own: they wait for nothing but the
    futures of their loaders. All other resolvers run in tasks.
    """

    def __init__(self, host: "Host", errors: Sequence[Exception]) -> None:
        self._host = host
        self._errors = errors
        self._ready: deque[Job] = deque()
        self._waiting: set[Job] = set()
        self._wake: asyncio.Future[None] | None = None
        self._begun = False

    def add(self, job: Job) -> None:
        """Takes a job on."""
        self._ready.append(job)
        self._begun = self._begun or job.task is not None

    async def settle(self) -> None:
        """Goes on with the jobs, round by round, until none is left."""
        while self._ready or self._waiting:
            if self._begun:  # tasks take their first step together with the jobs of this round
                self._begun = False
                await asyncio.sleep(0)
            elif not self._ready:
                self._wake = asyncio.get_running_loop().create_future()
                await self._wake
            for _ in range(len(self._ready)):
                job = self._ready.popleft()
                if self._errors and self._host.is_dead(job):
                    job.drop()
                else:
                    self._go_on(job)
            self._host.end_round()

    async def abandon(self) -> None:
        """Ends what is left of the jobs of an operation that has failed as a whole, or was cancelled."""
        left = [*self._ready, *self._waiting]
        self._ready.clear()
        self._waiting.clear()
        for job in left:
            job.drop()
        await asyncio.gather(*(job.task for job in left if job.task is not None), return_exceptions=True)

    def _go_on(self, job: Job) -> None:
        try:
            future = job.coroutine.send(None)
        except StopIteration as stop:
            self._host.arrive(job, stop.value)
        except Exception as error:
            self._host.fail(job, error)
        else:
            self._waiting.add(job)
            if future is None:  # it only lets others go first
                future = asyncio.get_running_loop().create_future()
                future.set_result(None)
            future._asyncio_future_blocking = False
            future.add_done_callback(partial(self._come, job))

    def _come(self, job: Job, future: asyncio.Future[Any]) -> None:
        _hear(future)
        if job in self._waiting:
            self._waiting.remove(job)
            self._ready.append(job)
        if self._wake is not None and not self._wake.done():
            self._wake.set_result(None)


class Host(Protocol):
    """What takes in what the jobs bring."""

    def is_dead(self, job: Job) -> bool:
        """Whether the job's place in the answer is gone."""

    def arrive(self, job: Job, value: Any) -> None:
        """Puts what a job has brought in its place."""

    def fail(self, job: Job, raw: Exception) -> None:
        """Tells of an error where a value was to come."""

    def end_round(self) -> None:
        """Nulls what has to be null after the errors of this round."""
