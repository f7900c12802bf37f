"""The endpoint: GraphQL over HTTP, each request negotiated, read, run and answered."""

import asyncio
from typing import Any

import orjson
from graphql import OperationType
from starlette.types import Receive, Scope, Send

from db.database import Database
from schema.plan import Executor, Outcome, Way
from schema.plan.documents import Operation
from server.graphql import answers, media, sockets, ways
from server.graphql.asked import Asked, from_address, from_body, parse
from server.graphql.bodies import body_of
from server.graphql.contexts import context_of
from server.graphql.errors import masked
from server.graphql.exchanges import Exchange
from server.graphql.journal import Deed, Journal
from server.graphql.library import Library
from server.graphql.origins import Origins, host_of, named
from server.graphql.presence import Bounds, Gone, Presence, Rounds
from server.graphql.refusals import Refusal
from server.graphql.streaming import Ending
from server.settings import Settings

ALLOW = {"allow": "GET, POST, OPTIONS"}
_COST = b"x-leadgraph-cost"
_BY_FIELD = (b"fields", b"dry")
"""What a client may ask that header for: the cost field by field, without running the operation or with."""


class Endpoint:
    """Answers what comes to `/graphql`."""

    def __init__(self, executor: Executor, settings: Settings) -> None:
        self.executor = executor
        self.library = Library(settings, executor.documents)
        self.settings = settings
        self.origins = Origins(named(settings.allowed_origins))
        self.ending = Ending()
        self._rounds = Rounds(Bounds(settings.body_timeout, settings.operation_timeout))
        self.journal = Journal(settings.slow_request)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers one request; a refusal is JSON like every other answer."""
        if scope["type"] == "websocket":
            return await sockets.serve(self, scope, receive, send)
        exchange = Exchange(scope)
        presence = self._rounds.present(receive)
        try:
            await self._answer(exchange, presence, receive, send)
        except Refusal as refusal:
            await self._refuse(exchange, refusal, send)
        except Gone:
            pass
        except asyncio.CancelledError:
            why = presence.ended()
            if why is None:
                raise
            if isinstance(why, Refusal):
                await self._refuse(exchange, why, send)
        except Exception as fault:
            body = orjson.dumps({"errors": [masked(fault, exchange.request_id)]}, default=str)
            await self._send(exchange, 500, body, [], send)
        finally:
            presence.end()
        return None

    async def _answer(self, exchange: Exchange, presence: Presence, receive: Receive, send: Send) -> None:
        method = exchange.scope["method"]
        if method == "POST":
            data = await self._posted(exchange, receive)
            if type(data) is list:
                return await self._several(exchange, presence, data, send)
            asked = from_body(data)
        elif method == "GET":
            nothing_asked = exchange.accepted.page and not exchange.scope["query_string"]
            if nothing_asked and self.settings.explorer:
                return await self._send(exchange, 303, b"", [(b"location", b"/")], send)
            asked = from_address(exchange.scope["query_string"])
        elif method == "OPTIONS":
            return await self._preflight(exchange, send)
        else:
            raise Refusal(405, f"{method} is not answered here: GET and POST are.", headers=ALLOW)
        presence.run()
        text = self.library.known(asked) or await self.library.text_of(asked, exchange.database)
        if (serve := self._streamed(exchange, asked, text)) is not None:
            presence.end()
            return await serve(self, exchange, asked, text, receive, send)
        return await self._single(exchange, asked, text, presence, send)

    async def _posted(self, exchange: Exchange, receive: Receive) -> Any:
        objection = media.objection(exchange.headers.get(b"content-type"))
        if objection is not None:
            raise Refusal(415, objection)
        return parse(await body_of(receive, exchange.headers, self.settings.max_body))

    async def text_of(self, asked: Asked, database: Database) -> str:
        """The text of the document that a request means."""
        return self.library.known(asked) or await self.library.text_of(asked, database)

    def _streamed(self, exchange: Exchange, asked: Asked, text: str) -> ways.Serve | None:
        """What serves a request whose answer is no single result; refuses those that have no answer here."""
        accepted = exchange.accepted
        operation = self.executor.documents.of(text).operation(asked.name)
        only_reads = operation is None or operation.only_reads
        if only_reads and accepted.single is not None and not (accepted.streams or accepted.parts):
            return None
        if not only_reads and exchange.scope["method"] == "GET" and _is(operation, OperationType.MUTATION):
            # GET changes nothing, so that no link and no page of others does; what only reads needs no more.
            raise Refusal(405, "A mutation is sent by POST.", headers={"allow": "POST"})
        serve = ways.streamed(accepted, operation, text)
        if serve is None and accepted.single is None:
            raise _unacceptable()
        return serve

    async def _single(
        self, exchange: Exchange, asked: Asked, text: str, presence: Presence, send: Send
    ) -> None:
        """Runs an operation and sends what it comes to."""
        outcome, headers = await self._run(exchange, asked, text)
        presence.end()
        body = answers.written(outcome, exchange.request_id, exchange.headers.get(_COST) in _BY_FIELD)
        await self._send(exchange, answers.status_of(outcome, exchange.kind), body, headers, send)

    async def _run(self, exchange: Exchange, asked: Asked, text: str) -> tuple[Outcome, answers.Headers]:
        context = context_of(exchange.database, exchange.headers, exchange.request_id)
        deed = Deed(exchange.begun, exchange.request_id, asked.name, text)
        try:
            if exchange.headers.get(_COST) == b"dry":
                outcome = self._not_run(asked, text)
            else:
                outcome = await self.executor.run(context, text, asked.variables, asked.name)
        except asyncio.CancelledError:
            context.stop()
            self.journal.note_end(deed)
            raise
        self.journal.note(deed, outcome)
        return outcome, answers.headers_of(outcome, len(context.reads.ran), exchange.begun)

    def _not_run(self, asked: Asked, text: str) -> Outcome:
        """What the operation would cost."""
        admitted = self.executor.admit(text, asked.variables or {}, asked.name)
        if isinstance(admitted, Outcome):
            return admitted
        return Outcome(b'{"data":null}', reason="not run", way=Way.GRAPHQL_CORE, cost=admitted.cost)

    async def _several(self, exchange: Exchange, presence: Presence, data: list[Any], send: Send) -> None:
        """Runs the operations of an array one after the other, each as if it had come alone."""
        most = self.settings.batch
        if not most:
            raise Refusal(400, "An array of operations is not taken here: send each one by itself.")
        if not 1 <= len(data) <= most:
            raise Refusal(400, f"The array has {len(data)} operations: 1 to {most} are taken.")
        operations = [from_body(each) for each in data]
        presence.run()
        known = [(asked, await self.text_of(asked, exchange.database)) for asked in operations]
        self._check_cost(known)
        bodies = [await self._one_of_several(exchange, asked, text) for asked, text in known]
        presence.end()
        await self._send(exchange, 200, b"[" + b",".join(bodies) + b"]", [], send)

    def _check_cost(self, known: list[tuple[Asked, str]]) -> None:
        """An array may cost what one operation may."""
        found = [self.executor.admit(text, asked.variables or {}, asked.name) for asked, text in known]
        requested = sum(each.cost.requested for each in found if each.cost is not None)
        limit = self.executor.limits.cost
        if requested > limit:
            raise Refusal(
                400,
                f"The array costs {requested:,} in all, and at most {limit:,} may be: ask for smaller pages,"
                " or send its operations one by one.",
                "GRAPHQL_VALIDATION_FAILED",
                extensions={"reason": "TOO_COSTLY", "limit": limit, "actual": requested},
            )

    async def _one_of_several(self, exchange: Exchange, asked: Asked, text: str) -> bytes:
        if _is(self.executor.documents.of(text).operation(asked.name), OperationType.SUBSCRIPTION):
            refusal = Refusal(400, "A subscription is sent by itself, and not in an array.")
            return refusal.body(exchange.request_id)
        outcome, _ = await self._run(exchange, asked, text)
        return answers.written(outcome, exchange.request_id)

    async def _preflight(self, exchange: Exchange, send: Send) -> None:
        headers = exchange.headers
        origin = headers.get(b"origin")
        if origin is None or b"access-control-request-method" not in headers:
            return await self._send(exchange, 204, b"", [(b"allow", ALLOW["allow"].encode())], send)
        if not self.origins.is_allowed(origin.decode("latin-1"), host_of(headers)):
            raise Refusal(
                403,
                "Pages of this origin may not call this server: name it in LEADGRAPH_ALLOWED_ORIGINS.",
                "FORBIDDEN",
            )
        return await self._send(exchange, 204, b"", self.origins.preflight(headers), send)

    async def _refuse(self, exchange: Exchange, refusal: Refusal, send: Send) -> None:
        headers = [(name.encode(), value.encode()) for name, value in refusal.headers.items()]
        await self._send(exchange, refusal.status, refusal.body(exchange.request_id), headers, send)

    async def _send(
        self, exchange: Exchange, status: int, body: bytes, headers: answers.Headers, send: Send
    ) -> None:
        headers += answers.common(self, exchange)
        await answers.send_body(send, exchange, status, body, headers)


def _is(operation: Operation | None, kind: OperationType) -> bool:
    return operation is not None and operation.node.operation is kind


def _unacceptable() -> Refusal:
    return Refusal(
        406,
        "None of the media types in `Accept` is offered here: take `application/graphql-response+json`"
        " or `application/json`.",
    )
