"""Addresses of ours that lead on: forwarded at once, and counted where the database answers (domain.md 9.8).

They lead where staff have said and nowhere else; nothing of a request becomes a part of where it goes.
"""

import asyncio
import secrets
from datetime import UTC, datetime
from typing import Any

import structlog
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response

from db.connections import LOST, Busy
from db.database import Database
from domain.facts import NewInteraction
from domain.interactions import InteractionType
from domain.refusals import Refused
from domain.visits import Visit, from_referrer
from domain.websites import RedirectUrl
from engines import ingest, websites
from engines.links import signer
from engines.subscriptions import SOURCE
from server.settings import Settings
from server.tracking import browsers, cookies

PATIENCE = 2.0
"""Seconds that somebody who follows a link waits for us to write it down."""
_AWAY = (Busy, TimeoutError, *LOST)
_HEADERS = {"Cache-Control": "no-store", "Referrer-Policy": "no-referrer", "X-Robots-Tag": "noindex"}
_UNKNOWN = "This address leads nowhere any more."
_LATER = "Something is being repaired. Try again in a few minutes."


async def learn(app: Starlette, database: Database) -> None:
    """Reads the redirect URLs that there are, before anybody follows one."""
    _known(app).update(await websites.redirects(database.reads()))


def _known(app: Starlette) -> dict[str, RedirectUrl]:
    """The redirect URLs that this process knows: they lead on while the database is away."""
    if not hasattr(app.state, "redirects"):
        app.state.redirects = {}
    found: dict[str, RedirectUrl] = app.state.redirects
    return found


async def _look_up(request: Request, key: str) -> None:
    found = await websites.redirect(request.app.state.database.reads(), key)
    if found is None:
        _known(request.app).pop(key, None)
    else:
        _known(request.app)[key] = found


class Redirects:
    """Follows redirect URLs."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    async def follow(self, request: Request) -> Response:
        """Leads on, and writes down that somebody followed it."""
        database: Database = request.app.state.database
        key, at_hand = request.path_params["key"], True
        try:
            async with asyncio.timeout(PATIENCE):
                await _look_up(request, key)
        except _AWAY:
            at_hand = False
        except Refused:  # no key can hold what this one does
            key = ""
        found = _known(request.app).get(key)
        if found is None:
            told = (_UNKNOWN, 404) if at_hand else (_LATER, 503)
            return PlainTextResponse(f"{told[0]}\n", told[1], _HEADERS)
        response = RedirectResponse(found.original_url, 302, _HEADERS)
        if at_hand and request.method != "HEAD" and not browsers.refuses(request.headers):
            await self._count(database, request, found, response)
        return response

    async def _count(
        self, database: Database, request: Request, found: RedirectUrl, response: Response
    ) -> None:
        browser = await browsers.told(request.headers, self._settings.country_header)
        visit = cookies.visit_of(request.cookies, None, browser)
        try:
            async with asyncio.timeout(PATIENCE):
                now = datetime.now(UTC)
                await ingest.ingest(database, [await self._click(database, request, found, visit, now)], now)
        except (*_AWAY, Refused) as no:
            structlog.get_logger().warning("a redirect was not counted", redirect=found.key, why=repr(no))
            return
        cookies.keep(response, request, visit, None, self._settings.cookie_domain)

    async def _click(
        self, database: Database, request: Request, found: RedirectUrl, visit: Visit, now: datetime
    ) -> NewInteraction:
        """Of a message's link, a click of its contact; else of whoever the browser is known to be."""
        sent = (await signer(database)).of_message(request.query_params.get("t", ""), now)
        kind = InteractionType.EMAIL_CLICKED if sent else InteractionType.REDIRECT_LINK_CLICKED
        return NewInteraction(
            kind,
            now,
            SOURCE,
            secrets.token_hex(16),
            visitor_id=visit.visitor_id,
            link=found.original_url,
            properties=_properties(request, found, visit, now),
            **(sent.named if sent else {}),
        )


def _properties(request: Request, found: RedirectUrl, visit: Visit, now: datetime) -> dict[str, Any]:
    """What is kept of a click; of one that a browser makes ahead of its user, that it is one."""
    told = {
        **visit.properties(now),
        **from_referrer(request.headers.get("referer")),
        "linkId": str(found.id),
        "linkFriendlyName": found.name,
        "originalUrl": found.original_url,
    }
    purpose = request.headers.get("sec-purpose") or request.headers.get("purpose", "")
    return told | ({"prefetch": True} if "prefetch" in purpose else {})
