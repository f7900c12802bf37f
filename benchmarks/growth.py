"""What insights cost as interactions grow: 1, 5, 20 and 50 million of them over half a million contacts.

`python -m benchmarks.growth` starts a PostgreSQL of its own and adds interactions by the ingest's own
statements; after each size it measures the database's time and the whole request's for an account's insights
(the giant of 20,000 contacts, and small ones), a page of 50 contacts, and 50 accounts with their contacts.
"""

import argparse
import asyncio
import tempfile
import time
from contextlib import ExitStack
from datetime import UTC, datetime
from itertools import cycle, islice
from pathlib import Path
from statistics import median
from typing import Any

import asyncpg

from benchmarks import crowd
from benchmarks.lists import Watched
from db.database import connected
from db.embedded import running
from db.migrate import migrate
from db.months import make_months
from db.rollups import left
from db.sql import statement
from engines.account_sums import GATHERED, fold_due
from resolvers.context import Context
from resolvers.identity import to_global
from schema.build import schema
from schema.plan import Executor
from schema.plan.execution import Way

CHUNK, SMALL_CHUNK = 1_000_000, 100_000
"""The last million comes in small ones: accounts have as much beside their sums as in a stream."""
ROUNDS = 15
NOW = datetime(2026, 11, 1, tzinfo=UTC)
MONTHS = [datetime(2025 + month // 12, month % 12 + 1, 1, tzinfo=UTC) for month in range(10, 23)]
LETTERS = """
insert into stage_interaction (
    id, contact_id, account_id, copy_id, mark, occurred_at, type, actor, source, source_id, message_id, link,
    properties
)
select md5('growth ' || serial)::uuid, contact.id, contact.account_id,
    case when mark is not null then md5('letter ' || letter)::uuid end, mark,
    timestamptz '2025-11-01Z' + interval '1 second' * (letter::bigint * 7919 * 31 % 31500000 + step * 3600),
    type, 'UNKNOWN', 'growth', serial::text,
    case when type <> 'WEBSITE_VISITED' then 'letter ' || letter % 500 end,
    case when type in ('EMAIL_CLICKED', 'WEBSITE_VISITED') then 'https://example.org/' || serial % 20 end,
    '{}'
from (
    select serial, serial / 5 as letter, serial % 5 as step from generate_series($1::int, $2::int - 1) serial
) numbered
join (
    values (0, 'EMAIL_SENT', null), (1, 'EMAIL_DELIVERED', 'EMAIL_DELIVERED'),
        (2, 'EMAIL_OPENED', 'EMAIL_OPENED'), (3, 'EMAIL_CLICKED', 'EMAIL_CLICKED'),
        (4, 'WEBSITE_VISITED', null)
) happening (place, type, mark) on place = step
join contact on contact.id = ('c' || lpad(to_hex(
    case when letter % 5 = 0 then letter::bigint * 48271 % $3::int else letter::bigint * 69621 % $4::int end
), 31, '0'))::uuid
"""
CONTACTS = """
insert into stage_contact
select id, account_id, null, false from contact where id in (select contact_id from stage_interaction)
"""
KEYS = "insert into interaction_key select id, contact_id, occurred_at from stage_interaction order by id"
FIGURES = """fragment Figures on Insights { interactions lastEngagementAt byType { type count }
  email { sent delivered uniqueOpens uniqueMessageClicks openRate clickThroughRate } }"""
ACCOUNT = "query ($id: ID!) {{ node(id: $id) {{ ... on Account {{ insights{window} {{ ...Figures }} }} }} }}"
PAGE = """query ($id: ID!) { node(id: $id) { ... on Account { contacts(first: 50) {
  nodes { fullName insights { ...Figures } } } } } }"""
FIFTY = """{ accounts(first: 50) { nodes { name insights { ...Figures } contacts(first: 10) {
  nodes { fullName insights(from: null) { ...Figures } leads(first: 5) { nodes { topic } } } } } } }"""
WHOLE, YEAR = ACCOUNT.format(window="(from: null)"), ACCOUNT.format(window="")


async def grow(connection: asyncpg.Connection, first: int, last: int) -> None:
    """Takes in the interactions of these numbers, as one batch of the ingest."""
    async with connection.transaction():
        for name in (
            "stage_incoming",
            "stage_contacts",
            "stage_interactions",
            "stage_marks",
            "stage_measures",
        ):
            await connection.execute(statement(name))
        await connection.execute(LETTERS, first, last, crowd.GIANT, crowd.CONTACTS)
        await connection.execute(CONTACTS)
        await connection.execute("analyze stage_contact, stage_interaction")
        await connection.execute(KEYS)
        await connection.execute(statement("staged_store"), NOW)
        for name in ("staged_store_copies", "staged_store_marks"):
            await connection.execute(statement(name))
        await connection.execute("analyze stage_mark")
        for name in ("staged_measure_interactions", "staged_measure_copies"):
            await connection.execute(statement(name))
        await connection.execute("analyze stage_measure")
        await connection.execute(statement("staged_sum_contacts"))
        await connection.execute(left(), GATHERED)


class Asking:
    """Questions to the executor, and what their statements cost the database alone."""

    def __init__(self, db: Watched, connection: asyncpg.Connection) -> None:
        self.db, self.connection, self.executor = db, connection, Executor(schema)

    async def measured(self, document: str, ids: list[str]) -> tuple[float, float]:
        """Medians in milliseconds: of the database's own time, and of the whole request."""
        own, whole = [], []
        for id in islice(cycle(ids), ROUNDS):
            begun = time.perf_counter()
            context = Context(self.db, NOW, None, "benchmark")
            answer = await self.executor.run(context, f"{document} {FIGURES}", {"id": id})
            whole.append((time.perf_counter() - begun) * 1000)
            assert answer.way is Way.PLAN, (answer.errors, answer.reason)
            own.append(sum([await self._alone(text, args) for text, args in self.db.last.asked]))
        return median(own), median(whole)

    async def _alone(self, text: str, args: tuple[Any, ...]) -> float:
        plan = await self.connection.fetch(f"explain (analyze, timing off) {text}", *args)
        return float(plan[-1][0].removeprefix("Execution Time: ").removesuffix(" ms"))


async def ask(asking: Asking, size: int) -> None:
    """Prints a line for each question."""
    giant = [to_global("Account", crowd.account(0))]
    small = [to_global("Account", crowd.account(number)) for number in range(1_000, 1_000 + ROUNDS)]
    questions = [
        ("giant account, all time", WHOLE, giant),
        ("small account, all time", WHOLE, small),
        ("giant account, a year", YEAR, giant),
        ("small account, a year", YEAR, small),
        ("page of 50 contacts, a year", PAGE, giant),
        ("50 accounts, their contacts", FIFTY, giant),
    ]
    for name, document, ids in questions:
        await asking.measured(document, ids)
        own, whole = await asking.measured(document, ids)
        print(f"{size:>11,}  {name:30} database {own:8.3f} ms   request {whole:8.2f} ms", flush=True)


async def main(sizes: list[int], dsn: str) -> None:
    """Grows to each size, and measures."""
    connection = await asyncpg.connect(dsn)
    await migrate(connection)
    await crowd.gather(connection)
    await make_months(connection, MONTHS)
    await connection.execute("set synchronous_commit = off; set work_mem = '256MB'; set temp_buffers = '1GB'")
    have = 0
    async with connected(dsn) as db:
        asking = Asking(Watched(db._connections), connection)
        for size in sizes:
            begun = time.perf_counter()
            while have < size:
                chunk = min(CHUNK if size - have > CHUNK else SMALL_CHUNK, size - have)
                await grow(connection, have, have + chunk)
                await fold_due(db)
                have += chunk
            print(f"{size:>11,}  grown in {time.perf_counter() - begun:.0f} s", flush=True)
            await connection.execute("vacuum analyze", timeout=3600)
            await connection.execute("checkpoint", timeout=600)
            await ask(asking, size)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--sizes", default="1000000,5000000,20000000,50000000", help="with commas between")
    parser.add_argument(
        "--data", type=Path, help="a folder for the data, kept; otherwise one that is removed"
    )
    given = parser.parse_args()
    with ExitStack() as ours:
        folder = given.data or Path(ours.enter_context(tempfile.TemporaryDirectory()))
        settings = {
            "shared_buffers": "4GB",
            "max_wal_size": "4GB",
            "fsync": "off",
            "full_page_writes": "off",
        }
        dsn = ours.enter_context(running(folder, settings=settings))
        asyncio.run(main([int(size) for size in given.sizes.split(",")], dsn))
