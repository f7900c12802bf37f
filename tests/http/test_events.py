"""Server-sent events: results as events, what a break leaves behind, and the end."""

import asyncio
import gc
import json
import os
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from typing import Any

import httpx
import pytest

from db.database import Database
from schema.plan import Executor, Outcome
from schema.plan.streams import subscribe
from server.graphql.contexts import context_of
from server.graphql.events import ALIVE
from server.graphql.streaming import Ending, Sending, pump
from tests.http.hosting import SCHEMA, Hosted, asleep, closed, hosted, open_streams, opened, soon

TAKES = {"accept": "text/event-stream"}
QUIET = {"query": "subscription { quiet { number } }"}


@pytest.fixture(scope="module")
async def host(database: Database) -> AsyncIterator[Hosted]:
    """A server of the module's own."""
    async with hosted(database) as found:
        yield found


@pytest.fixture
async def client() -> AsyncIterator[httpx.AsyncClient]:
    """An HTTP client."""
    async with httpx.AsyncClient(timeout=5) as found:
        yield found


END = "event: complete\ndata:\n\n"


def results(answer: httpx.Response) -> list[tuple[str | None, Any]]:
    """The results in a whole stream, each with its id; without what they cost."""
    assert answer.text.endswith(END)
    found = []
    for event in answer.text.removesuffix(END).split("\n\n")[:-1]:
        kind, *known, data = event.split("\n")
        assert kind == "event: next"
        payload = json.loads(data.removeprefix("data: "))
        payload.pop("extensions", None)
        found.append((known[0].removeprefix("id: ") if known else None, payload))
    return found


async def test_a_subscription_gives_each_event_with_its_cursor_as_id(
    host: Hosted, client: httpx.AsyncClient
) -> None:
    answer = await client.post(
        host.url, json={"query": "subscription { ticks(to: 2) { number } }"}, headers=TAKES
    )
    assert answer.headers["content-type"] == "text/event-stream; charset=utf-8"
    assert answer.text == (
        'event: next\nid: c1\ndata: {"data":{"ticks":{"number":1}}}\n\n'
        'event: next\nid: c2\ndata: {"data":{"ticks":{"number":2}}}\n\n'
        "event: complete\ndata:\n\n"
    )
    assert await closed("ticks")


async def test_a_browser_that_comes_back_goes_on_where_it_was(
    host: Hosted, client: httpx.AsyncClient
) -> None:
    document = "subscription ($after: String) { ticks(to: 3, after: $after) { number } }"
    parameters = {"query": document, "variables": '{"after": "c0"}'}
    back = {**TAKES, "last-event-id": "c2"}
    answer = await client.get(host.url, params=parameters, headers=back)
    assert results(answer) == [("c3", {"data": {"ticks": {"number": 3}}})]


async def test_a_query_and_a_mutation_are_one_event(host: Hosted, client: httpx.AsyncClient) -> None:
    answer = await client.get(host.url, params={"query": "{ actor }"}, headers=TAKES)
    assert results(answer) == [(None, {"data": {"actor": None}})]
    answer = await client.post(host.url, json={"query": 'mutation { repeat(words: "a\\nb") }'}, headers=TAKES)
    assert results(answer) == [(None, {"data": {"repeat": "a\nb"}})]


async def test_what_cannot_be_run_is_told_by_an_event(host: Hosted, client: httpx.AsyncClient) -> None:
    answer = await client.post(host.url, json={"query": "subscription { nothing }"}, headers=TAKES)
    assert answer.status_code == 200
    ((_, told),) = results(answer)
    assert told.keys() == {"errors"}
    assert told["errors"][0]["extensions"]["code"] == "GRAPHQL_VALIDATION_FAILED"


async def test_a_request_that_is_none_is_refused_in_json(host: Hosted, client: httpx.AsyncClient) -> None:
    answer = await client.post(host.url, json={"nothing": 1}, headers=TAKES)
    assert (answer.status_code, answer.json()["errors"][0]["extensions"]["code"]) == (400, "BAD_REQUEST")
    answer = await client.get(host.url, params={"query": 'mutation { repeat(words: "") }'}, headers=TAKES)
    assert answer.status_code == 405


async def test_a_source_that_refuses_is_told_and_ends(host: Hosted, client: httpx.AsyncClient) -> None:
    answer = await client.post(
        host.url, json={"query": "subscription { breaking { number } }"}, headers=TAKES
    )
    (_, (cursor, told)) = results(answer)
    assert (cursor, told["errors"][0]["message"]) == (None, "The cursor is too old.")


