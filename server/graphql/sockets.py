"""GraphQL over WebSocket, by the protocol graphql-transport-ws."""

import asyncio
from collections.abc import Mapping
from contextlib import aclosing
from typing import TYPE_CHECKING, Any

import orjson
from starlette.types import Receive, Scope, Send

from schema.plan import Outcome
from server.graphql import answers
from server.graphql.asked import Asked, from_map
from server.graphql.contexts import request_id_of
from server.graphql.errors import masked, told
from server.graphql.exchanges import Exchange
from server.graphql.origins import host_of
from server.graphql.refusals import Refusal
from server.graphql.results import results
from server.graphql.streaming import Contexts, Sending, Slow

if TYPE_CHECKING:
    from server.graphql.endpoint import Endpoint

PROTOCOL = "graphql-transport-ws"
_SAME = frozenset((b"host", b"origin", b"x-request-id"))
"""Headers that belong to the handshake alone."""


class Closing(Exception):
    """Why the socket is closed, in the protocol's codes."""

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(reason)
        self.code = code
        self.reason = reason


async def serve(endpoint: "Endpoint", scope: Scope, receive: Receive, send: Send) -> None:
    """Serves one socket, from its handshake to its end."""
    exchange = Exchange(scope)
    await receive()
    origin = exchange.headers.get(b"origin")
    told_origin = None if origin is None else origin.decode("latin-1")
    if not endpoint.origins.is_allowed(told_origin, host_of(exchange.headers)):
        return await _refuse(exchange, send)
    speaks = PROTOCOL in scope.get("subprotocols", ())
    sending = Sending(send, endpoint.settings.stream_patience)
    try:
        await sending({"type": "websocket.accept", "subprotocol": PROTOCOL if speaks else None})
        await Socket(endpoint, exchange, sending).serve(receive, speaks)
    except (Slow, OSError):  # the server tells of a client that has left by an OSError of its own
        pass
    return None


async def _refuse(exchange: Exchange, send: Send) -> None:
    refusal = Refusal(
        403,
        "Pages of this origin may not call this server: name it in LEADGRAPH_ALLOWED_ORIGINS.",
        "FORBIDDEN",
    )
    headers = [(b"content-type", b"application/json; charset=utf-8")]
    await send({"type": "websocket.http.response.start", "status": refusal.status, "headers": headers})
    await send({"type": "websocket.http.response.body", "body": refusal.body(exchange.request_id)})


