"""The ways in for an attack, each giving what is told of it: no fault, and nothing of what is behind."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Any

import httpx
import pytest
from websockets.asyncio.client import connect
from websockets.typing import Subprotocol

PROTOCOL = [Subprotocol("graphql-transport-ws")]
PARTS = "multipart/mixed;deferSpec=20220824, application/json"
OURS = ("Traceback", 'File "', "asyncpg", "strawberry", "site-packages", ".py", "/work", "PostgresError")
Errors = list[dict[str, Any]]
Way = Callable[[str, str, Any], Awaitable[Errors]]


async def by_post(serving: str, query: str, variables: Any) -> Errors:
    """As JSON by POST."""
    async with httpx.AsyncClient(timeout=10) as client:
        answer = await client.post(f"{serving}/graphql", json={"query": query, "variables": variables})
    return errors_of(answer.status_code, answer.text)


async def by_get(serving: str, query: str, variables: Any) -> Errors:
    """In the address."""
    asked = {"query": query, "variables": json.dumps(variables)}
    async with httpx.AsyncClient(timeout=10) as client:
        answer = await client.get(f"{serving}/graphql", params=asked)
    return errors_of(answer.status_code, answer.text)


async def by_events(serving: str, query: str, variables: Any) -> Errors:
    """As server-sent events; no more than the first."""
    body, takes = {"query": query, "variables": variables}, {"accept": "text/event-stream"}
    async with (
        httpx.AsyncClient(timeout=10) as client,
        client.stream("POST", f"{serving}/graphql", json=body, headers=takes) as answer,
    ):
        async for line in answer.aiter_lines():
            if line.startswith("data: "):
                return errors_of(answer.status_code, line.removeprefix("data: "))
    return []


async def by_socket(serving: str, query: str, variables: Any) -> Errors:
    """Over a WebSocket; no more than the first message."""
    async with connect(socket_of(serving), subprotocols=PROTOCOL) as connection:
        await connection.send('{"type": "connection_init"}')
        await connection.recv()
        payload = {"query": query, "variables": variables}
        await connection.send(json.dumps({"type": "subscribe", "id": "a", "payload": payload}))
        async with asyncio.timeout(10):
            heard = json.loads(await connection.recv())
    told = heard["payload"] if heard["type"] == "error" else heard["payload"].get("errors", [])
    return errors_of(200, json.dumps({"errors": told}))


def socket_of(serving: str) -> str:
    """The address of a server's sockets."""
    return f"{serving.replace('http', 'ws', 1)}/graphql"


async def by_parts(serving: str, query: str, variables: Any) -> Errors:
    """In parts, all of them."""
    body = {"query": query, "variables": variables}
    async with httpx.AsyncClient(timeout=10) as client:
        answer = await client.post(f"{serving}/graphql", json=body, headers={"accept": PARTS})
    found: Errors = []
    for part in answer.text.split("\r\n--graphql")[1:-1] or [f"\r\n\r\n{answer.text}"]:
        form = json.loads(part.partition("\r\n\r\n")[2])
        for each in (form, *form.get("incremental", [])):
            found += errors_of(answer.status_code, json.dumps({"errors": each.get("errors", [])}))
    return found


def errors_of(status: int, text: str) -> Errors:
    """The errors of an answer, none of which is a fault or tells what is behind."""
    assert status < 500, text
    assert not [words for words in OURS if words in text], text
    errors: Errors = json.loads(text).get("errors") or []
    codes = {error["extensions"]["code"] for error in errors}
    assert "INTERNAL_SERVER_ERROR" not in codes, text
    return errors


WAYS = {
    "POST": by_post,
    "GET": by_get,
    "SSE": by_events,
    "WebSocket": by_socket,
    "multipart": by_parts,
}
EVERY_WAY = pytest.mark.parametrize("way", WAYS.values(), ids=WAYS)
STREAMED = pytest.mark.parametrize("way", [by_events, by_socket], ids=["SSE", "WebSocket"])


FORGED_IDS = [
    "",
    "x",
    "a\x00b",
    "💥",
    "Q29udGFjdDp4",
    "Ojo6",
    "QWNjb3VudDow",
    "'; drop table change; --",
    "x" * 100_000,
]
