"""How to know an interaction again: a ledger over all months, or a unique key in each month's partition.

`python -m benchmarks.idempotency` starts a PostgreSQL, runs both interleaved with a bare COPY, and prints the
medians and their ratio to the COPY. 5 % of the rows are repeats.
"""

import asyncio
import random
import tempfile
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median
from typing import Any
from uuid import UUID

import asyncpg

from db.embedded import running
from db.ids import identity

ROWS, BATCH, ROUNDS = 200_000, 10_000, 5
START = datetime(2025, 1, 1, tzinfo=UTC)
COLUMNS = ("contact_id", "occurred_at", "id", "type", "source", "source_id")
SHAPE = "contact_id uuid not null, occurred_at timestamptz not null, id uuid not null, type text not null, \
source text not null, source_id text not null"
MAKE = f"""
drop schema if exists bench cascade; create schema bench; set search_path = bench;
create temp table if not exists stage ({SHAPE}) on commit delete rows;
create table bare ({SHAPE});
create table ledger (id uuid primary key, contact_id uuid not null, occurred_at timestamptz not null);
create table by_ledger ({SHAPE}, primary key (contact_id, occurred_at, id)) partition by range (occurred_at);
create table by_key ({SHAPE}, primary key (contact_id, occurred_at, id),
    unique (contact_id, source, source_id, occurred_at)) partition by range (occurred_at);
"""
BY_LEDGER = """
with fresh as (
    insert into ledger select id, contact_id, occurred_at from stage on conflict do nothing returning id
)
insert into by_ledger select stage.* from stage join fresh using (id)
"""
BY_KEY = "insert into by_key select * from stage on conflict do nothing"
Row = tuple[Any, ...]


def rows() -> list[Row]:
    """Interactions of 20,000 contacts over a year, with repeats within reach of each batch."""
    chance = random.Random(1)
    made: list[Row] = []
    for number in range(ROWS):
        if made and chance.random() < 0.05:
            made.append(made[-chance.randint(1, min(len(made), 5 * BATCH))])
            continue
        contact = UUID(int=chance.randrange(20_000) << 64 | 7)
        at = START + timedelta(seconds=chance.randrange(365 * 86_400))
        made.append((contact, at, identity("bench", str(number)), "EMAIL_OPENED", "bench", str(number)))
    return made


def distinct(batch: list[Row]) -> list[Row]:
    """A batch without the repeats inside itself."""
    return list({row[2]: row for row in batch}.values())


async def prepare(connection: asyncpg.Connection) -> None:
    """Empty tables with a partition for each month."""
    await connection.execute(MAKE)
    for table in ("by_ledger", "by_key"):
        for month in range(12):
            begin, end = (
                datetime(2025, month + 1, 1),
                datetime(2025 + (month + 1) // 12, (month + 1) % 12 + 1, 1),
            )
            await connection.execute(
                f"create table {table}_{month} partition of {table} for values from ('{begin}') to ('{end}')"
            )


async def timed(batches: list[list[Row]], store: Callable[[list[Row]], Awaitable[Any]]) -> float:
    """Rows a second."""
    begun = time.perf_counter()
    for batch in batches:
        await store(batch)
    return ROWS / (time.perf_counter() - begun)


async def compare(connection: asyncpg.Connection) -> None:
    """Runs the three ways in turn and prints their medians."""

    async def bare(batch: list[Row]) -> None:
        await connection.copy_records_to_table("bare", schema_name="bench", columns=COLUMNS, records=batch)

    def staged(text: str) -> Callable[[list[Row]], Awaitable[None]]:
        async def store(batch: list[Row]) -> None:
            async with connection.transaction():
                await connection.copy_records_to_table("stage", columns=COLUMNS, records=batch)
                await connection.execute(text)

        return store

    ways = {"bare copy": bare, "ledger": staged(BY_LEDGER), "key a partition": staged(BY_KEY)}
    made = rows()
    batches = [distinct(made[at : at + BATCH]) for at in range(0, ROWS, BATCH)]
    found: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(ROUNDS):
        await prepare(connection)
        for name, store in ways.items():
            found[name].append(await timed(batches, store))
    for name, rates in found.items():
        ratio = median(rates) / median(found["bare copy"])
        print(f"{name:16} {median(rates):>9,.0f} rows/s   {ratio:.3f} of bare copy")
    sizes = (
        "pg_total_relation_size('ledger'), (select sum(pg_total_relation_size(inhrelid)) from pg_inherits \
where inhparent = 'by_ledger'::regclass), (select sum(pg_total_relation_size(inhrelid)) from pg_inherits \
where inhparent = 'by_key'::regclass)"
    )
    ledger, by_ledger, by_key = (await connection.fetchrow(f"select {sizes}")).values()
    print(f"size: ledger {ledger + by_ledger:,} bytes, key a partition {by_key:,} bytes")


async def main() -> None:
    """Starts a database and compares."""
    with tempfile.TemporaryDirectory(dir="/tmp") as folder, running(Path(folder)) as dsn:
        connection = await asyncpg.connect(dsn)
        await compare(connection)
        await connection.close()


if __name__ == "__main__":
    asyncio.run(main())
