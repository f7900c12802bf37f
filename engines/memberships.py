"""Contacts move between accounts; the accounts' insights follow at once (domain.md 2.9 and 4.4)."""

from datetime import datetime
from uuid import UUID

from db import writes
from db.database import Transaction
from domain.options import State
from domain.records import Contact, Membership
from domain.refusals import Code, Refused
from engines import ingest


async def move(tx: Transaction, contact_id: UUID, account_id: UUID | None, moved_at: datetime) -> Contact:
    """Ends the contact's stay in its account and begins one in another, or in none, at that moment."""
    contact = await _contact(tx, contact_id)
    await _check(tx, contact, account_id, moved_at)
    if contact.account_id != account_id:
        await _shift(tx, contact, account_id, moved_at)
    return await _contact(tx, contact_id)


async def _shift(tx: Transaction, contact: Contact, account_id: UUID | None, moved_at: datetime) -> None:
    """The move itself, of a contact that is locked and may move."""
    if contact.account_id is not None:
        await tx.run("account_sums_withdraw", contact.id, contact.account_id)
        await tx.run("membership_close", contact.id, moved_at)
    await tx.run("membership_set_account", contact.id, account_id, moved_at)
    tx.note(writes.updated("contact", contact, {"account_id": account_id}))
    if contact.account_id is not None:
        await tx.run("account_sums_reread_extremes", contact.id, contact.account_id)
        await tx.run("account_sums_drop_empty", contact.account_id)
    if account_id is not None:
        await tx.run("membership_open", contact.id, moved_at, account_id)
    if await tx.run("interactions_restamp", contact.id, moved_at, account_id):
        await ingest.rebuild(tx, contact.id)
    if account_id is not None:
        await tx.run("account_sums_credit", contact.id, account_id)


async def _contact(tx: Transaction, contact_id: UUID) -> Contact:
    found = await tx.records(Contact, "contact_locked", [contact_id])
    if not found:
        raise Refused(Code.NOT_FOUND, "There is no such contact.", "id")
    return found[0]


async def _check(tx: Transaction, contact: Contact, account_id: UUID | None, moved_at: datetime) -> None:
    if contact.state is State.INACTIVE:
        raise Refused(Code.INACTIVE, "An inactive contact is read-only.", "id")
    if account_id is not None and not await tx.rows("account_locked", [account_id]):
        raise Refused(Code.NOT_FOUND, "There is no such account.", "accountId")
    for stay in await tx.records(Membership, "memberships_of_contact", [contact.id]):
        if moved_at <= stay.from_at or (stay.to_at is not None and moved_at < stay.to_at):
            raise Refused(
                Code.OUT_OF_ORDER,
                f"The contact's present stay begins at {stay.from_at.isoformat()}: a move has to come later.",
                "movedAt",
            )
