"""Lists in the order of a custom field: every record once, either way, with values and without, by index."""

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import product
from random import Random
from typing import Any
from uuid import UUID

import pytest

from db import listings, writes
from db.custom_fields import expression, index_name
from db.database import Database, connected
from db.listing import page_statement, total_statement
from db.listings import Listing
from db.loaders import ROOT, Pages
from db.search import searched
from domain.criteria import Criterion, CustomCheck, Operator
from domain.custom_fields import CustomField, CustomFieldEntity, CustomFieldType, sort_by
from domain.custom_values import kept
from domain.lists import Asked
from domain.refusals import Code, Refused
from engines import custom_fields
from tests.conftest import cloned
from tests.db.test_criteria import made
from tests.db.test_paging import walk

T = CustomFieldType
NOW = datetime(2026, 3, 1, tzinfo=UTC)
TIERS = ("gold", "Gold", "a'b", "ä %")
VALUES: Mapping[CustomFieldType, Sequence[Any]] = {
    T.TEXT: ("b", "B", "ä", "aa", "~?>", "😀" * 500, "z" * 300, "z" * 301),
    T.INTEGER: (-3, 0, 7, 10, 2**53 + 1, 2**63 - 1, -(2**63) + 1),
    T.DECIMAL: tuple(map(Decimal, ("-0.5", "0", "1", "1.00", "2.50", "10", "1E+40", "1E-40"))),
    T.BOOLEAN: (True, False),
    T.DATE: (date(1, 1, 1), date(2026, 3, 1), date(9999, 12, 31)),
    T.DATE_TIME: (datetime(987, 3, 1, tzinfo=UTC), NOW, NOW.replace(microsecond=1)),
    T.CHOICE: TIERS,
    T.CHOICES: (["gold"], ["Gold", "a'b"]),
}
SORTED = [type for type in T if type is not T.CHOICES]
SIZE = 40


@pytest.fixture(scope="module")
async def filled(server: str, template: str) -> AsyncIterator[tuple[Database, Mapping[T, CustomField]]]:
    """Contacts of two accounts, of which two thirds hold a value in each of their fields."""
    random = Random(5)
    async with cloned(server, template) as dsn, connected(dsn) as database:
        async with database.transaction() as tx:
            fields = {type: await custom_fields.create(tx, _given(type), NOW) for type in T}
            await writes.insert(tx, "account", [made("account", number) for number in (1, 2)])
            contacts = [
                made("contact", number, account_id=UUID(int=number % 2 + 1), custom=_held(random, fields))
                for number in range(1, SIZE + 1)
            ]
            await writes.insert(tx, "contact", contacts)
        yield database, fields


def _given(type: CustomFieldType) -> dict[str, Any]:
    choices = [{"value": value, "label": "x"} for value in TIERS] if type.chooses else ()
    named = {"name": f"the_{type.member}", "label": "x", "choices": choices}
    return {"entity": CustomFieldEntity.CONTACT, "type": type, **named}


def _held(random: Random, fields: Mapping[CustomFieldType, CustomField]) -> dict[str, Any]:
    return {
        field.name: kept(field, random.choice(VALUES[type]))
        for type, field in fields.items()
        if random.random() < 0.7
    }


Filled = tuple[Database, Mapping[CustomFieldType, CustomField]]


@pytest.mark.parametrize("type", SORTED, ids=lambda type: type.name)
async def test_walks_in_both_directions_meet_every_record_once(filled: Filled, type: CustomFieldType) -> None:
    database, fields = filled
    value, _ = expression(fields[type].name, type, "t")
    for falling, first, backwards in product((False, True), repeat=3):
        direction, nulls = "desc" if falling else "asc", "first" if first else "last"
        order = f"order by {value} {direction} nulls {nulls}, t.id {direction}"
        reads = database.reads()
        rows = await reads.rows("all", text=f"select t.id, {value} as held from contact t {order}")
        assert {row["held"] is None for row in rows} == {True, False}
        asked = Asked(sort_by(fields[type].name), falling, 7, backwards, nulls_first=first)
        assert await walk(reads, listings.contacts, asked) == [row["id"] for row in rows]
        assert reads.ran.count("custom_fields") == 1


