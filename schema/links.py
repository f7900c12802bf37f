"""Links, pages, contacts and steps that stand out in insights (domain.md 4.2, 4.4, 4.5, 4.6)."""

# mypy: disable-error-code="valid-type"
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any

import strawberry

from domain import funnels
from domain import links as records
from domain.scopes import MOST_RANKED
from resolvers import links, relations
from resolvers.context import Info
from resolvers.insights import Answer
from resolvers.relations import Relation
from schema.graph import argument, choice, column, custom, declared, described, relation, shows
from schema.sources import Derived, Ranked

if TYPE_CHECKING:
    from schema.customers import Contact

OfContact = Annotated["Contact", strawberry.lazy("schema.customers")]
USUAL = 10
"""How many of a ranking are shown where nobody says it (domain.md 4.1, top 10)."""
choice(funnels.FunnelStage)


def _of_link(words: str, name: str) -> Any:
    return column(words, of=f"link.{name}")


@described
class LinkInsight:
    """How a link of our messages was clicked, at any time (domain.md 4.1, 4.5)."""

    link: str = _of_link("The address that it leads to.", "link")
    friendly_name: str | None = _of_link(
        "What it was last called; null where nobody named it.", "friendly_name"
    )
    total_clicks: int = _of_link("Clicks, repeats included.", "total_clicks")
    unique_clicks: int = _of_link("Clicks, at most one per copy of a message.", "unique_clicks")
    share: float | None = _of_link(
        "Unique clicks of the link per unique click of any link, 0..1; null without unique clicks.", "share"
    )
    click_through_rate: float | None = custom(
        "Unique clicks of the link per copy delivered of the messages in which it was clicked; null where no"
        " such message is known, or no delivery.",
        links.click_through_rate,
    )
    first_at: datetime | None = _of_link("When it was clicked first.", "first_at")
    last_at: datetime | None = _of_link("When it was clicked last.", "last_at")


@shows(records.VisitedPage)
class VisitedPage:
    """How often an address was visited, or a link to it was followed on a tracked page (domain.md 4.2)."""

    address: str = column("The full address: of the page visited, or of the link followed.")
    visits: int = column("How often it was visited.")
    clicks: int = column("How often a link to it was followed, on a tracked page or by a redirect.")
    first_at: datetime = column("When it was visited or followed first.")
    last_at: datetime = column("When it was visited or followed last.")


@shows(funnels.FunnelStep)
class FunnelStep:
    """One step on the way from the audience to the lead (domain.md 4.6)."""

    step: funnels.FunnelStage = column("How far.")
    count: int = column("How many came so far.")
    rate: float | None = column(
        "Which part this is of the step before; null at the first step, and where nobody was there before."
    )


@shows(records.Engaged)
class EngagedContact:
    """A contact that opened, clicked, visited, submitted or came, and how often (domain.md 4.4)."""

    contact: OfContact = relation("The contact.", Relation(relations.contact, "contact_id"))
    engagements: int = column("How often it engaged in the window.")
    last_engagement_at: datetime | None = column("When it engaged last, in the window.")


First = Annotated[int, argument(f"How many, {MOST_RANKED} at most.")]


def ranking(words: str, ranked: Callable[[Any, Info, int], Awaitable[Any]]) -> Any:
    """A field that shows the first of a ranking."""

    async def resolve(root: Any, info: Info, first: First = USUAL) -> Any:
        return await ranked(root, info, first)

    return declared(words, Ranked(resolve, USUAL), resolve)


def top_links() -> Any:
    """The field that shows which links were clicked most."""
    words = "The links of messages that were clicked on most copies, the most first; at any time, whatever"
    return ranking(f"{words} the window (domain.md 4.1).", links.top_links)


def pages() -> Any:
    """The field that shows which addresses were visited most."""
    words = "The addresses of tracked pages visited, and of links followed on them, the most frequent first."
    return ranking(words, links.pages)


def most_engaged() -> Any:
    """The field that shows which contacts engaged most."""
    words = "The contacts that engaged most in the window, the most first; of equals, who did so latest."
    return ranking(words, links.most_engaged)


def funnel() -> Any:
    """The field that shows how many went how far."""

    def resolve(root: Answer) -> Any:
        return links.funnel(root)

    words = "From the audience to the lead: how many went how far, by the e-mail KPIs."
    return declared(words, Derived(resolve), resolve)


def interactions_per_month() -> Any:
    """The field that shows how much there was in a month."""
    resolve = links.interactions_per_month
    return declared(
        "Interactions per month of the calendar, from the window's beginning, or the first interaction where"
        " it has none, to its end, or now; a shorter time counts as one month. Null where it has no beginning"
        " and nothing was done.",
        Derived(resolve),
        resolve,
    )


def previous() -> Any:
    """The field that shows the same insights for the window before."""
    return custom(
        "The same for the window of the same length before this one, for comparison: of the usual window, the"
        " twelve months before; of others, their length in time. Null where the window has no beginning.",
        links.previous,
    )
