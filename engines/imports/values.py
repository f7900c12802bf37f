"""Reads one cell as the kind of value that its field takes, or says why it is none."""

import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, tzinfo
from decimal import Decimal
from typing import Any

import orjson

from engines import countries, kept, phones
from engines.imports import dates
from engines.imports.fields import Choices, Kind, normal
from engines.kept import Unfit
from engines.validation import PHONES

Cell = str | int | float | bool | list[Any] | None
"""What a file holds at one place of a row: text in tables, any plain value in JSON."""


class Unreadable(Exception):
    """The cell does not hold a value of that kind; the message says why."""


@dataclass(frozen=True)
class Reading:
    """How a cell is read: as what kind, from which choices, in which way of writing."""

    kind: Kind
    choices: Choices | None = None
    format: str | None = None
    zone: tzinfo = UTC
    decimal: str = "."
    longest: int = 1 << 20


_COMPUTED = re.compile(r"-\s*[\d.,]+|[-+]?\d+(?:[.,]\d+)?[eE]\+?\d+|#\w+[!/?]?.*")
_GROUPS: Mapping[str, re.Pattern[str]] = {
    ".": re.compile(r"[-+]?\d{1,3}(?:[,' \u00a0]\d{3})+(?:\.\d+)?"),
    ",": re.compile(r"[-+]?\d{1,3}(?:[.' \u00a0]\d{3})+(?:,\d+)?"),
}
_PLAIN = re.compile(r"[-+]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][-+]?\d{1,3})?")
_YES = frozenset({"yes", "y", "true", "t", "1", "on"})
_NO = frozenset({"no", "n", "false", "f", "0", "off"})
_BLANKS = re.compile(r"[ \t\u00a0]{2,}|[\t\u00a0]")
_LARGEST = 2**63 - 1
_LONGEST_NUMBER = 30


def as_text(cell: Cell) -> str:
    """The cell as one would write it in a table, trimmed, with single blanks."""
    if isinstance(cell, str) and "  " not in cell and cell.isprintable():
        return cell.strip()
    match cell:
        case None:
            return ""
        case bool():
            return "true" if cell else "false"
        case str():
            return _BLANKS.sub(" ", cell).strip()
        case list():
            return ", ".join(as_text(item) for item in cell)
        case _:
            return str(cell)


def shown(cell: Cell) -> str:
    """The cell as a refusal shows it: its beginning, with what is no proper text replaced."""
    text = as_text(cell)[:200].replace("\x00", "�")
    return text.encode(errors="replace").decode()


def read(cell: Cell, how: Reading) -> Any:
    """The value that the cell holds; it is known not to be empty."""
    _check_keepable(cell)
    if how.kind is Kind.ANY and not isinstance(cell, str):
        return cell
    text = as_text(cell)
    if len(text) > how.longest:
        raise Unreadable(f"is longer than {how.longest} characters")
    match how.kind:
        case Kind.NUMBER:
            return _number(text, how.decimal)
        case Kind.WHOLE:
            return _whole(text, how.decimal, _LARGEST)
        case Kind.PERCENT:
            return _whole(text.rstrip(" %"), how.decimal, 100)
        case Kind.DATE | Kind.MOMENT:
            return _moment(text, how)
        case Kind.OPTION:
            return _option(text, how.choices or {})
    check = _CHECKS.get(how.kind)
    return check(text) if check else text


def _check_keepable(cell: Cell) -> None:
    """What is no proper text, or too large for JSON, cannot be kept."""
    if isinstance(cell, str) and cell.isprintable():
        return
    try:
        kept = cell.encode() if isinstance(cell, str) else orjson.dumps(cell)
    except (TypeError, UnicodeError):
        raise Unreadable("holds something that cannot be kept") from None
    if b"\x00" in kept or (b"\\u0000" in kept and not isinstance(cell, str)):
        raise Unreadable("holds a character of no meaning (NUL), which cannot be kept")


def _number(text: str, decimal: str) -> Decimal:
    plain = text
    if _GROUPS[decimal].fullmatch(text):
        plain = re.sub(r"[' \u00a0]|" + (r"," if decimal == "." else r"\."), "", text)
    if decimal == ",":
        plain = plain.replace(",", ".")
    if not _PLAIN.fullmatch(plain):
        raise Unreadable("is not a number")
    number = Decimal(plain)
    if number and abs(number.adjusted()) > _LONGEST_NUMBER:
        raise Unreadable("is too large or too small a number")
    return number


def _whole(text: str, decimal: str, largest: int) -> int:
    number = _number(text, decimal)
    if number != number.to_integral_value():
        raise Unreadable("is not a whole number")
    if abs(number) > largest:
        raise Unreadable("is too large a number")
    return int(number)


def _moment(text: str, how: Reading) -> Any:
    assert how.format is not None, "the column's format is decided before its cells are read"
    moment = dates.read(text, how.format, how.zone)
    if moment is None:
        raise Unreadable(f"is not a date written {how.format}")
    return moment.date() if how.kind is Kind.DATE else moment.astimezone(UTC)


def _option(text: str, choices: Choices) -> Any:
    found = choices.get(normal(text))
    if found is None:
        raise Unreadable("is not one of the field's options")
    return found


def _yes_no(text: str) -> bool:
    word = text.casefold()
    if word not in _YES | _NO:
        raise Unreadable("is neither yes nor no")
    return word in _YES


def _email(text: str) -> str:
    try:
        return kept.email(text)
    except Unfit:
        raise Unreadable("does not have the shape of an e-mail address") from None


def _phone(text: str) -> str:
    if _COMPUTED.fullmatch(text):
        raise Unreadable("was computed by a spreadsheet and is not a telephone number")
    if sum(letter.isdigit() for letter in text) < 3:
        raise Unreadable("holds too few digits for a telephone number")
    return text


def _country(text: str) -> str:
    return countries.named(text) or text


def _website(text: str) -> str:
    try:
        return kept.website(text)
    except Unfit:
        return text


def _currency(text: str) -> str:
    try:
        return kept.currency(text)
    except Unfit:
        raise Unreadable("is not a currency's code of ISO 4217") from None


def _time_zone(text: str) -> str:
    try:
        return kept.time_zone(text)
    except Unfit:
        raise Unreadable("is not a time zone's name, such as Europe/Berlin") from None


def with_numbers(found: dict[str, Any]) -> dict[str, Any]:
    """The fields of one record with its telephone numbers in one form, where they can be read.

    Where a number has no +, the record's country tells what country it is of. Files hold what somebody once
    wrote down: a number too short, a region in the place of a country, a name for a website. There is nobody
    to ask, so that is kept as it stands; a client of the API is told how to write it (engines/validation.py).
    """
    country = found.get("country")
    region = countries.code_of(country) if isinstance(country, str) else None
    for name in PHONES & found.keys():
        with suppress(Unfit):
            found[name] = phones.phone(found[name], region)
    return found


_CHECKS = {
    Kind.YES_NO: _yes_no,
    Kind.EMAIL: _email,
    Kind.PHONE: _phone,
    Kind.COUNTRY: _country,
    Kind.WEBSITE: _website,
    Kind.CURRENCY: _currency,
    Kind.TIME_ZONE: _time_zone,
}
