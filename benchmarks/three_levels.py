"""Fifty accounts with ten contacts each, their leads, and insights on all three levels, over the demo.

`python -m benchmarks.three_levels` starts a PostgreSQL, loads the demo, and prints the statements of the
request, its median time in process, and that of the statements alone, interleaved.
"""

import asyncio
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from statistics import median

import asyncpg

from db.connections import Connections
from db.database import Database, Reads, connected
from db.embedded import running
from db.migrate import migrate
from engines import demo
from resolvers.context import Context
from schema.build import schema

ROUNDS = 30
DOCUMENT = """
{
  accounts(first: 50) {
    nodes {
      name
      insights { ...Figures }
      contacts(first: 10) {
        nodes {
          fullName
          insights { ...Figures }
          leads(first: 5) { nodes { topic stage insights { ...Figures } } }
        }
      }
    }
  }
}
fragment Figures on Insights { interactions email { delivered uniqueOpens openRate clickThroughRate } }
"""


class Heard(Reads):
    """Reads that keep what they were asked, so that it can be asked again."""

    def __init__(self, connections: Connections) -> None:
        super().__init__(connections)
        self.asked: list[tuple[str, tuple[object, ...], str | None]] = []

    async def rows(self, name: str, *args: object, text: str | None = None) -> list[asyncpg.Record]:
        self.asked.append((name, args, text))
        return await super().rows(name, *args, text=text)


async def request(db: Database) -> Heard:
    """Runs the document once."""
    context = Context(db, datetime.now(UTC), None, "benchmark")
    heard = Heard(db._connections)
    context.reads = context.loaders._reads = heard
    result = await schema.execute(DOCUMENT, context_value=context)
    assert result.errors is None
    return heard


async def compare(db: Database) -> None:
    """Runs the request and its statements in turn."""
    heard = await request(db)
    print("statements:", ", ".join(sorted(heard.ran)))
    whole, alone = [], []
    for _ in range(ROUNDS):
        begun = time.perf_counter()
        await request(db)
        whole.append(time.perf_counter() - begun)
        begun = time.perf_counter()
        for name, args, text in heard.asked:
            await db.reads().rows(name, *args, text=text)
        alone.append(time.perf_counter() - begun)
    print(f"request: median {median(whole) * 1000:.0f} ms of {ROUNDS}")
    print(f"its statements alone, one after the other: median {median(alone) * 1000:.0f} ms")


async def main(dsn: str) -> None:
    """Prepares the demo and compares."""
    connection = await asyncpg.connect(dsn)
    await migrate(connection)
    await connection.close()
    async with connected(dsn) as db:
        await demo.load(db, datetime.now(UTC))
        await compare(db)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory(dir="/tmp") as folder, running(Path(folder)) as address:
        asyncio.run(main(address))
