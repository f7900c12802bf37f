"""Pages walked forwards or backwards give each record once, in order; alike for one parent and many.

Also while records come and go, whatever ties and lacks a value: what is there all the time is met once.
"""

from contextlib import suppress
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import product
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from db import listings, writes
from db.database import Database, Reads, Transaction, connected
from db.listing import Page
from db.listings import Listing
from db.loaders import ROOT, Pages
from domain.intake import Record
from domain.lists import Asked
from domain.refusals import Code, Refused
from tests.db.test_criteria import made

ROOTS = [
    listings.accounts,
    listings.contacts,
    listings.leads,
    listings.orphan_leads,
    listings.opportunities,
    listings.orphan_interactions,
]
CASES = [
    (one, sort, down, first)
    for one in ROOTS
    for sort, down, first in product(one.sorts, (False, True), (False, True))
    if one.sorts[sort].indexed and (one.sorts[sort].nullable or not first)
]
"""The orders that an index has; `test_orders` walks along all."""


async def walk(reads: Reads, listing: Listing, whole: Asked) -> list[UUID]:
    """The ids of the whole list, page by page."""
    found: list[UUID] = []
    cursor: str | None = None
    backwards = whole.backwards
    while True:
        after, before = (None, cursor) if backwards else (cursor, None)
        asked = replace(whole, after=after, before=before)
        page: Page = (await Pages(listing, None, asked).fetch(reads, [ROOT]))[0]
        ids = [record.id for record in page.records]
        found = ids + found if backwards else found + ids
        if not (page.has_previous if backwards else page.has_next):
            return found
        cursor = page.cursors[0] if backwards else page.cursors[-1]


def _named(case: object) -> str:
    return str(getattr(case, "name", case))


@pytest.mark.parametrize(("listing", "sort", "descending", "nulls_first"), CASES, ids=_named)
async def test_walks_in_both_directions_meet_every_record_once(
    demo: str, listing: Listing, sort: str, descending: bool, nulls_first: bool
) -> None:
    direction = "desc" if descending else "asc"
    key = listing.sorts[sort].expression
    text = (
        f"select t.id from {listing.source} where {listing.condition}"
        f" order by {key} {direction} nulls {'first' if nulls_first else 'last'}, t.id {direction}"
    )
    async with connected(demo) as database:
        reads = database.reads()
        expected = [row["id"] for row in await reads.rows("all", text=text)]
        assert expected
        for backwards in (False, True):
            asked = Asked(sort, descending, 37, backwards, nulls_first=nulls_first)
            assert await walk(reads, listing, asked) == expected


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
@pytest.mark.parametrize("place", [0, -1], ids=["first order", "last order"])
async def test_the_page_of_one_parent_is_its_page_among_many(
    demo: str, listing: Listing, by: str, of: str, backwards: bool, place: int
) -> None:
    sort = list(listing.sorts)[place]
    async with connected(demo) as database:
        reads = database.reads()
        keys = [row["id"] for row in await reads.rows("keys", text=f"select id from {of} limit 60")]
        asked = Asked(sort, True, 1, backwards)
        (begun,) = await Pages(listing, None, replace(asked, size=5)).fetch(reads, [ROOT])
        cursor = begun.cursors[-1 if backwards else 0]
        asked = replace(asked, before=cursor) if backwards else replace(asked, after=cursor)
        batch = Pages(listing, by, asked)
        together = await batch.fetch(reads, keys)
        alone = [(await batch.fetch(reads, [key]))[0] for key in keys]
    assert together == alone
    assert any(page.has_next or page.has_previous for page in alone)


MOMENT = datetime(2026, 3, 1, 9, tzinfo=UTC)
VALUES: dict[str, tuple[Any, ...]] = {
    "revenue": (None, Decimal("-1.50"), Decimal(0), Decimal("1E+30")),
    "number_of_employees": (None, 0, 7),
    "updated_at": (MOMENT, MOMENT + timedelta(microseconds=1)),
    "estimated_amount": (None, Decimal("0.1"), Decimal(2)),
    "estimated_close_date": (None, date(2026, 3, 1), date(9999, 12, 31)),
    "email": (None, "", "\u017e@example.org", "z" * 300, "z" * 301),
    "last_name": (None, "~?>", "Ärger"),
}
COLUMNS = [
    (listings.accounts, "account", "REVENUE", "revenue"),
    (listings.accounts, "account", "NUMBER_OF_EMPLOYEES", "number_of_employees"),
    (listings.accounts, "account", "UPDATED_AT", "updated_at"),
    (listings.leads, "lead", "ESTIMATED_AMOUNT", "estimated_amount"),
    (listings.leads, "lead", "ESTIMATED_CLOSE_DATE", "estimated_close_date"),
    (listings.contacts, "contact", "EMAIL", "email"),
    (listings.contacts, "contact", "LAST_NAME", "last_name"),
]


class _Undone(Exception):
    """Leaves a transaction without a trace."""


