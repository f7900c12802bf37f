"""One record: by its global id, by its address, by another system's key."""

from collections.abc import Mapping
from typing import Any, NamedTuple
from uuid import UUID

from db.loaders import One
from domain.facts import Interaction
from domain.records import HistoryEntry
from resolvers import (
    custom_fields,
    events,
    identity,
    insights,
    merges,
    protection,
    relations,
    scopes,
    subscriptions,
    suppression,
    views,
    websites,
)
from resolvers.context import Info

interaction = One(Interaction, "interaction_by_id")
history_entry = One(HistoryEntry, "history_entry_by_id")
NODES: Mapping[str, One[Any]] = {
    "Account": relations.account,
    "Contact": relations.contact,
    "Lead": relations.lead,
    "Opportunity": relations.opportunity,
    "Interaction": interaction,
    "Merge": merges.merge,
    "HistoryEntry": history_entry,
    **events.NODES,
    **subscriptions.NODES,
    **suppression.NODES,
    **protection.NODES,
    "CustomField": custom_fields.custom_field,
    "CustomInteractionType": relations.interaction_type,
    "SavedView": views.saved_view,
    **websites.NODES,
}
INSIGHTS: Mapping[str, tuple[One[Any], insights.Aggregate]] = {
    "AccountInsights": (relations.account, insights.of_account),
    "ContactInsights": (relations.contact, insights.of_contact),
    "LeadInsights": (relations.lead, insights.of_lead),
}


async def node(info: Info, id: str) -> Any:
    """The object of any type that has this global id; None where there is none."""
    type_name, parts = identity.from_global(id)
    if type_name in INSIGHTS:
        return await _insights(info, type_name, parts, id)
    if type_name in scopes.NODES:
        return await scopes.node(info, type_name, parts, id)
    if type_name not in NODES:
        raise identity.not_an_id(id)
    return await info.context.load(NODES[type_name], identity.to_uuid(parts[0], id))


async def _insights(info: Info, type_name: str, parts: list[str], id: str) -> Any:
    batch, aggregate = INSIGHTS[type_name]
    owner = await info.context.load(batch, identity.to_uuid(parts[0], id))
    question = insights.question_of(parts[1:], info.context.now, id)
    return await aggregate.answer(owner, info, question) if owner is not None else None


class Key(NamedTuple):
    """How one record is known: by its id, its address, or another system's key."""

    id: UUID | None = None
    email: str | None = None
    source_key: tuple[str, str] | None = None


async def one(info: Info, type_name: str, key: Key) -> Any:
    """The record of that type that is known by the key.

    Of several contacts with one primary address it is the active one, then the oldest.
    """
    id = key.id
    if key.source_key is not None:
        source, text = key.source_key
        rows = await info.context.reads.rows("ids_by_source_key", source, type_name.lower(), text)
        id = rows[0]["id"] if rows else None
    elif key.email is not None:
        rows = await info.context.reads.rows("contact_ids_by_email", key.email)
        id = rows[0]["id"] if rows else None
    return await info.context.load(NODES[type_name], id) if id is not None else None
