"""Creates, changes and removes contacts, accounts, leads and opportunities: the one way to write one."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import fields, replace
from datetime import datetime, timedelta
from enum import Enum
from typing import Any
from uuid import UUID

from db import writes
from db.database import Transaction
from db.ids import uuid7
from domain.intake import DEFAULTS, ENTITIES, Record, follow
from domain.options import State
from domain.pipeline import LeadState, LeadStatus, OpportunityState, OpportunityStatus, StageCause
from domain.records import Account, Contact, Lead, Membership, Opportunity
from domain.refusals import Code, Refused, Stale
from engines import (
    arrivals,
    consent,
    custom_fields,
    erasure,
    memberships,
    purges,
    removals,
    rules,
    stages,
    validation,
)

OPEN: Mapping[str, tuple[Enum, ...]] = {
    "lead": (LeadStatus.NEW, LeadStatus.CONTACTED),
    "opportunity": (OpportunityStatus.IN_PROGRESS, OpportunityStatus.ON_HOLD),
}
"""The reasons that an open lead or sale may have; the others come by acts of their own."""
_OPEN_NAMES = {entity: " or ".join(status.name for status in open) for entity, open in OPEN.items()}
_INSTANT = timedelta(seconds=1)
"""So far may moments of one request, or the clocks of two servers, lie apart."""
Following = Callable[[Transaction, Record | None, Record | None, datetime], Awaitable[None]]
"""What follows when a record has become another one; on a removal, before it goes, it becomes None."""


async def create(
    tx: Transaction, entity: str, given: Mapping[str, Any], now: datetime, since: datetime | None = None
) -> Any:
    """A new record; a contact's stay in its account begins at `since`, or now."""
    values, refused = await settled(tx, entity, given, None, now)
    made = new(entity, values, now)
    await _allow(tx, entity, None, made, refused)
    await begin(tx, entity, [made], now, since)
    return await locked(tx, entity, made.id)


async def settled(
    tx: Transaction, entity: str, given: Mapping[str, Any], known: Any, now: datetime
) -> tuple[dict[str, Any], list[Refused]]:
    """The values as the record will keep them, and what is refused, with what could not even be read."""
    unread = [value for value in given.values() if isinstance(value, Refused)]
    given = {name: value for name, value in given.items() if not isinstance(value, Refused)}
    own = {name: value for name, value in given.items() if name != "custom_fields"}
    values, refused = validation.checked(entity, own, known, now)
    refused = [*unread, *refused]
    if entity in OPEN and values.get("status", OPEN[entity][0]) not in OPEN[entity]:
        message = (
            f"The {entity} is closed by an act of its own: a change can make it only {_OPEN_NAMES[entity]}."
        )
        refused = [*refused, Refused(Code.INVALID, message, "status")]
    if "custom_fields" in given:
        held = known.custom if known is not None else {}
        values["custom"], faults = await custom_fields.merged(tx, entity, held, given["custom_fields"])
        refused = [*refused, *faults]
    return values, refused


def new(entity: str, values: Mapping[str, Any], now: datetime) -> Record:
    """The record that these values make, with what a new one holds where nothing is given."""
    kind: Callable[..., Record] = ENTITIES[entity]
    created_at = values.get("created_at", now)
    id = values.get("id") or uuid7(created_at)
    made: dict[str, Any] = {
        "id": id,
        "home_id": values.get("contact_id") or id,
        "version": 1,
        "created_at": created_at,
        "updated_at": now,
        "full_name": "",
        "attributes": {},
    }
    if entity == "lead" and values.get("status", LeadStatus.NEW) not in OPEN["lead"]:
        made["closed_at"] = now
    held: dict[str, Any] = made | dict(DEFAULTS[entity]) | dict(values) | follow(entity, values)
    return kind(**{f.name: held.get(f.name) for f in fields(ENTITIES[entity])})


async def begin(
    tx: Transaction, entity: str, made: Sequence[Any], now: datetime, since: datetime | None = None
) -> None:
    """Writes new records with what they bring: a contact's stay in its account, a lead's first stage."""
    await writes.insert(tx, entity, made)
    if entity == "contact":
        stays = [(one.id, since or now, one.account_id) for one in made if one.account_id is not None]
        if stays:
            await tx.run("memberships_add", *map(list, zip(*stays, strict=True)))
    if entity == "lead":
        await stages.enter(tx, made, StageCause.MANUAL)
    for one in made:
        await follow_up(tx, entity, None, one, now)
    await arrivals.addressed(tx, [(None, one) for one in made], now)


async def change(
    tx: Transaction,
    entity: str,
    id: UUID,
    given: Mapping[str, Any],
    now: datetime,
    expected: int | None = None,
) -> Any:
    """The record as it is after the change; where nothing changes, nothing is written."""
    known = await locked(tx, entity, id, "id")
    await check_version(tx, known, expected)
    refuse_read_only(entity, known, given)
    values, refused = await settled(tx, entity, given, known, now)
    return await revise(tx, entity, known, values, now, refused)


async def revise(
    tx: Transaction,
    entity: str,
    known: Any,
    values: Mapping[str, Any],
    now: datetime,
    refused: list[Refused] | None = None,
) -> Any:
    """Makes a locked record another one, of values that have been checked."""
    after, changes = outcome(known, values)
    await _allow(tx, entity, known, after, refused or [])
    if not changes:
        return known
    await write(tx, entity, known, changes, now)
    await follow_up(tx, entity, known, after, now)
    await arrivals.addressed(tx, [(known, after)], now)
    return await locked(tx, entity, known.id)


