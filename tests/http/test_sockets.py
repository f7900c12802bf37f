"""GraphQL over WebSocket: the protocol graphql-transport-ws, its bounds and its end."""

import asyncio
import json
import socket
from collections.abc import AsyncIterator
from typing import Any

import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.typing import Subprotocol

from db.database import Database
from tests.http.hosting import Hosted, asleep, closed, hosted, open_streams, opened, soon

PROTOCOL = [Subprotocol("graphql-transport-ws")]


@pytest.fixture(scope="module")
async def host(database: Database) -> AsyncIterator[Hosted]:
    """A server of the module's own."""
    async with hosted(database, socket_operations=3, socket_start=0.3, max_body=20_000) as found:
        yield found


class Client:
    """One end of a socket."""

    def __init__(self, connection: ClientConnection) -> None:
        self.connection = connection

    async def say(self, **message: Any) -> None:
        """Sends a message."""
        await self.connection.send(json.dumps(message))

    async def hear(self) -> dict[str, Any]:
        """The next message; without what a result cost."""
        async with asyncio.timeout(5):
            found: dict[str, Any] = json.loads(await self.connection.recv())
        if found.get("type") == "next":
            found["payload"].pop("extensions", None)
        return found

    async def begin(self, **payload: Any) -> None:
        """Begins, with these parameters."""
        await self.say(type="connection_init", **({"payload": payload} if payload else {}))
        assert await self.hear() == {"type": "connection_ack"}

    async def ask(self, id_: str, query: str, **more: Any) -> None:
        """Asks for an operation."""
        await self.say(type="subscribe", id=id_, payload={"query": query, **more})

    async def end(self) -> tuple[int, str]:
        """With which code and reason the server closes."""
        try:
            while True:
                await self.hear()
        except ConnectionClosed as ended:
            received = ended.rcvd
        assert received is not None
        return received.code, received.reason


@pytest.fixture
async def client(host: Hosted) -> AsyncIterator[Client]:
    """A client that has only connected."""
    async with connect(host.socket, subprotocols=PROTOCOL) as connection:
        yield Client(connection)


async def test_queries_and_mutations_are_answered_and_complete(client: Client) -> None:
    await client.begin(**{"X-Leadgraph-Actor": "ann@kettle.example"})
    await client.ask(
        "a", "query ($no: Boolean!) { actor rest(seconds: 0) @include(if: $no) }", variables={"no": False}
    )
    assert await client.hear() == {
        "id": "a",
        "type": "next",
        "payload": {"data": {"actor": "ann@kettle.example"}},
    }
    assert await client.hear() == {"id": "a", "type": "complete"}
    await client.ask("a", 'mutation Say { repeat(words: "yes") } query Not { actor }', operationName="Say")
    assert (await client.hear())["payload"] == {"data": {"repeat": "yes"}}
    assert (await client.hear())["type"] == "complete"


async def test_a_subscription_gives_each_event_with_a_context_of_its_own_and_completes(
    client: Client,
) -> None:
    await client.begin(**{"x-leadgraph-actor": "ann"})
    await client.ask("s", "subscription { ticks(to: 3) { number odd seenBy } }")
    heard = [await client.hear() for _ in range(4)]
    assert [each["payload"]["data"]["ticks"] for each in heard[:3]] == [
        {"number": number, "odd": number % 2 == 1, "seenBy": "ann"} for number in (1, 2, 3)
    ]
    assert heard[3] == {"id": "s", "type": "complete"}
    assert await closed("ticks")


async def test_an_event_that_fails_is_masked_and_others_follow(client: Client) -> None:
    await client.begin()
    await client.ask("s", 'subscription { ticks(to: 14, after: "c12") { number odd } }')
    failed, following = (await client.hear())["payload"], (await client.hear())["payload"]
    assert failed["data"] is None
    assert failed["errors"][0]["extensions"]["code"] == "INTERNAL_SERVER_ERROR"
    assert "secret" not in json.dumps(failed)
    assert following == {"data": {"ticks": {"number": 14, "odd": False}}}


