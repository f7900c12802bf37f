"""The sums of accounts: what batches leave beside them, and what is done to contacts that add to them.

A batch leaves what it adds in rows of its own, which count at once (docs/decisions/0021). They are folded
into the sums when an account has gathered some; and before anything is taken from an account's sums.
"""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from uuid import UUID

from db import rollups
from db.connections import LOST, Busy
from db.database import Database, Transaction

GATHERED = 64
"""About so many rows an account gathers before they are folded: reads of it add up that many more."""
AT_ONCE = 500
"""So many accounts are folded in one transaction."""


async def leave(tx: Transaction) -> None:
    """Leaves what the staged interactions add to the sums of accounts with them."""
    await tx.run("additions_store", GATHERED, text=rollups.left())


async def fold(tx: Transaction, accounts: Sequence[UUID]) -> None:
    """Folds all that was left beside the sums of these accounts into them."""
    if accounts:
        await tx.run("additions_fold", sorted(accounts), text=rollups.folded())


async def fold_due(db: Database) -> int:
    """Folds what accounts that are due have gathered, unless somebody else does; returns how many."""
    folded = 0
    while count := await db.write(_fold_some, None, None):
        folded += count
    return folded


async def relieve(db: Database) -> None:
    """Folds what is due, where that can be done now: what is left counts all the same, and waits."""
    with suppress(Busy, *LOST):
        await fold_due(db)


async def _fold_some(tx: Transaction) -> int:
    due = {row["account_id"] for row in await tx.rows("accounts_due", AT_ONCE)}
    await fold(tx, list(due))
    return len(due)


@asynccontextmanager
async def kept_right(tx: Transaction, contacts: Sequence[UUID]) -> AsyncIterator[None]:
    """Whatever the block does to these contacts' facts and places, the sums of all accounts follow.

    The contacts are locked by the caller, so that nothing comes in for them meanwhile.
    """
    await tx.run("stage_sums")
    await tx.run("staged_sums_clear")
    await tx.run("staged_sums_count", list(contacts), True)
    await fold_staged(tx)
    yield
    await tx.run("staged_sums_count", list(contacts), False)
    await tx.run("account_sums_add", text=rollups.added("staged_sums_by_hour"))
    await reread(tx)
    await tx.run("account_sums_drop_empty", text=rollups.emptied())


async def fold_staged(tx: Transaction) -> None:
    """Folds what was left beside the sums that something is about to leave."""
    await fold(tx, [row["account_id"] for row in await tx.rows("staged_sums_accounts")])


async def reread(tx: Transaction) -> None:
    """Reads first and last again where those who had them left."""
    await tx.run("stage_lost_sums")
    await tx.run("staged_sums_clear_lost")
    if await tx.run("staged_sums_find_lost"):
        await tx.run("staged_sums_reread_days")
        for span in ("M", "A"):
            await tx.run("staged_sums_reread_wholes", span)
