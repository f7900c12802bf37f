"""Hostile and mistaken writes of every mutation: answered in words, never half-written, and never unreadable.

`LEADGRAPH_HOSTILE_WRITES=20000` asks more of them, `LEADGRAPH_SEED` others.
"""

import asyncio
import os
import re
from collections import Counter
from collections.abc import AsyncIterator, Mapping
from datetime import UTC, datetime
from itertools import cycle
from typing import Any
from uuid import UUID

import httpx
import pytest

from db.database import Database
from domain.merges import Choice
from domain.options import State
from domain.views import ViewEntity
from engines import merges, records, views
from engines.links import Link, Signer
from resolvers.identity import from_global, to_global
from schema.build import schema
from tests.conftest import served
from tests.http.hostile import Maker
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
LISTS = {
    "contacts": "id fullName history(first: 5) { nodes { kind changes { field old new } } }",
    "accounts": "id name history(first: 5) { nodes { kind changes { field old new } } }",
    "leads": "id topic history(first: 5) { nodes { kind changes { field old new } } }",
}


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
    await world.write(views.create, "mia", "test", given, NOW)
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

    async def begin(self) -> None:
        tables = [row["relname"] for row in await self.db.reads().rows("tables", text=TABLES)]
        self._state = " union all ".join(
            f"select '{table}' as name, count(*) || ':' || coalesce(sum(hashtextextended(t::text, 0)), 0) as of"
            f" from {table} t"
            for table in tables
        )

    async def state(self) -> dict[str, str]:
        """What is kept, as a number for each table."""
        return {row["name"]: row["of"] for row in await self.db.reads().rows("state", text=self._state)}

    async def ids(self) -> Mapping[str, list[str]]:
        """The records that are there, by their kinds."""
        found = {}
        for kind, table in KINDS.items():
            rows = await self.db.reads().rows("ids", text=f"select id from {table} order by id desc limit 30")
            found[kind] = [to_global(kind, row["id"]) for row in rows]
        contacts = [UUID(from_global(id)[1][0]) for id in found["Contact"]]
        center = UUID(from_global(found["SubscriptionCenter"][-1])[1][0])
        links = [Signer(KEY).links(Link(id, center), datetime.now(UTC)) for id in contacts]
        return {**found, "token": [link.token for link in links]}

    async def settle(self) -> None:
        """Waits until what requests of data subjects and removed fields set going has been done."""
        waiting = """select (select count(*) from data_subject_request where status = 'IN_PROGRESS')
            + (select count(*) from custom_field where removed_at is not null) as n"""
        for _ in range(200):
            (found,) = await self.db.reads().rows("waiting", text=waiting)
            if not found["n"]:
                return
            await asyncio.sleep(0.05)
        raise AssertionError("What was set going has not come to an end.")

    async def ask(self, mutation: str, body: str, before: dict[str, str]) -> dict[str, str]:
        """Asks a mutation; what is kept afterwards."""
        answer = await self.client.post(
            "/graphql", content=body, headers={"content-type": "application/json"}
        )
        told = (body[body.find('"variables"') :][:3_000], answer.text[:3_000])
        assert answer.status_code < 500, told
        assert not LEAKS.search(answer.text), (LEAKS.search(answer.text), *told)
        found = answer.json()
        for error in found.get("errors", ()):
            assert error["extensions"]["code"] not in ("INTERNAL_SERVER_ERROR",), told
            assert len(error["message"]) < 2_000, told
        refused = self._refused(mutation, found, told)
        if not refused:
            await self.settle()
        after = await self.state()
        if refused:
            assert {name for name in after if after[name] != before.get(name)} == set(), told
        return after

    def _refused(self, mutation: str, found: Any, told: Any) -> bool:
        payload = (found.get("data") or {}).get(mutation)
        if payload is None:
            assert found["errors"], told
            self.outcomes["no input"] += 1
            if not hasattr(self, "messages"):
                self.messages = Counter()
            for e in found["errors"]:
                self.messages[mutation + " " + e["message"][:150]] += 1
            return True
        for error in payload["userErrors"]:
            assert error["message"].strip() and len(error["message"]) < 1_000, told
            self.outcomes[error["code"]] += 1
        self.outcomes["done" if not payload["userErrors"] else "refused"] += 1
        return bool(payload["userErrors"])


async def test_no_write_is_a_fault_or_half_done(company: Database, client: httpx.AsyncClient) -> None:
    """Every mutation in turn; what is refused leaves every table as it was."""
    judge = Judge(company, client)
    await judge.begin()
    maker = Maker(schema._schema, SEED, {})
    names = cycle(sorted(maker.fields))
    state = await judge.state()
    for number in range(WRITES):
        if number % ROUND == 0:
            maker.ids = await judge.ids()
        mutation = next(names)
        if RARE.fullmatch(mutation) and maker.chance.random() < 0.6:
            mutation = next(names)
        state = await judge.ask(mutation, maker.body(mutation), state)
    print(judge.outcomes)
    assert judge.outcomes["done"] > WRITES / 20
    assert judge.outcomes["refused"] > WRITES / 20
