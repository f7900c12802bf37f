"""What makes two records look like one (domain.md 2.1): to be merged by who knows them, never by itself."""

from dataclasses import dataclass
from enum import Enum
from typing import Any
from uuid import UUID

LARGEST_GROUP = 25
"""So many of a group's records are shown, the oldest; and so many that look like one record."""
LARGEST_PAGE = 25
"""So many groups a page may have."""
USUAL_PAGE = 10


class ContactLikeness(Enum):
    """What two contacts have in common."""

    SAME_ADDRESS = "An e-mail address, in any of the three fields, in any case."
    SAME_NAME_AND_COMPANY = (
        "The full name, whatever its capitals and accents, within one account; of contacts without an account"
        " within one domain of primary addresses."
    )
    SAME_PHONE = "The digits of a phone number, seven at least, in any of the four fields."


class AccountLikeness(Enum):
    """What two accounts have in common."""

    SAME_NAME = "The name, whatever its capitals and accents."
    SAME_WEBSITE = "The website's host, with or without www."
    SAME_PHONE = "The digits of a phone number, seven at least, in any of the three fields."
    SAME_NUMBER = "The account number."


@dataclass(frozen=True, slots=True)
class ContactDuplicate:
    """A contact that may be the same person as another."""

    record_id: UUID
    contact_id: UUID
    reasons: tuple[ContactLikeness, ...]


@dataclass(frozen=True, slots=True)
class AccountDuplicate:
    """An account that may be the same company as another."""

    record_id: UUID
    account_id: UUID
    reasons: tuple[AccountLikeness, ...]


Likeness = ContactLikeness | AccountLikeness


@dataclass(frozen=True, slots=True)
class Group:
    """Records that have one thing in common, and which of them had best stand."""

    reason: Likeness
    likeness: int
    value: str
    count: int
    ids: tuple[UUID, ...]
    winner_id: UUID
    records: tuple[Any, ...] = ()
    winner: Any = None
