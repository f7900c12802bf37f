"""What files bring for custom fields: texts and other values become values of the fields' own types."""

import datetime as time
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

from domain.custom_fields import CustomFieldEntity, CustomFields, CustomFieldType
from domain.custom_values import kept
from domain.records import Attributes
from domain.refusals import Code, Refused
from domain.windows import YEARS

_YES = {"yes", "y", "true", "1", "on"}
_NO = {"no", "n", "false", "0", "off"}


def brought(
    fields: CustomFields,
    entity: CustomFieldEntity,
    known: Attributes,
    values: Attributes,
    *,
    fill: bool = False,
) -> dict[str, Any]:
    """What a record holds after a file brought values, with `fill` only those that it lacks.

    Refuses, by the attribute and the field's name, the first value that its field does not take.
    """
    held = {name: value for name, value in known.items() if name in fields.of(entity)}
    for name, value in values.items():
        path = ("custom", name)
        field = fields.find(entity, name, *path)
        if fill and name in held:
            continue
        try:
            held[name] = kept(field, _READ[field.type](value))
        except (ValueError, TypeError, OverflowError, InvalidOperation):
            message = f"{str(value)[:60]!r} is no value of the type {field.type.name}."
            raise Refused(Code.INVALID, message, *path) from None
        except Refused as no:
            raise Refused(no.code, no.message, *path) from None
    return {name: value for name, value in held.items() if value is not None}


def _text(value: Any) -> str:
    return (
        ", ".join(map(_text, value))
        if isinstance(value, Sequence) and not isinstance(value, str)
        else str(value)
    )


def _whole(value: Any) -> int:
    number = _number(value)
    if number != number.to_integral_value() or number.adjusted() > 30:
        raise ValueError
    return int(number)


def _number(value: Any) -> Decimal:
    if isinstance(value, bool):
        raise TypeError
    return Decimal(repr(value)) if isinstance(value, float) else Decimal(value)


def _yes_no(value: Any) -> bool:
    word = str(value).strip().casefold()
    if word not in _YES | _NO:
        raise ValueError
    return word in _YES


def _day(value: Any) -> time.date:
    if isinstance(value, time.datetime):
        value = value.date()
    found = value if isinstance(value, time.date) else time.date.fromisoformat(value)
    if found.year not in YEARS:
        raise ValueError
    return found


def _moment(value: Any) -> time.datetime:
    found = value if isinstance(value, time.datetime) else time.datetime.fromisoformat(value)
    if found.tzinfo is None or found.year not in YEARS:
        raise ValueError
    return found


def _several(value: Any) -> list[str]:
    parts = value if isinstance(value, (list, tuple)) else str(value).split(",")
    return [text for part in parts if (text := str(part).strip())]


_READ: Mapping[CustomFieldType, Callable[[Any], Any]] = {
    CustomFieldType.TEXT: _text,
    CustomFieldType.INTEGER: _whole,
    CustomFieldType.DECIMAL: _number,
    CustomFieldType.BOOLEAN: _yes_no,
    CustomFieldType.DATE: _day,
    CustomFieldType.DATE_TIME: _moment,
    CustomFieldType.CHOICE: _text,
    CustomFieldType.CHOICES: _several,
}
