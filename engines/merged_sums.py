"""The sums of accounts while contacts become one: taken out before, put in afterwards, all in one order."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from uuid import UUID

from db.database import Transaction
from engines import ingest


@asynccontextmanager
async def kept_right(tx: Transaction, contacts: Sequence[UUID]) -> AsyncIterator[None]:
    """Whatever the block does to these contacts' sums and places, their accounts' sums follow."""
    await tx.run("stage_sums")
    await tx.run("staged_sums_clear")
    await tx.run("staged_sums_add", list(contacts), True)
    yield
    await tx.run("staged_sums_add", list(contacts), False)
    await tx.run("staged_sums_apply")
    await tx.run("staged_sums_reread_extremes")
    await tx.run("staged_sums_drop_empty")


async def rebuild(tx: Transaction, *contacts: UUID) -> None:
    """Counts what these contacts did, and what became of each copy that they got, from the facts."""
    await tx.run("merge_forget_sums", list(contacts))
    for contact in contacts:
        await ingest.rebuild(tx, contact)
