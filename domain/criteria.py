"""Which records are meant: what lists filter by, read here and compiled to SQL in `db`, to the same effect.

There are two truths, yes and no. Where there is no value every comparison is a no; so `NE` and `NOT_IN`, the
opposites of `EQ` and `IN`, are a yes, as is the `Not` of any comparison.
"""

import operator as by
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from dataclasses import field as member
from decimal import Decimal
from enum import Enum
from typing import Any, NamedTuple

from domain.custom_fields import CustomFieldType
from domain.custom_values import read
from domain.records import Account, Contact, Lead, Opportunity
from domain.refusals import Code, Refused
from domain.standing import DERIVED, Find

MOST_CHECKS = 100
MOST_LEVELS = 10
MOST_STEPS = 3
"""How many relations a condition may follow, one from the other."""
MOST_VALUES = 1_000
MOST_DIGITS = 1_000
LARGEST_WHOLE = 2**63 - 1


class Operator(Enum):
    """How a field is checked."""

    EQ = "Equals this; of text, letter for letter."
    NE = "Does not equal this; holds where there is no value."
    IN = "Equals one of these; never of an empty list."
    NOT_IN = "Equals none of these; holds where there is no value, and always of an empty list."
    LT = "Comes before this, or is smaller."
    LTE = "Comes before this, is smaller, or equals it."
    GT = "Comes after this, or is greater."
    GTE = "Comes after this, is greater, or equals it."
    CONTAINS = "Has this in it, in capitals or small letters."
    STARTS_WITH = "Starts with this, in capitals or small letters."
    ENDS_WITH = "Ends with this, in capitals or small letters."
    IS_NULL = "Whether there is no value."
    HAS = "Has this among its values."


_EQUALITY = (Operator.EQ, Operator.NE, Operator.IN, Operator.NOT_IN)
ON_TEXT = (*_EQUALITY, Operator.CONTAINS, Operator.STARTS_WITH, Operator.ENDS_WITH, Operator.IS_NULL)
ON_ORDERED = (*_EQUALITY, Operator.LT, Operator.LTE, Operator.GT, Operator.GTE, Operator.IS_NULL)
ON_CHOICES = (*_EQUALITY, Operator.IS_NULL)
ON_FLAGS = (Operator.EQ, Operator.IS_NULL)
ON_LISTS = (Operator.HAS,)
NEGATED: Mapping[Operator, Operator] = {Operator.NE: Operator.EQ, Operator.NOT_IN: Operator.IN}
"""Operators that hold exactly where another does not."""


@dataclass(frozen=True, slots=True)
class Check:
    """One check of a field, or of what follows from fields (`domain.standing`).

    The value of `IN` and `NOT_IN` is a tuple, that of `IS_NULL` yes or no.
    """

    field: str
    operator: Operator
    value: Any


@dataclass(frozen=True, slots=True)
class CustomCheck:
    """One check of a custom field, which has to be of this type; `path` says where that was asked."""

    name: str
    type: CustomFieldType
    operator: Operator
    value: Any
    path: tuple[str, ...] = member(default=(), compare=False)


@dataclass(frozen=True, slots=True)
class Every:
    """All the parts hold; of none, this is true."""

    parts: tuple["Criterion", ...]


@dataclass(frozen=True, slots=True)
class Some:
    """At least one part holds; of none, this is false."""

    parts: tuple["Criterion", ...]


@dataclass(frozen=True, slots=True)
class Not:
    """The part does not hold."""

    part: "Criterion"


@dataclass(frozen=True, slots=True)
class Related:
    """The part holds for at least one of the records that the relation of this name leads to."""

    relation: str
    part: "Criterion"


Criterion = Check | CustomCheck | Every | Some | Not | Related


class Joined(NamedTuple):
    """How a relation is known: the related record, and which of its fields equals which of the own."""

    record: type[Any]
    own: str
    other: str


_ACCOUNT = Joined(Account, "account_id", "id")
_CONTACT = Joined(Contact, "contact_id", "id")
RELATIONS: Mapping[type[Any], Mapping[str, Joined]] = {
    Contact: {
        "account": _ACCOUNT,
        "parent_contact": Joined(Contact, "parent_contact_id", "id"),
        "contacts": Joined(Contact, "id", "parent_contact_id"),
        "leads": Joined(Lead, "id", "contact_id"),
        "opportunities": Joined(Opportunity, "id", "contact_id"),
    },
    Account: {
        "parent_account": Joined(Account, "parent_account_id", "id"),
        "primary_contact": Joined(Contact, "primary_contact_id", "id"),
        "accounts": Joined(Account, "id", "parent_account_id"),
        "contacts": Joined(Contact, "id", "account_id"),
        "leads": Joined(Lead, "id", "account_id"),
        "opportunities": Joined(Opportunity, "id", "account_id"),
    },
    Lead: {
        "contact": _CONTACT,
        "account": _ACCOUNT,
        "qualifying_opportunity": Joined(Opportunity, "qualifying_opportunity_id", "id"),
    },
    Opportunity: {
        "contact": _CONTACT,
        "account": _ACCOUNT,
        "originating_lead": Joined(Lead, "originating_lead_id", "id"),
    },
}
"""What records are related by; each way is served by an index."""


def _find_none(record: type[Any], field: str, value: Any) -> Iterable[Any]:
    raise LookupError("Nothing was given to find related records with.")


