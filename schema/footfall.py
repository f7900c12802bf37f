"""Insights of websites: visits, pages, forms and places (domain.md 4.5)."""

# mypy: disable-error-code="valid-type,misc"
from datetime import datetime
from typing import Any

from strawberry import UNSET

from domain import footfall as records
from domain import links
from domain.windows import Window, twelve_months_before
from resolvers import footfall
from resolvers.context import Info
from schema.asking import From, Machines, To
from schema.graph import column, custom, described, shows
from schema.links import ranking
from schema.node import Part


@shows(links.VisitedPage)
class PopularPage:
    """A page of a website, and how often it was visited."""

    address: str = column("Its full address.")
    visits: int = column("How often it was visited.")
    clicks: int = column("How often links on it were followed.")
    first_at: datetime = column("When something was done there first.")
    last_at: datetime = column("When something was done there last.")


@shows(records.Place)
class VisitedFrom:
    """How many visits came from a place, as far as it is known."""

    country: str | None = column("The country's ISO code; null where it is not known.")
    state: str | None = column("The state or province; null where it is not known.")
    city: str | None = column("The city; null where it is not known.")
    visits: int = column("How many visits came from there.")


def _counted(words: str, name: str) -> Any:
    return column(words, of=f"footfall.{name}")


@described
class WebsiteInsights(Part):
    """What was done on a website, also by visitors whom nobody knows (domain.md 4.5, Website)."""

    from_at: datetime | None = column("Where the window begins.", name="from", of="window.from_at")
    to_at: datetime | None = column("Where the window ends; null is now.", name="to", of="window.to_at")
    visits: int = _counted("How often pages were visited.", "visits")
    clicks: int = _counted("How often links on its pages were followed.", "clicks")
    form_visits: int = _counted("How often pages with forms were visited.", "form_visits")
    form_submissions: int = _counted("How often forms were submitted.", "form_submissions")
    conversion: float | None = _counted(
        "Submissions per visit of a form; null without any visit.", "conversion"
    )
    visitors: int = _counted("How many browsers came.", "visitors")
    contacts: int = _counted("How many contacts are known to have come.", "contacts")
    pages: list[PopularPage] = ranking(
        "Its pages, those visited most first, each with the clicks on it.", footfall.pages
    )
    places: list[VisitedFrom] = ranking("Where visits came from, the most first.", footfall.places)


def of_website() -> Any:
    """The field that shows what was done on a website."""

    async def resolve(
        root: Any, info: Info, from_: From = UNSET, to: To = UNSET, include_machines: Machines = False
    ) -> Any:
        start = twelve_months_before(to or info.context.now) if from_ is UNSET else from_
        window = Window.between(start, to or None)
        return await footfall.of_website(root, info, window, include_machines)

    return custom("What was done on the website.", resolve)
