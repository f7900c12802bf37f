"""Inputs that check fields, one for each type; and how what is given in an input is read."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from functools import cache
from keyword import iskeyword
from typing import Any

import strawberry
from strawberry import UNSET
from strawberry.types.base import StrawberryList, StrawberryOptional, get_object_definition
from strawberry.types.enum import StrawberryEnumDefinition
from strawberry.utils.str_converters import to_camel_case

from domain.criteria import ON_CHOICES, ON_FLAGS, ON_LISTS, ON_ORDERED, ON_TEXT, Criterion, Every, Operator
from domain.refusals import Code, Refused
from schema.scalars import BigInt

Path = tuple[str, ...]
Reading = Callable[[Any, Path], Criterion]


@dataclass(frozen=True)
class Member:
    """A member of an input: its type, its words, and what it means: an operator, or how its value is read."""

    of: Any
    words: str
    meaning: Operator | Reading
    name: str | None = None


def every(criteria: Iterable[Criterion]) -> Criterion:
    """All of them, in one group for those of groups within groups."""
    parts: list[Criterion] = []
    for criterion in criteria:
        parts.extend(criterion.parts if isinstance(criterion, Every) else (criterion,))
    return parts[0] if len(parts) == 1 else Every(tuple(parts))


def given(input: Any, path: Path) -> Iterator[tuple[Any, Any, Path]]:
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


def made(name: str, words: str, members: Callable[[Any], Mapping[str, Member]]) -> Any:
    """An input whose members may all be left out; they may be of the input's own type."""
    cls = type(name, (), {})
    return filled(cls, words, members(cls))


def filled(cls: Any, words: str, members: Mapping[str, Member]) -> Any:
    """The input that a class becomes."""
    cls.__annotations__ = {key: member.of | None for key, member in members.items()}
    for key, member in members.items():
        metadata = {"meaning": member.meaning}
        field = strawberry.field(description=member.words, name=member.name, default=UNSET, metadata=metadata)
        setattr(cls, key, field)
    return strawberry.input(cls, description=words)


def _filter(name: str, of: Any, words: str, operators: Iterable[Operator]) -> Any:
    """The input that checks fields of one type."""
    members = {_python_name(operator): _operand(operator, of) for operator in operators}
    return made(name, f"{words} All that is given must hold.", lambda _: members)


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


IdFilter = made(
    "IdFilter",
    "How a global id is checked. All that is given must hold.",
    lambda _: {
        "eq": Member(strawberry.ID, "Is this one.", Operator.EQ),
        "in_": Member(list[strawberry.ID], "Is one of these; never one of an empty list.", Operator.IN, "in"),
    },
)


@cache
def choice_filter(option: type[Enum]) -> Any:
    """The input that checks fields that hold one choice of an option set, or of another enum."""
    return _filter(f"{option.__name__}Filter", option, "How a choice is checked.", ON_CHOICES)


@cache
def choices_filter(option: type[Enum]) -> Any:
    """The input that checks fields that hold several choices of an option set, or of another enum."""
    return _filter(f"{option.__name__}ListFilter", option, "How a list of choices is checked.", ON_LISTS)


def filter_of(kind: Any) -> Any:
    """The input that checks fields of a type; None where there is none."""
    match kind:
        case StrawberryOptional():
            return filter_of(kind.of_type)
        case StrawberryList(of_type=StrawberryEnumDefinition() as item):
            return choices_filter(item.wrapped_cls)
        case StrawberryEnumDefinition():
            return choice_filter(kind.wrapped_cls)
        case _:
            return _FILTERS.get(kind)
