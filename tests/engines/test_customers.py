"""Records come in by their keys: created, changed, left alone, or refused with a reason."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest

from db.database import Database
from domain.facts import NewInteraction
from domain.intake import Fate, Incoming, Key, Received
from domain.interactions import InteractionType
from domain.options import Permission
from domain.pipeline import LeadState, LeadStatus
from domain.records import Account, Contact, Lead
from domain.refusals import Code, Refused
from engines import ingest, memberships
from engines.customers import receive

NOW = datetime(2026, 11, 1, tzinfo=UTC)
EARLY = datetime(2026, 1, 1, tzinfo=UTC)


async def take(db: Database, *batch: Incoming) -> Sequence[Received]:
    async with db.transaction() as tx:
        return await receive(tx, batch, NOW)


async def get(db: Database, source: str, key: str, record: type[Any]) -> Any:
    async with db.transaction() as tx:
        rows = await tx.rows("source_keys_find", source, record.__name__.lower(), [key])
        (found,) = await tx.records(record, f"{record.__name__.lower()}_locked", [rows[0]["record_id"]])
        return found


def contact(source: str, *keys: str, **values: Any) -> Incoming:
    return Incoming("contact", source, keys, values)


async def test_a_record_is_created_then_unchanged_then_updated(database: Database) -> None:
    first = contact("once", "k", last_name="Doe", attributes={"tier": "gold", "income": 3})
    assert [r.fate for r in await take(database, first)] == [Fate.CREATED]
    assert [r.fate for r in await take(database, first)] == [Fate.UNCHANGED]
    again = contact("once", "k", first_name="Jo", attributes={"tier": "silver"})
    assert [r.fate for r in await take(database, again)] == [Fate.UPDATED]
    found = await get(database, "once", "k", Contact)
    assert (found.full_name, found.version) == ("Jo Doe", 2)
    assert found.attributes == {"tier": "silver", "income": 3}
    assert found.prefill_permission is Permission.DO_NOT_ALLOW


async def test_rows_about_one_record_see_each_other_within_a_batch(database: Database) -> None:
    batch = [contact("waves", "a", city="Delft"), contact("waves", "a", city="Oslo"), contact("waves", "b")]
    assert [r.fate for r in await take(database, *batch)] == [Fate.CREATED, Fate.UPDATED, Fate.CREATED]
    assert (await get(database, "waves", "a", Contact)).city == "Oslo"


async def test_filling_leaves_what_is_known_alone(database: Database) -> None:
    await take(database, contact("fill", "a", "second", city="Delft", attributes={"x": 1}))
    values = {"city": "Oslo", "country": "NO", "attributes": {"x": 2, "y": 3}}
    await take(database, Incoming("contact", "fill", ("second",), values, fill=True))
    found = await get(database, "fill", "a", Contact)
    assert (found.city, found.country, found.attributes) == ("Delft", "NO", {"x": 1, "y": 3})


async def test_the_same_address_is_the_same_person_only_where_said(database: Database) -> None:
    await take(database, contact("mail", "a", email="Jo@example.org"))
    apart = await take(database, contact("mail", "b", email="jo@example.org"))
    same = Incoming("contact", "mail", ("c",), {"email": "jo@EXAMPLE.org", "city": "Bonn"}, by_email=True)
    assert [r.fate for r in (*apart, *await take(database, same))] == [Fate.CREATED, Fate.UPDATED]
    assert (await get(database, "mail", "a", Contact)).city == "Bonn"


async def test_an_unknown_reference_or_a_missing_name_is_refused(database: Database) -> None:
    lead = Incoming("lead", "refs", ("l",), {"topic": "Lids", "contact_id": Key("nobody")})
    account = Incoming("account", "refs", ("a",), {"city": "Delft"})
    received = await take(database, lead, account)
    assert [r.fate for r in received] == [Fate.REFUSED, Fate.REFUSED]
    assert received[0].reason == "No contact has the key 'nobody'."
    assert received[1].field == "name"


async def test_a_leads_state_follows_its_status_and_its_home_its_contact(
    database: Database,
) -> None:
    await take(database, Incoming("lead", "home", ("l",), {"topic": "Lids", "created_at": EARLY}))
    lead = await get(database, "home", "l", Lead)
    assert lead.home_id == lead.id
    won = Incoming("lead", "home", ("l",), {"contact_id": Key("c"), "status": LeadStatus.QUALIFIED})
    await take(database, contact("home", "c"), won)
    lead = await get(database, "home", "l", Lead)
    assert (lead.home_id, lead.state, lead.closed_at) == (lead.contact_id, LeadState.QUALIFIED, NOW)
    await take(database, Incoming("lead", "home", ("l",), {"status": LeadStatus.NEW}))
    assert (await get(database, "home", "l", Lead)).closed_at is None


async def test_waiting_interactions_join_their_contact_when_it_comes(database: Database) -> None:
    new = NewInteraction(InteractionType.EVENT_CHECK_IN, EARLY, "late", "door", contact_key="guest")
    assert [t.outcome for t in await ingest.ingest(database, [new], NOW)] == [ingest.Outcome.WAITING]
    await take(database, contact("late", "guest", last_name="Guest"))
    guest = await get(database, "late", "guest", Contact)
    left = "select count(*) as n from orphan_interaction where source = 'late'"
    async with database.transaction() as tx:
        (row,) = await tx.rows("found", guest.id, text="select * from interaction where contact_id = $1")
        assert row["type"] == "EVENT_CHECK_IN"
        assert (await tx.rows("left", text=left))[0]["n"] == 0
    assert [t.outcome for t in await ingest.ingest(database, [new], NOW)] == [ingest.Outcome.REPEATED]


async def test_a_move_before_the_present_stay_is_refused_and_changes_nothing(database: Database) -> None:
    accounts = [Incoming("account", "move", (name,), {"name": name}) for name in ("a", "b")]
    mover = Incoming("contact", "move", ("c",), {"account_id": Key("a")}, since=EARLY)
    await take(database, *accounts, mover)
    before = await get(database, "move", "c", Contact)
    with pytest.raises(Refused) as refused:
        async with database.transaction() as tx:
            await memberships.move(tx, before.id, None, EARLY)
    assert refused.value.code is Code.OUT_OF_ORDER
    assert await get(database, "move", "c", Contact) == before


async def test_a_contact_that_moves_to_an_account_lies_under_no_contact_any_more(database: Database) -> None:
    account = Incoming("account", "rise", ("a",), {"name": "Above"})
    head = Incoming("contact", "rise", ("head",), {"last_name": "Head"})
    under = Incoming("contact", "rise", ("under",), {"last_name": "Under", "parent_contact_id": Key("head")})
    await take(database, account, head)
    await take(database, under)
    before = await get(database, "rise", "under", Contact)
    place = await get(database, "rise", "a", Account)
    assert before.parent_contact_id is not None
    async with database.transaction() as tx:
        moved = await memberships.move(tx, before.id, place.id, NOW)
    assert (moved.account_id, moved.parent_contact_id) == (place.id, None)


async def test_an_interaction_of_no_contacts_id_is_told_and_not_kept(database: Database) -> None:
    new = NewInteraction(InteractionType.EMAIL_SENT, EARLY, "stranger", "s", contact_id=UUID(int=1))
    assert [t.outcome for t in await ingest.ingest(database, [new], NOW)] == [ingest.Outcome.STRANGER]
    assert [t.outcome for t in await ingest.ingest(database, [new], NOW)] == [ingest.Outcome.STRANGER]
