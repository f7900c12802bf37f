"""Pages that tell of their visitors: what is kept, whose it is, which cookies are set, what is refused."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from http.cookies import SimpleCookie
from typing import Any

import httpx
import pytest

from db.database import Database
from domain.facts import NewInteraction
from domain.interactions import InteractionType
from domain.subscriptions import Sending
from engines import ingest, records
from engines.links import Sent, Signer
from engines.subscriptions import SOURCE
from server.collecting import MOST, PIXEL, SCRIPT
from server.tracking.cookies import SESSION, VISITOR
from tests.http.collecting import KEY, ORIGIN, PAGE, Site, event, site


@pytest.fixture
async def shop(database: Database) -> AsyncIterator[Site]:
    async with site(database, country_header="cf-ipcountry") as found:
        yield found


async def person(db: Database) -> Any:
    now = datetime.now(UTC)
    return (await db.write(records.create, None, None, "contact", {"last_name": "Ann"}, now)).id


async def test_a_visit_is_kept_with_what_the_browser_tells(shop: Site) -> None:
    referrer = "https://www.google.com/search?q=blue%20kettles"
    headers = {"cf-ipcountry": "nl"}
    answer = await shop.tell(shop.browser(**headers), event(referrer=referrer, age=60_000))
    assert (answer.status_code, answer.content) == (204, b"")
    (kept,) = await shop.kept()
    assert kept["type"] == "WEBSITE_VISITED"
    assert timedelta(seconds=55) < datetime.now(UTC) - kept["occurred_at"] < timedelta(seconds=70)
    assert kept["properties"] | {"sessionId": "", "userAgent": ""} == {
        "sessionId": "",
        "userAgent": "",
        "visitorReturningStatus": "NEW",
        "visitDuration": 0,
        "browserId": "Mobile Safari",
        "browserVersion": "17",
        "operatingSystemId": "iOS",
        "operatingSystemVersion": "17",
        "deviceType": "Phone",
        "countryIsoCode": "NL",
        "websiteId": str(shop.website.id),
        "pageAddress": PAGE,
        "referrerUri": referrer,
        "searchEngineName": "Google",
        "searchPhrase": "blue kettles",
    }


async def test_clicks_and_forms_are_kept_with_what_they_are_about(shop: Site) -> None:
    link = "https://other.example.com/"
    click = event("WebsiteClicked", link=link, text="  More\n offers ", age=10)
    await shop.tell(shop.browser(), click, event("FormVisited", form="newsletter"))
    clicked, seen = await shop.kept()
    assert (clicked["link"], clicked["properties"]["linkFriendlyName"]) == (link, "More offers")
    assert (seen["properties"]["formId"], seen["properties"]["pageUrl"]) == ("newsletter", PAGE)


async def test_a_retried_beacon_is_the_same_interaction(shop: Site) -> None:
    browser, once = shop.browser(), event()
    for _ in range(3):
        assert (await shop.tell(browser, once)).status_code == 204
    assert len(await shop.kept()) == 1


async def test_two_years_mark_the_visitor_and_half_an_hour_a_visit(shop: Site) -> None:
    browser = shop.browser()
    answer = await shop.tell(browser, event())
    cookies = {
        name: morsel
        for line in answer.headers.get_list("set-cookie")
        for name, morsel in SimpleCookie(line).items()
    }
    session = f"{SESSION}_{shop.website.tracking_id}"
    assert {name: int(morsel["max-age"]) for name, morsel in cookies.items()} == {
        VISITOR: 2 * 365 * 24 * 3600,
        session: 30 * 60,
    }
    for morsel in cookies.values():
        assert (morsel["httponly"], morsel["secure"], morsel["samesite"].lower()) == (True, True, "lax")
    await shop.tell(browser, event())
    browser.cookies.delete(session)
    await shop.tell(browser, event())
    first, second, third = await shop.kept()
    assert first["visitor_id"] == second["visitor_id"] == third["visitor_id"] == cookies[VISITOR].value
    sessions = [kept["properties"]["sessionId"] for kept in (first, second, third)]
    assert sessions[0] == sessions[1] != sessions[2]
    assert [kept["properties"]["visitorReturningStatus"] for kept in (first, second, third)] == [
        "NEW",
        "NEW",
        "RETURNING",
    ]


async def test_over_plain_http_the_cookies_are_not_for_https_alone(shop: Site) -> None:
    transport = httpx.ASGITransport(shop.app)
    async with httpx.AsyncClient(transport=transport, base_url="http://t.example.org") as browser:
        answer = await shop.tell(browser, event())
        proxied = await shop.tell(browser, event(), headers={"x-forwarded-proto": "https"})
    assert "secure" not in answer.headers["set-cookie"].lower()
    assert "secure" in proxied.headers["set-cookie"].lower()


@pytest.mark.parametrize("header", ["dnt", "sec-gpc"])
async def test_who_does_not_want_to_be_tracked_gets_no_cookie_and_nothing_is_kept(
    shop: Site, header: str
) -> None:
    browser, redirect = shop.browser(**{header: "1"}), await shop.redirect()
    query = {"website": shop.website.tracking_id, "page": PAGE}
    answers = [
        await shop.tell(browser, event()),
        await browser.get("/collect.gif", params=query),
        await browser.get(f"/r/{redirect.key}"),
    ]
    assert [answer.status_code for answer in answers] == [204, 200, 302]
    assert not any("set-cookie" in answer.headers for answer in answers)
    assert await shop.kept() == []
    assert [one for one in await shop.kept(SOURCE) if one["properties"]["linkId"] == str(redirect.id)] == []


async def test_a_known_browsers_visit_is_its_contacts(shop: Site) -> None:
    """The website's own server names the browser when it hands a form in."""
    browser, contact = shop.browser(), await person(shop.db)
    await shop.tell(browser, event())
    now = datetime.now(UTC)
    form = NewInteraction(
        InteractionType.FORM_SUBMITTED,
        now,
        "forms",
        event()["id"],
        contact_id=contact,
        visitor_id=browser.cookies[VISITOR],
    )
    await ingest.ingest(shop.db, [form], now)
    await shop.tell(browser, event())
    assert [kept["contact_id"] for kept in await shop.kept()] == [contact, contact]


