"""Whatever browsers do and whoever they prove to be, with moves and merges: sums equal a recount."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import permutations
from typing import Any
from uuid import UUID

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from db.database import Database
from db.ids import identity
from domain.facts import NewInteraction
from domain.interactions import Actor
from domain.merges import Choice
from domain.refusals import Refused
from domain.visitors import PROOFS
from engines import ingest, memberships, merges, unmerges
from tests.engines.visiting import NOW, START, T, World, told
from tests.recount import Fact, recount

CONTACTS = ("ann", "bob", "cat")
ACCOUNTS = ("kettle", "lid")
SEEN = (T.WEBSITE_VISITED, T.WEBSITE_CLICKED, T.REDIRECT_LINK_CLICKED, T.FORM_VISITED)


@dataclass(frozen=True)
class Event:
    """What a browser did: nobody's, or proving that it is a contact's."""

    number: int
    visitor: str
    contact: str | None
    type: T
    at: datetime
    actor: Actor

    @property
    def proves(self) -> bool:
        """Whether it says whose the browser is."""
        return self.contact is not None and self.type in PROOFS and self.actor is not Actor.MACHINE


@dataclass(frozen=True)
class Move:
    """A contact's move."""

    contact: str
    account: str | None
    at: datetime


@dataclass(frozen=True)
class Merge:
    """Two contacts become one."""

    winner: str
    loser: str


class Undo:
    """The latest merge is undone."""


moments = st.integers(0, 60).map(lambda hour: START + timedelta(hours=hour))
visitors = st.sampled_from(("v", "w"))
actors = st.sampled_from((Actor.UNKNOWN, Actor.UNKNOWN, Actor.MACHINE))
numbers = st.integers(0, 30)
visits = st.builds(Event, numbers, visitors, st.none(), st.sampled_from(SEEN), moments, actors)
proofs = st.builds(
    Event,
    numbers,
    visitors,
    st.sampled_from(CONTACTS),
    st.sampled_from((*PROOFS, T.FORM_VISITED)),
    moments,
    actors,
)
batches = st.lists(st.one_of(visits, visits, proofs), min_size=1, max_size=8)
moves = st.builds(Move, st.sampled_from(CONTACTS), st.sampled_from((*ACCOUNTS, None)), moments)
merging = st.sampled_from([Merge(*pair) for pair in permutations(CONTACTS, 2)])
steps = st.one_of(batches, batches, batches, moves, merging, st.builds(Undo))
histories = st.lists(steps, min_size=2, max_size=12)


@dataclass
class Known:
    """An event that was taken in: whose it is, as if nobody had been merged, and when its account counts."""

    event: Event
    root: str | None = None
    moment: datetime | None = None


@dataclass
class Proof:
    """From when on a browser is whose, and by which event."""

    at: datetime
    id: UUID
    root: str


@dataclass
class Model:
    """A second reading of domain.md 3.3, without a database."""

    source: str
    known: dict[int, Known] = field(default_factory=dict)
    lines: dict[str, list[Proof]] = field(default_factory=dict)
    merged: list[tuple[Merge, UUID]] = field(default_factory=list)

    def standing(self, contact: str) -> str:
        """Who stands for a contact now."""
        into = {merge.loser: merge.winner for merge, _ in self.merged}
        while contact in into:
            contact = into[contact]
        return contact

    def owner(self, visitor: str, at: datetime) -> Proof | None:
        """Whose a browser was at a moment: by then, or first."""
        line = self.lines.get(visitor, [])
        before = [proof for proof in line if proof.at <= at]
        return before[-1] if before else min(line, key=lambda one: (one.at, -one.id.int), default=None)

    def take(self, batch: Sequence[Event]) -> None:
        """Takes a batch in, repeats in waves."""
        waiting = list(batch)
        while waiting:
            wave = {event.number: event for event in reversed(waiting)}
            waiting = [event for event in waiting if wave[event.number] is not event]
            self._take_wave(list(wave.values()))

    def _take_wave(self, wave: list[Event]) -> None:
        fresh = []
        for event in wave:
            old = self.known.get(event.number)
            owner = self.owner(event.visitor, event.at) if event.contact is None else None
            root = event.contact or (owner.root if owner else None)
            if old is None or (old.root is None and root is not None):
                moment = max(event.at, owner.at) if owner else event.at
                self.known[event.number] = Known(event, root, moment)
                fresh.append(event)
        proving = [event for event in fresh if event.proves]
        self._identify(proving)
        for one in self.known.values():
            if one.root is None and one.event.visitor in {event.visitor for event in proving}:
                owner = self.owner(one.event.visitor, one.event.at)
                assert owner is not None
                one.root, one.moment = owner.root, max(one.event.at, owner.at)

    def _identify(self, proving: list[Event]) -> None:
        for visitor in {event.visitor for event in proving}:
            new = {
                identity(self.source, str(event.number)): event
                for event in proving
                if event.visitor == visitor
            }
            line = self.lines.setdefault(visitor, [])
            line += [Proof(event.at, id, event.contact or "") for id, event in new.items()]
            line.sort(key=lambda proof: (proof.at, proof.id))
            before, kept = None, []
            for proof in line:
                if proof.id not in new or self.standing(proof.root) != before:
                    kept.append(proof)
                before = self.standing(proof.root)
            self.lines[visitor] = kept


