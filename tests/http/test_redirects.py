"""Addresses that lead on: where to, what is kept of it, and that they do so while nothing can be kept."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import asyncpg
import pytest

from db.database import Database, connected
from domain.subscriptions import LINKS_LAST, Sending
from engines import records, websites
from engines.links import Sent, Signer
from engines.subscriptions import SOURCE
from server.tracking.cookies import VISITOR
from tests.conftest import cloned
from tests.http.collecting import KEY, Site, site

TARGET = "https://shop.example.com/sale?a=b"


@pytest.fixture
async def shop(database: Database) -> AsyncIterator[Site]:
    async with site(database) as found:
        yield found


async def person(db: Database) -> Any:
    now = datetime.now(UTC)
    return (await db.write(records.create, None, None, "contact", {"last_name": "Ann"}, now)).id


async def clicks(shop: Site, redirect: Any) -> list[Any]:
    return [one for one in await shop.kept(SOURCE) if one["properties"]["linkId"] == str(redirect.id)]


async def test_it_leads_where_it_was_said_to_and_is_counted(shop: Site) -> None:
    redirect, browser = await shop.redirect(), shop.browser()
    for _ in range(2):
        answer = await browser.get(f"/r/{redirect.key}")
        assert (answer.status_code, answer.headers["location"]) == (302, TARGET)
        assert answer.headers["cache-control"] == "no-store"
    kept = await clicks(shop, redirect)
    assert [one["type"] for one in kept] == ["REDIRECT_LINK_CLICKED"] * 2
    assert [one["visitor_id"] for one in kept] == [browser.cookies[VISITOR]] * 2
    assert kept[0]["link"] == kept[0]["properties"]["originalUrl"] == TARGET
    assert kept[0]["contact_id"] is None


async def test_a_messages_link_is_its_contacts_click_and_makes_the_browser_known(shop: Site) -> None:
    redirect, browser, contact = await shop.redirect(), shop.browser(), await person(shop.db)
    await browser.get(f"/r/{redirect.key}")
    token, _ = Signer(KEY).message(Sent(contact, Sending("news", None, None, "tile")), datetime.now(UTC))
    answer = await browser.get(f"/r/{redirect.key}", params={"t": token})
    assert answer.headers["location"] == TARGET
    await browser.get(f"/r/{redirect.key}")
    kept = await clicks(shop, redirect)
    assert [(one["type"], one["contact_id"]) for one in kept] == [
        ("REDIRECT_LINK_CLICKED", contact),
        ("EMAIL_CLICKED", contact),
        ("REDIRECT_LINK_CLICKED", contact),
    ]


@pytest.mark.parametrize("ago", [None, LINKS_LAST + timedelta(days=1)], ids=["forged", "old"])
async def test_a_forged_or_old_token_leads_on_and_proves_nothing(shop: Site, ago: timedelta | None) -> None:
    redirect, contact = await shop.redirect(), await person(shop.db)
    moment = datetime.now(UTC) - (ago or timedelta(0))
    signer = Signer(KEY if ago else "another secret of the tests, also long enough")
    token, _ = signer.message(Sent(contact, Sending("news")), moment)
    answer = await shop.browser().get(f"/r/{redirect.key}", params={"t": token})
    assert answer.headers["location"] == TARGET
    (kept,) = await clicks(shop, redirect)
    assert (kept["type"], kept["contact_id"]) == ("REDIRECT_LINK_CLICKED", None)


async def test_nothing_of_a_request_says_where_it_leads(shop: Site) -> None:
    redirect, browser = await shop.redirect(), shop.browser()
    tries = {"url": "https://evil.example.com", "to": "//evil.example.com", "t": "https://evil.example.com"}
    answer = await browser.get(
        f"/r/{redirect.key}", params=tries, headers={"x-forwarded-host": "evil.example.com"}
    )
    assert answer.headers["location"] == TARGET
    for path in (
        "/r/nothing",
        "/r/https:%2F%2Fevil.example.com",
        "/r/%00",
        "/r/%0d%0aLocation:x",
    ):
        answer = await browser.get(path)
        assert answer.status_code in (400, 404), path
        assert "location" not in answer.headers


async def test_who_only_looks_ahead_is_no_click_of_a_person(shop: Site) -> None:
    redirect, browser = await shop.redirect(), shop.browser()
    assert (await browser.head(f"/r/{redirect.key}")).headers["location"] == TARGET
    assert await clicks(shop, redirect) == []
    await browser.get(f"/r/{redirect.key}", headers={"sec-purpose": "prefetch;prerender"})
    assert [one["actor"] for one in await clicks(shop, redirect)] == ["MACHINE"]


async def test_a_deleted_one_leads_nowhere(shop: Site) -> None:
    redirect, browser = await shop.redirect(), shop.browser()
    await browser.get(f"/r/{redirect.key}")
    await shop.db.write(websites.REDIRECTS.remove, None, None, redirect.id)
    assert (await browser.get(f"/r/{redirect.key}")).status_code == 404


async def test_it_leads_on_while_the_database_is_away(server: str, template: str) -> None:
    async with cloned(server, template) as dsn, connected(dsn, patience=1) as database:
        async with site(database) as before:
            redirect = await before.redirect()
        async with site(database) as shop:
            name = urlsplit(dsn).path.lstrip("/")
            admin = await asyncpg.connect(server)
            await admin.execute(f"alter database {name} with allow_connections false")
            await admin.execute(
                "select pg_terminate_backend(pid) from pg_stat_activity where datname = $1", name
            )
            answer = await shop.browser().get(f"/r/{redirect.key}")
            unknown = await shop.browser().get("/r/unknown")
            told = await shop.tell(shop.browser())
            await admin.execute(f"alter database {name} with allow_connections true")
            await admin.close()
            assert (answer.status_code, answer.headers["location"]) == (302, TARGET)
            assert "set-cookie" not in answer.headers
            assert (unknown.status_code, told.status_code) == (503, 503)
            assert (await shop.browser().get(f"/r/{redirect.key}")).status_code == 302
            assert len(await clicks(shop, redirect)) == 1
