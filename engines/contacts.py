"""The contact behind a lead that has none (domain.md 6.8)."""

from datetime import datetime
from uuid import UUID

from db.database import Transaction
from domain.records import Contact, Lead
from domain.refusals import Code, Refused
from engines import records

_COPIED = (
    "first_name",
    "last_name",
    "job_title",
    "email",
    "email2",
    "email3",
    "business_phone",
    "home_phone",
    "phone3",
    "mobile_phone",
    "website",
    "address_line1",
    "address_line2",
    "address_line3",
    "city",
    "state_or_province",
    "postal_code",
    "country",
)
"""What is written on a lead about its person."""


async def of_lead(tx: Transaction, lead_id: UUID, now: datetime, expected: int | None = None) -> Lead:
    """Gives an orphan lead its contact: the active one with its address, else a new marketing-only one."""
    lead: Lead = await records.locked(tx, "lead", lead_id, "id")
    await records.check_version(tx, lead, expected)
    if lead.contact_id is not None or lead.account_id is not None:
        raise Refused(Code.INVALID, "The lead has a parent already: only an orphan lead is given one.", "id")
    contact_id = await _match(tx, lead)
    if contact_id is None:
        copied = {name: getattr(lead, name) for name in _COPIED if getattr(lead, name) is not None}
        made: Contact = await records.create(
            tx, "contact", copied | {"marketing_only": True, "originating_lead_id": lead.id}, now
        )
        contact_id = made.id
    found: Lead = await records.change(tx, "lead", lead.id, {"contact_id": contact_id}, now)
    return found


async def _match(tx: Transaction, lead: Lead) -> UUID | None:
    """The active contact with the lead's address; of several the oldest (domain.md 9.5)."""
    if lead.email is None:
        return None
    rows = await tx.rows("active_contacts_by_email", lead.email)
    return rows[0]["id"] if rows else None
