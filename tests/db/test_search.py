"""What is found by words: which records, in which order, how many; and that no page misses or repeats any."""

import os
from collections.abc import AsyncIterator, Sequence
from decimal import Decimal
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from db import listings, writes
from db.database import Database, connected
from db.listing import Page
from db.listings import Listing
from db.loaders import ROOT, Pages, Totals
from db.migrate import Unfit, migrate
from db.search import WALKED, searched
from domain.criteria import Check, Operator
from domain.lists import MOST_FOUND, RELEVANCE, Asked, Precision
from domain.refusals import Code, Refused
from tests.conftest import cloned
from tests.db.test_criteria import made

CONTACTS: Sequence[dict[str, Any]] = (
    {"first_name": "Ann", "last_name": "Arbour", "email": "ann@kettle.example", "job_title": "Head of Ovens"},
    {"first_name": "Annabel", "last_name": "Birch", "city": "Göteborg"},
    {"last_name": "Müller-Łukasz", "mobile_phone": "+31 (0)20 555-0101"},
    {"last_name": "Straße", "department": "ΑΘΗΝΑ office"},
    {"last_name": "O'Neil", "job_title": "Ann's assistant"},
    {"first_name": "Jonathan", "last_name": "Smithson", "city": "Åsa"},
    {"last_name": "Ann"},
)


@pytest.fixture(scope="module")
async def people(database: Database) -> Database:
    """Seven contacts, numbered from 1."""
    async with database.transaction() as tx:
        kept = [made("contact", number, full_name=None, **one) for number, one in enumerate(CONTACTS, 1)]
        await writes.insert(tx, "contact", kept)
    return database


async def page_of(db: Database, listing: Listing, asked: Asked) -> Page:
    """One page of the root's list."""
    (page,) = await Pages(listing, None, asked).fetch(db.reads(), [ROOT])
    return page


def sought(words: str, size: int = 50, **more: Any) -> Asked:
    """What a client asks who searches."""
    return Asked(RELEVANCE, False, size, search=words, **more)


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("ann", [7, 1, 2, 5]),
        ("ANN arb", [1]),
        ("arbour ann", [1]),
        ("ann arbour", [1]),
        ("kettle.example", [1]),
        ("ann@kettle.example", [1]),
        ("ovens of", [1]),
        ("göte", [2]),
        ("GOTE", [2]),
        ("asa", [6]),
        ("ÅSA", [6]),
        ("muller", [3]),
        ("łukasz", [3]),
        ("Lukasz Müller", [3]),
        ("0205550101", []),
        ("310205550101", [3]),
        ("555 01", [3]),
        ("αθηνα", [4]),
        ("strase", [4]),
        ("o'neil", [5]),
        ("neil", [5]),
        ("birch ann", [2]),
        ("birch anna", [2]),
        ("anna birch kettle", []),
        ("'&|!():*\\", []),
        ("\u202e💥", []),
    ],
)
async def test_all_words_are_found_the_last_by_its_beginning(
    people: Database, words: str, expected: list[int]
) -> None:
    page = await page_of(people, listings.contacts, sought(words))
    whole = await searched(people.reads(), listings.contacts, sought(words))
    found = [record.id.int for record in page.records]
    assert (found if whole.found == "hits" else []) == expected


@pytest.mark.parametrize(
    ("words", "first"), [("Smihtson", 6), ("Jonathn", 6), ("Arbuor", 1), ("Birhc", 2), ("anabel", 2)]
)
async def test_where_nothing_has_the_words_the_names_most_alike_are_found(
    people: Database, words: str, first: int
) -> None:
    page = await page_of(people, listings.contacts, sought(words))
    assert page.records[0].id.int == first


@pytest.mark.parametrize("words", ["ann", "Smihtson", "a", "arbuor"])
@pytest.mark.parametrize("sort", [RELEVANCE, "NAME", "EMAIL"])
async def test_pages_of_a_search_join_in_both_directions(people: Database, words: str, sort: str) -> None:
    whole = await page_of(people, listings.contacts, Asked(sort, False, 50, search=words))
    expected = [record.id for record in whole.records]
    assert expected
    for backwards in (False, True):
        found: list[UUID] = []
        cursor = None
        while True:
            end = {"before" if backwards else "after": cursor}
            asked = Asked(sort, False, 1, backwards, search=words, **end)  # type: ignore[arg-type]
            page = await page_of(people, listings.contacts, asked)
            ids = [record.id for record in page.records]
            found = ids + found if backwards else found + ids
            if not (page.has_previous if backwards else page.has_next):
                break
            cursor = page.cursors[0]
        assert found == expected
    (total,) = await Totals(listings.contacts, None, sought(words)).fetch(people.reads(), [ROOT])
    assert total == (len(expected), Precision.EXACT)


