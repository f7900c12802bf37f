"""Links, pages and engaged contacts equal a brute-force recount, whatever happened in which order."""

from itertools import product
from typing import Any, cast

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from db.database import Database
from db.links import Deliveries, MostEngaged, TopLinks, TopPages
from db.loaders import Loaders
from domain.insights import WITHOUT_ON_ACCOUNTS
from domain.interactions import ENGAGEMENT, Actor, InteractionType
from domain.scopes import Owner, Scope
from domain.windows import Window
from resolvers.scopes import whenever
from tests import scopes
from tests.engines.test_recount import ACCOUNTS, CONTACTS, TYPES, moments, moves, windows
from tests.scopes import Did, Figures, Reading, Scene

T = InteractionType
events = st.builds(
    Did,
    number=st.integers(0, 60),
    contact=st.sampled_from((*CONTACTS, "stranger")),
    type=st.sampled_from((*TYPES, T.WEBSITE_CLICKED, T.REDIRECT_LINK_CLICKED, *(T.EMAIL_CLICKED,) * 4)),
    at=moments,
    actor=st.sampled_from(Actor),
    message=st.sampled_from(("m0", "m1", None)),
    link=st.sampled_from(("x", "y", "", None)),
    flag=st.booleans(),
    journey=st.sampled_from(("j0", "j1", None)),
    page=st.sampled_from(("home", "x", "", None)),
)
histories = st.lists(st.one_of(st.lists(events, min_size=1, max_size=15), moves), min_size=1, max_size=10)
narrowed = st.tuples(st.sampled_from(("j0", None)), st.sampled_from(("m0", None)))


async def lived(db: Database, history: list[Any]) -> Scene:
    """The scene after all of this has happened in it."""
    scene = Scene(db)
    await scene.begin()
    for step in history:
        await scene.live(step)
    return scene


def readings(scene: Scene, scope: Scope) -> list[tuple[Scope, str, Reading]]:
    """Every owner of the scene, with the scope of its facts and the second reading of it."""
    rest = scope.window, scope.machines, scope.journey_id, scope.message_id
    names = scene.named(scope.journey_id), scene.named(scope.message_id)
    of_contact = Scope(Owner.CONTACT, *rest[:2], journey_id=names[0], message_id=names[1])
    found = [(of_contact, c, Reading(frozenset({c}), None, (), *rest)) for c in CONTACTS]
    for account, attribution in product(ACCOUNTS, ("CURRENT_MEMBERS", "DURING_MEMBERSHIP", "ALL_TIME")):
        members = frozenset(
            c for c in CONTACTS if attribution == "DURING_MEMBERSHIP" or scene.member(c) == account
        )
        within = None if attribution == "ALL_TIME" else frozenset({account})
        of_account = Scope(Owner.ACCOUNT, *rest[:2], attribution, *names)
        found.append((of_account, account, Reading(members, within, (), *rest)))
    return found


@given(history=histories, window=windows, machines=st.booleans(), about=narrowed)
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
async def test_links_pages_and_engaged_contacts_equal_a_recount(
    database: Database,
    history: list[Any],
    window: Window,
    machines: bool,
    about: tuple[str | None, str | None],
) -> None:
    scene = await lived(database, history)
    journey, message = about
    for scope, key, reading in readings(
        scene, Scope(Owner.CONTACT, window, machines, journey_id=journey, message_id=message)
    ):
        assert await _links(scene, scope, key) == scopes.links(reading, scene.done())
        assert await _pages(scene, scope, key) == scopes.pages(reading, scene.done())
        await _compare_engaged(scene, scope, key, reading)


async def _links(scene: Scene, scope: Scope, key: str) -> list[Figures]:
    loaders, ever = Loaders(scene.db.reads()), whenever(scope)
    found = []
    for one in await loaders.load(TopLinks(ever, 10), scene.ids[key]):
        keys = [(one.owner_id, message) for message in one.messages]
        delivered = sum([await loaders.load(Deliveries(ever), cast(Any, each)) for each in keys])
        rate = one.click_through_rate(delivered)
        counts = one.total_clicks, one.unique_clicks, one.share, rate, one.first_at, one.last_at
        found.append(Figures(one.link, one.friendly_name, *counts))
    return found


async def _pages(scene: Scene, scope: Scope, key: str) -> list[Any]:
    found = await Loaders(scene.db.reads()).load(TopPages(scope, 10), scene.ids[key])
    return [(one.address, one.visits, one.clicks, one.first_at, one.last_at) for one in found]


async def _compare_engaged(scene: Scene, scope: Scope, key: str, reading: Reading) -> None:
    types = frozenset(kind.name for kind in ENGAGEMENT if kind.category not in WITHOUT_ON_ACCOUNTS)
    found = await Loaders(scene.db.reads()).load(MostEngaged(scope, 10, types), scene.ids[key])
    names = {id: name for name, id in scene.ids.items()}
    told = {names[one.contact_id]: (one.engagements, one.last_engagement_at) for one in found}
    expected = scopes.engaged(reading, scene.done(), lambda kind: kind.category in WITHOUT_ON_ACCOUNTS)
    assert told == expected
    assert [(one.engagements, one.last_engagement_at) for one in found] == sorted(told.values(), reverse=True)
