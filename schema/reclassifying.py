"""Who caused an interaction, said by hand."""

# mypy: disable-error-code="valid-type"
from typing import Annotated, Any

import strawberry

from domain.interactions import Actor
from resolvers import reclassifying, records
from resolvers.context import Info
from schema.acts import answered, given, key_member, mutation, payload
from schema.customers import Interaction
from schema.graph import argument


@strawberry.input(description="Who caused an interaction.")
class InteractionReclassifyInput:
    id: strawberry.ID = strawberry.field(description="The interaction.")
    actor: Actor = strawberry.field(
        description="Who caused it; no rule changes that. UNKNOWN leaves it to the rules again."
    )
    idempotency_key: str | None = key_member()


InteractionReclassifyPayload: Any = payload(
    "interaction",
    Interaction,
    "What became of an interaction whose actor was said.",
    "InteractionReclassifyPayload",
)


async def _reclassify(
    info: Info, input: Annotated[InteractionReclassifyInput, argument("Which interaction, and who it was.")]
) -> Any:
    async def act() -> Any:
        asked = [input.id, input.actor.name]
        key = records.asked(info, given(input.idempotency_key), "interactionReclassify", asked)
        return await reclassifying.say(info, input.id, input.actor, key)

    return await answered(act())


@strawberry.type
class ReclassifyingMutations:
    interaction_reclassify: InteractionReclassifyPayload = mutation(
        "Say who caused an interaction: every figure with and without machines follows at once, and so do the"
        " other openings and clicks of its copy, where they were judged together. Refused with NOT_FOUND.",
        _reclassify,
    )
