"""What the log says of operations: the same, whichever way they come."""

import json
from collections.abc import AsyncIterator
from hashlib import sha256
from typing import Any

import httpx
import pytest
from structlog.testing import capture_logs
from websockets.asyncio.client import connect
from websockets.typing import Subprotocol

from db.database import Database
from tests.http.hosting import SCHEMA, Hosted, hosted, opened, soon

JSON, EVENTS, PARTS = "application/json", "text/event-stream", "multipart/mixed"
PROTOCOL = [Subprotocol("graphql-transport-ws")]
READ = "query Asked { actor ... @defer { rest(seconds: 0) } }"
FOLLOWED = "subscription Asked { ticks(to: 2) { number } }"
FAILED = 'subscription Asked { ticks(to: 13, after: "c12") { odd } }'
REST = "query Asked { actor ... @defer { rest(seconds: 100) } }"
Lines = list[Any]


@pytest.fixture(scope="module")
async def impatient(database: Database) -> AsyncIterator[Hosted]:
    """A server to which everything is slow."""
    async with hosted(database, slow_request=0) as found:
        yield found


async def _posted(host: Hosted, accept: str, query: str, patience: float = 5) -> None:
    async with httpx.AsyncClient(timeout=patience) as client:
        headers = {"accept": accept, "x-request-id": "page-7"}
        await client.post(host.url, json={"query": query, "operationName": "Asked"}, headers=headers)


async def _over_socket(host: Hosted, query: str, until_left: bool = False) -> None:
    headers = {"x-request-id": "page-7"}
    async with connect(host.socket, subprotocols=PROTOCOL, additional_headers=headers) as connection:
        await connection.send('{"type": "connection_init"}')
        asked = {"query": query, "operationName": "Asked"}
        await connection.send(json.dumps({"type": "subscribe", "id": "a", "payload": asked}))
        if until_left:
            assert await opened("rest")
            return
        while json.loads(await connection.recv())["type"] not in ("complete", "error"):
            pass


def _are_of(lines: Lines, query: str, *events: str) -> bool:
    document = sha256(query.encode()).hexdigest()
    told = [(line["event"], line["operation"], line["document"], line["request_id"]) for line in lines]
    return told == [(event, "Asked", document, "page-7") for event in events]


@pytest.mark.parametrize("accept", [JSON, EVENTS, PARTS])
async def test_a_slow_operation_is_told_however_it_is_answered(impatient: Hosted, accept: str) -> None:
    with capture_logs() as lines:
        await _posted(impatient, accept, READ)
    assert _are_of(lines, READ, "slow")
    assert lines[0]["log_level"] == "warning"


async def test_a_slow_operation_is_told_over_a_socket(impatient: Hosted) -> None:
    with capture_logs() as lines:
        await _over_socket(impatient, READ)
    assert _are_of(lines, READ, "slow")


async def test_each_event_that_is_slow_is_told(impatient: Hosted) -> None:
    with capture_logs() as lines:
        await _posted(impatient, EVENTS, FOLLOWED)
        await _over_socket(impatient, FOLLOWED)
    assert _are_of(lines, FOLLOWED, *["slow"] * 4)


async def test_a_fault_of_an_event_is_told_with_its_operation(database: Database) -> None:
    async with hosted(database, slow_request=100) as host:
        with capture_logs() as lines:
            await _posted(host, EVENTS, FAILED)
            await _over_socket(host, FAILED)
            await _posted(host, EVENTS, FOLLOWED)
        faults = [line for line in lines if line["event"] == "fault"]
        assert [str(line["exc_info"]) for line in faults] == ["a secret of ours"] * 2
        assert _are_of([line for line in lines if line not in faults], FAILED, "failed", "failed")


@pytest.mark.parametrize("accept", [JSON, EVENTS, PARTS, None])
async def test_an_operation_that_is_stopped_is_told(impatient: Hosted, accept: str | None) -> None:
    with capture_logs() as lines:
        if accept is None:
            await _over_socket(impatient, REST, until_left=True)
        else:
            with pytest.raises(httpx.TimeoutException):
                await _posted(impatient, accept, REST, patience=0.3)
        assert await soon(lambda: _are_of(lines, REST, "stopped"))


async def test_a_name_that_is_none_is_not_written_as_it_comes(impatient: Hosted) -> None:
    body = {"query": READ, "operationName": 'x\n\x1b[31m{"event": "forged"}'}
    with capture_logs() as lines:
        async with httpx.AsyncClient() as client:
            (error,) = (await client.post(impatient.url, json=body)).json()["errors"]
    assert [line["operation"] for line in lines] == [None]
    assert "\n" not in error["message"]
    assert "\x1b" not in error["message"]


async def test_a_clients_mistake_is_no_failure_of_ours(database: Database) -> None:
    async with hosted(database, SCHEMA, slow_request=100) as host:
        with capture_logs() as lines:
            await _posted(host, JSON, "query Asked($s: Float!) { rest(seconds: $s) }")
            await _posted(host, EVENTS, 'query Asked { rest(seconds: "soon") }')
            await _posted(host, EVENTS, "subscription Asked { breaking { number } }")
    assert lines == []
