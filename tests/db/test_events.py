"""The records of events are whole, and a contact's go with the contact (domain.md 9.7)."""

from collections.abc import AsyncIterator
from dataclasses import fields
from typing import Any, get_args, get_type_hints

import pytest

from db.database import Database, connected
from domain import events
from tests.conftest import cloned
from tests.world import settle

OF_CONTACTS = [
    "event_registration",
    "registration_response",
    "attendee_pass",
    "session_registration",
    "check_in",
    "waitlist_item",
]
"""A contact's facts; speakers and helpers may be contacts, and need not be."""
MAYBE_CONTACTS = ["speaker", "event_team_member"]


@pytest.fixture
async def fresh(server: str, template: str) -> AsyncIterator[Database]:
    """The small company, for a test that changes it."""
    async with cloned(server, template) as dsn, connected(dsn) as found:
        await settle(found)
        yield found


async def ask(db: Database, text: str, *args: Any) -> list[tuple[Any, ...]]:
    return [tuple(row) for row in await db.reads().rows("test", *args, text=text)]


async def held(db: Database, contact: Any) -> dict[str, int]:
    """How many rows of a contact each table holds."""
    found = {}
    for table in (*OF_CONTACTS, *MAYBE_CONTACTS):
        ((found[table],),) = await ask(db, f"select count(*) from {table} where contact_id = $1", contact)
    return {table: n for table, n in found.items() if n}


@pytest.mark.parametrize("record", events.TABLES, ids=lambda record: record.__name__)
async def test_a_record_holds_what_its_table_does(database: Database, record: type[Any]) -> None:
    text = (
        "select attname, attnotnull from pg_attribute"
        " where attrelid = $1::regclass and attnum > 0 and not attisdropped"
    )
    kept = dict(await ask(database, text, events.TABLES[record]))
    hints = get_type_hints(record)
    assert set(kept) == {field.name for field in fields(record)}
    assert {name for name, hint in hints.items() if type(None) not in get_args(hint)} == {
        name for name, needed in kept.items() if needed
    }


@pytest.mark.parametrize("table", OF_CONTACTS)
async def test_a_contacts_records_of_events_are_kept_by_contact(database: Database, table: str) -> None:
    text = (
        "select attname::text from pg_index join pg_attribute on attrelid = indrelid and attnum = indkey[0]"
        " where indrelid = $1::regclass and indisunique"
    )
    assert await ask(database, text, table) == [("contact_id",)]


@pytest.mark.parametrize("name", ["Arbour", "Birch", "Cassia"])
async def test_a_contact_that_is_deleted_takes_its_records_of_events_along(
    fresh: Database, name: str
) -> None:
    ((contact,),) = await ask(fresh, "select id from contact where last_name = $1", name)
    everybody = "select count(*) from event_registration where contact_id <> $1"
    assert await held(fresh, contact)
    others = await ask(fresh, everybody, contact)
    async with fresh.transaction() as tx:
        await tx.run("test", contact, text="delete from contact where id = $1")
    assert await held(fresh, contact) == {}
    assert await ask(fresh, everybody, contact) == others


async def test_a_registration_that_goes_to_another_contact_takes_all_of_it_along(fresh: Database) -> None:
    text = "select id from contact where last_name = any('{Arbour,Deodar}') order by last_name"
    (ann,), (dee,) = await ask(fresh, text)
    before = await held(fresh, ann)
    async with fresh.transaction() as tx:
        for table in (
            "event_registration",
            "attendee_pass",
            "check_in",
            "waitlist_item",
            "event_team_member",
        ):
            text = f"update {table} set contact_id = $2 where contact_id = $1"
            await tx.run("test", ann, dee, text=text)
    assert await held(fresh, ann) == {}
    assert await held(fresh, dee) == before