async def test_a_source_that_refuses_ends_its_subscription_with_an_error(client: Client) -> None:
    await client.begin()
    await client.ask("s", "subscription { breaking { number } }")
    assert (await client.hear())["type"] == "next"
    ended = await client.hear()
    assert (ended["type"], ended["id"]) == ("error", "s")
    assert ended["payload"][0]["message"] == "The cursor is too old."
    assert ended["payload"][0]["extensions"]["code"] == "BAD_USER_INPUT"
    assert ended["payload"][0]["path"] == ["breaking"]


@pytest.mark.parametrize(
    ("payload", "code"),
    [
        ({"query": "{"}, "GRAPHQL_PARSE_FAILED"),
        ({"query": "{ nothing }"}, "GRAPHQL_VALIDATION_FAILED"),
        ({"query": "subscription { nothing { id } }"}, "GRAPHQL_VALIDATION_FAILED"),
        ({"query": "query A { actor } query B { actor }"}, "OPERATION_RESOLUTION_FAILURE"),
        ({"query": "query ($s: Float!) { rest(seconds: $s) }"}, "BAD_USER_INPUT"),
        ({"query": "{ actor }", "variables": []}, "BAD_REQUEST"),
        ({"query": 1}, "BAD_REQUEST"),
        ({}, "BAD_REQUEST"),
    ],
)
async def test_what_cannot_be_run_is_an_error_of_its_own_and_the_socket_stays(
    client: Client, payload: dict[str, Any], code: str
) -> None:
    await client.begin()
    await client.say(type="subscribe", id="x", payload=payload)
    refused = await client.hear()
    assert (refused["type"], refused["id"]) == ("error", "x")
    assert refused["payload"][0]["extensions"]["code"] == code
    await client.ask("x", "{ actor }")
    assert (await client.hear())["payload"] == {"data": {"actor": None}}


async def test_pings_are_answered_with_their_payload(client: Client) -> None:
    await client.say(type="ping", payload={"n": 1})
    assert await client.hear() == {"type": "pong", "payload": {"n": 1}}
    await client.say(type="pong")
    await client.say(type="ping")
    assert await client.hear() == {"type": "pong"}


INIT = {"type": "connection_init"}
QUIET = {"type": "subscribe", "id": "q", "payload": {"query": "subscription { quiet { number } }"}}


@pytest.mark.parametrize(
    ("messages", "code", "reason"),
    [
        ([], 4408, "Connection initialisation timeout"),
        ([INIT, INIT], 4429, "Too many initialisation requests"),
        ([QUIET], 4401, "Unauthorized"),
        ([INIT, QUIET, QUIET], 4409, "Subscriber for q already exists"),
        (["nonsense"], 4400, "The message is not JSON"),
        ([["list"]], 4400, "The message is not a JSON object"),
        ([{"type": "start"}], 4400, "The message has no `type` that this protocol knows"),
        ([{**INIT, "payload": 1}], 4400, "The payload of connection_init is not an object"),
        ([INIT, {**QUIET, "id": ""}], 4400, "A subscribe message has an `id` and a `payload`"),
        ([INIT, {**QUIET, "payload": None}], 4400, "A subscribe message has an `id` and a `payload`"),
        ([{"type": "ping", "payload": "x" * 20_000}], 1009, "A message has at most 20,000 characters"),
    ],
)
async def test_who_breaks_the_protocol_is_told_by_code(
    client: Client, messages: list[Any], code: int, reason: str
) -> None:
    for message in messages:
        await client.connection.send(message if isinstance(message, str) else json.dumps(message))
    assert await client.end() == (code, reason)
    assert await closed("quiet")


async def test_binary_messages_are_refused(client: Client) -> None:
    await client.connection.send(b"{}")
    assert (await client.end())[0] == 4400


async def test_another_subprotocol_is_not_spoken(host: Hosted) -> None:
    async with connect(host.socket) as connection:
        assert await Client(connection).end() == (4406, "Subprotocol not acceptable")
    async with connect(host.socket, subprotocols=[Subprotocol("graphql-ws"), *PROTOCOL]) as connection:
        assert connection.subprotocol == "graphql-transport-ws"


