"""The change log is the tables' own history: what a transaction altered stands in it, no more, no less."""

import random
from collections import Counter
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from db.changes import to_change
from db.database import Database, Transaction
from domain.changes import About, Change, ChangeKind, Position, Topic
from domain.facts import NewInteraction
from domain.intake import ENTITIES, Incoming, Key
from domain.interactions import InteractionType
from domain.refusals import Refused
from engines import ingest, memberships
from engines.customers import receive

START = datetime(2026, 3, 1, tzinfo=UTC)
ACCOUNTS, CONTACTS, LEADS = ("a0", "a1", "a2"), ("c0", "c1", "c2", "c3"), ("l0", "l1")
Kept = dict[str, dict[UUID, Any]]


@dataclass
class History:
    """Random writes over a small company, each in a transaction of its own."""

    source: str
    chance: random.Random
    now: datetime = START
    number: int = 0
    ids: dict[str, UUID] = field(default_factory=dict)

    async def write(self, tx: Transaction) -> None:
        """One to three acts; one transaction in eight is undone."""
        for _ in range(self.chance.randint(1, 3)):
            self.now += timedelta(minutes=self.chance.randint(1, 600))
            await self._act()(tx)
            found = await tx.rows("ids", self.source, text=_IDS)
            self.ids = {row["key"]: row["record_id"] for row in found}
        if self.chance.random() < 1 / 8:
            raise InterruptedError

    def _act(self) -> Callable[[Transaction], Awaitable[object]]:
        return self.chance.choice([self._receive, self._receive, self._happen, self._happen, self._move])

    async def _receive(self, tx: Transaction) -> None:
        """New and changed records, some unchanged, some with references to what is not there."""
        name = f"Name {self.chance.randint(0, 3)}"
        account = Incoming("account", self.source, (self.chance.choice(ACCOUNTS),), {"name": name})
        contact = Incoming("contact", self.source, (self._contact(),), {"last_name": name} | self._parent())
        parents = self.chance.choice([{"contact_id": Key(self._contact())}, self._parent(), {}])
        lead = Incoming("lead", self.source, (self.chance.choice(LEADS),), {"topic": name} | parents)
        origin = {"name": name, "originating_lead_id": Key(lead.keys[0])}
        sale = Incoming("opportunity", self.source, (f"o{self.chance.randint(0, 2)}",), origin)
        batch = [one for one in (account, contact, lead, sale) if self.chance.random() < 0.6]
        await receive(tx, batch, self.now)

    async def _happen(self, tx: Transaction) -> None:
        """Interactions, some repeated, some of contacts not yet known, some of times before a move."""
        batch = [self._interaction() for _ in range(self.chance.choice([1, 5, 250]))]
        await ingest.take_in(tx, batch, self.now)

    def _interaction(self) -> NewInteraction:
        self.number += self.chance.choice([0, 1, 1, 1])
        at = START + timedelta(minutes=self.chance.randint(0, 20_000))
        return NewInteraction(
            InteractionType.EMAIL_OPENED,
            min(at, self.now),
            self.source,
            str(self.number),
            contact_key=self._contact(),
            message_id=f"m{self.number % 3}",
        )

    async def _move(self, tx: Transaction) -> None:
        contact, account = self.ids.get(self._contact()), self.ids.get(self.chance.choice(ACCOUNTS))
        if contact is not None:
            with suppress(Refused):
                await memberships.move(tx, contact, self.chance.choice([account, None]), self.now)

    def _contact(self) -> str:
        return self.chance.choice(CONTACTS)

    def _parent(self) -> dict[str, Any]:
        return {"account_id": Key(self.chance.choice(ACCOUNTS))} if self.chance.random() < 0.7 else {}


_IDS = "select key, record_id from source_key where source = $1"


async def tables(db: Database) -> Kept:
    """What the tables hold of each record, and which interactions there are."""
    reads = db.reads()
    kept: Kept = {}
    for entity in ENTITIES:
        rows = await reads.rows("all", text=f"select id, row_to_json(t)::jsonb as row from {entity} t")
        kept[entity] = {row["id"]: row["row"] for row in rows}
    rows = await reads.rows("all", text="select id, contact_id, account_id from interaction")
    kept["interaction"] = {row["id"]: (row["contact_id"], row["account_id"]) for row in rows}
    return kept


