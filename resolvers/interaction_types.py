"""Types of interactions that a team declares: which there are, and what can be done to them."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from domain.custom_interactions import CustomInteractionType
from engines import answers, interaction_types
from engines.answers import Asked, Repeated
from resolvers import relations
from resolvers.context import Info
from resolvers.identity import uuid_of


async def declared(info: Info, retired: bool) -> list[CustomInteractionType]:
    """The declared types, in the order of their creation."""
    found = await interaction_types.read_all(info.context.reads)
    return [one for one in found if retired or one.retired_at is None]


async def create(info: Info, given: Mapping[str, Any], key: Asked | None) -> Any:
    """Declares a type."""
    done = await info.context.once(key, interaction_types.create, given, info.context.now)
    return await _told(info, done)


async def change(
    info: Info, id: str, given: Mapping[str, Any], expected: int | None, key: Asked | None
) -> Any:
    """Changes what a type is called or declares, or whether it is in use."""
    now = info.context.now
    done = await info.context.once(key, interaction_types.change, _id(id), given, now, expected)
    return await _told(info, done)


async def delete(info: Info, id: str, expected: int | None, key: Asked | None) -> str:
    """Deletes a type that no interaction has; tells the id that led to it."""
    await info.context.once(key, answers.removing(interaction_types.remove), _id(id), expected)
    interaction_types.forget(info.context.database)
    return id


async def _told(info: Info, done: CustomInteractionType | Repeated) -> Any:
    interaction_types.forget(info.context.database)
    if not isinstance(done, Repeated):
        return done
    return await info.context.load(relations.interaction_type, done.record_ids[0])


def _id(id: str) -> UUID:
    return uuid_of(id, "CustomInteractionType", "id")
