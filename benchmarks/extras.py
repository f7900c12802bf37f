"""What the endpoint's extras cost on a small request, beside a bare handler over the same executor.

`python -m benchmarks.extras` starts a PostgreSQL, loads the demo, and sends the same request in turn, in
process through the ASGI interface, to our endpoint as it is served and to a handler that reads JSON, runs the
executor and writes JSON: without negotiation, limits of size and time, notice of clients that leave, cost,
timing, log or request ids. It prints medians of the process's CPU time, which leaves out what PostgreSQL
spends, with and without the executor's part, and ours as a ratio to the bare one's.
"""

import argparse
import asyncio
import gc
import tempfile
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from types import SimpleNamespace
from typing import Any

import asyncpg
import orjson
import uvloop
from starlette.types import Message, Receive, Scope, Send

from benchmarks.fieldwise import DOCUMENTS, busiest
from db.database import Database, connected
from db.embedded import running
from db.migrate import migrate
from engines import demo
from resolvers.context import Context
from schema.build import schema
from schema.plan import Executor
from server.graphql import Endpoint
from server.settings import Settings

ROUNDS = 40
AT_ONCE = 50
"""Requests of one turn: enough for a clock that ticks in microseconds."""
SMALL = "one contact, its account, its insights"
App = Callable[[Scope, Receive, Send], Awaitable[None]]
HEADERS = [
    (b"host", b"127.0.0.1:8000"),
    (b"content-type", b"application/json"),
    (b"accept", b"application/graphql-response+json, application/json;q=0.9"),
    (b"accept-encoding", b"gzip"),
    (b"user-agent", b"benchmark"),
]


def bare(executor: Executor, database: Database) -> App:
    """A handler that does nothing but what it has to."""

    async def answer(scope: Scope, receive: Receive, send: Send) -> None:
        asked = orjson.loads((await receive())["body"])
        context = Context(database, datetime.now(UTC), None, "benchmark")
        outcome = await executor.run(context, asked["query"], asked.get("variables"))
        headers = [
            (b"content-type", b"application/json"),
            (b"content-length", str(len(outcome.json)).encode()),
        ]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": outcome.json})

    return answer


async def turn(app: App, scope: Scope, body: bytes, answers: list[bytes]) -> float:
    """Microseconds of CPU a request."""
    coming: Message = {"type": "http.request", "body": body, "more_body": False}

    async def receive() -> Message:
        return coming

    async def send(message: Message) -> None:
        if message["type"] == "http.response.body":
            answers.append(message["body"])

    begun = time.process_time()
    for _ in range(AT_ONCE):
        await asyncio.create_task(_called(app, dict(scope), receive, send))
    return (time.process_time() - begun) / AT_ONCE * 1e6


async def _called(app: App, scope: Scope, receive: Receive, send: Send) -> None:
    await app(scope, receive, send)


async def compare(database: Database, rounds: int) -> None:
    """Asks both in turn, and prints a line for each document."""
    executor = Executor(schema)
    scope: dict[str, Any] = {
        "type": "http",
        "method": "POST",
        "path": "/graphql",
        "query_string": b"",
        "headers": HEADERS,
        "app": SimpleNamespace(state=SimpleNamespace(database=database)),
    }
    apps = {"bare": bare(executor, database), "ours": Endpoint(executor, Settings())}
    documents = {SMALL: {"query": DOCUMENTS[SMALL], "variables": {"id": await busiest(database)}}}
    documents["nothing but __typename"] = {"query": "{ __typename }"}
    for name, asked in documents.items():
        spent: dict[str, list[float]] = {way: [] for way in apps}
        body = orjson.dumps(asked)
        for number in range(rounds + 2):
            for way, app in apps.items():
                answers: list[bytes] = []
                gc.collect()
                took = await turn(app, scope, body, answers)
                assert all(b'"errors"' not in answer for answer in answers)
                if number > 1:
                    spent[way].append(took)
        theirs, ours = (median(spent[way]) for way in apps)
        print(
            f"{name:44} bare {theirs:7.1f} us   ours {ours:7.1f} us"
            f"   {ours - theirs:+.1f} us   requests a CPU second: ours to bare {theirs / ours:.3f}"
        )


async def main(dsn: str, rounds: int) -> None:
    """Prepares the demo and compares."""
    connection = await asyncpg.connect(dsn)
    await migrate(connection)
    await connection.close()
    async with connected(dsn) as database:
        await demo.load(database, datetime.now(UTC))
        gc.freeze()
        gc.set_threshold(2_000, 10, 10)
        await compare(database, rounds)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(dir="/tmp") as folder, running(Path(folder)) as address:
        uvloop.run(main(address, given.rounds))
