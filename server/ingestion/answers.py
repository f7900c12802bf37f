"""Answers to lines, kept small until the client takes them: many send all they have before they read."""

import asyncio
from array import array
from collections import Counter, deque
from collections.abc import Callable, Mapping, MutableMapping
from dataclasses import dataclass, field
from typing import Any, NoReturn
from uuid import UUID

import orjson
from starlette.types import Send

from domain.identities import to_global
from domain.refusals import Refused
from engines.ingest import Outcome, Taken
from engines.recording import STRANGER
from server.graphql.streaming import Slow, cut
from server.ingestion.batches import Fault

MOST_UNTAKEN = 16 << 20
"""Bytes of answers that wait for a client, about half a million lines: then no more is read."""
AT_ONCE = 500
"""Lines that are sent in one piece."""
_OUTCOMES = tuple(Outcome)
_NUMBERS = {outcome: number for number, outcome in enumerate(_OUTCOMES)}
_NAMES = tuple(outcome.name.encode() for outcome in _OUTCOMES)
_COUNTED = {Outcome.DO_NOT_TRACK: "doNotTrack"}
_KEPT = {Outcome.STORED, Outcome.WAITING, Outcome.REPEATED}
_ACKNOWLEDGED = b'{"line":%d,"id":"%b","outcome":"%b"}\n'
_NOT_KEPT = b'{"line":%d,"outcome":"%b"}\n'
_TAKEN_SIZE = 25
COUNTS = ("lines", "stored", "waiting", "repeated", "doNotTrack", "refused", "failed")


Result = Taken | Refused | Fault


@dataclass(slots=True)
class _Part:
    """The answers to a batch: what was taken as numbers, what was not as it is sent."""

    numbers: "array[int]" = field(default_factory=lambda: array("Q"))
    outcomes: "array[int]" = field(default_factory=lambda: array("b"))
    ids: bytearray = field(default_factory=bytearray)
    errors: dict[int, bytes] = field(default_factory=dict)
    size: int = 0
    sent: int = 0

    def add_taken(self, number: int, taken: Taken) -> None:
        """Adds the answer to a line that was taken in."""
        self.numbers.append(number)
        self.outcomes.append(_NUMBERS[taken.outcome])
        self.ids += taken.id.bytes
        self.size += _TAKEN_SIZE

    def add_error(self, number: int, error: bytes) -> None:
        """Adds the answer to one that was not."""
        self.errors[len(self.numbers)] = error
        self.numbers.append(number)
        self.outcomes.append(-1)
        self.ids += bytes(16)
        self.size += _TAKEN_SIZE + len(error)

    def next(self) -> bytes:
        """The next answers, as they are sent."""
        first, self.sent = self.sent, min(self.sent + AT_ONCE, len(self.numbers))
        return b"".join(self._line(at) for at in range(first, self.sent))

    def _line(self, at: int) -> bytes:
        number, outcome = self.numbers[at], self.outcomes[at]
        if outcome < 0:
            return self.errors[at]
        if _OUTCOMES[outcome] not in _KEPT:
            return _NOT_KEPT % (number, _NAMES[outcome])
        id = to_global("Interaction", UUID(bytes=bytes(self.ids[at * 16 : at * 16 + 16])))
        return _ACKNOWLEDGED % (number, id.encode(), _NAMES[outcome])


class Answers:
    """What a client is told: a line for each of its lines, in their order, and at the end the counts."""

    def __init__(self, send: Send, start: Callable[[int], MutableMapping[str, Any]], patience: float) -> None:
        self.counts: Counter[str] = Counter()
        self.brief = False
        """Whether nothing is told of lines that were taken in."""
        self.begun = False
        self.status = 200
        self._send, self._start, self._patience = send, start, patience
        self._parts: deque[_Part] = deque()
        self._untaken = 0
        self._added = asyncio.Event()
        self._moved = asyncio.Event()

    def add(self, numbers: "array[int]", results: list[Result]) -> None:
        """Adds the answers to a batch, which is stored by now as far as it ever will be."""
        part = _Part()
        for number, result in zip(numbers, results, strict=True):
            if isinstance(result, Taken) and result.outcome is not Outcome.STRANGER:
                self.counts[_COUNTED.get(result.outcome, result.outcome.name.lower())] += 1
                if not self.brief:
                    part.add_taken(number, result)
            else:
                refused = STRANGER if isinstance(result, Taken) else result
                self.counts["failed" if isinstance(refused, Fault) else "refused"] += 1
                part.add_error(number, _error(number, refused))
        self.counts["lines"] += len(results)
        if part.numbers:
            self._parts.append(part)
            self._untaken += part.size
            self._added.set()

    async def room(self) -> None:
        """Waits where too many answers wait for the client."""
        while self._untaken > MOST_UNTAKEN:
            await self._progress()

    async def write(self) -> None:
        """Sends answers as the client takes them, for as long as it is not stopped."""
        while True:
            while self._parts:
                await self._begin()
                await self._send_part(self._parts[0])
            self._moved.set()
            self._added.clear()
            await self._added.wait()

    async def finish(self, last: Mapping[str, Any]) -> None:
        """Sends what is left, and at the end the counts with `last`."""
        while self._parts:
            await self._progress()
        told = {name: self.counts[name] for name in COUNTS}
        body = orjson.dumps({**told, **last}, option=orjson.OPT_APPEND_NEWLINE)
        try:
            async with asyncio.timeout(self._patience):
                await self._begin()
                await self._send({"type": "http.response.body", "body": body})
        except TimeoutError:
            self._cut()

    async def _begin(self) -> None:
        if not self.begun:
            self.begun = True
            await self._send(self._start(self.status))

    async def _send_part(self, part: _Part) -> None:
        while part.sent < len(part.numbers):
            await self._send({"type": "http.response.body", "body": part.next(), "more_body": True})
            self._moved.set()
            await asyncio.sleep(0)
        self._parts.popleft()
        self._untaken -= part.size

    async def _progress(self) -> None:
        """Waits until the client has taken some more; one that takes nothing for too long is cut off."""
        self._moved.clear()
        try:
            async with asyncio.timeout(self._patience):
                await self._moved.wait()
        except TimeoutError:
            self._cut()

    def _cut(self) -> NoReturn:
        cut(self._send)
        raise Slow from None


def _error(number: int, refused: Refused | Fault) -> bytes:
    if isinstance(refused, Fault):
        error = {"code": refused.code, "message": refused.message, "path": [], "retryable": True}
    else:
        error = {"code": refused.code.name, "message": refused.message, "path": refused.path}
    return orjson.dumps({"line": number, "error": error}, option=orjson.OPT_APPEND_NEWLINE)
