"""Clients of `/ingest` that are slow, silent, gone or deaf, and a database that is away."""

import asyncio
import json
import os
import re
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import asyncpg
import httpx
import pytest

from db.database import Database
from tests.http.in_process import ingesting
from tests.http.ingesting import NDJSON, body, differences, line, outcomes, people, posted, told
from tests.http.test_departures import locked

SESSIONS = """
select from pg_stat_activity
where datname = current_database() and application_name = 'leadgraph'
    and (state = 'active' or state like 'idle in transaction%')
"""
WAITS = "datname = current_database() and wait_event_type = 'Lock'"
COUNT = "select count(*) as n from interaction where source = $1"
PATIENCE = 20


@dataclass
class Serving:
    """A process of Leadgraph."""

    process: asyncio.subprocess.Process
    address: str

    @property
    def memory(self) -> int:
        """The most bytes that it has held at a time."""
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        found = re.search(r"VmHWM:\s+(\d+) kB", status)
        assert found is not None
        return int(found[1]) * 1024


@asynccontextmanager
async def serving(dsn: str, **settings: str) -> AsyncIterator[Serving]:
    """A process over that database, ended in order."""
    environ = {**os.environ, "LEADGRAPH_DATABASE_URL": dsn, **settings}
    command = [sys.executable, "-m", "server", "serve", "--port", "0"]
    process = await asyncio.create_subprocess_exec(*command, env=environ, stdout=asyncio.subprocess.PIPE)
    assert process.stdout is not None
    greeting = (await process.stdout.readline()).decode()
    try:
        yield Serving(process, greeting.split()[-1].rstrip("/"))
    finally:
        if process.returncode is None:
            process.terminate()
        assert await process.wait() == 0


async def until(connection: asyncpg.Connection, asked: str) -> bool:
    """Whether the answer to a question comes to be yes."""
    for _ in range(PATIENCE * 50):
        if await connection.fetchval(asked):
            return True
        await asyncio.sleep(0.02)
    return False


@pytest.fixture(scope="module")
async def patient(dsn: str, database: Database) -> AsyncIterator[Serving]:
    """A process that gives clients three seconds to take an answer."""
    async with serving(dsn, LEADGRAPH_STREAM_PATIENCE="3", LEADGRAPH_DATABASE_PATIENCE="1") as found:
        yield found


@pytest.fixture
async def client(patient: Serving) -> AsyncIterator[httpx.AsyncClient]:
    """A client of it."""
    async with httpx.AsyncClient(base_url=patient.address, timeout=60) as made:
        yield made