class Socket:
    """One connection and its operations, each a task of its own."""

    def __init__(self, endpoint: "Endpoint", exchange: Exchange, sending: Sending) -> None:
        self._endpoint = endpoint
        self._exchange = exchange
        self._sending = sending
        self._headers: Mapping[bytes, bytes] = exchange.headers
        self._begun = False
        self._running: dict[str, asyncio.Task[None]] = {}

    async def serve(self, receive: Receive, speaks: bool) -> None:
        """Takes messages until the client leaves, or has to."""
        try:
            if not speaks:
                raise Closing(4406, "Subprotocol not acceptable")
            await self._take_all(receive)
        except Closing as closing:
            await self._sending({"type": "websocket.close", "code": closing.code, "reason": closing.reason})
        finally:
            tasks = list(self._running.values())
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def _take_all(self, receive: Receive) -> None:
        start = self._endpoint.settings.socket_start
        try:
            async with asyncio.timeout(start) as patience:
                while (event := await receive())["type"] == "websocket.receive":
                    await self._take(self._read(event))
                    if self._begun:
                        patience.reschedule(None)
        except TimeoutError:
            raise Closing(4408, "Connection initialisation timeout") from None

    def _read(self, event: Mapping[str, Any]) -> dict[str, Any]:
        text = event.get("text")
        if text is None:
            raise Closing(4400, "Messages are JSON in text frames")
        if len(text) > self._endpoint.settings.max_body:
            raise Closing(1009, f"A message has at most {self._endpoint.settings.max_body:,} characters")
        try:
            message = orjson.loads(text)
        except ValueError:
            raise Closing(4400, "The message is not JSON") from None
        if type(message) is not dict:
            raise Closing(4400, "The message is not a JSON object")
        return message

    async def _take(self, message: dict[str, Any]) -> None:
        match message.get("type"):
            case "connection_init":
                await self._begin(message.get("payload"))
            case "ping":
                given = {"payload": message["payload"]} if "payload" in message else {}
                await self._send({"type": "pong", **given})
            case "pong":
                pass
            case "subscribe":
                await self._subscribe(message.get("id"), message.get("payload"))
            case "complete":
                self._forget(message.get("id"))
            case _:
                raise Closing(4400, "The message has no `type` that this protocol knows")

    async def _begin(self, given: Any) -> None:
        """Takes the client's parameters as headers, so that it may say there who acts."""
        if self._begun:
            raise Closing(4429, "Too many initialisation requests")
        if given is not None and type(given) is not dict:
            raise Closing(4400, "The payload of connection_init is not an object")
        named = {
            name.lower().encode("utf-8", "replace"): value.encode("latin-1", "replace")
            for name, value in (given or {}).items()
            if type(value) is str
        }
        own = {name: value for name, value in named.items() if name not in _SAME}
        self._headers = {**self._exchange.headers, **own}
        self._begun = True
        await self._send({"type": "connection_ack"})

    async def _subscribe(self, id_: Any, payload: Any) -> None:
        if not self._begun:
            raise Closing(4401, "Unauthorized")
        if type(id_) is not str or not id_ or type(payload) is not dict:
            raise Closing(4400, "A subscribe message has an `id` and a `payload`")
        if id_ in self._running:
            raise Closing(4409, f"Subscriber for {_shown(id_)} already exists")
        most = self._endpoint.settings.socket_operations
        if len(self._running) >= most:
            await self._fail(id_, [_too_many(most).told(self._exchange.request_id)])
        else:
            self._running[id_] = asyncio.create_task(self._operate(id_, payload))

    def _forget(self, id_: Any) -> None:
        """Ends an operation that the client does not want any more; it may use the id again at once."""
        task = self._running.pop(id_, None) if type(id_) is str else None
        if task is not None:
            task.cancel()

    async def _operate(self, id_: str, payload: Mapping[str, Any]) -> None:
        request_id = request_id_of(self._headers)
        try:
            refused = await self._run(id_, from_map(payload), request_id)
        except Refusal as refusal:
            refused = [refusal.told(request_id)]
        except (Slow, OSError):
            return
        except Exception as fault:
            refused = [masked(fault, request_id)]
        self._running.pop(id_, None)
        if refused:
            await self._fail(id_, refused)
        else:
            await self._send({"type": "complete", "id": id_})

    async def _run(self, id_: str, asked: Asked, request_id: str) -> list[Mapping[str, Any]]:
        """Sends what the operation comes to; the errors that speak against it, where there are any."""
        database = self._exchange.database
        text = await self._endpoint.text_of(asked, database)
        with Contexts(database, self._headers, request_id) as make:
            async with aclosing(results(self._endpoint, asked, text, make)) as found:
                async for event in found:
                    if refused := await self._next(id_, event.outcome, request_id):
                        return refused
        return []

    async def _next(self, id_: str, outcome: Outcome, request_id: str) -> list[Mapping[str, Any]]:
        if not outcome.begun:
            return [told(error, request_id) for error in outcome.errors]
        body = answers.written(outcome, request_id)
        text = b'{"id":%s,"type":"next","payload":%s}' % (orjson.dumps(id_), body)
        await self._sending({"type": "websocket.send", "text": text.decode()})
        return []

    async def _fail(self, id_: str, errors: list[Mapping[str, Any]]) -> None:
        await self._send({"type": "error", "id": id_, "payload": errors})

    async def _send(self, message: Mapping[str, Any]) -> None:
        await self._sending({"type": "websocket.send", "text": orjson.dumps(message, default=str).decode()})


def _too_many(most: int) -> Refusal:
    return Refusal(
        429,
        f"There are {most} operations under way on this socket, the most that may be: complete one first.",
        extensions={"reason": "TOO_MANY_OPERATIONS", "limit": most},
    )


def _shown(id_: str) -> str:
    """An id, short enough for the reason of a close frame."""
    return id_[:60].encode("ascii", "replace").decode()
