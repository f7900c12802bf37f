"""Killed in the midst of taking interactions in: what was acknowledged is there once, and every sum is right.

Four clients post and send again what was not acknowledged, while the server, PostgreSQL or one of its
sessions is killed without warning. `LEADGRAPH_CRASHES=60` kills more often, `LEADGRAPH_SEED` elsewhere.
"""

import asyncio
import json
import os
import random
import shutil
import signal
import socket
import sys
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, suppress
from itertools import count, cycle
from pathlib import Path

import asyncpg
import httpx
import pytest

from db.database import connected
from db.embedded.postmaster import Postmaster, postmaster
from engines import ingest
from tests.http.ingesting import NDJSON, body, differences, line, people

CRASHES = int(os.environ.get("LEADGRAPH_CRASHES", "3"))
SEED = int(os.environ.get("LEADGRAPH_SEED", "6"))
CLIENTS = 4
PARTS = (150, 150, 150, 2 * ingest.MANY)
"""Lines that are posted at once: sometimes so many that they go in lanes."""
STARTS = 3
KEYS = [f"c{n}" for n in range(12)]
KINDS = ("EMAIL_SENT", "EMAIL_DELIVERED", "EMAIL_OPENED", "EMAIL_CLICKED", "WEBSITE_VISITED")
BUSY = """
select pid from pg_stat_activity
where application_name = 'leadgraph' and datname = current_database()
order by state <> 'idle' desc
limit 1
"""
KEPT = "select source_id from interaction where source = 'crash'"


@pytest.fixture
def folder() -> Iterator[Path]:
    """A data folder within reach of the account that PostgreSQL runs as."""
    made = Path(tempfile.mkdtemp(prefix="leadgraph-crash-"))
    yield made
    shutil.rmtree(made, ignore_errors=True)


class House:
    """A server over a PostgreSQL of its own, which crash and come back at the same port."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        with socket.create_server(("127.0.0.1", 0)) as free:
            self._port = free.getsockname()[1]
        self.address = f"http://127.0.0.1:{self._port}"
        self._process: asyncio.subprocess.Process | None = None

    async def start(self) -> None:
        """Starts it, and waits until it answers: a database that still recovers may take a second start."""
        for _ in range(STARTS):
            if await self._started():
                return
        raise AssertionError("It does not start again: it says why on its standard error.")

    async def _started(self) -> bool:
        kept = {name: value for name, value in os.environ.items() if not name.endswith("DATABASE_URL")}
        self._process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "server", "serve", "--port", str(self._port)),
            env={**kept, "LEADGRAPH_DATA_DIR": str(self._folder), "LEADGRAPH_LOG_LEVEL": "critical"},
            stdout=asyncio.subprocess.PIPE,
        )
        assert self._process.stdout is not None
        return bool(await self._process.stdout.readline())

    @property
    def postmaster(self) -> Postmaster:
        """The PostgreSQL behind it."""
        (claim,) = self._folder.glob("postgres-*/postmaster.pid")
        found = postmaster(claim.parent)
        assert found is not None
        return found

    async def crash_server(self) -> None:
        """Kills the server; a new one comes."""
        await self._kill_server()
        await self.start()

    async def crash_postgres(self) -> None:
        """Kills PostgreSQL, and the server that has lost it; both come back."""
        os.kill(self.postmaster.pid, signal.SIGKILL)
        await asyncio.sleep(0.2)
        await self.crash_server()

    async def crash_session(self) -> None:
        """Kills the session that takes interactions in: PostgreSQL ends all of them, and recovers.

        That is waited for: told to end while it recovers, PostgreSQL 18 may not end at all.
        """
        with suppress(asyncpg.PostgresError, OSError):
            connection = await asyncpg.connect(self.postmaster.dsn)
            pid = await connection.fetchval(BUSY)
            await connection.close()
            if pid is not None:
                os.kill(pid, signal.SIGKILL)
        for _ in range(600):
            await asyncio.sleep(0.1)
            with suppress(asyncpg.PostgresError, OSError):
                return await (await asyncpg.connect(self.postmaster.dsn)).close()
        raise AssertionError("PostgreSQL does not recover.")

    async def _kill_server(self) -> None:
        assert self._process is not None
        self._process.kill()
        await self._process.wait()

    async def end(self) -> None:
        """Ends it in order."""
        assert self._process is not None
        if self._process.returncode is None:
            self._process.terminate()
        assert await self._process.wait() == 0


@asynccontextmanager
async def house(folder: Path) -> AsyncIterator[House]:
    """One that is started, and ended whatever happens."""
    made = House(folder)
    await made.start()
    try:
        yield made
    finally:
        await made.end()


class Sender:
    """A client that keeps in mind what was acknowledged, and sends the rest again."""

    def __init__(self, number: int, address: str) -> None:
        self._numbers = count(number, CLIENTS)
        self._sizes = cycle(PARTS)
        self._address = address
        self.waiting: dict[str, bytes] = {}
        self.acknowledged: set[str] = set()
        self.interrupted = 0

    async def run(self, enough: asyncio.Event) -> None:
        """Sends more and more until it is enough, and then what is left."""
        while not enough.is_set() or self.waiting:
            if not enough.is_set():
                self._make()
            try:
                async with asyncio.timeout(20):
                    await self._post()
            except (httpx.HTTPError, TimeoutError):
                self.interrupted += 1
                await asyncio.sleep(0.1)

    def _make(self) -> None:
        for number in (next(self._numbers) for _ in range(next(self._sizes))):
            made = line(
                number, KEYS[number % len(KEYS)], type=KINDS[number % 5], messageId=f"m{number % 7}", link="x"
            )
            self.waiting[made["sourceId"]] = body([made])

    async def _post(self) -> None:
        sent = list(self.waiting)
        async with (
            httpx.AsyncClient(base_url=self._address, timeout=20) as client,
            client.stream(
                "POST",
                "/ingest",
                params={"source": "crash"},
                content=b"".join(self.waiting.values()),
                headers=NDJSON,
            ) as answer,
        ):
            async for text in answer.aiter_lines():
                told = json.loads(text)
                if told.get("outcome") in ("STORED", "REPEATED"):
                    id = sent[told["line"] - 1]
                    self.acknowledged.add(id)
                    self.waiting.pop(id)


async def test_what_is_acknowledged_survives_every_crash_and_is_there_once(folder: Path) -> None:
    drawn = random.Random(SEED)
    async with house(folder) as server:
        async with connected(server.postmaster.dsn) as database:
            await people(database, "crash", *KEYS)
        senders = [Sender(number, server.address) for number in range(CLIENTS)]
        enough = asyncio.Event()
        sending = [asyncio.create_task(sender.run(enough)) for sender in senders]
        crashes = [server.crash_session, server.crash_server, server.crash_postgres]
        for at in range(CRASHES):
            await asyncio.sleep(drawn.uniform(0.4, 1.2))
            await crashes[at % len(crashes)]()
        await asyncio.sleep(0.4)
        enough.set()
        await asyncio.gather(*sending)
        acknowledged = [id for sender in senders for id in sender.acknowledged]
        assert len(acknowledged) > PARTS[0] * CLIENTS
        assert sum(sender.interrupted for sender in senders) > 0
        async with (
            connected(server.postmaster.dsn) as database,
            httpx.AsyncClient(base_url=server.address, timeout=30) as client,
        ):
            kept = [row["source_id"] for row in await database.reads().rows("kept", text=KEPT)]
            assert len(kept) == len(set(kept))
            assert set(kept) == set(acknowledged)
            assert await differences(database, client, "crash", KEYS) == []
