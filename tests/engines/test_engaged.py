"""Who engaged most and how many engaged are the same contacts, whatever happened (domain.md 3.6, 4.4)."""

from itertools import product
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from db.database import Database
from db.insights import Counting
from db.links import MostEngaged
from db.loaders import Loaders
from db.scopes import EngagedContacts, reaching
from domain.interactions import Actor, InteractionType, engaging
from domain.scopes import Owner, Scope
from domain.windows import Window
from resolvers.insights import of_account
from tests.engines.test_links import histories, lived
from tests.engines.test_recount import ACCOUNTS, CONTACTS, START, windows
from tests.scopes import Did, Scene

T = InteractionType
ABOUT = ((None, None), ("j0", None), (None, "m0"), ("j1", "m1"))
CASES = tuple(product(ABOUT, (False, True)))


async def _same(
    scene: Scene, account: str, window: Window, machines: bool, about: Any, below: bool
) -> tuple[int, int]:
    """How many contacts are ranked, and how many are told to have engaged."""
    loaders, (journey, message) = Loaders(scene.db.reads()), map(scene.named, about)
    scope = Scope(Owner.ACCOUNT, window, machines, journey_id=journey, message_id=message, below=below)
    types, key = engaging(of_account.without), scene.ids[account]
    ranked = await loaders.load(MostEngaged(scope, 100, types), key)
    reach = await loaders.load(reaching(scope, Counting(window, machines)), key)
    return len(ranked), reach.engaged


@given(history=histories, window=windows, machines=st.booleans())
@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.too_slow])
async def test_of_an_account_as_many_are_ranked_as_engaged(
    database: Database, history: list[Any], window: Window, machines: bool
) -> None:
    scene = await lived(database, history)
    for account, (about, below) in product(ACCOUNTS, CASES):
        ranked, engaged = await _same(scene, account, window, machines, about, below)
        assert ranked == engaged


async def test_who_only_joined_or_left_lists_engaged_as_a_contact_and_not_for_the_account(
    database: Database,
) -> None:
    left = Did(1, CONTACTS[0], T.SEGMENT_UNSUBSCRIBED, START, Actor.HUMAN, "m0", None, False, "j0", None)
    scene = await lived(database, [[left]])
    loaders = Loaders(scene.db.reads())
    about = scene.named("j0"), scene.named("m0")
    own = Scope(Owner.CONTACT, Window(), journey_id=about[0], message_id=about[1])
    assert await loaders.load(EngagedContacts(own), scene.ids[CONTACTS[0]]) == 1
    for account, about in product(ACCOUNTS, ((None, None), ("j0", "m0"))):
        assert await _same(scene, account, Window(), False, about, False) == (0, 0)
