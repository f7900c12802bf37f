"""What a record's fields take: the values as they are kept, and what is refused of them."""

import re
import types
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from enum import Enum
from functools import cache, partial
from typing import Any, Union, get_args, get_origin, get_type_hints
from uuid import UUID

import orjson

from domain.intake import ENTITIES, REQUIRED, Record
from domain.leads import OpportunityClose
from domain.refusals import Code, Refused
from domain.windows import YEARS
from engines import countries, kept, phones
from engines.kept import Unfit

PHONES = frozenset({"phone", "phone2", "phone3", "business_phone", "home_phone", "mobile_phone", "fax"})
EMAILS = frozenset({"email", "email2", "email3"})
COUNTRIES = frozenset({"country", "address2_country"})
PERCENTAGES = frozenset({"close_probability"})


@dataclass(frozen=True, slots=True)
class _About:
    """What a value's check may have to know of the rest: the country of numbers, and what day it is."""

    values: Mapping[str, Any]
    known: Record | None
    now: datetime | None

    @property
    def region(self) -> str | None:
        """The two letters of the record's country, that of its first address."""
        found = self.values.get("country", getattr(self.known, "country", None))
        return countries.code_of(found) if isinstance(found, str) and len(found) <= kept.LINE else None

    @property
    def today(self) -> date:
        """The day that it is where days begin first."""
        return ((self.now or datetime.now(UTC)).astimezone(UTC) + timedelta(hours=14)).date()


Check = Callable[[Any, _About], Any]
"""The value as it is kept; Unfit says why it is none."""


@dataclass(frozen=True, slots=True)
class _Field:
    check: Check
    empty: Any
    """What stands for no value; NotImplemented where there has to be one."""


def checked(
    entity: str, values: Mapping[str, Any], known: Record | None = None, now: datetime | None = None
) -> tuple[dict[str, Any], list[Refused]]:
    """The values as the record will keep them, and what is refused, each by its attribute's name.

    What the known record holds already is not looked at again, so that an odd value that came with an import
    does not stand in the way of another field's change. `now` is for days that cannot lie in the future.
    """
    found: dict[str, Any] = {}
    refused: list[Refused] = []
    about, takes = _About(values, known, now), _fields(entity)
    for name, value in values.items():
        if known is not None and _is_held(value, getattr(known, name)):
            found[name] = getattr(known, name)
            continue
        try:
            kept_value = None if value is None else takes[name].check(value, about)
        except Unfit as unfit:
            refused.append(Refused(Code.INVALID, str(unfit), name))
            continue
        if kept_value is None and takes[name].empty is NotImplemented:
            refused.append(Refused(Code.REQUIRED, _needed(entity, name), name))
            continue
        found[name] = takes[name].empty if kept_value is None else kept_value
    return found, refused + _lacking(entity, found, known, {refusal.path[0] for refusal in refused})


def _is_held(value: Any, held: Any) -> bool:
    if isinstance(value, Decimal) and value.is_snan():
        return False
    return bool(value == held)


def _needed(entity: str, name: str) -> str:
    if name == REQUIRED.get(entity):
        return f"The {entity} needs a {name}."
    return "This always has a value: choose one, or leave it out to keep the one there is."


def _lacking(entity: str, found: Mapping[str, Any], known: Record | None, refused: set[str]) -> list[Refused]:
    """What a new record lacks, or a change takes away that has to be there (domain.md R6, R49)."""
    name = REQUIRED.get(entity)
    if name is not None and known is None and name not in found and name not in refused:
        return [Refused(Code.REQUIRED, _needed(entity, name), name)]
    if entity != "contact" or refused & set(_IDENTIFYING):
        return []
    had = [getattr(known, name, None) for name in _IDENTIFYING]
    has = [found.get(name, before) for name, before in zip(_IDENTIFYING, had, strict=True)]
    if any(has) or (known is not None and not any(had)):
        return []
    return [Refused(Code.REQUIRED, "A contact needs a last name or an e-mail address.", "last_name")]


_IDENTIFYING = ("last_name", "email")


@cache
def _fields(entity: str) -> Mapping[str, _Field]:
    """How each field of an entity is checked, worked out once from its record."""
    record: Any = OpportunityClose if entity == "opportunity_close" else ENTITIES[entity]
    hints = get_type_hints(record)
    return {f.name: _field(f.name, hints[f.name]) for f in fields(record)}


def _field(name: str, hint: Any) -> _Field:
    if get_origin(hint) in (Union, types.UnionType):
        inner = next(part for part in get_args(hint) if part is not type(None))
        return _Field(_check(name, inner), None)
    if get_origin(hint) is tuple:
        return _Field(partial(_choices, get_args(hint)[0]), ())
    return _Field(_check(name, hint), NotImplemented)


