"""What is kept of archived months follows its contact: moves, merges, erasure (docs/retention.md)."""

from collections.abc import Sequence
from uuid import UUID

from db.database import Transaction


async def stamp(tx: Transaction, contacts: Sequence[UUID]) -> bool:
    """Gives what these contacts did to the accounts that their stays say; whether anything has changed."""
    changed = await tx.run("archived_stamp", list(contacts))
    return bool(await tx.run("archived_stamp_marks", list(contacts)) or changed)


async def merge(tx: Transaction, winner: UUID, loser: UUID) -> None:
    """What the loser did becomes the winner's."""
    await tx.run("archived_merge", winner, loser)
    await stamp(tx, [winner])


async def unmerge(tx: Transaction, winner: UUID, loser: UUID) -> None:
    """What the loser did, or who was merged into it before, is the loser's again."""
    await tx.run("archived_unmerge", winner, loser)
    await stamp(tx, [winner, loser])


async def leave(tx: Transaction, account: UUID) -> None:
    """The account is gone, and stays in it: what was done there was done while members of none."""
    await stamp(tx, [row["id"] for row in await tx.rows("archived_of_account", account)])


async def forget(tx: Transaction, contact: UUID) -> None:
    """The contact is erased: nothing is kept of what it did."""
    await tx.run("archived_forget", contact)


async def move(tx: Transaction, contact: UUID, stead: UUID, known: list[str]) -> None:
    """The contact is redacted: what it did is of who stands in its stead."""
    await tx.run("archived_move", contact, stead, known)


async def rebuild(tx: Transaction, contacts: Sequence[UUID]) -> None:
    """Where sums of contacts are made anew: what archived months give, before the facts add theirs."""
    for name in ("archived_copies", "archived_marks", "archived_measures"):
        await tx.run(name, list(contacts))
