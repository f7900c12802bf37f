"""What subscriptions send: each interaction once, the latest insights, every change; and how they go on."""

import asyncio
import gc
import json
from collections import Counter
from collections.abc import AsyncGenerator, AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from db.database import Database, connected
from db.feed import following
from domain.facts import NewInteraction
from domain.intake import Incoming, Key
from domain.interactions import InteractionType
from engines import ingest, memberships
from engines.customers import receive
from resolvers.context import Context
from resolvers.identity import to_global
from schema.build import schema
from schema.plan import Executor, Outcome
from schema.plan.streams import Event, subscribe
from server.graphql.errors import told
from tests.conftest import cloned

EXECUTOR = Executor(schema)
START = datetime.now(UTC).replace(microsecond=0) - timedelta(days=30)
PATIENCE = 20
T = InteractionType


@pytest.fixture
async def company(server: str, template: str) -> AsyncIterator["Company"]:
    """A small company whose log is followed."""
    async with cloned(server, template) as dsn, connected(dsn) as db, following(db, dsn):
        made = Company(db, dsn)
        await made.settle()
        yield made


class Company:
    """Writes, and subscribes to what is written."""

    def __init__(self, db: Database, dsn: str) -> None:
        self.db = db
        self.dsn = dsn
        self._ids: dict[str, UUID] = {}
        self._number = 0

    async def settle(self) -> None:
        """Two accounts, two contacts in the first of them, a lead of each sort."""
        member = {"account_id": Key("kettle")}
        await self.receive(
            Incoming("account", "test", ("kettle",), {"name": "Kettle & Co"}),
            Incoming("account", "test", ("lid",), {"name": "Lid Works"}),
            Incoming("contact", "test", ("ann",), {"last_name": "Arbour"} | member, since=START),
            Incoming("contact", "test", ("bob",), {"last_name": "Birch"} | member, since=START),
            Incoming("lead", "test", ("anns",), {"topic": "Kettles", "contact_id": Key("ann")}),
            Incoming("lead", "test", ("kettles",), {"topic": "A fleet"} | member),
            Incoming("lead", "test", ("nobodys",), {"topic": "Somebody asked"}),
        )
        await self.db.prepare_months([START, datetime.now(UTC)])

    async def receive(self, *batch: Incoming) -> None:
        """Takes records in."""
        async with self.db.transaction() as tx:
            await receive(tx, batch, START)
            text = "select key, record_id from source_key where source = 'test'"
            self._ids = {row["key"]: row["record_id"] for row in await tx.rows("ids", text=text)}

    async def happen(self, contact: str, *types: InteractionType, day: int = 1) -> None:
        """Interactions of a contact, in one batch."""
        batch = [
            NewInteraction(kind, START + timedelta(days=day), "test", str(number), contact_key=contact)
            for number, kind in enumerate(types, start=self._number)
        ]
        self._number += len(batch)
        await ingest.ingest(self.db, batch, datetime.now(UTC))

    async def move(self, contact: str, account: str | None, day: int) -> None:
        """Moves a contact."""
        at = START + timedelta(days=day)
        async with self.db.transaction() as tx:
            await memberships.move(tx, self._ids[contact], self._ids[account] if account else None, at)

    def id(self, type_name: str, key: str) -> str:
        """The global id of a record."""
        return to_global(type_name, self._ids[key])

    def context(self) -> Context:
        """A context as a request has it."""
        return Context(self.db, datetime.now(UTC), None, "test")

    async def open(self, document: str, **variables: Any) -> AsyncGenerator[Event, None] | Outcome:
        """The events of a subscription, or why there are none."""
        admitted = EXECUTOR.admit(document, variables, None)
        assert not isinstance(admitted, Outcome), admitted.errors
        return await subscribe(EXECUTOR, admitted, self.context)

    @asynccontextmanager
    async def events(self, document: str, **variables: Any) -> AsyncIterator["Events"]:
        """The events of a subscription, closed when the block ends."""
        found = await self.open(document, **variables)
        assert not isinstance(found, Outcome), found.errors
        try:
            yield Events(found)
        finally:
            await found.aclose()

    async def refusal(self, document: str, **variables: Any) -> Mapping[str, Any]:
        """The error that the subscription is refused with before it begins."""
        found = await self.open(document, **variables)
        assert isinstance(found, Outcome)
        (error,) = found.errors
        return told(error, "test")


