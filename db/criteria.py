"""Criteria as SQL: the same reading as `domain.criteria.holds`, on rows."""

import types
from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from typing import Any, Union, get_args, get_origin, get_type_hints
from uuid import UUID

from db.rows import to_column
from domain.criteria import (
    NEGATED,
    ON_CHOICES,
    ON_FLAGS,
    ON_LISTS,
    ON_ORDERED,
    ON_TEXT,
    RELATIONS,
    Check,
    Criterion,
    Every,
    Not,
    Operator,
    Related,
    Some,
    capitals,
    folded,
)
from domain.options import Option
from domain.records import Account, Contact, Lead

Add = Callable[[Any, str], str]
"""Takes a value and its type as an argument of the statement; gives its placeholder."""
Kind = tuple[str, tuple[Operator, ...]]
"""A column's type, and how it can be checked."""

_KINDS: Mapping[type, Kind] = {
    str: ("text", ON_TEXT),
    int: ("bigint", ON_ORDERED),
    Decimal: ("numeric", ON_ORDERED),
    date: ("date", ON_ORDERED),
    datetime: ("timestamptz", ON_ORDERED),
    bool: ("boolean", ON_FLAGS),
    UUID: ("uuid", ON_CHOICES),
}
_SIGNS: Mapping[Operator, str] = {
    Operator.EQ: "=",
    Operator.LT: "<",
    Operator.LTE: "<=",
    Operator.GT: ">",
    Operator.GTE: ">=",
}
_PATTERNS: Mapping[Operator, str] = {
    Operator.CONTAINS: "%{}%",
    Operator.STARTS_WITH: "{}%",
    Operator.ENDS_WITH: "%{}",
}
_IN_PARTS: Mapping[type, frozenset[str]] = {
    Account: frozenset({"name"}),
    Contact: frozenset({"full_name", "email"}),
    Lead: frozenset({"topic"}),
}
"""The texts of which an index knows all parts of three characters."""
_BY_START = {Contact: frozenset({"city"})}
"""The texts of which an index knows the first 200 characters."""
_ESCAPES = str.maketrans({"\\": r"\\", "%": r"\%", "_": r"\_"})


def condition(criterion: Criterion, record: type[Any], table: str, add: Add) -> str:
    """The criterion on rows of a record's table, as a condition of `where`: null counts as no.

    `not` makes two truths of three; below it, `and` and `or` of null and no are null or no.
    """
    match criterion:
        case Every(parts):
            return _joined(parts, " and ", record, table, add) or "true"
        case Some(parts):
            return _joined(parts, " or ", record, table, add) or "false"
        case Not(part):
            return f"({condition(part, record, table, add)}) is not true"
        case Related():
            return _related(criterion, record, table, add)
        case Check():
            return _checked(criterion, record, table, add)


def scans(criterion: Criterion, record: type[Any]) -> bool:
    """Whether rows have to be looked at one by one: no index finds these parts of a text."""
    match criterion:
        case Every(parts) | Some(parts):
            return any(scans(part, record) for part in parts)
        case Not(part):
            return scans(part, record)
        case Related(relation, part):
            return scans(part, RELATIONS[record][relation].record)
        case Check(field, operator, value):
            if operator not in (Operator.CONTAINS, Operator.ENDS_WITH):
                return False
            return field not in _IN_PARTS.get(record, ()) or len(value) < 3


def _related(related: Related, record: type[Any], table: str, add: Add) -> str:
    """The condition that there is such a related record; each step has a table of its own."""
    to = RELATIONS[record][related.relation]
    other = f"r{int(table[1:] or 0) + 1}"
    inner = condition(related.part, to.record, other, add)
    join = f"{other}.{to.other} = {table}.{to.own}"
    return f"exists (select from {to.record.__name__.lower()} {other} where {join} and {inner})"


def _joined(parts: Sequence[Criterion], word: str, record: type[Any], table: str, add: Add) -> str:
    texts = [condition(part, record, table, add) for part in parts]
    return f"({word.join(texts)})" if texts else ""


def _checked(check: Check, record: type[Any], table: str, add: Add) -> str:
    type, operators = kinds(record)[check.field]  # type: ignore[arg-type]
    if check.operator not in operators:
        raise TypeError(f"{record.__name__}.{check.field} cannot be checked by {check.operator.name}")
    column = f"{table}.{check.field}"
    if check.operator is Operator.IS_NULL:
        return f"{column} is {'null' if check.value else 'not null'}"
    if check.operator in NEGATED:
        return f"({_compared(column, type, NEGATED[check.operator], check.value, add)}) is not true"
    text = _compared(column, type, check.operator, check.value, add)
    if check.operator in _PATTERNS and check.field in _IN_PARTS.get(record, ()):
        return f"({text} and {_roughly(column, _PATTERNS[check.operator], check.value, add)})"
    if check.operator is Operator.EQ and check.field in _BY_START.get(record, ()):
        return f"({text} and left({column}, 200) = left({add(check.value, 'text')}, 200))"
    return text


def _compared(column: str, type: str, operator: Operator, value: Any, add: Add) -> str:
    if operator in _PATTERNS:
        return _alike(column, _PATTERNS[operator], value, add)
    if operator is Operator.IN:
        return f"{column} = any({add(to_column(value), f'{type}[]')})"
    if operator is Operator.HAS:
        return f"{add(to_column(value), type)} = any({column})"
    return f"{column} {_SIGNS[operator]} {add(to_column(value), type)}"


def _alike(column: str, pattern: str, text: str, add: Add) -> str:
    """Folds no more letters of the column than those that the text holds: others it cannot match anyway.

    Under "C", `lower` knows the letters of ASCII alone, whatever the server and its version.
    """
    sought = folded(text)
    column = f'lower({column} collate "C")'
    if letters := capitals(sought):
        froms, tos = add("".join(letters), "text"), add("".join(letters.values()), "text")
        column = f"translate({column}, {froms}, {tos})"
    return f"{column} like {add(pattern.format(sought.translate(_ESCAPES)), 'text')}"


def _roughly(column: str, pattern: str, text: str, add: Add) -> str:
    """What an index of parts can tell: any character may stand where capitals have to be found out."""
    sought = "".join(letter if letter.isascii() else "\0" for letter in folded(text)).translate(_ESCAPES)
    return f'lower({column} collate "C") like {add(pattern.format(sought.replace(chr(0), "_")), "text")}'


@cache
def kinds(record: Any) -> Mapping[str, Kind]:
    """The columns of a record that can be checked; whatever else it holds cannot."""
    hints = get_type_hints(record)
    found = {field.name: _kind(hints[field.name]) for field in fields(record)}
    return {name: kind for name, kind in found.items() if kind is not None}


def _kind(hint: Any) -> Kind | None:
    if get_origin(hint) in (Union, types.UnionType):
        hint = next(part for part in get_args(hint) if part is not type(None))
    if get_origin(hint) is tuple:
        return ("int", ON_LISTS) if issubclass(get_args(hint)[0], Option) else None
    if isinstance(hint, type) and issubclass(hint, Option):
        return "int", ON_CHOICES
    return _KINDS.get(hint)
