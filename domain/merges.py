"""Two records that are one: which stands, what it holds, and how long that can be undone (domain.md 2.1)."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import datetime, timedelta
from enum import Enum
from typing import Any
from uuid import UUID

from domain.options import Permission
from domain.records import Account, Contact

UNDOABLE = timedelta(hours=24)
"""So long a merge can be undone, and what that takes is kept."""


@dataclass(frozen=True, slots=True)
class Merge:
    """That two records became one: the loser is a pointer to the winner since."""

    id: UUID
    merged_at: datetime
    merged_by: str | None
    undoable_until: datetime
    undone_at: datetime | None
    undone_by: str | None
    winner_id: UUID
    loser_id: UUID
    contact_id: UUID | None
    merged_contact_id: UUID | None
    account_id: UUID | None
    merged_account_id: UUID | None


_STAYS = frozenset(
    {"id", "version", "created_at", "updated_at", "full_name", "state", "master_id", "attributes"}
)
_PERMISSIONS = frozenset(f.name for f in fields(Contact) if f.name.endswith("_permission"))
_SOURCE = (
    "source_journey_id",
    "source_email_id",
    "source_form_id",
    "source_page_id",
    "source_event_id",
    "form_submitted_at",
)
_ORIGINS = (_SOURCE, ("originating_lead_id",))
"""What first brought the record: filled, and never taken, for it is not overwritten (R16)."""
_BY_RULE = frozenset(
    {
        "is_child",
        "guardian_id",
        "gdpr_opt_out",
        "pending_consent_level",
        "pending_consent_at",
        "consent_source_form_id",
        "marketing_only",
        "last_used_in_campaign",
    }
)
_ADDRESS = (
    "address_line1",
    "address_line2",
    "address_line3",
    "city",
    "state_or_province",
    "postal_code",
    "country",
)
_TOGETHER: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "ADDRESS": ("The address, all of its parts.", _ADDRESS),
    "SECOND_ADDRESS": (
        "The second address, all of its parts.",
        tuple(f"address2_{name.removeprefix('address_')}" for name in _ADDRESS),
    ),
    "ACCOUNT": (
        "The account that it belongs to, or the contact that it lies under; it moves there now.",
        ("account_id", "parent_contact_id"),
    ),
    "AMOUNTS": (
        "The amounts of money, with their currency.",
        ("currency", "annual_income", "revenue", "market_cap", "credit_limit"),
    ),
    "CONSENT_LEVEL": (
        "The consent level, also where it is the higher one: whoever takes it answers for that.",
        ("consent_level", "consent_source_form_id"),
    ),
    "PARENT_ACCOUNT": ("The account above it.", ("parent_account_id",)),
    "PRIMARY_CONTACT": ("The primary contact.", ("primary_contact_id",)),
    "CUSTOM": ("The values of custom fields, as far as the merged record has any.", ("custom",)),
}
"""What is filled and taken as one, for half of it would be wrong."""


def _groups(record: type[Any]) -> dict[str, tuple[str, tuple[str, ...]]]:
    """What may be taken from the other record, by its name in the graph: its words, and its fields."""
    known = [f.name for f in fields(record)]
    kept = {name: (words, _among(names, known)) for name, (words, names) in _TOGETHER.items()}
    found = {name: part for name, part in kept.items() if part[1]}
    taken = {name for _, names in found.values() for name in names}
    for name in known:
        if name not in taken | _STAYS | _PERMISSIONS | _BY_RULE | {*_SOURCE, "originating_lead_id"}:
            found[name.upper()] = (f"The {name.replace('_', ' ')}.", (name,))
    return found


def _among(names: Sequence[str], known: Collection[str]) -> tuple[str, ...]:
    return tuple(name for name in names if name in known)


_OF_CONTACT, _OF_ACCOUNT = _groups(Contact), _groups(Account)
ContactMergeField = Enum(  # type: ignore[misc]
    "ContactMergeField", {name: words for name, (words, _) in sorted(_OF_CONTACT.items())}
)
ContactMergeField.__doc__ = (
    "What a contact can take from the one that is merged into it. Permissions are not among it, the stricter"
    " one always stands; nor is what first brought a contact, which is never overwritten."
)
AccountMergeField = Enum(  # type: ignore[misc]
    "AccountMergeField", {name: words for name, (words, _) in sorted(_OF_ACCOUNT.items())}
)
AccountMergeField.__doc__ = (
    "What an account can take from the one that is merged into it. Permissions are not among it, the stricter"
    " one always stands."
)


@dataclass(frozen=True, slots=True)
class Choice:
    """What the winner holds: its own, with the empty filled unless `fill` is false, and what it takes."""

    fill: bool = True
    take: frozenset[str] = frozenset()


def contact_values(winner: Contact, loser: Contact, choice: Choice) -> dict[str, Any]:
    """What changes in the contact that stands; where it lay under the other, it has the other's place."""
    lay_under = winner.parent_contact_id == loser.id
    placed = replace(winner, parent_contact_id=None) if lay_under else winner
    found: dict[str, Any] = {"parent_contact_id": placed.parent_contact_id}
    found |= dict(_chosen(placed, loser, choice, _OF_CONTACT))
    if "CONSENT_LEVEL" not in choice.take:
        lower = min(winner, loser, key=lambda contact: contact.consent_level)
        found["consent_level"] = lower.consent_level
        found["consent_source_form_id"] = lower.consent_source_form_id
    found["is_child"] = winner.is_child or loser.is_child
    found["guardian_id"] = (winner.guardian_id or loser.guardian_id) if found["is_child"] else None
    found["gdpr_opt_out"] = winner.gdpr_opt_out or loser.gdpr_opt_out
    found["marketing_only"] = winner.marketing_only and loser.marketing_only
    used = [moment for moment in (winner.last_used_in_campaign, loser.last_used_in_campaign) if moment]
    found["last_used_in_campaign"] = max(used, default=None)
    if choice.fill and "RELATIONSHIP_TYPES" not in choice.take:
        types = dict.fromkeys((*winner.relationship_types, *loser.relationship_types))
        found["relationship_types"] = tuple(types)
    if found["parent_contact_id"] in (winner.id, loser.id):
        found["parent_contact_id"] = None
    return _changed(winner, found | _strictest(winner, loser))


