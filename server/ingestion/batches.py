"""Batches of lines between a reader and a storer: one is stored while the next is read, and no more."""

import asyncio
from array import array
from dataclasses import dataclass, field

from domain.facts import NewInteraction
from domain.refusals import Refused

LARGEST = 10_000
"""Lines of a batch."""
HEAVIEST = 8 << 20
"""Bytes of its lines, so that long ones make small batches."""
PAUSE = 0.05
"""Seconds from a batch's first line on in which others may join it, while nothing else is stored."""


@dataclass(frozen=True, slots=True)
class Fault:
    """Why a line could not be stored that is not at fault itself: worth another try."""

    code: str
    message: str


Read = NewInteraction | Refused | Fault


@dataclass(slots=True)
class Batch:
    """Lines that are stored together: their numbers, and what was read of each."""

    numbers: "array[int]" = field(default_factory=lambda: array("Q"))
    read: list[Read] = field(default_factory=list)
    bytes: int = 0

    @property
    def room(self) -> int:
        """How many more lines it takes."""
        return 0 if self.bytes >= HEAVIEST else LARGEST - len(self.read)


class Batches:
    """The batch that is being filled, and who waits for it."""

    def __init__(self) -> None:
        self._open = Batch()
        self._due = 0.0
        self._ended = False
        self._changed = asyncio.Event()
        self._taken = asyncio.Event()

    async def room(self) -> int:
        """How many lines may come next; while there is no room, what comes is not read."""
        while not (room := self._open.room):
            self._taken.clear()
            await self._taken.wait()
        return room

    def add(self, number: int, read: Read, size: int) -> None:
        """Adds a line of so many bytes."""
        if not self._open.read:
            self._due = asyncio.get_running_loop().time() + PAUSE
        self._open.numbers.append(number)
        self._open.read.append(read)
        self._open.bytes += size

    def tell(self) -> None:
        """Lets the storer look."""
        self._changed.set()

    def end(self) -> None:
        """Nothing follows."""
        self._ended = True
        self._changed.set()

    def drop(self) -> None:
        """Nobody waits for what is not stored yet."""
        self._open = Batch()
        self.end()

    async def take(self) -> Batch | None:
        """The next batch: as soon as it is full, or nothing has joined it for a while; None at the end."""
        while not self._is_ripe():
            self._changed.clear()
            try:
                async with asyncio.timeout_at(self._due if self._open.read else None):
                    await self._changed.wait()
            except TimeoutError:
                break
        batch, self._open = self._open, Batch()
        self._taken.set()
        return batch if batch.read else None

    def _is_ripe(self) -> bool:
        return self._ended or not self._open.room
