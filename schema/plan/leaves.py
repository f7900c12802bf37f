"""How values of a row become values of an answer: scalars and enums, as graphql-core writes them."""

import types
from binascii import b2a_base64
from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from typing import Any, Union, get_args, get_origin, get_type_hints
from uuid import UUID

import orjson
from graphql import (
    GraphQLEnumType,
    GraphQLField,
    GraphQLList,
    GraphQLNonNull,
    GraphQLOutputType,
    get_named_type,
)

from domain.interaction_properties import Kind, Property
from domain.options import Option


class Unplanned(Exception):
    """Why something cannot be answered by a plan; graphql-core answers it then."""


_LEAVES: dict[int, tuple[GraphQLField, tuple[bool, Any, bool]]] = {}
_NAMES: dict[tuple[str, type[Enum]], Mapping[Any, str]] = {}
_HINTS: dict[type[Any], Mapping[str, Any]] = {}
_AS_THEY_ARE = {
    (str, "String"),
    (str, "ID"),
    (int, "Int"),
    (int, "BigInt"),
    (bool, "Boolean"),
    (float, "Float"),
    (datetime, "DateTime"),
    (date, "Date"),
}
"""Values that orjson writes as graphql-core would have them."""


def bare(hint: Any) -> tuple[Any, bool]:
    """The type without None, and whether None was part of it."""
    if get_origin(hint) in (Union, types.UnionType):
        parts = [part for part in get_args(hint) if part is not type(None)]
        return parts[0], len(parts) < len(get_args(hint))
    return hint, False


def hints(record: type[Any]) -> Mapping[str, Any]:
    """The types of a record's fields."""
    known = _HINTS.get(record)
    if known is None:
        known = _HINTS[record] = get_type_hints(record)
    return known


def is_text(hint: Any) -> bool:
    """Whether the column is read as the text of JSON, to be handed on as it is."""
    return get_origin(bare(hint)[0]) is not None and get_origin(bare(hint)[0]) is not tuple


def leaf(field: GraphQLField, hint: Any) -> tuple[bool, Any, bool]:
    """Of a field that shows a column: is it read as text, what writes it, may it lack a value it promises."""
    known = _LEAVES.get(id(field))
    if known is None or known[0] is not field:
        may_lack = isinstance(field.type, GraphQLNonNull) and bare(hint)[1]
        known = _LEAVES[id(field)] = field, (is_text(hint), writer(field.type, hint), may_lack)
    return known[1]


def writer(kind: GraphQLOutputType, hint: Any) -> Callable[[Any], Any] | Mapping[Any, str] | None:
    """What makes a stored value one of the answer: a function, a table, or nothing."""
    stored, _ = bare(hint)
    named = get_named_type(kind)
    if get_origin(stored) is tuple:
        return _each(_names(named, get_args(stored)[0]))
    if isinstance(stored, type) and issubclass(stored, Enum):
        return _names(named, stored)
    if is_text(hint) and named.name == "JSON":
        return _fragment
    if stored is Decimal and named.name == "Decimal":
        return _decimal
    if (stored, named.name) in _AS_THEY_ARE and not _is_list(kind):
        return None
    raise Unplanned(f"no plan writes {stored} as {kind}")


def stating(kind: GraphQLOutputType, stated: Property) -> Callable[[Any], Any]:
    """What makes of an interaction's properties what the answer shows of one of them."""
    if isinstance(stated.kind, Kind):
        return stated.read
    names = {member: member.name for member in stated.kind}
    return lambda properties: names.get(stated.read(properties))


def _is_list(kind: GraphQLOutputType) -> bool:
    return isinstance(kind.of_type if isinstance(kind, GraphQLNonNull) else kind, GraphQLList)


def _names(kind: Any, stored: type[Enum]) -> Mapping[Any, str]:
    """The names of an enum by what the column holds: an option's code, or a member's name."""
    if not isinstance(kind, GraphQLEnumType):
        raise Unplanned(f"no plan writes {stored} as {kind}")
    known = _NAMES.get((kind.name, stored))
    if known is None:
        known = _NAMES[kind.name, stored] = dict(_named(kind, stored))
    return known


def _named(kind: GraphQLEnumType, stored: type[Enum]) -> Any:
    shown = {member.value: name for name, member in kind.values.items()}
    for member in stored:
        name = shown.get(member, shown.get(member.value))
        if name is not None:
            yield int(member) if isinstance(member, Option) else member.name, name
    yield None, None


def member_of(hint: Any) -> Callable[[Any], Any] | None:
    """What makes an enum's member of what the column holds; None for what is no enum."""
    stored, _ = bare(hint)
    if not (isinstance(stored, type) and issubclass(stored, Enum)):
        return None
    make: Callable[[Any], Any] = stored if issubclass(stored, Option) else stored.__getitem__
    return lambda value: None if value is None else make(value)


def _each(names: Mapping[Any, str]) -> Callable[[Any], Any]:
    return lambda values: [names[value] for value in values]


def _fragment(text: str | None) -> Any:
    return None if text is None else orjson.Fragment(text)


def _decimal(value: Decimal | None) -> str | None:
    return None if value is None else str(value)


def needed(value: Any) -> Any:
    """The value of a field that is never null; where it is, graphql-core tells so."""
    if value is None:
        raise Unplanned("a field that is never null has no value")
    return value


def small(number: int) -> int:
    """The number, as far as Int holds it."""
    if not -(2**31) <= number < 2**31:
        raise Unplanned("a number is too large for Int")
    return number


def global_id(type_name: str) -> Callable[[UUID], str]:
    """What makes the global id of a record of this type; the same as `identity.to_global`."""
    form = f"{type_name}:%s"

    def make(id: UUID) -> str:
        return b2a_base64((form % id).encode(), newline=False).rstrip(b"=").decode()

    return make
