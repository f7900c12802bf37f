"""Hostile and mistaken writes of every mutation: answered in words, never half-written, and never unreadable.

`LEADGRAPH_HOSTILE_WRITES=20000` asks more of them, `LEADGRAPH_SEED` others.
"""

import asyncio
import os
import re
from collections import Counter
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from itertools import cycle, product
from pathlib import Path
from typing import Any

import httpx
import pytest
from graphql import GraphQLEnumType

from db.database import Database
from domain.merges import Choice
from domain.options import State
from domain.views import ViewEntity
from engines import merges, records, views
from engines.dumps.load import load
from engines.links import Link, Signer
from resolvers.identity import to_global
from schema.build import schema
from tests.conftest import served
from tests.engines.dumps.house import Silent, empty, exported
from tests.http.hostile import Ids, Maker, selection, written
from tests.world import NOW

SEED = int(os.environ.get("LEADGRAPH_SEED", "5"))
WRITES = int(os.environ.get("LEADGRAPH_HOSTILE_WRITES", "400"))
KEY = "a secret of the tests alone, which nobody else knows"
ROUND = 100
"""After so many the records that are there are looked up anew."""
KINDS = {
    "Account": "account",
    "Contact": "contact",
    "CustomField": "custom_field",
    "Event": "event",
    "Lead": "lead",
    "Merge": "merge",
    "Opportunity": "opportunity",
    "SavedView": "saved_view",
    "Segment": "segment",
    "SubscriptionCenter": "subscription_center",
    "SubscriptionList": "subscription_list",
}
RARE = re.compile(r".*Delete$|dataSubjectRequestCreate|.*Merge$")
LEAKS = re.compile(
    r"asyncpg|Traceback|File \"|site-packages|pg_|relation \"|duplicate key|violates|syntax error at"
    r"|invalid input|orjson|graphql\.|has no attribute|NoneType|Decimal\(|UUID\(|takes \d+ positional"
)
TABLES = """
select relname
from pg_class
where relnamespace = 'public'::regnamespace and relkind in ('r', 'p') and not relispartition
    and relname not in ('change_log', 'migration', 'signing_key')
order by 1
"""
STATE = """
select '{0}' as name, count(*) || ':' || coalesce(sum(hashtextextended(t::text, 0)), 0) as held
from {0} t
"""
LARGEST = 900_000
"""Larger bodies are another matter."""


@pytest.fixture(scope="module")
async def company(world: Database) -> Database:
    """The small company, with a contact merged away, another out of use, and a saved view."""
    ids = {
        row["key"]: row["record_id"]
        for row in await world.reads().rows("keys", text="select key, record_id from source_key")
    }
    await world.write(merges.merge_contacts, "mia", "test", ids["cas"], ids["dee"], Choice(), NOW)
    await world.write(records.change, "mia", "test", "contact", ids["bob"], {"state": State.INACTIVE}, NOW)
    given = {"entity": ViewEntity.CONTACT, "name": "All", "shared": True}
    await world.write(views.VIEWS.create, "mia", "test", given, NOW)
    return world


@pytest.fixture(scope="module")
async def client(company: Database, dsn: str) -> AsyncIterator[httpx.AsyncClient]:
    """A client of a process that serves the company."""
    with served(dsn, LEADGRAPH_LOG_LEVEL="error", LEADGRAPH_SECRET_KEY=KEY) as address:
        async with httpx.AsyncClient(base_url=address, timeout=60) as made:
            yield made


