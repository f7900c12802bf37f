"""What records hold in custom fields: how it is kept, shown, compared, and given (docs/decisions/0017).

A record holds its values by the names of their fields, each in one form only, so that what is equal is kept
equal and what is kept can be compared: numbers with fractions as their digits, days and moments as texts of
one width, which are in the order of time.
"""

import datetime as time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from domain.custom_fields import (
    LONGEST_TEXT,
    MOST_DIGITS,
    CustomField,
    CustomFieldEntity,
    CustomFields,
    CustomFieldType,
    proper,
)
from domain.records import Attributes
from domain.refusals import Code, Refused

LARGEST_WHOLE = 2**63 - 1


@dataclass(frozen=True, slots=True)
class CustomFieldValue:
    """What a record holds in one of its custom fields: at most the member of the field's type is set."""

    id: str
    field: CustomField
    text: str | None = None
    integer: int | None = None
    decimal: Decimal | None = None
    boolean: bool | None = None
    date: time.date | None = None
    date_time: time.datetime | None = None
    choice: str | None = None
    choices: tuple[str, ...] | None = None

    @property
    def name(self) -> str:
        """The field's name."""
        return self.field.name

    @property
    def type(self) -> CustomFieldType:
        """The field's type."""
        return self.field.type


@dataclass(frozen=True, slots=True)
class Given:
    """What is given for a custom field: by its name, and by the members that say of which types it is."""

    name: str
    values: Mapping[CustomFieldType, Any]


def values(
    fields: CustomFields,
    entity: CustomFieldEntity,
    owner: UUID,
    custom: Attributes,
    names: Sequence[str] | None = None,
) -> list[CustomFieldValue]:
    """What a record holds in its fields, or in those of these names, set or not; what is none is left out."""
    known = fields.of(entity)
    wanted: Iterable[CustomField] = known.values()
    if names is not None:
        wanted = [known[name] for name in dict.fromkeys(names) if name in known]
    return [_value(field, owner, custom.get(field.name)) for field in wanted if field.in_use]


def _value(field: CustomField, owner: UUID, kept: Any) -> CustomFieldValue:
    id = f"{owner}:{field.name}"
    if kept is None:
        return CustomFieldValue(id, field)
    member: dict[str, Any] = {field.type.member: read(field.type, kept)}
    return CustomFieldValue(id, field, **member)


def merge(
    fields: CustomFields, entity: CustomFieldEntity, known: Attributes, given: Sequence[Given]
) -> tuple[dict[str, Any], list[Refused]]:
    """What a record holds after something was given, and what of that its fields do not take."""
    there = fields.of(entity)
    held = {name: value for name, value in known.items() if name in there}
    refused, met = [], set[str]()
    for at, one in enumerate(given):
        path = ("custom_fields", str(at))
        try:
            if one.name in met:
                message = f"The custom field {one.name[:60]!r} is given twice."
                raise Refused(Code.DUPLICATE, message, *path, "name")
            met.add(one.name)
            field = fields.find(entity, one.name, *path, "name")
            held[field.name] = _taken(field, one, path)
        except Refused as no:
            refused.append(no)
    return {name: value for name, value in held.items() if value is not None}, refused


def _taken(field: CustomField, given: Given, path: tuple[str, ...]) -> Any:
    """The value that is given, as it is kept; None where it is cleared."""
    if not given.values:
        message = f"Give the value of {field.name!r} as `{field.type.shown}`; null clears it."
        raise Refused(Code.REQUIRED, message, *path)
    other = next((type for type in given.values if type is not field.type), None)
    if other is not None:
        message = f"The custom field {field.name!r} takes `{field.type.shown}`, for it is {field.type.name}."
        raise Refused(Code.INVALID, message, *path, other.member)
    value = given.values[field.type]
    try:
        return None if value is None else kept(field, value)
    except Refused as no:
        raise Refused(no.code, no.message, *path, field.type.member) from None


_READ: Mapping[CustomFieldType, Callable[[Any], Any]] = {
    CustomFieldType.DECIMAL: Decimal,
    CustomFieldType.DATE: time.date.fromisoformat,
    CustomFieldType.DATE_TIME: time.datetime.fromisoformat,
    CustomFieldType.CHOICES: tuple,
}
_WRITE: Mapping[CustomFieldType, Callable[[Any], Any]] = {
    CustomFieldType.DATE: time.date.isoformat,
    CustomFieldType.DATE_TIME: lambda moment: (
        moment.astimezone(time.UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
    ),
}


def read(type: CustomFieldType, kept: Any) -> Any:
    """The value that is kept in this form; None where none is."""
    reading = _READ.get(type)
    return kept if kept is None or reading is None else reading(kept)


def comparable(type: CustomFieldType, value: Any) -> Any:
    """The value, or each of several, as those that are kept can be compared with it."""
    if isinstance(value, tuple):
        return tuple(comparable(type, one) for one in value)
    writing = _WRITE.get(type)
    return writing(value) if writing else value


def kept(field: CustomField, value: Any) -> Any:
    """The value in the form that it is kept in, None for none; refuses what the field does not take."""
    match field.type:
        case CustomFieldType.TEXT:
            return _text(value)
        case CustomFieldType.INTEGER:
            return _whole(value)
        case CustomFieldType.DECIMAL:
            return _exact(value)
        case CustomFieldType.CHOICE:
            return _chosen(field, [value])[0]
        case CustomFieldType.CHOICES:
            return _chosen(field, value) or None
        case type:
            return comparable(type, value)


def _text(value: str) -> str | None:
    if len(value) > LONGEST_TEXT:
        raise _invalid(f"A text has at most {LONGEST_TEXT} characters; this one has {len(value)}.")
    if not proper(value):
        raise _invalid("The text holds a character that cannot be kept.")
    return value.strip() or None


def _whole(value: int) -> int:
    if abs(value) > LARGEST_WHOLE:
        raise _invalid("The number has more than 64 bits.")
    return value


def _exact(value: Decimal) -> str:
    """The number's digits as they were given, without an exponent."""
    exponent = value.as_tuple().exponent
    if not isinstance(exponent, int) or exponent < -MOST_DIGITS or value.adjusted() >= MOST_DIGITS:
        raise _invalid(f"A number has at most {MOST_DIGITS} digits before and after its point.")
    return format(value if value else value.copy_abs(), "f")


def _chosen(field: CustomField, values: Sequence[str]) -> list[str]:
    """What was chosen, each once, in the order that the field offers it in."""
    offered = [choice.value for choice in field.offered]
    unknown = next((one for one in values if one not in offered), None)
    if unknown is not None:
        among = ", ".join(offered[:20]) + (", …" if len(offered) > 20 else "")
        raise _invalid(f"{unknown[:60]!r} is none of the field's choices, which are: {among}.")
    return [one for one in offered if one in values]


def _invalid(message: str) -> Refused:
    return Refused(Code.INVALID, message)
