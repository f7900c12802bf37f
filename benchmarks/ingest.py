"""How fast interactions come in with all sums kept, as a ratio to a bare COPY of the same rows.

`python -m benchmarks.ingest` starts a PostgreSQL and a server of its own and runs, interleaved: a COPY into a
table without indexes, the ingest in process, `POST /ingest`, `leadgraph import`; then one and four writers to
one account of 20,000 contacts, and 10 clients that query with and without an ingest beside them.
"""

import argparse
import asyncio
import os
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from statistics import median, quantiles
from typing import Any

import asyncpg
import httpx
import orjson

from benchmarks import crowd
from benchmarks.subscriptions import server
from db.database import Database, connected
from db.embedded import running
from db.migrate import migrate
from domain.facts import NewInteraction
from engines.ingest import LARGEST_BATCH, ingest
from resolvers.identity import to_global

BARE = "create table if not exists bare (like interaction)"
COLUMNS = (
    *("contact_id", "occurred_at", "type", "source", "source_id", "journey_id", "message_id", "link"),
    *("properties", "id", "account_id", "actor", "recorded_at"),
)
MAPPING = """
name = "stream"
about = "A stream of interactions."
source = "benchmark"

[[file]]
match = "*.ndjson"

[file.interaction]
key = "id"
type = "type"
contact_id = "contact"
occurred_at = "at"
message_id = "message"
journey_id = "journey"
link = "link"
"""
QUESTION = """query ($id: ID!) { node(id: $id) { ... on Contact { fullName
  insights { interactions email { delivered uniqueOpens openRate } }
  account { name insights { interactions email { delivered uniqueOpens openRate } } } } } }"""
_seeds = count(1)


def line(new: NewInteraction) -> bytes:
    """An interaction as it is sent to `/ingest`."""
    return orjson.dumps(
        {
            "sourceId": new.source_id,
            "type": new.type.name,
            "occurredAt": new.occurred_at.isoformat(),
            "contactId": to_global("Contact", new.contact_id) if new.contact_id else None,
            "messageId": new.message_id,
            "journeyId": new.journey_id,
            "link": new.link,
            "properties": new.properties,
        },
        option=orjson.OPT_APPEND_NEWLINE,
    )


class Bench:
    """One database, one server over it, and the ways in."""

    def __init__(self, db: Database, dsn: str, address: str, folder: Path, rows: int) -> None:
        self.db, self.dsn, self.address, self.folder, self.rows = db, dsn, address, folder, rows
        self.everyone = range(crowd.CONTACTS)

    def made(self, contacts: range | None = None) -> list[NewInteraction]:
        """The next stretch of the stream."""
        return crowd.happened(next(_seeds), self.rows, contacts or self.everyone)

    async def bare(self) -> float:
        """A COPY of what the ingest would store, into a table without an index."""
        now = datetime.now(UTC)
        known = (crowd.contact(0), crowd.account(0), "UNKNOWN", now)
        rows = [(*_told(new), *known) for new in self.made()]
        async with self.db.transaction() as tx:
            await tx.run("bare", text=BARE)
            await tx.run("bare", text="truncate bare")
        begun = time.perf_counter()
        async with self.db.transaction() as tx:
            await tx.copy("bare", COLUMNS, rows)
        return self.rows / (time.perf_counter() - begun)

    async def in_process(self) -> float:
        """The ingest's batches, one after the other."""
        made = self.made()
        begun = time.perf_counter()
        for batch in crowd.batches(made, LARGEST_BATCH):
            await ingest(self.db, batch, datetime.now(UTC))
        return self.rows / (time.perf_counter() - begun)

    async def over_http(self, contacts: range | None = None) -> float:
        """One request to `/ingest`."""
        body = [line(new) for new in self.made(contacts)]
        begun = time.perf_counter()
        await self.post(body)
        return self.rows / (time.perf_counter() - begun)

    async def post(self, lines: list[bytes]) -> None:
        """Sends lines; fails unless all of them are kept."""
        async with httpx.AsyncClient(timeout=600) as client:
            answer = await client.post(
                f"http://{self.address}/ingest?source={crowd.SOURCE}&answer=summary",
                content=_pieces(lines),
                headers={"content-type": "application/x-ndjson"},
            )
        summary = orjson.loads(answer.content.splitlines()[-1])
        assert summary["lines"] == summary["stored"] + summary["repeated"] == len(lines), answer.text[-500:]

    async def imported(self) -> float:
        """`leadgraph import` of a file, its start included."""
        path = self.folder / f"stream-{next(_seeds)}.ndjson"
        with path.open("wb") as file:
            for new in self.made():
                told = {"id": new.source_id, "type": new.type.name, "at": new.occurred_at.isoformat()}
                more = {"message": new.message_id, "journey": new.journey_id, "link": new.link}
                key = int(new.contact_id.hex[1:], 16) if new.contact_id else None
                file.write(orjson.dumps({**told, **more, "contact": str(key)}) + b"\n")
        mapping = self.folder / "stream.toml"
        mapping.write_text(MAPPING)
        command = [sys.executable, "-m", "server", "import", str(mapping), str(path)]
        command += ["--report", str(self.folder / "report.json")]
        begun = time.perf_counter()
        await asyncio.to_thread(
            subprocess.run,
            command,
            env={**os.environ, "LEADGRAPH_DATABASE_URL": self.dsn},
            check=True,
            capture_output=True,
        )
        return self.rows / (time.perf_counter() - begun)

    async def by_writers(self, writers: int) -> float:
        """So many requests at once, all to contacts of the giant account, each to its own."""
        share = crowd.GIANT // writers
        bodies = [
            [line(new) for new in self.made(range(at * share, (at + 1) * share))] for at in range(writers)
        ]
        begun = time.perf_counter()
        await asyncio.gather(*(self.post(body) for body in bodies))
        return writers * self.rows / (time.perf_counter() - begun)

    async def queried(self, seconds: float, *, beside: bool) -> tuple[float, float]:
        """Median and p99 in milliseconds of 10 clients' queries, with an ingest beside them or without."""
        writing = asyncio.create_task(self._writing()) if beside else None
        until, times = time.perf_counter() + seconds, [0.0]
        await asyncio.gather(*(self._asking(until, times, number) for number in range(10)))
        if writing:
            writing.cancel()
            with suppress(asyncio.CancelledError):
                await writing
        return median(times), quantiles(times, n=100)[98]

    async def _writing(self) -> None:
        while True:
            await self.over_http()

    async def _asking(self, until: float, times: list[float], number: int) -> None:
        async with httpx.AsyncClient(timeout=60) as client:
            while time.perf_counter() < until:
                number = (number * 7_919 + 13) % crowd.CONTACTS
                asked = {"query": QUESTION, "variables": {"id": to_global("Contact", crowd.contact(number))}}
                begun = time.perf_counter()
                answer = await client.post(f"http://{self.address}/graphql", json=asked)
                times.append((time.perf_counter() - begun) * 1000)
                assert answer.json()["data"]["node"], answer.text


