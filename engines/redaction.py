"""Redacting a contact: what happened stays countable and leads to nobody (domain.md 10.5, REDACT)."""

from datetime import datetime
from uuid import UUID

from db import writes
from db.database import Transaction
from domain.erasure import KEPT_PROPERTIES, addresses_of, values_of
from domain.options import State
from domain.records import Contact
from engines import archived_sums, erasure, records, suppression


async def redact(tx: Transaction, contact_id: UUID, now: datetime, expected: int | None = None) -> Contact:
    """Puts a nameless inactive contact in the person's stead, with what may be counted; erases the person."""
    contact: Contact = await records.locked(tx, "contact", contact_id, "id")
    await records.check_version(tx, contact, expected)
    stead = _stead(contact, now)
    await writes.insert(tx, "contact", [stead])
    leads = [lead for lead in await erasure.leads_of(tx, contact) if lead.contact_id == contact.id]
    known = await erasure.known_by(tx, contact, [contact.id, *(lead.id for lead in leads)])
    await erasure.free_opportunities(tx, contact, leads, now, stead.id)
    for lead in leads:
        await erasure.blank_lead(tx, lead, values_of(contact), now, stead.id)
    await suppression.forget(tx, contact)
    await tx.run("orphans_forget", contact.id, addresses_of(contact))
    await _move(tx, contact.id, stead.id, known, now)
    await records.remove(tx, "contact", contact.id, now)
    return stead


def _stead(contact: Contact, now: datetime) -> Contact:
    """Who stands in the person's stead: a member of the same account, made on the same day, and nobody."""
    values = {
        "account_id": contact.account_id,
        "created_at": contact.created_at.replace(hour=0, minute=0, second=0, microsecond=0),
        "marketing_only": contact.marketing_only,
        "state": State.INACTIVE,
    }
    made = records.new("contact", values, now)
    assert isinstance(made, Contact)
    return made


async def _move(tx: Transaction, contact_id: UUID, stead_id: UUID, known: list[str], now: datetime) -> None:
    """Gives what may be counted to who stands in the person's stead: sums of accounts stay as they are."""
    await tx.run("stays_move", contact_id, stead_id)
    await tx.run("interactions_move", contact_id, stead_id, list(KEPT_PROPERTIES), known)
    await tx.run("marks_move", contact_id, stead_id, known)
    await tx.run("copies_move", contact_id, stead_id)
    await archived_sums.move(tx, contact_id, stead_id, known)
    for name in ("registrations_move", "check_ins_move", "passes_move"):
        await tx.run(name, contact_id, stead_id, now)
