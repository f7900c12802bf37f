"""Whose browser did it: visitors become known, with all that they did before (domain.md 3.3)."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID
from zlib import crc32

from db.database import Row, Transaction
from domain.facts import NewInteraction
from domain.insights import MARKS
from domain.visitors import PROOFS

_SLOTS = 64
"""So many locks hold all browsers: few enough for any batch, many enough for proofs that come at once."""
_PROOFS = sorted(kind.name for kind in PROOFS)
_MARKS = sorted(kind.name for kind in MARKS)


async def hold(tx: Transaction, batch: Iterable[NewInteraction]) -> None:
    """Lets nobody prove whose these browsers are while what they did is taken in, nor both at once.

    Taken before any contact is locked, in one order for all.
    """
    slots: dict[int, bool] = {}
    for new in batch:
        if new.visitor_id:
            slot = crc32(new.visitor_id.encode(errors="replace")) % _SLOTS
            slots[slot] = slots.get(slot, False) or new.type in PROOFS
    if slots:
        await tx.rows("visitors_hold", sorted(slots), [slots[slot] for slot in sorted(slots)])


async def recognise(tx: Transaction) -> None:
    """Finds the contacts of what is staged for nobody, by the browsers that did it."""
    await tx.run("staged_find_visitors")


async def identify(tx: Transaction) -> Sequence[Row]:
    """Keeps whose browsers the batch has proved to be; what they did while nobody knew, still waiting."""
    await tx.run("staged_note_visitors")
    await tx.run("staged_identify", _PROOFS)
    return await tx.rows("staged_anonymous", _PROOFS, _MARKS)


async def restamp(tx: Transaction, contact_id: UUID, moved_at: datetime, account_id: UUID | None) -> int:
    """After a move in the past, what was stamped by the moment of identification; how many changed."""
    return await tx.run("visits_restamp", contact_id, moved_at, account_id)
