"""Contacts move between accounts; the accounts' insights follow at once (domain.md 2.9 and 4.4)."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from db import writes
from db.database import Transaction
from domain.options import State
from domain.records import Contact, Membership
from domain.refusals import Code, Refused
from engines import account_sums, archived_sums, ingest, pointers, visitors


async def move(
    tx: Transaction,
    contact_id: UUID,
    account_id: UUID | None,
    moved_at: datetime,
    now: datetime | None = None,
) -> Contact:
    """Ends the contact's stay in its account and begins one in another, or in none, at that moment."""
    contact = await _contact(tx, contact_id)
    if contact.state is State.INACTIVE:
        raise Refused(Code.INACTIVE, "An inactive contact is read-only.", "id")
    if contact.account_id != account_id:
        await shift(tx, contact, {"account_id": account_id}, moved_at, now or moved_at)
    return await _contact(tx, contact_id)


async def shift(
    tx: Transaction, contact: Contact, changes: Mapping[str, Any], moved_at: datetime, now: datetime
) -> None:
    """Moves a contact that is locked, with whatever else changes in it.

    A contact belongs to an account or lies under another contact, never both.
    """
    account_id: UUID | None = changes["account_id"]
    await _check(tx, contact, account_id, moved_at)
    if account_id is not None:
        changes = {**changes, "parent_contact_id": None}
    async with account_sums.kept_right(tx, [contact.id]):
        if contact.account_id is not None:
            await tx.run("membership_close", contact.id, moved_at)
        await writes.update(tx, "contact", contact, changes, now)
        if account_id is not None:
            await tx.run("membership_open", contact.id, moved_at, account_id)
        restamped = await tx.run("interactions_restamp", contact.id, moved_at, account_id)
        restamped += await visitors.restamp(tx, contact.id, moved_at, account_id)
        if restamped + await archived_sums.stamp(tx, [contact.id]):
            await ingest.rebuild(tx, [contact.id])


async def _contact(tx: Transaction, contact_id: UUID) -> Contact:
    found = await tx.records(Contact, "contact_locked", [contact_id])
    if not found:
        raise Refused(Code.NOT_FOUND, "There is no such contact.", "id")
    return found[0]


async def _check(tx: Transaction, contact: Contact, account_id: UUID | None, moved_at: datetime) -> None:
    accounts = {contact.account_id, account_id} - {None}
    locked = {row["id"] for row in await tx.rows("account_locked", list(accounts))} if accounts else set()
    if account_id is not None and account_id not in locked:
        raise Refused(Code.NOT_FOUND, "There is no such account.", "account_id")
    if account_id is not None and await pointers.is_pointer(tx, "account", account_id):
        raise pointers.refusal("account", "account_id")
    for stay in await tx.records(Membership, "memberships_of_contact", [contact.id]):
        if moved_at <= stay.from_at or (stay.to_at is not None and moved_at < stay.to_at):
            raise Refused(
                Code.OUT_OF_ORDER,
                f"The contact's present stay begins at {stay.from_at.isoformat()}: a move has to come later.",
                "moved_at",
            )
