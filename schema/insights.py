"""The catalogue of insights in the graph: its types are made from the catalogue itself."""

import inspect
from collections.abc import Callable
from dataclasses import fields
from datetime import datetime
from typing import Any, get_type_hints

import strawberry
from strawberry import UNSET

from domain import insights as catalogue
from domain import records
from domain.insights import Attribution
from domain.interactions import Category, InteractionType
from domain.pipeline import LeadStage, StageCause
from domain.records import LeadBasis
from resolvers import insights, relations
from resolvers.context import Info
from resolvers.relations import Relation
from schema import charts, links
from schema.asking import (
    AllTime,
    Attributed,
    Children,
    Former,
    From,
    Journey,
    Machines,
    Message,
    Since,
    To,
    asked,
)
from schema.graph import column, computed, declared, described, group, relation, shows, words_of
from schema.node import Node, Part
from schema.sources import Folded, Reached


def _email_type() -> Any:
    """A graph type with a field for each count and each figure that follows from counts."""
    record = catalogue.EmailInsights
    counts = {f.name: (int, f.metadata["doc"]) for f in fields(record)}
    figures = {
        name: (get_type_hints(figure.fget)["return"], words_of(figure))
        for name, figure in inspect.getmembers(record, lambda member: isinstance(member, property))
    }
    shown = counts | figures
    members: dict[str, Any] = {
        name: column(words, of=f"insights.email.{name}") for name, (_, words) in shown.items()
    }
    members["__annotations__"] = {name: hint for name, (hint, _) in shown.items()}
    members["__doc__"] = record.__doc__
    return described(type("EmailInsights", (Part,), members))


EmailInsights: Any = _email_type()


@shows(catalogue.TypeCount)
class TypeCount:
    """How many interactions there were of one type."""

    type: InteractionType = column("The type.")
    count: int = column("How many interactions of the type there were.")


@shows(catalogue.CategoryCount)
class CategoryCount:
    """How many interactions there were of one category."""

    category: Category = column("The category.")
    count: int = column("How many interactions of the category there were.")


class Insights(Node):
    """How the contacts behind a record have met our marketing, within a window of time.

    Figures over several contacts are computed from the sums of their counts, never as a mean of rates. The
    window is the last 12 months unless `from` says otherwise; `from: null`, or `allTime`, is the beginning of
    time. What machines did (proxies, scanners) is left out unless `includeMachines` asks for it.
    """

    from_at: datetime | None = column("Where the window begins; null is the beginning of time.", name="from")
    to_at: datetime | None = column("Where the window ends; null is now.", name="to")
    interactions: int = column("How many interactions there were.", of="insights.interactions")
    by_type: list[TypeCount] = column(
        "How many there were of each type; types without any are left out.", of="insights.by_type"
    )
    by_category: list[CategoryCount] = column(
        "How many there were of each category; categories without any are left out.",
        of="insights.by_category",
    )
    first_interaction_at: datetime | None = column(
        "The earliest interaction in the window.", of="insights.first_interaction_at"
    )
    last_interaction_at: datetime | None = column(
        "The latest interaction in the window.", of="insights.last_interaction_at"
    )
    last_engagement_at: datetime | None = column(
        "The latest interaction in the window that the contact itself caused.",
        of="insights.last_engagement_at",
    )
    email: EmailInsights = group("The e-mail KPIs.")
    interactions_per_month: float | None = links.interactions_per_month()
    top_links: list[links.LinkInsight] = links.top_links()
    pages: list[links.VisitedPage] = links.pages()
    funnel: list[links.FunnelStep] = links.funnel()
    series: list[charts.TimeSeries] = charts.series()
    breakdown: list[charts.BreakdownEntry] = charts.breakdown()
    geography: list[charts.GeoEntry] = charts.geography()
    open_times: charts.Heatmap = charts.open_times()
    reaction_times: charts.Heatmap = charts.reaction_times()


Insights = strawberry.interface(Insights, description=words_of(Insights))  # type: ignore[misc]


def type_named(name: str) -> Any:
    """What tells the insights of a type by the name that they carry."""
    return classmethod(lambda _, value, info: isinstance(value, insights.Answer) and value.type_name == name)


@described
class ContactInsights(Insights):
    """How a contact has met our marketing."""

    is_type_of = type_named("ContactInsights")
    previous: "ContactInsights | None" = links.previous()


def _reached(words: str, *counts: str, shown: Callable[..., Any] = lambda count: count) -> Any:
    async def resolve(root: insights.Answer, info: Info) -> Any:
        reach = await insights.reach(root, info)
        return shown(*(getattr(reach, count) for count in counts))

    return declared(words, Reached(counts, shown), resolve)


