"""Clients that leave, dawdle or wait too long: their statements end in PostgreSQL too, nothing stays open."""

import asyncio
import json
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

import asyncpg
import httpx
import pytest

from db.database import Database, connected
from resolvers.identity import to_global
from server.app import create
from tests.http.in_process import served

PATIENCE = 15
PLANNED = "{ contacts(first: 5) { nodes { id account { name } insights { interactions } } } }"
FIELDWISE = (
    '{ __type(name: "Contact") { name } contacts(first: 5) { nodes { id } } accounts { nodes { id } } }'
)
MOVE = """
mutation ($id: ID!) {
  contactMove(input: {id: $id, accountId: null, movedAt: "2026-03-02T12:00:00Z"}) { userErrors { code } }
}
"""
SESSIONS = """
select count(*) filter (where state = 'active' and wait_event_type = 'Lock') as waiting,
       count(*) filter (where state = 'active' or state like 'idle in transaction%') as busy
from pg_stat_activity where datname = current_database() and application_name = 'leadgraph'
"""
ENVIRON = {
    "LEADGRAPH_BODY_TIMEOUT": "0.3",
    "LEADGRAPH_OPERATION_TIMEOUT": "120",
    "LEADGRAPH_STATEMENT_TIMEOUT": "120",
}


@pytest.fixture(scope="module")
async def patient(dsn: str, world: Database) -> AsyncIterator[str]:
    """The address of a server that waits long for PostgreSQL, and not at all for slow bodies."""
    environ = os.environ | ENVIRON | {"LEADGRAPH_DATABASE_URL": dsn}
    command = [sys.executable, "-m", "server", "serve", "--port", "0"]
    process = await asyncio.create_subprocess_exec(*command, env=environ, stdout=asyncio.subprocess.PIPE)
    assert process.stdout is not None
    yield (await process.stdout.readline()).decode().split()[-1].rstrip("/")
    process.terminate()
    assert await process.wait() == 0


@asynccontextmanager
async def locked(dsn: str, table: str = "contact") -> AsyncIterator[asyncpg.Connection]:
    """A table that nobody else can read while the block runs; gives a connection to look on from."""
    holding, watching = await asyncpg.connect(dsn), await asyncpg.connect(dsn)
    try:
        async with holding.transaction():
            await holding.execute(f"lock table {table} in access exclusive mode")
            yield watching
    finally:
        await holding.close()
        await watching.close()


async def begun(url: str, body: dict[str, Any], announced: int = 0) -> asyncio.StreamWriter:
    """A connection on which a request was sent, or the beginning of one."""
    place, content = urlsplit(url), json.dumps(body).encode()
    _, writer = await asyncio.open_connection(place.hostname, place.port)
    head = "POST /graphql HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: "
    writer.write(f"{head}{announced or len(content)}\r\n\r\n".encode() + content)
    await writer.drain()
    return writer


WHOLE = """
select c.id, c.account_id is not distinct from m.account_id as whole
from contact c left join contact_account_membership m on m.contact_id = c.id and m.to_at is null
where c.last_name = 'Arbour'
"""


async def until(connection: asyncpg.Connection, what: str, wanted: int, times: int = 1) -> int:
    """The number of sessions of that sort, as soon as it is the wanted one, seen so that many times."""
    for _ in range(PATIENCE * 50):
        (sessions,) = await connection.fetch(SESSIONS)
        found = sessions[what]
        times = times - 1 if found == wanted else times
        if not times:
            break
        await asyncio.sleep(0.02)
    return int(found)