@pytest.mark.parametrize("type", SORTED, ids=lambda type: type.name)
@pytest.mark.parametrize("backwards", [False, True])
async def test_the_page_of_one_parent_is_its_page_among_many(
    filled: Filled, type: CustomFieldType, backwards: bool
) -> None:
    database, fields = filled
    keys, reads = [UUID(int=1), UUID(int=2)], database.reads()
    asked = Asked(sort_by(fields[type].name), True, 3, backwards)
    (begun,) = await Pages(listings.contacts, None, replace(asked, size=20)).fetch(reads, [ROOT])
    cursor = begun.cursors[10]
    asked = replace(asked, before=cursor) if backwards else replace(asked, after=cursor)
    batch = Pages(listings.contacts, "account", asked)
    together = await batch.fetch(reads, keys)
    assert together == [(await batch.fetch(reads, [key]))[0] for key in keys]
    assert all(page.records for page in together)


async def test_cursors_hold_values_and_are_of_one_order(filled: Filled) -> None:
    database, fields = filled
    reads, by = database.reads(), [Asked(sort_by(fields[type].name), False, 1) for type in SORTED]
    cursors = [
        (await Pages(listings.contacts, None, asked).fetch(reads, [ROOT]))[0].cursors[0] for asked in by
    ]
    for asked, other in zip(by, (*cursors[1:], cursors[0]), strict=True):
        with pytest.raises(Refused, match="made under contacts by custom the_") as refused:
            await Pages(listings.contacts, None, replace(asked, after=other)).fetch(reads, [ROOT])
        assert (refused.value.code, refused.value.path) == (Code.INVALID, ("after",))


@pytest.mark.parametrize(
    ("sort", "code"), [("nobody", Code.NOT_FOUND), ("the_choices", Code.INVALID), ("a' b", Code.NOT_FOUND)]
)
async def test_an_order_by_what_has_none_is_refused(filled: Filled, sort: str, code: Code) -> None:
    database, _ = filled
    with pytest.raises(Refused) as refused:
        await Pages(listings.contacts, None, Asked(sort_by(sort), False, 1)).fetch(database.reads(), [ROOT])
    assert (refused.value.code, refused.value.path) == (code, ("orderBy", "customField"))


Making = Callable[[Listing, str | None, Asked, Sequence[UUID]], tuple[str, list[Any]]]


async def _plan(database: Database, asked: Asked, statement: Making = page_statement) -> str:
    """How PostgreSQL would read the page, or count, were the table large."""
    listing = await searched(database.reads(), listings.contacts, asked)
    text, args = statement(listing, None, asked, [ROOT])
    async with database.transaction() as tx:
        await tx.run("large", text="set local enable_seqscan = off")
        await tx.run("large", text="set local enable_sort = off")
        rows = await tx.rows("plan", *args, text=f"explain (costs off) {text}")
    return "\n".join(row[0] for row in rows)


@pytest.mark.parametrize("type", SORTED, ids=lambda type: type.name)
async def test_the_index_gives_the_order_and_ids_what_holds_no_value(
    filled: Filled, type: CustomFieldType
) -> None:
    database, fields = filled
    for falling in (False, True):
        plan = await _plan(database, Asked(sort_by(fields[type].name), falling, 5))
        assert index_name(fields[type]) in plan
        assert "contact_pkey" in plan


@pytest.mark.parametrize("type", list(T), ids=lambda type: type.name)
async def test_the_index_finds_what_is_asked_for(filled: Filled, type: CustomFieldType) -> None:
    database, fields = filled
    operator = Operator.HAS if type is T.CHOICES else Operator.EQ
    value = "gold" if type is T.CHOICES else VALUES[type][0]
    where: Criterion = CustomCheck(fields[type].name, type, operator, value)
    asked = Asked("CREATED_AT", False, 5, where=where)
    assert index_name(fields[type]) in await _plan(database, asked, total_statement)