async def test_a_cursor_of_another_search_is_refused(people: Database) -> None:
    page = await page_of(people, listings.contacts, sought("ann", 1))
    for other in (sought("anna", 1, after=page.cursors[0]), Asked("NAME", False, 1, after=page.cursors[0])):
        with pytest.raises(Refused, match="made under contacts by RELEVANCE in search") as refused:
            await page_of(people, listings.contacts, other)
        assert refused.value.code is Code.INVALID


@pytest.fixture(scope="module")
async def crowd(server: str, template: str) -> AsyncIterator[Database]:
    """More leads of one topic than are counted, before them by id a walk of others, and a few of a third."""
    async with cloned(server, template) as dsn, connected(dsn) as db:
        async with db.transaction() as tx:
            text = """insert into lead (home_id, id, created_at, updated_at, topic, estimated_amount)
                select found.id, found.id, now(), now(), found.topic, found.amount from (
                    select lpad(to_hex($2::int * (i > $3)::int + i * 7919 % 9973), 32, '0')::uuid as id,
                        case when i <= $3 then 'Pots ' when i <= $3 + 20 then 'Lids ' else 'Kettles ' end
                            || i % 7 as topic,
                        case when i % 3 > 0 then i % 11 end as amount
                    from generate_series(1, $1::int + $3::int) i) found"""
            await tx.run("crowd", MOST_FOUND + 100, 100_000, WALKED + 10, text=text)
        yield db


async def test_what_finds_too_much_is_in_order_of_id_and_counted_no_further(crowd: Database) -> None:
    rows = await crowd.reads().rows(
        "ids", text="select id from lead where topic like 'Kettles%' order by id limit 60"
    )
    first = await page_of(crowd, listings.leads, sought("kett", 30))
    second = await page_of(crowd, listings.leads, sought("kett", 30, after=first.cursors[-1]))
    back = await page_of(crowd, listings.leads, sought("kett", 30, backwards=True, before=second.cursors[0]))
    assert [lead.id for lead in (*first.records, *second.records)] == [row["id"] for row in rows]
    assert back.records == first.records
    for words, expected in (
        ("kett", (MOST_FOUND, Precision.AT_LEAST)),
        ("pots", (WALKED + 10, Precision.EXACT)),
        ("lids", (20, Precision.EXACT)),
    ):
        (total,) = await Totals(listings.leads, None, sought(words)).fetch(crowd.reads(), [ROOT])
        assert total == expected


@pytest.mark.parametrize("words", ["kett", "pots"])
@pytest.mark.parametrize("sort", [RELEVANCE, "TOPIC", "ESTIMATED_AMOUNT"])
@pytest.mark.parametrize("backwards", [False, True])
async def test_pages_of_what_finds_too_much_join_however_far_apart_it_stands(
    crowd: Database, words: str, sort: str, backwards: bool
) -> None:
    """Ahead of the one stand more others than are walked over; behind the other, more still."""
    value = "1" if sort == RELEVANCE else sort.lower()
    text = f"select id from lead where topic ilike '{words}%' order by {value} nulls last, id"
    expected = [row["id"] for row in await crowd.reads().rows("ids", text=text)]
    found: list[UUID] = []
    cursor = None
    while True:
        end = {"before" if backwards else "after": cursor}
        page = await page_of(
            crowd,
            listings.leads,
            Asked(sort, False, 1500, backwards, search=words, **end),  # type: ignore[arg-type]
        )
        ids = [record.id for record in page.records]
        found = ids + found if backwards else found + ids
        if not (page.has_previous if backwards else page.has_next):
            break
        cursor = page.cursors[0 if backwards else -1]
    assert found == expected


async def test_what_finds_too_much_is_found_among_what_is_asked_for(crowd: Database) -> None:
    asked = sought("kett", 40, where=Check("estimated_amount", Operator.EQ, Decimal(4)))
    page = await page_of(crowd, listings.leads, asked)
    text = "select id from lead where topic like 'Kett%' and estimated_amount = 4 order by id"
    rows = await crowd.reads().rows("ids", text=text)
    assert [lead.id for lead in page.records] == [row["id"] for row in rows[:40]]
    (total,) = await Totals(listings.leads, None, asked).fetch(crowd.reads(), [ROOT])
    assert total == (len(rows), Precision.EXACT)


