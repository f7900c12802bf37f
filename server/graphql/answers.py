"""Answers: from an outcome to a body, a status and headers."""

import asyncio
import zlib
from time import perf_counter
from typing import TYPE_CHECKING, Any

import orjson
from starlette.types import Send

from schema.plan import Outcome
from server.graphql import media
from server.graphql.errors import told
from server.graphql.exchanges import Exchange

if TYPE_CHECKING:
    from server.graphql.endpoint import Endpoint

STATUSES = {media.JSON: 200, media.GRAPHQL: 400}
"""Of a well-formed request whose operation was refused before it began; what was begun has 200."""
_VARY = (b"vary", b"Accept, Accept-Encoding, Origin")
_PLAIN = (b"x-content-type-options", b"nosniff")
_EMPTY = (204, 303)
WORTH_PACKING = 1_500
WORTH_A_THREAD = 100_000
"""Bytes whose packing would keep other requests waiting."""
Headers = list[tuple[bytes, bytes]]


def written(outcome: Outcome, request_id: str, by_field: bool = False) -> bytes:
    """The body of an answer: the data as it is, the errors in the house's form, what it cost."""
    body, cost = outcome.json, outcome.cost
    if outcome.errors:
        errors = orjson.dumps([told(error, request_id) for error in outcome.errors], default=str)
        body = b'%b,"errors":%b}' % (body[:-1], errors) if outcome.begun else b'{"errors":%b}' % errors
    if cost is None:
        return body
    return b'%b,"extensions":{"cost":%b}}' % (body[:-1], cost.json_by_field() if by_field else cost.json())


def status_of(outcome: Outcome, kind: bytes) -> int:
    """The status of an answer in that media type."""
    return 200 if outcome.begun else STATUSES[kind]


def headers_of(outcome: Outcome, reads: int, begun: float) -> Headers:
    """What an answer says about how it was made."""
    way = b"plan" if outcome.reason is None else _way(outcome)
    timing = b"total;dur=%.2f, reads;desc=%d" % ((perf_counter() - begun) * 1000, reads)
    return [(b"x-leadgraph-executor", way), (b"server-timing", timing)]


def _way(outcome: Outcome) -> bytes:
    way = f"{outcome.way.value}; {outcome.reason}"
    return way.encode("ascii", "replace").replace(b"\n", b" ").replace(b"\r", b" ")


def common(endpoint: "Endpoint", exchange: Exchange) -> Headers:
    """What every answer says: whose it is, what it depends on, and who may read it."""
    headers = [(b"x-request-id", exchange.request_id.encode("ascii")), _VARY, _PLAIN]
    if b"origin" in exchange.headers:
        headers += endpoint.origins.headers(exchange.headers)
    return headers


async def send_body(send: Send, exchange: Exchange, status: int, body: bytes, headers: Headers) -> None:
    """Sends a whole answer, packed where that is worth it and the client takes it."""
    if len(body) > WORTH_PACKING and media.takes_gzip(exchange.headers.get(b"accept-encoding", b"")):
        body = await asyncio.to_thread(packed, body) if len(body) > WORTH_A_THREAD else packed(body)
        headers.append((b"content-encoding", b"gzip"))
    if status not in _EMPTY:
        headers += ((b"content-type", exchange.kind), (b"content-length", b"%d" % len(body)))
    start: dict[str, Any] = {"type": "http.response.start", "status": status, "headers": headers}
    await send(start)
    await send({"type": "http.response.body", "body": body})


def packed(body: bytes) -> bytes:
    """The body in gzip, quickly rather than well."""
    packing = zlib.compressobj(1, zlib.DEFLATED, 31)
    return packing.compress(body) + packing.flush()
