"""What the fields of a record hold: read once from its declaration, for orders and counts."""

import re
import types
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, fields
from enum import Enum
from functools import cache
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

E = TypeVar("E", bound=type[Enum])


@dataclass(frozen=True, slots=True)
class Field:
    """A field of a record: the type of its value, whether it may have none, and whether it has several."""

    name: str
    kind: Any
    nullable: bool = False
    several: bool = False


_FIELDS: dict[Any, Mapping[str, Field]] = {}


@cache
def fields_of(record: Any) -> Mapping[str, Field]:
    """The fields of a record, in their order."""
    hints = get_type_hints(record)
    return {one.name: _field(one.name, hints[one.name]) for one in fields(record)}


def _field(name: str, hint: Any) -> Field:
    nullable = get_origin(hint) in (Union, types.UnionType)
    if nullable:
        hint = next(part for part in get_args(hint) if part is not type(None))
    if get_origin(hint) is tuple:
        return Field(name, get_args(hint)[0], nullable, several=True)
    return Field(name, hint, nullable)


def completed(
    of: Iterable[Field],
    fits: Callable[[Field], bool],
    words: Callable[[Field], str],
    named: Mapping[str, str],
) -> Callable[[E], E]:
    """Makes an enum of some fields into one of all that fit.

    What is written down keeps its name and words; `named` are those that are not called like their fields.
    """

    def made(cls: E) -> E:
        written = {member.name: str(member.value) for member in cls}
        names = {named.get(name, name.lower()): name for name in written}
        found = {names.get(field.name, field.name.upper()): field for field in of}
        found = {name: field for name, field in found.items() if name in written or fits(field)}
        rest = {name: words(field) for name, field in found.items() if name not in written}
        make: Any = Enum
        whole: E = make(cls.__name__, written | rest, module=cls.__module__)
        whole.__doc__ = cls.__doc__
        _FIELDS[whole] = found
        return whole

    return made


def fields_by(members: type[Enum]) -> Mapping[str, Field]:
    """The fields that the members of a completed enum stand for, by their names."""
    return _FIELDS[members]


def spelled(name: str) -> str:
    """A field's name as words."""
    words = re.sub(r"(\d+)", r" \1", name.removeprefix("is_").replace("_", " "))
    return words.replace("email", "e-mail").replace("gdpr", "GDPR")
