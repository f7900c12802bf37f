"""One resolver for every list: the root's and those of many parents."""

from dataclasses import dataclass
from typing import Any, NamedTuple
from uuid import UUID

from db import listings
from db.listing import Page
from db.listings import Listing
from db.loaders import ROOT, Pages, Totals
from domain.criteria import Criterion
from domain.lists import LARGEST_SIZE, MOST_SEARCHED, RELEVANCE, USUAL_SIZE, Asked, Total
from domain.refusals import Code, Refused
from resolvers.context import Info


@dataclass(frozen=True)
class Listed:
    """A list, of the root or of the parent whose id `key` holds."""

    listing: Listing
    by: str | None = None
    key: str = "id"


Lists = Listed | tuple[Listed, ...]
"""A list, or several of which a record has the first whose parent it has."""


@dataclass(frozen=True)
class Edge:
    """One record of a page with its cursor."""

    cursor: str
    node: Any


@dataclass(frozen=True)
class PageInfo:
    """Where a page lies in its list."""

    has_next_page: bool
    has_previous_page: bool
    start_cursor: str | None
    end_cursor: str | None


@dataclass(frozen=True)
class Found:
    """One page of a list, and how to count the rest of it."""

    page: Page
    totals: Totals
    key: UUID

    @property
    def edges(self) -> list[Edge]:
        """The records, each with its cursor."""
        return [Edge(cursor, node) for cursor, node in zip(self.page.cursors, self.page.records, strict=True)]

    @property
    def nodes(self) -> tuple[Any, ...]:
        """The records alone."""
        return self.page.records

    @property
    def page_info(self) -> PageInfo:
        """Where the page lies."""
        cursors = self.page.cursors
        ends = (cursors[0], cursors[-1]) if cursors else (None, None)
        return PageInfo(self.page.has_next, self.page.has_previous, *ends)


accounts = Listed(listings.accounts)
contacts = Listed(listings.contacts)
leads = Listed(listings.leads)
orphan_leads = Listed(listings.orphan_leads)
opportunities = Listed(listings.opportunities)
orphan_interactions = Listed(listings.orphan_interactions)
children_of_account = Listed(listings.accounts, "account")
contacts_of_account = Listed(listings.contacts, "account")
contacts_of_contact = Listed(listings.contacts, "contact")
leads_of_account = Listed(listings.leads, "account")
leads_of_contact = Listed(listings.leads, "contact")
opportunities_of_account = Listed(listings.opportunities, "account")
opportunities_of_contact = Listed(listings.opportunities, "contact")
history_of_record = Listed(listings.record_history, "record")
timeline_of_contact = Listed(listings.interactions, "contact")
timeline_of_account = Listed(listings.account_interactions, "account")
timeline_of_lead = (
    Listed(listings.interactions, "contact", key="contact_id"),
    Listed(listings.member_interactions, "account", key="account_id"),
)
"""Its contact's, else its account's members', else none."""


EMPTY = Page((), (), False, False)


async def find(source: Lists, root: Any, info: Info, asked: Asked) -> Found:
    """The page asked for: of the first list whose parent the record has."""
    alternatives = source if isinstance(source, tuple) else (source,)
    for listed in alternatives:
        key = ROOT if listed.by is None else getattr(root, listed.key)
        whole = Asked("", False, 0, filters=asked.filters, where=asked.where, search=asked.search)
        totals = Totals(listed.listing, listed.by, whole)
        if key is not None:
            return Found(await info.context.load(Pages(listed.listing, listed.by, asked), key), totals, key)
    return Found(EMPTY, totals, ROOT)


async def total(root: Found, info: Info) -> Total:
    """How many records the whole list has."""
    return await info.context.load(root.totals, root.key)


class Order(NamedTuple):
    """By what, from which end, and where those without a value are."""

    sort: str
    descending: bool = False
    nulls_first: bool = False


def to_asked(
    order: Order,
    first: int | None = None,
    after: str | None = None,
    last: int | None = None,
    before: str | None = None,
    filters: dict[str, Any] | None = None,
    where: Criterion | None = None,
    search: str | None = None,
) -> Asked:
    """The page that these arguments mean; refuses what is no page."""
    if first is not None and last is not None:
        raise Refused(Code.INVALID, "Ask for `first` or for `last`, not for both.", "last")
    size = first if first is not None else last if last is not None else USUAL_SIZE
    if not 1 <= size <= LARGEST_SIZE:
        message = f"A page has 1 to {LARGEST_SIZE} records; {size} were asked for."
        raise Refused(Code.INVALID, message, "first" if last is None else "last")
    given = {name: _hashable(value) for name, value in (filters or {}).items() if value is not None}
    page = size, last is not None, after, before, tuple(given.items()), where
    return Asked(order.sort, order.descending, *page, order.nulls_first, search)


def sought(text: str | None) -> str | None:
    """What is searched for; None where that is nothing. Refuses what is too long."""
    if text is not None and len(text) > MOST_SEARCHED:
        message = f"At most {MOST_SEARCHED} characters can be searched for; these are {len(text)}."
        raise Refused(Code.INVALID, message, "search")
    return (text or "").strip() or None


def relevance() -> Order:
    """The order of what a search finds."""
    return Order(RELEVANCE)


def _hashable(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value
