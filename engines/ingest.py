"""Takes interactions in: once each, stamped with the account of the moment, summed up in one transaction."""

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum
from typing import Any
from uuid import UUID

from db.database import Database, Row, Transaction
from db.ids import identity
from db.sql import statement
from domain.facts import NewInteraction
from domain.insights import MARKS
from domain.interactions import InteractionType
from domain.permissions import UNTRACKED
from domain.refusals import Code, Refused
from domain.windows import YEARS
from engines import account_sums, archived_sums, machines, suppression, visitors

LARGEST_BATCH = 10_000
MANY = 1_000
"""So many interactions are worth a lane of their own, and a look at what they have left to be folded."""
LANES = 2
"""So many transactions take a large batch in side by side."""
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


async def ingest(
    db: Database,
    batch: Sequence[NewInteraction],
    now: datetime,
    actor: str | None = None,
    request_id: str | None = None,
    turns: asyncio.Semaphore | None = None,
) -> list[Taken]:
    """Takes a batch in, in a transaction of its own; again where it has stood in another's way.

    A large one goes in lanes of a transaction each, side by side; a contact's interactions share a lane. Each
    takes one of the `turns`, which leave connections to others.
    """

    async def take(lane: list[int]) -> list[Taken]:
        async with turns or nullcontext():
            return await db.write(take_in, actor, request_id, [batch[at] for at in lane], now)

    await db.prepare_months(new.occurred_at for new in batch)
    lanes = _lanes(batch)
    done = await asyncio.gather(*map(take, lanes), return_exceptions=True)
    taken: dict[int, Taken] = {}
    for lane, outcome in zip(lanes, done, strict=True):
        if isinstance(outcome, BaseException):
            raise outcome
        taken.update(zip(lane, outcome, strict=True))
    if len(batch) >= MANY:
        await account_sums.relieve(db)
    return [taken[at] for at in range(len(batch))]


def _lanes(batch: Sequence[NewInteraction]) -> list[list[int]]:
    if len(batch) < LANES * MANY:
        return [list(range(len(batch)))]
    lanes: list[list[int]] = [[] for _ in range(LANES)]
    for at, new in enumerate(batch):
        whose = new.contact_id or new.contact_key or new.contact_email or new.visitor_id
        lanes[hash(whose) % LANES].append(at)
    return lanes


async def take_in(tx: Transaction, batch: Sequence[NewInteraction], now: datetime) -> list[Taken]:
    """Takes a batch in as part of a transaction; the months it falls into have been prepared."""
    taken: dict[int, Taken] = {}
    await visitors.hold(tx, batch)
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
    return await _join(tx, waiting, now)


async def adopt_addresses(tx: Transaction, contacts: Mapping[str, UUID], now: datetime) -> int:
    """Gives waiting interactions to the contacts that now have these addresses; returns how many."""
    waiting = await tx.rows("orphans_of_addresses", list(contacts), list(contacts.values()))
    return await _join(tx, waiting, now)


async def _join(tx: Transaction, waiting: Sequence[Row], now: datetime) -> int:
    if not waiting:
        return 0
    outcomes = await _stage_and_store(tx, [_staged_orphan(row) for row in waiting], now)
    return sum(outcome is Outcome.STORED for outcome in outcomes.values())


async def rebuild(tx: Transaction, contacts: Sequence[UUID]) -> None:
    """Sums contacts' interactions up anew; the accounts' sums are the caller's affair."""
    await tx.run("contact_sums_forget", contacts)
    await _make_stage(tx)
    await archived_sums.rebuild(tx, contacts)
    await tx.run("stage_of_contacts", contacts, {kind.name: mark for kind, mark in MARKS.items()})
    await tx.run("staged_name_copies")
    await _mark_copies(tx)
    await tx.run("staged_sum_contacts")


async def _stage_and_store(
    tx: Transaction, staged: list[tuple[Any, ...]], now: datetime
) -> dict[UUID, Outcome]:
    await _make_stage(tx)
    await tx.copy("stage_incoming", _COLUMNS, staged)
    await _find_contacts(tx, staged)
    by_visitors = any(row[_VISITOR] for row in staged)
    if by_visitors:
        await visitors.recognise(tx)
    untaken = await _lock_contacts(tx)
    await tx.run("staged_take_waiting")
    settled = await tx.run("staged_settle")
    await tx.run("staged_note_merged")
    await tx.run("staged_store", now)
    waiting = await tx.run("staged_store_waiting", now)
    judged = await _mark_copies(tx)
    if not suppression.TELLING.isdisjoint(row[_TYPE] for row in staged):
        await suppression.follow(tx, now)
    await tx.run("staged_sum_contacts")
    await account_sums.leave(tx)
    if judged:
        await machines.settle(tx)
    await tx.tell_interactions()
    if settled == len(staged) and not waiting:
        outcomes = dict.fromkeys([row[0] for row in staged], Outcome.STORED)
    else:
        outcomes = await _outcomes(tx, [row[0] for row in staged]) | untaken
    return outcomes | await _adopt_visits(tx, now) if by_visitors else outcomes


