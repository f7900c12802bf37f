"""What lists are filtered by: an input for each type of field, and one for each record, of what is shown."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, fields
from datetime import date, datetime
from decimal import Decimal
from functools import cache, partial
from keyword import iskeyword
from typing import Any, cast

import strawberry
from strawberry import UNSET
from strawberry.types.base import StrawberryList, StrawberryOptional, get_object_definition
from strawberry.types.enum import StrawberryEnumDefinition
from strawberry.types.field import StrawberryField
from strawberry.utils.str_converters import to_camel_case

from domain import records
from domain.criteria import (
    ON_CHOICES,
    ON_FLAGS,
    ON_LISTS,
    ON_ORDERED,
    ON_TEXT,
    Check,
    Criterion,
    Every,
    Not,
    Operator,
    Some,
    bounded,
)
from domain.options import Option
from domain.refusals import Code, Refused
from schema.details import AccountDetails, ContactDetails, LeadDetails, OpportunityDetails
from schema.graph import words_of
from schema.scalars import BigInt
from schema.sources import Column, Group

Path = tuple[str, ...]
Reading = Callable[[Any, Path], Criterion]


@dataclass(frozen=True)
class Member:
    """A member of an input: its type, its words, and what it means: an operator, or how its value is read."""

    of: Any
    words: str
    meaning: Operator | Reading
    name: str | None = None


def to_criterion(where: Any, *path: str) -> Criterion | None:
    """The criterion that an input stands for, given at `path`; None where it asks for nothing."""
    if where is None or where is UNSET:
        return None
    place = path or ("where",)
    criterion = _read(where, place)
    return None if criterion == Every(()) else bounded(criterion, *place)


def _read(where: Any, path: Path) -> Criterion:
    """What an input means: all that is given in it holds."""
    return _every(meaning(value, at) for meaning, value, at in _given(where, path))


def _checks(attribute: str, filter: Any, path: Path) -> Criterion:
    """What a filter of a field means: all its checks hold."""
    return _every(
        Check(attribute, operator, tuple(value) if isinstance(value, list) else value)
        for operator, value, _ in _given(filter, path)
    )


def _each(values: list[Any], path: Path) -> tuple[Criterion, ...]:
    return tuple(_read(value, (*path, str(at))) for at, value in enumerate(values))


def _every(criteria: Iterable[Criterion]) -> Criterion:
    """All of them, in one group for those of groups within groups."""
    parts: list[Criterion] = []
    for criterion in criteria:
        parts.extend(criterion.parts if isinstance(criterion, Every) else (criterion,))
    return parts[0] if len(parts) == 1 else Every(tuple(parts))


def _given(input: Any, path: Path) -> Iterator[tuple[Any, Any, Path]]:
    """The members of an input that were given: what each means, its value and where it was given."""
    for field in get_object_definition(type(input), strict=True).fields:
        value = getattr(input, field.python_name)
        if value is UNSET:
            continue
        name = field.graphql_name or to_camel_case(field.python_name)
        if value is None:
            message = f"`{name}` is null: leave it out, or ask for what has no value by `isNull`."
            raise Refused(Code.INVALID, message, *path, name)
        yield field.metadata["meaning"], value, (*path, name)


def _input(name: str, words: str, members: Callable[[Any], Mapping[str, Member]]) -> Any:
    """An input whose members may all be left out; they may be of the input's own type."""
    cls = type(name, (), {})
    made = members(cls)
    cls.__annotations__ = {key: member.of | None for key, member in made.items()}
    for key, member in made.items():
        metadata = {"meaning": member.meaning}
        field = strawberry.field(description=member.words, name=member.name, default=UNSET, metadata=metadata)
        setattr(cls, key, field)
    return strawberry.input(cls, description=words)


def _filter(name: str, of: Any, words: str, operators: Iterable[Operator]) -> Any:
    """The input that checks fields of one type."""
    members = {_python_name(operator): _operand(operator, of) for operator in operators}
    return _input(name, f"{words} All that is given must hold.", lambda _: members)


def _python_name(operator: Operator) -> str:
    name = operator.name.lower()
    return f"{name}_" if iskeyword(name) else name


def _operand(operator: Operator, of: Any) -> Member:
    match operator:
        case Operator.IN | Operator.NOT_IN:
            of = list[of]
        case Operator.IS_NULL:
            of = bool
    return Member(of, operator.value, operator, to_camel_case(operator.name.lower()))


