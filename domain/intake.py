"""Records as other systems hand them in: by their keys, with the fields they know."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Any

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
    """What became of a record handed in; a refusal names the field and says why.

    `adopted` counts the waiting interactions that the record's keys brought to it.
    """

    fate: Fate
    field: str | None = None
    reason: str | None = None
    adopted: int = 0
