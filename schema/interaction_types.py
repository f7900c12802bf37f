"""Types of interactions that a team declares: asked for, declared, changed, retired and deleted."""

# mypy: disable-error-code="valid-type"
from datetime import datetime
from typing import Annotated, Any

import strawberry
from strawberry import UNSET

from domain import custom_interactions as domain
from domain.custom_interactions import MOST_PROPERTIES, MOST_TYPES, PropertyKind
from domain.interactions import Category
from domain.refusals import Code, Refused
from resolvers import interaction_types, records
from resolvers.context import Info
from schema import naming
from schema.acts import DeletePayload, answered, create_input, given, mutation, payload, update_input
from schema.graph import argument, choice, column, custom, held, shows
from schema.node import Node
from schema.writing import Which

choice(PropertyKind)


@shows(domain.DeclaredProperty)
class DeclaredProperty:
    """A property that interactions of a declared type may have."""

    name: str = column("Its name among the properties.")
    kind: PropertyKind = column("What it holds; anything else is refused when it is handed in.")
    description: str | None = column("What it means.")


@shows(domain.CustomInteractionType)
class CustomInteractionType(Node):
    """A type of interactions that a team has declared: handed in by its name, shown as CustomInteraction."""

    version: int = column("How often it was written: 1 when new, one more with each change.")
    created_at: datetime = column("When it was declared.")
    updated_at: datetime = column("When it was last changed.")
    retired_at: datetime | None = column("When it was retired; null while interactions of it are taken in.")
    name: str = column("What programs call it; never changes.")
    label: str = column("What people call it.")
    description: str | None = column("What happened, when there is one of it.")
    category: Category = column("The group that it belongs to.")
    engagement: bool = column("Whether it is something that the contact did.")
    properties: list[DeclaredProperty] = held("The properties that it declares, in their order.", "declared")


@strawberry.input(description="A property that interactions of a declared type may have.")
class DeclaredPropertyInput:
    name: str = strawberry.field(description="Its name: a small letter, then letters and digits.")
    kind: PropertyKind = strawberry.field(description="What it holds.")
    description: str | None = strawberry.field(description="What it means.", default=UNSET)


@strawberry.input(description="A type of interactions to declare.")
class InteractionTypeInput:
    name: str = strawberry.field(
        description="What programs call it: a capital, then letters and digits, 60 characters at most, as"
        " DemoBooked. It cannot be changed, and is the name of none of our types."
    )
    label: str = strawberry.field(description="What people call it; 1 to 100 characters.")
    category: Category = strawberry.field(description="The group that it belongs to.")
    engagement: bool | None = strawberry.field(
        description="Whether it is something that the contact did: false unless given.", default=UNSET
    )
    description: str | None = strawberry.field(
        description="What happened, when there is one of it.", default=UNSET
    )
    properties: list[DeclaredPropertyInput] | None = strawberry.field(
        description=f"What it may have, {MOST_PROPERTIES} at most: checked when it is handed in. Others may"
        " be handed in besides.",
        default=UNSET,
    )


@strawberry.input(description="What can be changed in a declared type: what is not given stays as it is.")
class InteractionTypePatch:
    label: str | None = strawberry.field(description="What people call it.", default=UNSET)
    category: Category | None = strawberry.field(description="The group that it belongs to.", default=UNSET)
    engagement: bool | None = strawberry.field(
        description="Whether it is something that the contact did.", default=UNSET
    )
    description: str | None = strawberry.field(
        description="What happened, when there is one of it; null for nothing.", default=UNSET
    )
    properties: list[DeclaredPropertyInput] | None = strawberry.field(
        description="All that it declares from now on; what was handed in before stays.", default=UNSET
    )
    retired: bool | None = strawberry.field(
        description="Whether it is out of use: no interaction of it is taken in any more.", default=UNSET
    )


_NOUN, _WORDS = "InteractionType", "declared type of interactions"
InteractionTypePayload: Any = payload(
    "interaction_type",
    CustomInteractionType,
    "What became of a change to a declared type of interactions.",
    "InteractionTypePayload",
)
InteractionTypeCreateInput: Any = create_input(_NOUN, "interaction_type", InteractionTypeInput, _WORDS)
InteractionTypeUpdateInput: Any = update_input(_NOUN, InteractionTypePatch, _WORDS)


def _values(input: Any) -> dict[str, Any]:
    """What was given; properties as they are kept."""
    values = naming.values_of(input)
    for name in values.keys() - {"description"}:
        if values[name] is None:
            raise Refused(Code.INVALID, "This always has a value: give one, or leave it out.", name)
    if "properties" in values:
        values["properties"] = [_kept(one) for one in values["properties"]]
    return values


def _kept(one: DeclaredPropertyInput) -> dict[str, Any]:
    return {"name": one.name, "kind": one.kind.name, "description": given(one.description)}


def _told(values: dict[str, Any]) -> dict[str, Any]:
    """The same, as it is told apart under a client's key."""
    return values | ({"category": values["category"].name} if "category" in values else {})


async def _create(
    info: Info, input: Annotated[InteractionTypeCreateInput, argument("What is declared.")]
) -> Any:
    async def act() -> Any:
        values = _values(input.interaction_type)
        key = records.asked(info, given(input.idempotency_key), "interactionTypeCreate", _told(values))
        return await interaction_types.create(info, values, key)

    return await answered(act(), naming.places_of(InteractionTypeInput, "interactionType"))


async def _update(info: Info, input: Annotated[InteractionTypeUpdateInput, argument("What changes.")]) -> Any:
    async def act() -> Any:
        values, expected = _values(input.patch), given(input.expected_version)
        asked: list[Any] = [input.id, _told(values), expected]
        key = records.asked(info, given(input.idempotency_key), "interactionTypeUpdate", asked)
        return await interaction_types.change(info, input.id, values, expected, key)

    return await answered(act(), naming.places_of(InteractionTypePatch, "patch"))


async def _delete(info: Info, input: Which) -> Any:
    return await naming.deleted(info, input, interaction_types.delete)


async def _types(
    root: Any,
    info: Info,
    with_retired: Annotated[bool, argument("Whether retired ones are shown too.")] = False,
) -> Any:
    return await interaction_types.declared(info, with_retired)


@strawberry.type
class InteractionTypeQueries:
    interaction_types: list[CustomInteractionType] = custom(
        "The types of interactions that were declared besides ours, in the order of their creation.", _types
    )


@strawberry.type
class InteractionTypeMutations:
    interaction_type_create: InteractionTypePayload = mutation(
        f"Declare a type of interactions, {MOST_TYPES} at most: what is handed in by its name is taken in"
        " from then on. Refused with INVALID, DUPLICATE, TOO_MANY or ALREADY_EXISTS.",
        _create,
    )
    interaction_type_update: InteractionTypePayload = mutation(
        "Change what a declared type is called or declares, retire it, or take it into use again. Refused"
        " with INVALID, DUPLICATE, TOO_MANY, NOT_FOUND or STALE.",
        _update,
    )
    interaction_type_delete: DeletePayload = mutation(
        "Delete a declared type that no interaction has; one in use can be retired. Refused with NOT_FOUND,"
        " STALE or READ_ONLY.",
        _delete,
    )
