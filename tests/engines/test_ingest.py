"""Interactions are taken in once, whatever their type, however often and by however many at a time."""

import asyncio
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from db.database import Database
from db.insights import Counting
from db.loaders import Loaders, Sums
from domain.facts import NewInteraction
from domain.insights import Insights, fold
from domain.intake import Incoming, Key
from domain.interactions import Category, InteractionType
from domain.refusals import Refused
from domain.windows import Window
from engines import ingest
from engines.customers import receive
from engines.ingest import Outcome

NOW = datetime(2026, 11, 1, tzinfo=UTC)
EARLY = datetime(2026, 1, 1, tzinfo=UTC)
T = InteractionType


async def settle(db: Database, source: str, *contacts: str) -> dict[str, UUID]:
    """Contacts of one account, and everybody's ids."""
    account = Incoming("account", source, ("home",), {"name": "Home"})
    members = [
        Incoming("contact", source, (key,), {"last_name": key, "account_id": Key("home")}, since=EARLY)
        for key in contacts
    ]
    async with db.transaction() as tx:
        await receive(tx, [account, *members], NOW)
        rows = await tx.rows("ids", source, text="select key, record_id from source_key where source = $1")
    return {row["key"]: row["record_id"] for row in rows}


async def insights(db: Database, owner: str, id: UUID) -> Insights:
    sums = await Loaders(db.reads()).load(Sums(owner, Counting(Window())), id)
    return fold(sums)


def opened(source: str, number: int, contact: str, at: datetime = EARLY) -> NewInteraction:
    message = f"m{number // 12 % 3}"
    return NewInteraction(T.EMAIL_OPENED, at, source, str(number), contact_key=contact, message_id=message)


async def test_every_type_can_be_stored_and_is_counted(database: Database) -> None:
    ids = await settle(database, "types", "c")
    batch = [NewInteraction(kind, EARLY, "types", kind.name, contact_key="c") for kind in T]
    taken = await ingest.ingest(database, batch, NOW)
    assert {one.outcome for one in taken} == {Outcome.STORED}
    found = await insights(database, "contact", ids["c"])
    assert {(entry.type, entry.count) for entry in found.by_type} == {(kind, 1) for kind in T}
    assert {entry.category for entry in found.by_category} == set(Category)


async def test_what_has_no_contact_waits_and_counts_for_nobody(database: Database) -> None:
    anonymous = NewInteraction(T.WEBSITE_VISITED, EARLY, "nobody", "1", visitor_id="v")
    system = NewInteraction(T.CUSTOMER_JOURNEY_ITERATION_STARTED, EARLY, "nobody", "2", journey_id="j")
    assert [t.outcome for t in await ingest.ingest(database, [anonymous, system], NOW)] == [
        Outcome.WAITING
    ] * 2
    assert [t.outcome for t in await ingest.ingest(database, [anonymous], NOW)] == [Outcome.REPEATED]


async def test_a_repeat_is_known_even_at_another_time_and_of_another_contact(database: Database) -> None:
    ids = await settle(database, "repeat", "a", "b")
    later = EARLY + timedelta(days=40)
    batches = ([opened("repeat", 1, "a")], [opened("repeat", 1, "a", later)], [opened("repeat", 1, "b")])
    outcomes = [(await ingest.ingest(database, batch, NOW))[0].outcome for batch in batches]
    assert outcomes == [Outcome.STORED, Outcome.REPEATED, Outcome.REPEATED]
    assert (await insights(database, "contact", ids["a"])).interactions == 1
    assert (await insights(database, "contact", ids["b"])).interactions == 0


async def test_a_waiting_interaction_is_taken_by_a_repeat_that_knows_its_contact(database: Database) -> None:
    ids = await settle(database, "envelope", "a")
    detail = NewInteraction(T.EMAIL_OPENED, EARLY, "envelope", "e1", properties={"browser": "Firefox"})
    envelope = NewInteraction(
        T.EMAIL_OPENED, EARLY, "envelope", "e1", contact_key="a", properties={"campaign": "7"}
    )
    outcomes = [(await ingest.ingest(database, [one], NOW))[0].outcome for one in (detail, envelope, detail)]
    assert outcomes == [Outcome.WAITING, Outcome.STORED, Outcome.REPEATED]
    async with database.transaction() as tx:
        kept = "select properties from interaction where contact_id = $1"
        (row,) = await tx.rows("kept", ids["a"], text=kept)
    assert row["properties"] == {"browser": "Firefox", "campaign": "7"}


async def test_an_earlier_open_that_comes_late_takes_the_first_opening_to_its_day(database: Database) -> None:
    ids = await settle(database, "late", "a")
    second = EARLY + timedelta(days=9)
    for number, at in ((3, second), (6, EARLY)):
        await ingest.ingest(database, [opened("late", number, "a", at)], NOW)
    for start, unique in ((EARLY, 1), (second, 0)):
        window = Window(start, start + timedelta(days=1))
        sums = await Loaders(database.reads()).load(Sums("contact", Counting(window)), ids["a"])
        assert fold(sums).email.unique_opens == unique


async def test_many_at_once_store_each_interaction_once(
    database: Database,
) -> None:
    contacts = [f"c{n}" for n in range(12)]
    ids = await settle(database, "crowd", *contacts)
    events = [opened("crowd", n, contacts[n * 7 % 12], EARLY + timedelta(hours=n * 5)) for n in range(600)]
    batches = [events[at : at + 150] for at in range(0, 600, 75)]
    batches += [list(reversed(batch)) for batch in batches]
    outcomes = await asyncio.gather(*(ingest.ingest(database, batch, NOW) for batch in batches))
    stored = [one for taken in outcomes for one in taken if one.outcome is Outcome.STORED]
    assert len(stored) == len({one.id for one in stored}) == 600
    assert (await insights(database, "account", ids["home"])).interactions == 600
    each = [await insights(database, "contact", ids[contact]) for contact in contacts]
    assert sum(one.interactions for one in each) == 600
    assert sum(one.email.unique_opens for one in each) == 12 * 3


@pytest.mark.parametrize(
    ("new", "path"),
    [
        (NewInteraction(T.EMAIL_SENT, NOW + timedelta(days=2), "no", "1"), "occurredAt"),
        (NewInteraction(T.EMAIL_SENT, NOW, "no", ""), "sourceId"),
        (NewInteraction(T.EMAIL_SENT, datetime(1700, 1, 1, tzinfo=UTC), "no", "2"), "occurredAt"),
    ],
)
def test_what_cannot_be_is_refused(new: NewInteraction, path: str) -> None:
    with pytest.raises(Refused) as refused:
        ingest.check(new, NOW)
    assert refused.value.path == (path,)
