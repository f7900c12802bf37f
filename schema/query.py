"""The questions that the graph answers: one record, or a list of them."""

# mypy: disable-error-code="valid-type"
import asyncio
from typing import Annotated, Any

import strawberry
from strawberry import UNSET

from domain.lists import LARGEST_SIZE, AccountSort, ContactSort, LeadSort, OpportunitySort
from domain.refusals import Code, Refused
from resolvers import lists, lookups
from resolvers.context import Info
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
from schema.graph import argument, custom, described
from schema.lists import Connection, listed, timeline
from schema.node import Node


@strawberry.input(description="The key by which another system knows a record.")
class SourceKeyInput:
    source: str = strawberry.field(description="The system, as `easy-spaces`.")
    key: str = strawberry.field(description="The record's key there.")


@strawberry.input(one_of=True, description="Which record is meant: by exactly one of these.")
class RecordBy:
    id: strawberry.ID | None = strawberry.field(description="Its global id.", default=UNSET)
    source_key: SourceKeyInput | None = strawberry.field(
        description="The key by which another system knows it.", default=UNSET
    )


@strawberry.input(one_of=True, description="Which contact is meant: by exactly one of these.")
class ContactBy:
    id: strawberry.ID | None = strawberry.field(description="Its global id.", default=UNSET)
    email: str | None = strawberry.field(
        description="Its primary e-mail address, in any case; of several, the active and oldest contact.",
        default=UNSET,
    )
    source_key: SourceKeyInput | None = strawberry.field(
        description="The key by which another system knows it.", default=UNSET
    )


async def _record(info: Info, type_name: str, by: RecordBy | ContactBy) -> Any:
    if by.source_key:
        return await lookups.by_source_key(info, type_name, by.source_key.source, by.source_key.key)
    email = getattr(by, "email", UNSET)
    if email is not UNSET:
        return await lookups.contact_by_email(info, email)
    return await lookups.one(info, type_name, str(by.id))


By = Annotated[RecordBy, argument("Which one.")]


async def _node(info: Info, id: Annotated[strawberry.ID, argument("The global id.")]) -> Any:
    return await lookups.node(info, id)


async def _nodes(
    info: Info, ids: Annotated[list[strawberry.ID], argument("The global ids, 100 at most.")]
) -> Any:
    if len(ids) > LARGEST_SIZE:
        raise Refused(Code.INVALID, f"At most {LARGEST_SIZE} ids at once; {len(ids)} were given.", "ids")
    return await asyncio.gather(*(lookups.node(info, id) for id in ids))


async def _contact(info: Info, by: Annotated[ContactBy, argument("Which one.")]) -> Any:
    return await _record(info, "Contact", by)


async def _account(info: Info, by: By) -> Any:
    return await _record(info, "Account", by)


async def _lead(info: Info, by: By) -> Any:
    return await _record(info, "Lead", by)


async def _opportunity(info: Info, by: By) -> Any:
    return await _record(info, "Opportunity", by)


async def _interaction(info: Info, id: Annotated[strawberry.ID, argument("Its global id.")]) -> Any:
    return await lookups.one(info, "Interaction", id)


@described
class Query:
    """What can be asked."""

    node: Node | None = custom("The object that has this global id; null where there is none.", _node)
    nodes: list[Node | None] = custom(
        "The objects of these global ids, in their order; null where there is none.", _nodes
    )
    contact: Contact | None = custom("One contact; null where there is none.", _contact)
    account: Account | None = custom("One account; null where there is none.", _account)
    lead: Lead | None = custom("One lead; null where there is none.", _lead)
    opportunity: Opportunity | None = custom("One opportunity; null where there is none.", _opportunity)
    interaction: Interaction | None = custom("One interaction; null where there is none.", _interaction)
    contacts: Connection[Contact] = listed(
        "All contacts.", lists.contacts, ContactOrder, ContactSort.CREATED_AT
    )
    accounts: Connection[Account] = listed("All accounts.", lists.accounts, AccountOrder, AccountSort.NAME)
    leads: Connection[Lead] = listed(
        "All leads, latest first.", lists.leads, LeadOrder, LeadSort.CREATED_AT, descending=True
    )
    orphan_leads: Connection[Lead] = listed(
        "Leads with neither a parent contact nor a parent account, latest first: they cannot be scored.",
        lists.orphan_leads,
        LeadOrder,
        LeadSort.CREATED_AT,
        descending=True,
    )
    opportunities: Connection[Opportunity] = listed(
        "All opportunities, latest first.",
        lists.opportunities,
        OpportunityOrder,
        OpportunitySort.CREATED_AT,
        descending=True,
    )
    orphan_interactions: Connection[Interaction] = timeline(
        "Interactions that wait for their contact, are anonymous or of no contact, newest first.",
        lists.orphan_interactions,
    )
