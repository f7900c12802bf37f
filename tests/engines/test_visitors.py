"""Browsers that become somebody's: what they did before, and what they do from then on (domain.md 3.3)."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from db.database import Database
from domain.intake import Incoming
from domain.interactions import Actor
from domain.merges import Choice
from domain.options import Permission
from engines import merges, records, redaction, unmerges
from engines.customers import receive
from engines.ingest import Outcome
from tests.engines.visiting import NOW, START, T, World, told
from tests.recount import Fact, recount


@pytest.fixture
async def world(database: Database) -> World:
    return await World(database).begin()


async def test_anonymous_visits_appear_on_the_contact_after_the_form_submission(world: World) -> None:
    """Invariant I20; the account is that of the moment at which the visitor became known."""
    visits = [world.did("v", 1), world.did("v", 2, kind=T.WEBSITE_CLICKED), world.did("w", 3)]
    assert await world.take(*visits) == [Outcome.WAITING] * 3
    await world.move("ann", "kettle", 5)
    assert await world.take(world.did("v", 6, "ann")) == [Outcome.STORED]
    assert await world.days("ann") == [
        (1, "WEBSITE_VISITED", "kettle"),
        (2, "WEBSITE_CLICKED", "kettle"),
        (6, "FORM_SUBMITTED", "kettle"),
    ]
    assert await world.waiting() == 1


async def test_what_came_before_membership_is_in_no_account_where_the_visitor_was_known(world: World) -> None:
    await world.take(world.did("v", 1), world.did("v", 2, "ann"))
    await world.move("ann", "kettle", 5)
    await world.take(world.did("v", 6))
    assert [account for *_, account in await world.days("ann")] == [None, None, "kettle"]


async def test_later_visits_of_a_known_visitor_are_the_contacts_at_once(world: World) -> None:
    await world.take(world.did("v", 2, "ann"))
    assert await world.take(world.did("v", 3)) == [Outcome.STORED]
    assert [day for day, *_ in await world.days("ann")] == [2, 3]


async def test_a_visit_and_the_proof_may_come_in_one_batch(world: World) -> None:
    batch = [world.did("v", 1), world.did("v", 2, "ann"), world.did("v", 3)]
    assert await world.take(*batch) == [Outcome.STORED] * 3
    assert await world.take(*batch) == [Outcome.REPEATED] * 3
    assert [day for day, *_ in await world.days("ann")] == [1, 2, 3]


async def test_a_visitor_known_as_two_people_in_turn_is_the_later_one_from_then_on(world: World) -> None:
    await world.take(world.did("v", 1), world.did("v", 2, "ann"), world.did("v", 3))
    await world.take(world.did("v", 4, "bob"))
    await world.take(world.did("v", 5), world.did("v", 3.5))
    assert [day for day, *_ in await world.days("ann")] == [1, 2, 3, 3.5]
    assert [day for day, *_ in await world.days("bob")] == [4, 5]


async def test_a_click_on_a_signed_link_proves_it_and_an_opening_does_not(world: World) -> None:
    await world.take(world.did("v", 1), world.did("w", 1))
    await world.take(world.did("w", 2, "ann", T.EMAIL_OPENED), world.did("v", 2, "ann", T.EMAIL_CLICKED))
    assert [kind for _, kind, _ in await world.days("ann")] == [
        "WEBSITE_VISITED",
        "EMAIL_CLICKED",
        "EMAIL_OPENED",
    ]
    assert await world.waiting() == 1


async def test_a_machines_click_proves_nothing(world: World) -> None:
    await world.take(world.did("v", 1), world.did("v", 2, "ann", T.EMAIL_CLICKED, actor=Actor.MACHINE))
    assert await world.browsers("ann") == 0
    assert await world.waiting() == 1


async def test_what_waits_for_a_contacts_key_is_not_given_to_the_browsers_owner(world: World) -> None:
    await world.take(world.did("v", 2, "ann"), world.did("v", 3, "dora"))
    assert [day for day, *_ in await world.days("ann")] == [2]
    assert await world.waiting() == 1


async def test_a_form_that_waited_for_its_contact_proves_it_when_the_contact_comes(world: World) -> None:
    await world.take(world.did("v", 1), world.did("v", 2, "dora"))
    async with world.db.transaction() as tx:
        await receive(tx, [Incoming("contact", world.source, ("dora",), {"last_name": "Dora"})], NOW)
    text = "select record_id from source_key where source = $1 and key = 'dora'"
    (row,) = await world.db.reads().rows("dora", world.source, text=text)
    world.ids["dora"] = row["record_id"]
    assert [day for day, *_ in await world.days("dora")] == [1, 2]
    assert await world.waiting() == 0


async def test_a_move_in_the_past_takes_along_what_became_known_after_it(world: World) -> None:
    await world.take(world.did("v", 1), world.did("v", 10, "ann"))
    await world.move("ann", "kettle", 5)
    assert [account for *_, account in await world.days("ann")] == ["kettle", "kettle"]
    assert (await told(world.db, "Account", world.ids["kettle"]))["interactions"] == 2


async def test_who_allows_no_tracking_is_given_no_visits_and_none_is_kept(world: World) -> None:
    """Domain.md 10.6: the form is kept, what the browser did is not, then and from then on."""
    await world.take(world.did("v", 1), world.did("v", 1.5, kind=T.REDIRECT_LINK_CLICKED))
    given = {"tracking_permission": Permission.DO_NOT_ALLOW}
    await world.write(records.change, "contact", world.ids["ann"], given, NOW)
    assert await world.take(world.did("v", 2, "ann"), world.did("v", 3)) == [
        Outcome.STORED,
        Outcome.DO_NOT_TRACK,
    ]
    assert await world.take(world.did("v", 4)) == [Outcome.DO_NOT_TRACK]
    assert [kind for _, kind, _ in await world.days("ann")] == ["FORM_SUBMITTED"]
    assert await world.waiting() == 0


async def test_a_merge_carries_browsers_along_and_undoing_it_carries_them_back(world: World) -> None:
    await world.take(world.did("v", 1), world.did("v", 2, "ann"), world.did("w", 3, "bob"))
    ids = (world.ids["bob"], world.ids["ann"])
    merge = await world.write(merges.merge_contacts, *ids, Choice(), NOW)
    assert await world.browsers("bob") == 2
    await world.take(world.did("v", 4), world.did("w", 5), world.did("u", 6, "ann"), world.did("u", 7))
    assert [day for day, *_ in await world.days("bob")] == [1, 2, 3, 4, 5, 6, 7]
    await world.write(unmerges.unmerge_contacts, merge.id, NOW)
    assert [day for day, *_ in await world.days("ann")] == [1, 2, 4, 6, 7]
    assert [day for day, *_ in await world.days("bob")] == [3, 5]
    await world.take(world.did("v", 8), world.did("u", 9))
    assert [day for day, *_ in await world.days("ann")] == [1, 2, 4, 6, 7, 8, 9]


async def test_a_merge_keeps_the_account_of_the_moment_at_which_the_visitor_became_known(
    world: World,
) -> None:
    await world.move("ann", "kettle", 5)
    await world.take(world.did("v", 1), world.did("v", 6, "ann"))
    await world.write(merges.merge_contacts, world.ids["ann"], world.ids["cat"], Choice(), NOW)
    assert [account for *_, account in await world.days("ann")] == ["kettle", "kettle"]


@pytest.mark.parametrize("way", ["removed", "redacted"])
async def test_nothing_of_a_deleted_contact_leads_from_its_browser_to_it(world: World, way: str) -> None:
    await world.take(
        world.did("v", 1), world.did("v", 2, "ann"), world.did("v", 3, kind=T.EMAIL_SENT, contact="dora")
    )
    if way == "removed":
        await world.write(records.remove, "contact", world.ids["ann"], NOW)
    else:
        await world.write(redaction.redact, world.ids["ann"], NOW)
    assert await world.browsers("ann") == 0
    text = "select count(*) from interaction where visitor_id = $1"
    (row,) = await world.db.reads().rows("left", f"{world.source} v", text=text)
    assert row["count"] == 0
    assert await world.waiting() == 0
    assert await world.take(world.did("v", 9)) == [Outcome.WAITING]


async def test_visits_and_proofs_at_the_same_time_leave_nothing_anonymous(world: World) -> None:
    visits = [[world.did(f"v{at % 5}", at / 10)] for at in range(40)]
    proofs = [[world.did(f"v{at}", 9, "ann" if at % 2 else "bob")] for at in range(5)]
    batches = [*visits[:20], *proofs, *visits[20:]]
    await asyncio.gather(*(world.take(*batch) for batch in batches))
    assert await world.waiting() == 0
    assert len(await world.days("ann")) == 2 + 16
    assert len(await world.days("bob")) == 3 + 24


async def test_the_insights_of_contact_and_account_count_what_was_anonymous(world: World) -> None:
    await world.move("ann", "kettle", 5)
    await world.take(world.did("v", 1), world.did("v", 2), world.did("v", 6, "ann"))
    at = [START + timedelta(days=day) for day in (1, 2, 6)]
    kinds = (T.WEBSITE_VISITED, T.WEBSITE_VISITED, T.FORM_SUBMITTED)
    facts = [Fact("ann", "kettle", kind, moment) for kind, moment in zip(kinds, at, strict=True)]
    expected = recount(facts, None, None, False)
    for owner, name in (("Contact", "ann"), ("Account", "kettle")):
        found = await told(world.db, owner, world.ids[name])
        assert found["interactions"] == expected.interactions
        assert found["firstInteractionAt"] == at[0].isoformat().replace("+00:00", "Z")
        assert found["byType"] == {"WEBSITE_VISITED": 2, "FORM_SUBMITTED": 1}


@pytest.mark.parametrize("way", ["imported", "created", "changed"])
async def test_what_waited_for_an_address_joins_the_contact_that_gets_it(world: World, way: str) -> None:
    address = f"Dora.{world.source}@example.org"
    waiting = replace(world.did("v", 1, kind=T.FORM_SUBMITTED), contact_email=address.lower())
    assert await world.take(waiting, world.did("v", 2)) == [Outcome.WAITING] * 2
    values = {"last_name": "Dora", "email": address}
    match way:
        case "imported":
            async with world.db.transaction() as tx:
                await receive(tx, [Incoming("contact", world.source, ("dora",), values)], NOW)
            text = "select record_id as id from source_key where source = $1 and key = 'dora'"
            (row,) = await world.db.reads().rows("dora", world.source, text=text)
            world.ids["dora"] = row["id"]
        case "created":
            world.ids["dora"] = (await world.write(records.create, "contact", values, NOW)).id
        case "changed":
            world.ids["dora"] = world.ids["cat"]
            await world.write(records.change, "contact", world.ids["cat"], {"email": address}, NOW)
    assert [day for day, *_ in await world.days("dora")] == [1, 2]
    assert await world.waiting() == 0


async def test_what_waits_for_an_address_is_not_given_to_the_browsers_owner(world: World) -> None:
    await world.take(world.did("v", 1, "ann"))
    other = replace(world.did("v", 2), contact_email=f"{world.source}@example.org")
    assert await world.take(other) == [Outcome.WAITING]
    assert [day for day, *_ in await world.days("ann")] == [1]
