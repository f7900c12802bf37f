"""Types of interactions that a team declares: which there are, and what can be done to them."""

from collections.abc import Mapping
from typing import Any, TypeVar

from domain.custom_interactions import CustomInteractionType
from engines import interaction_types
from engines.answers import Asked
from resolvers import relations
from resolvers.context import Info
from resolvers.named import Named

A = TypeVar("A")
_TYPES = Named(interaction_types, relations.interaction_type, "CustomInteractionType")


async def declared(info: Info, retired: bool) -> list[CustomInteractionType]:
    """The declared types, in the order of their creation."""
    found = await interaction_types.read_all(info.context.reads)
    return [one for one in found if retired or one.retired_at is None]


async def create(info: Info, given: Mapping[str, Any], key: Asked | None) -> Any:
    """Declares a type."""
    return _known_anew(info, await _TYPES.create(info, given, key))


async def change(
    info: Info, id: str, given: Mapping[str, Any], expected: int | None, key: Asked | None
) -> Any:
    """Changes what a type is called or declares, or whether it is in use."""
    return _known_anew(info, await _TYPES.update(info, id, given, expected, key))


async def delete(info: Info, id: str, expected: int | None, key: Asked | None) -> str:
    """Deletes a type that no interaction has; tells the id that led to it."""
    return _known_anew(info, await _TYPES.delete(info, id, expected, key))


def _known_anew(info: Info, done: A) -> A:
    """Lets this process look at once at what was done."""
    interaction_types.forget(info.context.database)
    return done
