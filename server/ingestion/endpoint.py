"""`POST /ingest`: interactions by the thousand, a JSON object a line, each answered by a line.

A line is acknowledged once it is stored for good; what was not acknowledged can be sent again, as often as
need be, and is there once. While one batch is stored the next is read, and no more: a client that is faster
than the database waits.
"""

import asyncio
import logging
from collections import Counter
from collections.abc import Iterator, MutableMapping
from time import perf_counter
from typing import Any, NamedTuple
from urllib.parse import parse_qsl

import orjson
import structlog
from starlette.types import Receive, Scope, Send

from domain.handed import text_of
from domain.refusals import Refused
from server.graphql.answers import Headers, common, send_body
from server.graphql.contexts import context_of
from server.graphql.endpoint import Endpoint
from server.graphql.errors import masked
from server.graphql.exchanges import Exchange
from server.graphql.origins import host_of
from server.graphql.presence import Gone
from server.graphql.refusals import Refusal
from server.graphql.streaming import Slow
from server.ingestion.answers import COUNTS, Answers
from server.ingestion.bodies import Document, Entries, Lines, unpacking
from server.ingestion.runs import SILENT, Run
from server.ingestion.storing import Storing

PATH = "/ingest"
ALLOW = "POST, OPTIONS"
NDJSON = b"application/x-ndjson"
_LINES = (NDJSON, b"application/ndjson", b"application/jsonl", b"application/json-lines")
_ACCEPTED = (
    "Send interactions as lines of JSON (content-type: application/x-ndjson), or as one JSON document"
    " (application/json)."
)
_METRIC = "leadgraph_interactions_total"
log = structlog.get_logger()


class Asked(NamedTuple):
    """What the address asks for: whose interactions they are, and how much is answered."""

    source: str | None = None
    answer: str = "lines"