TextFilter = _filter(
    "TextFilter",
    str,
    "How a text is checked. `contains`, `startsWith` and `endsWith` take a capital for its small letter, of"
    " any alphabet, where each is one character: Ä for ä, but not SS for ß, and not A for Ä.",
    ON_TEXT,
)
IntFilter = _filter("IntFilter", int, "How a whole number is checked.", ON_ORDERED)
BigIntFilter = _filter("BigIntFilter", BigInt, "How a large whole number is checked.", ON_ORDERED)
DecimalFilter = _filter("DecimalFilter", Decimal, "How a number is checked.", ON_ORDERED)
DateFilter = _filter("DateFilter", date, "How a day is checked.", ON_ORDERED)
DateTimeFilter = _filter("DateTimeFilter", datetime, "How a moment is checked.", ON_ORDERED)
BooleanFilter = _filter("BooleanFilter", bool, "How a yes or no is checked.", ON_FLAGS)
_FILTERS: Mapping[Any, Any] = {
    str: TextFilter,
    int: IntFilter,
    BigInt: BigIntFilter,
    Decimal: DecimalFilter,
    date: DateFilter,
    datetime: DateTimeFilter,
    bool: BooleanFilter,
}


@cache
def choice_filter(option: type[Option]) -> Any:
    """The input that checks fields that hold one choice of an option set."""
    return _filter(f"{option.__name__}Filter", option, "How a choice is checked.", ON_CHOICES)


@cache
def choices_filter(option: type[Option]) -> Any:
    """The input that checks fields that hold several choices of an option set."""
    return _filter(f"{option.__name__}ListFilter", option, "How a list of choices is checked.", ON_LISTS)


def where_input(record: type[Any], name: str, shown: type[Any]) -> Any:
    """The input that says which records are meant, by the columns of theirs that a graph type shows."""

    def members(own: Any) -> dict[str, Member]:
        return _members(record, shown) | {
            "and_": Member(list[own], "All of these hold.", _all_of, "and"),
            "or_": Member(
                list[own], "At least one of these holds; of an empty list, none does.", _any_of, "or"
            ),
            "not_": Member(own, "This does not hold.", _none_of, "not"),
        }

    words = f"Which records of the kind {record.__name__} are meant: those for which all that is given holds."
    return _input(name, words, members)


def _all_of(values: list[Any], path: Path) -> Criterion:
    return Every(_each(values, path))


def _any_of(values: list[Any], path: Path) -> Criterion:
    return Some(_each(values, path))


def _none_of(value: Any, path: Path) -> Criterion:
    return Not(_read(value, path))


def _members(record: type[Any], shown: type[Any]) -> dict[str, Member]:
    """A member for each field of a graph type that shows a column, or a group of columns, of the record."""
    made = {
        field.python_name: _member(record, field)
        for field in get_object_definition(shown, strict=True).fields
    }
    return {name: member for name, member in made.items() if member is not None}


def _member(record: Any, field: StrawberryField) -> Member | None:
    source, words, kind = field.metadata.get("source"), str(field.description), cast(Any, field.type)
    if isinstance(source, Group):
        return Member(_group(record, kind), words, _read, field.graphql_name)
    if not isinstance(source, Column):
        return None
    attribute, accepted = source.attribute or field.python_name, _filter_of(kind)
    if accepted is None or attribute not in (kept.name for kept in fields(record)):
        return None
    return Member(accepted, words, partial(_checks, attribute), field.graphql_name)


@cache
def _group(record: Any, shown: Any) -> Any:
    """The input for columns that the graph shows as a group of their own."""
    words = f"{words_of(shown)} All that is given must hold."
    return _input(f"{shown.__name__}Where", words, lambda _: _members(record, shown))


def _filter_of(kind: Any) -> Any:
    """The input that checks fields of a type; None where there is none."""
    match kind:
        case StrawberryOptional():
            return _filter_of(kind.of_type)
        case StrawberryList(of_type=StrawberryEnumDefinition() as item):
            return choices_filter(item.wrapped_cls)
        case StrawberryEnumDefinition():
            return choice_filter(kind.wrapped_cls)
        case _:
            return _FILTERS.get(kind)


AccountWhere = where_input(records.Account, "AccountWhere", AccountDetails)
ContactWhere = where_input(records.Contact, "ContactWhere", ContactDetails)
LeadWhere = where_input(records.Lead, "LeadWhere", LeadDetails)
OpportunityWhere = where_input(records.Opportunity, "OpportunityWhere", OpportunityDetails)
