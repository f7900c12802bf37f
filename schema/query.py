"""The questions that the graph answers: one record, or a list of them."""

# mypy: disable-error-code="valid-type"
import asyncio
from collections.abc import Callable
from typing import Annotated, Any

import strawberry
from strawberry import UNSET

from domain.lists import LARGEST_SIZE, AccountSort, ContactSort, LeadSort, OpportunitySort
from domain.refusals import Code, Refused
from resolvers import changes, lists, lookups
from resolvers.context import Info
from resolvers.identity import uuid_of
from resolvers.lookups import Key
from schema.by import ContactBy, RecordBy
from schema.centers import CenterQueries
from schema.custom_field_acts import CustomFieldQueries
from schema.customers import (
    Account,
    AccountOrder,
    Contact,
    ContactOrder,
    Interaction,
    Lead,
    LeadOrder,
    Opportunity,
    OpportunityOrder,
)
from schema.events import EventQueries
from schema.facets import FacetQueries
from schema.filters import AccountWhere, ContactWhere, LeadWhere, OpportunityWhere
from schema.graph import argument, custom, declared, described
from schema.interaction_types import InteractionTypeQueries
from schema.joining import SubscriptionQueries
from schema.lists import Connection, listed, timeline
from schema.merges import DuplicateQueries
from schema.node import Node
from schema.picking import SegmentQueries
from schema.scopes import ScopeQueries
from schema.sources import Lookup, Nodes
from schema.subjects import ProtectionQueries
from schema.suppression import SuppressionQueries
from schema.views import ViewQueries
from schema.websites import WebsiteQueries

By = Annotated[RecordBy, argument("Which one.")]
Id = Annotated[strawberry.ID, argument("Its global id.")]


def _key_of(type_name: str) -> Callable[..., Key]:
    def key(by: Any) -> Key:
        if by.source_key:
            return Key(source_key=(by.source_key.source, by.source_key.key))
        email = getattr(by, "email", UNSET)
        if email is not UNSET:
            return Key(email=email)
        return Key(id=uuid_of(str(by.id), type_name))

    return key


def _looked_up(words: str, type_name: str, by: Any) -> Any:
    key = _key_of(type_name)

    async def resolve(root: Any, info: Info, by: by) -> Any:
        return await lookups.one(info, type_name, key(by))

    return declared(words, Lookup(type_name, key), resolve)


async def _interaction(root: Any, info: Info, id: Id) -> Any:
    return await lookups.one(info, "Interaction", _interaction_key(id))


def _interaction_key(id: Any) -> Key:
    return Key(id=uuid_of(str(id), "Interaction"))


async def _node(info: Info, id: Annotated[strawberry.ID, argument("The global id.")]) -> Any:
    return await lookups.node(info, id)


def _ids(ids: list[Any]) -> list[str]:
    if len(ids) > LARGEST_SIZE:
        raise Refused(Code.INVALID, f"At most {LARGEST_SIZE} ids at once; {len(ids)} were given.", "ids")
    return ids


async def _nodes(
    info: Info, ids: Annotated[list[strawberry.ID], argument("The global ids, 100 at most.")]
) -> Any:
    return await asyncio.gather(*(lookups.node(info, id) for id in _ids(ids)))


def _changes_cursor(info: Info) -> Any:
    return changes.latest(info)


@described
class Query(
    CenterQueries,
    CustomFieldQueries,
    InteractionTypeQueries,
    SegmentQueries,
    SubscriptionQueries,
    EventQueries,
    DuplicateQueries,
    FacetQueries,
    ScopeQueries,
    ViewQueries,
    WebsiteQueries,
    ProtectionQueries,
    SuppressionQueries,
):
    """What can be asked."""

    node: Node | None = declared(
        "The object that has this global id; null where there is none.",
        Nodes(lambda id: [id], many=False),
        _node,
    )
    nodes: list[Node | None] = declared(
        "The objects of these global ids, in their order; null where there is none.",
        Nodes(_ids, many=True),
        _nodes,
    )
    contact: Contact | None = _looked_up(
        "One contact; null where there is none.", "Contact", Annotated[ContactBy, argument("Which one.")]
    )
    account: Account | None = _looked_up("One account; null where there is none.", "Account", By)
    lead: Lead | None = _looked_up("One lead; null where there is none.", "Lead", By)
    opportunity: Opportunity | None = _looked_up(
        "One opportunity; null where there is none.", "Opportunity", By
    )
    changes_cursor: str | None = custom(
        "Where the log of changes stands: handed to a subscription as `after`, every change follows that the"
        " answer beside it may not show yet. Null where this process follows no changes.",
        _changes_cursor,
    )
    interaction: Interaction | None = declared(
        "One interaction; null where there is none.", Lookup("Interaction", _interaction_key), _interaction
    )
    contacts: Connection[Contact] = listed(
        "All contacts.", lists.contacts, ContactWhere, ContactOrder, ContactSort.CREATED_AT
    )
    accounts: Connection[Account] = listed(
        "All accounts.", lists.accounts, AccountWhere, AccountOrder, AccountSort.NAME
    )
    leads: Connection[Lead] = listed(
        "All leads, latest first.", lists.leads, LeadWhere, LeadOrder, LeadSort.CREATED_AT, descending=True
    )
    orphan_leads: Connection[Lead] = listed(
        "Leads with neither a parent contact nor a parent account, latest first: they cannot be scored.",
        lists.orphan_leads,
        LeadWhere,
        LeadOrder,
        LeadSort.CREATED_AT,
        descending=True,
    )
    opportunities: Connection[Opportunity] = listed(
        "All opportunities, latest first.",
        lists.opportunities,
        OpportunityWhere,
        OpportunityOrder,
        OpportunitySort.CREATED_AT,
        descending=True,
    )
    orphan_interactions: Connection[Interaction] = timeline(
        "Interactions that wait for their contact, are anonymous or of no contact, newest first.",
        lists.orphan_interactions,
    )
