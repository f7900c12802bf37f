"""A website whose pages tell of their visitors: how tests make one, speak as it, and see what is kept."""

import secrets
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import httpx
from starlette.applications import Starlette

from db.database import Database
from domain.websites import RedirectUrl, Website
from engines import websites
from server import collecting
from server.settings import Settings
from server.tracking import redirects

ORIGIN = "https://www.example.org"
PAGE = f"{ORIGIN}/offers?x=1"
PHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 17_4 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko)"
    " Version/17.4 Mobile/15E148 Safari/604.1"
)
KEY = "a secret of the tests alone, which nobody else knows"


def event(kind: str = "WebsiteVisited", **more: Any) -> dict[str, Any]:
    """An event as a page's script tells it."""
    return {"id": secrets.token_hex(16), "type": kind, "page": PAGE, **more}


@dataclass(frozen=True)
class Site:
    """A website in a database, and browsers that look at its pages."""

    db: Database
    website: Website
    app: Starlette

    def browser(self, **headers: str) -> httpx.AsyncClient:
        """A browser without cookies yet, at one of the website's pages."""
        told = {"origin": ORIGIN, "user-agent": PHONE, **headers}
        transport = httpx.ASGITransport(self.app)
        return httpx.AsyncClient(transport=transport, base_url="https://t.example.org", headers=told)

    async def tell(self, browser: httpx.AsyncClient, *events: Any, **more: Any) -> httpx.Response:
        """What is answered to a page that tells these events."""
        query = {"website": self.website.tracking_id}
        return await browser.post("/collect", params=query, json={"events": events}, **more)

    async def kept(self, source: str | None = None) -> list[Mapping[str, Any]]:
        """What is kept of the website's pages, or of another source, the earliest first."""
        text = (
            "select null::uuid as contact_id, type, visitor_id, link, occurred_at, properties, actor"
            " from orphan_interaction where source = $1"
            " union all select contact_id, type, visitor_id, link, occurred_at, properties, actor"
            " from interaction where source = $1 order by occurred_at"
        )
        rows = await self.db.reads().rows("kept", source or self.website.tracking_id, text=text)
        return [dict(row) for row in rows]

    async def redirect(self, url: str = "https://shop.example.com/sale?a=b") -> RedirectUrl:
        """A new redirect URL."""
        given = {"name": "Sale", "original_url": url}
        return await self.db.write(websites.REDIRECTS.create, None, None, given, datetime.now(UTC))


@asynccontextmanager
async def site(database: Database, **settings: Any) -> AsyncIterator[Site]:
    """A website of its own."""
    given = {"name": "Shop", "url": f"{ORIGIN}/"}
    made = await database.write(websites.WEBSITES.create, None, None, given, datetime.now(UTC))
    app = Starlette(routes=collecting.routes(Settings(**settings)))
    app.state.database = database
    database.signing_key = KEY
    await redirects.learn(app, database)
    yield Site(database, made, app)