class Judge:
    """Asks, and says what is wrong with an answer."""

    def __init__(self, db: Database, client: httpx.AsyncClient) -> None:
        self.db, self.client = db, client
        self.outcomes: Counter[str] = Counter()
        self._state = ""

    async def state(self) -> dict[str, str]:
        """What is kept, as a number for each table."""
        if not self._state:
            tables = [row["relname"] for row in await self.db.reads().rows("tables", text=TABLES)]
            self._state = " union all ".join(STATE.format(table) for table in tables)
        return {row["name"]: row["held"] for row in await self.db.reads().rows("state", text=self._state)}

    async def ids(self) -> Ids:
        """The records that are there, by their kinds, and links of the contacts among them."""
        found = {}
        for kind, table in KINDS.items():
            rows = await self.db.reads().rows("ids", text=f"select id from {table} order by id desc limit 30")
            found[kind] = [row["id"] for row in rows]
        signer, center = Signer(KEY), found["SubscriptionCenter"][-1]
        links = [signer.links(Link(id, center), datetime.now(UTC)) for id in found["Contact"]]
        ids = {kind: [to_global(kind, id) for id in known] for kind, known in found.items()}
        return ids | {"token": [link.token for link in links]}

    async def settle(self) -> None:
        """Waits until what requests of data subjects and removed fields set going has been done."""
        waiting = """select (select count(*) from data_subject_request where status = 'IN_PROGRESS')
            + (select count(*) from custom_field where removed_at is not null) as n"""
        for _ in range(400):
            (found,) = await self.db.reads().rows("waiting", text=waiting)
            if not found["n"]:
                return
            await asyncio.sleep(0.05)
        raise AssertionError("What was set going has not come to an end.")

    async def ask(self, mutation: str, body: str, before: dict[str, str]) -> dict[str, str]:
        """Asks a mutation; what is kept afterwards."""
        told, found = await self.answer(body)
        refused = self._refused(mutation, found, told)
        if not refused:
            await self.settle()
        after = await self.state()
        if refused:
            assert {name for name in after if after[name] != before[name]} == set(), told
        return after

    async def answer(self, body: str) -> tuple[Any, Any]:
        """An answer in which nothing is our fault; before it, what to look at where something is wrong."""
        kind = {"content-type": "application/json"}
        answer = await self.client.post("/graphql", content=body, headers=kind)
        told = (body[-3_000:], answer.text[:3_000])
        assert answer.status_code < 500, told
        assert not LEAKS.search(answer.text), told
        found = answer.json()
        for error in found.get("errors", ()):
            assert error["extensions"]["code"] != "INTERNAL_SERVER_ERROR", told
            assert len(error["message"]) < 1_100, told
        return told, found

    def _refused(self, mutation: str, found: Any, told: Any) -> bool:
        payload = (found.get("data") or {}).get(mutation)
        if payload is None:
            assert found["errors"], told
            self.outcomes["no input"] += 1
            return True
        for error in payload["userErrors"]:
            assert 10 < len(error["message"]) < 1_000, told
            self.outcomes[error["code"]] += 1
        self.outcomes["refused" if payload["userErrors"] else "done"] += 1
        return bool(payload["userErrors"])


@pytest.fixture(scope="module")
async def judge(company: Database, client: httpx.AsyncClient) -> Judge:
    return Judge(company, client)


async def test_no_write_is_a_fault_or_half_done(judge: Judge) -> None:
    """Every mutation in turn; what is refused leaves every table as it was."""
    maker = Maker(schema._schema, SEED, {})
    names = cycle(sorted(maker.fields))
    state = await judge.state()
    for number in range(WRITES):
        if number % ROUND == 0:
            maker.ids = await judge.ids()
        mutation = next(names)
        if RARE.fullmatch(mutation) and maker.chance.random() < 0.6:
            mutation = next(names)
        body = maker.body(mutation)
        if len(body) < LARGEST:
            state = await judge.ask(mutation, body, state)
    assert judge.outcomes["done"] > WRITES / 20
    assert judge.outcomes["refused"] > WRITES / 20


async def test_what_was_written_can_be_read_in_every_order(judge: Judge) -> None:
    """No value that was taken makes a page, an order or a count of it fail."""
    types = schema._schema.type_map
    for name, kind in (("contacts", "Contact"), ("accounts", "Account"), ("leads", "Lead")):
        pages = [f"(first: 100) {{ totalCount {{ value }} nodes {selection(types[kind], 1)} }}"]
        sorts = types[f"{kind}Sort"]
        assert isinstance(sorts, GraphQLEnumType)
        for field, way in product(sorts.values, ("ASC", "DESC")):
            pages.append(f"(first: 100, orderBy: {{field: {field}, direction: {way}}}) {{ nodes {{ id }} }}")
        for page in pages:
            told, found = await judge.answer(written({"query": f"{{ {name}{page} }}"}))
            assert isinstance(found["data"][name]["nodes"], list), told


async def test_an_export_of_it_is_imported(
    company: Database, server: str, template: str, tmp_path: Path
) -> None:
    """What was written is what an export holds, and an empty database takes it."""
    before = await exported(company, tmp_path / "before")
    async with empty(server, template) as other:
        await load(other, tmp_path / "before", Silent())
        assert await exported(other, tmp_path / "after") == before