def holds(criterion: Criterion, record: Any, find: Find = _find_none) -> bool:
    """Whether the record is one of those meant; related ones are found by `find`."""
    match criterion:
        case Every(parts):
            return all(holds(part, record, find) for part in parts)
        case Some(parts):
            return any(holds(part, record, find) for part in parts)
        case Not(part):
            return not holds(part, record, find)
        case Related(relation, part):
            joined = RELATIONS[type(record)][relation]
            value = getattr(record, joined.own)
            found = find(joined.record, joined.other, value) if value is not None else ()
            return any(holds(part, one, find) for one in found)
        case Check(field, operator, value):
            return _passes(operator, _value(record, field, find), value)
        case CustomCheck(name, type_, operator, value):
            return _passes(operator, read(type_, record.custom.get(name)), value)


def _value(record: Any, field: str, find: Find) -> Any:
    """What the record holds, or what follows from it and those that it is related to."""
    derived = DERIVED.get(type(record), {}).get(field)
    return getattr(record, field) if derived is None else derived(record, find)


def _passes(operator: Operator, found: Any, value: Any) -> bool:
    if operator is Operator.IS_NULL:
        return bool((found is None) == value)
    if operator in NEGATED:
        return not _passes(NEGATED[operator], found, value)
    return found is not None and bool(_READINGS[operator](found, value))


_READINGS: Mapping[Operator, Callable[[Any, Any], bool]] = {
    Operator.EQ: by.eq,
    Operator.IN: lambda found, values: found in values,
    Operator.LT: by.lt,
    Operator.LTE: by.le,
    Operator.GT: by.gt,
    Operator.GTE: by.ge,
    Operator.CONTAINS: lambda found, text: folded(text) in folded(found),
    Operator.STARTS_WITH: lambda found, text: folded(found).startswith(folded(text)),
    Operator.ENDS_WITH: lambda found, text: folded(found).endswith(folded(text)),
    Operator.HAS: by.contains,
}


class _SmallLetters(dict[int, str]):
    """Small letters by their capitals' codes, found out as they are met; of any other character, itself.

    Only what are each other's, one character each, so that no character has two partners: no `ß` for `SS`, no
    Kelvin sign for `k`. Nothing but this decides it; a database's idea of letters depends on how it was made.
    """

    def __missing__(self, code: int) -> str:
        capital = chr(code)
        small = capital.lower()
        self[code] = small if len(small) == 1 and small.upper() == capital else capital
        return self[code]


_SMALL = _SmallLetters()


def folded(text: str) -> str:
    """The text with small letters in the place of capitals: equal for texts that differ in these alone."""
    return text.translate(_SMALL)


def capitals(text: str) -> dict[str, str]:
    """The letters of a folded text that have capitals, beyond those of ASCII, by these."""
    return {
        letter.upper(): letter
        for letter in text
        if not letter.isascii() and letter != letter.upper() and folded(letter.upper()) == letter
    }


def bounded(criterion: Criterion, *path: str) -> Criterion:
    """The criterion; refuses one that is larger or deeper than anybody needs."""
    if (levels := _levels(criterion)) > MOST_LEVELS:
        message = f"Conditions may lie within each other {MOST_LEVELS} levels deep; these are {levels} deep."
        raise Refused(Code.INVALID, message, *path)
    if (count := sum(1 for _ in _leaves(criterion))) > MOST_CHECKS:
        raise Refused(
            Code.INVALID, f"At most {MOST_CHECKS} conditions can be asked; these are {count}.", *path
        )
    if (steps := _steps(criterion)) > MOST_STEPS:
        message = f"Conditions may follow {MOST_STEPS} relations, one from the other; these follow {steps}."
        raise Refused(Code.INVALID, message, *path)
    for leaf in _leaves(criterion):
        if isinstance(leaf, Check | CustomCheck):
            _check_values(leaf, path)
    return criterion


def _steps(criterion: Criterion) -> int:
    own = 1 if isinstance(criterion, Related) else 0
    return own + max(map(_steps, _parts(criterion)), default=0)


def _levels(criterion: Criterion) -> int:
    return 1 + max(map(_levels, _parts(criterion)), default=0)


def _leaves(criterion: Criterion) -> Iterator[Criterion]:
    """The checks, and the groups that hold none."""
    parts = _parts(criterion)
    if not parts:
        yield criterion
    for part in parts:
        yield from _leaves(part)


def _parts(criterion: Criterion) -> tuple[Criterion, ...]:
    match criterion:
        case Every(parts) | Some(parts):
            return parts
        case Not(part) | Related(part=part):
            return (part,)
        case Check() | CustomCheck():
            return ()


def _check_values(check: Check | CustomCheck, path: tuple[str, ...]) -> None:
    values = check.value if isinstance(check.value, tuple) else (check.value,)
    if len(values) > MOST_VALUES:
        message = f"A list to compare with has at most {MOST_VALUES} values; this one has {len(values)}."
        raise Refused(Code.INVALID, message, *path)
    if not all(map(_comparable, values)):
        raise Refused(
            Code.INVALID, "A number to compare with is larger or finer than any that is kept.", *path
        )


def _comparable(value: Any) -> bool:
    """Whether the number, if it is one, is of those that a database can take as they are."""
    if isinstance(value, Decimal):
        exponent = value.as_tuple().exponent
        return isinstance(exponent, int) and exponent >= -MOST_DIGITS and value.adjusted() <= MOST_DIGITS
    return not isinstance(value, int) or -LARGEST_WHOLE <= value <= LARGEST_WHOLE
