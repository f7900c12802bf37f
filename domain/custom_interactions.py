"""Types of interactions that a team declares besides ours (domain.md 3.4, "Custom").

What is of such a type is kept as CUSTOM. Its properties hold the declared name under `name` and the type's id
under `typeId`, beside what the type declares and whatever else was handed in.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import Enum
from math import isfinite
from typing import Any
from uuid import UUID

from domain.facts import Attributes, NewInteraction
from domain.interactions import BY_SOURCE_NAME, Category, InteractionType
from domain.refusals import Code, Refused

MOST_TYPES = 200
"""How many types can be declared; retired ones count."""
MOST_PROPERTIES = 50
LONGEST_NAME = 60
LONGEST_LABEL = 100
LONGEST_DESCRIPTION = 1_000
NAME = re.compile(rf"[A-Z][A-Za-z0-9]{{0,{LONGEST_NAME - 1}}}", re.ASCII)
PROPERTY = re.compile(rf"[a-z][A-Za-z0-9]{{0,{LONGEST_NAME - 1}}}", re.ASCII)
KEPT = ("name", "typeId")
"""Properties that every interaction of a declared type has: no type declares them."""
_TAKEN = {name.lower() for name in BY_SOURCE_NAME} | {kind.name.lower() for kind in InteractionType}


class PropertyKind(Enum):
    """What a declared property holds."""

    TEXT = "A text."
    INTEGER = "A whole number of up to 64 bits."
    NUMBER = "A number."
    BOOLEAN = "Yes or no."
    DATE_TIME = "A moment in ISO 8601, with an offset."


@dataclass(frozen=True, slots=True)
class DeclaredProperty:
    """A property that interactions of a declared type may have."""

    name: str
    kind: PropertyKind
    description: str | None


@dataclass(frozen=True, slots=True)
class CustomInteractionType:
    """A type of interactions that a team has declared; a retired one takes no new ones."""

    id: UUID
    version: int
    created_at: datetime
    updated_at: datetime
    name: str
    label: str
    description: str | None
    category: Category
    engagement: bool
    properties: Sequence[Attributes]
    retired_at: datetime | None

    @property
    def declared(self) -> tuple[DeclaredProperty, ...]:
        """Its declared properties, in their order."""
        return tuple(
            DeclaredProperty(one["name"], PropertyKind[one["kind"]], one.get("description"))
            for one in self.properties
        )


class CustomInteractionTypes:
    """The declared types, found by their names; capitals make no difference."""

    def __init__(self, types: Iterable[CustomInteractionType]) -> None:
        self._known = {one.name.lower(): one for one in types}

    def get(self, name: str) -> CustomInteractionType | None:
        """The type of that name, in use or retired."""
        return self._known.get(name.lower())

    def find(self, name: str, *path: str) -> CustomInteractionType:
        """The type of that name; refuses, for what stands at `path`, what is none or is retired."""
        found = self.get(name)
        if found is None:
            message = (
                f"{name[:60]!r} is no type of interactions: take one of ours, as EMAIL_OPENED or EmailOpened,"
                " or declare it by the mutation `interactionTypeCreate`."
            )
            raise Refused(Code.INVALID, message, *path)
        if found.retired_at is not None:
            message = (
                f"The type of interactions {found.name!r} is retired: take it into use again by"
                " `interactionTypeUpdate`, or hand in another one."
            )
            raise Refused(Code.INACTIVE, message, *path)
        return found

    def settled(self, new: NewInteraction) -> NewInteraction:
        """An interaction as it is kept: of CUSTOM, its name and properties checked; others as they are."""
        if new.type is not InteractionType.CUSTOM:
            return new
        given = dict(new.properties or {})
        name = given.get("name")
        if not isinstance(name, str) or not name:
            message = "Of an own type, `name` among the properties says which."
            raise Refused(Code.REQUIRED, message, "properties", "name")
        of = self.find(name, "properties", "name")
        found = [_misfit(one) for one in of.declared if not _fits(one.kind, given.get(one.name))]
        if found:
            raise Refused.several(found)
        return replace(new, properties=given | {"name": of.name, "typeId": str(of.id)})


def named(name: str, properties: Mapping[str, Any] | None) -> dict[str, Any]:
    """The properties of an interaction whose type is a name that is none of ours."""
    return {**(properties or {}), "name": name}


def _misfit(one: DeclaredProperty) -> Refused:
    message = f"The type declares it as {one.kind.name}: {one.kind.value}"
    return Refused(Code.INVALID, message, "properties", one.name)


def _fits(kind: PropertyKind, value: Any) -> bool:
    """Whether a property may hold it; none has to be given."""
    if value is None:
        return True
    match kind:
        case PropertyKind.TEXT:
            return isinstance(value, str)
        case PropertyKind.BOOLEAN:
            return isinstance(value, bool)
        case PropertyKind.INTEGER:
            return type(value) is int and -(2**63) <= value < 2**63
        case PropertyKind.NUMBER:
            return type(value) is int or (type(value) is float and isfinite(value))
        case PropertyKind.DATE_TIME:
            return _is_moment(value)


def _is_moment(value: Any) -> bool:
    try:
        return datetime.fromisoformat(value).tzinfo is not None
    except (TypeError, ValueError):
        return False


def faults(made: CustomInteractionType) -> list[Refused]:
    """What speaks against a type as it would be, by the places of what is wrong."""
    found = []
    if not NAME.fullmatch(made.name):
        words = f"A name is a capital and then letters and digits, {LONGEST_NAME} at most: `DemoBooked`."
        found.append(Refused(Code.INVALID, words, "name"))
    elif made.name.lower() in _TAKEN:
        message = (
            f"{made.name!r} is a type of interactions already: hand it in as it is, or take another name."
        )
        found.append(Refused(Code.ALREADY_EXISTS, message, "name"))
    found += _text_faults("label", made.label, LONGEST_LABEL)
    if made.description is not None:
        found += _text_faults("description", made.description, LONGEST_DESCRIPTION)
    return found + _property_faults(made)


def _property_faults(made: CustomInteractionType) -> list[Refused]:
    if len(made.properties) > MOST_PROPERTIES:
        return [
            Refused(Code.TOO_MANY, f"A type declares at most {MOST_PROPERTIES} properties.", "properties")
        ]
    found, met = [], set[str]()
    for at, one in enumerate(made.declared):
        place = ("properties", str(at))
        if not PROPERTY.fullmatch(one.name) or one.name in KEPT:
            words = (
                f"A property's name is a small letter and then letters and digits, {LONGEST_NAME} at most,"
                f" and not {' or '.join(KEPT)}: `seats`."
            )
            found.append(Refused(Code.INVALID, words, *place, "name"))
        if one.name in met:
            found.append(
                Refused(Code.DUPLICATE, f"The property {one.name!r} is named twice.", *place, "name")
            )
        if one.description is not None:
            found += _text_faults("description", one.description, LONGEST_DESCRIPTION, *place)
        met.add(one.name)
    return found


def _text_faults(what: str, text: str, longest: int, *path: str) -> list[Refused]:
    proper = "\x00" not in text and not any("\ud800" <= letter <= "\udfff" for letter in text)
    if text.strip() == text and 1 <= len(text) <= longest and proper:
        return []
    words = f"A {what} has 1 to {longest} characters, with no blanks around them."
    return [Refused(Code.INVALID, words, *path, what)]
