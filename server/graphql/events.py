"""Server-sent events, as graphql-sse reads them: each result an event `next`, at the end `complete`."""

from collections.abc import AsyncGenerator, Mapping
from contextlib import aclosing, suppress
from typing import TYPE_CHECKING, Any

import orjson
from graphql import OperationType
from starlette.types import Receive, Send

from schema.plan.documents import Operation
from server.graphql import answers
from server.graphql.asked import Asked
from server.graphql.errors import masked
from server.graphql.exchanges import Exchange
from server.graphql.refusals import Refusal
from server.graphql.results import results
from server.graphql.streaming import Contexts, Sending, Slow, pump

if TYPE_CHECKING:
    from server.graphql.endpoint import Endpoint

COMPLETE = b"event: complete\ndata:\n\n"
ALIVE = b":\n\n"
_HEADERS = [
    (b"content-type", b"text/event-stream; charset=utf-8"),
    (b"cache-control", b"no-store"),
    (b"x-accel-buffering", b"no"),
]


async def serve(
    endpoint: "Endpoint", exchange: Exchange, asked: Asked, text: str, receive: Receive, send: Send
) -> None:
    """Answers one request with events; an operation that is refused is told by an event, too."""
    headers = [*_HEADERS, *answers.common(endpoint, exchange)]
    sending = Sending(send, endpoint.settings.stream_patience)
    with suppress(Slow):
        await sending({"type": "http.response.start", "status": 200, "headers": headers})
        await pump(_whole(endpoint, exchange, asked, text), receive, sending, endpoint.ending, ALIVE)


async def _whole(
    endpoint: "Endpoint", exchange: Exchange, asked: Asked, text: str
) -> AsyncGenerator[bytes, None]:
    """The whole stream; after its head was sent, a fault can only be told as an event."""
    try:
        async with aclosing(_events(endpoint, exchange, asked, text)) as events:
            async for event in events:
                yield event
    except Refusal as refusal:
        yield written(refusal.body(exchange.request_id))
    except Exception as fault:
        yield written(orjson.dumps({"errors": [masked(fault, exchange.request_id)]}, default=str))
    yield COMPLETE


async def _events(
    endpoint: "Endpoint", exchange: Exchange, asked: Asked, text: str
) -> AsyncGenerator[bytes, None]:
    operation = endpoint.executor.documents.of(text).operation(asked.name)
    if operation is not None and operation.node.operation is OperationType.SUBSCRIPTION:
        asked = asked._replace(variables=resumed(operation, asked.variables or {}, exchange.headers))
    with Contexts(exchange.database, exchange.headers, exchange.request_id) as make:
        async with aclosing(results(endpoint, asked, text, make)) as found:
            async for event in found:
                yield written(answers.written(event.outcome, exchange.request_id), event.cursor)


def written(body: bytes, cursor: str | None = None) -> bytes:
    """An event with a result; its id is what a browser comes back with after a break (`Last-Event-ID`)."""
    known = b"" if cursor is None else b"id: %s\n" % cursor.encode()
    return b"event: next\n%sdata: %s\n\n" % (known, body)


def resumed(
    operation: Operation, variables: Mapping[str, Any], headers: Mapping[bytes, bytes]
) -> Mapping[str, Any]:
    """The variables; a subscription that takes `$after` goes on after the last event that the client had."""
    last = headers.get(b"last-event-id")
    nodes = operation.node.variable_definitions or ()
    if last and any(node.variable.name.value == "after" for node in nodes):
        return {**variables, "after": last.decode("utf-8", "replace")}
    return variables
