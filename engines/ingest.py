"""Takes interactions in: once each, stamped with the account of the moment, summed up in one transaction."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum
from typing import Any
from uuid import UUID

from db.database import Database, Row, Transaction
from db.ids import identity
from domain.facts import NewInteraction
from domain.insights import MARKS
from domain.interactions import InteractionType
from domain.permissions import UNTRACKED
from domain.refusals import Code, Refused
from domain.windows import YEARS

LARGEST_BATCH = 10_000
AHEAD = timedelta(days=1)
"""How far a source's clock may run ahead of ours."""


class Outcome(Enum):
    """What became of one interaction handed in."""

    STORED = "It is now an interaction of its contact."
    WAITING = "It is kept until its contact is known."
    REPEATED = "It had been taken in before."
    STRANGER = "No contact has the id it names."
    DO_NOT_TRACK = "Its contact does not allow tracking: it is not kept."


@dataclass(frozen=True, slots=True)
class Taken:
    """The identity of an interaction handed in, and what became of it."""

    id: UUID
    outcome: Outcome


def check(new: NewInteraction, now: datetime) -> None:
    """Refuses an interaction that cannot be one."""
    if new.occurred_at.year not in YEARS:
        raise Refused(Code.INVALID, "An interaction happened in no year that can be meant.", "occurredAt")
    if new.occurred_at > now + AHEAD:
        raise Refused(Code.INVALID, "An interaction cannot lie in the future.", "occurredAt")
    if not new.source_id:
        raise Refused(Code.REQUIRED, "An interaction needs an id of its source.", "sourceId")


async def ingest(db: Database, batch: Sequence[NewInteraction], now: datetime) -> list[Taken]:
    """Takes a batch in, in one transaction of its own."""
    await db.prepare_months(new.occurred_at for new in batch)
    async with db.transaction() as tx:
        return await take_in(tx, batch, now)


async def take_in(tx: Transaction, batch: Sequence[NewInteraction], now: datetime) -> list[Taken]:
    """Takes a batch in as part of a transaction; the months it falls into have been prepared."""
    taken: dict[int, Taken] = {}
    for wave in _waves(batch):
        outcomes = await _stage_and_store(tx, [_staged(id, batch[at]) for id, at in wave.items()], now)
        taken |= {at: Taken(id, outcomes[id]) for id, at in wave.items()}
    return [taken[at] for at in range(len(batch))]


def _waves(batch: Sequence[NewInteraction]) -> Iterator[dict[UUID, int]]:
    """The batch's places by identity; a repeat comes in a later wave, and so sees what the first has done."""
    waiting = [(identity(new.source, new.source_id), at) for at, new in enumerate(batch)]
    while waiting:
        wave: dict[UUID, int] = {}
        waiting = [(id, at) for id, at in waiting if wave.setdefault(id, at) != at]
        yield wave


async def adopt(tx: Transaction, source: str, contacts: Mapping[str, UUID], now: datetime) -> int:
    """Gives waiting interactions to the contacts that now have these keys; returns how many."""
    waiting = await tx.rows("orphans_of_keys", source, list(contacts), list(contacts.values()))
    if not waiting:
        return 0
    outcomes = await _stage_and_store(tx, [_staged_orphan(row) for row in waiting], now)
    return sum(outcome is Outcome.STORED for outcome in outcomes.values())


async def rebuild(tx: Transaction, contact_id: UUID) -> None:
    """Sums a contact's interactions up anew; the accounts' sums are the caller's affair."""
    await tx.run("contact_sums_forget", contact_id)
    await _make_stage(tx)
    await tx.run("stage_of_contact", contact_id, {kind.name: mark for kind, mark in MARKS.items()})
    await tx.run("staged_name_copies")
    await tx.run("staged_measure_interactions")
    await _mark_copies(tx)
    await tx.run("staged_sum_contacts")


async def _stage_and_store(
    tx: Transaction, staged: list[tuple[Any, ...]], now: datetime
) -> dict[UUID, Outcome]:
    await _make_stage(tx)
    await tx.copy("stage_interaction", _COLUMNS, staged)
    await tx.run("staged_find_contacts")
    private = await _lock_contacts(tx)
    untaken = await _leave_untracked(tx, private) if private else {}
    untaken |= {row["id"]: Outcome.STRANGER for row in await tx.rows("staged_drop_strangers")}
    await tx.run("staged_mark_fresh")
    await tx.run("staged_take_waiting")
    await tx.run("staged_note_merged")
    await tx.run("staged_stamp_accounts")
    await tx.run("staged_name_copies")
    await tx.run("staged_store", now)
    await tx.run("staged_store_waiting", now)
    await tx.run("staged_measure_interactions")
    await _mark_copies(tx)
    await tx.run("staged_sum_contacts")
    await tx.run("staged_sum_accounts")
    await tx.tell_interactions()
    return untaken | {row["id"]: _outcome(row) for row in await tx.rows("staged_outcomes")}


async def _lock_contacts(tx: Transaction) -> list[UUID]:
    """Locks the contacts, in the place of merged ones those that stand for them; who allows no tracking."""
    await tx.run("staged_follow_merged")
    while True:
        locked = await tx.rows("staged_lock_contacts")
        merged = any(row["master_id"] is not None for row in locked)
        if not merged or not await tx.run("staged_follow_merged"):
            return [row["id"] for row in locked]


async def _leave_untracked(tx: Transaction, contacts: list[UUID]) -> dict[UUID, Outcome]:
    """Keeps nothing of what these contacts do not let us keep, nor what waited for them (domain.md 10.6)."""
    kinds = [kind.name for kind in UNTRACKED]
    dropped = [row["id"] for row in await tx.rows("staged_drop_untracked", contacts, kinds)]
    if dropped:
        await tx.run("waiting_forget", dropped)
    return dict.fromkeys(dropped, Outcome.DO_NOT_TRACK)


async def _make_stage(tx: Transaction) -> None:
    await tx.run("stage_interactions")
    await tx.run("stage_measures")
    await tx.run("staged_clear")


async def _mark_copies(tx: Transaction) -> None:
    await tx.run("staged_measure_copies", -1)
    await tx.run("staged_store_copies")
    await tx.run("staged_store_marks")
    await tx.run("staged_measure_copies", 1)


def _outcome(row: Row) -> Outcome:
    if not row["fresh"]:
        return Outcome.REPEATED
    return Outcome.STORED if row["known_contact"] else Outcome.WAITING


_COLUMNS = (
    "id",
    "contact_id",
    "contact_key",
    "mark",
    "occurred_at",
    "type",
    "actor",
    "source",
    "source_id",
    "lead_id",
    "journey_id",
    "iteration_id",
    "tile_id",
    "message_id",
    "sending_id",
    "usage_type",
    "visitor_id",
    "link",
    "properties",
)


def _staged(id: UUID, new: NewInteraction) -> tuple[Any, ...]:
    return (
        id,
        new.contact_id,
        new.contact_key,
        MARKS.get(new.type),
        new.occurred_at,
        new.type.name,
        new.actor.name,
        new.source,
        new.source_id,
        new.lead_id,
        new.journey_id,
        new.iteration_id,
        new.tile_id,
        new.message_id,
        new.sending_id,
        new.usage_type,
        new.visitor_id,
        new.link,
        new.properties or {},
    )


def _staged_orphan(row: Row) -> tuple[Any, ...]:
    mark = MARKS.get(InteractionType[row["type"]])
    return tuple(mark if name == "mark" else row[name] for name in _COLUMNS)
