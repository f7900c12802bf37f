"""Reads what a mapping says of one field: a column, a template, or a table of how to come by the value."""

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, time, tzinfo
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from engines.imports import dates, values
from engines.imports.fields import Field, Kind, normal
from engines.imports.mapping import Part, Recipe, Template, Unusable
from engines.imports.values import Reading

RECIPE = {
    "column",
    "template",
    "fixed",
    "values",
    "otherwise",
    "as",
    "dates",
    "zone",
    "nothing",
    "list",
    "before",
    "decimal",
}
_WORDS = {
    kind.value: kind
    for kind in (
        Kind.TEXT,
        Kind.NUMBER,
        Kind.WHOLE,
        Kind.YES_NO,
        Kind.DATE,
        Kind.MOMENT,
        Kind.EMAIL,
        Kind.PHONE,
    )
}
_HOLE = re.compile(r"\{([^{}]+?)(?::(\d+))?\}")
_DATED = (Kind.DATE, Kind.MOMENT)


def template(text: str) -> Template:
    """The text of a mapping: a column's name, or text with columns in braces."""
    if not _HOLE.search(text):
        return Template(((_column(text), None),))
    pieces: list[str | tuple[str, int | None]] = []
    end = 0
    for hole in _HOLE.finditer(text):
        if hole.start() > end:
            pieces.append(text[end : hole.start()])
        pieces.append((_column(hole[1]), int(hole[2]) if hole[2] else None))
        end = hole.end()
    return Template((*pieces, *([text[end:]] if text[end:] else [])))


def _column(name: str) -> str:
    """A column's name as it is looked up: with single blanks."""
    return " ".join(name.split())


def placeholders(declared: Any) -> frozenset[str]:
    """What stands for nothing, as it is compared: trimmed and without regard to case."""
    texts = [declared] if isinstance(declared, str) else declared
    if not isinstance(texts, list) or not all(isinstance(text, str) for text in texts):
        raise Unusable('"nothing" is a text or a list of texts.')
    return frozenset(text.strip().casefold() for text in texts)


def zone_named(name: Any) -> tzinfo:
    """The time zone of that name."""
    if name == "UTC":
        return UTC
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, TypeError, ValueError, OSError):
        raise Unusable(f'there is no time zone "{name}"; one is called Europe/Berlin, say.') from None


def recipe(declared: Any, field: Field, part: Part, attribute: bool) -> Recipe:
    """One way to come by the field's value."""
    if isinstance(declared, str):
        declared = {"template": declared} if _HOLE.search(declared) else {"column": declared}
    elif not isinstance(declared, dict):
        declared = {"fixed": declared}
    for word in declared:
        if word not in RECIPE:
            raise Unusable(f'"{word}" means nothing here; known are {", ".join(sorted(RECIPE))}.')
    if sum(word in declared for word in ("column", "template", "fixed")) != 1:
        raise Unusable('it needs one of "column", "template" and "fixed".')
    reading = _reading(declared, field, part, attribute)
    return Recipe(
        template=_template(declared),
        fixed=_given(declared["fixed"], field, reading) if "fixed" in declared else None,
        reading=reading,
        values=_values(declared["values"], field, reading) if "values" in declared else None,
        otherwise=(_fixed(declared["otherwise"], field, reading),) if "otherwise" in declared else None,
        dates=_dates(declared, reading),
        nothing=part.nothing | placeholders(declared.get("nothing", [])),
        list=_word(declared, "list"),
        before=_word(declared, "before"),
    )


def _word(declared: Mapping[str, Any], word: str) -> str | None:
    found = declared.get(word)
    if found is not None and (not isinstance(found, str) or not found):
        raise Unusable(f'"{word}" is a text.')
    return found


def _template(declared: Mapping[str, Any]) -> Template | None:
    if "column" in declared:
        column = _word(declared, "column")
        return Template(((_column(column or ""), None),))
    text = _word(declared, "template")
    return template(text) if text else None


def _reading(declared: Mapping[str, Any], field: Field, part: Part, attribute: bool) -> Reading:
    kind = field.kind
    if "as" in declared:
        if not attribute:
            raise Unusable(f'a field knows what it is: "as" is for attributes, and this is a {kind.value}.')
        if declared["as"] not in _WORDS:
            raise Unusable(f'"as" is one of {", ".join(_WORDS)}.')
        kind = _WORDS[declared["as"]]
    if declared.get("decimal", ".") not in (".", ","):
        raise Unusable('"decimal" is "." or ",".')
    zone = zone_named(declared["zone"]) if "zone" in declared else part.zone
    return Reading(kind, field.choices, None, zone, declared.get("decimal", "."), field.longest)


def _dates(declared: Mapping[str, Any], reading: Reading) -> tuple[str, ...]:
    if reading.kind not in _DATED:
        if "dates" in declared:
            raise Unusable('"dates" are for dates and moments; an attribute is one with as = "date".')
        return ()
    formats = declared.get("dates", list(dates.USUAL))
    formats = [formats] if isinstance(formats, str) else formats
    for format in formats:
        if not isinstance(format, str) or not dates.is_format(format):
            raise Unusable(f'"{format}" is no way of writing a date; write D-M-YYYY, say, or epoch seconds.')
    return tuple(formats)


def _given(declared: Any, field: Field, reading: Reading) -> Any:
    """What a field holds in every row."""
    if field.many:
        return tuple(
            _fixed(item, field, reading) for item in (declared if isinstance(declared, list) else [declared])
        )
    return _fixed(declared, field, reading)


def _fixed(declared: Any, field: Field, reading: Reading) -> Any:
    """A value that the mapping gives; an empty text stands for none."""
    if declared == "":
        return None
    if isinstance(declared, list):
        return [_fixed(item, field, reading) for item in declared]
    if isinstance(declared, date):
        return _dated(declared, reading)
    if isinstance(declared, dict):
        raise Unusable("a value is a text, a number, a date, or true or false.")
    try:
        return values.read(declared, _with_format(reading))
    except values.Unreadable as reason:
        options = f" ({', '.join(_options(field))})" if field.choices else ""
        raise Unusable(f'"{declared}" {reason}{options}.') from None


def _with_format(reading: Reading) -> Reading:
    return replace(reading, format="YYYY-M-D")


def _dated(declared: date, reading: Reading) -> Any:
    if reading.kind is Kind.DATE:
        return declared.date() if isinstance(declared, datetime) else declared
    if reading.kind is not Kind.MOMENT:
        raise Unusable("a date is given where none is wanted.")
    moment = declared if isinstance(declared, datetime) else datetime.combine(declared, time())
    return (moment if moment.tzinfo else moment.replace(tzinfo=reading.zone)).astimezone(UTC)


def _options(field: Field) -> list[str]:
    return sorted({option.name for option in (field.choices or {}).values()})


def _values(declared: Any, field: Field, reading: Reading) -> Mapping[str, Any]:
    if isinstance(declared, list):
        declared = {text: text for text in declared if isinstance(text, str)}
    if not isinstance(declared, dict) or not declared:
        raise Unusable('"values" is a table of theirs = "ours", or a list of spellings.')
    return {normal(theirs): _fixed(ours, field, reading) for theirs, ours in declared.items()}
