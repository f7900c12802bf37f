"""Subscription lists: asked for, written, joined and left (domain.md 9.1)."""

# mypy: disable-error-code="valid-type"
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any

import strawberry
from strawberry import UNSET

from domain.refusals import Refused
from domain.subscriptions import MOST_CONTACTS, JoinedVia, SubscriptionListSort, SubscriptionOutcome
from resolvers import joining, records, relations, subscriptions
from resolvers.context import Info
from resolvers.joining import Wish
from resolvers.relations import Relation
from schema.acts import (
    DeletePayload,
    Refusal,
    UserError,
    given,
    key_member,
    mutation,
    payload,
    refusals_of,
)
from schema.customers import Contact
from schema.graph import argument, choice, column, described, relation
from schema.lists import Connection
from schema.named import Named, one
from schema.paged import ordered
from schema.subscriptions import SubscriptionList, SubscriptionListOrder

choice(SubscriptionOutcome)
SubscriptionListPayload: Any = payload(
    "subscription_list", SubscriptionList, "What became of a change to a subscription list."
)


@strawberry.input(
    description="A subscription list's fields: what is not given stays, what is null is cleared."
)
class SubscriptionListInput:
    name: str | None = strawberry.field(description="What the list is called.", default=UNSET)
    description: str | None = strawberry.field(description="What a contact who signs up gets.", default=UNSET)
    purpose: str | None = strawberry.field(description="What we have the list for.", default=UNSET)
    source: str | None = strawberry.field(description="Where the list came from.", default=UNSET)
    public: bool | None = strawberry.field(
        description="Whether subscription centres that name no lists offer it; true unless given.",
        default=UNSET,
    )
    locked: bool | None = strawberry.field(
        description="Whether nobody can join or leave it; false unless given.", default=UNSET
    )


_LISTS = Named(
    "SubscriptionList", "subscription_list", SubscriptionListInput, "subscription list", joining.written
)


@strawberry.input(description="Contacts that are to join a subscription list, or to leave it.")
class SubscriptionInput:
    contact_ids: list[strawberry.ID] = strawberry.field(description=f"The contacts, 1 to {MOST_CONTACTS:,}.")
    list_id: strawberry.ID = strawberry.field(description="The list.")
    via: JoinedVia = strawberry.field(description="By which way.", default=JoinedVia.STAFF)
    at: datetime | None = strawberry.field(
        description="When; now if not given. Not in the future, and not before what is known of the contact.",
        default=UNSET,
    )
    all_with_address: bool = strawberry.field(
        description="Whether all active contacts with the e-mail address of one of these are meant too."
        " Stays are those of contacts, not of addresses (domain.md 9.1).",
        default=False,
    )
    idempotency_key: str | None = key_member()


@dataclass(frozen=True)
class Told:
    """What became of one contact, with its refusal as data."""

    contact_id: Any
    outcome: SubscriptionOutcome
    user_errors: list[Refusal]


@dataclass(frozen=True)
class Answer:
    """What a joining or leaving answers."""

    record: Any
    results: list[Told]
    user_errors: list[Refusal]


@described
class SubscriptionResult:
    """What became of one of the contacts."""

    contact: Contact | None = relation(
        "The contact; null where there is none.", Relation(relations.contact, "contact_id")
    )
    outcome: SubscriptionOutcome = column("What became of it.")
    user_errors: list[UserError] = column("What was refused of this contact.")


@described
class SubscriptionPayload:
    """What became of contacts that were to join a subscription list, or to leave it."""

    subscription_list: SubscriptionList | None = column("The list; null where it was refused.", of="record")
    results: list[SubscriptionResult] = column(
        "What became of each contact: those named in their order, then others with their addresses."
    )
    user_errors: list[UserError] = column("What was refused altogether; then nobody has joined or left.")


Subscribing = Annotated[SubscriptionInput, argument("Which contacts, which list, how and when.")]


async def _act(info: Info, name: str, joins: bool, input: SubscriptionInput) -> Answer:
    at = given(input.at)
    wish = Wish(input.contact_ids, input.list_id, input.via, at, input.all_with_address)
    asked = [*wish.contact_ids, wish.list_id, wish.via.name, at, wish.all_with_address]
    try:
        key = records.asked(info, given(input.idempotency_key), name, asked)
        done = await joining.join_or_leave(info, joins, wish, key)
    except Refused as refused:
        return Answer(None, [], refusals_of(refused))
    results = [
        Told(one.contact_id, one.outcome, refusals_of(one.refused) if one.refused else [])
        for one in done.results
    ]
    return Answer(done.record, results, [])


async def _join(info: Info, input: Subscribing) -> Any:
    return await _act(info, "subscriptionJoin", True, input)


async def _leave(info: Info, input: Subscribing) -> Any:
    return await _act(info, "subscriptionLeave", False, input)


@strawberry.type
class SubscriptionQueries:
    subscription_list: SubscriptionList | None = one(
        "SubscriptionList", "One subscription list; null where there is none."
    )
    subscription_lists: Connection[SubscriptionList] = ordered(
        "All subscription lists.", subscriptions.lists, SubscriptionListOrder, SubscriptionListSort.NAME
    )


_WRITTEN = "Refused with REQUIRED or INVALID"


@strawberry.type
class SubscriptionMutations:
    subscription_list_create: SubscriptionListPayload = _LISTS.created(
        f"Create a subscription list; it needs a name. {_WRITTEN}."
    )
    subscription_list_update: SubscriptionListPayload = _LISTS.updated(
        f"Change a subscription list, or lock or unlock it. {_WRITTEN}, NOT_FOUND or STALE."
    )
    subscription_list_delete: DeletePayload = _LISTS.deleted(
        "Delete a subscription list, with all that was known of who was on it. Refused with NOT_FOUND, LOCKED"
        " or STALE.",
    )
    subscription_join: SubscriptionPayload = mutation(
        "Put contacts on a subscription list. Who is on it already stays so, and that is no error; each that"
        " joins gets an interaction SEGMENT_SUBSCRIBED. Refused altogether with NOT_FOUND, LOCKED, TOO_MANY"
        " or INVALID; of single contacts with NOT_FOUND, INACTIVE, MERGED or OUT_OF_ORDER.",
        _join,
    )
    subscription_leave: SubscriptionPayload = mutation(
        "Take contacts off a subscription list. Who is not on it stays so, and that is no error; each that"
        " leaves gets an interaction SEGMENT_UNSUBSCRIBED. Refused like subscriptionJoin.",
        _leave,
    )
