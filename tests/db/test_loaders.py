"""The house's loader: batches, chunks, shares, and forgets what was cancelled."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import pytest

from db.database import Reads
from db.loaders import LARGEST_BATCH, Batch, Loaders, SetBatch


@dataclass(frozen=True)
class Doubled(Batch[int]):
    """Answers each key with twice its number; remembers how it was asked."""

    asked: list[list[int]] = field(default_factory=list, compare=False)
    slow: bool = False
    failing: list[bool] = field(default_factory=list, compare=False)

    async def fetch(self, reads: Reads, keys: list[UUID]) -> Sequence[Any]:
        self.asked.append([key.int for key in keys])
        if self.slow:
            await asyncio.sleep(0.01)
        if self.failing and self.failing.pop():
            raise ConnectionError
        return [key.int * 2 for key in keys]


def loaders() -> Loaders:
    return Loaders(Reads(None))  # type: ignore[arg-type]


async def load(live: Loaders, batch: Batch[int], *numbers: int) -> list[int]:
    return list(await asyncio.gather(*(live.load(batch, UUID(int=n)) for n in numbers)))


async def test_keys_of_one_tick_are_one_batch_and_repeats_are_asked_once() -> None:
    batch, live = Doubled(), loaders()
    assert await load(live, batch, 3, 1, 3) == [6, 2, 6]
    assert await load(live, batch, 1) == [2]
    assert batch.asked == [[3, 1]]


async def test_equal_batches_share_a_loader_and_different_ones_do_not() -> None:
    one, equal, other, live = Doubled(), Doubled(), Doubled(slow=True), loaders()
    await load(live, one, 1)
    assert (await load(live, equal, 1), await load(live, other, 1)) == ([2], [2])
    assert (one.asked, equal.asked, other.asked) == ([[1]], [], [[1]])


async def test_a_large_batch_is_cut_into_chunks() -> None:
    batch = Doubled()
    await load(loaders(), batch, *range(LARGEST_BATCH + 1))
    assert [len(keys) for keys in batch.asked] == [LARGEST_BATCH, 1]


async def test_who_is_cancelled_takes_nobody_along() -> None:
    batch, live = Doubled(slow=True), loaders()
    gone = asyncio.create_task(live.load(batch, UUID(int=1)))
    waiting = asyncio.create_task(live.load(batch, UUID(int=1)))
    await asyncio.sleep(0)
    gone.cancel()
    assert await waiting == 2
    with pytest.raises(asyncio.CancelledError):
        await gone
    assert await load(live, batch, 1) == [2]


@dataclass(frozen=True)
class Summed(SetBatch[int]):
    """Answers sets of keys with the sum of all of them, slowly; remembers how it was asked."""

    asked: list[list[int]] = field(default_factory=list, compare=False)

    async def fetch(self, reads: Reads, keys: list[UUID]) -> int:
        self.asked.append([key.int for key in keys])
        await asyncio.sleep(0.01)
        return sum(key.int for key in keys)


async def test_sets_that_meet_share_a_statement_and_who_is_cancelled_takes_none_along() -> None:
    batch, live = Summed(), loaders()
    one, two = (UUID(int=1), UUID(int=2)), (UUID(int=2), UUID(int=3))
    gone = asyncio.create_task(live.load_set(batch, one))
    waiting = [asyncio.create_task(live.load_set(batch, keys)) for keys in (one, two)]
    await asyncio.sleep(0.005)
    gone.cancel()
    assert await asyncio.gather(*waiting) == [6, 6]
    assert batch.asked == [[1, 2, 3]]


async def test_a_failed_batch_can_be_asked_again() -> None:
    batch, live = Doubled(failing=[True]), loaders()
    with pytest.raises(ConnectionError):
        await live.load(batch, UUID(int=1))
    assert await load(live, batch, 1) == [2]


async def test_after_a_write_everything_is_read_again() -> None:
    batch, live = Doubled(), loaders()
    await load(live, batch, 1)
    live.forget()
    await load(live, batch, 1)
    assert batch.asked == [[1], [1]]