async def test_no_page_can_say_who_somebody_is(shop: Site) -> None:
    contact = str(await person(shop.db))
    answer = await shop.tell(shop.browser(), event("FormSubmitted", contactId=contact))
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["path"] == ["events", "0", "type"]
    await shop.tell(shop.browser(), event(contactId=contact, visitorId="x" * 32, contactKey="k"))
    (kept,) = await shop.kept()
    assert kept["contact_id"] is None
    assert kept["visitor_id"] != "x" * 32


async def test_pages_of_its_own_origin_alone_may_tell_of_a_website(shop: Site) -> None:
    query = {"website": shop.website.tracking_id}
    own = await shop.tell(shop.browser(), event())
    assert own.headers["access-control-allow-origin"] == ORIGIN
    assert own.headers["access-control-allow-credentials"] == "true"
    asked = {"access-control-request-method": "POST", "access-control-request-headers": "content-type"}
    preflight = await shop.browser(**asked).options("/collect", params=query)
    assert preflight.headers["access-control-allow-headers"] == "content-type"
    for foreign in (
        "https://evil.example.com",
        "null",
        f"{ORIGIN}.evil.example.com",
        "http://www.example.org",
    ):
        refused = await shop.tell(shop.browser(origin=foreign), event())
        assert refused.status_code == 403
        assert "access-control-allow-origin" not in refused.headers
        answer = await shop.browser(origin=foreign, **asked).options("/collect", params=query)
        assert answer.status_code == 403
    assert len(await shop.kept()) == 1


@pytest.mark.parametrize(
    ("body", "place"),
    [
        (b"", None),
        (b"\xff\xfe", None),
        (b"{", None),
        (b"[]", ["events"]),
        (b'{"events": {}}', ["events"]),
        (b'{"events": []}', ["events"]),
        (b'{"events": "abcdefgh"}', ["events"]),
        (b'{"events": [1]}', ["events", "0"]),
        (b'{"events": [{"type": ["x"]}]}', ["events", "0", "type"]),
        (b'{"events": [{"type": "EmailClicked", "id": "12345678"}]}', ["events", "0", "type"]),
        (b'{"events": [{"type": "WebsiteVisited"}]}', ["events", "0", "id"]),
        (b'{"events": [{"type": "WebsiteVisited", "id": "a b c d e f"}]}', ["events", "0", "id"]),
        (b'{"events": [{"type": "WebsiteVisited", "id": "12345678"}]}', ["events", "0", "page"]),
        (
            b'{"events": [{"type": "WebsiteVisited", "id": "12345678", "page": "javascript:x"}]}',
            ["events", "0", "page"],
        ),
        (
            b'{"events": [{"type": "WebsiteVisited", "id": "12345678", "page": "http://[::"}]}',
            ["events", "0", "page"],
        ),
        (
            b'{"events": [{"type": "WebsiteVisited", "id": "12345678", "page": "http://a.org", "age": -1}]}',
            ["events", "0", "age"],
        ),
        (
            b'{"events": [{"type": "WebsiteClicked", "id": "12345678", "page": "http://a.org", "link": 7}]}',
            ["events", "0", "link"],
        ),
        (
            b'{"events": [{"type": "FormVisited", "id": "12345678", "page": "https://a.example/"}]}',
            ["events", "0", "form"],
        ),
    ],
)
async def test_what_is_no_event_is_refused_in_words_at_its_place(
    shop: Site, body: bytes, place: list[str] | None
) -> None:
    query = {"website": shop.website.tracking_id}
    answer = await shop.browser().post("/collect", params=query, content=body)
    assert answer.status_code == 400
    (error,) = answer.json()["errors"]
    assert error["message"].endswith(".")
    assert error.get("path") == place
    assert "set-cookie" not in answer.headers


