"""Criteria as SQL: the same reading as `domain.criteria.holds`, on rows."""

import types
from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from functools import cache
from typing import Any, Union, get_args, get_origin, get_type_hints
from uuid import UUID

from db.custom_fields import expression
from db.formulas import FORMULAS, Formula
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
    CustomCheck,
    Every,
    Not,
    Operator,
    Related,
    Some,
    capitals,
    folded,
)
from domain.custom_criteria import ON_CUSTOM
from domain.custom_values import comparable
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
_LETTERS = 3
"""Fewer have no part that an index knows: asked for what contains them, it would give all that it has."""
_BY_START = {Contact: frozenset({"city"})}
"""The texts of which an index knows the first 200 characters."""
_FOUND: Mapping[type, frozenset[str]] = {
    Contact: frozenset({"id", "email"}),
    Lead: frozenset({"id", "email", "state"}),
}
"""What is found by what it equals; of other records, the id alone."""
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
        case Not(Related() as part):
            return f"not {_related(part, record, table, add)}"
        case Not(part):
            return f"({condition(part, record, table, add)}) is not true"
        case Related():
            return _related(criterion, record, table, add)
        case Check():
            return _checked(criterion, record, table, add)
        case CustomCheck():
            return _custom(criterion, table, add)


def scans(criterion: Criterion, record: type[Any]) -> bool:
    """Whether rows have to be looked at one by one: no index finds these parts of a text."""
    match criterion:
        case Every(parts) | Some(parts):
            return any(scans(part, record) for part in parts)
        case Not(part):
            return scans(part, record)
        case Related(relation, part):
            return scans(part, RELATIONS[record][relation].record)
        case CustomCheck(_, _, operator):
            return operator in (Operator.CONTAINS, Operator.ENDS_WITH)
        case Check(field) if field in FORMULAS.get(record, ()):
            return True
        case Check(field, operator, value):
            if operator not in (Operator.CONTAINS, Operator.ENDS_WITH):
                return False
            return field not in _IN_PARTS.get(record, ()) or len(value) < _LETTERS


def finds(criterion: Criterion, record: type[Any]) -> bool:
    """Whether an index finds what is meant, so that nothing else has to be looked at."""
    match criterion:
        case Every(parts):
            return any(finds(part, record) for part in parts)
        case Some(parts):
            return all(finds(part, record) for part in parts)
        case Related(relation, part):
            return finds(part, RELATIONS[record][relation].record)
        case Check(field, Operator.EQ):
            return field in _FOUND.get(record, ("id",)) or field in _BY_START.get(record, ())
        case Check(field, Operator.IN):
            return field in _FOUND.get(record, ("id",))
        case Check(field, operator, value) if operator in _PATTERNS:
            return field in _IN_PARTS.get(record, ()) and len(value) >= _LETTERS
        case _:
            return False


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
    formula = FORMULAS.get(record, {}).get(check.field)
    type, operators = kinds(record)[check.field] if formula is None else kind_of(formula)  # type: ignore[arg-type]
    if check.operator not in operators:
        raise TypeError(f"{record.__name__}.{check.field} cannot be checked by {check.operator.name}")
    if formula is not None and (formula.conditions or formula.kind is bool):
        return _by_condition(check, formula, table)
    column = f"{table}.{check.field}" if formula is None else formula.on(lambda name: f"{table}.{name}")
    if check.operator is Operator.IS_NULL:
        return f"{column} is {'null' if check.value else 'not null'}"
    if check.operator in NEGATED:
        return f"({_compared(column, type, NEGATED[check.operator], check.value, add)}) is not true"
    in_parts = check.field in _IN_PARTS.get(record, ()) and check.operator in _PATTERNS
    few = check.operator is Operator.CONTAINS and len(check.value) < _LETTERS
    if in_parts and few:
        column = f"({column} || '')"
    text = _compared(column, type, check.operator, check.value, add)
    if in_parts and not few:
        return f"({text} and {_roughly(column, _PATTERNS[check.operator], check.value, add)})"
    if check.operator is Operator.EQ and check.field in _BY_START.get(record, ()):
        return f"({text} and left({column}, 200) = left({add(check.value, 'text')}, 200))"
    return text


def _by_condition(check: Check, formula: Formula, table: str) -> str:
    """What a formula gives is not compared but asked for, so that related rows can be gone through at once.

    Neither a yes or no nor the condition of a value is ever null.
    """

    def column(name: str) -> str:
        return f"{table}.{name}"

    values: Any = check.value if isinstance(check.value, tuple) else (check.value,)
    match check.operator:
        case Operator.IS_NULL if formula.kind is bool:
            return "false" if check.value else "true"
        case Operator.IS_NULL:
            any_value = formula.any_of((value for value, _ in formula.conditions), column)
            return f"not {any_value}" if check.value else any_value
        case Operator.EQ if formula.kind is bool:
            return formula.on(column) if check.value else f"not {formula.on(column)}"
        case Operator.NE | Operator.NOT_IN:
            return f"not {formula.any_of(values, column)}"
        case _:
            return formula.any_of(values, column)


def _custom(check: CustomCheck, table: str, add: Add) -> str:
    if check.operator not in ON_CUSTOM[check.type]:
        raise TypeError(f"A custom field {check.type.name} cannot be checked by {check.operator.name}")
    column, type = expression(check.name, check.type, table)
    if check.operator is Operator.IS_NULL:
        return f"{column} is {'null' if check.value else 'not null'}"
    if check.operator is Operator.HAS:
        return f"{column} ? {add(check.value, 'text')}"
    value = check.value if check.operator in _PATTERNS else comparable(check.type, check.value)
    if check.operator in NEGATED:
        return f"({_compared(column, type, NEGATED[check.operator], value, add)}) is not true"
    return _compared(column, type, check.operator, value, add)


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


def _code(choices: type[Enum]) -> str:
    """The type that choices are kept as: an option's code, or a member's name."""
    return "int" if issubclass(choices, Option) else "text"


def kind_of(formula: Formula) -> Kind:
    """How a formula's value can be checked."""
    found = _kind(formula.kind)
    assert found is not None
    return found


def _kind(hint: Any) -> Kind | None:
    if get_origin(hint) in (Union, types.UnionType):
        hint = next(part for part in get_args(hint) if part is not type(None))
    if get_origin(hint) is tuple:
        item = get_args(hint)[0]
        return (_code(item), ON_LISTS) if issubclass(item, Enum) else None
    if isinstance(hint, type) and issubclass(hint, Enum):
        return _code(hint), ON_CHOICES
    return _KINDS.get(hint)