def outcome(known: Any, values: Mapping[str, Any]) -> tuple[Any, dict[str, Any]]:
    """What a record becomes by these values, and what changes in it."""
    entity = type(known).__name__.lower()
    changes = {name: value for name, value in values.items() if getattr(known, name) != value}
    changes |= follow(entity, changes)
    if isinstance(known, Contact):
        changes = placed(changes, values)
    return replace(known, **changes) if changes else known, changes


async def write(tx: Transaction, entity: str, known: Any, changes: dict[str, Any], now: datetime) -> None:
    """Writes what changes in a record, with what follows from it."""
    if isinstance(known, Contact) and "account_id" in changes:
        await memberships.shift(tx, known, changes, await _moment(tx, known, now), now)
        return
    if isinstance(known, Lead):
        changes |= await stages.follow(tx, known, changes, now)
    await writes.update(tx, entity, known, changes, now)


async def _moment(tx: Transaction, known: Contact, now: datetime) -> datetime:
    """When a contact that is given another account moves: now, or right after a stay that has just begun."""
    stays = await tx.records(Membership, "memberships_of_contact", [known.id])
    latest = max((stay.to_at or stay.from_at for stay in stays), default=None)
    if latest is None or latest < now:
        return now
    if latest - now > _INSTANT:
        message = f"The contact's present stay begins at {latest.isoformat()}: it can be moved after that."
        raise Refused(Code.OUT_OF_ORDER, message, "account_id")
    return latest + timedelta(microseconds=1)


def placed(changes: dict[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
    """A contact that is given an account leaves the contact it lay under, and the other way round."""
    if changes.get("account_id") is not None and "parent_contact_id" not in given:
        return changes | {"parent_contact_id": None}
    if changes.get("parent_contact_id") is not None and "account_id" not in given:
        return changes | {"account_id": None}
    return changes


async def remove(tx: Transaction, entity: str, id: UUID, now: datetime, expected: int | None = None) -> Any:
    """Deletes the record, and what it leaves behind with others (domain.md 2.9, 10.5); as it was before."""
    known = await locked(tx, entity, id, "id")
    await check_version(tx, known, expected)
    await follow_up(tx, entity, known, None, now)
    await writes.delete(tx, entity, known)
    return known


async def locked(tx: Transaction, entity: str, id: UUID, *path: str) -> Any:
    """The record, which nobody else can write until this transaction ends."""
    found = await tx.records(ENTITIES[entity], f"{entity}_locked", [id])
    if not found:
        raise Refused(Code.NOT_FOUND, f"There is no such {entity}.", *path)
    return found[0]


async def check_version(tx: Transaction, known: Record, expected: int | None) -> None:
    """Refuses to write over what the client has not seen, and says what it was."""
    if expected is None or expected == known.version:
        return
    if expected > known.version:
        message = f"The record is at version {known.version}: there has been no version {expected}."
        raise Stale(message, known.version, ())
    rows = await tx.rows("record_changes_since", known.id, expected)
    changed = sorted({name for row in rows for name in row["changes"]})
    by = f", last by {rows[0]['actor']}" if rows and rows[0]["actor"] else ""
    message = (
        f"The record has changed since version {expected}{by}; it is at version {known.version} now:"
        " read it again, and decide."
    )
    raise Stale(message, known.version, changed)


def refuse_read_only(entity: str, known: Any, given: Mapping[str, Any]) -> None:
    """An inactive contact or account, a closed lead and a closed sale are read-only (domain.md 2.1, 2.8)."""
    if isinstance(known, Contact | Account):
        if known.master_id is not None:
            message = f"The {entity} was merged into another one: change that one."
            raise Refused(Code.MERGED, message, "id")
        if known.state is State.INACTIVE and given.get("state") is not State.ACTIVE:
            raise Refused(Code.INACTIVE, f"An inactive {entity} is read-only: activate it first.", "id")
    if isinstance(known, Opportunity) and known.state is not OpportunityState.OPEN:
        raise Refused(Code.READ_ONLY, "A won or lost opportunity is read-only until it is reopened.", "id")
    if isinstance(known, Lead) and known.state is not LeadState.OPEN and set(given) - {"status", "state"}:
        raise Refused(Code.READ_ONLY, "Only an open lead can be changed: reactivate it first.", "id")


async def _allow(
    tx: Transaction, entity: str, before: Record | None, after: Record, refused: list[Refused]
) -> None:
    """Refuses with all that is wrong at once."""
    found = refused or (await rules.broken(tx, entity, [(before, after)]))[0]
    if found:
        raise Refused.several(found)


async def follow_up(
    tx: Transaction, entity: str, before: Record | None, after: Record | None, now: datetime
) -> None:
    """Does what follows from a record's creation, change or removal."""
    for following in FOLLOWING[entity]:
        await following(tx, before, after, now)


FOLLOWING: Mapping[str, tuple[Following, ...]] = {
    "account": (removals.account_goes, purges.record_goes),
    "contact": (consent.follow, erasure.contact_goes),
    "lead": (removals.lead_goes,),
    "opportunity": (removals.opportunity_goes,),
}
"""What is done in the same transaction after each creation and change of a record, and before its removal."""
