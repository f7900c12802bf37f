"""Pages walked forwards or backwards give each record once, in order; alike for one parent and many."""

from itertools import product
from uuid import UUID

import pytest

from db import listings
from db.database import Reads, connected
from db.listing import Page
from db.listings import Listing
from db.loaders import ROOT, Pages
from domain.lists import Asked

ROOTS = [
    listings.accounts,
    listings.contacts,
    listings.leads,
    listings.orphan_leads,
    listings.opportunities,
    listings.orphan_interactions,
]
CASES = [(one, sort, down) for one in ROOTS for sort, down in product(one.sorts, (False, True))]


async def walk(reads: Reads, listing: Listing, sort: str, descending: bool, backwards: bool) -> list[UUID]:
    """The ids of the whole list, page by page."""
    found: list[UUID] = []
    cursor: str | None = None
    while True:
        after, before = (None, cursor) if backwards else (cursor, None)
        asked = Asked(sort, descending, 37, backwards, after, before)
        page: Page = (await Pages(listing, None, asked).fetch(reads, [ROOT]))[0]
        ids = [record.id for record in page.records]
        found = ids + found if backwards else found + ids
        if not (page.has_previous if backwards else page.has_next):
            return found
        cursor = page.cursors[0] if backwards else page.cursors[-1]


def _named(case: object) -> str:
    return str(getattr(case, "name", case))


@pytest.mark.parametrize(("listing", "sort", "descending"), CASES, ids=_named)
async def test_walks_in_both_directions_meet_every_record_once(
    demo: str, listing: Listing, sort: str, descending: bool
) -> None:
    direction = "desc" if descending else "asc"
    key = listing.sorts[sort].expression
    text = (
        f"select t.id from {listing.source} where {listing.condition}"
        f" order by {key} {direction}, t.id {direction}"
    )
    async with connected(demo) as database:
        reads = database.reads()
        expected = [row["id"] for row in await reads.rows("all", text=text)]
        assert expected
        for backwards in (False, True):
            assert await walk(reads, listing, sort, descending, backwards) == expected


@pytest.mark.parametrize(
    ("listing", "by", "of"),
    [
        (listings.contacts, "account", "account"),
        (listings.leads, "contact", "contact"),
        (listings.interactions, "contact", "contact"),
        (listings.account_interactions, "account", "account"),
    ],
    ids=_named,
)
@pytest.mark.parametrize("backwards", [False, True])
async def test_the_page_of_one_parent_is_its_page_among_many(
    demo: str, listing: Listing, by: str, of: str, backwards: bool
) -> None:
    sort = next(iter(listing.sorts))
    async with connected(demo) as database:
        reads = database.reads()
        keys = [row["id"] for row in await reads.rows("keys", text=f"select id from {of} limit 60")]
        batch = Pages(listing, by, Asked(sort, True, 1, backwards))
        together = await batch.fetch(reads, keys)
        alone = [(await batch.fetch(reads, [key]))[0] for key in keys]
    assert together == alone
    assert any(page.has_next or page.has_previous for page in alone)