class Wire:
    """A request in chunks over a connection of its own."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader, self.writer = reader, writer

    @classmethod
    @asynccontextmanager
    async def begun(cls, address: str, source: str) -> AsyncIterator["Wire"]:
        """A connection on which a request was begun; it is left without a word."""
        place = urlsplit(address)
        reader, writer = await asyncio.open_connection(place.hostname, place.port)
        head = (
            f"POST /ingest?source={source} HTTP/1.1\r\nhost: x\r\ncontent-type: application/x-ndjson\r\n"
            "transfer-encoding: chunked\r\n\r\n"
        )
        writer.write(head.encode())
        try:
            yield cls(reader, writer)
        finally:
            writer.transport.abort()

    async def send(self, data: bytes) -> None:
        """Sends a part of the body."""
        self.writer.write(b"%x\r\n%b\r\n" % (len(data), data))
        await self.writer.drain()

    async def answer(self) -> dict[str, Any]:
        """The next line of the answer."""
        while True:
            async with asyncio.timeout(PATIENCE):
                text = await self.reader.readline()
            assert text, "the connection has ended"
            if text.startswith(b"{"):
                found: dict[str, Any] = json.loads(text)
                return found

    async def rest(self) -> list[dict[str, Any]]:
        """The other lines of the answer, up to its end."""
        async with asyncio.timeout(PATIENCE):
            text = await self.reader.read()
        return [json.loads(one) for one in text.splitlines() if one.startswith(b"{")]


async def test_a_slow_client_has_each_answer_before_it_sends_the_next_line(
    patient: Serving, database: Database
) -> None:
    await people(database, "slow", "a")
    async with Wire.begun(patient.address, "slow") as wire:
        for number in range(1, 6):
            whole = body([line(number, "a")])
            await wire.send(whole[:20])
            await wire.send(whole[20:])
            answer = await wire.answer()
            assert (answer["line"], answer["outcome"]) == (number, "STORED")
            (row,) = await database.reads().rows("n", "slow", text=COUNT)
            assert row["n"] == number, "what is acknowledged is stored"
        wire.writer.write(b"0\r\n\r\n")
        assert (await wire.answer())["stored"] == 5


async def test_who_leaves_in_the_midst_leaves_what_is_stored_and_nothing_open(
    patient: Serving, database: Database, dsn: str
) -> None:
    await people(database, "gone", "a")
    async with AsyncExitStack() as leaving:
        wires = [await leaving.enter_async_context(Wire.begun(patient.address, "gone")) for _ in range(6)]
        for at, wire in enumerate(wires):
            await wire.send(body(line(at * 1_000 + n, "a") for n in range(300)) + b'{"sourceId": "half')
        answers = [await wire.answer() for wire in wires]
    watching = await asyncpg.connect(dsn)
    assert await until(watching, f"select not exists ({SESSIONS})")
    ids = {row["id"] for row in await watching.fetch("select id from interaction where source = 'gone'")}
    await watching.close()
    assert len(ids) >= 6
    assert {one["outcome"] for one in answers} == {"STORED"}
    async with httpx.AsyncClient(base_url=patient.address) as client:
        assert await differences(database, client, "gone", ["a"]) == []


async def test_who_reads_no_answer_before_all_is_sent_has_every_answer(
    client: httpx.AsyncClient, database: Database
) -> None:
    keys = [f"c{n}" for n in range(50)]
    await people(database, "deaf", *keys)
    lines = [line(n, keys[n % 50]) for n in range(20_000)]
    content = body(lines)
    answer = await client.post("/ingest", params={"source": "deaf"}, content=content, headers=NDJSON)
    answers, counts = told(answer.text)
    assert [one["line"] for one in answers] == list(range(1, 20_001))
    assert (counts["stored"], counts["failed"]) == (20_000, 0)


async def _sent_until_cut(wire: Wire, part: bytes) -> int:
    """How often the part can be sent until the connection is cut."""
    for sent in range(200):
        try:
            async with asyncio.timeout(PATIENCE):
                await wire.send(part)
        except ConnectionError:
            return sent
    return 200


async def test_who_never_reads_is_cut_off(patient: Serving, database: Database) -> None:
    async with Wire.begun(patient.address, "never") as wire:
        wire.reader._transport.pause_reading()  # type: ignore[attr-defined]
        sent = await _sent_until_cut(wire, b"x\n" * 50_000)
    assert sent < 60, "more and more was read of who takes no answers"
    assert patient.process.returncode is None


async def test_a_hundred_thousand_lines_take_no_more_memory_than_a_batch(
    dsn: str, database: Database
) -> None:
    keys = [f"c{n}" for n in range(200)]
    await people(database, "many", *keys)

    async def lines(number: int) -> AsyncIterator[bytes]:
        for at in range(0, number, 1_000):
            known = (n % 10_000 for n in range(at, at + 1_000))
            yield body(line(n, keys[n % 200], type="WEBSITE_VISITED") for n in known)

    params = {"source": "many", "answer": "summary"}
    async with serving(dsn) as fresh, httpx.AsyncClient(base_url=fresh.address, timeout=120) as client:
        marks, counts = [], {}
        for number in (10_000, 100_000):
            answer = await client.post("/ingest", params=params, content=lines(number), headers=NDJSON)
            counts = told(answer.text)[1]
            marks.append(fresh.memory)
    assert (counts["lines"], counts["repeated"]) == (100_000, 100_000)
    assert marks[1] - marks[0] < 24 << 20


@pytest.mark.parametrize("whole", [True, False])
async def test_who_sends_nothing_for_long_is_told_so(
    patient: Serving, database: Database, monkeypatch: pytest.MonkeyPatch, whole: bool
) -> None:
    monkeypatch.setattr("server.ingestion.runs.SILENCE", 0.2)
    await people(database, "silent", "a")
    first = body([line(1, "a")]) if whole else b'{"sourceId"'
    async with ingesting(database) as address, Wire.begun(address, "silent") as wire:
        await wire.send(first)
        *answers, last = await wire.rest()
    if whole:
        assert outcomes(answers)[0] in ("STORED", "REPEATED")
        assert (last["lines"], last["error"]["code"], last["error"]["retryable"]) == (1, "TIMEOUT", True)
    else:
        assert last["errors"][0]["extensions"]["code"] == "TIMEOUT"


async def test_a_server_that_ends_answers_what_has_come_and_says_so(dsn: str, database: Database) -> None:
    await people(database, "ending", "a")
    async with serving(dsn) as ended:
        async with Wire.begun(ended.address, "ending") as wire:
            await wire.send(body([line(1, "a")]))
            assert (await wire.answer())["outcome"] == "STORED"
            ended.process.send_signal(signal.SIGTERM)
            *answers, last = await wire.rest()
        assert (answers, last["stored"], last["error"]["code"]) == ([], 1, "SHUTTING_DOWN")
        assert await ended.process.wait() == 0


async def test_a_database_that_does_not_answer_fails_lines_that_can_be_sent_again(
    client: httpx.AsyncClient, database: Database, dsn: str
) -> None:
    await people(database, "locked", "a")
    lines: list[Any] = [line(1, "a"), "broken", line(2, "a")]
    async with locked(dsn) as watching:
        asking = asyncio.create_task(
            client.post("/ingest", params={"source": "locked"}, content=body(lines), headers=NDJSON)
        )
        for _ in range(2):
            await _end_waiting(watching)
        answer = await asking
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "1")
    answers, counts = told(answer.text)
    assert outcomes(answers) == ["DATABASE_UNAVAILABLE", "INVALID", "DATABASE_UNAVAILABLE"]
    assert [one["error"].get("retryable") for one in answers] == [True, None, True]
    assert (counts["failed"], counts["refused"], counts["stored"]) == (2, 1, 0)
    again, _ = await posted(client, lines, "locked")
    assert outcomes(again) == ["STORED", "INVALID", "STORED"]


async def _end_waiting(watching: asyncpg.Connection) -> None:
    """Ends the session that waits for a lock, as soon as there is one."""
    waiting = f"from pg_stat_activity where {WAITS}"
    assert await until(watching, f"select exists (select {waiting})")
    pid = await watching.fetchval(f"select pid {waiting}")
    assert await watching.fetchval("select pg_terminate_backend($1)", pid)
    assert await until(watching, f"select not exists (select from pg_stat_activity where pid = {pid})")


async def test_a_session_that_is_lost_once_is_not_noticed(
    client: httpx.AsyncClient, database: Database, dsn: str
) -> None:
    await people(database, "lost", "a")
    async with locked(dsn) as watching:
        asking = asyncio.create_task(posted(client, [line(1, "a")], "lost"))
        await _end_waiting(watching)
    answers, _ = await asking
    assert outcomes(answers) == ["STORED"]
