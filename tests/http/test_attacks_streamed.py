"""Attacks on what is streamed: forged ids and cursors, floods, messages without end, pages of others."""

import asyncio
import json

import httpx
import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.typing import Origin

from db.database import Database
from schema.build import schema
from tests.http.hosting import hosted
from tests.http.ways_in import FORGED_IDS, PROTOCOL, STREAMED, Way, by_post, errors_of, socket_of

FOLLOW = "subscription ($id: ID!, $after: String) {{ {}(id: $id, after: $after) {{ cursor }} }}"
STREAMS = {
    owner + what: FOLLOW.format(owner + what)
    for owner in ("contact", "account", "lead")
    for what in ("Interactions", "Insights", "Changes")
}
FORGED_CURSORS = [
    "x",
    "a\x00b",
    "💥",
    "W10",
    "e30",
    "bnVsbA",
    "MQ",
    "LTE",
    "x" * 100_000,
    "WzEsMl0",
    "' or 1=1 --",
]


@STREAMED
async def test_a_forged_id_follows_nothing(serving: str, way: Way) -> None:
    for query in STREAMS.values():
        for id_ in FORGED_IDS if query is STREAMS["contactChanges"] else FORGED_IDS[2:5]:
            if id_ or "Changes" not in query:
                (error,) = await way(serving, query, {"id": id_, "after": None})
                assert error["extensions"]["code"] == "BAD_USER_INPUT", (query, id_)


@STREAMED
async def test_a_forged_cursor_follows_nothing(serving: str, way: Way) -> None:
    asked = await _ids(serving)
    for name, query in STREAMS.items():
        id_ = next(known for owner, known in asked.items() if name.startswith(owner))
        for after in FORGED_CURSORS if name == "leadInteractions" else FORGED_CURSORS[1:4]:
            (error,) = await way(serving, query, {"id": id_, "after": after})
            assert error["extensions"]["code"] == "BAD_USER_INPUT", (name, after)


async def _ids(serving: str) -> dict[str, str]:
    """Someone's id, of each kind."""
    query = " ".join(f"{kind}s(first: 1) {{ nodes {{ id }} }}" for kind in ("contact", "account", "lead"))
    async with httpx.AsyncClient() as client:
        found = (await client.post(f"{serving}/graphql", json={"query": f"{{ {query} }}"})).json()["data"]
    return {kind.removesuffix("s"): page["nodes"][0]["id"] for kind, page in found.items()}


@pytest.mark.parametrize("last", [b"x", b"\xff\xfe", b"a" * 20_000, b"'; --", b"W10"])
async def test_a_forged_last_event_follows_nothing(serving: str, last: bytes) -> None:
    query, id_ = STREAMS["contactChanges"], (await _ids(serving))["contact"]
    raw = [
        (b"accept", b"text/event-stream"),
        (b"last-event-id", last),
        (b"content-type", b"application/json"),
    ]
    body = json.dumps({"query": query, "variables": {"id": id_}})
    async with httpx.AsyncClient(timeout=10) as client:
        answer = await client.post(f"{serving}/graphql", content=body, headers=raw)
    (error,) = errors_of(answer.status_code, answer.text.split("data: ")[1].split("\n")[0])
    assert error["extensions"]["code"] == "BAD_USER_INPUT"


WRONG = [
    'subscription { contactInteractions(id: "x", types: [NOTHING]) { cursor } }',
    "subscription { contactChanges { cursor } accountChanges { cursor } }",
    "subscription { ...F } fragment F on Subscription { a: contactChanges { at } b: contactChanges { at } }",
    "subscription { contactChanges @skip(if: true) { cursor } }",
    "subscription { __schema { queryType { name } } }",
    "subscription { contactChanges { cursor ... @defer { kind } } }",
    "subscription { contactChanges { contact { "
    + "account { parentAccount { " * 8
    + "id"
    + " } }" * 8
    + " } } }",
    "subscription { contactChanges { contact { account { contacts(first: 100) { nodes { contacts {"
    " nodes { insights { id } interactions(first: 100) { nodes { id } } } } } } } } } }",
]


