"""Records as other systems hand them in: by their keys, with the fields they know."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Any

from domain.options import ConsentLevel, Permission, State
from domain.pipeline import (
    STATE_OF_OPPORTUNITY,
    STATE_OF_STATUS,
    LeadStage,
    LeadState,
    LeadStatus,
    OpportunityState,
    OpportunityStatus,
    SalesStage,
)
from domain.records import Account, Contact, Lead, Opportunity

Record = Account | Contact | Lead | Opportunity
ENTITIES: Mapping[str, type[Record]] = {
    "account": Account,
    "contact": Contact,
    "lead": Lead,
    "opportunity": Opportunity,
}
REFERENCES = {
    "account_id": "account",
    "contact_id": "contact",
    "parent_account_id": "account",
    "parent_contact_id": "contact",
    "primary_contact_id": "contact",
    "originating_lead_id": "lead",
    "qualifying_opportunity_id": "opportunity",
    "guardian_id": "contact",
    "source_event_id": "event",
    "master_id": "contact",
    "customer_account_id": "account",
    "customer_contact_id": "contact",
}
"""Which entity a field that names another record points to."""


@dataclass(frozen=True, slots=True)
class Key:
    """A reference to another record by the key that the same source knows it by."""

    key: str


@dataclass(frozen=True, slots=True)
class Incoming:
    """One record handed in.

    `keys` are its keys in the source, the first being its identity; `values` holds the fields of the record
    that the source knows (an absent field is left as it is), with a `Key` for a record it points to.
    With `fill`, only what is still empty is written. With `by_email`, a record with the same address is the
    same record when no key is known yet. `since` is when a contact's stay in its account began.
    """

    entity: str
    source: str
    keys: tuple[str, ...]
    values: Mapping[str, Any]
    fill: bool = False
    by_email: bool = False
    since: datetime | None = None


class Fate(Enum):
    """What became of a record handed in."""

    CREATED = "It was new."
    UPDATED = "It was there and has changed."
    UNCHANGED = "It was there, as handed in."
    REFUSED = "A rule forbids it."


@dataclass(frozen=True, slots=True)
class Received:
    """What became of a record handed in; a refusal names the field and says why."""

    fate: Fate
    field: str | None = None
    reason: str | None = None


_ALLOWED = {
    "email_permission": Permission.ALLOW,
    "bulk_email_permission": Permission.ALLOW,
    "phone_permission": Permission.ALLOW,
    "fax_permission": Permission.ALLOW,
    "mail_permission": Permission.ALLOW,
    "bulk_mail_permission": Permission.ALLOW,
    "marketing_material_permission": Permission.ALLOW,
    "follow_email_permission": Permission.ALLOW,
}
DEFAULTS: Mapping[str, Mapping[str, Any]] = {
    "account": {**_ALLOWED, "marketing_only": False, "state": State.ACTIVE, "custom": {}},
    "contact": {
        **_ALLOWED,
        "relationship_types": (),
        "marketing_only": False,
        "state": State.ACTIVE,
        "prefill_permission": Permission.DO_NOT_ALLOW,
        "tracking_permission": Permission.ALLOW,
        "consent_level": ConsentLevel.NONE,
        "is_child": False,
        "gdpr_opt_out": False,
        "custom": {},
    },
    "lead": {
        **_ALLOWED,
        "sales_stage": SalesStage.QUALIFY,
        "recycle": False,
        "custom": {},
        "state": LeadState.OPEN,
        "status": LeadStatus.NEW,
        "stage": LeadStage.INQUIRY,
        "teleprospect_ready": False,
        "teleprospect_accepted": False,
        "sales_ready": False,
        "sales_accepted": False,
        "recycled": False,
    },
    "opportunity": {
        "state": OpportunityState.OPEN,
        "status": OpportunityStatus.IN_PROGRESS,
        "sales_stage": SalesStage.QUALIFY,
    },
}
"""What a new record holds where nothing was handed in (domain.md 2.2: an unset permission allows)."""

_OURS = frozenset(
    {"id", "version", "created_at", "updated_at", "full_name", "master_id", "attributes", "custom", "state"}
)
NOT_GIVEN: Mapping[str, frozenset[str]] = {
    "account": _OURS,
    "contact": _OURS
    | {"last_used_in_campaign", "pending_consent_level", "pending_consent_at", "consent_source_form_id"},
    "lead": _OURS
    | {
        "home_id",
        "stage",
        "closed_at",
        "teleprospect_ready",
        "teleprospect_accepted",
        "sales_ready",
        "sales_accepted",
        "recycled",
        "qualifying_opportunity_id",
    },
    "opportunity": _OURS | {"actual_closed_at", "actual_value"},
}
"""What nobody gives when creating or changing a record: it is made here, or by an act of its own."""

REQUIRED = {"account": "name", "lead": "topic", "opportunity": "name"}
"""The field without which a record cannot be; a contact needs only its key (docs/decisions)."""


def changes(incoming: Incoming, known: Record | None, values: Mapping[str, Any]) -> dict[str, Any]:
    """The fields to be written; `values` is what was handed in, with its references found."""
    merged = dict(values)
    if "attributes" in values:
        old = dict(known.attributes) if known else {}
        new = dict(values["attributes"])
        merged["attributes"] = new | old if incoming.fill else old | new
    changed = {
        name: value
        for name, value in merged.items()
        if known is None or (getattr(known, name) != value and _may_write(incoming, known, name))
    }
    return changed | follow(incoming.entity, changed)


def _may_write(incoming: Incoming, known: Record, name: str) -> bool:
    return not incoming.fill or name in ("attributes", "custom") or getattr(known, name) is None


def follow(entity: str, changed: Mapping[str, Any]) -> dict[str, Any]:
    """A lead's and an opportunity's state follows from its reason (domain.md 6.1 and 2.8)."""
    if entity == "contact":
        return _follow_contact(changed)
    if "status" not in changed or "state" in changed:
        return {}
    if entity == "lead":
        return {"state": STATE_OF_STATUS[changed["status"]]}
    return {"state": STATE_OF_OPPORTUNITY[changed["status"]]}


def _follow_contact(changed: Mapping[str, Any]) -> dict[str, Any]:
    """Who is no child has no guardian; a level that is set drops one that waits (domain.md 10.3, 9.2)."""
    found: dict[str, Any] = {}
    if changed.get("is_child") is False and "guardian_id" not in changed:
        found["guardian_id"] = None
    if "consent_level" in changed and "pending_consent_level" not in changed:
        found |= {"pending_consent_level": None, "pending_consent_at": None}
    return found


def missing(entity: str, known: Record | None, values: Mapping[str, Any]) -> str | None:
    """The required field that the record would lack."""
    name = REQUIRED.get(entity)
    if name is None or values.get(name) or (known is not None and name not in values):
        return None
    return name
