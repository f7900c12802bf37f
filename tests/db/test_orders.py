"""Every order of every list is that of a sort in Python, from either end; of the lists of parents too."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from enum import Enum
from itertools import product
from typing import Any
from uuid import UUID

import asyncpg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from db import listings, search, writes
from db.database import Database, Reads
from db.levels import PagesOf
from db.listings import Listing
from db.loaders import ROOT, Pages
from db.rows import columns, to_record
from db.shapes import Shape
from domain.criteria import holds
from domain.fields import Field, fields_by, fields_of
from domain.intake import ENTITIES
from domain.lists import AccountSort, Asked, ContactSort, LeadSort, OpportunitySort
from tests.db.test_criteria import criteria_on, made
from tests.db.test_paging import walk

MOMENT = datetime(2026, 3, 1, 9, tzinfo=UTC)
POOLS: dict[Any, Sequence[Any]] = {
    str: ("", "a", "A", "\u00c4", "~?>", "\U0001f71a", "z" * 200, "z" * 201, "z" * 300, "x y"),
    int: (-1, 0, 7, 2**31 - 1),
    Decimal: (Decimal("-1.50"), Decimal(0), Decimal("0.1"), Decimal("1E+30")),
    date: (date(1, 1, 1), date(2026, 3, 1), date(9999, 12, 31)),
    datetime: (MOMENT, MOMENT + timedelta(microseconds=1), MOMENT - timedelta(days=900)),
    bool: (False, True),
}
LISTS: list[tuple[Listing, type[Enum]]] = [
    (listings.accounts, AccountSort),
    (listings.contacts, ContactSort),
    (listings.leads, LeadSort),
    (listings.orphan_leads, LeadSort),
    (listings.opportunities, OpportunitySort),
]
ENDS = list(product((False, True), (False, True), (False, True)))
FILTERED_BY = {
    "accounts": ["industry", "city", "state"],
    "contacts": ["gender", "country", "is_child"],
    "leads": ["rating", "topic"],
}
ROWS, SIZE = 36, 10
PARENTS = [UUID(int=1), UUID(int=2), UUID(int=3)]


def _pool(field: Field) -> Sequence[Any]:
    if field.several or field.kind is UUID:
        return ()
    if isinstance(field.kind, type) and issubclass(field.kind, Enum):
        return list(field.kind)[:3]
    return [value for value in POOLS.get(field.kind, ()) if value or field.name not in ("name", "topic")]


def rows_of(entity: str, chance: random.Random, *parents: str) -> Iterator[Any]:
    """Records whose every field has one of a few values, or none; they have at most one of these parents."""
    record: Any = ENTITIES[entity]
    fields = [field for field in fields_of(record).values() if _pool(field) and field.name != "full_name"]
    for number in range(1, ROWS + 1):
        values = {
            field.name: None if field.nullable and chance.random() < 0.4 else chance.choice(_pool(field))
            for field in fields
        }
        for field in fields_of(record).values():
            if field.several:
                values[field.name] = tuple(chance.choices(list(field.kind)[:4], k=chance.randrange(4)))
        if parent := chance.choice(["", *parents]):
            values[parent] = chance.choice(PARENTS)
        made_one: Any = made(entity, number, **values)
        yield replace(made_one, home_id=made_one.contact_id or made_one.id) if entity == "lead" else made_one


@pytest.fixture(scope="module")
async def varied(database: Database) -> Database:
    """A database of random rows, some of which lie below the first three accounts and contacts."""
    chance = random.Random(5)

    parents = {"account": ["parent_account_id"], "contact": ["account_id", "parent_contact_id"]}
    async with database.transaction() as tx:
        for entity in ("account", "contact", "lead", "opportunity"):
            of = parents.get(entity, ["account_id", "contact_id"])
            await writes.insert(tx, entity, [*rows_of(entity, chance, *of)])
    return database


async def kept(reads: Reads, listing: Listing) -> list[Any]:
    """All records of a list."""
    text = f"select {columns(listing.record, 't')} from {listing.source} where {listing.condition}"
    return [to_record(listing.record, row) for row in await reads.rows("kept", text=text)]


def in_order(records: Sequence[Any], field: Field, asked: Asked) -> list[UUID]:
    """The ids of the records, sorted by Python."""

    def value(record: Any) -> Any:
        held = getattr(record, field.name)
        return held[:200] if isinstance(held, str) else held

    by_id = sorted(records, key=lambda record: record.id, reverse=asked.descending)
    some = [record for record in by_id if value(record) is not None]
    none = [record.id for record in by_id if value(record) is None]
    found = [record.id for record in sorted(some, key=value, reverse=asked.descending)]
    return none + found if asked.nulls_first else found + none


@pytest.mark.parametrize(("listing", "members"), LISTS, ids=lambda one: getattr(one, "name", ""))
async def test_every_order_is_a_sort_in_python(
    varied: Database, listing: Listing, members: type[Enum]
) -> None:
    reads, chance = varied.reads(), random.Random(listing.name)
    records = await kept(reads, listing)
    assert len(records) >= SIZE
    for sort, field in fields_by(members).items():
        for descending, nulls_first, backwards in chance.sample(ENDS, 4):
            asked = Asked(sort, descending, SIZE, backwards, nulls_first=nulls_first)
            assert await walk(reads, listing, asked) == in_order(records, field, asked), asked


@pytest.mark.parametrize(("listing", "members"), LISTS, ids=lambda one: getattr(one, "name", ""))
async def test_a_parent_has_its_pages_of_it_alone_and_among_others_by_plan_too(
    varied: Database, listing: Listing, members: type[Enum]
) -> None:
    reads, chance = varied.reads(), random.Random(listing.name)
    records = await kept(reads, listing)
    for sort, field in fields_by(members).items():
        descending, nulls_first, backwards = chance.choice(ENDS)
        asked = Asked(sort, descending, 3, backwards, nulls_first=nulls_first)
        for by, column in [(None, ""), *listing.parents.items()]:
            keys = [ROOT] if by is None else PARENTS[: chance.choice([1, 3])]
            of = {key: [one for one in records if by is None or _parent(one, column) == key] for key in keys}
            whole = {key: in_order(found, field, asked) for key, found in of.items()}
            level = PagesOf(Shape(listing.record), (), listing, by, asked, True, True, True)
            await _compare(reads, level, whole)


def _parent(record: Any, column: str) -> UUID | None:
    found: UUID | None = getattr(record, column.removeprefix("t."))
    return found


async def _compare(reads: Reads, level: PagesOf, whole: dict[UUID, list[UUID]]) -> None:
    """The first page, and the one after its end, of each parent, both ways of reading."""
    asked, keys = level.asked, list(whole)
    begun = 0
    for _ in range(2):
        pages = await Pages(level.listing, level.by, asked).fetch(reads, keys)
        found = await replace(level, asked=asked).fetch(reads, keys)
        end = begun + asked.size
        for key, page in zip(keys, pages, strict=True):
            ids = whole[key]
            expected = ids[::-1][begun:end][::-1] if asked.backwards else ids[begun:end]
            assert [record.id for record in page.records] == expected
            assert [row[0] for row in found[key].rows] == expected
            assert found[key].total.value == len(ids)
        if len(keys) > 1 or not pages[0].cursors:
            return
        begun = end
        asked = (
            replace(asked, before=pages[0].cursors[0])
            if asked.backwards
            else replace(asked, after=pages[0].cursors[-1])
        )


async def test_what_is_said_to_be_indexed_is(dsn: str) -> None:
    connection = await asyncpg.connect(dsn)
    for listing, _ in LISTS:
        table = listing.source.removesuffix(" t")
        for name, sort in listing.sorts.items():
            if sort.indexed:
                await connection.execute("set enable_seqscan = off; set enable_sort = off")
                value = f"{sort.expression} is not null" if sort.partial else "true"
                order = f"where {value} order by {sort.expression}, t.id limit 5"
                rows = await connection.fetch(f"explain select t.id from {table} t {order}")
                plan = "\n".join(row[0] for row in rows)
                assert "Sort" not in plan or "Presorted Key" in plan, (name, plan)
                assert "Index" in plan, (name, plan)
    await connection.close()


@pytest.mark.parametrize("walked", [1, 6, 5_000])
@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
async def test_a_filtered_list_is_the_same_however_far_its_order_is_walked_for_a_page(
    varied: Database, walked: int, data: st.DataObject
) -> None:
    listing, members = data.draw(st.sampled_from(LISTS[:3]))
    sort, field = data.draw(st.sampled_from(list(fields_by(members).items())))
    where = data.draw(criteria_on(listing.record, FILTERED_BY[listing.name]))
    descending, nulls_first, backwards = data.draw(st.sampled_from(ENDS))
    asked = Asked(sort, descending, 4, backwards, nulls_first=nulls_first, where=where)
    reads = varied.reads()
    meant = [record for record in await kept(reads, listing) if holds(where, record)]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(search, "FILTERED", walked)
        assert await walk(reads, listing, asked) == in_order(meant, field, asked)
