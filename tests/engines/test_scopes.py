"""What is narrowed, pooled or of a segment equals a brute-force recount from the facts."""

from itertools import product
from typing import Any
from uuid import UUID

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from db.database import Database
from db.ids import uuid7
from db.insights import Counting
from db.links import TopLinks
from db.loaders import ROOT, Loaders
from db.scopes import EngagedContacts, ScopedReach, reaching, summing
from domain.insights import WITHOUT_ON_ACCOUNTS, Attribution, Insights, fold
from domain.scopes import Owner, Scope
from domain.windows import Window
from resolvers.scopes import whenever
from tests import scopes
from tests.engines.test_links import histories, lived
from tests.engines.test_recount import ACCOUNTS, CONTACTS, NOW, windows
from tests.scopes import Reading, Scene

narrowed = st.sampled_from((("j0", None), (None, "m0"), ("j1", "m1")))
PICKED = ("c0", "c2")


async def _tied(scene: Scene) -> UUID:
    """Puts one account below the other, and two of the contacts into a segment of the scene's own."""
    segment = uuid7(NOW)
    async with scene.db.transaction() as tx:
        below = "update account set parent_account_id = $1 where id = $2"
        await tx.run("below", scene.ids["a0"], scene.ids["a1"], text=below)
        made = "insert into segment (id, created_at, updated_at, name) values ($1, $2, $2, 'Picked')"
        await tx.run("made", segment, NOW, text=made)
        await tx.run("segment_add_members", segment, [scene.ids[name] for name in PICKED], NOW, None)
    return segment


async def _insights(scene: Scene, scope: Scope, key: UUID) -> Insights:
    counting = Counting(scope.window, scope.machines, Attribution[scope.attribution])
    sums = await Loaders(scene.db.reads()).load(summing(scope, counting), key)
    return fold(sums)


def _pooled(scene: Scene, attribution: Attribution, account: str) -> Reading:
    """The second reading of an account with all below it."""
    both = frozenset(ACCOUNTS) if account == "a0" else frozenset({account})
    present = tuple((name, scene.member(name)) for name in CONTACTS)
    of = frozenset(name for name, now in present if now in both)
    match attribution:
        case Attribution.CURRENT_MEMBERS:
            return Reading(of, both, present)
        case Attribution.DURING_MEMBERSHIP:
            return Reading(frozenset(CONTACTS), both)
        case Attribution.ALL_TIME:
            return Reading(of)


@given(history=histories, window=windows, machines=st.booleans(), about=narrowed)
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow])
async def test_what_is_narrowed_or_pooled_equals_a_recount(
    database: Database,
    history: list[Any],
    window: Window,
    machines: bool,
    about: tuple[str | None, str | None],
) -> None:
    scene = await lived(database, history)
    segment = await _tied(scene)
    for (journey, message), attribution, account in product((about, (None, None)), Attribution, ACCOUNTS):
        narrow = scene.named(journey), scene.named(message)
        rest = window, machines, journey, message
        pooled = _pooled(scene, attribution, account)
        reading = Reading(pooled.contacts, pooled.accounts, pooled.members, *rest)
        scope = Scope(Owner.ACCOUNT, window, machines, attribution.name, *narrow, below=True)
        assert await _insights(scene, scope, scene.ids[account]) == reading.insights(scene.done())
        of_segment = Scope(Owner.SEGMENT, window, machines, journey_id=narrow[0], message_id=narrow[1])
        reading = Reading(frozenset(PICKED), None, (), *rest)
        assert await _insights(scene, of_segment, segment) == reading.insights(scene.done())
    await _compare_of_anybody(scene, window, machines, about)


async def _compare_of_anybody(
    scene: Scene, window: Window, machines: bool, about: tuple[str | None, str | None]
) -> None:
    """A message's and a journey's own insights, links and engaged contacts."""
    names = [scene.named(name) for name in about]
    scope = Scope(Owner.ANYBODY, window, machines, journey_id=names[0], message_id=names[1])
    reading = Reading(frozenset(CONTACTS), None, (), window, machines, *about)
    assert await _insights(scene, scope, ROOT) == reading.insights(scene.done())
    engaged = scopes.engaged(reading, scene.done(), lambda kind: False)
    loaders = Loaders(scene.db.reads())
    assert await loaders.load(EngagedContacts(scope), ROOT) == len(engaged)
    ever = Reading(frozenset(CONTACTS), None, (), Window(), machines, *about)
    expected = [one.link for one in scopes.links(ever, scene.done())]
    found = await loaders.load(TopLinks(whenever(scope), 9), ROOT)
    assert [one.link for one in found] == expected


@given(history=histories, window=windows, machines=st.booleans(), about=narrowed)
@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.too_slow])
async def test_reach_of_what_is_narrowed_equals_a_recount(
    database: Database,
    history: list[Any],
    window: Window,
    machines: bool,
    about: tuple[str | None, str | None],
) -> None:
    scene = await lived(database, history)
    await _tied(scene)
    for account, (journey, message) in product(ACCOUNTS, (about, (None, None))):
        pooled = _pooled(scene, Attribution.CURRENT_MEMBERS, account)
        reading = Reading(
            pooled.contacts, pooled.accounts, pooled.members, window, machines, journey, message
        )
        ids = scene.named(journey), scene.named(message)
        scope = Scope(Owner.ACCOUNT, window, machines, Attribution.DURING_MEMBERSHIP.name, *ids, below=True)
        batch = reaching(scope, Counting(window, machines))
        assert isinstance(batch, ScopedReach)
        found = await Loaders(scene.db.reads()).load(batch, scene.ids[account])
        engaged = scopes.engaged(reading, scene.done(), lambda kind: kind.category in WITHOUT_ON_ACCOUNTS)
        assert (found.contacts, found.engaged) == (len(pooled.contacts), len(engaged))