def _told(new: NewInteraction) -> tuple[Any, ...]:
    what = (new.contact_id, new.occurred_at, new.type.name, new.source, new.source_id)
    return (*what, new.journey_id, new.message_id, new.link, dict(new.properties or {}))


async def _pieces(lines: list[bytes]) -> Any:
    for at in range(0, len(lines), 1_000):
        yield b"".join(lines[at : at + 1_000])


async def compared(ways: Mapping[str, Callable[[], Awaitable[float]]], rounds: int) -> None:
    """Runs the ways in turn; prints each one's median rate, and the median of its ratios to the first."""
    found: defaultdict[str, list[float]] = defaultdict(list)
    for _ in range(rounds):
        for name, way in ways.items():
            found[name].append(await way())
    first, *_ = found.values()
    for name, rates in found.items():
        ratio = median(rate / whole for rate, whole in zip(rates, first, strict=True))
        print(f"{name:34} {median(rates):>9,.0f} a second   {ratio:.3f}", flush=True)


async def main(arguments: argparse.Namespace) -> None:
    """Seeds, and measures in turn."""
    with tempfile.TemporaryDirectory() as name, running(Path(name), settings=arguments.settings) as dsn:
        connection = await asyncpg.connect(dsn)
        await migrate(connection)
        await crowd.gather(connection)
        await connection.execute(
            "insert into source_key (source, entity, key, record_id)"
            " select 'benchmark', 'contact', (row_number() over (order by id) - 1)::text, id from contact"
        )
        await connection.execute("vacuum analyze source_key")
        await connection.close()
        async with connected(dsn) as db:
            with server(dsn) as (address, _):
                bench = Bench(db, dsn, address, Path(name), arguments.rows)
                await bench.in_process()
                ways = {
                    "bare COPY, no index": bench.bare,
                    "ingest in process": bench.in_process,
                    "POST /ingest": bench.over_http,
                    "leadgraph import": bench.imported,
                }
                await compared(ways, arguments.rounds)
                one, four = (lambda: bench.by_writers(1)), (lambda: bench.by_writers(4))
                ways = {"one writer, one account": one, "four writers, one account": four}
                await compared(ways, arguments.rounds)
                for beside in (False, True) * arguments.rounds:
                    middle, late = await bench.queried(arguments.seconds, beside=beside)
                    name = "beside an ingest" if beside else "without an ingest"
                    print(f"10 clients {name:20} median {middle:.1f} ms, p99 {late:.1f} ms", flush=True)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--rows", type=int, default=200_000, help="interactions in each measurement")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=10, help="how long clients query")
    found = parser.parse_args()
    found.settings = {"shared_buffers": "1GB", "max_wal_size": "8GB"}
    asyncio.run(main(found))