async def test_pages_of_other_origins_are_refused_in_the_handshake(host: Hosted) -> None:
    with pytest.raises(InvalidStatus) as refused:
        await connect(host.socket, subprotocols=PROTOCOL, origin="https://elsewhere.example")  # type: ignore[arg-type]
    response = refused.value.response
    assert response.status_code == 403
    assert json.loads(response.body)["errors"][0]["extensions"]["code"] == "FORBIDDEN"
    async with connect(host.socket, subprotocols=PROTOCOL, origin=f"http://{host.address}"):  # type: ignore[arg-type]
        pass


async def test_so_many_operations_at_once_and_no_more(client: Client) -> None:
    await client.begin()
    for id_ in "abc":
        await client.ask(id_, "subscription { quiet { number } }")
        assert (await client.hear())["id"] == id_
    await client.ask("d", "{ actor }")
    refused = await client.hear()
    assert (refused["type"], refused["id"]) == ("error", "d")
    assert refused["payload"][0]["extensions"]["limit"] == 3
    await client.say(type="complete", id="b")
    await client.ask("b", "{ actor }")
    assert (await client.hear())["payload"] == {"data": {"actor": None}}
    assert open_streams["quiet"] == 2


async def test_complete_and_leaving_end_sources_and_queries(host: Hosted) -> None:
    async with connect(host.socket, subprotocols=PROTOCOL) as connection:
        client = Client(connection)
        await client.begin()
        await client.ask("a", "subscription { quiet { number } }")
        await client.hear()
        await client.say(type="complete", id="a")
        assert await closed("quiet")
        await client.ask("a", "subscription { quiet { number } }")
        await client.hear()
        await client.ask("b", "{ rest(seconds: 100) }")
        assert await opened("rest")
    assert await closed("quiet")
    assert await closed("rest")


async def test_statements_of_an_operation_that_is_not_wanted_are_ended(
    host: Hosted, client: Client, database: Database
) -> None:
    await client.begin()
    await client.ask("a", "{ sleeps }")
    assert await asleep(database, 1)
    await client.say(type="complete", id="a")
    assert await asleep(database, 0)


async def test_an_operation_that_takes_too_long_is_stopped(database: Database) -> None:
    async with (
        hosted(database, operation_timeout=0.1) as host,
        connect(host.socket, subprotocols=PROTOCOL) as connection,
    ):
        client = Client(connection)
        await client.begin()
        await client.ask("a", "{ rest(seconds: 100) }")
        refused = await client.hear()
    assert refused["payload"][0]["extensions"]["reason"] == "TIMEOUT"
    assert await closed("rest")


async def test_a_reader_that_takes_nothing_is_cut_off(database: Database) -> None:
    async with hosted(database, stream_patience=0.3) as host:
        connection = await connect(host.socket, subprotocols=PROTOCOL, compression=None, max_queue=1)
        client = Client(connection)
        await client.begin()
        await client.ask("a", "subscription { flood { cursor } }")
        assert await opened("flood")
        assert await closed("flood")
        assert await soon(lambda: not host.server.server_state.connections)
        connection.transport.abort()


async def test_the_end_of_the_server_is_told_so_that_clients_come_back(database: Database) -> None:
    async with hosted(database) as host:
        connection = await connect(host.socket, subprotocols=PROTOCOL)
        client = Client(connection)
        await client.begin()
        await client.ask("a", "subscription { quiet { number } }")
        await client.hear()
    assert (await client.end())[0] == 1012
    assert await closed("quiet")


async def test_a_message_may_come_in_fragments(client: Client) -> None:
    await client.connection.send(iter(['{"type":"conn', 'ection_init"}']))
    assert await client.hear() == {"type": "connection_ack"}


async def test_a_connection_that_breaks_leaves_nothing(host: Hosted) -> None:
    connection = await connect(host.socket, subprotocols=PROTOCOL)
    client = Client(connection)
    await client.begin()
    await client.ask("a", "subscription { quiet { number } }")
    await client.hear()
    raw = connection.transport.get_extra_info("socket")
    raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
    connection.transport.abort()
    assert await closed("quiet")
