"""Everything held about one contact, as the file of a data-subject request gives it (domain.md 10.5)."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date, datetime
from enum import Enum
from typing import Any
from uuid import UUID

import asyncpg

from db.connections import Busy
from db.database import Row, Transaction
from db.rows import to_record
from domain.events import EventRegistration
from domain.facts import Interaction
from domain.protection import ConsentChange
from domain.records import Contact, Lead, LeadStageEntry, Opportunity

PASSING = (
    asyncpg.PostgresConnectionError,
    asyncpg.OperatorInterventionError,
    asyncpg.InterfaceError,
    asyncpg.DeadlockDetectedError,
    asyncpg.SerializationError,
    asyncpg.InsufficientResourcesError,
    OSError,
    Busy,
)
"""Faults of the moment: the same may work when it is tried again."""


@dataclass(frozen=True)
class Section:
    """A part of what is held: its name in the file, its statement, and of what record its rows are."""

    name: str
    query: str
    record: type[Any] | None = None
    more: tuple[str, ...] = ()


SECTIONS = (
    Section("accounts", "subject_accounts"),
    Section("sourceKeys", "subject_keys"),
    Section("leads", "subject_leads", Lead),
    Section("leadStages", "subject_stages", LeadStageEntry),
    Section("opportunities", "subject_opportunities", Opportunity),
    Section("subscriptions", "subject_subscriptions"),
    Section("segments", "subject_segments"),
    Section("registrations", "subject_registrations", EventRegistration, ("event", "responses")),
    Section("checkIns", "subject_check_ins"),
    Section("waitlistItems", "subject_waitlist"),
    Section("speaker", "subject_speaking"),
    Section("consentChanges", "subject_consent", ConsentChange),
    Section("browsers", "subject_visitors"),
    Section("suppressedAddresses", "subject_suppressed"),
)


async def held(tx: Transaction, contact: Contact) -> dict[str, Any]:
    """The contact with all that hangs on it, but for its interactions."""
    found: dict[str, Any] = {"contact": told(contact)}
    for section in SECTIONS:
        found[section.name] = [_shown(section, row) for row in await tx.rows(section.query, contact.id)]
    ids = [contact.id, *(UUID(lead["id"]) for lead in found["leads"])]
    found["history"] = [_plain(dict(row)) for row in await tx.rows("subject_history", ids)]
    return found


async def interactions(
    tx: Transaction, contact_id: UUID, last: Row | None, size: int
) -> tuple[list[dict[str, Any]], tuple[datetime, UUID] | None]:
    """The next of the contact's interactions, and where they end; None after the last of them."""
    after = (last["last_at"], last["last_id"]) if last is not None else (None, None)
    rows = await tx.rows("subject_interactions", contact_id, *after, size)
    end = (rows[-1]["occurred_at"], rows[-1]["id"]) if len(rows) == size else None
    return [told(to_record(Interaction, row)) for row in rows], end


async def of_address(tx: Transaction, email: str) -> dict[str, Any]:
    """What carries an address and is tied to no contact."""
    leads = await tx.records(Lead, "leads_of_address", email)
    waiting = await tx.rows("orphans_of_address", email)
    listed = await tx.rows("suppressed_address_known", email)
    return {
        "leads": [told(lead) for lead in leads],
        "interactions": [_plain(dict(row)) for row in waiting],
        "suppressedAddresses": [_plain(dict(row)) for row in listed],
    }


def told(record: Any) -> dict[str, Any]:
    """A record by its fields' names, choices by theirs."""
    return _plain({field.name: getattr(record, field.name) for field in fields(record)})


def _shown(section: Section, row: Row) -> dict[str, Any]:
    if section.record is None:
        return _plain(dict(row))
    return told(to_record(section.record, row)) | _plain({name: row[name] for name in section.more})


def _plain(values: Mapping[str, Any]) -> dict[str, Any]:
    """What a file in JSON holds: empty fields left out."""
    return {_camel(name): _written(value) for name, value in values.items() if value not in (None, (), {})}


def _written(value: Any) -> Any:
    match value:
        case Enum():
            return value.name
        case tuple():
            return [_written(item) for item in value]
        case datetime() | date():
            return value.isoformat()
        case bool() | int() | float() | Mapping() | list():
            return value
        case _:
            return str(value)


def _camel(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(part.title() for part in rest)
