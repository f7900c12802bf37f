"""Subscription lists in the graph: what they are, who is on them, and who was (domain.md 9.1, R32)."""

# mypy: disable-error-code="valid-type,misc"
from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any

import strawberry
from strawberry import UNSET

from domain import subscriptions as records
from domain.lists import Asked, ContactSort
from resolvers import lists, relations, subscriptions
from resolvers.formulas import subscription_list_members
from resolvers.relations import Relation
from schema.attendance import SubscriptionListInsights, of_list
from schema.filters import ContactWhere
from schema.graph import argument, choice, column, declared, formula, relation, shows
from schema.lists import After, Before, Connection, First, Last, listed, order_input
from schema.node import Node
from schema.sources import List

if TYPE_CHECKING:
    from schema.customers import Contact

OfContact = Annotated["Contact", strawberry.lazy("schema.customers")]
for _enum in (records.JoinedVia, records.MemberType, records.SubscriptionListSort):
    choice(_enum)
SubscriptionListOrder = order_input(records.SubscriptionListSort)
Past = Annotated[bool, argument("Whether those that have ended are shown too.")]


def stays(words: str, source: lists.Listed) -> Any:
    """A field that shows stays on lists, newest first: the current ones, or all."""

    def asked(past: bool = False, **page: Any) -> Asked:
        ends = {name: None if value is UNSET else value for name, value in page.items()}
        return lists.to_asked(lists.Order("JOINED_AT", True), **ends, filters={"past": past})

    return declared(words, List(source, asked), _resolver(source, asked))


def _resolver(source: lists.Listed, asked: Callable[..., Asked]) -> Callable[..., Any]:
    async def resolve(
        root: Any,
        info: strawberry.Info,
        past: Past = False,
        first: First = UNSET,
        after: After = UNSET,
        last: Last = UNSET,
        before: Before = UNSET,
    ) -> Any:
        page = asked(past, first=first, after=after, last=last, before=before)
        return await lists.find(source, root, info, page)

    return resolve


@shows(records.SubscriptionList)
class SubscriptionList(Node):
    """What contacts can sign up for, and staff sign them up for: contacts alone are on it (domain.md 9.1)."""

    version: int = column("How often the list was written; goes up by one with each change of its own.")
    created_at: datetime = column("When the list was created.")
    updated_at: datetime = column("When the list was last changed.")
    name: str = column("What the list is called; contacts see it in a subscription centre.")
    description: str | None = column("What a contact who signs up gets; shown in a subscription centre.")
    purpose: str | None = column("What we have the list for.")
    source: str | None = column("Where the list came from.")
    public: bool = column("Whether subscription centres that name no lists of their own offer it.")
    locked: bool = column("Whether nobody can join or leave it; no subscription centre offers it then.")
    member_type: records.MemberType = column("What is on the list: contacts, always.")
    member_count: int = formula("How many contacts are on the list.", subscription_list_members)
    members: Connection[OfContact] = listed(
        "The contacts that are on the list, whether it has any effect at present or not.",
        subscriptions.members_of_list,
        ContactWhere,
        order_input(ContactSort),
        ContactSort.CREATED_AT,
    )
    memberships: Connection["ListMembership"] = stays(
        "The contacts' stays on the list, newest first.", subscriptions.memberships_of_list
    )
    insights: SubscriptionListInsights = of_list()


@shows(records.Subscription)
class ListMembership(Node):
    """A contact's stay on a subscription list; who leaves and joins again has two (domain.md 9.1)."""

    list: SubscriptionList = relation("The list.", Relation(subscriptions.subscription_list, "list_id"))
    contact: OfContact = relation("The contact.", Relation(relations.contact, "contact_id"))
    joined_at: datetime = column("When the contact joined.")
    joined_via: records.JoinedVia = column("By which way it joined.")
    left_at: datetime | None = column("When it left; null while it is on the list.")
    left_via: records.JoinedVia | None = column("By which way it left.")
    source: str | None = column("Which page, centre or system it was.")
    effective: bool = column(
        "Whether the contact is on the list and gets what is sent to it. False while its preferences allow no"
        " bulk e-mail, or no e-mail at all: they overrule lists without ending any stay, and what they no"
        " longer forbid is effective again."
    )
