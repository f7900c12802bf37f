"""Counts by group equal a count in Python, whatever is meant, searched for and held."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from enum import Enum
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from db import listings
from db.database import Database
from db.facets import Counting
from db.listing import total_statement
from db.listings import Listing
from db.search import searched
from domain.criteria import Criterion, holds
from domain.facets import AccountFacet, Bucket, ContactFacet, Counted, LeadFacet
from domain.fields import Field, fields_by
from domain.lists import MOST_FOUND, Asked
from domain.options import Option
from domain.standing import DERIVED, Find
from tests.db.test_criteria import criteria_on
from tests.db.test_orders import kept, varied

__all__ = ["varied"]
LISTS: list[tuple[Listing, type[Enum]]] = [
    (listings.accounts, AccountFacet),
    (listings.contacts, ContactFacet),
    (listings.leads, LeadFacet),
]
ASKED_OF = {
    "accounts": ["industry", "city", "state"],
    "contacts": ["gender", "country", "is_child", "birth_date"],
    "leads": ["rating", "topic", "estimated_amount"],
}
Kept = Mapping[str, Sequence[Any]]


@pytest.fixture(scope="module")
async def records(varied: Database) -> Kept:
    """All records, by their lists."""
    reads = varied.reads()
    return {listing.name: await kept(reads, listing) for listing, _ in LISTS}


def found_in(records: Kept) -> Find:
    """What finds related records."""

    def find(record: type[Any], field: str, value: Any) -> Iterable[Any]:
        everything = [one for some in records.values() for one in some]
        return [one for one in everything if type(one) is record and getattr(one, field) == value]

    return find


def counted(field: Field, records: Iterable[Any], values: int, find: Find) -> Counted:
    """The counts of a facet, made one record at a time."""
    held = [_values(field, record, find) for record in records]
    counts = Counter(value for some in held for value in some)
    ranked = sorted(counts.items(), key=lambda one: (-one[1], _written(one[0])))
    shown = [value for value, _ in ranked[:values]]
    others = sum(1 for some in held if some - set(shown))
    buckets = tuple(Bucket(value, counts[value]) for value in shown)
    return Counted(field, buckets, others, sum(1 for some in held if not some), False)


def _values(field: Field, record: Any, find: Find) -> set[Any]:
    derived = DERIVED.get(type(record), {}).get(field.name)
    held = derived(record, find) if derived else getattr(record, field.name)
    return set(held) if field.several else set() if held is None else {held}


def _written(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, Option):
        return str(int(value))
    return value.name if isinstance(value, Enum) else str(value)


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
async def test_counts_equal_those_of_python(varied: Database, records: Kept, data: st.DataObject) -> None:
    listing, members = data.draw(st.sampled_from(LISTS))
    facets = list(fields_by(members).values())
    fields = data.draw(st.lists(st.sampled_from(facets), min_size=1, max_size=5))
    where: Criterion = data.draw(criteria_on(listing.record, ASKED_OF[listing.name]))
    values, find = data.draw(st.sampled_from((1, 2, 3, 20))), found_in(records)
    meant = [record for record in records[listing.name] if holds(where, record, find)]
    counting = Counting(listing, tuple(fields), Asked("", False, 0, where=where), values)
    assert await counting.fetch(varied.reads()) == [counted(field, meant, values, find) for field in fields]


@pytest.mark.parametrize(("listing", "members"), LISTS, ids=lambda one: getattr(one, "name", ""))
async def test_every_facet_counts_every_record(
    varied: Database, records: Kept, listing: Listing, members: type[Enum]
) -> None:
    fields = tuple(fields_by(members).values())
    found = await Counting(listing, fields, Asked("", False, 0), 100).fetch(varied.reads())
    for one in found:
        assert one == counted(one.field, records[listing.name], 100, found_in(records))
        if not one.field.several:
            number = sum(bucket.count for bucket in one.buckets) + one.others + one.missing
            assert number == len(records[listing.name])


MANY = """insert into contact (id, created_at, updated_at, first_name, city, gender)
    select md5('many' || i)::uuid, now(), now(), 'Crowd', case when i % 7 > 0 then 'Delft' end, 1 + i % 2
    from generate_series(1, $1::int) i"""


@pytest.mark.parametrize(("number", "more"), [(3, False), (2_500, False), (MOST_FOUND + 700, True)])
async def test_a_search_is_counted_as_far_as_its_list_is(database: Database, number: int, more: bool) -> None:
    fields = tuple(fields_by(ContactFacet)[name] for name in ("CITY", "GENDER"))
    asked = Asked("", False, 0, search="crow")
    async with database.transaction() as tx:
        await tx.run("many", number, text=MANY)
        reads: Any = tx
        city, gender = await Counting(listings.contacts, fields, asked, 20).fetch(reads)
        listing = await searched(reads, listings.contacts, asked)
        text, args = total_statement(listing, None, asked, ())
        total = (await tx.rows("total", *args, text=text))[0]["n"]
        await tx.run("none", text="delete from contact where first_name = 'Crowd'")
    counts = [sum(bucket.count for bucket in one.buckets) + one.missing for one in (city, gender)]
    assert counts == [total, total] == [min(number, MOST_FOUND + 1)] * 2
    assert (city.more, gender.more) == (more, more)
    assert city.missing > 0 or number < 7