class Events:
    """What a subscription sends, as a client sees it."""

    def __init__(self, source: AsyncGenerator[Event, None]) -> None:
        self._source = source

    async def take(self, number: int) -> list[Any]:
        """The next events, without the names of their fields."""
        found = []
        async with asyncio.timeout(PATIENCE):
            for _ in range(number):
                outcome = (await anext(self._source)).outcome
                assert not outcome.errors, outcome.errors
                (event,) = json.loads(outcome.json)["data"].values()
                found.append(event)
        return found


def shown(events: Sequence[Any], name: str, member: str) -> list[Any]:
    """One member of what each event shows."""
    return [event[name][member] for event in events]


HAPPENED = """subscription Happened($id: ID!, $types: [InteractionType!], $after: String) {
  contactInteractions(id: $id, types: $types, after: $after) {
    cursor interaction { type contact { fullName } account { name } } } }"""
OF_ACCOUNT = """subscription OfAccount($id: ID!, $after: String) {
  accountInteractions(id: $id, after: $after) { cursor interaction { type } } }"""
OF_LEAD = """subscription OfLead($id: ID!, $after: String) {
  leadInteractions(id: $id, after: $after) { cursor interaction { type } } }"""


async def test_each_new_interaction_of_a_contact_comes_once(company: Company) -> None:
    await company.happen("ann", T.EMAIL_SENT)
    ann = company.id("Contact", "ann")
    async with company.events(HAPPENED, id=ann) as events:
        await company.happen("bob", T.EMAIL_SENT)
        await company.happen("ann", T.EMAIL_DELIVERED, T.EMAIL_OPENED)
        await company.happen("ann", T.EMAIL_CLICKED)
        found = await events.take(3)
    kinds = sorted(shown(found[:2], "interaction", "type"))
    assert kinds == ["EMAIL_DELIVERED", "EMAIL_OPENED"]
    assert found[2]["interaction"] == {
        "type": "EMAIL_CLICKED",
        "contact": {"fullName": "Arbour"},
        "account": {"name": "Kettle & Co"},
    }


async def test_a_subscription_goes_on_within_a_batch(company: Company) -> None:
    """From every event's cursor, in the same process and in one that follows the log anew."""
    ann = company.id("Contact", "ann")
    kinds = list(T)[:20]
    async with company.events(HAPPENED, id=ann) as events:
        await company.happen("ann", *kinds)
        await company.happen("ann", *[T.EMAIL_SENT] * 120)
        found = await events.take(140)
    expected = shown(found, "interaction", "type")
    assert sorted(expected[:20]) == sorted(kind.name for kind in kinds)
    assert len({event["cursor"] for event in found}) == 140
    async with connected(company.dsn) as db, following(db, company.dsn):
        again = Company(db, company.dsn)
        for place in (0, 1, 7, 18, 19, 20, 21, 118, 119, 120, 138):
            for reader in (company, again):
                async with reader.events(HAPPENED, id=ann, after=found[place]["cursor"]) as events:
                    rest = await events.take(139 - place)
                assert [event["cursor"] for event in rest] == [e["cursor"] for e in found[place + 1 :]]
                assert shown(rest, "interaction", "type") == expected[place + 1 :]


async def test_only_the_types_that_are_asked_for(company: Company) -> None:
    async with company.events(HAPPENED, id=company.id("Contact", "ann"), types=["FORM_SUBMITTED"]) as events:
        await company.happen("ann", T.EMAIL_SENT, T.FORM_SUBMITTED, T.EMAIL_OPENED)
        await company.happen("ann", T.EMAIL_CLICKED)
        await company.happen("ann", T.FORM_SUBMITTED)
        assert shown(await events.take(2), "interaction", "type") == ["FORM_SUBMITTED"] * 2


async def test_an_account_follows_its_members_while_they_are_members(company: Company) -> None:
    async with company.events(OF_ACCOUNT, id=company.id("Account", "kettle")) as events:
        await company.happen("ann", T.EMAIL_SENT, T.SEGMENT_UNSUBSCRIBED)
        await company.move("bob", "lid", day=5)
        await company.happen("bob", T.EMAIL_OPENED, day=2)
        await company.happen("bob", T.EMAIL_CLICKED, day=6)
        await company.move("bob", "kettle", day=8)
        await company.happen("bob", T.FORM_SUBMITTED, day=9)
        found = await events.take(2)
    assert shown(found, "interaction", "type") == ["EMAIL_SENT", "FORM_SUBMITTED"]