async def _adopt_visits(tx: Transaction, now: datetime) -> dict[UUID, Outcome]:
    """Gives what browsers did anonymously to whom the batch has proved them to be (domain.md 3.3)."""
    waiting = await visitors.identify(tx)
    return await _stage_and_store(tx, [_staged_orphan(row) for row in waiting], now) if waiting else {}


async def _find_contacts(tx: Transaction, staged: list[tuple[Any, ...]]) -> None:
    """Finds the contacts that are named by a key or an address."""
    for column, find in _FINDING.items():
        if any(row[column] for row in staged):
            await tx.run(find)


async def _lock_contacts(tx: Transaction) -> dict[UUID, Outcome]:
    """Locks the contacts, in the place of merged ones those that stand for them; drops what is not kept."""
    await tx.run("staged_follow_merged")
    while True:
        await tx.run("staged_lock_contacts")
        (locked,) = await tx.rows("staged_contacts")
        if not locked["merged"] or not await tx.run("staged_follow_merged"):
            break
    untaken = await _leave_untracked(tx, locked["private"]) if locked["private"] else {}
    if locked["strangers"]:
        untaken |= {row["id"]: Outcome.STRANGER for row in await tx.rows("staged_drop_strangers")}
    return untaken


async def _leave_untracked(tx: Transaction, contacts: list[UUID]) -> dict[UUID, Outcome]:
    """Keeps nothing of what these contacts do not let us keep, nor what waited for them (domain.md 10.6)."""
    kinds = [kind.name for kind in UNTRACKED]
    dropped = [row["id"] for row in await tx.rows("staged_drop_untracked", contacts, kinds)]
    if dropped:
        await tx.run("waiting_forget", dropped)
    return dict.fromkeys(dropped, Outcome.DO_NOT_TRACK)


async def _make_stage(tx: Transaction) -> None:
    await tx.run("stage", text=";\n".join(map(statement, _STAGE)))


async def _mark_copies(tx: Transaction) -> bool:
    """Marks the copies that the staged interactions are about and measures all; whether others are judged."""
    await tx.run("staged_know_marks")
    await tx.run("staged_store_copies")
    await tx.run("staged_store_marks")
    judged = await machines.follow(tx)
    await tx.run("staged_measure_interactions")
    await tx.run("staged_measure_copies")
    return judged


async def _outcomes(tx: Transaction, ids: list[UUID]) -> dict[UUID, Outcome]:
    found = dict.fromkeys(ids, Outcome.REPEATED)
    for row in await tx.rows("staged_outcomes"):
        found[row["id"]] = Outcome.STORED if row["known_contact"] else Outcome.WAITING
    return found


_COLUMNS = (
    "id",
    "contact_id",
    "contact_source",
    "contact_key",
    "contact_email",
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
_STAGE = (
    *("stage_incoming", "stage_contacts", "stage_interactions", "stage_marks", "stage_measures"),
    "staged_clear",
)
"""What makes room for a batch, and clears away what the transaction has taken in before."""
_TYPE, _VISITOR = _COLUMNS.index("type"), _COLUMNS.index("visitor_id")


_FINDING = {
    _COLUMNS.index("contact_key"): "staged_find_contacts",
    _COLUMNS.index("contact_email"): "staged_find_addresses",
}
"""What finds the contacts, where a column of the batch has something in it."""


def _staged(id: UUID, new: NewInteraction) -> tuple[Any, ...]:
    actor, properties = machines.told(new)
    return (
        id,
        new.contact_id,
        new.contact_source,
        new.contact_key,
        new.contact_email,
        MARKS.get(new.type),
        new.occurred_at,
        new.type.name,
        actor.name,
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
        properties,
    )


def _staged_orphan(row: Row) -> tuple[Any, ...]:
    mark = MARKS.get(InteractionType[row["type"]])
    return tuple(mark if name == "mark" else row[name] for name in _COLUMNS)
