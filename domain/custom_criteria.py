"""What custom fields are asked for: how each type can be checked, and whether what is asked for is there."""

from collections.abc import Iterator, Mapping

from domain.criteria import (
    ON_FLAGS,
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
)
from domain.custom_fields import CustomField, CustomFields, CustomFieldType, entity_of
from domain.refusals import Code, Refused

ON_CUSTOM: Mapping[CustomFieldType, tuple[Operator, ...]] = {
    CustomFieldType.TEXT: ON_TEXT,
    CustomFieldType.INTEGER: ON_ORDERED,
    CustomFieldType.DECIMAL: ON_ORDERED,
    CustomFieldType.BOOLEAN: ON_FLAGS,
    CustomFieldType.DATE: ON_ORDERED,
    CustomFieldType.DATE_TIME: ON_ORDERED,
    CustomFieldType.CHOICE: ON_TEXT,
    CustomFieldType.CHOICES: (Operator.HAS, Operator.IS_NULL),
}
"""How a field of each type can be checked."""


def custom_checks(
    criterion: Criterion | None, record: type[object]
) -> Iterator[tuple[type[object], CustomCheck]]:
    """The checks of custom fields within a criterion, each with the record whose field it is."""
    match criterion:
        case CustomCheck():
            yield record, criterion
        case Every(parts) | Some(parts):
            for part in parts:
                yield from custom_checks(part, record)
        case Not(part):
            yield from custom_checks(part, record)
        case Related(relation, part):
            yield from custom_checks(part, RELATIONS[record][relation].record)
        case Check() | None:
            return


def check(fields: CustomFields, record: type[object], asked: CustomCheck) -> None:
    """Refuses a check of a field that is not there, or is of another type."""
    *place, _ = asked.path or ("where", "")
    field = fields.find(entity_of(record), asked.name, *place, "name")
    if field.type is not asked.type:
        message = f"The custom field {field.name!r} is {field.type.name}: check it by `{field.type.shown}`."
        raise Refused(Code.INVALID, message, *asked.path)


def ordering(fields: CustomFields, record: type[object], name: str) -> CustomField:
    """The field that a list is to be in the order of; refuses what is none, or has no order."""
    field = fields.find(entity_of(record), name, "orderBy", "customField")
    if field.type is CustomFieldType.CHOICES:
        message = f"The custom field {name!r} holds several choices, and nothing can be in their order."
        raise Refused(Code.INVALID, message, "orderBy", "customField")
    return field
