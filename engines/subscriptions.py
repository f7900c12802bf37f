"""Contacts join and leave subscription lists; each real change is an interaction (domain.md 9.1, 3.3)."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from db.database import Row, Transaction
from db.ids import uuid7
from domain.facts import NewInteraction
from domain.interactions import Actor, InteractionType
from domain.options import State
from domain.refusals import Code, Refused
from domain.subscriptions import MOST_CONTACTS, JoinedVia, Sending, SubscriptionList, SubscriptionOutcome
from engines import ingest

SOURCE = "leadgraph"
"""The system that reports what happens here."""
_COLUMNS = ("contact_id", "id", "list_id", "joined_at", "joined_via", "source")
Known = Mapping[tuple[UUID, UUID], Row]
"""The last stay of a contact on a list."""


@dataclass(frozen=True, slots=True)
class Manner:
    """How and when contacts join or leave."""

    via: JoinedVia
    at: datetime
    now: datetime
    source: str | None = None
    sending: Sending = Sending()


@dataclass(frozen=True, slots=True)
class Result:
    """What became of one contact, and what forbade it."""

    contact_id: UUID
    outcome: SubscriptionOutcome
    refused: Refused | None = None

    @property
    def told(self) -> dict[str, Any]:
        """The result as it can be kept."""
        refused = self.refused
        return {
            "contactId": str(self.contact_id),
            "outcome": self.outcome.name,
            "code": refused.code.name if refused else None,
            "message": refused.message if refused else None,
            "path": refused.path if refused else (),
        }


@dataclass(frozen=True, slots=True)
class Done:
    """A list, and what became of each contact that was to join or leave it."""

    record: SubscriptionList
    results: tuple[Result, ...]

    @property
    def records(self) -> tuple[SubscriptionList, ...]:
        """What was written."""
        return (self.record,)

    @property
    def told(self) -> list[dict[str, Any]]:
        """What else there is to tell again to who asks twice."""
        return [result.told for result in self.results]


async def join(
    tx: Transaction,
    contact_ids: Sequence[UUID],
    list_id: UUID,
    manner: Manner,
    all_with_address: bool = False,
) -> Done:
    """Puts contacts on a list; who is on it already stays as it is."""
    found = await _open_list(tx, contact_ids, list_id, manner)
    results = await _hold(tx, contact_ids, all_with_address)
    known = await last_stays(tx, results, [list_id])
    joining = []
    for contact_id in _free(results):
        stay = known.get((contact_id, list_id))
        results[contact_id] = _joined(contact_id, stay, manner.at)
        if results[contact_id].outcome is SubscriptionOutcome.JOINED:
            joining.append((contact_id, list_id))
    await enter(tx, joining, manner)
    return Done(found, tuple(results.values()))


async def leave(
    tx: Transaction,
    contact_ids: Sequence[UUID],
    list_id: UUID,
    manner: Manner,
    all_with_address: bool = False,
) -> Done:
    """Takes contacts off a list; who is not on it stays as it is."""
    found = await _open_list(tx, contact_ids, list_id, manner)
    results = await _hold(tx, contact_ids, all_with_address)
    known = await last_stays(tx, results, [list_id])
    leaving = []
    for contact_id in _free(results):
        stay = known.get((contact_id, list_id))
        results[contact_id] = _left(contact_id, stay, manner.at)
        if results[contact_id].outcome is SubscriptionOutcome.LEFT and stay is not None:
            leaving.append(stay)
    await close(tx, leaving, manner)
    return Done(found, tuple(results.values()))


async def _open_list(
    tx: Transaction, contact_ids: Sequence[UUID], list_id: UUID, manner: Manner
) -> SubscriptionList:
    """The list, if contacts may join and leave it."""
    if not contact_ids:
        raise Refused(Code.REQUIRED, "Name the contacts: there is none.", "contactIds")
    if len(contact_ids) > MOST_CONTACTS:
        message = f"1 to {MOST_CONTACTS:,} contacts can be named at once; {len(contact_ids):,} were."
        raise Refused(Code.TOO_MANY, message, "contactIds")
    if manner.at > manner.now:
        raise Refused(Code.INVALID, "Nobody joins or leaves in the future.", "at")
    found = await tx.records(SubscriptionList, "subscription_lists_held", [list_id])
    if not found:
        raise Refused(Code.NOT_FOUND, "There is no such subscription list.", "listId")
    if found[0].locked:
        raise Refused(Code.LOCKED, "The list is locked: unlock it before contacts join or leave.", "listId")
    return found[0]


async def _hold(tx: Transaction, contact_ids: Sequence[UUID], all_with_address: bool) -> dict[UUID, Result]:
    """The contacts in question, locked; with what forbids to write them, else unchanged so far."""
    named = list(dict.fromkeys(contact_ids))
    if all_with_address:
        rows = await tx.rows("contacts_of_same_addresses", named)
        named += sorted(row["id"] for row in rows)
    known = {row["id"]: row for row in await tx.rows("contacts_held", named)}
    places = {id: (str(at),) for at, id in reversed(list(enumerate(contact_ids)))}
    return {id: _writable(id, known.get(id), "contactIds", *places.get(id, ())) for id in named}


def _writable(contact_id: UUID, known: Row | None, *path: str) -> Result:
    if known is None:
        refused = Refused(Code.NOT_FOUND, "There is no such contact.", *path)
    elif known["master_id"] is not None:
        refused = Refused(Code.MERGED, "The contact was merged into another one: name that one.", *path)
    elif known["state"] == State.INACTIVE:
        refused = Refused(Code.INACTIVE, "An inactive contact is read-only: activate it first.", *path)
    else:
        return Result(contact_id, SubscriptionOutcome.UNCHANGED)
    return Result(contact_id, SubscriptionOutcome.REFUSED, refused)


def _free(results: Mapping[UUID, Result]) -> list[UUID]:
    return [id for id, result in results.items() if result.refused is None]


def _joined(contact_id: UUID, stay: Row | None, at: datetime) -> Result:
    if stay is None:
        return Result(contact_id, SubscriptionOutcome.JOINED)
    if stay["left_at"] is None:
        return Result(contact_id, SubscriptionOutcome.UNCHANGED)
    if at < stay["left_at"]:
        message = f"The contact left the list at {stay['left_at'].isoformat()}: it can join later alone."
        return Result(contact_id, SubscriptionOutcome.REFUSED, Refused(Code.OUT_OF_ORDER, message, "at"))
    return Result(contact_id, SubscriptionOutcome.JOINED)


def _left(contact_id: UUID, stay: Row | None, at: datetime) -> Result:
    if stay is None or stay["left_at"] is not None:
        return Result(contact_id, SubscriptionOutcome.UNCHANGED)
    if at < stay["joined_at"]:
        message = f"The contact joined the list at {stay['joined_at'].isoformat()}: it can leave later alone."
        return Result(contact_id, SubscriptionOutcome.REFUSED, Refused(Code.OUT_OF_ORDER, message, "at"))
    return Result(contact_id, SubscriptionOutcome.LEFT)


async def last_stays(tx: Transaction, contacts: Collection[UUID], lists: Collection[UUID]) -> Known:
    """The last stay of each of the contacts on each of the lists."""
    rows = await tx.rows("subscriptions_last", list(contacts), list(lists))
    return {(row["contact_id"], row["list_id"]): row for row in rows}


async def enter(tx: Transaction, joining: Iterable[tuple[UUID, UUID]], manner: Manner) -> None:
    """Begins a stay of each contact on its list, and records it; all of them may do so."""
    stays = [(contact, uuid7(manner.at), list_id) for contact, list_id in joining]
    ends = (manner.at, manner.via.name, manner.source)
    await tx.copy("subscription", _COLUMNS, [(*stay, *ends) for stay in stays])
    await _record(tx, InteractionType.SEGMENT_SUBSCRIBED, stays, manner)


async def close(tx: Transaction, leaving: Sequence[Row], manner: Manner) -> None:
    """Ends stays that may end, and records it."""
    stays = [(row["contact_id"], row["id"], row["list_id"]) for row in leaving]
    if stays:
        contacts, ids, _ = map(list, zip(*stays, strict=True))
        await tx.run("subscriptions_close", contacts, ids, manner.at, manner.via.name)
    await _record(tx, InteractionType.SEGMENT_UNSUBSCRIBED, stays, manner)


async def _record(
    tx: Transaction, kind: InteractionType, stays: Sequence[tuple[UUID, UUID, UUID]], manner: Manner
) -> None:
    """One interaction for each change; its month has been prepared."""
    new = [
        happened(
            kind,
            contact_id,
            f"{kind.name} {id}",
            manner,
            {"segmentId": str(list_id), "via": manner.via.name},
        )
        for contact_id, id, list_id in stays
    ]
    for begin in range(0, len(new), ingest.LARGEST_BATCH):
        await ingest.take_in(tx, new[begin : begin + ingest.LARGEST_BATCH], manner.now)


def happened(
    kind: InteractionType, contact_id: UUID, source_id: str, manner: Manner, properties: Mapping[str, Any]
) -> NewInteraction:
    """An interaction that takes place here; what staff or another system did, no person is said to have."""
    own = manner.via in (JoinedVia.CENTER, JoinedVia.LANDING_PAGE)
    return NewInteraction(
        kind,
        manner.at,
        SOURCE,
        source_id,
        contact_id=contact_id,
        actor=Actor.HUMAN if own else Actor.UNKNOWN,
        message_id=manner.sending.message_id,
        journey_id=manner.sending.journey_id,
        iteration_id=manner.sending.iteration_id,
        tile_id=manner.sending.tile_id,
        properties=properties,
    )
