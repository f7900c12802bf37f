"""Whoever takes in, moves, merges, deletes and judges at once: in the end all is kept as the facts say."""

import asyncio
import random
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

from db.database import Database, connected
from db.ids import identity
from domain.facts import NewInteraction
from domain.intake import Incoming, Key
from domain.interactions import Actor, InteractionType
from domain.merges import Choice
from domain.refusals import Refused
from engines import account_sums, ingest, memberships, merges, reclassification, records, unmerges
from engines.customers import receive
from engines.recount import recount
from tests.engines.test_everything_recounted import differences
from tests.engines.test_recount import NOW, START

T = InteractionType
SOURCE = "at-once"
PEOPLE = [f"p{n}" for n in range(8)]
KINDS = (
    T.EMAIL_DELIVERED,
    T.EMAIL_OPENED,
    T.EMAIL_OPENED,
    T.EMAIL_CLICKED,
    T.EMAIL_CLICKED,
    T.WEBSITE_VISITED,
)
ROUNDS = 14


async def settle(db: Database) -> dict[str, Any]:
    accounts = [Incoming("account", SOURCE, (a,), {"name": a}) for a in ("a0", "a1")]
    people = [
        Incoming("contact", SOURCE, (p,), {"last_name": p, "account_id": Key(f"a{n % 2}")}, since=START)
        for n, p in enumerate(PEOPLE)
    ]
    async with db.transaction() as tx:
        await receive(tx, [*accounts, *people], NOW)
        rows = await tx.rows("", SOURCE, text="select key, record_id from source_key where source = $1")
    return {row["key"]: row["record_id"] for row in rows}


class Worker:
    """Somebody who works beside others, by dice of its own."""

    def __init__(self, db: Database, ids: dict[str, Any], seed: int) -> None:
        self.db, self.ids, self.dice = db, ids, random.Random(seed)
        self.done = 0

    def moment(self) -> Any:
        return START + timedelta(days=self.dice.randrange(28), seconds=self.dice.choice((7, 8, 9, 4_000)))

    def new(self) -> NewInteraction:
        return NewInteraction(
            self.dice.choice(KINDS),
            self.moment(),
            SOURCE,
            str(self.dice.randrange(1_500)),
            contact_key=self.dice.choice((*PEOPLE, "nobody yet")),
            actor=self.dice.choice((Actor.UNKNOWN, Actor.UNKNOWN, Actor.MACHINE, Actor.HUMAN)),
            message_id=self.dice.choice(("m0", "m1", None)),
            link=self.dice.choice(("x", "y", "z", None)),
        )

    async def take(self) -> None:
        batch = [self.new() for _ in range(25)]
        await self.db.prepare_months(new.occurred_at for new in batch)
        await self.db.write(ingest.take_in, None, None, batch, NOW)

    async def move(self) -> None:
        account = self.ids[self.dice.choice(("a0", "a1"))]
        await self.act(memberships.move, self.one(), account, self.moment(), NOW)

    async def merge(self) -> None:
        made = await self.act(merges.merge_contacts, self.one(), self.one(), Choice(), NOW)
        if made is not None and self.dice.random() < 0.7:
            await self.act(unmerges.unmerge_contacts, made.id, NOW)

    async def say(self) -> None:
        id = identity(SOURCE, str(self.dice.randrange(1_500)))
        await self.act(reclassification.by_hand, id, self.dice.choice(tuple(Actor)))

    async def judge(self) -> None:
        async for _ in reclassification.anew(self.db):
            await asyncio.sleep(0)

    async def fold(self) -> None:
        await self.db.write(account_sums.fold, None, None, [self.ids["a0"], self.ids["a1"]])

    async def count(self) -> None:
        async for reached in recount(self.db):
            assert [one.words for one in reached.found] == []

    async def act(self, act: Callable[..., Awaitable[Any]], *args: Any) -> Any:
        try:
            return await self.db.write(act, "staff", "test", *args)
        except Refused:
            return None

    def one(self) -> Any:
        return self.ids[self.dice.choice(PEOPLE)]

    async def work(self, *acts: Callable[["Worker"], Awaitable[None]]) -> None:
        for _ in range(ROUNDS):
            await self.dice.choice(acts)(self)
            self.done += 1


async def test_many_at_once_leave_nothing_that_differs(database: Database, dsn: str) -> None:
    ids = await settle(database)
    async with connected(dsn, size=8) as db:
        workers = [Worker(db, ids, seed) for seed in range(7)]
        takers, others = workers[:3], workers[3:]
        await asyncio.gather(
            *(taker.work(Worker.take) for taker in takers),
            *(other.work(Worker.move, Worker.merge, Worker.say) for other in others[:2]),
            others[2].work(Worker.say, Worker.judge),
            others[3].work(Worker.count, Worker.fold),
        )
        await db.write(records.remove, "staff", "test", "contact", workers[0].one(), NOW)
        assert {worker.done for worker in workers} == {ROUNDS}
        assert await differences(db) == []
        async for _ in reclassification.anew(db):
            pass
        assert await differences(db) == []
    taken = await database.reads().rows("", text="select count(*) as n from interaction")
    assert taken[0]["n"] > 200