async def test_a_lead_follows_those_who_are_behind_it(company: Company) -> None:
    """Also those that come to be behind it later, and goes on with them."""
    lead = company.id("Lead", "nobodys")
    async with company.events(OF_LEAD, id=lead) as events:
        await company.happen("ann", T.EMAIL_SENT)
        await company.receive(Incoming("lead", "test", ("nobodys",), {"contact_id": Key("ann")}))
        await company.happen("ann", T.EMAIL_OPENED)
        (first,) = await events.take(1)
        await company.receive(
            Incoming("lead", "test", ("nobodys",), {"contact_id": None, "account_id": Key("kettle")})
        )
        await company.happen("bob", T.SEGMENT_UNSUBSCRIBED)
        found = [first, *await events.take(1)]
    assert shown(found, "interaction", "type") == ["EMAIL_OPENED", "SEGMENT_UNSUBSCRIBED"]
    await company.happen("bob", T.FORM_SUBMITTED)
    async with company.events(OF_LEAD, id=lead, after=first["cursor"]) as events:
        rest = await events.take(2)
    assert shown(rest, "interaction", "type") == ["SEGMENT_UNSUBSCRIBED", "FORM_SUBMITTED"]


INSIGHTS = """subscription Insights($id: ID!, $after: String) {
  %sInsights(id: $id, from: null, after: $after) { cursor insights { id interactions %s } } }"""
OF_CONTACT = INSIGHTS % ("contact", "byType { type count }")


async def test_insights_come_at_once_and_then_as_they_change(company: Company) -> None:
    await company.happen("ann", T.EMAIL_SENT)
    async with company.events(OF_CONTACT, id=company.id("Contact", "ann")) as events:
        (now,) = await events.take(1)
        assert now["insights"]["interactions"] == 1
        for _ in range(30):
            await company.happen("ann", T.EMAIL_OPENED)
        latest, sent = now, 0
        while latest["insights"]["interactions"] < 31:
            (latest,) = await events.take(1)
            sent += 1
        assert sent < 30
    async with company.events(OF_CONTACT, id=company.id("Contact", "ann"), after=latest["cursor"]) as events:
        await company.happen("bob", T.EMAIL_OPENED)
        await company.happen("ann", T.EMAIL_OPENED)
        (after,) = await events.take(1)
    assert after["insights"]["interactions"] == 32
    assert after["insights"]["id"] == now["insights"]["id"]


async def test_what_changed_while_nobody_listened_is_told_at_once(company: Company) -> None:
    account = company.id("Account", "kettle")
    document = INSIGHTS % ("account", "contacts")
    async with company.events(document, id=account) as events:
        (now,) = await events.take(1)
    assert now["insights"]["contacts"] == 2
    await company.move("bob", "lid", day=5)
    async with company.events(document, id=account, after=now["cursor"]) as events:
        (after,) = await events.take(1)
        assert after["insights"]["contacts"] == 1
        await company.happen("ann", T.EMAIL_SENT)
        assert shown(await events.take(1), "insights", "interactions") == [1]


async def test_a_leads_insights_follow_its_parents_and_its_stages(company: Company) -> None:
    document = INSIGHTS % ("lead", "basis stages { stage }")
    async with company.events(document, id=company.id("Lead", "anns")) as events:
        (now,) = await events.take(1)
        assert (now["insights"]["basis"], now["insights"]["interactions"]) == ("CONTACT", 0)
        await company.happen("ann", T.EMAIL_SENT)
        assert shown(await events.take(1), "insights", "interactions") == [1]
        await company.receive(
            Incoming("lead", "test", ("anns",), {"contact_id": None, "account_id": Key("kettle")})
        )
        assert shown(await events.take(1), "insights", "basis") == ["ACCOUNT"]
        await company.happen("bob", T.EMAIL_SENT)
        assert shown(await events.take(1), "insights", "interactions") == [2]


CHANGED = """subscription Changed($id: ID, $after: String) {
  contactChanges(id: $id, after: $after) { cursor kind recordId contact { fullName } } }"""