async def entries(db: Database, after: Position) -> list[Change]:
    """The log's entries after a place."""
    return [to_change(row) for row in await db.reads().rows("changes_after", *after, 100_000)]


@pytest.mark.parametrize("seed", range(3))
async def test_the_log_tells_what_each_transaction_altered(empty: Database, seed: int) -> None:
    history = History(f"history {seed}", random.Random(seed))
    await empty.prepare_months(START + timedelta(days=day) for day in range(0, 300, 20))
    before, place = await tables(empty), await end(empty)
    for _ in range(40):
        with suppress(InterruptedError):
            async with empty.transaction() as tx:
                await history.write(tx)
        after, told = await tables(empty), await entries(empty, place)
        compare(before, after, told)
        before, place = after, await end(empty)
    assert len(before["interaction"]) > 500


async def end(db: Database) -> Position:
    """The last place of the log."""
    (found,) = await db.reads().rows("changes_end")
    return Position(found["xact"], found["number"])


def compare(before: Kept, after: Kept, told: list[Change]) -> None:
    """The entries of one transaction against what it altered in the tables."""
    assert [change.position.number for change in told] == list(range(1, len(told) + 1))
    records = [change for change in told if change.kind is not None]
    for entity in ENTITIES:
        old, new = before[entity], after[entity]
        altered = {id for id, row in new.items() if old.get(id) != row}
        ours = [change for change in records if change.entity == entity]
        assert {change.record_id for change in ours} == altered
        made = [change.record_id for change in ours if change.kind is ChangeKind.CREATED]
        assert Counter(made) == Counter(altered - set(old))
    compare_interactions(before, after, [change for change in told if change.kind is None])
    topics = {topic for change in told for topic in change.topics()}
    for id, row in after["contact"].items():
        was, now = before["contact"].get(id, {}).get("account_id"), row["account_id"]
        if was != now:
            accounts = {Topic(About.MEMBERS, UUID(account)) for account in (was, now) if account}
            assert accounts <= topics
    for change in records:
        if change.entity == "lead":
            assert _parents(after["lead"][change.record_id]) == (change.contact_id, change.account_id)


def compare_interactions(before: Kept, after: Kept, told: list[Change]) -> None:
    """Each new interaction once, in an entry of its contact and of its account at that time.

    Entries that name none tell that known ones are judged otherwise.
    """
    told = [change for change in told if change.interactions]
    new = set(after["interaction"]) - set(before["interaction"])
    assert Counter(id for change in told for id in change.interactions) == Counter(new)
    assert all(0 < len(change.interactions) <= 100 for change in told)
    for change in told:
        assert {after["interaction"][id][0] for id in change.interactions} == {change.record_id}


def _parents(lead: dict[str, Any]) -> tuple[UUID | None, ...]:
    return tuple(UUID(lead[name]) if lead[name] else None for name in ("contact_id", "account_id"))


async def test_an_entry_tells_whether_the_contact_was_a_member_then(database: Database) -> None:
    """What came late, of the time in an account that the contact has left, is no news of that account."""
    history = History("members", random.Random(0))
    await database.prepare_months([START])
    incoming = [
        Incoming("account", "members", ("a0",), {"name": "One"}),
        Incoming("account", "members", ("a1",), {"name": "Two"}),
        Incoming("contact", "members", ("c0",), {"last_name": "C", "account_id": Key("a0")}, since=START),
    ]
    async with database.transaction() as tx:
        await receive(tx, incoming, START)
        ids = {row["key"]: row["record_id"] for row in await tx.rows("ids", "members", text=_IDS)}
        await memberships.move(tx, ids["c0"], ids["a1"], START + timedelta(days=9))
    place = await end(database)
    days = {"0": START - timedelta(days=1), "1": START + timedelta(days=1), "2": START + timedelta(days=10)}
    batch = [
        NewInteraction(InteractionType.EMAIL_OPENED, at, history.source, number, contact_key="c0")
        for number, at in days.items()
    ]
    await ingest.ingest(database, batch, START + timedelta(days=30))
    told = {(change.account_id, change.member) for change in await entries(database, place)}
    assert told == {(None, False), (ids["a0"], False), (ids["a1"], True)}
