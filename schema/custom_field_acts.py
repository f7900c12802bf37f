"""Custom fields asked for, added, changed, retired and deleted (docs/decisions/0017)."""

# mypy: disable-error-code="valid-type"
from dataclasses import dataclass
from typing import Annotated, Any

import strawberry
from strawberry import UNSET

from domain.custom_fields import MOST_CHOICES, MOST_FIELDS, CustomFieldEntity, CustomFieldType
from domain.refusals import Code, Refused
from resolvers import custom_fields, records
from resolvers.context import Info
from schema import naming
from schema.acts import (
    Refusal,
    UserError,
    answered,
    create_input,
    given,
    mutation,
    payload,
    refusals_of,
    update_input,
)
from schema.custom_fields import CustomField
from schema.graph import argument, column, declared, described
from schema.sources import CustomDefinitions
from schema.writing import Which

CustomFieldPayload: Any = payload("custom_field", CustomField, "What became of a change to a custom field.")


@strawberry.input(description="What can be chosen in a custom field.")
class CustomFieldChoiceInput:
    value: str = strawberry.field(description="What is kept, given and asked for; 1 to 100 characters.")
    label: str = strawberry.field(description="What people call it; 1 to 100 characters.")


@strawberry.input(description="The fields of a new custom field.")
class CustomFieldDefinitionInput:
    entity: CustomFieldEntity = strawberry.field(description="What it is added to.")
    name: str = strawberry.field(
        description="What programs call it: a letter, then letters, digits and `_`; 60 characters at most. It"
        " cannot be changed."
    )
    label: str = strawberry.field(description="What people call it; 1 to 100 characters.")
    type: CustomFieldType = strawberry.field(description="What it holds. It cannot be changed.")
    description: str | None = strawberry.field(description="What it is for.", default=UNSET)
    choices: list[CustomFieldChoiceInput] | None = strawberry.field(
        description=f"What can be chosen in it, of CHOICE and CHOICES: 1 to {MOST_CHOICES}.", default=UNSET
    )
    indexed: bool | None = strawberry.field(
        description="Whether an index is to find and order records by it: true unless given.", default=UNSET
    )


@strawberry.input(description="What can be changed in a custom field: what is not given stays as it is.")
class CustomFieldPatch:
    label: str | None = strawberry.field(description="What people call it.", default=UNSET)
    description: str | None = strawberry.field(description="What it is for; null for nothing.", default=UNSET)
    choices: list[CustomFieldChoiceInput] | None = strawberry.field(
        description="All that can be chosen from now on, in its order; one that a record holds has to stay.",
        default=UNSET,
    )
    indexed: bool | None = strawberry.field(
        description="Whether an index is to find and order records by it.", default=UNSET
    )


_NOUN, _WORDS = "CustomField", "custom field"
CustomFieldCreateInput: Any = create_input(_NOUN, "custom_field", CustomFieldDefinitionInput, _WORDS)
CustomFieldUpdateInput: Any = update_input(_NOUN, CustomFieldPatch, _WORDS)


def _values(input: Any, *names: str) -> dict[str, Any]:
    """What was given under these names; choices as they are kept."""
    values = {name: getattr(input, name) for name in names if getattr(input, name) is not UNSET}
    for name in ("label", "choices", "indexed"):
        if name in values and values[name] is None:
            raise Refused(Code.INVALID, "This always has a value: give one, or leave it out.", name)
    if "choices" in values:
        values["choices"] = [{"value": one.value, "label": one.label} for one in values["choices"]]
    return values


async def _create(info: Info, input: Annotated[CustomFieldCreateInput, argument("What is added.")]) -> Any:
    async def act() -> Any:
        names = ("entity", "name", "label", "type", "description", "choices", "indexed")
        given_field = input.custom_field
        values = _values(given_field, *names)
        asked = {**values, "entity": given_field.entity.name, "type": given_field.type.name}
        key = records.asked(info, given(input.idempotency_key), "customFieldCreate", asked)
        return await custom_fields.create(info, values, key)

    return await answered(act(), naming.places_of(CustomFieldDefinitionInput, "customField"))


async def _update(info: Info, input: Annotated[CustomFieldUpdateInput, argument("What changes.")]) -> Any:
    async def act() -> Any:
        values, expected = (
            _values(input.patch, "label", "description", "choices", "indexed"),
            given(input.expected_version),
        )
        asked: list[Any] = [input.id, values, expected]
        key = records.asked(info, given(input.idempotency_key), "customFieldUpdate", asked)
        return await custom_fields.change(info, input.id, values, expected, key)

    return await answered(act(), naming.places_of(CustomFieldPatch, "patch"))


async def _retire(info: Info, input: Which) -> Any:
    return await naming.acted(info, input, custom_fields.retire)


async def _restore(info: Info, input: Which) -> Any:
    return await naming.acted(info, input, custom_fields.restore)


@dataclass(frozen=True)
class Deletion:
    """What a deletion answers."""

    deleted_id: str | None
    finished: bool
    user_errors: list[Refusal]


@described
class CustomFieldDeletePayload:
    """What became of the deletion of a custom field."""

    deleted_id: strawberry.ID | None = column(
        "The global id that led to the field; null where it was refused."
    )
    finished: bool = column(
        "Whether all that records held in it is gone too. The field is gone at once; of millions of values"
        " some may be left after one request: ask again with the same id then."
    )
    user_errors: list[UserError] = column("What was refused; empty where it was done.")


async def _delete(info: Info, input: Which) -> Any:
    try:
        key, expected = naming.key_of(info, input), given(input.expected_version)
        id, finished = await custom_fields.delete(info, input.id, expected, key)
    except Refused as refused:
        return Deletion(None, False, refusals_of(refused))
    return Deletion(id, finished, [])


async def _fields(
    root: Any,
    info: Info,
    entity: Annotated[CustomFieldEntity, argument("Of which kind of record.")],
    with_retired: Annotated[bool, argument("Whether retired ones are shown too.")] = False,
) -> Any:
    return await custom_fields.fields(info, entity, with_retired)


@strawberry.type
class CustomFieldQueries:
    custom_fields: list[CustomField] = declared(
        "The fields that were added to a kind of record, in the order of their creation.",
        CustomDefinitions(),
        _fields,
    )


@strawberry.type
class CustomFieldMutations:
    custom_field_create: CustomFieldPayload = mutation(
        f"Add a field to contacts, accounts or leads, {MOST_FIELDS} to each at most. It can be filled, shown,"
        " filtered and sorted by at once. Refused with INVALID, REQUIRED, DUPLICATE, TOO_MANY or"
        " ALREADY_EXISTS.",
        _create,
    )
    custom_field_update: CustomFieldPayload = mutation(
        "Change how a field is called, what can be chosen in it, or whether it has an index. Refused with"
        " INVALID, REQUIRED, DUPLICATE, TOO_MANY, NOT_FOUND or STALE.",
        _update,
    )
    custom_field_retire: CustomFieldPayload = mutation(
        "Take a field out of use: it is neither shown nor filled nor asked for any more. What records hold in"
        " it is kept. Refused with NOT_FOUND or STALE.",
        _retire,
    )
    custom_field_restore: CustomFieldPayload = mutation(
        "Take a retired field into use again, with what records hold in it. Refused with NOT_FOUND or STALE.",
        _restore,
    )
    custom_field_delete: CustomFieldDeletePayload = mutation(
        "Delete a field for good, with all that records hold in it and what their history tells of it."
        " Refused with NOT_FOUND or STALE.",
        _delete,
    )
