"""`POST /webhooks/{provider}`: what SendGrid, Mailgun, Postmark and Amazon SES tell about messages.

The signature is checked before anything is taken in; an answer of 2xx comes after the commit, so that what is
acknowledged is kept. What comes again changes nothing (docs/webhooks.md).
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime, timedelta
from functools import cached_property
from hashlib import sha256
from typing import Any, NamedTuple
from urllib.request import HTTPRedirectHandler, build_opener

import orjson
import structlog
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from db.connections import LOST, Busy
from db.database import Database
from domain.refusals import Refused
from engines.webhooks import TRANSLATIONS, signatures
from engines.webhooks.signatures import Forged, Misset
from engines.webhooks.sns import Envelopes, Fetch
from engines.webhooks.taking import Post, Told, take
from server.graphql.bodies import body_of
from server.graphql.contexts import request_id_of
from server.graphql.presence import Gone
from server.graphql.refusals import Refusal
from server.settings import Settings

log = structlog.get_logger()
PATH = "/webhooks/{provider}"
MOST_BYTES = 5_000_000
_MOST_FETCHED = 100_000
_PATIENCE = 10.0
"""Seconds that Amazon may take to hand out a certificate."""
_HEADERS = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}
_LATER = "Nothing was taken in: send it again in a minute."


class Signed(NamedTuple):
    """What a provider has posted and signed; no payload where there is nothing to do."""

    payload: Any
    token: bytes | None = None


Verify = Callable[[str, Mapping[str, str], bytes], Awaitable[Signed]]


class Missing(Exception):
    """The provider's webhook is not set up; the message names the setting."""


class _NoRedirects(HTTPRedirectHandler):
    def redirect_request(self, *args: Any, **kwargs: Any) -> None:
        return None


async def fetched(address: str) -> bytes:
    """What lies at an address of Amazon's, without going where it may lead on."""
    return await asyncio.to_thread(_fetched, address)


def _fetched(address: str) -> bytes:
    with build_opener(_NoRedirects).open(address, timeout=_PATIENCE) as answer:
        body: bytes = answer.read(_MOST_FETCHED)
        return body


class Webhooks:
    """Answers what providers post."""

    def __init__(self, settings: Settings, fetch: Fetch = fetched) -> None:
        self._settings = settings
        self._fetch = fetch
        self._window = timedelta(hours=settings.webhook_window)
        self._ways: Mapping[str, tuple[str, str | None, Verify]] = {
            "mailgun": ("MAILGUN_SIGNING_KEY", settings.webhook_mailgun_signing_key, self._mailgun),
            "postmark": ("POSTMARK_SECRET", settings.webhook_postmark_secret, self._postmark),
            "sendgrid": ("SENDGRID_PUBLIC_KEY", settings.webhook_sendgrid_public_key, self._sendgrid),
            "ses": ("SES_TOPICS", settings.webhook_ses_topics, self._ses),
        }

    def route(self) -> Route:
        """Where providers post."""
        return Route(PATH, self._answer, methods=["POST"])

    async def _answer(self, request: Request) -> Response:
        provider = request.path_params["provider"]
        id = request_id_of(dict(request.scope["headers"]))
        try:
            told = await self._taken(request, provider, id)
        except Missing as missing:
            log.warning("a webhook is not set up", provider=provider, setting=str(missing), request_id=id)
            return _refused(404, "There is no such webhook.")
        except Misset as misset:
            log.error("a webhook is set up wrongly", provider=provider, reason=str(misset), request_id=id)
            return _refused(404, "There is no such webhook.")
        except Forged as forged:
            log.warning("a webhook was refused", provider=provider, reason=str(forged), request_id=id)
            return _refused(401, str(forged))
        except Refusal as refusal:
            return _refused(refusal.status, refusal.message, refusal.headers)
        except Refused as refused:
            log.warning("a webhook was not understood", provider=provider, request_id=id)
            return _refused(400, refused.message)
        except (Busy, *LOST) as lost:
            log.warning("a webhook has to wait", provider=provider, error=type(lost).__name__, request_id=id)
            return _refused(503, _LATER, {"Retry-After": "60"})
        log.info("a webhook was taken in", provider=provider, request_id=id, **told.outcomes)
        return JSONResponse({"outcomes": told.outcomes, "ignored": told.ignored}, headers=_HEADERS)

    async def _taken(self, request: Request, provider: str, request_id: str) -> Told:
        if provider not in self._ways:
            raise Refusal(404, "There is no such webhook.")
        name, secret, verify = self._ways[provider]
        if not secret:
            raise Missing(f"LEADGRAPH_WEBHOOK_{name}")
        body = await self._body(request)
        payload, token = await verify(secret, {**request.headers}, body)
        if payload is None:
            return Told({}, {})
        events = TRANSLATIONS[provider](payload)
        used = (token, sha256(body).digest()) if token is not None else None
        database: Database = request.app.state.database
        return await take(database, Post(provider, events, used), request_id, datetime.now(UTC))

    async def _body(self, request: Request) -> bytes:
        headers = dict(request.scope["headers"])
        try:
            async with asyncio.timeout(self._settings.body_timeout):
                return await body_of(request.receive, headers, MOST_BYTES)
        except TimeoutError:
            raise Refusal(408, "The body took too long to come.", headers={"connection": "close"}) from None
        except Gone:
            raise Refusal(400, "The body ended before its time.") from None

    async def _sendgrid(self, key: str, headers: Mapping[str, str], body: bytes) -> Signed:
        self._check_age(signatures.of_sendgrid(key, headers, body))
        return Signed(_json(body))

    async def _mailgun(self, key: str, headers: Mapping[str, str], body: bytes) -> Signed:
        payload = _json(body)
        signed_at, token = signatures.of_mailgun(key, payload)
        self._check_age(signed_at)
        return Signed(payload, token)

    async def _postmark(self, secret: str, headers: Mapping[str, str], body: bytes) -> Signed:
        signatures.of_postmark(secret, headers)
        return Signed(_json(body))

    async def _ses(self, topics: str, headers: Mapping[str, str], body: bytes) -> Signed:
        return Signed(await self._envelopes.opened(_json(body), self._check_age))

    @cached_property
    def _envelopes(self) -> Envelopes:
        """Made at the first post: what a setting names may be read late, and certificates are kept."""
        topics = frozenset(one.strip() for one in (self._settings.webhook_ses_topics or "").split(","))
        path = self._settings.webhook_ses_certificate
        try:
            given = path.read_bytes() if path else None
        except OSError:
            raise Misset("LEADGRAPH_WEBHOOK_SES_CERTIFICATE names no file that can be read.") from None
        return Envelopes(topics - {""}, self._fetch, given)

    def _check_age(self, signed_at: datetime) -> None:
        signatures.check_age(signed_at, datetime.now(UTC), self._window)


def _json(body: bytes) -> Any:
    try:
        return orjson.loads(body)
    except orjson.JSONDecodeError:
        raise Refusal(400, "The body is no JSON: this provider posts JSON.") from None


def _refused(status: int, message: str, headers: Mapping[str, str] | None = None) -> Response:
    return JSONResponse({"error": message}, status, {**_HEADERS, **(headers or {})})
