"""After merges, later events, moves and undoings, every figure equals a recount of the facts."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from itertools import permutations, product
from typing import Any
from uuid import UUID

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from db.database import Database
from db.insights import Counting
from db.loaders import Sums
from domain.insights import WITHOUT_ON_ACCOUNTS, Attribution
from domain.merges import Choice
from domain.refusals import Refused
from domain.windows import Window
from engines import memberships, merges, unmerges
from tests.engines.test_recount import (
    ACCOUNTS,
    CONTACTS,
    NOW,
    START,
    Event,
    Move,
    World,
    events,
    moments,
    windows,
)
from tests.recount import Fact, attributed, recount

QUARTERS = 30 * 24 * 4
"""Everything happens on the quarter of an hour; one more stands for now and for all that comes."""
Timeline = list[str | None]


@dataclass(frozen=True)
class Merge:
    """Two contacts, or two accounts, become one."""

    entity: str
    winner: str
    loser: str
    choice: Choice


@dataclass(frozen=True)
class Undo:
    """One of the merges is undone, if it may be: the latest, or an earlier one."""

    which: int


@dataclass
class Standing:
    """A merge that was done, and what the model needs to undo it."""

    step: Merge
    id: UUID
    own: Timeline = field(default_factory=list)
    slots: dict[str, set[int]] = field(default_factory=dict)


pairs = st.sampled_from(list(permutations(CONTACTS, 2)))
choices = st.builds(Choice, st.booleans(), st.sampled_from((frozenset(), frozenset({"ACCOUNT"}))))
contact_merges = st.builds(lambda pair, choice: Merge("contact", pair[0], pair[1], choice), pairs, choices)
account_merges = st.sampled_from(
    [Merge("account", winner, loser, Choice()) for winner, loser in permutations(ACCOUNTS, 2)]
)
batches = st.lists(events, min_size=1, max_size=12)
moves = st.builds(Move, st.sampled_from(CONTACTS), st.sampled_from((*ACCOUNTS, None)), moments)
undoings = st.builds(Undo, st.sampled_from((0, 0, 0, 1)))
steps = st.one_of(batches, moves, contact_merges, contact_merges, account_merges, undoings, undoings)
beginnings = st.tuples(
    *(st.builds(Move, st.just(c), st.sampled_from(("a1", "a1", None)), moments) for c in CONTACTS),
    st.lists(events, min_size=8, max_size=24),
    moves,
)
"""Everybody moves once, so that stays have gaps and overlap, and has done something."""
histories = st.builds(
    lambda first, rest: [*first, *rest], beginnings, st.lists(steps, min_size=1, max_size=8)
)


def _slot(moment: Any) -> int:
    return int((moment - START) / timedelta(minutes=15))


class MergingWorld(World):
    """The world of the recount, in which records become one and two again; a second reading of the rules."""

    def __init__(self, db: Database) -> None:
        super().__init__(db)
        self.view: dict[str, Timeline] = {c: ["a0"] * (QUARTERS + 1) for c in CONTACTS}
        self.standing: list[Standing] = []

    async def live(self, step: Any) -> None:
        if isinstance(step, Merge):
            await self._merge(step)
        elif isinstance(step, Undo):
            await self._undo(step)
        else:
            await super().live(step)

    async def _act(self, act: Callable[..., Any], *args: Any) -> Any:
        try:
            async with self.db.transaction() as tx:
                return await act(tx, *args)
        except Refused:
            return None

    async def _move(self, move: Move) -> None:
        account = self.ids[move.account] if move.account else None
        contact = self.ids[move.contact]
        text = "select account_id from contact where id = $1"
        known = await self.db.reads().rows("", contact, text=text)
        done = await self._act(memberships.move, contact, account, move.at, NOW)
        if done is None or known[0]["account_id"] == done.account_id:
            return
        at = _slot(move.at)
        self.view[move.contact][at:] = [move.account] * (QUARTERS + 1 - at)
        for one in self.standing:
            if one.step.entity == "contact" and one.step.winner == move.contact:
                one.own[at:] = [move.account] * (QUARTERS + 1 - at)
            one.slots = {
                c: {q for q in slots if c != move.contact or q < at} for c, slots in one.slots.items()
            }

    async def _merge(self, step: Merge) -> None:
        act = merges.merge_contacts if step.entity == "contact" else merges.merge_accounts
        ids = (self.ids[step.winner], self.ids[step.loser])
        made = await self._act(act, *ids, step.choice, NOW)
        if made is None:
            return
        done = Standing(step, made.id)
        self.standing.append(done)
        if step.entity == "contact":
            done.own = list(self.view[step.winner])
            self.view[step.winner] = self._merged(step)
        else:
            for contact, timeline in self.view.items():
                done.slots[contact] = {q for q, account in enumerate(timeline) if account == step.loser}
                self.view[contact] = [step.winner if a == step.loser else a for a in timeline]

    def _merged(self, step: Merge) -> Timeline:
        """The winner's stays, where it has none the loser's; whether it belongs to one now is its choice."""
        own, others = self.view[step.winner], self.view[step.loser]
        merged = [a or b for a, b in zip(own, others, strict=True)]
        if step.choice.take:
            merged[QUARTERS] = others[QUARTERS]
        elif not step.choice.fill:
            merged[QUARTERS] = own[QUARTERS]
        return merged

    async def _undo(self, step: Undo) -> None:
        if step.which >= len(self.standing):
            return
        done = self.standing[-1 - step.which]
        act = unmerges.unmerge_contacts if done.step.entity == "contact" else unmerges.unmerge_accounts
        if await self._act(act, done.id, NOW + timedelta(hours=1)) is None:
            return
        self.standing.remove(done)
        if done.step.entity == "contact":
            self.view[done.step.winner] = done.own
        for contact, slots in done.slots.items():
            for slot in slots:
                self.view[contact][slot] = done.step.loser

    def lives_on_in(self, contact: str) -> str:
        """The contact that stands for it."""
        masters = {one.step.loser: one.step.winner for one in self.standing if one.step.entity == "contact"}
        while contact in masters:
            contact = masters[contact]
        return contact

    def _fact(self, event: Event) -> Fact:
        contact = self.lives_on_in(event.contact)
        self.stays[contact] = []
        fact = super()._fact(replace(event, contact=contact))
        return replace(fact, account=self.view[contact][_slot(event.at)])

    def member(self, contact: str) -> str | None:
        return self.view[contact][QUARTERS]


async def lived(db: Database, history: Sequence[Any]) -> MergingWorld:
    """A world after a history."""
    world = MergingWorld(db)
    await world.begin()
    for step in history:
        await world.live(step)
    return world


_KEPT = """
select account_id, span::text, day, belonging::text, machine, kind, sum(n)::bigint, min(first_at),
    max(last_at)