@STREAMED
async def test_a_mistaken_subscription_follows_nothing(serving: str, way: Way) -> None:
    for query in WRONG:
        (error, *_) = await way(serving, query, {})
        assert error["extensions"]["code"] == "GRAPHQL_VALIDATION_FAILED", query


async def test_a_flood_on_a_socket_is_answered_or_refused_and_others_are_served(serving: str) -> None:
    async with connect(socket_of(serving), subprotocols=PROTOCOL, max_queue=None) as connection:
        await connection.send('{"type": "connection_init"}')
        await connection.recv()
        for number in range(300):
            payload = {"query": "subscription { contactChanges { cursor } }"}
            await connection.send(json.dumps({"type": "subscribe", "id": f"{number}", "payload": payload}))
        async with asyncio.timeout(10):
            refused = [json.loads(await connection.recv()) for _ in range(200)]
        told = {(each["type"], each["payload"][0]["extensions"]["reason"]) for each in refused}
        assert told == {("error", "TOO_MANY_OPERATIONS")}
        assert await by_post(serving, "{ __typename }", {}) == []
        for _ in range(2_000):
            await connection.send('{"type": "ping"}')
        async with asyncio.timeout(10):
            pongs = [json.loads(await connection.recv())["type"] for _ in range(2_000)]
        assert set(pongs) == {"pong"}


@pytest.mark.parametrize("compression", [None, "deflate"])
async def test_a_message_without_end_closes_the_socket(serving: str, compression: str | None) -> None:
    async with connect(socket_of(serving), subprotocols=PROTOCOL, compression=compression) as connection:
        sending = asyncio.ensure_future(
            connection.send('{"type": "ping", "payload": "' + "x" * 3_000_000 + '"}')
        )
        with pytest.raises(ConnectionClosed) as closed:
            await connection.recv()
        await asyncio.gather(sending, return_exceptions=True)
        assert closed.value.rcvd is not None
        assert closed.value.rcvd.code == 1009


async def test_a_subscription_before_the_socket_was_begun_never_runs(serving: str) -> None:
    payload = {"query": "{ contacts(first: 1) { nodes { id } } }"}
    for kind in ("subscribe", "start"):
        async with connect(socket_of(serving), subprotocols=PROTOCOL) as connection:
            await connection.send(json.dumps({"type": kind, "id": "a", "payload": payload}))
            with pytest.raises(ConnectionClosed) as closed:
                await connection.recv()
            assert closed.value.rcvd is not None
            assert closed.value.rcvd.code in (4400, 4401)


@pytest.mark.parametrize(
    ("allowed", "origin", "is_let_in"),
    [
        ("", "https://elsewhere.example", False),
        ("", "null", False),
        ("https://shop.example", "https://shop.example", True),
        ("https://shop.example, https://desk.example/", "https://desk.example", True),
        ("https://shop.example", "https://shop.example.evil.example", False),
        ("https://shop.example", "http://shop.example", False),
        ("https://shop.example", "http://localhost:5173", False),
        ("*", "https://elsewhere.example", True),
        ("*", None, True),
        ("https://shop.example", None, True),
    ],
)
async def test_one_setting_says_which_pages_may_open_a_socket(
    database: Database, allowed: str, origin: str | None, is_let_in: bool
) -> None:
    async with hosted(database, schema, allowed_origins=allowed) as host:
        asking = connect(host.socket, subprotocols=PROTOCOL, origin=Origin(origin) if origin else None)
        if is_let_in:
            async with asking as connection:
                await connection.send('{"type": "connection_init"}')
                assert json.loads(await connection.recv()) == {"type": "connection_ack"}
        else:
            with pytest.raises(InvalidStatus) as refused:
                await asking
            assert refused.value.response.status_code == 403
