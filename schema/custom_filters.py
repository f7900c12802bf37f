"""What custom fields are asked for in `where`: by a name, and by the member that says of which type it is."""

from typing import Any

import strawberry
from strawberry import UNSET
from strawberry.types.base import get_object_definition

from domain.criteria import Criterion, CustomCheck, Operator
from domain.custom_fields import CustomFieldType
from domain.refusals import Code, Refused
from schema.operands import (
    BigIntFilter,
    BooleanFilter,
    DateFilter,
    DateTimeFilter,
    DecimalFilter,
    Member,
    Path,
    TextFilter,
    every,
    given,
    made,
)

CustomChoicesFilter = made(
    "CustomChoicesFilter",
    "How several choices of a custom field are checked. All that is given must hold.",
    lambda _: {
        "has": Member(str, Operator.HAS.value, Operator.HAS),
        "is_null": Member(bool, Operator.IS_NULL.value, Operator.IS_NULL),
    },
)
_FILTERS: dict[CustomFieldType, Any] = {
    CustomFieldType.TEXT: TextFilter,
    CustomFieldType.INTEGER: BigIntFilter,
    CustomFieldType.DECIMAL: DecimalFilter,
    CustomFieldType.BOOLEAN: BooleanFilter,
    CustomFieldType.DATE: DateFilter,
    CustomFieldType.DATE_TIME: DateTimeFilter,
    CustomFieldType.CHOICE: TextFilter,
    CustomFieldType.CHOICES: CustomChoicesFilter,
}
WORDS = "Custom fields, each by its name: what is asked of every one of them holds."


def _where() -> Any:
    """The input: the name, and one member for each type."""
    cls = type("CustomFieldWhere", (), {"__annotations__": {"name": str}})
    named: Any = strawberry.field(description="The field's name; one that is not there is refused.")
    cls.name = named  # type: ignore[attr-defined]
    for type_, accepted in _FILTERS.items():
        words = f"How a field of the type {type_.name} is checked."
        field: Any = strawberry.field(description=words, default=UNSET, metadata={"meaning": type_})
        cls.__annotations__[type_.member] = accepted | None
        setattr(cls, type_.member, field)
    words = "What is asked of one custom field: its name, and exactly one other member, that of its type."
    return strawberry.input(cls, description=words)


CustomFieldWhere = _where()


def read_custom(values: list[Any], path: Path) -> Criterion:
    """What is asked of custom fields: all of it holds."""
    return every(_read(value, (*path, str(at))) for at, value in enumerate(values))


def _read(value: Any, path: Path) -> Criterion:
    asked = [
        (field.metadata["meaning"], getattr(value, field.python_name))
        for field in get_object_definition(type(value), strict=True).fields
        if "meaning" in field.metadata and getattr(value, field.python_name) is not UNSET
    ]
    if len(asked) != 1 or asked[0][1] is None:
        members = ", ".join(f"`{type.shown}`" for type in _FILTERS)
        message = f"Say how {value.name[:60]!r} is checked, by exactly one of {members}."
        raise Refused(Code.INVALID, message, *path)
    ((kind, filter),) = asked
    at = (*path, kind.shown)
    return every(
        CustomCheck(value.name, kind, operator, tuple(one) if isinstance(one, list) else one, at)
        for operator, one, _ in given(filter, at)
    )