from account_sum
where account_id = any($1::uuid[])
group by account_id, span, day, belonging, machine, kind
having sum(n) <> 0
"""
_OF_MEMBERS = """
select account_id, span, day, belonging::text, machine, kind, sum(n)::bigint, min(seen_at), max(seen_at)
from account_measure
cross join lateral (
    values ('A', '-infinity'::date), ('M', date_trunc('month', at at time zone 'UTC')::date),
        ('D', (at at time zone 'UTC')::date)
) part (span, day)
where account_id = any($1::uuid[])
group by account_id, span, day, belonging, machine, kind
having sum(n) <> 0
"""
_MISPLACED = """
select contact_id, occurred_at as at, account_id from interaction where contact_id = any($1::uuid[])
union all
select contact_id, first_at, account_id from copy_mark where contact_id = any($1::uuid[])
"""
_STAYS = """
select contact_id, from_at, to_at, account_id
from contact_account_membership
where contact_id = any($1::uuid[])
"""


async def keeps(world: MergingWorld) -> None:
    """What is kept agrees with itself: sums with members, stamps with stays, stays with the model."""
    reads, ids = world.db.reads(), list(world.ids.values())
    kept = await reads.rows("kept", ids, text=_KEPT)
    assert {tuple(row) for row in kept} == {
        tuple(row) for row in await reads.rows("members", ids, text=_OF_MEMBERS)
    }
    stays = await reads.rows("stays", ids, text=_STAYS)
    for row in await reads.rows("misplaced", ids, text=_MISPLACED):
        place = [s for s in stays if s["contact_id"] == row["contact_id"] and _covers(s, row["at"])]
        assert [row["account_id"]] == ([s["account_id"] for s in place] or [None])
    for contact in CONTACTS:
        timeline: Timeline = [None] * (QUARTERS + 1)
        for stay in (stay for stay in stays if stay["contact_id"] == world.ids[contact]):
            names = [a for a in ACCOUNTS if world.ids[a] == stay["account_id"]]
            end = _slot(stay["to_at"]) if stay["to_at"] else QUARTERS + 1
            timeline[_slot(stay["from_at"]) : end] = names * (end - _slot(stay["from_at"]))
        merged = world.lives_on_in(contact) != contact
        assert timeline == ([None] * (QUARTERS + 1) if merged else world.view[contact])


def _covers(stay: Any, moment: Any) -> bool:
    return bool(stay["from_at"] <= moment and (stay["to_at"] is None or moment < stay["to_at"]))


async def agrees(world: MergingWorld, window: Window, machines: bool) -> None:
    """Every contact's and every account's figures are those of the facts."""
    span = (window.from_at, window.to_at, machines)
    facts = world.facts()
    await keeps(world)
    for contact in CONTACTS:
        expected = recount([f for f in facts if f.contact == contact], *span)
        assert await world.found(Sums("contact", Counting(window, machines)), contact) == expected
    for account, whose in product(ACCOUNTS, Attribution):
        counting, within = attributed(facts, whose, account, world.member)
        expected = recount(counting, *span, account=within, without=WITHOUT_ON_ACCOUNTS)
        batch = Sums("account", Counting(window, machines, whose))
        assert await world.found(batch, account, without=WITHOUT_ON_ACCOUNTS) == expected


@given(history=histories, window=windows, machines=st.booleans())
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
async def test_insights_equal_a_recount_of_the_facts_after_merges_and_undoings(
    database: Database, history: list[Any], window: Window, machines: bool
) -> None:
    await agrees(await lived(database, history), window, machines)
