"""One headless Chromium a run; a fresh profile, cut off from every other host, a test."""

import os
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NoReturn
from urllib.parse import urlsplit

import pytest
from playwright.async_api import Browser, ConsoleMessage, Page, Route, async_playwright

from server import explorer

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
MAC_APPS = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
)
QUIET = (
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    # A request that the test could not see would find no address either.
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
)


@dataclass
class Visit:
    """A page of the explorer, and what went wrong on it."""

    page: Page
    home: str
    outside: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    async def guard(self, route: Route) -> None:
        """Let through what asks our own host; note and stop the rest."""
        if urlsplit(route.request.url).netloc == self.home:
            await route.continue_()
        else:
            self.outside.append(route.request.url)
            await route.abort()

    def hear(self, message: ConsoleMessage) -> None:
        """Keep an error that the page wrote to the console."""
        if message.type == "error":
            self.complaints.append(message.text)

    async def ask(self, question: dict[str, Any]) -> Any:
        """An answer to a question that is not typed into the page."""
        answer = await self.page.request.post(f"http://{self.home}/graphql", data=question)
        return await answer.json()

    async def open(self, url: str) -> None:
        """Go to the explorer and wait until its editor can be used."""
        self.page.on("console", self.hear)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        await self.page.context.route("**/*", self.guard)
        await self.page.goto(url)
        await self.page.locator(".graphiql-query-editor .view-line").first.wait_for()


@pytest.fixture(scope="session")
async def browser() -> AsyncIterator[Browser]:
    """The Chromium that LEADGRAPH_CHROMIUM names, or one that is installed."""
    named = os.environ.get("LEADGRAPH_CHROMIUM")
    found = [named] if named else [*filter(None, map(shutil.which, NAMES)), *filter(os.path.exists, MAC_APPS)]
    if not found:
        _do_without("there is no Chromium; install one, or name one in LEADGRAPH_CHROMIUM")
    if not explorer.is_built():
        _do_without("the explorer is not built; `make explorer` builds it")
    # Chromium's own sandbox refuses to run as root.
    sandbox = ["--no-sandbox"] if Path.home() == Path("/root") or os.geteuid() == 0 else []
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=found[0], args=[*QUIET, *sandbox])
        yield browser
        await browser.close()


@asynccontextmanager
async def visiting(browser: Browser, explorer_url: str) -> AsyncIterator[Visit]:
    """The explorer, opened for the first time; at the end, nothing may have gone wrong on the page."""
    context = await browser.new_context(viewport={"width": 1600, "height": 1000})
    visit = Visit(await context.new_page(), urlsplit(explorer_url).netloc)
    await visit.open(explorer_url)
    yield visit
    await context.close()
    assert visit.outside == []
    assert visit.complaints == []


@pytest.fixture
async def visit(browser: Browser, explorer_url: str) -> AsyncIterator[Visit]:
    """The explorer as somebody finds it who comes for the first time."""
    async with visiting(browser, explorer_url) as visit:
        yield visit


def _do_without(reason: str) -> NoReturn:
    if os.environ.get("LEADGRAPH_REQUIRE_BROWSER") == "1":
        pytest.fail(f"LEADGRAPH_REQUIRE_BROWSER=1, but {reason}.")
    pytest.skip(f"Not tested in a browser: {reason}.")