@described
class AccountInsights(Insights):
    """How an account's present contacts have met our marketing since they belong to it.

    Interactions from before a contact joined the account do not count, nor do those of contacts who have
    left, unless `attribution` asks for them. Subscription-list interactions are not provided.
    """

    is_type_of = type_named("AccountInsights")
    previous: "AccountInsights | None" = links.previous()
    most_engaged: list[links.EngagedContact] = links.most_engaged()
    contacts: int = _reached("How many contacts the account has now.", "contacts")
    engaged_contacts: int = _reached(
        "How many of them engaged in the window: opened, clicked, visited, submitted, came.", "engaged"
    )
    reach: float | None = _reached(
        "Engaged contacts per contact, 0..1; null without contacts.",
        "engaged",
        "contacts",
        shown=catalogue.ratio,
    )


@shows(records.LeadStageEntry)
class LeadStageEntry:
    """One stay of a lead in a stage of marketing's business process."""

    stage: LeadStage = column("The stage.")
    entered_at: datetime = column("When the lead came to the stage.")
    left_at: datetime | None = column("When it left; null while it is there.")
    cause: StageCause = column("Whether a rule or a person moved it there.")


@described
class LeadInsights(Insights):
    """How the contacts behind a lead have met our marketing, and how the lead itself has fared.

    A lead with a parent contact has that contact's insights; one with a parent account alone has those of the
    account's contacts; one without either has only its own facts.
    """

    is_type_of = type_named("LeadInsights")
    previous: "LeadInsights | None" = links.previous()
    most_engaged: list[links.EngagedContact] = links.most_engaged()
    basis: LeadBasis = column("Whose interactions these are.")
    age_days: float = computed("Days from the lead's creation until it closed, or until now.", "age_days")
    stages: list[LeadStageEntry] = relation(
        "Its way through the stages, earliest first.", Relation(relations.lead_stages, "id"), of="owner"
    )


def of_contact(words: str) -> Any:
    """The field that shows a contact's insights."""

    async def resolve(
        root: Any,
        info: Info,
        from_: From = UNSET,
        to: To = UNSET,
        include_machines: Machines = False,
        all_time: AllTime = False,
        journey_id: Journey = UNSET,
        message_id: Message = UNSET,
    ) -> Any:
        about: dict[str, Any] = {"journey_id": journey_id, "message_id": message_id}
        question = asked(info.context.now, from_, to, include_machines, all_time=all_time, **about)
        return await insights.of_contact.answer(root, info, question)

    return declared(words, Folded(insights.of_contact, asked), resolve)


def of_account(words: str) -> Any:
    """The field that shows an account's insights."""

    async def resolve(
        root: Any,
        info: Info,
        from_: From = UNSET,
        to: To = UNSET,
        include_machines: Machines = False,
        include_former_contacts: Former = False,
        all_time: AllTime = False,
        attribution: Attributed = Attribution.CURRENT_MEMBERS,
        journey_id: Journey = UNSET,
        message_id: Message = UNSET,
        include_child_accounts: Children = False,
    ) -> Any:
        whose: dict[str, Any] = {
            "include_former_contacts": include_former_contacts,
            "attribution": attribution,
            "journey_id": journey_id,
            "message_id": message_id,
            "include_child_accounts": include_child_accounts,
        }
        question = asked(info.context.now, from_, to, include_machines, all_time=all_time, **whose)
        return await insights.of_account.answer(root, info, question)

    return declared(words, Folded(insights.of_account, asked), resolve)


def of_lead(words: str) -> Any:
    """The field that shows a lead's insights."""

    async def resolve(
        root: Any,
        info: Info,
        from_: From = UNSET,
        to: To = UNSET,
        include_machines: Machines = False,
        include_former_contacts: Former = False,
        since_lead_created: Since = False,
        all_time: AllTime = False,
        attribution: Attributed = Attribution.CURRENT_MEMBERS,
        journey_id: Journey = UNSET,
        message_id: Message = UNSET,
        include_child_accounts: Children = False,
    ) -> Any:
        former, since = include_former_contacts, since_lead_created
        rest: dict[str, Any] = {"all_time": all_time, "attribution": attribution}
        rest |= {"journey_id": journey_id, "message_id": message_id}
        rest["include_child_accounts"] = include_child_accounts
        question = asked(info.context.now, from_, to, include_machines, former, since, **rest)
        return await insights.of_lead.answer(root, info, question)

    return declared(words, Folded(insights.of_lead, asked), resolve)
