"""Deleting a contact: nothing of the person stays, sums are what the others make them (domain.md 10.5)."""

from collections.abc import Iterable
from datetime import datetime
from hashlib import sha256
from typing import Any
from uuid import UUID

import orjson

from db import writes
from db.database import Transaction
from domain.changes import ChangeKind
from domain.erasure import addresses_of, distinctive, freed, phones_of, values_of
from domain.intake import Record
from domain.records import Contact, Lead, Opportunity
from engines import account_sums, archived_sums, removals, suppression

_TIES = (
    ("account", "primary_contact_id"),
    ("contact", "guardian_id"),
    ("contact", "parent_contact_id"),
    ("lead", "customer_contact_id"),
)
"""What names the contact, and lives on without it; a child without a guardian has no effective consent."""
_NOBODY = str(UUID(int=0))


async def contact_goes(tx: Transaction, before: Record | None, after: Record | None, now: datetime) -> None:
    """Before a contact's row goes, everything that hangs on it does."""
    if after is None and isinstance(before, Contact):
        await erase(tx, before, now)


async def erase(tx: Transaction, contact: Contact, now: datetime) -> None:
    """Takes away all that is the person's, but the contact's row itself, which is locked."""
    for loser in await tx.records(Contact, "contacts_merged_into", contact.id):
        await erase(tx, loser, now)
        await writes.delete(tx, "contact", loser)
    leads = await leads_of(tx, contact)
    ids = [contact.id, *(lead.id for lead in leads)]
    known = await known_by(tx, contact, ids)
    await free_opportunities(tx, contact, leads, now)
    for lead in leads:
        await _forget_lead(tx, contact, lead, now)
    await _untie(tx, contact, now)
    async with account_sums.kept_right(tx, [contact.id]):
        await _forget_facts(tx, contact)
    await _forget_traces(tx, contact, ids, known, now)
    await tx.run("tombstone_add", tombstone(contact.id), now)


async def leads_of(tx: Transaction, contact: Contact) -> list[Lead]:
    """The contact's leads, and those tied to no contact that carry the person's address."""
    names = (contact.last_name or "").lower()
    return await tx.records(Lead, "leads_of_person", contact.id, addresses_of(contact), names)


def tombstone(contact_id: UUID) -> bytes:
    """By what a contact's erasure is known, without its id."""
    return sha256(contact_id.bytes).digest()


async def known_by(tx: Transaction, contact: Contact, ids: Iterable[UUID]) -> list[str]:
    """All texts that stand for the person: values, keys of other systems, its own ids."""
    keys = [row["key"] for id in ids for row in await tx.rows("source_keys_of_contact", id)]
    return distinctive([*values_of(contact), *keys, *map(str, ids)])


async def free_opportunities(
    tx: Transaction, contact: Contact, leads: list[Lead], now: datetime, stead: UUID | None = None
) -> None:
    """The person's sales stay, without the person: untied, or tied to who stands in its stead."""
    free = freed(values_of(contact))
    found = await tx.records(Opportunity, "opportunities_of_person", contact.id, [lead.id for lead in leads])
    for known in found:
        texts = (free(known.name), free(known.description), free(dict(known.attributes)))
        await tx.run("opportunity_free", known.id, *texts)
        for row in await tx.rows("opportunity_closings", known.id):
            closing = (free(row["description"]), free(row["competitor"]))
            await tx.run("opportunity_closing_free", row["id"], *closing)
        untied = {
            name: stead
            for name in ("contact_id", "customer_contact_id")
            if getattr(known, name) == contact.id
        }
        if untied:
            await writes.update(tx, "opportunity", known, untied, now)
    await tx.tell()
    await _free_histories(tx, [known.id for known in found], contact, free)


async def _forget_lead(tx: Transaction, contact: Contact, lead: Lead, now: datetime) -> None:
    """A lead of the person goes; what an account's lead tells of the person does."""
    if lead.contact_id is None and lead.account_id is not None:
        await blank_lead(tx, lead, values_of(contact), now)
        return
    await removals.lead_goes(tx, lead, None, now)
    await writes.delete(tx, "lead", lead)


