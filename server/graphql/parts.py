"""Deferred fragments (@defer), as parts of a multipart body, in the one format that a client asks for.

`incrementalSpec=v0.2` has parts that tell what is pending, and refer to it by id: graphql-core's own. All
others, `deferSpec=20220824` or none named, have patches with a path, as Apollo Client and urql read them.
"""

import asyncio
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import aclosing, suppress
from typing import TYPE_CHECKING, Any

import orjson
from graphql import (
    ExperimentalIncrementalExecutionResults,
    GraphQLError,
    SubsequentIncrementalExecutionResult,
)
from graphql.execution import PendingResult
from starlette.types import Receive, Send

from schema.plan import Outcome, Way
from schema.plan.costs import Cost
from schema.plan.streams import incrementally
from server.graphql import answers
from server.graphql.asked import Asked
from server.graphql.errors import masked, told
from server.graphql.exchanges import Exchange
from server.graphql.journal import Deed
from server.graphql.refusals import too_late
from server.graphql.streaming import Contexts, Sending, Slow, pump

if TYPE_CHECKING:
    from server.graphql.endpoint import Endpoint

Form = Mapping[str, Any]
Errors = Sequence[GraphQLError] | None
BOUNDARY = "graphql"
_HEAD = b"\r\nContent-Type: application/json; charset=utf-8\r\n\r\n"
_LINE = b"\r\n--graphql"
PENDING = "incrementalSpec=v0.2"
PATCHES = "deferSpec=20220824"


def spec_of(accept: bytes | None) -> str:
    """The format that a client asks for."""
    asked = (accept or b"").decode("latin-1").replace(" ", "").replace('"', "").lower()
    return PENDING if PENDING.lower() in asked else PATCHES


async def serve(
    endpoint: "Endpoint", exchange: Exchange, asked: Asked, text: str, receive: Receive, send: Send
) -> None:
    """Answers one request: at once what is not deferred, then the rest, part by part."""
    spec = spec_of(exchange.headers.get(b"accept"))
    kind = f"multipart/mixed; boundary={BOUNDARY}; {spec}".encode()
    headers = [(b"content-type", kind), (b"cache-control", b"no-store"), (b"x-accel-buffering", b"no")]
    sending = Sending(send, endpoint.settings.stream_patience)
    with suppress(Slow):
        await sending(
            {
                "type": "http.response.start",
                "status": 200,
                "headers": [*headers, *answers.common(endpoint, exchange)],
            }
        )
        await pump(_parts(endpoint, exchange, asked, text, spec), receive, sending, endpoint.ending)


async def _parts(
    endpoint: "Endpoint", exchange: Exchange, asked: Asked, text: str, spec: str
) -> AsyncGenerator[bytes, None]:
    """The body; the line that ends a part goes with it, so that nobody waits for the next to read it."""
    yield _LINE
    late = asyncio.get_running_loop().time() + endpoint.settings.operation_timeout
    async with aclosing(_frames(endpoint, exchange, asked, text, spec)) as frames:
        while True:
            try:
                async with asyncio.timeout_at(late):
                    frame = await anext(frames, None)
            except TimeoutError:
                frame = _broken(too_late().told(exchange.request_id))
            except Exception as fault:
                frame = _broken(masked(fault, exchange.request_id))
            if frame is None:
                break
            yield _HEAD + frame + _LINE
    yield b"--\r\n"


async def _frames(
    endpoint: "Endpoint", exchange: Exchange, asked: Asked, text: str, spec: str
) -> AsyncGenerator[bytes, None]:
    """The parts, each as JSON; at the end the log is told of them as of one answer."""
    deed = Deed(exchange.begun, exchange.request_id, asked.name, text)
    outcome: Outcome | None = None
    with Contexts(exchange.database, exchange.headers, exchange.request_id) as make:
        try:
            found = await _found(endpoint, asked, text, make)
            if isinstance(found, Outcome):
                outcome = found
                yield answers.written(found, exchange.request_id)
                return
            failed = list(found[0].initial_result.errors or ())
            async with aclosing(_later(found[0], exchange.request_id, spec, failed)) as later:
                extensions = {"extensions": {"cost": orjson.Fragment(found[1].json())}}
                yield _dumped(_initial(found[0], exchange.request_id, spec) | extensions)
                async for frame in later:
                    yield _dumped(frame)
            outcome = Outcome(b"", failed, Way.GRAPHQL_CORE, "deferred")
        finally:
            endpoint.journal.note(deed, outcome) if outcome else endpoint.journal.note_end(deed)


