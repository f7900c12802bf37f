"""What a mapping may fill: the fields of each entity, and the kind of value that each takes."""

import types
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from functools import cache
from typing import Any, Union, get_args, get_origin, get_type_hints
from uuid import UUID

from domain.facts import NewInteraction
from domain.intake import ENTITIES, REFERENCES
from domain.interactions import InteractionType
from domain.options import Option
from engines import kept
from engines.validation import COUNTRIES, EMAILS, PERCENTAGES, PHONES


class Kind(Enum):
    """How the text of a cell is read; the words are those of a mapping's `as`."""

    ANY = "as it is"
    TEXT = "text"
    EMAIL = "e-mail"
    PHONE = "telephone"
    NUMBER = "number"
    WHOLE = "whole number"
    PERCENT = "percentage"
    YES_NO = "yes or no"
    DATE = "date"
    MOMENT = "moment"
    OPTION = "option"
    REFERENCE = "key"
    COUNTRY = "country"
    WEBSITE = "website"
    CURRENCY = "currency"
    TIME_ZONE = "time zone"


Choices = Mapping[str, Enum]
"""The options of a field by each of their names, normalised."""


@dataclass(frozen=True)
class Field:
    """A field that a mapping may fill."""

    name: str
    kind: Kind
    choices: Choices | None = None
    many: bool = False
    longest: int = 1 << 20


INTERACTION = "interaction"
ATTRIBUTES: Mapping[str, str] = dict.fromkeys(ENTITIES, "attributes") | {INTERACTION: "properties"}
"""Where each entity keeps what has no field of its own."""
CUSTOM, ADDED_TO = "custom", ("account", "contact", "lead")
"""Where a mapping names fields that the team has added, and to what they can be added."""
_OURS = {
    "id",
    "version",
    "updated_at",
    "full_name",
    "home_id",
    "last_used_in_campaign",
    "master_id",
    "pending_consent_level",
    "pending_consent_at",
    "source_event_id",
    "custom",
}
_FOLLOWS = {"lead": {"state"}, "opportunity": {"state"}}
_SPECIAL = (
    dict.fromkeys(PHONES, Kind.PHONE)
    | dict.fromkeys(EMAILS, Kind.EMAIL)
    | dict.fromkeys(COUNTRIES, Kind.COUNTRY)
    | dict.fromkeys(PERCENTAGES, Kind.PERCENT)
    | {"website": Kind.WEBSITE, "currency": Kind.CURRENCY, "time_zone": Kind.TIME_ZONE}
)
_KINDS: Mapping[Any, Kind] = {
    str: Kind.TEXT,
    Decimal: Kind.NUMBER,
    int: Kind.WHOLE,
    bool: Kind.YES_NO,
    date: Kind.DATE,
    datetime: Kind.MOMENT,
}


def normal(text: str) -> str:
    """The text as look-ups compare it: without regard to case, underscores and extra white space."""
    return " ".join(text.replace("_", " ").split()).casefold()


@cache
def fields_of(entity: str) -> Mapping[str, Field]:
    """The fields of an entity that a mapping may fill, by name."""
    record = NewInteraction if entity == INTERACTION else ENTITIES[entity]
    ours = _OURS | _FOLLOWS.get(entity, set()) | {ATTRIBUTES[entity]}
    if entity == INTERACTION:
        ours |= {"source", "source_id", "contact_key", "lead_id"}
    hints = get_type_hints(record)
    return {f.name: _field(f.name, hints[f.name]) for f in fields(record) if f.name not in ours}


def _field(name: str, hint: Any) -> Field:
    if get_origin(hint) in (Union, types.UnionType):
        hint = next(part for part in get_args(hint) if part is not type(None))
    if get_origin(hint) is tuple:
        return Field(name, Kind.OPTION, _choices(get_args(hint)[0]), many=True)
    if hint is UUID and name in REFERENCES:
        return Field(name, Kind.REFERENCE)
    if isinstance(hint, type) and issubclass(hint, Enum):
        return Field(name, Kind.OPTION, _choices(hint))
    return Field(name, _SPECIAL.get(name, _KINDS[hint]), longest=kept.longest(name))


def _choices(options: type[Enum]) -> Choices:
    return {normal(name): option for option in options for name in _names(option)}


def _names(option: Enum) -> Iterable[str]:
    match option:
        case Option():
            return option.name, option.label, str(int(option))
        case InteractionType():
            return option.name, option.source_name
        case _:
            return (option.name,)