def _check(name: str, hint: Any) -> Check:
    if hint is str:
        return partial(_text, kept.longest(name), _WRITTEN.get(name))
    if name in PERCENTAGES:
        return partial(_whole, 100)
    if isinstance(hint, type) and issubclass(hint, Enum):
        return partial(_choice, hint)
    return _birth_date if name == "birth_date" else _CHECKS.get(hint, _json)


Writing = Callable[[str, _About], str]
"""A text in the form in which its kind is kept."""
_WRITTEN: Mapping[str, Writing] = {
    **dict.fromkeys(EMAILS, lambda text, about: kept.email(text)),
    **dict.fromkeys(PHONES, lambda text, about: phones.phone(text, about.region)),
    **dict.fromkeys(COUNTRIES, lambda text, about: kept.country(text)),
    "website": lambda text, about: kept.website(text),
    "currency": lambda text, about: kept.currency(text),
    "time_zone": lambda text, about: kept.time_zone(text),
}


def _text(longest: int, written: Writing | None, value: Any, about: _About) -> str | None:
    if not isinstance(value, str):
        raise Unfit("This is no text.")
    if len(value) > 2 * longest:  # before anything is done with it
        raise Unfit(f"It is longer than {longest:,} characters.")
    text = kept.prose(value) if longest > kept.LINE else kept.line(value)
    text = written(text, about) if text and written else text
    if len(text) > longest:
        raise Unfit(f"It is longer than {longest:,} characters.")
    return text or None


_DECIMALS, _LARGEST_AMOUNT = Decimal("0.0001"), Decimal(10) ** 15


def _amount(value: Any, about: _About) -> Decimal:
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        raise Unfit("This is no number.")
    number = Decimal(repr(value)) if isinstance(value, float) else Decimal(value)
    if not number.is_finite():
        raise Unfit("This is no number.")
    if number.copy_abs() > _LARGEST_AMOUNT:
        raise Unfit("It is larger than 1,000,000,000,000,000, which no amount is.")
    rounded = number.quantize(_DECIMALS)
    if rounded != number:
        raise Unfit("It has more than four decimals.")
    return number if -4 <= int(number.as_tuple().exponent) <= 0 else rounded


def _whole(largest: int, value: Any, about: _About) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise Unfit("This is no whole number.")
    if not 0 <= value <= largest:
        raise Unfit(f"It lies outside 0 to {largest:,}.")
    return value


def _yes_no(value: Any, about: _About) -> bool:
    if not isinstance(value, bool):
        raise Unfit("This is neither true nor false.")
    return value


def _id(value: Any, about: _About) -> UUID:
    if not isinstance(value, UUID):
        raise Unfit("This is no id.")
    return value


def _day(value: Any, about: _About) -> date:
    if not isinstance(value, date) or isinstance(value, datetime):
        raise Unfit("This is no day like 2026-05-01.")
    if value.year not in YEARS:
        raise Unfit(f"It lies outside the years {YEARS[0]} to {YEARS[-1]}.")
    return value


def _birth_date(value: Any, about: _About) -> date:
    if _day(value, about) > about.today:
        raise Unfit("It lies in the future.")
    return _day(value, about)


def _moment(value: Any, about: _About) -> datetime:
    if not isinstance(value, datetime) or value.tzinfo is None:
        raise Unfit("This is no moment like 2026-05-01T09:30:00Z.")
    if value.year not in YEARS:
        raise Unfit(f"It lies outside the years {YEARS[0]} to {YEARS[-1]}.")
    return value.astimezone(UTC)


def _choice(options: type[Enum], value: Any, about: _About) -> Enum:
    if not isinstance(value, options):
        raise Unfit("This is not one of the field's options.")
    return value


def _choices(options: type[Enum], value: Any, about: _About) -> tuple[Enum, ...]:
    if not isinstance(value, list | tuple | set | frozenset):
        raise Unfit("This is no list of the field's options.")
    return tuple(sorted({_choice(options, item, about) for item in value}, key=lambda item: item.value))


_LARGEST_JSON = 1 << 20
_NUL = re.compile(rb"(?<!\\)(?:\\\\)*\\u0000")


def _json(value: Any, about: _About) -> Mapping[str, Any]:
    """Values by name, as JSON can hold them and the database too."""
    if not isinstance(value, dict):
        raise Unfit("These are no values by name.")
    try:
        written = orjson.dumps(value, default=str)
    except (TypeError, ValueError):
        raise Unfit("It holds something that cannot be kept as JSON.") from None
    if len(written) > _LARGEST_JSON:
        raise Unfit(f"It is larger than {_LARGEST_JSON:,} bytes.")
    if _NUL.search(written):
        raise Unfit("It holds a character of no meaning (NUL), which cannot be kept.")
    return value


_CHECKS: Mapping[Any, Check] = {
    Decimal: _amount,
    int: partial(_whole, 2**63 - 1),
    bool: _yes_no,
    UUID: _id,
    date: _day,
    datetime: _moment,
}
