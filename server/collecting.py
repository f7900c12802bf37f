"""What own pages tell of visitors: the script, what it sends, a pixel where none runs (domain.md 3.3).

Pages of a website's own origin alone may tell of it. Who does not want to be tracked gets no cookie, and
nothing is kept of it.
"""

import asyncio
import secrets
from base64 import b64decode
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

import orjson
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from db.connections import LOST, Busy
from db.database import Database
from domain.facts import NewInteraction
from domain.interactions import InteractionType
from domain.refusals import Refused
from domain.visits import Visit, read
from domain.websites import Website
from engines import ingest, websites
from engines.links import signer
from engines.subscriptions import SOURCE
from server.graphql.bodies import body_of
from server.graphql.presence import Gone
from server.graphql.refusals import Refusal
from server.settings import Settings
from server.tracking import browsers, cookies
from server.tracking.redirects import Redirects

MOST = 65_536
"""Bytes that a page tells at once: what browsers let a beacon carry."""
SCRIPT = (Path(__file__).parent / "tracking" / "track.js").read_bytes()
_TAG = f'"{sha256(SCRIPT).hexdigest()[:16]}"'
_OF_SCRIPT = {
    "Cache-Control": "public, max-age=3600, stale-while-revalidate=86400",
    "ETag": _TAG,
    "Cross-Origin-Resource-Policy": "cross-origin",
    "X-Content-Type-Options": "nosniff",
}
PIXEL = b64decode("R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7")
_OF_ANSWERS = {"Cache-Control": "no-store", "Cross-Origin-Resource-Policy": "cross-origin"}
_UNKNOWN = "No website has this tracking id: `website` names the one that the page's snippet has."
_NOT_ITS_PAGE = "Pages of this origin may not tell of this website: its address is another one."
_NO_JSON = "The body is no JSON in UTF-8."
_LATER = "The database does not answer: try again in a moment."
_SLOW = "The body took too long to come."


def routes(settings: Settings) -> list[BaseRoute]:
    """Where pages, messages and links lead."""
    collecting = Collecting(settings)
    return [
        Route("/track.js", _script),
        Route("/collect", collecting.collect, methods=["POST", "OPTIONS"]),
        Route("/collect.gif", collecting.pixel),
        Route("/r/{key}", Redirects(settings).follow),
    ]


class Collecting:
    """Takes in what pages and messages tell."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    async def collect(self, request: Request) -> Response:
        """What a page's script sends."""
        shared: dict[str, str] = {}
        try:
            website = await _website(request)
            shared = _shared(request, website)
            if request.method == "OPTIONS":
                return Response(status_code=204, headers=shared)
            if browsers.refuses(request.headers):
                return Response(status_code=204, headers=shared)
            visit = await self._take(request, website)
        except Refusal as no:
            return _told(no.status, no.message, shared | dict(no.headers))
        except Refused as no:
            return _told(400, no.message, shared, list(no.path))
        except (Busy, *LOST):
            return _told(503, _LATER, {**shared, "Retry-After": "5"})
        except Gone:
            return Response(status_code=400, headers=_OF_ANSWERS)
        response = Response(status_code=204, headers=shared)
        cookies.keep(response, request, visit, website, self._settings.cookie_domain)
        return response

    async def _take(self, request: Request, website: Website) -> Visit:
        """Keeps what the body tells; of which visit it is."""
        try:
            async with asyncio.timeout(self._settings.body_timeout):
                body = await body_of(request.receive, dict(request.scope["headers"]), MOST)
        except TimeoutError:
            raise Refusal(408, _SLOW, headers={"connection": "close"}) from None
        try:
            told = orjson.loads(body)
        except orjson.JSONDecodeError:
            raise Refusal(400, _NO_JSON) from None
        visit = await self._visit(request, website)
        now = datetime.now(UTC)
        await ingest.ingest(_database(request), read(told, website, visit, now), now)
        return visit

    async def _visit(self, request: Request, website: Website) -> Visit:
        browser = await browsers.told(request.headers, self._settings.country_header)
        return cookies.visit_of(request.cookies, website, browser)

    async def pixel(self, request: Request) -> Response:
        """An image of one dot: a page without scripts was seen, or with a message's token, the message."""
        response = Response(PIXEL, media_type="image/gif", headers=_OF_ANSWERS)
        if request.method == "HEAD" or browsers.refuses(request.headers):
            return response
        try:
            if token := request.query_params.get("t"):
                await self._opened(request, token)
            else:
                website = await _website(request)
                visit = await self._seen(request, website)
                cookies.keep(response, request, visit, website, self._settings.cookie_domain)
        except Refusal as no:
            response.status_code = no.status
        except Refused:
            response.status_code = 400
        except (Busy, *LOST):
            response.status_code = 503
        return response

    async def _seen(self, request: Request, website: Website) -> Visit:
        """A page was loaded: the one that the address names, else the one that asks for the image."""
        asked = request.query_params
        event = {
            "id": asked.get("id") or secrets.token_hex(16),
            "type": "WebsiteVisited",
            "page": asked.get("page") or request.headers.get("referer"),
            "referrer": asked.get("referrer"),
        }
        visit = await self._visit(request, website)
        now = datetime.now(UTC)
        await ingest.ingest(_database(request), read({"events": [event]}, website, visit, now), now)
        return visit

    async def _opened(self, request: Request, token: str) -> None:
        """A message was opened. Mail programs and proxies fetch its image: nobody is known by them."""
        now, database = datetime.now(UTC), _database(request)
        sent = (await signer(database)).of_message(token, now)
        if sent is None:
            raise Refusal(404, "The token is none of ours, or older than half a year.")
        opened = NewInteraction(
            InteractionType.EMAIL_OPENED,
            now,
            SOURCE,
            secrets.token_hex(16),
            **sent.named,
            properties=await browsers.told(request.headers, self._settings.country_header),
        )
        await ingest.ingest(database, [opened], now)


async def _script(request: Request) -> Response:
    if _TAG in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=_OF_SCRIPT)
    return Response(SCRIPT, media_type="text/javascript", headers=_OF_SCRIPT)


def _database(request: Request) -> Database:
    database: Database = request.app.state.database
    return database


async def _website(request: Request) -> Website:
    """The website that the request tells of, if it may."""
    named = request.query_params.get("website", "")
    found = await websites.tracked(_database(request).reads(), named) if named else None
    if found is None:
        raise Refusal(404, _UNKNOWN)
    origin = request.headers.get("origin")
    if origin is not None and origin.lower() != found.origin:
        raise Refusal(403, _NOT_ITS_PAGE)
    return found


def _shared(request: Request, website: Website) -> dict[str, str]:
    """The headers that let pages of the website's own origin read the answer."""
    if "origin" not in request.headers:
        return dict(_OF_ANSWERS)
    shared = {
        **_OF_ANSWERS,
        "Access-Control-Allow-Origin": website.origin,
        "Access-Control-Allow-Credentials": "true",
        "Vary": "Origin",
    }
    if request.method == "OPTIONS":
        shared |= {
            "Access-Control-Allow-Methods": "POST",
            "Access-Control-Allow-Headers": "content-type",
            "Access-Control-Max-Age": "86400",
        }
    return shared


def _told(status: int, message: str, headers: dict[str, str], path: list[Any] | None = None) -> Response:
    error = {"message": message, **({"path": path} if path else {})}
    return JSONResponse({"errors": [error]}, status, {**_OF_ANSWERS, **headers})