async def test_a_search_that_has_too_much_goes_on_by_id_when_it_finds_less(crowd: Database) -> None:
    few = await page_of(crowd, listings.leads, sought("kett 1", 1))
    many = await page_of(crowd, listings.leads, sought("kett", 1))
    assert (len(few.records), len(many.records)) == (1, 1)
    async with crowd.transaction() as tx:
        await tx.run("fewer", text="delete from lead where topic like 'Kettles%' and topic <> 'Kettles 1'")
    left = "select id from lead where topic = 'Kettles 1' and id > $1 order by id limit 9"
    rows = await crowd.reads().rows("ids", many.records[0].id, text=left)
    page = await page_of(crowd, listings.leads, sought("kett", 9, after=many.cursors[0]))
    assert [lead.id for lead in page.records] == [row["id"] for row in rows]


async def test_a_cursor_from_before_a_search_found_too_much_is_refused(crowd: Database) -> None:
    ranked = await page_of(crowd, listings.leads, sought("lids", 1))
    async with crowd.transaction() as tx:
        await tx.run("more", text="update lead set topic = 'Lids 8' where topic like 'Pots%'")
    with pytest.raises(Refused, match="begin without a cursor") as refused:
        await page_of(crowd, listings.leads, sought("lids", 1, after=ranked.cursors[0]))
    assert refused.value.code is Code.INVALID


async def test_of_a_large_table_a_few_pages_tell_that_there_is_too_much(server: str, template: str) -> None:
    """What most records have is told by them; what stands close together, or is rare, by the index."""
    async with cloned(server, template) as dsn, connected(dsn) as db:
        async with db.transaction() as tx:
            text = """insert into lead (home_id, id, created_at, updated_at, topic, description)
                select md5(i::text)::uuid, md5(i::text)::uuid, now(), now(),
                    case when i % 2 > 0 then 'Kettles' when i <= 400 then 'Pots' else 'Lids' || i % 90 end,
                    (select string_agg(md5((i * 60 + j)::text), '') from generate_series(1, 56) j)
                from generate_series(1, 9000) i"""
            await tx.run("wide", text=text)
            pages = await tx.rows("pages", text="select pg_relation_size('lead') / 8192 as n")
            assert pages[0]["n"] > 2000
            found = {}
            for words in ("kettles", "pots", "lids7", "lids"):
                rows = await tx.rows("found", words, text="select lead_found($1, 300) as n")
                found[words] = rows[0]["n"]
        assert found == {"kettles": 301, "pots": 200, "lids7": 301, "lids": 301}


@pytest.mark.parametrize("entity", ["account", "contact", "lead"])
async def test_words_are_found_along_an_index_whatever_the_statistics_say(
    people: Database, entity: str
) -> None:
    async with people.transaction() as tx:
        rows = await tx.rows(
            "function", f"{entity}_hits", text="select prosrc, proconfig from pg_proc where proname = $1"
        )
        (row,) = rows
        for setting in row["proconfig"]:
            await tx.run("plain", text=f"set local {setting.replace('=', ' to ')}")
        text = row["prosrc"].replace("sought", "'ann'")
        plan = " ".join(found["QUERY PLAN"] for found in await tx.rows("plan", text=f"explain {text}"))
    assert f"Bitmap Index Scan on {entity}_words" in plan
    assert "Seq Scan" not in plan


async def test_a_database_that_may_not_have_the_extension_is_told_what_to_do(server: str) -> None:
    name = f"leadgraph_bare_{os.getpid()}"
    connection = await asyncpg.connect(server)
    try:
        await connection.execute(f"create database {name}")
        await connection.execute(f"create role {name}")
        bare = await asyncpg.connect(server, database=name)
        await bare.execute(f"grant create on schema public to {name}")
        await bare.execute(f"set role {name}")
        with pytest.raises(Unfit, match=r"lacks the extension pg_trgm.*run `create extension pg_trgm`"):
            await migrate(bare)
        await bare.execute("reset role")
        await bare.execute("create extension pg_trgm")
        await bare.execute(f"set role {name}")
        assert "0005_search" in await migrate(bare)
        await bare.close()
    finally:
        await connection.execute(f"drop database if exists {name} with (force)")
        await connection.execute(f"drop role if exists {name}")
        await connection.close()
