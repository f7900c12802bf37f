"""Counts by group: of what records hold, how many hold which (domain.md R13, R44, R65)."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import Any

from domain.fields import E, Field, completed, fields_of, spelled
from domain.options import ConsentLevel
from domain.records import Account, Contact, Lead
from domain.standing import LeadWarning, UnscorableReason

MOST_FACETS = 10
"""How many facets one question counts."""
USUAL_VALUES = 20
MOST_VALUES = 100
"""How many values of a facet are listed."""


def facets(record: Any, *derived: Field, **named: str) -> Callable[[E], E]:
    """Makes an enum of some facets into one of all: choices and yes or no come by themselves.

    `derived` are those that follow from a record's fields; see `domain.fields.completed`.
    """
    return completed([*fields_of(record).values(), *derived], _is_choice, _words_of, named)


def _is_choice(field: Field) -> bool:
    return field.kind is bool or (isinstance(field.kind, type) and issubclass(field.kind, Enum))


def _words_of(field: Field) -> str:
    return f"By {spelled(field.name)}."


@facets(Contact, Field("effective_consent", ConsentLevel), ACCOUNT="account_id")
class ContactFacet(Enum):
    """What contacts can be counted by: choices, yes or no, and the texts that many contacts share."""

    ACCOUNT = "By account."
    CITY = "By city."
    COUNTRY = "By country."
    CURRENCY = "By currency."
    CUSTOMER_SIZE = "By customer size."
    DEPARTMENT = "By department."
    EDUCATION = "By education."
    JOB_TITLE = "By job title."
    LEAD_SOURCE = "By where the contact came from."
    STATE_OR_PROVINCE = "By state or province."
    TERRITORY = "By territory."
    TIME_ZONE = "By time zone."


@facets(Account, Field("marketing_ready", bool), PARENT_ACCOUNT="parent_account_id")
class AccountFacet(Enum):
    """What accounts can be counted by: choices, yes or no, and the texts that many accounts share."""

    CITY = "By city."
    COUNTRY = "By country."
    CURRENCY = "By currency."
    PARENT_ACCOUNT = "By the account above."
    STATE_OR_PROVINCE = "By state or province."
    TIME_ZONE = "By time zone."


@facets(
    Lead,
    Field("scorable", bool),
    Field("unscorable_reason", UnscorableReason, nullable=True),
    Field("warnings", LeadWarning, several=True),
    ACCOUNT="account_id",
)
class LeadFacet(Enum):
    """What leads can be counted by: choices, yes or no, and the texts that many leads share."""

    ACCOUNT = "By account."
    CITY = "By city."
    COMPANY_NAME = "By the company's name."
    COUNTRY = "By country."
    CURRENCY = "By currency."
    JOB_TITLE = "By job title."
    PRIORITY = "By priority."
    PRODUCT = "By product."
    STATE_OR_PROVINCE = "By state or province."
    TOPIC = "By topic."


@dataclass(frozen=True, slots=True)
class Bucket:
    """A value, as the record holds it, and how many records hold it."""

    value: Any
    count: int


@dataclass(frozen=True, slots=True)
class Counted:
    """The counts of one facet: of the most frequent values, of all others together, and of those without."""

    field: Field
    buckets: tuple[Bucket, ...]
    others: int
    missing: int
    more: bool
    """Whether there are more records than were counted."""