def account_values(winner: Account, loser: Account, choice: Choice) -> dict[str, Any]:
    """What changes in the account that stands; the account above it is never itself."""
    found = dict(_chosen(winner, loser, choice, _OF_ACCOUNT))
    found["marketing_only"] = winner.marketing_only and loser.marketing_only
    if found.get("parent_account_id", winner.parent_account_id) in (winner.id, loser.id):
        above = loser.parent_account_id
        found["parent_account_id"] = above if above != winner.id else None
    return _changed(winner, found | _strictest(winner, loser))


def _chosen(
    winner: Any, loser: Any, choice: Choice, groups: Mapping[str, tuple[str, tuple[str, ...]]]
) -> Iterator[tuple[str, Any]]:
    for group, (_, names) in groups.items():
        if group == "CUSTOM":
            continue
        taken = group in choice.take
        if taken or (choice.fill and group != "CONSENT_LEVEL" and _may_fill(winner, loser, names)):
            yield from ((name, getattr(loser, name)) for name in names)
    if choice.fill:
        for names in _ORIGINS:
            if hasattr(winner, names[0]) and _may_fill(winner, loser, names):
                yield from ((name, getattr(loser, name)) for name in names)
        yield "attributes", {**loser.attributes, **winner.attributes}
    if "CUSTOM" in choice.take:
        yield "custom", {**winner.custom, **loser.custom}
    elif choice.fill:
        yield "custom", {**loser.custom, **winner.custom}


def _may_fill(winner: Any, loser: Any, names: tuple[str, ...]) -> bool:
    """Whether all of it is empty; amounts are in a currency, which may be there, and then has to agree."""
    if len(names) > 1 and names[0] == "currency":
        if winner.currency not in (None, loser.currency):
            return False
        names = names[1:]
    return all(getattr(winner, name) in (None, ()) for name in names)


def _strictest(winner: Any, loser: Any) -> dict[str, Permission]:
    """Who was told no under one name was told no."""
    names = [name for name in _PERMISSIONS if hasattr(winner, name)]
    return {name: max(getattr(winner, name), getattr(loser, name)) for name in names}


def _changed(known: Any, found: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in found.items() if getattr(known, name) != value}


def undoing(before: Any, after: Any, now: Any) -> dict[str, Any]:
    """What the undoing of a merge puts back: what the merge changed and nobody has changed since."""
    return {
        f.name: getattr(before, f.name)
        for f in fields(before)
        if f.name not in _STAYS - {"attributes"}
        and getattr(before, f.name) != getattr(after, f.name) == getattr(now, f.name)
    }
