"""Histories with all that can happen to interactions, and a second reading of who caused them."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import permutations
from typing import Any

from hypothesis import strategies as st

from db.database import Database
from db.ids import identity
from domain.facts import NewInteraction
from domain.intake import Incoming
from domain.interactions import Actor, InteractionType
from domain.merges import Choice
from engines import account_sums, reclassification, records
from engines.customers import receive
from tests.engines.test_merges_recount import (
    QUARTERS,
    Merge,
    MergingWorld,
    contact_merges,
    undoings,
)
from tests.engines.test_recount import ACCOUNTS, CONTACTS, NOW, START, TYPES, Event, Move, moments
from tests.recount import Fact

T = InteractionType
EVERYBODY = (*CONTACTS, "late")
PROXY = "Mozilla/5.0 (Windows NT 5.1; rv:11.0) Gecko Firefox/11.0 (via ggpht.com GoogleImageProxy)"
PACE = {
    "open_seconds": 2,
    "click_seconds": 5,
    "links": 2,
    "links_seconds": 4,
    "clicks": 3,
    "clicks_seconds": 86_400,
    "opens": 3,
    "opens_seconds": 3_600,
}
"""Quicker to suspect than by default, so that short histories have machines."""


@dataclass(frozen=True)
class Seen(Event):
    """An interaction that may tell what fetched it."""

    agent: str | None = None


@dataclass(frozen=True)
class Said:
    """Somebody says who caused an interaction: one of those that there are."""

    which: int
    actor: Actor


@dataclass(frozen=True)
class Erased:
    """A contact is deleted."""

    contact: str


@dataclass(frozen=True)
class Arrived:
    """The contact that interactions have waited for is there."""


@dataclass(frozen=True)
class Folded:
    """What was left beside the sums of some accounts is folded into them."""

    accounts: tuple[str, ...]


MAIL = (T.EMAIL_DELIVERED, T.EMAIL_OPENED, T.EMAIL_OPENED, T.EMAIL_CLICKED, T.EMAIL_CLICKED)
seconds = st.sampled_from((0, 1, 2, 3, 5, 6, 30)).map(lambda n: timedelta(seconds=n))
close = st.builds(
    lambda at, more: at + more, st.integers(0, 3).map(lambda n: NOW - timedelta(hours=n)), seconds
)
anywhere = st.builds(lambda at, more: at + more, moments, seconds)
events = st.builds(
    Seen,
    number=st.integers(0, 60),
    contact=st.sampled_from((*EVERYBODY, "stranger")),
    type=st.sampled_from((*TYPES, *MAIL)),
    at=close | anywhere,
    actor=st.sampled_from((Actor.UNKNOWN, Actor.UNKNOWN, *Actor)),
    message=st.sampled_from(("m0", "m0", "m1", None)),
    link=st.sampled_from(("x", "y", None)),
    flag=st.booleans(),
    agent=st.sampled_from((None, None, None, PROXY)),
)
bursts = st.builds(
    lambda contact, start, done: [
        Seen(number, contact, type, start + more, actor, "m0", link, False)
        for number, type, more, actor, link in done
    ],
    st.sampled_from(("c0", "c0", *EVERYBODY)),
    st.sampled_from((START + timedelta(days=9, seconds=7), NOW - timedelta(hours=1, seconds=3))),
    st.lists(
        st.tuples(
            st.integers(0, 60),
            st.sampled_from(MAIL),
            seconds,
            st.sampled_from((*[Actor.UNKNOWN] * 4, Actor.HUMAN, Actor.MACHINE)),
            st.sampled_from(("x", "y", "z", None)),
        ),
        min_size=2,
        max_size=6,
    ),
)
"""One copy that much happens to within seconds."""
batches = st.one_of(st.lists(events, min_size=1, max_size=16), bursts, bursts)
moves = st.builds(Move, st.sampled_from(EVERYBODY), st.sampled_from((*ACCOUNTS, None)), moments)
sayings = st.builds(Said, st.integers(0, 200), st.sampled_from(Actor))
folds = st.sampled_from([Folded(ACCOUNTS), *(Folded((one,)) for one in ACCOUNTS)])
erasures = st.builds(Erased, st.sampled_from(CONTACTS))
account_merges = st.sampled_from([Merge("account", *two, Choice()) for two in permutations(ACCOUNTS, 2)])
steps = st.one_of(
    batches,
    bursts,
    bursts,
    moves,
    sayings,
    sayings,
    contact_merges,
    account_merges,
    undoings,
    erasures,
    st.just(Arrived()),
    folds,
)
histories = st.builds(
    lambda first, rest: [first, *rest],
    st.builds(lambda one, more: [*one, *more], st.lists(events, min_size=8, max_size=24), bursts),
    st.lists(steps, min_size=1, max_size=9),
)


class EventfulWorld(MergingWorld):
    """Moves and merges, and contacts that come late and go, and machines told from people."""

    def __init__(self, db: Database) -> None:
        super().__init__(db)
        self.view["late"] = [None] * (QUARTERS + 1)
        self.stays["late"] = []
        self.there = set(CONTACTS)
        self.used: set[int] = set()
        self.said: dict[int, Actor] = {}

    async def begin(self) -> None:
        await super().begin()
        async with self.db.transaction() as tx:
            text = "update machine_pace set " + ", ".join(f"{name} = {value}" for name, value in PACE.items())
            await tx.run("", text=text)

    async def live(self, step: Any) -> None:
        if isinstance(step, Said):
            await self._say(step)
        elif isinstance(step, Erased):
            await self._erase(step)
        elif isinstance(step, Arrived):
            await self._arrive()
        elif isinstance(step, Folded):
            await self.db.write(account_sums.fold, None, None, [self.ids[one] for one in step.accounts])
        elif not isinstance(step, Move) or step.contact in self.there:
            await super().live(step)

    def _waits(self, contact: str) -> bool:
        return contact not in self.there

    def _remember(self, event: Event) -> None:
        known = self.taken.get(event.number)
        if event.number in self.used:
            return
        if known is None:
            self.taken[event.number] = event
        elif self._waits(known.contact) and not self._waits(event.contact):
            assert isinstance(event, Seen)
            assert isinstance(known, Seen)
            self.taken[event.number] = replace(event, flag=event.flag or known.flag)

    async def _say(self, step: Said) -> None:
        numbers = sorted(n for n, event in self.taken.items() if not self._waits(event.contact))
        if not numbers:
            return
        number = numbers[step.which % len(numbers)]
        done = await self._act(reclassification.by_hand, identity(self.source, str(number)), step.actor)
        assert done is not None
        self.said[number] = step.actor

    async def _erase(self, step: Erased) -> None:
        if step.contact not in self.there or self.lives_on_in(step.contact) != step.contact:
            return
        gone = {c for c in self.there if self.lives_on_in(c) == step.contact}
        await self.db.write(records.remove, "staff", "test", "contact", self.ids[step.contact], NOW)
        self.used |= {number for number, event in self.taken.items() if event.contact in gone}
        self.taken = {number: event for number, event in self.taken.items() if event.contact not in gone}
        self.there -= gone
        self.standing = [
            one
            for one in self.standing
            if one.step.entity == "account" or not {one.step.winner, one.step.loser} & gone
        ]

    async def _arrive(self) -> None:
        if "late" in self.there:
            return
        late = Incoming(
            "contact", self.source, ("late",), {"last_name": "late"}, since=NOW - timedelta(days=30)
        )
        async with self.db.transaction() as tx:
            await receive(tx, [late], NOW)
            text = "select record_id from source_key where source = $1 and key = 'late'"
            (row,) = await tx.rows("", self.source, text=text)
        self.ids["late"] = row["record_id"]
        self.there.add("late")

    def _new(self, event: Event) -> NewInteraction:
        new = super()._new(event)
        agent = event.agent if isinstance(event, Seen) else None
        return replace(new, properties={**(new.properties or {}), "userAgent": agent}) if agent else new

    def facts(self) -> list[Fact]:
        counting = {n: event for n, event in self.taken.items() if not self._waits(event.contact)}
        made = {number: self._fact(event) for number, event in counting.items()}
        known = {number: self._known(number, event) for number, event in counting.items()}
        copies: defaultdict[Any, dict[int, Fact]] = defaultdict(dict)
        for number, fact in made.items():
            if fact.copy is not None:
                copies[fact.contact, fact.copy][number] = replace(fact, actor=known[number])
        machines = {number for copy in copies.values() for number in suspects(copy)}
        return [
            replace(fact, actor=Actor.MACHINE if number in machines else known[number])
            for number, fact in made.items()
        ]

    def _known(self, number: int, event: Event) -> Actor:
        """Who it was, before all that happened to the copy is looked at."""
        said = self.said.get(number, event.actor)
        if said is Actor.UNKNOWN and isinstance(event, Seen) and event.agent:
            return Actor.MACHINE
        return said


def suspects(copy: dict[int, Fact]) -> Iterable[int]:
    """Of all that happened to a copy, what only a machine does: sought by brute force."""
    delivered = min((fact.at for fact in copy.values() if fact.type is T.EMAIL_DELIVERED), default=None)
    for number, fact in copy.items():
        if fact.actor is Actor.UNKNOWN and fact.type in (T.EMAIL_OPENED, T.EMAIL_CLICKED):
            others = [
                other for other in copy.values() if other.type is fact.type and other.actor is not Actor.HUMAN
            ]
            if _at_once(fact, delivered) or _too_often(fact, others) or _everywhere(fact, others):
                yield number


def _exact(at: datetime) -> bool:
    return at != at.replace(second=0, microsecond=0)


def _at_once(fact: Fact, delivered: datetime | None) -> bool:
    if delivered is None or not _exact(delivered) or not _exact(fact.at):
        return False
    seconds = PACE["open_seconds" if fact.type is T.EMAIL_OPENED else "click_seconds"]
    return 0 <= (fact.at - delivered).total_seconds() < seconds


def _spans(fact: Fact, others: Sequence[Fact], seconds: int) -> Iterable[list[Fact]]:
    """All spans of that length that the fact lies in, by what begins them."""
    for first in others:
        if 0 <= (fact.at - first.at).total_seconds() <= seconds:
            yield [other for other in others if 0 <= (other.at - first.at).total_seconds() <= seconds]


def _too_often(fact: Fact, others: Sequence[Fact]) -> bool:
    if fact.type is T.EMAIL_OPENED:
        return any(len(span) >= PACE["opens"] for span in _spans(fact, others, PACE["opens_seconds"]))
    same = [other for other in others if (other.link or "") == (fact.link or "")]
    return any(len(span) >= PACE["clicks"] for span in _spans(fact, same, PACE["clicks_seconds"]))


def _everywhere(fact: Fact, others: Sequence[Fact]) -> bool:
    if fact.type is not T.EMAIL_CLICKED or not fact.link or not _exact(fact.at):
        return False
    linked = [other for other in others if other.link and _exact(other.at)]
    spans = _spans(fact, linked, PACE["links_seconds"])
    return any(len({other.link for other in span}) >= PACE["links"] for span in spans)
