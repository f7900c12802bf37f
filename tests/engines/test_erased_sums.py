"""When a person is erased or redacted, accounts' figures are those of the facts that stay (10.5)."""

from itertools import product
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from db.database import Database
from db.insights import Counting
from db.loaders import Loaders, Reaches, Sums
from domain.insights import WITHOUT_ON_ACCOUNTS, Attribution
from domain.windows import Window
from engines import records, redaction
from tests.engines.test_recount import ACCOUNTS, CONTACTS, NOW, World, _lived, histories, windows
from tests.recount import attributed, recount

RARELY = settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow])


async def figures(world: World, window: Window) -> list[Any]:
    """All that accounts tell, raw: sums that count something, and reach, in every way of counting."""
    found: list[Any] = []
    for account, machines, whose in product(ACCOUNTS, (False, True), Attribution):
        counting = Counting(window, machines, whose)
        loaders, id = Loaders(world.db.reads()), world.ids[account]
        sums = await loaders.load(Sums("account", counting), id)
        reach = await loaders.load(Reaches(Counting(window, machines)), id)
        found += [*sorted((one for one in sums if one.n), key=lambda one: one.kind), reach]
    return found


@given(history=histories, window=windows, machines=st.booleans(), gone=st.sampled_from(CONTACTS))
@RARELY
async def test_after_a_deletion_accounts_tell_what_the_others_did(
    database: Database, history: Any, window: Window, machines: bool, gone: str
) -> None:
    world = await _lived(database, history)
    await database.write(records.remove, "staff", "test", "contact", world.ids[gone], NOW)
    facts = [fact for fact in world.facts() if fact.contact != gone]
    for account, whose in product(ACCOUNTS, Attribution):
        counting, within = attributed(facts, whose, account, world.member)
        expected = recount(
            counting, window.from_at, window.to_at, machines, account=within, without=WITHOUT_ON_ACCOUNTS
        )
        batch = Sums("account", Counting(window, machines, whose))
        assert await world.found(batch, account, without=WITHOUT_ON_ACCOUNTS) == expected


@given(history=histories, window=windows, gone=st.sampled_from(CONTACTS))
@RARELY
async def test_after_a_redaction_accounts_tell_exactly_what_they_told(
    database: Database, history: Any, window: Window, gone: str
) -> None:
    world = await _lived(database, history)
    before = await figures(world, window)
    await database.write(redaction.redact, "staff", "test", world.ids[gone], NOW)
    assert await figures(world, window) == before


@given(history=histories, gone=st.sampled_from(CONTACTS))
@RARELY
async def test_sums_kept_are_the_same_as_before_once_others_are_redacted(
    database: Database, history: Any, gone: str
) -> None:
    """Who stands in a person's stead can move and be deleted like anybody: its sums are whole."""
    world = await _lived(database, history)
    stead = await database.write(redaction.redact, "staff", "test", world.ids[gone], NOW)
    await database.write(records.remove, "staff", "test", "contact", stead.id, NOW)
    facts = [fact for fact in world.facts() if fact.contact != gone]
    for account, whose in product(ACCOUNTS, Attribution):
        counting, within = attributed(facts, whose, account, world.member)
        expected = recount(counting, None, None, True, account=within, without=WITHOUT_ON_ACCOUNTS)
        batch = Sums("account", Counting(Window(), True, whose))
        assert await world.found(batch, account, without=WITHOUT_ON_ACCOUNTS) == expected
