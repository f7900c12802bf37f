"""Who caused an interaction is said by hand."""

from uuid import UUID

from domain.facts import Interaction
from domain.interactions import Actor
from engines import reclassification
from engines.answers import Asked, Repeated
from resolvers import identity, lookups
from resolvers.context import Info


async def say(info: Info, id: str, actor: Actor, key: Asked | None) -> Interaction | None:
    """Says who caused an interaction."""
    known: UUID = identity.uuid_of(id, "Interaction", "id")
    done = await info.context.once(key, reclassification.by_hand, known, actor)
    if isinstance(done, Repeated):
        found: Interaction | None = await info.context.load(lookups.interaction, known)
        return found
    return done