async def blank_lead(
    tx: Transaction, lead: Lead, values: list[str], now: datetime, stead: UUID | None = None
) -> None:
    """Leaves of a lead how far it came and what it may bring, of whoever stands in the person's stead."""
    await tx.run("record_history_forget", lead.id)
    tx.forget(lead.id)
    await tx.run("source_keys_forget", lead.id)
    topic = freed(values)(lead.topic)
    await tx.run("lead_blank", lead.id, stead or lead.id, stead, topic, now)
    tx.note(writes.updated("lead", lead, {"contact_id": stead}))
    writes.remember(tx, "lead", ChangeKind.UPDATED, lead, lead.version + 1, {})


async def _free_histories(tx: Transaction, ids: list[UUID], contact: Contact, free: Any) -> None:
    """What is told of these records' past is freed of the person's values, and of its id."""
    for row in await tx.rows("histories_of", ids):
        told = _without(free(row["changes"]), contact.id)
        if told != row["changes"]:
            await tx.run("history_free", row["record_id"], row["version"], told)


def _without(changes: Any, id: UUID) -> Any:
    return orjson.loads(orjson.dumps(changes).replace(str(id).encode(), _NOBODY.encode()))


async def _untie(tx: Transaction, contact: Contact, now: datetime) -> None:
    """Whoever named the contact names nobody, nor does their history."""
    tied = [row["id"] for row in await tx.rows("records_tied_to_contact", contact.id)]
    for table, column in _TIES:
        await writes.untie(tx, table, column, contact.id, now)
    await tx.run("registered_by_forget", contact.id)
    await tx.tell()
    await _free_histories(tx, tied, contact, lambda changes: changes)


async def _forget_facts(tx: Transaction, contact: Contact) -> None:
    """What the person did, in every month; the ledger knows it as nobody's, so that no repeat comes in."""
    keys = [row["key"] for row in await tx.rows("source_keys_of_contact", contact.id)]
    await suppression.forget(tx, contact)
    await tx.run("orphans_forget", contact.id, addresses_of(contact))
    await tx.run("forwards_forget", [str(contact.id), *keys])
    await tx.run("interactions_forget", contact.id)
    await tx.run("copies_forget", contact.id)
    await archived_sums.forget(tx, contact.id)
    await tx.run("event_counts_withdraw", contact.id)


async def _forget_traces(
    tx: Transaction, contact: Contact, ids: list[UUID], known: list[str], now: datetime
) -> None:
    """What the work with the person's records has left: history, answers, merges, refusals, requests."""
    await tx.run("source_keys_forget", contact.id)
    await tx.run("record_history_forget", contact.id)
    tx.forget(contact.id)
    await tx.run("answers_forget", ids)
    await tx.run("merges_forget", contact.id, ids)
    await tx.run("merges_of_accounts_forget", str(contact.id))
    values = [text.lower() for text in values_of(contact)]
    await tx.run("refusals_forget", [_in_json(text) for text in known], values)
    await tx.run("documents_about_forget", known)
    await _free_views(tx, known, now)
    about = (contact.id, addresses_of(contact), phones_of(contact))
    await forget_requests(tx, *about, values_of(contact), now)
    await tx.run("data_subject_forget", contact.id)


async def _free_views(tx: Transaction, known: list[str], now: datetime) -> None:
    """What lists are searched and filtered for names nobody who is gone."""
    free = freed(known)
    for row in await tx.rows("views_naming", known):
        await tx.run("view_free", row["id"], free(row["name"]), free(row["search"]), free(row["filter"]), now)


async def forget_requests(
    tx: Transaction,
    id: UUID | None,
    addresses: list[str],
    phones: list[str],
    values: list[str],
    now: datetime,
) -> None:
    """What was asked about a person tells no longer whom it was about, nor what was found."""
    free = freed(values)
    for row in await tx.rows("requests_of_person", id, addresses, phones):
        await tx.run("request_forget", row["id"], free(row["name"]), now)
        await tx.run("data_subject_nobody_forget", row["id"])


def _in_json(text: str) -> str:
    return orjson.dumps(text).decode()[1:-1]
