"""Subscription centres: what they offer, and what contacts choose there themselves (domain.md 9.1, R21)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from db import writes
from db.database import Reads, Transaction
from db.ids import uuid7
from db.rows import to_record
from domain.interactions import InteractionType
from domain.options import Permission
from domain.records import Contact
from domain.refusals import Code, Refused
from domain.subscriptions import JoinedVia, SubscriptionCenter, SubscriptionList
from engines import ingest, named, records, subscriptions
from engines.links import Link
from engines.subscriptions import Manner

_CENTERS = named.Named(
    SubscriptionCenter,
    "subscription_center",
    "subscription centre",
    ("name",),
    first=lambda _: {"is_default": False},
)


@dataclass(frozen=True, slots=True)
class Offered:
    """A list that a centre offers, and whether the contact is on it."""

    list: SubscriptionList
    subscribed: bool


@dataclass(frozen=True, slots=True)
class Page:
    """A centre as it is for one contact: its own details, the lists and the box."""

    center: SubscriptionCenter
    contact: Contact
    offered: tuple[Offered, ...]

    @property
    def do_not_email(self) -> bool:
        """Whether the box is ticked."""
        return self.contact.bulk_email_permission is Permission.DO_NOT_ALLOW

    @property
    def records(self) -> tuple[Contact, ...]:
        """What was written."""
        return (self.contact,)


@dataclass(frozen=True, slots=True)
class Choice:
    """What a contact submits: the lists ticked, the box, and details, of which absent ones stay."""

    list_ids: frozenset[UUID]
    do_not_email: bool
    details: Mapping[str, Any]


async def page(reads: Reads | Transaction, link: Link) -> Page:
    """The centre of a link, for its contact."""
    contact_id = await behind(reads, link.contact_id)
    rows = await reads.rows("contact_by_id", [contact_id]) if contact_id else []
    if not rows:
        raise Refused(Code.NOT_IDENTIFIED, "The contact of this link is no longer known.", "token")
    contact, center = to_record(Contact, rows[0]), await _center(reads, link.center_id)
    lists = await offered(reads, center.id)
    joined = await reads.rows("lists_joined", contact.id, [one.id for one in lists])
    on = {row["list_id"] for row in joined}
    return Page(center, contact, tuple(Offered(one, one.id in on) for one in lists))


async def behind(reads: Reads | Transaction, contact_id: UUID) -> UUID | None:
    """The contact of that id, or the one that it was merged into; None where it is gone."""
    rows = await reads.rows("contact_behind", contact_id)
    return rows[0]["id"] if rows else None


async def _center(reads: Reads | Transaction, id: UUID) -> SubscriptionCenter:
    """The centre, or the default one, which always exists, where it is gone."""
    rows = await reads.rows("subscription_center_by_id", [id]) or await reads.rows(
        "subscription_center_default"
    )
    return to_record(SubscriptionCenter, rows[0])


async def default(reads: Reads | Transaction) -> SubscriptionCenter:
    """The centre that always exists."""
    return to_record(SubscriptionCenter, (await reads.rows("subscription_center_default"))[0])


async def offered(reads: Reads | Transaction, center_id: UUID) -> list[SubscriptionList]:
    """The lists that a centre offers, in its order."""
    return [to_record(SubscriptionList, row) for row in await reads.rows("lists_of_centers", [center_id])]


async def submit(tx: Transaction, link: Link, choice: Choice, now: datetime) -> Page:
    """Does what the contact has chosen, and records it (domain.md 9.1); never creates a contact."""
    shown = await page(tx, link)
    _check(shown, choice)
    contact = await records.locked(tx, "contact", shown.contact.id)
    records.refuse_read_only("contact", contact, {})
    if choice.details:
        contact = await records.change(tx, "contact", contact.id, choice.details, now)
    await _allow(tx, contact, Permission.DO_NOT_ALLOW if choice.do_not_email else Permission.ALLOW, now)
    manner = Manner(JoinedVia.CENTER, now, now, shown.center.name, link.sending)
    kind = InteractionType.EMAIL_SUBSCRIPTION_SUBMIT
    submitted = {"centerId": str(shown.center.id)}
    new = subscriptions.happened(kind, contact.id, f"{kind.name} {uuid7(now)}", manner, submitted)
    await ingest.take_in(tx, [new], now)
    await _choose(tx, contact.id, [one.list.id for one in shown.offered], choice.list_ids, manner)
    return await page(tx, link)


def _check(shown: Page, choice: Choice) -> None:
    if choice.list_ids - {one.list.id for one in shown.offered}:
        raise Refused(Code.INVALID, "The centre does not offer one of these lists.", "listIds")


async def _choose(
    tx: Transaction, contact_id: UUID, offered: Sequence[UUID], ticked: frozenset[UUID], manner: Manner
) -> None:
    """On the lists ticked, off the offered ones left unticked; what was not offered stays."""
    held = await tx.records(SubscriptionList, "subscription_lists_held", list(offered))
    lists = [one.id for one in held if not one.locked]
    known = await subscriptions.last_stays(tx, [contact_id], lists)
    current = {one: stay for (_, one), stay in known.items() if stay["left_at"] is None}
    joining = [(contact_id, one) for one in lists if one in ticked and one not in current]
    leaving = [stay for one, stay in current.items() if one not in ticked]
    await subscriptions.close(tx, leaving, _not_before(manner, [stay["joined_at"] for stay in leaving]))
    left = [stay["left_at"] for stay in known.values() if stay["left_at"] is not None]
    await subscriptions.enter(tx, joining, _not_before(manner, left))


def _not_before(manner: Manner, moments: Sequence[datetime]) -> Manner:
    """The same, no earlier than what is known already: another process's clock may have run ahead."""
    return replace(manner, at=max([manner.at, *moments]))


