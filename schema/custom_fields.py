"""Fields that a team adds at run time, and what records hold in them: one shape for all, so that no client's
types have to be made anew when a field comes or goes (docs/decisions/0017)."""

# mypy: disable-error-code="valid-type"
import datetime as time
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Annotated, Any

import strawberry
from strawberry import UNSET

from domain import custom_fields as domain
from domain import custom_values
from domain.custom_fields import CustomFieldEntity, CustomFieldType
from domain.custom_values import Given
from resolvers import custom_fields
from resolvers.context import Info
from schema.graph import argument, choice, column, declared, held, shows
from schema.node import Node, Part
from schema.scalars import BigInt
from schema.sources import CustomValues

choice(CustomFieldEntity)
choice(CustomFieldType)


@shows(domain.CustomFieldChoice)
class CustomFieldChoice:
    """What can be chosen in a custom field."""

    value: str = column("What is kept, given and asked for; never changes.")
    label: str = column("What people call it.")


@shows(domain.CustomField)
class CustomField(Node):
    """A field that a team has added to its contacts, accounts or leads, to fill, show, filter and sort by."""

    version: int = column("How often it was written: 1 when new, one more with each change.")
    created_at: time.datetime = column("When it was created.")
    updated_at: time.datetime = column("When it was last changed.")
    retired_at: time.datetime | None = column(
        "When it was retired; null while it is in use. What records hold in a retired field is kept unseen."
    )
    entity: CustomFieldEntity = column("What it was added to.")
    name: str = column("What programs call it; never changes, and means one field of its kind of record.")
    label: str = column("What people call it.")
    description: str | None = column("What it is for.")
    type: CustomFieldType = column("What it holds; never changes.")
    choices: list[CustomFieldChoice] = held(
        "What can be chosen in it, in the order to offer it in; empty of other types.", "offered"
    )
    indexed: bool = column("Whether an index finds and orders records by it.")


@shows(custom_values.CustomFieldValue)
class CustomFieldValue(Part):
    """What a record holds in one of its custom fields: of the members that hold values, that of its type."""

    field: CustomField = held("The field.", "field")
    name: str = column("The field's name.")
    type: CustomFieldType = column("The field's type: which member to read.")
    text: str | None = column("The text, of TEXT.")
    integer: BigInt | None = column("The whole number, of INTEGER.")
    decimal: Decimal | None = column("The number, of DECIMAL.")
    boolean: bool | None = column("Yes or no, of BOOLEAN.")
    date: time.date | None = column("The day, of DATE.")
    date_time: time.datetime | None = column("The moment, of DATE_TIME.")
    choice: str | None = column("The value of what was chosen, of CHOICE.")
    choices: list[str] | None = column("The values of what was chosen, of CHOICES; never empty.")


@strawberry.input(
    description="A value for one custom field: its name, and exactly one other member, that of its type; null"
    " clears it. Fields that are not named keep what they hold."
)
class CustomFieldInput:
    name: str = strawberry.field(description="The field's name.")
    text: str | None = strawberry.field(
        description="Of TEXT, at most 500 characters; blanks clear.", default=UNSET
    )
    integer: BigInt | None = strawberry.field(description="Of INTEGER.", default=UNSET)
    decimal: Decimal | None = strawberry.field(description="Of DECIMAL.", default=UNSET)
    boolean: bool | None = strawberry.field(description="Of BOOLEAN.", default=UNSET)
    date: time.date | None = strawberry.field(description="Of DATE.", default=UNSET)
    date_time: time.datetime | None = strawberry.field(description="Of DATE_TIME.", default=UNSET)
    choice: str | None = strawberry.field(description="Of CHOICE, one of its values.", default=UNSET)
    choices: list[str] | None = strawberry.field(
        description="Of CHOICES, all that are chosen; an empty list clears.", default=UNSET
    )


Names = Annotated[
    list[str] | None,
    argument("Only the fields of these names, in this order; names of no field in use are left out."),
]


def custom_values_of(entity: CustomFieldEntity) -> Any:
    """A field that shows what a record holds in its custom fields."""

    async def resolve(root: Any, info: Info, names: Names = UNSET) -> Any:
        return await custom_fields.values_of(info, entity, root.id, root.custom, _given(names))

    words = (
        "What it holds in the fields that the team has added, retired ones left out: one entry for each"
        " field, in the order of their creation, also where nothing is held."
    )
    return declared(words, CustomValues(entity), resolve)


def given_of(inputs: Sequence[CustomFieldInput] | None) -> list[Given]:
    """What is given of custom fields; null members clear."""
    return [Given(one.name, dict(_members(one))) for one in inputs or ()]


def _members(one: CustomFieldInput) -> Iterator[tuple[CustomFieldType, Any]]:
    for kind in CustomFieldType:
        value = getattr(one, kind.member)
        if value is not UNSET:
            yield kind, value


def _given(value: Any) -> Any:
    return None if value is UNSET else value
