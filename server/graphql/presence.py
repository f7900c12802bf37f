"""The client's side of a running request: gone, too slow to send, or kept waiting too long, it ends.

Nearly all requests are done before anybody looks: what they pay is their place in a list.
"""

import asyncio
from typing import NamedTuple

from starlette.types import Receive

from server.graphql.refusals import Refusal, too_late

GLANCE = 0.05
"""Seconds from one round to the next: who is there in two of them is watched from then on."""


class Bounds(NamedTuple):
    """Seconds that a body may take to come, and an operation to run."""

    body: float
    operation: float


class Gone(Exception):
    """The client has left."""


class Rounds:
    """Looks after the requests under way: one timer for all of them, and none where there are none."""

    def __init__(self, bounds: Bounds) -> None:
        self.bounds = bounds
        self._new: set[Presence] = set()
        self._known: set[Presence] = set()
        self._going = False

    def present(self, receive: Receive) -> "Presence":
        """Takes a request on; it leaves when it ends, so that nothing of it is kept for longer."""
        made = Presence(receive, self.bounds, self._new)
        self._new.add(made)
        if not self._going:
            self._going = True
            asyncio.get_running_loop().call_later(GLANCE, self._go)
        return made

    def _go(self) -> None:
        for presence in self._known:
            presence.look()
        self._known, self._new = self._new, set()
        self._going = bool(self._known)
        if self._going:
            asyncio.get_running_loop().call_later(GLANCE, self._go)


class Presence:
    """Ends the task that made it, when there is a reason to: `why`."""

    __slots__ = ("_among", "_bounds", "_looked", "_receive", "_running", "_task", "_timer", "_watcher", "why")

    def __init__(self, receive: Receive, bounds: Bounds, among: "set[Presence]") -> None:
        self._among = among
        self._bounds = bounds
        self._receive = receive
        self._running = self._looked = False
        self._task = asyncio.current_task()
        self._timer: asyncio.TimerHandle | None = None
        self._watcher: asyncio.Task[None] | None = None
        self.why: Exception | None = None

    def run(self) -> None:
        """The body has come: from now on the client can only go, and is watched for that."""
        self._running = True
        if self._looked:
            self.look()

    def end(self) -> None:
        """Looks no more."""
        self._task = None
        self._among.discard(self)
        if self._looked:
            self._rest()

    def ended(self) -> Exception | None:
        """Why the task was ended from here, if it was; it may then go on to say so."""
        if self.why is not None and self._task is not None:
            self._task.uncancel()
        return self.why

    def look(self) -> None:
        """Begins to watch, if the request is still under way."""
        if self._task is None:
            return
        self._rest()
        self._looked = True
        loop = self._task.get_loop()
        if self._running:
            self._timer = loop.call_later(self._bounds.operation, self._stop, too_late())
            self._watcher = loop.create_task(self._watch())
        else:
            self._timer = loop.call_later(self._bounds.body, self._stop, _slow())

    def _rest(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
        if self._watcher is not None:
            self._watcher.cancel()

    async def _watch(self) -> None:
        while (await self._receive())["type"] != "http.disconnect":
            pass
        self._stop(Gone())

    def _stop(self, why: Exception) -> None:
        if self.why is None and self._task is not None:
            self.why = why
            self._task.cancel()


def _slow() -> Refusal:
    return Refusal(408, "The body took too long to come.", headers={"connection": "close"})
