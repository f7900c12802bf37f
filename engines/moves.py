"""Moves of contacts between accounts, asked by who has seen the contact at a version (domain.md 4.4)."""

from datetime import datetime
from uuid import UUID

from db.database import Transaction
from domain.records import Contact
from engines import memberships, records


async def move(
    tx: Transaction,
    contact_id: UUID,
    account_id: UUID | None,
    moved_at: datetime,
    now: datetime,
    expected: int | None = None,
) -> Contact:
    """Moves the contact, if it is still at the version that the move is meant for."""
    known = await records.locked(tx, "contact", contact_id, "id")
    await records.check_version(tx, known, expected)
    return await memberships.move(tx, contact_id, account_id, moved_at, now)
