"""Operations in JSON bodies: read, run by the executor, answered in bytes."""

from collections.abc import Mapping
from typing import Any, NamedTuple
from urllib.parse import parse_qsl

import orjson
from cross_web import HTTPException
from starlette.types import Receive, Send

from resolvers.context import Context
from schema.plan import Executor, Outcome
from server.errors import told


class Operation(NamedTuple):
    """What a request asks for."""

    query: str
    variables: Mapping[str, Any] | None
    name: str | None


def read(body: bytes) -> Operation:
    """The operation in a body; refuses what is none."""
    return _operation(parse_json(body))


def read_url(query_string: bytes) -> Operation:
    """The operation in the parameters of an address."""
    given: dict[str, Any] = dict(parse_qsl(query_string.decode("latin-1")))
    if variables := given.get("variables"):
        given["variables"] = parse_json(variables)
    return _operation(given)


def _operation(data: Mapping[str, Any]) -> Operation:
    query, variables, name = data.get("query"), data.get("variables"), data.get("operationName")
    if not isinstance(query, str) or not query:
        raise HTTPException(400, "There is no `query`: a GraphQL document as a string.")
    if variables is not None and not isinstance(variables, dict):
        raise HTTPException(400, "The `variables` are not an object.")
    if name is not None and not isinstance(name, str):
        raise HTTPException(400, "The `operationName` is not a string.")
    return Operation(query, variables, name or None)


def parse_json(data: str | bytes) -> dict[str, Any]:
    """The body as data; anything but an object is the client's mistake."""
    try:
        found = orjson.loads(data)
    except ValueError as error:
        raise HTTPException(400, f"The body is not JSON: {error}.") from None
    if not isinstance(found, dict):
        raise HTTPException(400, "The body is not a JSON object with a query.")
    return found


async def body_of(receive: Receive) -> bytes:
    """The whole body of a request."""
    message = await receive()
    body: bytes = message.get("body", b"")
    if not message.get("more_body"):
        return body
    parts = [body]
    while message.get("more_body"):
        message = await receive()
        parts.append(message.get("body", b""))
    return b"".join(parts)


async def answer(executor: Executor, context: Context, operation: Operation, send: Send) -> None:
    """Runs the operation and sends what it comes to; a header says which way it was run, and why."""
    outcome = await executor.run(context, operation.query, operation.variables, operation.name)
    body = written(outcome, context.request_id)
    headers = [
        (b"content-type", b"application/json"),
        (b"content-length", str(len(body)).encode()),
        (b"x-request-id", context.request_id.encode("latin-1")),
        (b"x-leadgraph-executor", _way(outcome)),
    ]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": body})


def written(outcome: Outcome, request_id: str) -> bytes:
    """The body of an answer: the data as it is, the errors in the house's form."""
    if not outcome.errors:
        return outcome.json
    errors = orjson.dumps([told(error, request_id) for error in outcome.errors], default=str)
    return outcome.json[:-1] + b',"errors":' + errors + b"}"


def _way(outcome: Outcome) -> bytes:
    if outcome.reason is None:
        return b"plan"
    way = f"{outcome.way.value}; {outcome.reason}"
    return way.encode("ascii", "replace").replace(b"\n", b" ")
