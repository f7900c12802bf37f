"""Rounds of load, interleaved over the contenders, and what each cost."""

import asyncio
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from tempfile import TemporaryDirectory

import asyncpg
import orjson

from benchmarks.contenders.contenders import ROOT, Running
from benchmarks.contenders.processes import cpu_seconds, parent
from benchmarks.contenders.queries import CLIENTS
from benchmarks.contenders.seed import said

COUNTED = 20
PATIENCE = 60


class Failed(Exception):
    """A contender answered with errors under load."""


@dataclass(frozen=True)
class Measured:
    """One contender under one question in one round; times are milliseconds, CPU is a request's."""

    contender: str
    query: str
    round: int
    rate: float
    p50: float
    p99: float
    server: float
    database: float

    @property
    def total(self) -> float:
        """CPU of server and database together."""
        return self.server + self.database


def measure(
    contenders: Sequence[Running], queries: Sequence[str], rounds: int, seconds: float, database: int
) -> list[Measured]:
    """All rounds; in each, who begins moves on by one. The first load of each is not counted."""
    found = []
    with TemporaryDirectory() as folder:
        for number in range(-1, rounds):
            said("warming up" if number < 0 else f"round {number + 1} of {rounds}")
            shift = max(number, 0) % len(contenders)
            order = [*contenders[shift:], *contenders[:shift]]
            for query in queries:
                found += [_loaded(one, query, number, seconds, database, Path(folder)) for one in order]
    return [one for one in found if one.round >= 0]


def _loaded(
    running: Running, query: str, number: int, seconds: float, database: int, folder: Path
) -> Measured:
    file = folder / f"{running.name}-{query}"
    if not file.exists():
        file.write_bytes(b"\n".join(running.bodies(query)))
    clients = CLIENTS.get(query, 16)
    command = (
        sys.executable,
        "-m",
        "benchmarks.contenders.loadgen",
        str(running.port),
        str(file),
        str(seconds),
        str(clients),
    )
    before = cpu_seconds(running.process.pid), cpu_seconds(database)
    answer = subprocess.check_output(command, cwd=ROOT, timeout=seconds + PATIENCE)
    after = cpu_seconds(running.process.pid), cpu_seconds(database)
    load = orjson.loads(answer)
    if load["errors"]:
        raise Failed(f"{running.name} answered {load['errors']} of {load['requests']} {query} with errors.")
    server, spent = (
        (late - early) * 1000 / load["requests"] for early, late in zip(before, after, strict=True)
    )
    rate = load["requests"] / load["seconds"]
    return Measured(running.name, query, number, rate, load["p50"], load["p99"], server, spent)


async def _track(connection: asyncpg.Connection, which: str) -> None:
    """Has all sessions count their statements from here on, or stop it."""
    await connection.execute(f"alter system set pg_stat_statements.track = '{which}'")
    await connection.execute("select pg_reload_conf()")
    await asyncio.sleep(0.5)


async def count_statements(
    dsn: str, contenders: Sequence[Running], queries: Sequence[str]
) -> dict[tuple[str, str], float]:
    """SQL statements a request, resets of connections included."""
    found = {}
    connection = await asyncpg.connect(dsn)
    await connection.execute("set pg_stat_statements.track = 'none'")
    await _track(connection, "top")
    for running, query in product(contenders, queries):
        await connection.execute("select pg_stat_statements_reset()")
        for _ in running.answers(running.bodies(query)[:COUNTED]):
            pass
        calls = await connection.fetchval("select coalesce(sum(calls), 0) from pg_stat_statements")
        found[running.name, query] = float(calls) / COUNTED
    await _track(connection, "none")
    await connection.close()
    return found


async def ready_database(dsn: str) -> tuple[int, str]:
    """The process that all of PostgreSQL descends from, and its version; statements are not counted yet."""
    connection = await asyncpg.connect(dsn)
    await connection.execute("create extension if not exists pg_stat_statements")
    await _track(connection, "none")
    backend = await connection.fetchval("select pg_backend_pid()")
    version = await connection.fetchval("select current_setting('server_version')")
    master = parent(backend)
    await connection.close()
    return master, version
