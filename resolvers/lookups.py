"""One record: by its global id, by its address, by another system's key."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from db.loaders import Batch, One
from domain.facts import Interaction
from resolvers import identity, insights, relations
from resolvers.context import Info

interaction = One(Interaction, "interaction_by_id")
NODES: Mapping[str, Batch[Any]] = {
    "Account": relations.account,
    "Contact": relations.contact,
    "Lead": relations.lead,
    "Opportunity": relations.opportunity,
    "Interaction": interaction,
}
INSIGHTS: Mapping[str, tuple[Batch[Any], Callable[..., Awaitable[Any]]]] = {
    "AccountInsights": (relations.account, insights.of_account),
    "ContactInsights": (relations.contact, insights.of_contact),
    "LeadInsights": (relations.lead, insights.of_lead),
}


async def node(info: Info, id: str) -> Any:
    """The object of any type that has this global id; None where there is none."""
    type_name, parts = identity.from_global(id)
    if type_name in INSIGHTS:
        return await _insights(info, type_name, parts, id)
    if type_name not in NODES:
        raise identity.not_an_id(id)
    return await info.context.load(NODES[type_name], identity.to_uuid(parts[0], id))


async def _insights(info: Info, type_name: str, parts: list[str], id: str) -> Any:
    batch, of = INSIGHTS[type_name]
    owner = await info.context.load(batch, identity.to_uuid(parts[0], id))
    question = insights.question_of(parts[1:], info.context.now, id)
    return await of(owner, info, question) if owner is not None else None


async def one(info: Info, type_name: str, id: str) -> Any:
    """The record of that type that has this global id."""
    return await info.context.load(NODES[type_name], identity.uuid_of(id, type_name))


async def by_source_key(info: Info, type_name: str, source: str, key: str) -> Any:
    """The record of that type that another system knows by this key."""
    rows = await info.context.reads.rows("ids_by_source_key", source, type_name.lower(), key)
    return await info.context.load(NODES[type_name], rows[0]["record_id"]) if rows else None


async def contact_by_email(info: Info, email: str) -> Any:
    """The contact of that primary address; the active one, then the oldest, where several share it."""
    rows = await info.context.reads.rows("contact_ids_by_email", email)
    return await info.context.load(relations.contact, rows[0]["id"]) if rows else None
