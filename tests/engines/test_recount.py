"""Every figure equals a brute-force recount: late, repeated and out-of-order events, and moves."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import count, product
from typing import Any
from uuid import UUID

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from db.database import Database
from db.insights import Counting
from db.loaders import Loaders, Sums
from domain.facts import NewInteraction
from domain.insights import WITHOUT_ON_ACCOUNTS, Attribution, Insights, fold
from domain.intake import Incoming, Key
from domain.interactions import Actor, InteractionType
from domain.refusals import Refused
from domain.windows import Window
from engines import ingest, memberships
from engines.customers import receive
from tests.recount import Fact, attributed, recount

START = datetime(2026, 3, 1, tzinfo=UTC)
NOW = START + timedelta(days=30)
ACCOUNTS = ("a0", "a1")
CONTACTS = ("c0", "c1", "c2")
TYPES = (
    InteractionType.EMAIL_SENT,
    InteractionType.EMAIL_DELIVERED,
    InteractionType.EMAIL_OPENED,
    InteractionType.EMAIL_CLICKED,
    InteractionType.EMAIL_HARD_BOUNCED,
    InteractionType.EMAIL_BLOCKED,
    InteractionType.EMAIL_SUBSCRIPTION_SUBMIT,
    InteractionType.SEGMENT_UNSUBSCRIBED,
    InteractionType.FORM_SUBMITTED,
    InteractionType.WEBSITE_VISITED,
    InteractionType.ACTIVITY_CONTACT_DISPATCHED,
)
_examples = count()


@dataclass(frozen=True)
class Event:
    """An interaction before it is handed in."""

    number: int
    contact: str
    type: InteractionType
    at: datetime
    actor: Actor
    message: str | None
    link: str | None
    flag: bool


@dataclass(frozen=True)
class Move:
    """A contact's move."""

    contact: str
    account: str | None
    at: datetime


moments = st.integers(0, 30 * 24 * 4 - 1).map(lambda quarter: START + timedelta(minutes=15 * quarter))
events = st.builds(
    Event,
    number=st.integers(0, 40),
    contact=st.sampled_from((*CONTACTS, "stranger")),
    type=st.sampled_from(TYPES),
    at=moments,
    actor=st.sampled_from(Actor),
    message=st.sampled_from(("m0", "m1", None)),
    link=st.sampled_from(("x", "y", None)),
    flag=st.booleans(),
)
moves = st.builds(Move, st.sampled_from(CONTACTS), st.sampled_from((*ACCOUNTS, None)), moments)
histories = st.lists(st.one_of(st.lists(events, min_size=1, max_size=12), moves), min_size=1, max_size=10)
windows = st.tuples(st.none() | moments, st.none() | moments).map(
    lambda ends: Window(*sorted(ends)) if None not in ends else Window(*ends)  # type: ignore[type-var]
)


class World:
    """Three contacts and two accounts of their own in the database, and what has happened to them."""

    def __init__(self, db: Database) -> None:
        self.db = db
        self.source = f"example-{next(_examples)}"
        self.ids: dict[str, UUID] = {}
        self.stays: dict[str, list[tuple[datetime, str | None]]] = {c: [(START, "a0")] for c in CONTACTS}
        self.taken: dict[int, Event] = {}

    async def begin(self) -> None:
        accounts = [Incoming("account", self.source, (a,), {"name": a}) for a in ACCOUNTS]
        contacts = [
            Incoming("contact", self.source, (c,), {"last_name": c, "account_id": Key("a0")}, since=START)
            for c in CONTACTS
        ]
        async with self.db.transaction() as tx:
            await receive(tx, [*accounts, *contacts], NOW)
            rows = await tx.rows("ids", self.source, text="select * from source_key where source = $1")
        self.ids = {row["key"]: row["record_id"] for row in rows}

    async def live(self, step: list[Event] | Move) -> None:
        if isinstance(step, Move):
            await self._move(step)
            return
        await ingest.ingest(self.db, [self._new(event) for event in step], NOW)
        for event in step:
            self._remember(event)

    def _remember(self, event: Event) -> None:
        """The first counts; one that waited gives way to one that knows its contact, its properties kept."""
        known = self.taken.get(event.number)
        if known is None:
            self.taken[event.number] = event
        elif known.contact == "stranger" and event.contact != "stranger":
            self.taken[event.number] = replace(event, flag=event.flag or known.flag)

    async def _move(self, move: Move) -> None:
        account = self.ids[move.account] if move.account else None
        try:
            async with self.db.transaction() as tx:
                await memberships.move(tx, self.ids[move.contact], account, move.at)
        except Refused:
            return
        stays = self.stays[move.contact]
        if stays[-1][1] != move.account:
            stays.append((move.at, move.account))

    def _new(self, event: Event) -> NewInteraction:
        properties: dict[str, Any] = {}
        if event.flag:
            properties = {
                "blockedReason": "DUPLICATE_RECIPIENT_ADDRESS",
                "bounceCategory": "suppression-list",
                "leadMatchingResult": "CREATED",
            }
        return NewInteraction(
            event.type,
            event.at,
            self.source,
            str(event.number),
            contact_key=event.contact,
            actor=event.actor,
            message_id=event.message,
            link=event.link,
            properties=properties,
        )

    def facts(self) -> list[Fact]:
        return [self._fact(event) for event in self.taken.values() if event.contact != "stranger"]

    def _fact(self, event: Event) -> Fact:
        account = next((a for at, a in reversed(self.stays[event.contact]) if at <= event.at), None)
        return Fact(
            event.contact,
            account,
            event.type,
            event.at,
            event.actor,
            event.message,
            event.link,
            "DUPLICATE_RECIPIENT_ADDRESS" if event.flag else None,
            "suppression-list" if event.flag else None,
            "CREATED" if event.flag else None,
        )

    def member(self, contact: str) -> str | None:
        return self.stays[contact][-1][1]

    async def found(self, batch: Sums, key: str, **options: Any) -> Insights:
        sums = await Loaders(self.db.reads()).load(batch, self.ids[key])
        return fold(sums, **options)


async def _lived(db: Database, history: Sequence[list[Event] | Move]) -> World:
    world = World(db)
    await world.begin()
    for step in history:
        await world.live(step)
    return world


@given(history=histories, window=windows, machines=st.booleans())
@settings(max_examples=70, deadline=None, suppress_health_check=[HealthCheck.too_slow])
async def test_insights_equal_a_recount_of_the_facts(
    database: Database, history: list[list[Event] | Move], window: Window, machines: bool
) -> None:
    world = await _lived(database, history)
    span = (window.from_at, window.to_at, machines)
    facts = world.facts()
    for contact in CONTACTS:
        expected = recount([f for f in facts if f.contact == contact], *span)
        assert await world.found(Sums("contact", Counting(window, machines)), contact) == expected
    for account, whose in product(ACCOUNTS, Attribution):
        counting, within = attributed(facts, whose, account, world.member)
        expected = recount(counting, *span, account=within, without=WITHOUT_ON_ACCOUNTS)
        batch = Sums("account", Counting(window, machines, whose))
        assert await world.found(batch, account, without=WITHOUT_ON_ACCOUNTS) == expected