async def _found(
    endpoint: "Endpoint", asked: Asked, text: str, make: Contexts
) -> tuple[ExperimentalIncrementalExecutionResults, Cost] | Outcome:
    admitted = endpoint.executor.admit(text, asked.variables or {}, asked.name)
    if isinstance(admitted, Outcome):
        return admitted
    found = await incrementally(endpoint.executor, admitted, make())
    return found if isinstance(found, Outcome) else (found, admitted.cost)


async def _later(
    found: ExperimentalIncrementalExecutionResults, request_id: str, spec: str, failed: list[GraphQLError]
) -> AsyncGenerator[Form, None]:
    """What was deferred, as it comes; its errors are added to what has `failed`."""
    async with aclosing(found.subsequent_results) as following:
        known = {pending.id: pending for pending in found.initial_result.pending}
        async for result in following:
            known |= {pending.id: pending for pending in result.pending or ()}
            for item in (*(result.incremental or ()), *(result.completed or ())):
                failed += item.errors or ()
            frame = _pending(result, request_id) if spec == PENDING else _patches(result, known, request_id)
            if frame is not None:
                yield frame


def _initial(found: ExperimentalIncrementalExecutionResults, request_id: str, spec: str) -> dict[str, Any]:
    """The first part: what is not deferred."""
    first = found.initial_result
    form: dict[str, Any] = {"data": first.data, **_errors(first.errors, request_id)}
    if spec == PENDING:
        form["pending"] = [pending.formatted for pending in first.pending]
    return form | {"hasNext": first.has_next}


def _pending(result: SubsequentIncrementalExecutionResult, request_id: str) -> Form:
    """A later part, in terms of what is pending."""
    form: dict[str, Any] = {"hasNext": result.has_next}
    if result.pending:
        form["pending"] = [pending.formatted for pending in result.pending]
    if result.incremental:
        form["incremental"] = [
            {**item.formatted, **_errors(item.errors, request_id)} for item in result.incremental
        ]
    if result.completed:
        form["completed"] = [{"id": item.id, **_errors(item.errors, request_id)} for item in result.completed]
    return form


def _patches(
    result: SubsequentIncrementalExecutionResult, known: Mapping[str, PendingResult], request_id: str
) -> Form | None:
    """A later part, in patches that say where they belong; None where there is nothing to tell."""
    patches = []
    for item in result.incremental or ():
        place, data = known[item.id], getattr(item, "data", None)
        path = [*place.path, *(item.sub_path or ())]
        patches.append(_patch(place, path, data, item.errors, request_id))
    for ended in result.completed or ():
        if ended.errors:
            place = known[ended.id]
            patches.append(_patch(place, place.path, None, ended.errors, request_id))
    if not patches:
        return None if result.has_next else {"hasNext": False}
    return {"incremental": patches, "hasNext": result.has_next}


def _patch(
    place: PendingResult, path: Sequence[str | int], data: Any, errors: Errors, request_id: str
) -> Form:
    label = {} if place.label is None else {"label": place.label}
    return {"data": data, "path": path, **label, **_errors(errors, request_id)}


def _errors(errors: Errors, request_id: str) -> Form:
    return {"errors": [told(error, request_id) for error in errors]} if errors else {}


def _broken(error: Form) -> bytes:
    """The part that ends what cannot go on."""
    return _dumped({"errors": [error], "hasNext": False})


def _dumped(form: Form) -> bytes:
    return orjson.dumps(form, default=str, option=orjson.OPT_UTC_Z)
