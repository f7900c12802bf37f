"""GraphQL over HTTP: JSON bodies go to the executor, everything else to Strawberry's own view."""

from datetime import UTC, datetime
from itertools import count
from secrets import token_hex
from typing import Any

import orjson
from cross_web import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.types import Receive, Scope, Send
from starlette.websockets import WebSocket
from strawberry.asgi import GraphQL
from strawberry.http import GraphQLHTTPResponse
from strawberry.types import ExecutionResult

from db.database import Database
from resolvers.context import Context
from schema.build import schema
from schema.plan import Executor
from server import operations
from server.errors import masked, told

_PROCESS = token_hex(12)
_requests = count(1)


class Endpoint(GraphQL[Context, None]):
    """The GraphQL endpoint."""

    def __init__(self, executor: Executor) -> None:
        super().__init__(schema, graphql_ide=None)
        self._executor = executor

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers an HTTP request; a refusal is JSON like every other answer."""
        response: Response
        try:
            operation = await self._operation(scope, receive)
            if operation is not None:
                context = _context(scope["app"].state.database, dict(scope["headers"]))
                return await operations.answer(self._executor, context, operation, send)
            response = await self.run(Request(scope, receive))
        except HTTPException as refusal:
            error = {"message": refusal.reason, "extensions": {"code": "BAD_REQUEST"}}
            response = JSONResponse({"errors": [error]}, status_code=refusal.status_code)
        except Exception as fault:
            response = JSONResponse({"errors": [masked(fault, _request_id())]}, status_code=500)
        await response(scope, receive, send)
        return None

    async def _operation(self, scope: Scope, receive: Receive) -> operations.Operation | None:
        """The operation of a request in the usual form; None where Strawberry's view has to look at it."""
        if scope["method"] == "POST":
            kind = next((value for name, value in scope["headers"] if name == b"content-type"), b"")
            if kind.startswith(b"application/json"):
                return operations.read(await operations.body_of(receive))
        elif scope["method"] == "GET" and b"query=" in scope["query_string"]:
            operation = operations.read_url(scope["query_string"])
            known = self._executor.documents.of(operation.query).operation(operation.name)
            if known is None or known.only_reads:
                return operation
        return None

    async def get_context(self, request: Request | WebSocket, response: Response | WebSocket) -> Context:
        """A fresh context for each request."""
        context = _context(request.app.state.database, dict(request.scope["headers"]))
        if isinstance(response, Response):
            response.headers["X-Request-Id"] = context.request_id
        request.state.request_id = context.request_id
        return context

    async def process_result(self, request: Request, result: ExecutionResult) -> GraphQLHTTPResponse:
        """The answer, with every error in the house's form."""
        answer: dict[str, Any] = {"data": result.data}
        if result.errors:
            answer["errors"] = [told(error, request.state.request_id) for error in result.errors]
        if result.extensions:
            answer["extensions"] = result.extensions
        return answer  # type: ignore[return-value]

    def parse_json(self, data: str | bytes) -> Any:
        """The body as data."""
        return operations.parse_json(data)

    def encode_json(self, data: object) -> bytes:
        """The answer as bytes."""
        return orjson.dumps(data)


def _request_id() -> str:
    """An id of a request that brought none: of this process, and in order."""
    return f"{_PROCESS}{next(_requests):08x}"


def _context(database: Database, headers: dict[bytes, bytes]) -> Context:
    actor = headers.get(b"x-leadgraph-actor")
    return Context(
        database,
        now=datetime.now(UTC),
        actor=actor.decode("latin-1") if actor else None,
        request_id=(headers.get(b"x-request-id") or b"").decode("latin-1") or _request_id(),
    )