async def test_every_change_of_a_record_or_of_all(company: Company) -> None:
    ann = company.id("Contact", "ann")
    async with company.events(CHANGED, id=ann) as one, company.events(CHANGED) as all_of_them:
        await company.receive(Incoming("contact", "test", ("eve",), {"last_name": "Elder"}))
        await company.receive(Incoming("contact", "test", ("ann",), {"last_name": "Ash"}))
        await company.happen("ann", T.EMAIL_SENT)
        await company.move("bob", None, day=3)
        (changed,) = await one.take(1)
        everything = await all_of_them.take(3)
    assert {key: changed[key] for key in ("kind", "recordId", "contact")} == {
        "kind": "UPDATED",
        "recordId": ann,
        "contact": {"fullName": "Ash"},
    }
    assert [event["kind"] for event in everything] == ["CREATED", "UPDATED", "UPDATED"]
    assert shown(everything, "contact", "fullName") == ["Elder", "Ash", "Birch"]
    async with company.events(CHANGED, after=everything[0]["cursor"]) as events:
        assert [event["cursor"] for event in await events.take(2)] == [e["cursor"] for e in everything[1:]]


async def test_a_deleted_record_ends_what_follows_it(company: Company) -> None:
    bob, feed = company.id("Contact", "bob"), company.db.feed
    assert feed is not None
    start = feed.cursor(feed.position)
    async with company.events(CHANGED, id=bob) as events:
        async with company.db.transaction() as tx:
            for table in ("contact_account_membership", "contact"):
                column = "id" if table == "contact" else "contact_id"
                id = company._ids["bob"]
                await tx.run("delete", id, text=f"delete from {table} where {column} = $1")
            await tx.rows("changes_add", [1], ["contact"], ["DELETED"], [id], [None], [None], [None])
        (gone,) = await events.take(1)
        assert (gone["kind"], gone["contact"]) == ("DELETED", None)
        with pytest.raises(StopAsyncIteration):
            await events.take(1)
    async with company.events(CHANGED, id=bob, after=start) as events:
        assert [event["kind"] for event in await events.take(1)] == ["DELETED"]
    error = await company.refusal(CHANGED, id=bob, after=gone["cursor"])
    assert error["extensions"]["reason"] == "NOT_FOUND"


async def test_what_cannot_be_followed_is_refused_at_once(company: Company) -> None:
    nobody = to_global("Contact", UUID(int=7))
    for document in (HAPPENED, OF_CONTACT, CHANGED):
        error = await company.refusal(document, id=nobody)
        assert error["message"] == "There is no such contact."
        assert error["extensions"]["code"] == "BAD_USER_INPUT"
        assert error["extensions"]["reason"] == "NOT_FOUND"
        error = await company.refusal(document, id=company.id("Account", "kettle"))
        assert error["extensions"]["reason"] == "INVALID"
        error = await company.refusal(document, id=company.id("Contact", "ann"), after="nonsense")
        assert "not a cursor of a subscription" in error["message"]


async def test_an_expired_cursor_is_refused_with_what_to_do(company: Company) -> None:
    ann = company.id("Contact", "ann")
    feed = company.db.feed
    assert feed is not None
    start = feed.cursor(feed.position._replace(xact=0))
    await feed.expire(timedelta(0))
    async with connected(company.dsn) as db, following(db, company.dsn):
        again = Company(db, company.dsn)
        for document in (HAPPENED, OF_CONTACT, CHANGED):
            error = await again.refusal(document, id=ann, after=start)
            assert error["extensions"]["code"] == "BAD_USER_INPUT"
            assert error["extensions"]["reason"] == "CURSOR_EXPIRED"
            assert "subscribe without `after`" in error["message"]


async def test_nothing_is_left_of_a_subscription_that_was_closed(company: Company) -> None:
    feed = company.db.feed
    assert feed is not None
    async with company.events(HAPPENED, id=company.id("Contact", "ann")) as events:
        waiting = asyncio.create_task(events.take(1))
        for _ in range(100):
            await asyncio.sleep(0)
        assert feed._waiting
        waiting.cancel()
        await asyncio.gather(waiting, return_exceptions=True)
    assert feed._waiting == {}


async def test_nothing_is_kept_of_events_that_were_sent(company: Company) -> None:
    """So that a subscription may last for weeks: only the ring grows, and what is shared for a second."""
    kinds: list[Counter[str]] = []
    async with company.events(HAPPENED, id=company.id("Contact", "ann")) as events:
        for _ in range(3):
            await company.happen("ann", *[T.EMAIL_SENT] * 50)
            await events.take(50)
            gc.collect()
            kinds.append(Counter(type(kept).__name__ for kept in gc.get_objects()))
    grown = {name for name, number in (kinds[2] - kinds[1]).items() if number >= 50}
    assert grown <= {"UUID", "Interaction"}
