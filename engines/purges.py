"""What undoes merges is forgotten when they can no longer be undone, and when a record is erased."""

from datetime import datetime
from typing import Any
from uuid import UUID

from db.database import Transaction

AT_ONCE = 5
"""So many merges are looked at by each new one."""
ROWS = 20_000
"""So many rows of each go at once; what is left goes next time."""


async def purge(tx: Transaction, now: datetime) -> None:
    """Forgets what undoes the oldest merges that it is too late to undo, a bounded part of it."""
    for row in await tx.rows("merges_to_purge", now, AT_ONCE):
        if await forget(tx, row["id"], ROWS):
            await tx.run("merge_purged", row["id"], now)


async def forget(tx: Transaction, merge_id: UUID, most: int | None = None) -> bool:
    """Forgets what undoes a merge; whether nothing of it is left."""
    interactions = await tx.run("merge_forget_interactions", merge_id, most)
    parts = await tx.run("merge_forget_parts", merge_id, most)
    await tx.run("merge_forget_keys", merge_id)
    return most is None or max(interactions, parts) < most


async def record_goes(tx: Transaction, before: Any, after: Any, now: datetime) -> None:
    """Of the merges of a contact or account that is deleted nothing is left, and they cannot be undone."""
    if after is not None:
        return
    for row in await tx.rows("merges_of", before.id):
        await forget(tx, row["id"])
        await tx.run("merge_delete", row["id"])