async def test_who_leaves_takes_the_statements_along(patient: str, dsn: str, world: Database) -> None:
    (ann,) = await world.reads().rows("ann", text=WHOLE)
    asked: list[dict[str, Any]] = [
        {"query": PLANNED},
        {"query": FIELDWISE},
        {"query": MOVE, "variables": {"id": to_global("Contact", ann["id"])}},
    ]
    async with locked(dsn) as watching:
        writers = [await begun(patient, asked[number % 3]) for number in range(60)]
        assert await until(watching, "waiting", 8) == 8
        for writer in writers:
            writer.transport.abort()
        assert await until(watching, "busy", 0, times=10) == 0
    async with httpx.AsyncClient() as client:
        answers = await asyncio.gather(
            *(client.post(f"{patient}/graphql", json={"query": PLANNED}) for _ in range(20))
        )
    assert all("errors" not in answer.json() for answer in answers)
    (after,) = await world.reads().rows("ann", text=WHOLE)
    assert after["whole"], "a move whose client left is made wholly or not at all"


async def test_a_body_that_does_not_come_is_not_waited_for(patient: str) -> None:
    place = urlsplit(patient)
    reader, writer = await asyncio.open_connection(place.hostname, place.port)
    head = (
        "POST /graphql HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n{"
    )
    writer.write(head.encode())
    answer = await asyncio.wait_for(reader.read(), PATIENCE)
    assert answer.startswith(b"HTTP/1.1 408 ")
    assert b"took too long to come" in answer
    writer.close()


async def test_a_client_that_leaves_in_its_body_leaves_nothing(patient: str) -> None:
    writers = [await begun(patient, {"query": PLANNED}, announced=10_000) for _ in range(20)]
    for writer in writers:
        writer.transport.abort()
    async with httpx.AsyncClient() as client:
        assert (await client.post(f"{patient}/graphql", json={"query": PLANNED})).json()["data"]


@pytest.mark.parametrize("query", [PLANNED, FIELDWISE])
async def test_an_operation_that_takes_too_long_is_stopped_and_says_so(
    dsn: str, world: Database, query: str
) -> None:
    async with locked(dsn) as watching:
        answer = await served(world, operation_timeout=0.2).post("/graphql", json={"query": query})
        assert await until(watching, "busy", 0) == 0
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "1")
    (error,) = answer.json()["errors"]
    told = error["extensions"]
    assert (told["code"], told["reason"], told["retryable"]) == ("INTERNAL_SERVER_ERROR", "TIMEOUT", True)


@pytest.mark.parametrize("query", [PLANNED, FIELDWISE])
async def test_a_statement_that_takes_too_long_is_told_without_the_drivers_words(
    dsn: str, world: Database, query: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("schema.plan.execution.PATIENCE", 0.1)
    async with connected(dsn, size=2, statement_timeout=0.2) as hasty, locked(dsn):
        answer = (await served(hasty).post("/graphql", json={"query": query})).json()
    assert {error["extensions"]["reason"] for error in answer["errors"]} == {"TIMEOUT"}
    assert "statement timeout" not in json.dumps(answer)


async def test_a_session_that_is_killed_is_told_as_worth_another_try(dsn: str, world: Database) -> None:
    async with connected(dsn, size=1) as single:
        client = served(single)
        for _ in range(2):
            async with locked(dsn) as killing:
                answering = asyncio.create_task(client.post("/graphql", json={"query": MOVE_NOBODY}))
                await until(killing, "waiting", 1)
                await killing.execute(
                    "select pg_terminate_backend(pid) from pg_stat_activity"
                    " where datname = current_database() and wait_event_type = 'Lock'"
                )
                (error,) = (await answering).json()["errors"]
            told = error["extensions"]
            assert (told["reason"], told["retryable"]) == ("DATABASE_UNAVAILABLE", True)
        assert (await client.post("/graphql", json={"query": PLANNED})).json()["data"]["contacts"]


MOVE_NOBODY = MOVE.replace("($id: ID!)", "").replace("$id", f'"{to_global("Contact", UUID(int=7))}"')


async def test_a_process_whose_connections_are_all_taken_is_not_ready(dsn: str) -> None:
    app = create()
    async with connected(dsn, size=1, patience=0.2) as single:
        app.state.database = single
        transport = httpx.ASGITransport(app=app)
        async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as client:
            async with single.transaction():
                assert (await client.get("/readyz")).status_code == 503
            assert (await client.get("/readyz")).status_code == 200