class Ingest:
    """Answers what comes to `/ingest`; counts what becomes of it."""

    def __init__(self, graphql: Endpoint) -> None:
        self.counts: Counter[str] = Counter()
        self._graphql = graphql
        self._settings = graphql.settings
        self._turns = asyncio.Semaphore(max(1, graphql.settings.database_connections // 2))

    def metrics(self) -> Iterator[str]:
        """What became of the lines, for who watches."""
        yield f"# HELP {_METRIC} Interactions handed in at /ingest by what became of them."
        yield f"# TYPE {_METRIC} counter"
        for name in COUNTS[1:]:
            yield f'{_METRIC}{{outcome="{name}"}} {self.counts[name]}'

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers one request; what is refused before a line was read is told as GraphQL's refusals are."""
        exchange = Exchange(scope)
        answers = Answers(send, lambda status: self._start(exchange, status), self._settings.stream_patience)
        try:
            await self._answer(exchange, answers, receive, send)
        except Refusal as refusal:
            headers = [(name.encode(), value.encode()) for name, value in refusal.headers.items()]
            await self._send(exchange, refusal.status, refusal.body(exchange.request_id), headers, send)
        except (Gone, Slow) as error:
            self._note(exchange, answers, type(error).__name__.lower())
        except Exception as fault:
            if answers.begun:
                raise
            body = orjson.dumps({"errors": [masked(fault, exchange.request_id)]}, default=str)
            await self._send(exchange, 500, body, [], send)
        finally:
            self.counts.update(answers.counts)

    async def _answer(self, exchange: Exchange, answers: Answers, receive: Receive, send: Send) -> None:
        if exchange.scope["method"] == "OPTIONS":
            return await self._preflight(exchange, send)
        if exchange.scope["method"] != "POST":
            raise Refusal(405, "Interactions are sent by POST.", headers={"allow": ALLOW})
        self._check_origin(exchange)
        asked = _asked(exchange.scope["query_string"])
        answers.brief = asked.answer == "summary"
        run = Run(_entries(exchange), asked.source, self._storing(exchange), answers, self._ending)
        await run.run(receive)
        if run.cut is None:
            return self._note(exchange, answers, None)
        self._note(exchange, answers, run.cut.code)
        if not answers.begun:
            ends = {"connection": "close"} if run.cut.code == SILENT else {}
            raise Refusal(run.cut.status, run.cut.message, run.cut.code, ends)
        if run.cut.code == SILENT:
            _close(send)
        return None

    @property
    def _ending(self) -> asyncio.Event:
        return self._graphql.ending.begun

    def _storing(self, exchange: Exchange) -> Storing:
        context = context_of(exchange.database, exchange.headers, exchange.request_id)
        return Storing(exchange.database, context.actor, exchange.request_id, self._turns)

    def _check_origin(self, exchange: Exchange) -> None:
        origin = exchange.headers.get(b"origin")
        shown = origin.decode("latin-1") if origin is not None else None
        if not self._graphql.origins.is_allowed(shown, host_of(exchange.headers)):
            raise Refusal(
                403,
                "Pages of this origin may not call this server: name it in LEADGRAPH_ALLOWED_ORIGINS.",
                "FORBIDDEN",
            )

    async def _preflight(self, exchange: Exchange, send: Send) -> None:
        headers = [(b"allow", ALLOW.encode())]
        if b"origin" in exchange.headers and b"access-control-request-method" in exchange.headers:
            self._check_origin(exchange)
            headers = self._graphql.origins.preflight(exchange.headers)
        await self._send(exchange, 204, b"", headers, send)

    def _start(self, exchange: Exchange, status: int) -> MutableMapping[str, Any]:
        headers = [
            (b"content-type", NDJSON),
            (b"cache-control", b"no-store"),
            (b"x-accel-buffering", b"no"),
            *common(self._graphql, exchange),
        ]
        if status == 503:
            headers.append((b"retry-after", b"1"))
        return {"type": "http.response.start", "status": status, "headers": headers}

    async def _send(self, exchange: Exchange, status: int, body: bytes, headers: Headers, send: Send) -> None:
        await send_body(send, exchange, status, body, [*headers, *common(self._graphql, exchange)])

    def _note(self, exchange: Exchange, answers: Answers, ended: str | None) -> None:
        """Logs a request that broke off, or whose lines could not be stored; others where all is logged."""
        level = logging.INFO if ended or answers.counts["failed"] else logging.DEBUG
        log.log(
            level,
            "ingested",
            ended=ended,
            ms=round((perf_counter() - exchange.begun) * 1000, 2),
            request_id=exchange.request_id,
            **answers.counts,
        )


def _asked(query: bytes) -> Asked:
    """What the address asks for; refuses what it cannot mean."""
    try:
        found = dict(parse_qsl(query.decode("ascii"), keep_blank_values=True, errors="strict"))
        asked = Asked(**found)
        if asked.source is not None:
            text_of(asked.source, "source")
    except (ValueError, TypeError):
        raise Refusal(400, "The address takes `source` and `answer`, in UTF-8 and nothing else.") from None
    except Refused as refused:
        raise Refusal(400, f"The source that the address names: {refused.message}") from None
    if asked.answer not in ("lines", "summary"):
        raise Refusal(400, "`answer` is `lines`, or `summary` for what was refused and the counts.")
    return Asked(asked.source or None, asked.answer)


def _entries(exchange: Exchange) -> Entries:
    """What reads the body, by its media type and its content encoding."""
    body = unpacking(exchange.headers.get(b"content-encoding"))
    kind, _, parameters = exchange.headers.get(b"content-type", b"").lower().partition(b";")
    charset = parameters.replace(b" ", b"").replace(b'"', b"").partition(b"charset=")[2]
    if charset.partition(b";")[0] not in (b"", b"utf-8", b"utf8"):
        raise Refusal(415, "The body is read as UTF-8 alone.")
    if kind.strip() in _LINES:
        return Lines(body)
    if kind.strip() == b"application/json":
        return Document(body)
    raise Refusal(415, _ACCEPTED)


def _close(send: Send) -> None:
    """Ends a connection on which nothing comes any more, once what was answered is sent."""
    transport = getattr(getattr(send, "__self__", None), "transport", None)
    if transport is not None:
        transport.close()
