"""What interactions have of their own by their type: one declaration (domain.md 3.1 to 3.5).

The graph's types, their docs and tests are made of it: a type is one line in `interaction_shapes.py`, or none
where it has no properties. What was handed in stands under the same names; it is read for what it can be read
for, and shows as null where it is nothing of the kind.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import Enum
from functools import cache, partial
from math import isfinite
from typing import Any
from uuid import UUID

from domain.interaction_options import choice

Read = Callable[[Any], Any]
ID = "[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"
"""How an id of a record of ours is written among properties."""
_ID = re.compile(ID)
PROPERTIES = "properties."
"""What names a property where a column could be named."""


class Kind(Enum):
    """What a property holds."""

    TEXT = "A text."
    WHOLE = "A whole number of 32 bits."
    NUMBER = "A number."
    YES_OR_NO = "Yes or no."
    MOMENT = "A moment."
    ANYTHING = "Any JSON."


@dataclass(frozen=True, slots=True)
class Link:
    """The record that a property names by its id: how it is shown, and what it is."""

    name: str
    record: str
    words: str


@dataclass(frozen=True, slots=True)
class Property:
    """A property: its name in the graph, what it holds, and under which key it was handed in."""

    name: str
    kind: Kind | type[Enum]
    words: str
    link: Link | None = None
    key: str = ""

    def read(self, properties: Mapping[str, Any]) -> Any:
        """What the properties of an interaction say of it; None where that is nothing of the kind."""
        value = properties.get(self.key or self.name)
        return None if value is None else reader(self.kind)(value)


@dataclass(frozen=True, slots=True)
class Block:
    """Properties that several types share."""

    name: str
    words: str
    properties: tuple[Property, ...]


@dataclass(frozen=True, slots=True)
class Shape:
    """What a type has beside what all interactions have."""

    blocks: tuple[Block, ...] = ()
    own: tuple[Property, ...] = ()

    @property
    def properties(self) -> tuple[Property, ...]:
        """All of them, each once."""
        shared = (one for block in self.blocks for one in block.properties)
        return tuple({one.name: one for one in (*shared, *self.own)}.values())


@cache
def reader(kind: Kind | type[Enum]) -> Read:
    """What makes a value of that kind of any JSON but null; None of what is none."""
    if not isinstance(kind, Kind):
        return partial(choice, kind)
    return _READERS[kind]


def _text(value: Any) -> str | None:
    if isinstance(value, str):
        return value
    return str(value) if type(value) is int else None


def _number(value: Any) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        number = float(value)
    except (ValueError, OverflowError):
        return None
    return number if isfinite(number) else None


def _whole(value: Any) -> int | None:
    number = value if type(value) is int else _number(value)
    if number is None or number != number // 1 or not -(2**31) <= number < 2**31:
        return None
    return int(number)


def _yes_or_no(value: Any) -> bool | None:
    if isinstance(value, str):
        return {"true": True, "false": False}.get(value.strip().lower())
    return bool(value) if isinstance(value, bool) or value in (0, 1) else None


def _moment(value: Any) -> datetime | None:
    try:
        moment = datetime.fromisoformat(value)
        return moment.astimezone(UTC) if moment.tzinfo is not None else None
    except (TypeError, ValueError, OverflowError):
        return None


def _anything(value: Any) -> Any:
    return value


_READERS: Mapping[Kind, Read] = {
    Kind.TEXT: _text,
    Kind.WHOLE: _whole,
    Kind.NUMBER: _number,
    Kind.YES_OR_NO: _yes_or_no,
    Kind.MOMENT: _moment,
    Kind.ANYTHING: _anything,
}


def linked(properties: Mapping[str, Any], key: str) -> UUID | None:
    """The id that a property holds of a record of ours: a UUID as they are usually written."""
    value = properties.get(key)
    return UUID(value) if isinstance(value, str) and _ID.fullmatch(value) else None
