"""Static segments, and the contacts that are picked for them (domain.md 7.1, 7.4)."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from db import members
from db.database import Transaction
from db.ids import uuid7
from domain.criteria import Criterion
from domain.facts import NewInteraction
from domain.interactions import InteractionType
from domain.records import Contact
from domain.refusals import Code, Refused
from domain.subscriptions import MOST_MEMBERS, Segment, SegmentKind
from engines import custom_fields, ingest, named


@dataclass(frozen=True, slots=True)
class Done:
    """A segment, and how many contacts have come to it or gone from it."""

    record: Segment
    changed: int

    @property
    def records(self) -> tuple[Segment, ...]:
        """What was written."""
        return (self.record,)

    @property
    def told(self) -> dict[str, Any]:
        """What else there is to tell again to who asks twice."""
        return {"changed": self.changed}


SEGMENTS = named.Named(
    Segment,
    "segment",
    "segment",
    ("name", "description"),
    first=lambda _: {"description": None, "kind": SegmentKind.STATIC},
)
"""Segments of picked contacts, with none at first; where one is deleted, its members' contacts stay."""


async def add(tx: Transaction, id: UUID, contact_ids: Sequence[UUID], now: datetime) -> Done:
    """Makes members of contacts; of ids that no contact has nothing is made (domain.md 7.4)."""
    known = await _picked(tx, id, contact_ids)
    return await _done(
        tx, known, await tx.run("segment_add_members", id, list(contact_ids), now, tx.actor), now
    )


async def take_out(tx: Transaction, id: UUID, contact_ids: Sequence[UUID], now: datetime) -> Done:
    """Makes contacts members no more."""
    known = await _picked(tx, id, contact_ids)
    return await _done(tx, known, await tx.run("segment_remove_members", id, list(contact_ids)), now)


async def add_where(tx: Transaction, id: UUID, where: Criterion | None, now: datetime) -> Done:
    """Makes members of all contacts that a filter finds now, and not of later ones (domain.md 7.4)."""
    known = await _picked(tx, id, ())
    if where is not None:
        await custom_fields.verify(tx, where, Contact)
    text, args = members.adding(id, where, now, tx.actor)
    return await _done(tx, known, await tx.run("segment_add_where", *args, text=text), now)


async def _picked(tx: Transaction, id: UUID, contact_ids: Sequence[UUID]) -> Segment:
    """The segment, if contacts are picked for it, and no more than can be at once."""
    if len(contact_ids) > MOST_MEMBERS:
        message = f"At most {MOST_MEMBERS:,} contacts can be named at once; {len(contact_ids):,} were."
        raise Refused(Code.TOO_MANY, message, "contactIds")
    known = await SEGMENTS.locked(tx, id)
    if known.kind is not SegmentKind.STATIC:
        message = "Members are picked for a static segment alone: this one finds them by itself."
        raise Refused(Code.READ_ONLY, message, "id")
    return known


async def _done(tx: Transaction, known: Segment, changed: int, now: datetime) -> Done:
    """The segment is as new as its members; its version counts its own changes alone."""
    if not changed:
        return Done(known, 0)
    await tx.run("segment_touch", known.id, now)
    await _tell_size(tx, known.id, now)
    return Done(replace(known, updated_at=now), changed)


async def _tell_size(tx: Transaction, id: UUID, now: datetime) -> None:
    """Records how many members there are now: what is shown of a segment over time (domain.md 3.5, 4.5)."""
    (row,) = await tx.rows("segment_size", id)
    told = {"segmentId": str(id), "membersCount": row["n"]}
    kind = InteractionType.SEGMENT_MEMBERS_COUNT_CHANGED
    new = NewInteraction(kind, now, "leadgraph", f"{kind.name} {uuid7(now)}", properties=told)
    await ingest.take_in(tx, [new], now)
