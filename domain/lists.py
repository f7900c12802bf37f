"""How lists may be asked for: which page, in which order (design: a list is declared once)."""

from dataclasses import dataclass
from enum import Enum
from typing import Any

from domain.criteria import Criterion

USUAL_SIZE = 25
LARGEST_SIZE = 100


class Direction(Enum):
    """Which end of an order comes first."""

    ASC = "Smallest, earliest or first in the alphabet first."
    DESC = "Largest, latest or last in the alphabet first."


class AccountSort(Enum):
    """What accounts can be ordered by; equals are told apart by id."""

    NAME = "By name, in the order of its characters' codes."
    CREATED_AT = "By the moment of creation."


class ContactSort(Enum):
    """What contacts can be ordered by; equals are told apart by id."""

    NAME = "By full name, in the order of its characters' codes."
    CREATED_AT = "By the moment of creation."


class LeadSort(Enum):
    """What leads can be ordered by; equals are told apart by id."""

    TOPIC = "By topic, in the order of its characters' codes."
    CREATED_AT = "By the moment of creation."


class OpportunitySort(Enum):
    """What opportunities can be ordered by; equals are told apart by id."""

    CREATED_AT = "By the moment of creation."


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
