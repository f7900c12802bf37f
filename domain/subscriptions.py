"""Subscription lists, stays on them, the centres that offer them, and segments (domain.md 7.1, 9.1)."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum
from uuid import UUID

from domain.options import Option, Permission
from domain.permissions import LegalDesignation, email_refusal

LINKS_LAST = timedelta(days=183)
"""How long a contact's links are good: half a year (domain.md 9.1)."""
MOST_CONTACTS = 1_000
"""How many contacts can be named at once to join or leave a list."""
MOST_MEMBERS = 20_000
"""How many contacts can be named at once for a segment (domain.md 7.4)."""


class MemberType(Option):
    """What a list has as its members: contacts alone, in this system (domain.md 9.1, R8)."""

    CONTACT = 2, "Contact"


class JoinedVia(Enum):
    """Where a contact came to a list from, or went from it (domain.md 9.1)."""

    CENTER = "The contact's own choice in a subscription centre."
    LANDING_PAGE = "A form on a marketing page."
    STAFF = "Somebody who works here."
    IMPORT = "Another system, whose records were taken in."
    MERGE = "Two contacts that became one."


@dataclass(frozen=True, slots=True)
class SubscriptionList:
    """What contacts can sign up for."""

    id: UUID
    version: int
    created_at: datetime
    updated_at: datetime
    name: str
    description: str | None
    purpose: str | None
    source: str | None
    public: bool
    locked: bool

    @property
    def member_type(self) -> MemberType:
        """Contacts, always."""
        return MemberType.CONTACT


@dataclass(frozen=True, slots=True)
class Subscription:
    """A contact's stay on a list, with the contact's permissions, which decide whether it has any effect."""

    contact_id: UUID
    id: UUID
    list_id: UUID
    joined_at: datetime
    joined_via: JoinedVia
    left_at: datetime | None
    left_via: JoinedVia | None
    source: str | None
    email_permission: Permission
    bulk_email_permission: Permission

    @property
    def effective(self) -> bool:
        """Whether it is current and overruled by no preference of the contact (domain.md 9.1, I15)."""
        refusal = email_refusal(
            self.email_permission, self.bulk_email_permission, LegalDesignation.COMMERCIAL
        )
        return self.left_at is None and refusal is None


@dataclass(frozen=True, slots=True)
class SubscriptionCenter:
    """A page where contacts choose for themselves."""

    id: UUID
    version: int
    created_at: datetime
    updated_at: datetime
    name: str
    is_default: bool


class SegmentKind(Option):
    """How a segment comes to its members (domain.md 7.1)."""

    DYNAMIC = 192350000, "Dynamic: the contacts that a query finds"
    STATIC = 192350001, "Static: contacts that were picked"
    COMPOUND = 192350002, "Compound: made of other segments"


@dataclass(frozen=True, slots=True)
class Segment:
    """A named set of contacts."""

    id: UUID
    version: int
    created_at: datetime
    updated_at: datetime
    name: str
    description: str | None
    kind: SegmentKind


class SubscriptionOutcome(Enum):
    """What became of one contact of those named."""

    JOINED = "It is on the list now."
    LEFT = "It is on the list no more."
    UNCHANGED = "It was so already."
    REFUSED = "A rule forbids it."


@dataclass(frozen=True, slots=True)
class Sending:
    """The message that led the contact here, as far as it is known."""

    message_id: str | None = None
    journey_id: str | None = None
    iteration_id: str | None = None
    tile_id: str | None = None


@dataclass(frozen=True, slots=True)
class Links:
    """What a contact's e-mail may lead to, signed for that contact, and how long."""

    token: str
    unsubscribe_token: str
    expires_at: datetime


class SubscriptionListSort(Enum):
    """What subscription lists can be ordered by; equals are told apart by id."""

    NAME = "By name (its first 200 characters), in the order of its characters' codes."
    CREATED_AT = "By the moment of creation."
    UPDATED_AT = "By the moment of the last change."


class SegmentSort(Enum):
    """What segments can be ordered by; equals are told apart by id."""

    NAME = "By name (its first 200 characters), in the order of its characters' codes."
    CREATED_AT = "By the moment of creation."
    UPDATED_AT = "By the moment of the last change, of its members or of itself."
