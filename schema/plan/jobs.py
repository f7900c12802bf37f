"""Fields that wait, and the one loop per request that goes on with them as their data come."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Coroutine
from functools import partial
from typing import Any

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

    __slots__ = ("coroutine", "final", "future", "info", "results", "way")

    def __init__(self, way: Way, info: Asked, results: dict[str, Any], found: Awaitable[Any], final: bool):
        self.way = way
        self.info = info
        self.results = results
        self.final = final
        self.future: asyncio.Future[Any] | None = None
        if not final and way.known is not None and way.known.loads and isinstance(found, Coroutine):
            self.coroutine: Coroutine[Any, Any, Any] = found
        else:
            self.future = asyncio.ensure_future(found)
            self.coroutine = _wait(self.future)

    def drop(self) -> None:
        """Ends it without a result; what it waits for may fail unheard."""
        self.coroutine.close()
        if self.future is not None and not self.future.cancel() and not self.future.cancelled():
            self.future.exception()


async def _wait(future: asyncio.Future[Any]) -> Any:
    return await future


class Jobs:
    """The jobs of one operation.

    Resolvers that only load are driven from here, without a task of their own: they wait for nothing but the
    futures of their loaders. All other resolvers run in tasks.
    """

    def __init__(self, arrive: Callable[[Job, Any], None], fail: Callable[[Job, Exception], None]) -> None:
        self._arrive = arrive
        self._fail = fail
        self._ready: deque[Job] = deque()
        self._waiting: set[Job] = set()
        self._wake: asyncio.Future[None] | None = None
        self.add = self._ready.append

    async def settle(self, dead: Callable[[Job], bool]) -> None:
        """Goes on with the jobs until none is left; drops those whose place in the answer is gone."""
        while self._ready or self._waiting:
            while self._ready:
                job = self._ready.popleft()
                if dead(job):
                    job.drop()
                else:
                    self._go_on(job)
            if self._waiting:
                self._wake = asyncio.get_running_loop().create_future()
                await self._wake

    async def abandon(self) -> None:
        """Ends what is left of the jobs of an operation that has failed as a whole, or was cancelled."""
        left = [*self._ready, *self._waiting]
        self._ready.clear()
        self._waiting.clear()
        for job in left:
            job.drop()
        futures = [job.future for job in left if job.future is not None]
        await asyncio.gather(*futures, return_exceptions=True)

    def _go_on(self, job: Job) -> None:
        try:
            future = job.coroutine.send(None)
        except StopIteration as stop:
            self._arrive(job, stop.value)
        except Exception as error:
            self._fail(job, error)
        else:
            self._waiting.add(job)
            job.future = future
            future._asyncio_future_blocking = False
            future.add_done_callback(partial(self._come, job))

    def _come(self, job: Job, _: asyncio.Future[Any]) -> None:
        if job in self._waiting:
            self._waiting.remove(job)
            self._ready.append(job)
        if self._wake is not None and not self._wake.done():
            self._wake.set_result(None)