async def test_a_subscription_has_no_single_answer(host: Hosted, client: httpx.AsyncClient) -> None:
    for accept in ("application/json", "application/graphql-response+json", "multipart/mixed"):
        answer = await client.post(host.url, json=QUIET, headers={"accept": accept})
        assert answer.status_code == 406
        assert "text/event-stream" in answer.json()["errors"][0]["message"]
    assert not open_streams["quiet"]


async def test_single_results_are_json_where_a_stream_is_only_possible(
    host: Hosted, client: httpx.AsyncClient
) -> None:
    takes = "application/graphql-response+json, application/json, text/event-stream, multipart/mixed"
    answer = await client.post(host.url, json={"query": "{ actor }"}, headers={"accept": takes})
    assert answer.json()["data"] == {"actor": None}


@asynccontextmanager
async def following(client: httpx.AsyncClient, host: Hosted, query: str) -> AsyncIterator[httpx.Response]:
    """A stream whose first event has come."""
    async with client.stream("POST", host.url, json={"query": query}, headers=TAKES) as answer:
        assert await anext(answer.aiter_lines()) == "event: next"
        yield answer


async def test_a_client_that_leaves_ends_the_source(host: Hosted, client: httpx.AsyncClient) -> None:
    async with following(client, host, QUIET["query"]):
        assert open_streams["quiet"] == 1
    assert await closed("quiet")


async def test_a_query_of_a_client_that_leaves_is_stopped(host: Hosted) -> None:
    async with httpx.AsyncClient(timeout=0.2) as hasty:
        with pytest.raises(httpx.TimeoutException):
            await hasty.post(host.url, json={"query": "{ rest(seconds: 100) }"}, headers=TAKES)
    assert await closed("rest")


async def test_statements_of_a_client_that_leaves_are_ended(host: Hosted, database: Database) -> None:
    async with httpx.AsyncClient(timeout=0.3) as hasty:
        with pytest.raises(httpx.TimeoutException):
            await hasty.post(host.url, json={"query": "{ sleeps }"}, headers=TAKES)
    assert await asleep(database, 0)


async def test_a_reader_that_takes_nothing_is_cut_off(database: Database) -> None:
    async with hosted(database, stream_patience=0.3) as host:
        place, port = host.address.split(":")
        _, writer = await asyncio.open_connection(place, int(port), limit=1)
        body = json.dumps({"query": "subscription { flood(size: 100000) { cursor } }"})
        head = f"host: {host.address}\r\naccept: text/event-stream\r\ncontent-type: application/json"
        length = f"content-length: {len(body)}"
        writer.write(f"POST /graphql HTTP/1.1\r\n{head}\r\n{length}\r\n\r\n{body}".encode())
        try:
            assert await opened("flood")
            assert await closed("flood")
            assert await soon(lambda: not host.server.server_state.connections)
        finally:
            writer.transport.abort()


async def test_the_end_of_the_server_ends_streams_at_once(
    database: Database, client: httpx.AsyncClient
) -> None:
    async with hosted(database) as host, following(client, host, QUIET["query"]):
        host.endpoint.ending.begun.set()
        assert await closed("quiet")


async def test_a_silent_stream_shows_that_it_goes_on() -> None:
    sent: list[bytes] = []
    loop = asyncio.get_running_loop()
    twice: asyncio.Future[None] = loop.create_future()

    async def receive() -> Any:
        await twice
        return {"type": "http.disconnect"}

    async def send(message: Any) -> None:
        sent.append(message["body"])
        if len(sent) == 3:
            twice.set_result(None)

    async def parts() -> Any:
        yield b"first"
        await asyncio.Event().wait()

    await pump(parts(), receive, Sending(send, 5), Ending(), ALIVE, silence=0.01)
    assert sent[:3] == [b"first", b":\n\n", b":\n\n"]


async def test_a_signal_to_end_is_told_to_streams_and_passed_on() -> None:
    ending, passed = Ending(), []
    before = signal.signal(signal.SIGTERM, lambda number, frame: passed.append(number))
    try:
        with ending.heard():
            os.kill(os.getpid(), signal.SIGTERM)
            async with asyncio.timeout(5):
                await ending.begun.wait()
    finally:
        signal.signal(signal.SIGTERM, before)
    assert passed == [signal.SIGTERM]


async def test_a_subscription_keeps_nothing_of_its_past_events(database: Database) -> None:
    executor = Executor(SCHEMA)
    admitted = executor.admit("subscription { ticks(to: 1100) { number seenBy } }", {}, None)
    assert not isinstance(admitted, Outcome)
    events = await subscribe(executor, admitted, partial(context_of, database, {}))
    assert not isinstance(events, Outcome)
    objects = {}
    async for event in events:
        if event.cursor in ("c100", "c1100"):
            gc.collect()
            objects[event.cursor] = len(gc.get_objects())
    assert objects["c1100"] - objects["c100"] < 1000
