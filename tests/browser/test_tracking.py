"""The tracking script in a real browser: what a page with the snippet tells, and when it tells nothing."""

import threading
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from playwright.async_api import Browser, BrowserContext, Page

from db.database import Database
from resolvers.context import Context
from schema.build import schema
from server.tracking.cookies import SESSION, VISITOR
from tests.conftest import served
from tests.engines.mutating import NOW

AGENT = (
    "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36"
)
PAGE = """<!doctype html><html lang="en"><meta charset="utf-8"><title>{path}</title>
<link rel="icon" href="data:,">{snippet}
<a id="next" href="/second">Second page</a> <a id="here" href="#part">Part</a>
<a id="mail" href="mailto:shop@example.org">Write</a>
<form data-leadgraph-form="newsletter" action="/thanks"><input name="email"></form></html>"""


class Pages(BaseHTTPRequestHandler):
    """A website of pages that are all alike."""

    def __init__(self, shown: dict[str, str], *args: Any) -> None:
        self._shown = shown
        super().__init__(*args)

    def do_GET(self) -> None:
        """Shows the page."""
        body = PAGE.format(path=self.path, snippet=self._shown.get("snippet", "")).encode()
        self.send_response(200)
        self.send_header("content-type", "text/html; charset=utf-8")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        """Says nothing."""


@dataclass
class Shop:
    """A website in a browser, and what has been kept of it."""

    db: Database
    home: str
    website: dict[str, str]
    context: BrowserContext
    complaints: list[str] = field(default_factory=list)

    async def open(self, path: str = "/") -> Page:
        """One of its pages."""
        page = await self.context.new_page()
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("console", lambda said: self.complaints.append(said.text) if said.type == "error" else None)
        await page.goto(f"{self.home}{path}")
        return page

    async def kept(self, most: int) -> list[Any]:
        """What is kept, as soon as it is so much, by the order in which it happened."""
        text = (
            "select type, visitor_id, link, properties from orphan_interaction where source = $1"
            " order by occurred_at, type desc"
        )
        for _ in range(100):
            rows = await self.db.reads().rows("kept", self.website["trackingId"], text=text)
            if len(rows) >= most:
                return list(rows)
            await self.context.pages[0].wait_for_timeout(50)
        raise AssertionError([dict(row) for row in rows])

    async def cookies(self) -> dict[str, Any]:
        """The cookies by name."""
        return {cookie["name"]: cookie for cookie in await self.context.cookies()}


@pytest.fixture(scope="module")
def pages() -> Iterator[tuple[str, dict[str, str]]]:
    """The website's address, and where to say what its pages carry."""
    shown: dict[str, str] = {}
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Pages, shown)) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}", shown
        server.shutdown()


@pytest.fixture(scope="module")
def tracker(dsn: str) -> Iterator[str]:
    """The address of a Leadgraph process."""
    with served(dsn) as address:
        yield address


CREATE = """mutation ($input: WebsiteCreateInput!) { websiteCreate(input: $input) {
  website { trackingId trackingSnippet } userErrors { message } } }"""


@pytest.fixture
async def shop(
    request: pytest.FixtureRequest,
    browser: Browser,
    pages: tuple[str, dict[str, str]],
    tracker: str,
    database: Database,
) -> AsyncIterator[Shop]:
    """A website of its own, for a browser that has never been there."""
    home, shown = pages
    database.public_url = tracker
    context = Context(database, NOW, None, "test")
    values = {"input": {"website": {"name": "Shop", "url": home}}}
    made = await schema.execute(CREATE, variable_values=values, context_value=context)
    assert made.data is not None
    website = made.data["websiteCreate"]["website"]
    shown["snippet"] = website["trackingSnippet"]
    headers = getattr(request, "param", {})
    opened = await browser.new_context(user_agent=AGENT, extra_http_headers=headers)
    found = Shop(database, home, website, opened)
    yield found
    await opened.close()
    assert found.complaints == []


async def test_a_page_with_the_snippet_tells_of_its_visit_and_its_forms(shop: Shop) -> None:
    await shop.open("/offers?x=1#top")
    visit, form = await shop.kept(2)
    assert (visit["type"], visit["properties"]["pageAddress"]) == (
        "WEBSITE_VISITED",
        f"{shop.home}/offers?x=1",
    )
    assert (form["type"], form["properties"]["formId"]) == ("FORM_VISITED", "newsletter")
    assert visit["properties"]["browserId"] == "Chrome"
    assert visit["properties"]["deviceType"] == "Desktop"
    cookies = await shop.cookies()
    assert cookies[VISITOR]["value"] == visit["visitor_id"] == form["visitor_id"]
    for name in (VISITOR, f"{SESSION}_{shop.website['trackingId']}"):
        assert cookies[name]["httpOnly"]
        assert cookies[name]["sameSite"] == "Lax"