async def allow_no_bulk_email(tx: Transaction, contact_id: UUID, now: datetime) -> bool:
    """One-click unsubscribing: no commercial e-mail from now on, the lists untouched; whether it was news.

    It holds for an inactive contact too: what a person forbids must not be lost when it is activated.
    """
    id = await behind(tx, contact_id)
    found = await tx.records(Contact, "contact_locked", [id]) if id else []
    return bool(found) and await _allow(tx, found[0], Permission.DO_NOT_ALLOW, now)


async def _allow(tx: Transaction, contact: Contact, bulk_email: Permission, now: datetime) -> bool:
    """Sets the preference, whatever else of the record a rule would find fault with; whether it was news."""
    if contact.bulk_email_permission is bulk_email:
        return False
    await writes.update(tx, "contact", contact, {"bulk_email_permission": bulk_email}, now)
    return True


async def create(tx: Transaction, given: Mapping[str, Any], now: datetime) -> SubscriptionCenter:
    """A new centre that offers the lists named, or every public one."""
    made = await _CENTERS.create(tx, {"name": given.get("name")}, now)
    await _offer(tx, made.id, given.get("list_ids", ()))
    return made


async def change(
    tx: Transaction, id: UUID, given: Mapping[str, Any], now: datetime, expected: int | None = None
) -> SubscriptionCenter:
    """The centre under another name, or with other lists."""
    known = await _CENTERS.locked(tx, id, expected)
    after = replace(known, **named.checked({"name": given["name"]} if "name" in given else {}))
    before = {row["list_id"]: row["place"] for row in await tx.rows("lists_named_by_center", id)}
    same = "list_ids" not in given or list(given["list_ids"]) == sorted(before, key=lambda one: before[one])
    if after == known and same:
        return known
    if not same:
        await tx.run("subscription_center_offer_nothing", id)
        await _offer(tx, id, given["list_ids"])
    return await _CENTERS.write(tx, after, now)


async def remove(tx: Transaction, id: UUID, expected: int | None = None) -> SubscriptionCenter:
    """Deletes a centre; links to it lead to the default one, which cannot be deleted."""
    known = await _CENTERS.locked(tx, id, expected)
    if known.is_default:
        raise Refused(Code.LOCKED, "The default subscription centre always exists: change it instead.", "id")
    return await _CENTERS.delete(tx, known)


async def _offer(tx: Transaction, id: UUID, list_ids: Sequence[UUID]) -> None:
    known = await tx.records(SubscriptionList, "subscription_list_by_id", list(list_ids))
    if len(set(list_ids)) != len(list_ids):
        raise Refused(Code.DUPLICATE, "The same list is named twice.", "list_ids")
    if len(known) != len(list_ids):
        raise Refused(Code.NOT_FOUND, "There is no such subscription list.", "list_ids")
    await tx.run("subscription_center_offer", id, list(list_ids))
