"""What open subscriptions cost one server process: memory, and how long an event is on its way.

`python -m benchmarks.subscriptions`: a PostgreSQL and a server of its own, 1,000 subscriptions over WebSocket
to the interactions of 100 contacts. `--sockets 1000 --each 1` opens a socket for each of them.
"""

import argparse
import asyncio
import os
import re
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from statistics import median, quantiles
from typing import Any

import asyncpg
import orjson
from websockets.asyncio.client import ClientConnection, connect

from db.database import Database, connected
from db.embedded import running
from db.migrate import migrate
from domain.facts import NewInteraction
from domain.intake import Incoming
from domain.interactions import InteractionType
from engines.customers import receive
from engines.ingest import ingest
from resolvers.identity import to_global

CONTACTS = 100
SINGLE = 200
"""Interactions written one by one, each timed."""
BATCH = 10
QUERY = "subscription($id: ID!) { contactInteractions(id: $id) { cursor interaction { id type sourceId } } }"
START = datetime.now(UTC) - timedelta(days=1)


@dataclass
class Received:
    """What has come, over all sockets."""

    cursors: Counter[tuple[int, str, str]] = field(default_factory=Counter)
    written: dict[str, float] = field(default_factory=dict)
    arrivals: list[tuple[str, float]] = field(default_factory=list)
    came: asyncio.Event = field(default_factory=asyncio.Event)

    def take(self, socket: int, message: dict[str, Any]) -> None:
        """Counts an event."""
        event = message["payload"]["data"]["contactInteractions"]
        self.cursors[socket, message["id"], event["cursor"]] += 1
        if event["interaction"]["sourceId"].startswith("single"):
            self.arrivals.append((event["interaction"]["sourceId"], time.perf_counter()))
        self.came.set()

    def times(self) -> list[float]:
        """Milliseconds from each single interaction's commit to each of its arrivals."""
        return [max(0.0, at - self.written[name]) * 1000 for name, at in self.arrivals]


@contextmanager
def server(dsn: str) -> Iterator[tuple[str, int]]:
    """The address and the process id of a server over that database."""
    environ = {**os.environ, "LEADGRAPH_DATABASE_URL": dsn}
    command = [sys.executable, "-m", "server", "serve", "--port", "0"]
    with subprocess.Popen(command, env=environ, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        for line in process.stdout:
            if found := re.search(r"http://(\S+?)/?$", line):
                yield found[1], process.pid
                break
        process.terminate()


def memory(pid: int) -> float:
    """Megabytes that the process holds."""
    found = re.search(r"VmRSS:\s+(\d+)", Path(f"/proc/{pid}/status").read_text())
    assert found is not None
    return int(found[1]) / 1024


async def settle(dsn: str) -> None:
    """The tables, and the contacts."""
    connection = await asyncpg.connect(dsn)
    await migrate(connection)
    await connection.close()
    async with connected(dsn) as db, db.transaction() as tx:
        contacts = [
            Incoming("contact", "bench", (f"c{number}",), {"last_name": f"Contact {number}"})
            for number in range(CONTACTS)
        ]
        await receive(tx, contacts, START)


async def ids_of(db: Database) -> list[str]:
    """The contacts' global ids, in their order."""
    async with db.transaction() as tx:
        rows = await tx.rows("ids", text="select key, record_id from source_key")
    ids = {row["key"]: to_global("Contact", row["record_id"]) for row in rows}
    return [ids[f"c{number}"] for number in range(CONTACTS)]


async def subscribe(address: str, ids: list[str], numbers: range) -> ClientConnection:
    """A socket with so many subscriptions, the contacts in turn; answers when all are open."""
    socket = await connect(f"ws://{address}/graphql", subprotocols=["graphql-transport-ws"], max_queue=None)  # type: ignore[list-item]
    await socket.send('{"type":"connection_init"}')
    await socket.recv()
    for number in numbers:
        payload = {"query": QUERY, "variables": {"id": ids[number % CONTACTS]}}
        message = {"type": "subscribe", "id": str(number), "payload": payload}
        await socket.send(orjson.dumps(message).decode())
    await socket.send('{"type":"ping"}')
    await socket.recv()
    return socket


async def listen(number: int, socket: ClientConnection, received: Received) -> None:
    """Takes what comes, until the socket is closed."""
    async for text in socket:
        message = orjson.loads(text)
        assert message["type"] == "next", message
        received.take(number, message)


async def write(db: Database, names: list[tuple[str, int]]) -> None:
    """Interactions, each of a name and a contact, in one transaction."""
    kind = InteractionType.EMAIL_OPENED
    batch = [NewInteraction(kind, START, "bench", name, contact_key=f"c{key}") for name, key in names]
    await ingest(db, batch, datetime.now(UTC))


async def arrived(received: Received, number: int) -> None:
    """Waits until so many events have come in all."""
    async with asyncio.timeout(120):
        while received.cursors.total() < number:
            received.came.clear()
            await received.came.wait()


async def run(address: str, pid: int, db: Database, sockets: int, each: int, events: int) -> None:
    """Opens, writes, listens and closes; prints what was seen."""
    ids, received, names = await ids_of(db), Received(), count()
    print(f"before                       {memory(pid):7.1f} MB")
    begun = time.perf_counter()
    opened = [await subscribe(address, ids, range(at * each, (at + 1) * each)) for at in range(sockets)]
    listening = [asyncio.create_task(listen(at, socket, received)) for at, socket in enumerate(opened)]
    await asyncio.sleep(2)
    took = time.perf_counter() - begun
    print(f"{sockets * each} subscriptions open      {memory(pid):7.1f} MB, opened within {took:.1f} s")
    readers = sockets * each // CONTACTS
    for number in range(SINGLE):
        await write(db, [(f"single{number}", number % CONTACTS)])
        received.written[f"single{number}"] = time.perf_counter()
        await asyncio.sleep(0.01)
    expected = SINGLE * readers
    await arrived(received, expected)
    print(f"after {expected} events, one by one {memory(pid):7.1f} MB")
    for _part in range(4):
        for _ in range(events // 4 // readers // BATCH):
            await write(db, [(f"more{next(names)}", number) for number in range(BATCH)])
            expected += readers * BATCH
        await arrived(received, expected)
        print(f"after {expected} events         {memory(pid):7.1f} MB")
    times = received.times()
    late = quantiles(times, n=100)[98]
    print(f"commit to arrival: median {median(times):.1f} ms, p99 {late:.1f} ms, {len(times)} arrivals")
    await asyncio.gather(*(socket.close() for socket in opened))
    await asyncio.gather(*listening)
    await asyncio.sleep(2)
    print(f"after closing                {memory(pid):7.1f} MB")
    repeated = sum(number - 1 for number in received.cursors.values())
    print(f"lost {expected - len(received.cursors)}, repeated {repeated}")


async def main() -> None:
    """Measures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sockets", type=int, default=10)
    parser.add_argument("--each", type=int, default=100)
    parser.add_argument("--events", type=int, default=10_000)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, running(Path(folder)) as dsn:
        await settle(dsn)
        with server(dsn) as (address, pid):
            async with connected(dsn) as db:
                await run(address, pid, db, arguments.sockets, arguments.each, arguments.events)


if __name__ == "__main__":
    asyncio.run(main())
