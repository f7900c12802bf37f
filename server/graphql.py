"""GraphQL over HTTP: the request's context, and errors that people and programs can act on."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import orjson
import structlog
from cross_web import HTTPException
from graphql import GraphQLError
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.types import Receive, Scope, Send
from starlette.websockets import WebSocket
from strawberry.asgi import GraphQL
from strawberry.http import GraphQLHTTPResponse
from strawberry.types import ExecutionResult

from db.database import Database
from domain.refusals import Refused
from resolvers.context import Context
from schema.build import schema

log = structlog.get_logger()
MASKED = "Something went wrong on our side; the request id tells our log."


class Endpoint(GraphQL[Context, None]):
    """The GraphQL endpoint."""

    def __init__(self) -> None:
        super().__init__(schema, graphql_ide=None)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers a request; a refusal is JSON like every other answer."""
        try:
            response = await self.run(Request(scope, receive))
        except HTTPException as refusal:
            error = {"message": refusal.reason, "extensions": {"code": "BAD_REQUEST"}}
            response = JSONResponse({"errors": [error]}, status_code=refusal.status_code)
        await response(scope, receive, send)

    async def get_context(self, request: Request | WebSocket, response: Response | WebSocket) -> Context:
        """A fresh context for each request."""
        request_id = request.headers.get("x-request-id") or uuid4().hex
        if isinstance(response, Response):
            response.headers["X-Request-Id"] = request_id
        request.state.request_id = request_id
        database: Database = request.app.state.database
        return Context(
            database,
            now=datetime.now(UTC),
            actor=request.headers.get("x-leadgraph-actor"),
            request_id=request_id,
        )

    async def process_result(self, request: Request, result: ExecutionResult) -> GraphQLHTTPResponse:
        """The answer, with every error in the house's form."""
        answer: dict[str, Any] = {"data": result.data}
        if result.errors:
            answer["errors"] = [told(error, request.state.request_id) for error in result.errors]
        if result.extensions:
            answer["extensions"] = result.extensions
        return answer  # type: ignore[return-value]

    def parse_json(self, data: str | bytes) -> Any:
        """The body as data; anything but an object is the client's mistake."""
        try:
            found = orjson.loads(data)
        except ValueError as error:
            raise HTTPException(400, f"The body is not JSON: {error}.") from None
        if not isinstance(found, dict):
            raise HTTPException(400, "The body is not a JSON object with a query.")
        return found

    def encode_json(self, data: object) -> bytes:
        """The answer as bytes."""
        return orjson.dumps(data)


def told(error: GraphQLError, request_id: str) -> Mapping[str, Any]:
    """An error as the client sees it: its own mistakes in full, our faults masked and logged."""
    cause = error.original_error
    form: dict[str, Any] = dict(error.formatted)
    extensions: dict[str, Any]
    if isinstance(cause, Refused):
        extensions = {"code": "BAD_USER_INPUT", "reason": cause.code.name, "argument": list(cause.path)}
    elif error.path is None:
        extensions = {"code": "GRAPHQL_VALIDATION_FAILED"} | dict(error.extensions or {})
    else:
        log.error("fault", request_id=request_id, path=error.path, exc_info=cause or error)
        form["message"] = MASKED
        extensions = {"code": "INTERNAL_SERVER_ERROR", "retryable": True}
    return form | {"extensions": extensions | {"requestId": request_id}}
