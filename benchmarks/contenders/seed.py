"""Fills a database: customers by statements of the benchmark, interactions by those of Leadgraph's ingest."""

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path

import asyncpg
import orjson

from db.migrate import migrate
from db.months import make_months
from db.rollups import added
from db.sql import statement
from domain.insights import MARKS

_STATEMENTS = Path(__file__).parent / "seed.sql"
_NAME = re.compile(r"^-- name: (\w+)\n", re.MULTILINE)
_VERSION = 2
CUSTOMERS = ("accounts", "contacts", "memberships", "leads")
INTERACTIONS = ("letters", "places", "staged", "staged_contacts", "keys")
INGEST = ("staged_store_copies", "staged_store_marks", "staged_measure_interactions")
MONTHS = [datetime(2025 + month // 12, month % 12 + 1, 1, tzinfo=UTC) for month in range(17)]


class Unlike(Exception):
    """The folder holds other data than asked for."""


def said(text: str) -> None:
    """A line of progress."""
    print(f"{datetime.now():%H:%M:%S} {text}", flush=True)


async def prepare(dsn: str, interactions: int) -> None:
    """Brings the database to this version's shape and fills it, unless it holds these data already."""
    connection = await asyncpg.connect(dsn, timeout=60)
    try:
        await migrate(connection)
        mark = f"benchmark {_VERSION}: {interactions} interactions"
        found = await connection.fetchval(
            "select shobj_description(oid, 'pg_database') from pg_database where datname = current_database()"
        )
        if found not in (None, mark):
            raise Unlike(f"The data folder holds '{found}', not '{mark}': name another folder.")
        if found is None:
            await _fill(connection, interactions)
            said("vacuum analyze")
            await connection.execute("vacuum analyze")
            await connection.execute("checkpoint")
            await connection.execute(f"comment on database leadgraph is '{mark}'")
    finally:
        await connection.close()


async def _fill(connection: asyncpg.Connection, interactions: int) -> None:
    await connection.execute("set synchronous_commit = off; set work_mem = '512MB'; set temp_buffers = '1GB'")
    await make_months(connection, MONTHS)
    async with connection.transaction():
        await connection.execute("select setseed(0.42)")
        await _run(connection, CUSTOMERS)
        await connection.execute("analyze account, contact")
        await _tell(connection, interactions)
        for name in ("stage_contacts", "stage_interactions", "stage_marks", "stage_measures"):
            await connection.execute(statement(name))
        await _run(connection, INTERACTIONS)
        await connection.execute("analyze stage_interaction")
        await _take_in(connection)


async def _tell(connection: asyncpg.Connection, interactions: int) -> None:
    """Hands the seeding statements what they ask for."""
    marks = orjson.dumps({kind.name: mark for kind, mark in MARKS.items()}).decode()
    for name, value in (("interactions", str(interactions)), ("marks", marks)):
        await connection.execute("select set_config($1, $2, true)", f"benchmark.{name}", value)


async def _take_in(connection: asyncpg.Connection) -> None:
    """The ingest's own statements, over everything at once."""
    said("staged_store")
    await connection.execute(statement("staged_store"), datetime(2026, 6, 1, tzinfo=UTC))
    for name in INGEST:
        said(name)
        await connection.execute(statement(name))
    await connection.execute("analyze copy_mark, delivered_copy")
    said("staged_measure_copies")
    await connection.execute(statement("staged_measure_copies"))
    await connection.execute("analyze stage_measure")
    said("staged_sum_contacts")
    await connection.execute(statement("staged_sum_contacts"))
    said("account_sums_add")
    await connection.execute(added("staged_by_hour"))


async def _run(connection: asyncpg.Connection, names: tuple[str, ...]) -> None:
    for name in names:
        said(name)
        await connection.execute(STATEMENTS[name])


def _read() -> Iterator[tuple[str, str]]:
    _, *parts = _NAME.split(_STATEMENTS.read_text())
    yield from zip(parts[::2], parts[1::2], strict=True)


STATEMENTS: Mapping[str, str] = dict(_read())
