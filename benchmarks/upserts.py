"""What it costs to write contacts in bulk: the mutation `contactsUpsert`, beside a COPY of the same rows.

`python -m benchmarks.upserts` starts a PostgreSQL and writes the same contacts in turn, a thousand at a time:
by COPY into a bare table, by COPY into the table of contacts with its indexes, and by the mutation: as new
contacts, unchanged, and with one field changed. It prints the medians and their ratio to the bare COPY.
"""

import argparse
import asyncio
import cProfile
import pstats
import tempfile
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from typing import Any
from uuid import uuid4

import asyncpg

from db.database import Database, connected
from db.embedded import running
from db.migrate import migrate
from resolvers.context import Context
from schema.build import schema

BATCH = 1_000
DOCUMENT = """mutation($rows: [ContactUpsertRow!]!) {
  contactsUpsert(input: {rows: $rows}) { created updated unchanged refused userErrors { message } }
}"""
COPIED = ("id", "first_name", "last_name", "email", "job_title", "city", "country", "mobile_phone")
_CITIES = ("Lisbon", "Lille", "Leeds", "Linz", "Lucca", "Lund")


def contacts(count: int, round: int) -> list[dict[str, Any]]:
    """Invented contacts, of whom no two have an address."""
    return [
        {
            "firstName": f"Ada{at % 997}",
            "lastName": f"Kettle{at % 4001}",
            "email": f"ada.kettle{at}.{round}@example.org",
            "jobTitle": f"Buyer {at % 23}",
            "city": _CITIES[at % len(_CITIES)],
            "country": "Portugal",
            "mobilePhone": f"+35191{at % 10_000_000:07d}",
        }
        for at in range(count)
    ]


async def timed(act: Callable[[], Awaitable[None]]) -> float:
    """How long an act takes, in seconds."""
    begun = time.perf_counter()
    await act()
    return time.perf_counter() - begun


class Bench:
    """One database, written to in several ways."""

    def __init__(self, db: Database, connection: asyncpg.Connection, count: int) -> None:
        self._db, self._connection, self._count = db, connection, count
        self.seconds: dict[str, list[float]] = {}

    async def round(self, number: int) -> None:
        """Each way once."""
        made = contacts(self._count, number)
        rows = [(uuid4(), *list(one.values())[:2], *list(one.values())[2:]) for one in made]
        await self._note("COPY into a bare table", lambda: self._copy("bare", rows))
        await self._note("COPY into contact", lambda: self._copy("contact", rows, moments=True))
        await self._connection.execute("truncate bare; truncate contact cascade")
        await self._note("upsert, new", lambda: self._upsert(made, "created"))
        await self._note("upsert, unchanged", lambda: self._upsert(made, "unchanged"))
        changed = [one | {"jobTitle": f"Head of {one['city']}"} for one in made]
        await self._note("upsert, one field changed", lambda: self._upsert(changed, "updated"))
        await self._connection.execute("truncate contact cascade; truncate record_history, change")

    async def _note(self, way: str, act: Callable[[], Awaitable[None]]) -> None:
        self.seconds.setdefault(way, []).append(await timed(act))

    async def _copy(self, table: str, rows: list[Any], *, moments: bool = False) -> None:
        now = datetime.now(UTC)
        columns = (*COPIED, "created_at", "updated_at") if moments else COPIED
        for at in range(0, len(rows), BATCH):
            part = [(*row, now, now) if moments else row for row in rows[at : at + BATCH]]
            await self._connection.copy_records_to_table(table, columns=columns, records=part)

    async def _upsert(self, made: list[dict[str, Any]], fate: str) -> None:
        for at in range(0, len(made), BATCH):
            part = [{"by": {"email": one["email"]}, "contact": one} for one in made[at : at + BATCH]]
            context = Context(self._db, datetime.now(UTC), "bench", "bench")
            result = await schema.execute(DOCUMENT, variable_values={"rows": part}, context_value=context)
            assert result.data is not None
            done = result.data["contactsUpsert"]
            if done[fate] != len(part):
                raise RuntimeError(f"{done} {result.errors}")

    def report(self) -> None:
        """The medians, and their ratio to the bare COPY."""
        bare = median(self.seconds["COPY into a bare table"])
        for way, seconds in self.seconds.items():
            found = median(seconds)
            print(f"{way:28} {self._count / found:>9,.0f} rows/s   {bare / found:.3f} of the bare COPY")


async def run(dsn: str, count: int, rounds: int, profiled: bool) -> None:
    """All rounds over one database."""
    connection = await asyncpg.connect(dsn)
    await migrate(connection)
    await connection.execute(
        f"create table bare (id uuid, {', '.join(f'{name} text' for name in COPIED[1:])})"
    )
    async with connected(dsn) as db:
        bench = Bench(db, connection, count)
        profile = cProfile.Profile()
        for number in range(rounds):
            if profiled:
                profile.enable()
            await bench.round(number)
            profile.disable()
        bench.report()
        if profiled:
            pstats.Stats(profile).sort_stats("cumulative").print_stats(40)
    await connection.close()


def main() -> None:
    """Reads the arguments and runs."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--contacts", type=int, default=100_000, help="so many contacts a round")
    parser.add_argument("--rounds", type=int, default=3, help="so many rounds")
    parser.add_argument("--profile", action="store_true", help="tell where Python's time goes")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="leadgraph-") as folder, running(Path(folder)) as dsn:
        asyncio.run(run(dsn, asked.contacts, asked.rounds, asked.profile))


if __name__ == "__main__":
    main()
