"""A month's partition while it is archived: read as it is, held still, emptied; and filled again."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime, time
from typing import Any, TypeVar

import asyncpg

from db.database import Database, Row, Transaction
from db.sql import statement

R = TypeVar("R")
PIECE = 10_000
"""So many rows are read, or brought back, at a time."""
PATIENCE = 120
"""So often a lock is asked for that others hold for less than a second each."""
_PAUSE = 0.25
_UNLIMITED = "set local statement_timeout = 0; set local idle_in_transaction_session_timeout = 0"
_SHORTLY = "set local lock_timeout = '800ms'"
_BUSY = (asyncpg.LockNotAvailableError, asyncpg.DeadlockDetectedError)


class InUse(Exception):
    """Somebody else works with the months; the message is a sentence."""


@asynccontextmanager
async def alone(db: Database) -> AsyncIterator[None]:
    """Nobody else archives, drops or restores while the block runs."""
    async with db.transaction() as tx:
        await tx.run("retention_settings", text=_UNLIMITED)
        (found,) = await tx.rows("retention_alone")
        if not found["alone"]:
            raise InUse("Months are being archived, dropped or restored already: wait until that has ended.")
        yield


def ends(month: date) -> tuple[datetime, datetime]:
    """The month's first moment, and the first of the next."""
    following = date(month.year + month.month // 12, month.month % 12 + 1, 1)
    return datetime.combine(month, time(), UTC), datetime.combine(following, time(), UTC)


class Copy:
    """The facts of a month as they were at one moment, and by what that state is known."""

    def __init__(self, tx: Transaction, month: date, state: tuple[int, str]) -> None:
        self._tx = tx
        self._month = month
        self.state = state

    async def facts(self) -> AsyncIterator[list[Row]]:
        """The facts in the order of their key, some at a time."""
        cursor = await self._tx.connection.cursor(statement("retention_facts"), *ends(self._month))
        while rows := await cursor.fetch(PIECE):
            yield rows


@asynccontextmanager
async def copying(db: Database, month: date) -> AsyncIterator[Copy]:
    """The month's facts, whatever others write in the meantime."""
    async with db.transaction() as tx:
        await tx.run("retention_begin", text="set transaction isolation level repeatable read, read only")
        await tx.run("retention_settings", text=_UNLIMITED)
        yield Copy(tx, month, await state_of(tx, month))


async def state_of(tx: Transaction, month: date) -> tuple[int, str]:
    """How many facts the month has, and their digest."""
    (row,) = await tx.rows("retention_state", *ends(month))
    return row["rows"], row["digest"]


async def holding(db: Database, month: date, act: Callable[[Transaction], Awaitable[R]]) -> R:
    """Runs an act while nobody writes facts of this month; others wait, or it waits for them and begins anew.

    It never waits long for a lock while it holds another, so that no writer is ended on its account.
    """
    for _ in range(PATIENCE):
        try:
            async with db.transaction() as tx:
                await tx.run("retention_settings", text=f"{_UNLIMITED}; {_SHORTLY}")
                await tx.run("hold", text=f"lock table {_partition(month)} in share row exclusive mode")
                return await act(tx)
        except _BUSY:
            await asyncio.sleep(_PAUSE)
    raise InUse(f"Interactions of {month:%Y-%m} are being written all the time: try again later.")


async def empty(tx: Transaction, month: date) -> None:
    """Takes all facts out of the month's partition, and gives the room back."""
    await tx.run("empty", text=f"truncate {_partition(month)}")


async def stage(tx: Transaction, pieces: Callable[[], Any], columns: list[str]) -> None:
    """Copies facts that were archived to the stage that they are brought back from."""
    await tx.run("retention_stage")
    for rows in pieces():
        await tx.copy("stage_archive", columns, rows)


def _partition(month: date) -> str:
    return f"interaction_{month:%Y_%m}"
