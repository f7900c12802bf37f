"""Insights change for who follows them through whatever way interactions come in, or are judged anew."""

import asyncio
import json
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from db.database import Database
from db.ids import identity
from domain.facts import NewInteraction
from domain.intake import Incoming, Key
from domain.interactions import Actor, InteractionType
from engines import ingest, reclassification
from engines.recount import recount
from schema.plan.streams import Event
from server.recounts import with_given
from tests.documents.test_subscriptions import PATIENCE, START, Company, company

__all__ = ["company"]
T = InteractionType
_SHOWN = "insights { email { totalOpens } byType { type count } }"
ACCOUNT = f"subscription ($id: ID!) {{ accountInsights(id: $id, allTime: true) {{ {_SHOWN} }} }}"
LEAD = f"subscription ($id: ID!) {{ leadInsights(id: $id, allTime: true) {{ {_SHOWN} }} }}"
ALL_TIME = (
    "subscription ($id: ID!) { accountInsights(id: $id, allTime: true, attribution: ALL_TIME)"
    f" {{ {_SHOWN} }} }}"
)


@dataclass
class Following:
    """The latest state that a subscriber has been told, and how often."""

    source: AsyncGenerator[Event, None]
    opens: int = -1
    visits: int = 0
    told: int = 0
    news: asyncio.Event = field(default_factory=asyncio.Event)

    async def run(self) -> None:
        """Takes what comes until it is cancelled."""
        async for event in self.source:
            (state,) = json.loads(event.outcome.json)["data"].values()
            insights = state["insights"]
            self.opens, self.told = insights["email"]["totalOpens"], self.told + 1
            kinds = {entry["type"]: entry["count"] for entry in insights["byType"]}
            self.visits = kinds.get("WEBSITE_VISITED", 0)
            self.news.set()

    async def until(self, holds: Callable[["Following"], bool]) -> None:
        """Waits until it has been told such a state."""
        async with asyncio.timeout(PATIENCE):
            while not holds(self):
                self.news.clear()
                await self.news.wait()


@asynccontextmanager
async def following(company: Company, *asked: tuple[str, str, str]) -> AsyncIterator[list[Following]]:
    """Subscribers of these documents about these records, who know the present state."""
    found = []
    for document, kind, key in asked:
        source = await company.open(document, id=company.id(kind, key))
        assert isinstance(source, AsyncGenerator)
        found.append(Following(source))
    tasks = [asyncio.create_task(one.run()) for one in found]
    try:
        for one in found:
            await one.until(lambda known: known.told > 0)
        yield found
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        for one in found:
            await one.source.aclose()


def new(type: T, contact: str, number: int, seconds: float = 7, **known: Any) -> NewInteraction:
    """An interaction of a contact, a day after the beginning."""
    at = START + timedelta(days=1, seconds=seconds)
    return NewInteraction(type, at, "test", f"live-{number}", contact_key=contact, **known)


async def take(db: Database, *batch: NewInteraction) -> None:
    await ingest.ingest(db, batch, datetime.now(UTC))


async def arrives(company: Company) -> None:
    """A contact comes whose interaction has waited for it."""
    await take(company.db, new(T.EMAIL_OPENED, "cid", 1))
    member = {"account_id": Key("kettle")}
    await company.receive(Incoming("contact", "test", ("cid",), {"last_name": "C"} | member, since=START))


async def scanned(company: Company) -> None:
    """A delivery comes late, by which an opening known before is a machine's."""
    await take(company.db, new(T.EMAIL_DELIVERED, "ann", 90, 1, message_id="m"))


async def said(company: Company) -> None:
    """Somebody says that an opening was a machine's."""
    id = identity("test", "live-91")
    await company.db.write(reclassification.by_hand, None, None, id, Actor.MACHINE)


async def judged_again(company: Company) -> None:
    """All is judged again, by a rule under which the openings are too many."""
    async for _ in reclassification.anew(
        company.db, with_given(await reclassification.pace(company.db), ["opens=1"])
    ):
        pass


@pytest.mark.parametrize(("change", "opens"), [(arrives, 3), (scanned, 1), (said, 1), (judged_again, 0)])
async def test_insights_change_by_every_way(
    company: Company, change: Callable[[Company], Awaitable[None]], opens: int
) -> None:
    await take(
        company.db,
        new(T.EMAIL_OPENED, "ann", 91, 2, message_id="m"),
        new(T.EMAIL_OPENED, "ann", 92, 500, message_id="m"),
    )
    async with following(
        company, (ACCOUNT, "Account", "kettle"), (LEAD, "Lead", "kettles"), (LEAD, "Lead", "anns")
    ) as (account, of_account, of_contact):
        assert [one.opens for one in (account, of_account, of_contact)] == [2, 2, 2]
        await change(company)
        await account.until(lambda known: known.opens == opens)
        await of_account.until(lambda known: known.opens == opens)
        await of_contact.until(lambda known: known.opens == min(opens, 2))


async def test_all_time_insights_follow_what_members_did_elsewhere(company: Company) -> None:
    await company.move("bob", "lid", 5)
    async with following(company, (ALL_TIME, "Account", "lid"), (ACCOUNT, "Account", "lid")) as (whole, own):
        await take(company.db, new(T.EMAIL_OPENED, "bob", 1))
        await whole.until(lambda known: known.opens == 1)
        assert own.opens == 0


async def test_many_batches_are_told_of_together(company: Company) -> None:
    async with following(company, (ACCOUNT, "Account", "kettle"), (LEAD, "Lead", "anns")) as (account, lead):
        before = account.told
        for number in range(60):
            await take(company.db, new(T.WEBSITE_VISITED, "ann", 1_000 + number))
        await account.until(lambda known: known.visits == 60)
        await lead.until(lambda known: known.visits == 60)
        assert account.told - before < 60
    assert [one.words async for reached in recount(company.db) for one in reached.found] == []