async def test_hostile_texts_are_kept_harmless_or_refused(shop: Site) -> None:
    browser = shop.browser(**{"user-agent": "x\x00\x1b" + "y" * 5_000, "cf-ipcountry": "<script>"})
    long = f"{ORIGIN}/?q=" + "x" * 10_000
    texts = event("WebsiteClicked", page=long, link=PAGE, text="a\u0000b\ud7ff" * 500, referrer="\u0000://")
    assert (await shop.tell(browser, texts)).status_code == 204
    (kept,) = await shop.kept()
    assert kept["properties"]["pageAddress"] == f"{ORIGIN}/"
    assert len(kept["properties"]["linkFriendlyName"]) <= 200
    assert "\x00" not in kept["properties"]["linkFriendlyName"]
    assert len(kept["properties"]["userAgent"]) == 500
    assert "countryIsoCode" not in kept["properties"]
    assert "referrerUri" not in kept["properties"]


async def test_cookies_that_are_none_of_ours_begin_a_new_visit(shop: Site) -> None:
    for forged in ("", "1", "' or 1=1 --", "A" * 32, "f" * 4_000):
        browser = shop.browser()
        browser.cookies.set(VISITOR, forged)
        browser.cookies.set(f"{SESSION}_{shop.website.tracking_id}", "0123456789abcdef.99999999999.1")
        assert (await shop.tell(browser, event())).status_code == 204
    kept = await shop.kept()
    assert len({one["visitor_id"] for one in kept}) == 5
    assert all(len(one["visitor_id"]) == 32 for one in kept)
    assert all(one["properties"]["visitDuration"] == 0 for one in kept)


async def test_too_much_at_once_is_refused_and_unknown_websites_are(shop: Site) -> None:
    query = {"website": shop.website.tracking_id}
    assert (await shop.tell(shop.browser(), *(event() for _ in range(51)))).status_code == 400
    large = await shop.browser().post("/collect", params=query, content=b"x" * (MOST + 1))
    assert large.status_code == 413
    for unknown in ({}, {"website": ""}, {"website": "0" * 16}, {"website": "\x00'"}):
        answer = await shop.browser().post("/collect", params=unknown, json={"events": [event()]})
        assert 400 <= answer.status_code < 500
    assert await shop.kept() == []


async def test_the_script_is_small_and_kept_by_browsers(shop: Site) -> None:
    browser = shop.browser()
    answer = await browser.get("/track.js", params={"website": shop.website.tracking_id})
    assert answer.content == SCRIPT
    assert len(SCRIPT) < 6_000
    assert answer.headers["content-type"].startswith("text/javascript")
    assert "max-age" in answer.headers["cache-control"]
    assert "set-cookie" not in answer.headers
    again = await browser.get("/track.js", headers={"if-none-match": answer.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


async def test_a_pixel_tells_of_a_page_without_scripts(shop: Site) -> None:
    browser = shop.browser(referer=PAGE)
    del browser.headers["origin"]
    answer = await browser.get("/collect.gif", params={"website": shop.website.tracking_id})
    assert (answer.content, answer.headers["content-type"]) == (PIXEL, "image/gif")
    assert answer.headers["cache-control"] == "no-store"
    (kept,) = await shop.kept()
    assert kept["visitor_id"] == browser.cookies[VISITOR]
    assert kept["properties"]["pageAddress"] == PAGE
    for wrong in ({"website": "0"}, {"t": "forged"}, {"website": shop.website.tracking_id, "page": "x"}):
        bad = await browser.get("/collect.gif", params=wrong)
        assert 400 <= bad.status_code < 500
        assert bad.content == PIXEL


async def test_a_messages_pixel_is_its_opening_by_its_contact_and_sets_no_cookie(shop: Site) -> None:
    contact = await person(shop.db)
    token, _ = Signer(KEY).message(Sent(contact, Sending("news", "spring")), datetime.now(UTC))
    answer = await shop.browser().get("/collect.gif", params={"t": token})
    assert (answer.status_code, answer.content) == (200, PIXEL)
    assert "set-cookie" not in answer.headers
    text = "select type, message_id, journey_id, visitor_id from interaction where contact_id = $1"
    (kept,) = await shop.db.reads().rows("opened", contact, text=text)
    assert tuple(kept) == ("EMAIL_OPENED", "news", "spring", None)
