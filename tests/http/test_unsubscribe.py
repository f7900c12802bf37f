"""One click unsubscribes (RFC 8058): by POST alone, without cookies or redirects, and harmlessly again."""

from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from uuid import UUID

import httpx
import pytest

from db.database import Database
from db.ids import uuid7
from domain.options import Permission
from domain.records import Contact
from domain.subscriptions import LINKS_LAST
from engines import records
from engines.links import Link, Signer
from tests.conftest import served
from tests.engines.asking import Client, own

KEY = "a secret of the tests alone, which nobody else knows"
ONE_CLICK = {"List-Unsubscribe": "One-Click"}
CENTER = UUID("019b7600-0000-7000-8000-000000000001")


@pytest.fixture(scope="module")
def address(dsn: str) -> Iterator[str]:
    """The address of a process that signs with the tests' key."""
    with served(dsn, LEADGRAPH_SECRET_KEY=KEY) as found:
        yield found


@pytest.fixture
async def http(address: str) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=address) as client:
        yield client


def token(contact_id: UUID, *, key: str = KEY, ago: timedelta = timedelta(0)) -> str:
    return Signer(key).links(Link(contact_id, CENTER), datetime.now(UTC) - ago).unsubscribe_token


async def person(database: Database) -> UUID:
    return own(await Client(database).person(email="bo@example.org"))


async def known(database: Database, contact_id: UUID) -> Contact:
    async with database.transaction() as tx:
        found: Contact = await records.locked(tx, "contact", contact_id)
    return found


async def test_a_post_forbids_bulk_e_mail_and_leaves_lists_alone(
    http: httpx.AsyncClient, database: Database
) -> None:
    client = Client(database)
    contact = await client.person(email="bo@example.org")
    await client.join(await client.new_list(), contact)
    (stay,) = await client.stays(contact)
    before = await client.done(contact)
    answer = await http.post(f"/unsubscribe/{token(own(contact))}", data=ONE_CLICK)
    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/plain; charset=utf-8")
    assert "set-cookie" not in answer.headers
    assert "unsubscribed" in answer.text
    after = await known(database, own(contact))
    assert (after.bulk_email_permission, after.email_permission) == (
        Permission.DO_NOT_ALLOW,
        Permission.ALLOW,
    )
    assert await client.stays(contact) == [{**stay, "effective": False}]
    assert await client.done(contact) == before


async def test_a_repeat_is_harmless(http: httpx.AsyncClient, database: Database) -> None:
    contact = await person(database)
    link = f"/unsubscribe/{token(contact)}"
    first = await http.post(link, data=ONE_CLICK)
    after = await known(database, contact)
    again = await http.post(link, content=b"x" * 300_000)
    assert (again.status_code, again.text) == (first.status_code, first.text)
    assert (await known(database, contact)).version == after.version == 2


@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS", "PUT", "PATCH", "DELETE"])
async def test_nothing_but_a_post_changes_anything(
    http: httpx.AsyncClient, database: Database, method: str
) -> None:
    contact = await person(database)
    answer = await http.request(method, f"/unsubscribe/{token(contact)}")
    assert answer.status_code == (200 if method in ("GET", "HEAD") else 405)
    if method == "GET":
        assert '<form method="post">' in answer.text
        assert answer.headers["cache-control"] == "no-store"
    assert (await known(database, contact)).version == 1


async def test_a_forged_link_an_old_one_and_one_of_nobody_change_nothing(
    http: httpx.AsyncClient, database: Database
) -> None:
    contact = await person(database)
    of_center = Signer(KEY).links(Link(contact, CENTER), datetime.now(UTC)).token
    for wrong in ("x", "%00", "%F0%9F%92%A5", token(contact, key="another key"), of_center):
        assert (await http.post(f"/unsubscribe/{wrong}", data=ONE_CLICK)).status_code == 404
    old = await http.post(f"/unsubscribe/{token(contact, ago=LINKS_LAST)}", data=ONE_CLICK)
    assert old.status_code == 410
    nobody = await http.post(f"/unsubscribe/{token(uuid7(datetime.now(UTC)))}", data=ONE_CLICK)
    assert nobody.status_code == 200
    assert (await known(database, contact)).version == 1


async def test_a_link_that_is_almost_half_a_year_old_still_works(
    http: httpx.AsyncClient, database: Database
) -> None:
    contact = await person(database)
    link = token(contact, ago=LINKS_LAST - timedelta(minutes=5))
    assert (await http.post(f"/unsubscribe/{link}", data=ONE_CLICK)).status_code == 200
    assert (await known(database, contact)).bulk_email_permission is Permission.DO_NOT_ALLOW


async def test_what_an_inactive_contact_forbids_is_kept_for_when_it_is_activated(
    http: httpx.AsyncClient, database: Database
) -> None:
    client = Client(database)
    contact = await client.person()
    await client.deactivate(contact)
    assert (await http.post(f"/unsubscribe/{token(own(contact))}", data=ONE_CLICK)).status_code == 200
    assert (await known(database, own(contact))).bulk_email_permission is Permission.DO_NOT_ALLOW