class Watched:
    """Reads within a transaction, with what happens to the table between two of them."""

    def __init__(self, tx: Transaction, entity: str, changes: list[tuple[list[Record], list[int]]]) -> None:
        self.tx = tx
        self.entity = entity
        self.changes = changes

    async def rows(self, name: str, *args: Any, text: str | None = None) -> Any:
        """The rows; then the next change happens."""
        found = await self.tx.rows(name, *args, text=text)
        if self.changes:
            coming, going = self.changes.pop(0)
            await writes.insert(self.tx, self.entity, coming)
            ids = [UUID(int=number) for number in going]
            await self.tx.run("going", ids, text=f"delete from {self.entity} where id = any($1)")
        return found


@settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
async def test_what_is_there_all_the_time_is_met_once_while_others_come_and_go(
    database: Database, data: st.DataObject
) -> None:
    listing, entity, sort, column = data.draw(st.sampled_from(COLUMNS))
    numbers = data.draw(st.permutations(range(1, 25)))
    value = st.sampled_from(VALUES[column])
    records = {number: made(entity, number, **{column: data.draw(value)}) for number in numbers}
    staying, going, coming = numbers[:12], numbers[12:18], numbers[18:]
    changes = [([records[new]], [old]) for new, old in zip(coming, going, strict=True)]
    falling, first, backwards = (data.draw(st.booleans()) for _ in range(3))
    asked = Asked(sort, falling, data.draw(st.integers(1, 4)), backwards, nulls_first=first)
    with suppress(_Undone):
        async with database.transaction() as tx:
            await writes.insert(tx, entity, [records[number] for number in (*staying, *going)])
            watched: Any = Watched(tx, entity, changes)
            met = [id.int for id in await walk(watched, listing, asked)]
            assert len(met) == len(set(met))
            assert not watched.changes or len(met) < 24
            text = f"select t.id from {listing.source} {_order(listing, asked)}"
            order = [row["id"].int for row in await tx.rows("all", text=text)]
            assert [number for number in met if number in staying] == [
                number for number in order if number in staying
            ]
            raise _Undone


def _order(listing: Listing, asked: Asked) -> str:
    direction, place = "desc" if asked.descending else "asc", "first" if asked.nulls_first else "last"
    return f"order by {listing.sorts[asked.sort].expression} {direction} nulls {place}, t.id {direction}"


async def test_texts_of_any_length_are_kept_and_listed(database: Database) -> None:
    with suppress(_Undone):
        async with database.transaction() as tx:
            text = "".join(chr(0x4E00 + number % 20_000) for number in range(60_000))
            names = {"full_name": None, "last_name": text, "email": text, "city": text, "job_title": text}
            await writes.insert(tx, "contact", [made("contact", 1, **names)])
            await writes.insert(tx, "account", [made("account", 1, name=text)])
            await writes.insert(tx, "lead", [made("lead", 1, topic=text)])
            reads: Any = tx
            for sort in listings.contacts.sorts:
                (page,) = await Pages(listings.contacts, None, Asked(sort, False, 5)).fetch(reads, [ROOT])
                assert [record.id.int for record in page.records] == [1]
                assert len(page.cursors[0]) < 1_500
            raise _Undone


async def test_a_cursor_of_another_list_or_order_is_refused_by_name(database: Database) -> None:
    account, lead = made("account", 1, revenue=Decimal(1)), made("lead", 1)
    with suppress(_Undone):
        async with database.transaction() as tx:
            await writes.insert(tx, "account", [account])
            await writes.insert(tx, "lead", [lead])
            reads: Any = tx
            usual = Asked("CREATED_AT", False, 1)
            (page,) = await Pages(listings.leads, None, usual).fetch(reads, [ROOT])
            by_revenue = replace(usual, sort="REVENUE")
            (other,) = await Pages(listings.accounts, None, by_revenue).fetch(reads, [ROOT])
            for listing, asked, made_under in (
                (listings.accounts, replace(usual, after=page.cursors[0]), "leads by CREATED_AT ASC"),
                (
                    listings.accounts,
                    replace(usual, before=other.cursors[0]),
                    "accounts by REVENUE ASC NULLS LAST",
                ),
                (
                    listings.accounts,
                    replace(by_revenue, nulls_first=True, after=other.cursors[0]),
                    "accounts by REVENUE ASC NULLS LAST",
                ),
            ):
                with pytest.raises(Refused, match=f"made under {made_under};") as refused:
                    await Pages(listing, None, asked).fetch(reads, [ROOT])
                assert refused.value.code is Code.INVALID
            raise _Undone


@pytest.mark.parametrize(
    "cursor",
    ["", "W10", "bnVsbA", "\ud800", "ÿ", "x" * 3000, "WyJOQU1FIEFTQyIsMSwyXQ", "W1siXHUyMDJlIl0sMSwyXQ"],
)
async def test_what_is_no_cursor_is_refused_without_its_text(database: Database, cursor: str) -> None:
    for sort in listings.accounts.sorts:
        asked = Asked(sort, False, 1, after=cursor)
        with pytest.raises(Refused, match="cursor") as refused:
            await Pages(listings.accounts, None, asked).fetch(database.reads(), [ROOT])
        assert "\u202e" not in refused.value.message
