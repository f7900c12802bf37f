"""How lists may be asked for: which page, in which order, found by which words (a list is declared once)."""

from dataclasses import dataclass
from enum import Enum
from typing import Any, NamedTuple

from domain.criteria import Criterion
from domain.orders import orders
from domain.records import Account, Contact, Lead, Opportunity

USUAL_SIZE = 25
LARGEST_SIZE = 100
MOST_FOUND = 5_000
"""How many records a search counts; of more it says that there are at least so many."""
MOST_SEARCHED = 200
"""How many characters can be searched for."""
RELEVANCE = "RELEVANCE"
"""The order of what a search finds, where no other is asked for: best first, equals by id."""


class Direction(Enum):
    """Which end of an order comes first."""

    ASC = "Smallest, earliest or first in the alphabet first."
    DESC = "Largest, latest or last in the alphabet first."


class Nulls(Enum):
    """Where an order has the records that have no value."""

    FIRST = "Before all that have one."
    LAST = "After all that have one."


class Precision(Enum):
    """How far a count can be trusted."""

    EXACT = "The count is the number of records at that moment."
    AT_LEAST = f"There are more: a search is counted up to {MOST_FOUND:,} records."


class Total(NamedTuple):
    """How many records a list has in all."""

    value: int
    precision: Precision

    @classmethod
    def of(cls, number: int, searched: bool) -> "Total":
        """The total that a number of records is; a search counts one more than it tells."""
        if searched and number > MOST_FOUND:
            return cls(MOST_FOUND, Precision.AT_LEAST)
        return cls(number, Precision.EXACT)


@orders(Account)
class AccountSort(Enum):
    """What accounts can be ordered by: every field that has an order, equals by id.

    Texts by their first 200 characters, in the order of these characters' codes; choices by their codes.
    """

    NAME = "By name (its first 200 characters), in the order of its characters' codes."
    CREATED_AT = "By the moment of creation."
    UPDATED_AT = "By the moment of the last change."
    REVENUE = "By revenue."
    NUMBER_OF_EMPLOYEES = "By the number of employees."


@orders(Contact, NAME="full_name")
class ContactSort(Enum):
    """What contacts can be ordered by: every field that has an order, equals by id.

    Texts by their first 200 characters, in the order of these characters' codes; choices by their codes.
    """

    NAME = "By full name (its first 200 characters), in the order of its characters' codes."
    LAST_NAME = "By last name (its first 200 characters), in the order of its characters' codes."
    EMAIL = "By primary e-mail address (its first 200 characters), in the order of its characters' codes."
    CREATED_AT = "By the moment of creation."
    UPDATED_AT = "By the moment of the last change."


@orders(Lead)
class LeadSort(Enum):
    """What leads can be ordered by: every field that has an order, equals by id.

    Texts by their first 200 characters, in the order of these characters' codes; choices by their codes.
    """

    TOPIC = "By topic (its first 200 characters), in the order of its characters' codes."
    CREATED_AT = "By the moment of creation."
    UPDATED_AT = "By the moment of the last change."
    ESTIMATED_AMOUNT = "By the amount that it may bring."
    ESTIMATED_CLOSE_DATE = "By the day on which it may close."


@orders(Opportunity)
class OpportunitySort(Enum):
    """What opportunities can be ordered by: every field that has an order, equals by id.

    Texts by their first 200 characters, in the order of these characters' codes; choices by their codes.
    """

    CREATED_AT = "By the moment of creation."
    UPDATED_AT = "By the moment of the last change."
    ESTIMATED_VALUE = "By the value that it may have."
    ESTIMATED_CLOSE_DATE = "By the day on which it may close."


class EventSort(Enum):
    """What events can be ordered by; equals are told apart by id."""

    STARTS_AT = "By the moment of the start."
    NAME = "By name (its first 200 characters), in the order of its characters' codes."
    CREATED_AT = "By the moment of creation."


class HistorySort(Enum):
    """What a record's history can be ordered by."""

    VERSION = "By the record's version."


class InteractionSort(Enum):
    """What interactions can be ordered by; equals are told apart by id."""

    OCCURRED_AT = "By the moment they happened."


@dataclass(frozen=True, slots=True)
class Asked:
    """One page of a list: `size` records after or before a cursor, from the start or from the end."""

    sort: str
    descending: bool
    size: int
    backwards: bool = False
    after: str | None = None
    before: str | None = None
    filters: tuple[tuple[str, Any], ...] = ()
    where: Criterion | None = None
    nulls_first: bool = False
    search: str | None = None