async def test_a_click_is_told_before_the_page_is_left_and_the_next_page_knows_the_visitor(
    shop: Shop,
) -> None:
    page = await shop.open("/first")
    await shop.kept(2)
    await page.click("#next")
    kept = await shop.kept(5)
    assert [row["type"] for row in kept] == [
        "WEBSITE_VISITED",
        "FORM_VISITED",
        "WEBSITE_CLICKED",
        "WEBSITE_VISITED",
        "FORM_VISITED",
    ]
    click, second = kept[2], kept[3]
    assert (click["link"], click["properties"]["linkFriendlyName"]) == (f"{shop.home}/second", "Second page")
    assert second["properties"]["referrerUri"] == f"{shop.home}/first"
    assert len({row["visitor_id"] for row in kept}) == 1
    assert len({row["properties"]["sessionId"] for row in kept}) == 1


async def test_an_application_of_one_page_tells_of_each_place_in_it(shop: Shop) -> None:
    page = await shop.open("/app")
    await page.evaluate("history.pushState({}, '', '/app/one')")
    await page.evaluate("history.replaceState({}, '', '/app/one')")
    await page.evaluate("history.pushState({}, '', '/app/two')")
    await page.go_back()
    await page.click("#here")
    await page.click("#mail")
    kept = [row for row in await shop.kept(9) if row["type"] != "FORM_VISITED"]
    visits = [row["properties"]["pageAddress"] for row in kept if row["type"] == "WEBSITE_VISITED"]
    assert visits == [f"{shop.home}{path}" for path in ("/app", "/app/one", "/app/two", "/app/one")]
    assert [row["link"] for row in kept if row["type"] == "WEBSITE_CLICKED"] == [f"{shop.home}/app/one#part"]


async def test_what_could_not_be_sent_is_sent_again_and_kept_once(shop: Shop) -> None:
    """The first answer is lost on its way: the page cannot know that it was taken."""
    lost: list[str] = []

    async def lose(route: Any) -> None:
        if lost:
            await route.continue_()
            return
        lost.append(route.request.url)
        await route.fetch()
        await route.abort()

    await shop.context.route("**/collect?*", lose)
    page = await shop.context.new_page()
    async with page.expect_response(lambda answer: "/collect?" in answer.url) as answered:
        await page.goto(f"{shop.home}/")
    assert (await answered.value).status == 204
    assert len(await shop.kept(2)) == 2


@pytest.mark.parametrize("shop", [{"dnt": "1"}, {"sec-gpc": "1"}], indirect=True, ids=["dnt", "gpc"])
async def test_the_server_keeps_nothing_of_who_says_so_in_a_header(shop: Shop) -> None:
    page = await shop.context.new_page()
    async with page.expect_response(lambda answer: "/collect?" in answer.url) as answered:
        await page.goto(f"{shop.home}/")
    assert (await answered.value).status == 204
    assert await shop.cookies() == {}
    assert await shop.kept(0) == []


@pytest.mark.parametrize("wish", ["doNotTrack: {get: () => '1'}", "globalPrivacyControl: {get: () => true}"])
async def test_the_script_tells_nothing_of_who_does_not_want_to_be_tracked(shop: Shop, wish: str) -> None:
    asked: list[str] = []
    await shop.context.add_init_script(f"Object.defineProperties(navigator, {{{wish}}})")
    shop.context.on("request", lambda request: asked.append(request.url))
    page = await shop.open("/")
    await page.click("#next")
    await page.wait_for_load_state("networkidle")
    assert any("/track.js" in url for url in asked)
    assert not any("/collect" in url for url in asked)
    assert await shop.cookies() == {}
    assert await shop.kept(0) == []


async def test_a_page_of_another_origin_cannot_tell_of_the_website(shop: Shop) -> None:
    page = await shop.context.new_page()
    foreign = shop.home.replace("127.0.0.1", "localhost")
    async with page.expect_event("requestfailed", lambda asked: "/collect?" in asked.url):
        await page.goto(f"{foreign}/")
    assert await shop.kept(0) == []