class Visited(World):
    """The world in the database, beside the model of it."""

    async def live(self, model: Model, step: Any) -> None:
        """Does a step in both."""
        match step:
            case Move():
                await self._try(
                    memberships.move, self._id(step.contact), self._id(step.account), step.at, NOW
                )
            case Merge():
                ids = (self._id(step.winner), self._id(step.loser))
                done = await self._try(merges.merge_contacts, *ids, Choice(), NOW)
                if done is not None:
                    model.merged.append((step, done.id))
            case Undo():
                if model.merged and await self._try(unmerges.unmerge_contacts, model.merged[-1][1], NOW):
                    model.merged.pop()
            case _:
                await ingest.ingest(self.db, [self._new(event) for event in step], NOW)
                model.take(step)

    def _id(self, name: str | None) -> Any:
        return self.ids[name] if name else None

    async def _try(self, act: Any, *args: Any) -> Any:
        try:
            return await self.write(act, *args)
        except Refused:
            return None

    def _new(self, event: Event) -> NewInteraction:
        return NewInteraction(
            event.type,
            event.at,
            self.source,
            str(event.number),
            contact_key=event.contact,
            actor=event.actor,
            visitor_id=f"{self.source} {event.visitor}",
        )

    async def accounts(self) -> dict[str, list[tuple[datetime, datetime | None, str]]]:
        """The stays of all contacts, by their names."""
        names = {id: name for name, id in self.ids.items()}
        rows = await self.db.reads().rows("memberships_of_contact", [self.ids[name] for name in CONTACTS])
        found: dict[str, list[tuple[datetime, datetime | None, str]]] = {name: [] for name in CONTACTS}
        for row in rows:
            stay = (row["from_at"], row["to_at"], names[row["account_id"]])
            found[names[row["contact_id"]]].append(stay)
        return found

    async def facts(self, model: Model) -> list[Fact]:
        """What is known of whom, each with the account of the moment at which its contact was known."""
        stays = await self.accounts()
        facts = []
        for one in model.known.values():
            if one.root is None or one.moment is None:
                continue
            contact = model.standing(one.root)
            account = next(
                (
                    a
                    for start, end, a in stays[contact]
                    if start <= one.moment and (end is None or one.moment < end)
                ),
                None,
            )
            facts.append(Fact(contact, account, one.event.type, one.event.at, one.event.actor))
        return facts


@given(history=histories)
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
async def test_insights_equal_a_recount_whoever_a_browser_proves_to_be(
    database: Database, history: list[Any]
) -> None:
    world = await Visited(database).begin()
    model = Model(world.source)
    for step in history:
        await world.live(model, step)
    facts = await world.facts(model)
    assert await world.waiting() == sum(one.root is None for one in model.known.values())
    present = {
        name: stays[-1][2] for name, stays in (await world.accounts()).items() if stays and not stays[-1][1]
    }
    for contact in CONTACTS:
        own = [fact for fact in facts if fact.contact == contact]
        days = [((fact.at - START) / timedelta(days=1), fact.type.name, fact.account) for fact in own]
        assert sorted(await world.days(contact), key=str) == sorted(days, key=str)
        await _equal(world, "Contact", contact, own)
    for account in ACCOUNTS:
        here = [fact for fact in facts if fact.account == account and present.get(fact.contact) == account]
        await _equal(world, "Account", account, here)


async def _equal(world: World, kind: str, name: str, facts: list[Fact]) -> None:
    expected = recount(facts, None, None, False)
    found = await told(world.db, kind, world.ids[name])
    assert found["byType"] == {entry.type.name: entry.count for entry in expected.by_type}
