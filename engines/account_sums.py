"""The sums of accounts, while something is done to contacts that add to them."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from uuid import UUID

from db import rollups
from db.database import Transaction


@asynccontextmanager
async def kept_right(tx: Transaction, contacts: Sequence[UUID]) -> AsyncIterator[None]:
    """Whatever the block does to these contacts' facts and places, the sums of all accounts follow.

    The contacts are locked by the caller, so that nothing comes in for them meanwhile.
    """
    await tx.run("stage_sums")
    await tx.run("staged_sums_clear")
    await tx.run("staged_sums_count", list(contacts), True)
    yield
    await tx.run("staged_sums_count", list(contacts), False)
    await tx.run("account_sums_add", text=rollups.added("staged_sums_by_hour"))
    await reread(tx)
    await tx.run("account_sums_drop_empty", text=rollups.emptied())


async def reread(tx: Transaction) -> None:
    """Reads first and last again where those who had them left."""
    await tx.run("stage_lost_sums")
    await tx.run("staged_sums_clear_lost")
    if await tx.run("staged_sums_find_lost"):
        await tx.run("staged_sums_reread_days")
        for span in ("M", "A"):
            await tx.run("staged_sums_reread_wholes", span)
