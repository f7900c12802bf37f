"""Two records become one and two again: what follows, what is refused, and that nothing is lost."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from db.database import Database, Transaction
from db.ids import uuid7
from domain.facts import NewInteraction
from domain.intake import Incoming, Key
from domain.interactions import InteractionType as T
from domain.merges import Choice, Merge
from domain.options import ConsentLevel, Permission, State
from domain.records import Account, Contact
from domain.refusals import Code, Refused
from engines import account_sums, ingest, memberships, merges, records, unmerges
from engines.customers import receive

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
LATER = NOW + timedelta(hours=2)
SOURCE = "crm"
_EVERYTHING = """
select table_name
from information_schema.tables
where table_schema = 'public' and table_type = 'BASE TABLE'
    and table_name <> all(
        '{account_due,change,change_log,consent_change,idempotency,migration,record_history}'
    )
    and table_name not like 'merge%'
order by 1
"""


def day(month: int, number: int = 1) -> datetime:
    """A day of the year in which it all happens."""
    return datetime(2026, month, number, tzinfo=UTC)


class Place:
    """A database with two accounts and three contacts, and what hangs on them."""

    def __init__(self, db: Database) -> None:
        self.db = db
        self.ids: dict[str, UUID] = {}

    async def do(self, act: Any, *args: Any, **kwargs: Any) -> Any:
        async with self.db.transaction("tester") as tx:
            return await act(tx, *args, **kwargs)

    async def merge(self, winner: str, loser: str, **choice: Any) -> Merge:
        both = (self.ids[winner], self.ids[loser])
        act = merges.merge_accounts if winner in ("kettle", "lid", "spout") else merges.merge_contacts
        done: Merge = await self.do(act, *both, Choice(**choice), NOW)
        return done

    async def change(self, entity: str, name: str, **values: Any) -> None:
        await self.do(records.change, entity, self.ids[name], values, NOW)

    async def rows(self, text: str, *args: Any) -> list[Any]:
        return await self.db.reads().rows("test", *args, text=text)

    async def contact(self, name: str) -> Contact:
        found: Contact = await self.do(records.locked, "contact", self.ids[name])
        return found

    async def account(self, name: str) -> Account:
        found: Account = await self.do(records.locked, "account", self.ids[name])
        return found

    async def take_in(self, *batch: NewInteraction) -> None:
        await ingest.ingest(self.db, batch, NOW)

    async def dump(self) -> dict[str, list[str]]:
        """All that is kept, but for versions, moments of change, logs, and sums of nothing."""
        await self.do(account_sums.fold, list(self.ids.values()))
        found = {}
        for (table,) in await self.rows(_EVERYTHING):
            counted = " where n <> 0" if table in ("contact_rollup", "account_rollup") else ""
            text = f"select (to_jsonb(t) - 'version' - 'updated_at')::text as row from {table} t{counted}"
            found[table] = sorted(row["row"] for row in await self.rows(text))
        return found


def met(type: T, contact: str, number: int, at: datetime, **more: Any) -> NewInteraction:
    """An interaction of a contact, known by its key."""
    return NewInteraction(type, at, SOURCE, f"{contact} {number}", contact_key=contact, **more)


ACCOUNTS = [
    Incoming("account", SOURCE, ("kettle",), {"name": "Kettle", "phone": "+49301234567"}),
    Incoming("account", SOURCE, ("lid",), {"name": "Lid", "website": "https://lid.example"}),
]
SPOUT = Incoming("account", SOURCE, ("spout",), {"name": "Spout", "parent_account_id": Key("lid")})
CONTACTS = [
    Incoming(
        "contact",
        SOURCE,
        ("ann",),
        {
            "first_name": "Ann",
            "last_name": "Arbour",
            "email": "ann@kettle.example",
            "account_id": Key("kettle"),
        },
        since=day(3),
    ),
    Incoming(
        "contact",
        SOURCE,
        ("anna", "anna-2"),
        {
            "last_name": "Arbour",
            "email": "anna@lid.example",
            "mobile_phone": "+491701234567",
            "city": "Bremen",
            "account_id": Key("lid"),
            "attributes": {"tier": "gold"},
        },
        since=day(1),
    ),
    Incoming("contact", SOURCE, ("bob",), {"last_name": "Birch", "account_id": Key("lid")}, since=day(2)),
]
REST = [
    Incoming("contact", SOURCE, ("dee",), {"last_name": "Deodar", "parent_contact_id": Key("anna")}),
    Incoming("lead", SOURCE, ("lids",), {"topic": "Lids", "contact_id": Key("anna")}),
    Incoming("lead", SOURCE, ("pots",), {"topic": "Pots", "account_id": Key("lid")}),
    Incoming(
        "opportunity",
        SOURCE,
        ("sale",),
        {"name": "Sale", "contact_id": Key("anna"), "account_id": Key("lid")},
    ),
]
HISTORY = [
    met(T.EMAIL_DELIVERED, "anna", 1, day(1, 5), message_id="news", journey_id="spring"),
    met(T.EMAIL_OPENED, "anna", 2, day(1, 6), message_id="news", journey_id="spring"),
    met(
        T.EMAIL_CLICKED,
        "anna",
        3,
        day(4, 6),
        message_id="news",
        journey_id="spring",
        link="https://x.example",
    ),
    met(T.EMAIL_DELIVERED, "ann", 1, day(3, 5), message_id="news", journey_id="spring"),
    met(T.EMAIL_OPENED, "ann", 2, day(3, 6), message_id="news", journey_id="spring"),
    met(T.WEBSITE_VISITED, "bob", 1, day(4, 7)),
]


async def settle(place: Place) -> None:
    """Brings about who is where, what happened, and everything else that can hang on a contact."""
    await place.db.prepare_months(new.occurred_at for new in HISTORY)
    async with place.db.transaction() as tx:
        for batch in ([*ACCOUNTS, *CONTACTS], [SPOUT, *REST]):
            answers = await receive(tx, batch, NOW)
            assert [answer.reason for answer in answers if answer.reason] == []
        rows = await tx.rows("ids", text="select key, record_id from source_key")
        place.ids = {row["key"]: row["record_id"] for row in rows}
        await ingest.take_in(tx, HISTORY, NOW)
        await _hang(tx, place.ids)


_LIST = "insert into subscription_list (id, created_at, updated_at, name) values ($1, $2, $2, $3)"
_JOIN = (
    "insert into subscription (contact_id, id, list_id, joined_at, joined_via, left_at, left_via)"
    " values ($1, $2, $3, $4, 'STAFF', $5, $6)"
)
_SEGMENT = "insert into segment (id, created_at, updated_at, name) values ($1, $2, $2, $3)"
_MEMBER = "insert into segment_member (contact_id, segment_id, added_at) values ($1, $2, $3)"
_EVENT = (
    "insert into event (id, created_at, updated_at, name, starts_at, ends_at)"
    " values ($1, $2, $2, 'Fair', $2, $2)"
)
_SEAT = (
    "insert into event_registration (contact_id, id, created_at, updated_at, event_id)"
    " values ($1, $2, $3, $3, $4)"
)
_CAME = (
    "insert into check_in (contact_id, id, created_at, updated_at, type, event_id, registration_id,"
    " checked_in_at) values ($1, $2, $3, $3, 100000001, $4, $5, $3)"
)
_SPONSOR = (
    "insert into sponsorship (id, created_at, updated_at, event_id, account_id) values ($1, $2, $2, $3, $4)"
)
_CONSENT = (
    "insert into consent_change (contact_id, id, at, old_level, new_level, source)"
    " values ($1, $2, $3, 0, 587030004, 'STAFF')"
)


async def _hang(tx: Transaction, ids: dict[str, UUID]) -> None:
    """Lists, segments and an event, as other parts of the product write them."""
    made = {name: uuid7(NOW) for name in ("news", "offers", "past", "loyal", "both", "fair", "seat")}
    for name in ("news", "offers", "past"):
        await tx.run("", made[name], NOW, name, text=_LIST)
    for contact, name in (("ann", "news"), ("anna", "news"), ("anna", "offers"), ("anna", "past")):
        await tx.run("", ids[contact], uuid7(NOW), made[name], day(2), None, None, text=_JOIN)
    await tx.run("", ids["ann"], uuid7(NOW), made["past"], day(1), day(3), "CENTER", text=_JOIN)
    for name in ("loyal", "both"):
        await tx.run("", made[name], NOW, name, text=_SEGMENT)
    for contact, name in (("ann", "both"), ("anna", "both"), ("anna", "loyal")):
        await tx.run("", ids[contact], made[name], day(4 if contact == "ann" else 5), text=_MEMBER)
    await tx.run("", made["fair"], NOW, text=_EVENT)
    await tx.run("", ids["anna"], made["seat"], NOW, made["fair"], text=_SEAT)
    await tx.run("", ids["anna"], uuid7(NOW), NOW, made["fair"], made["seat"], text=_CAME)
    await tx.run("", uuid7(NOW), NOW, made["fair"], ids["lid"], text=_SPONSOR)
    await tx.run("", ids["anna"], uuid7(NOW), NOW, text=_CONSENT)
    await tx.run("", ids["anna"], text="update account set primary_contact_id = $1 where name = 'Kettle'")


_EMPTIED = """
truncate account, contact, lead, opportunity, interaction, interaction_key, orphan_interaction,
    delivered_copy, copy_mark, contact_rollup, account_rollup, account_addition, account_due, source_key,
    record_history, subscription_list, segment, event, data_subject_request,
    merge, merge_interaction, merge_key, merge_part
cascade
"""


@pytest.fixture
async def place(database: Database) -> Place:
    """The same place for each test: what others have left is gone."""
    found = Place(database)
    async with database.transaction() as tx:
        await tx.run("", text=_EMPTIED)
    await settle(found)
    return found


async def test_an_undone_merge_of_contacts_leaves_everything_as_it_was(place: Place) -> None:
    before = await place.dump()
    merge = await place.merge("ann", "anna")
    merged = await place.dump()
    assert {table for table, rows in merged.items() if rows != before[table]} >= {
        "account",
        "account_rollup",
        "check_in",
        "contact",
        "contact_account_membership",
        "contact_rollup",
        "copy_mark",
        "delivered_copy",
        "event_registration",
        "interaction_2026_01",
        "interaction_key",
        "lead",
        "opportunity",
        "segment_member",
        "source_key",
        "subscription",
    }
    await place.do(unmerges.unmerge_contacts, merge.id, LATER)
    assert await place.dump() == before


async def test_an_undone_merge_that_takes_all_it_can_leaves_everything_as_it_was(place: Place) -> None:
    before = await place.dump()
    merge = await place.merge(
        "ann", "anna", fill=False, take=frozenset({"ACCOUNT", "EMAIL", "CONSENT_LEVEL"})
    )
    assert (await place.contact("ann")).account_id == place.ids["lid"]
    await place.do(unmerges.unmerge_contacts, merge.id, LATER)
    assert await place.dump() == before


async def test_an_undone_merge_that_ended_a_stay_leaves_everything_as_it_was(place: Place) -> None:
    before = await place.dump()
    merge = await place.merge("ann", "dee", take=frozenset({"ACCOUNT"}))
    ann = await place.contact("ann")
    assert (ann.account_id, ann.parent_contact_id) == (None, place.ids["anna"])
    await place.do(unmerges.unmerge_contacts, merge.id, LATER)
    assert await place.dump() == before


async def test_an_account_that_loses_its_first_interaction_begins_with_the_next(place: Place) -> None:
    await place.take_in(met(T.WEBSITE_VISITED, "anna", 5, day(2, 2)))
    assert await _first_visit(place) == day(2, 2)
    await place.merge("ann", "anna")
    assert await _first_visit(place) == day(4, 7)


async def _first_visit(place: Place) -> Any:
    rows = await place.rows(
        "select min(first_at) as first_at from account_sum"
        " where account_id = $1 and span = 'A' and belonging = 'P' and kind = 'WEBSITE_VISITED'"
        " and not machine",
        place.ids["lid"],
    )
    return rows[0]["first_at"]


async def test_an_undone_merge_of_accounts_leaves_everything_as_it_was(place: Place) -> None:
    before = await place.dump()
    merge = await place.merge("kettle", "lid")
    merged = await place.dump()
    assert {table for table, rows in merged.items() if rows != before[table]} >= {
        "account",
        "account_rollup",
        "contact",
        "contact_account_membership",
        "contact_rollup",
        "lead",
        "opportunity",
        "sponsorship",
        "source_key",
    }
    await place.do(unmerges.unmerge_accounts, merge.id, LATER)
    assert await place.dump() == before


async def test_nothing_names_the_merged_contact_but_its_merge(place: Place) -> None:
    await place.merge("ann", "anna")
    text = str(place.ids["anna"])
    held = {table: sum(text in row for row in rows) for table, rows in (await place.dump()).items()}
    assert {table: n for table, n in held.items() if n} == {"contact": 1}


async def test_the_winner_keeps_its_own_fills_what_is_empty_and_takes_what_is_named(place: Place) -> None:
    await place.merge("ann", "anna", take=frozenset({"EMAIL"}))
    ann = await place.contact("ann")
    assert (ann.first_name, ann.email, ann.city) == ("Ann", "anna@lid.example", "Bremen")
    assert (ann.mobile_phone, dict(ann.attributes)) == ("+491701234567", {"tier": "gold"})
    assert ann.account_id == place.ids["kettle"]
    anna = await place.contact("anna")
    assert (anna.state, anna.master_id, anna.account_id) == (State.INACTIVE, ann.id, None)
    assert anna.email == "anna@lid.example"


async def test_without_fill_the_winner_holds_its_own_alone(place: Place) -> None:
    await place.merge("ann", "anna", fill=False)
    ann = await place.contact("ann")
    assert (ann.city, ann.mobile_phone, dict(ann.attributes)) == (None, None, {})


async def test_the_stricter_permission_and_the_lower_consent_stand(place: Place) -> None:
    await place.change("contact", "ann", consent_level=ConsentLevel.MARKETING)
    await place.change("contact", "anna", bulk_email_permission=Permission.DO_NOT_ALLOW)
    await place.merge("ann", "anna")
    ann = await place.contact("ann")
    assert (ann.bulk_email_permission, ann.consent_level) == (Permission.DO_NOT_ALLOW, ConsentLevel.NONE)
    logged = await place.rows(
        "select old_level, new_level, source from consent_change where contact_id = $1"
        " order by id desc limit 1",
        ann.id,
    )
    assert tuple(logged[0]) == (ConsentLevel.MARKETING, ConsentLevel.NONE, "MERGE")


async def test_a_higher_consent_stands_where_it_is_taken(place: Place) -> None:
    await place.change("contact", "anna", consent_level=ConsentLevel.SUBSCRIPTIONS)
    await place.merge("ann", "anna", take=frozenset({"CONSENT_LEVEL"}))
    assert (await place.contact("ann")).consent_level is ConsentLevel.SUBSCRIPTIONS


async def test_stays_of_the_loser_fill_the_time_before_the_winners(place: Place) -> None:
    await place.merge("ann", "anna")
    stays = await place.rows(
        "select account_id, from_at, to_at from contact_account_membership where contact_id = $1 order by 2",
        place.ids["ann"],
    )
    assert [tuple(stay) for stay in stays] == [
        (place.ids["lid"], day(1), day(3)),
        (place.ids["kettle"], day(3), None),
    ]


async def test_of_two_stays_on_a_list_one_goes_on_and_who_left_later_has_left(place: Place) -> None:
    await place.merge("ann", "anna")
    rows = await place.rows(
        "select list.name, left_via from subscription join subscription_list list on list.id = list_id"
        " where contact_id = $1 order by 1, 2",
        place.ids["ann"],
    )
    assert [tuple(row) for row in rows] == [
        ("news", "MERGE"),
        ("news", None),
        ("offers", None),
        ("past", "CENTER"),
        ("past", "MERGE"),
    ]


async def test_new_interactions_of_the_loser_go_to_the_winner_and_back_with_its_keys(place: Place) -> None:
    merge = await place.merge("ann", "anna")
    by_id = replace(met(T.WEBSITE_VISITED, "anna", 8, day(5)), contact_key=None, contact_id=place.ids["anna"])
    await place.take_in(
        met(T.WEBSITE_VISITED, "anna-2", 9, day(5)), by_id, met(T.WEBSITE_VISITED, "ann", 9, day(5))
    )
    assert await _met_in_may(place) == {"ann": 3}
    await place.do(unmerges.unmerge_contacts, merge.id, LATER)
    assert await _met_in_may(place) == {"ann": 1, "anna": 2}


async def _met_in_may(place: Place) -> dict[str, int]:
    rows = await place.rows(
        "select contact_id, count(*) as n from interaction where occurred_at >= $1 group by 1", day(5)
    )
    names = {id: name for name, id in place.ids.items() if name != "anna-2"}
    return {names[row["contact_id"]]: row["n"] for row in rows}


async def test_interactions_find_the_end_of_a_chain_of_merges(place: Place) -> None:
    await place.merge("ann", "anna")
    await place.merge("bob", "ann")
    event = replace(met(T.WEBSITE_VISITED, "x", 1, day(5)), contact_key=None, contact_id=place.ids["anna"])
    await place.take_in(event)
    assert await _met_in_may(place) == {"bob": 1}


async def test_an_address_and_a_key_of_the_loser_lead_to_the_winner(place: Place) -> None:
    await place.merge("ann", "anna")
    found = await place.rows("select record_id from source_key where key = 'anna'")
    assert found[0]["record_id"] == place.ids["ann"]
    by_email = await place.db.reads().rows("contact_ids_by_email", "ANNA@lid.example")
    assert [row["id"] for row in by_email] == [place.ids["ann"]]
    again = Incoming("contact", "shop", ("9",), {"email": "anna@lid.example", "fax": "1"}, by_email=True)
    async with place.db.transaction() as tx:
        await receive(tx, [again], NOW)
    assert (await place.contact("ann")).fax == "1"


async def test_what_others_changed_since_stays_when_a_merge_is_undone(place: Place) -> None:
    merge = await place.merge("ann", "anna")
    await place.change("contact", "ann", city="Kiel", job_title="Engineer")
    lead = await place.rows("select id from lead where topic = 'Lids'")
    await place.do(records.change, "lead", lead[0]["id"], {"contact_id": place.ids["bob"]}, NOW)
    await place.do(memberships.move, place.ids["ann"], None, NOW, NOW)
    await place.do(unmerges.unmerge_contacts, merge.id, LATER)
    ann = await place.contact("ann")
    assert (ann.city, ann.job_title, ann.mobile_phone, ann.account_id) == ("Kiel", "Engineer", None, None)
    parents = await place.rows("select contact_id from lead where topic = 'Lids'")
    assert parents[0]["contact_id"] == place.ids["bob"]
    assert (await place.contact("anna")).account_id == place.ids["lid"]


async def refused(place: Place, winner: str, loser: str, **choice: Any) -> tuple[Code, tuple[str, ...]]:
    """The reason for which the two are not merged, and where it lies."""
    with pytest.raises(Refused) as found:
        await place.merge(winner, loser, **choice)
    return found.value.code, found.value.path


async def test_what_cannot_be_merged_is_refused(place: Place) -> None:
    assert await refused(place, "ann", "ann") == (Code.INVALID, ("loser_id",))
    place.ids["nobody"] = uuid7(NOW)
    assert await refused(place, "ann", "nobody") == (Code.NOT_FOUND, ("loser_id",))
    await place.change("contact", "bob", state=State.INACTIVE)
    assert await refused(place, "bob", "ann") == (Code.INACTIVE, ("winner_id",))
    await place.merge("ann", "anna")
    assert await refused(place, "anna", "ann") == (Code.MERGED, ("winner_id",))
    assert await refused(place, "ann", "anna") == (Code.MERGED, ("loser_id",))


async def test_a_merge_meant_for_another_version_is_stale(place: Place) -> None:
    await place.change("contact", "anna", city="Kiel")
    with pytest.raises(Refused) as found:
        await place.do(merges.merge_contacts, place.ids["ann"], place.ids["anna"], Choice(), NOW, (1, 1))
    assert (found.value.code, found.value.path) == (Code.STALE, ("expected_versions", "loser"))


async def test_a_child_and_its_guardian_are_not_merged(place: Place) -> None:
    await place.change("contact", "anna", is_child=True, guardian_id=place.ids["ann"])
    assert await refused(place, "ann", "anna") == (Code.NOT_A_GUARDIAN, ("loser_id",))
    assert await refused(place, "anna", "ann") == (Code.NOT_A_GUARDIAN, ("loser_id",))


async def test_a_guardian_is_not_merged_with_a_child(place: Place) -> None:
    await place.change("contact", "dee", is_child=True, guardian_id=place.ids["anna"])
    await place.change("contact", "ann", is_child=True, guardian_id=place.ids["bob"])
    assert (await refused(place, "ann", "anna"))[0] is Code.NOT_A_GUARDIAN


async def test_children_and_wards_follow(place: Place) -> None:
    await place.change("contact", "dee", is_child=True, guardian_id=place.ids["anna"])
    await place.merge("ann", "anna")
    dee = await place.contact("dee")
    assert (dee.guardian_id, dee.parent_contact_id) == (place.ids["ann"], place.ids["ann"])


async def test_a_contact_takes_the_place_of_the_one_that_it_lay_under(place: Place) -> None:
    await place.merge("dee", "anna")
    dee = await place.contact("dee")
    assert (dee.parent_contact_id, dee.account_id) == (None, place.ids["lid"])


async def test_a_child_account_merged_into_its_parent_hands_its_children_on(place: Place) -> None:
    await place.change("account", "lid", parent_account_id=place.ids["kettle"])
    await place.merge("kettle", "lid")
    assert (await place.account("spout")).parent_account_id == place.ids["kettle"]
    assert (await place.account("kettle")).parent_account_id is None


async def test_a_parent_account_merged_into_its_child_leaves_it_its_place(place: Place) -> None:
    await place.change("account", "lid", parent_account_id=place.ids["kettle"])
    await place.merge("spout", "lid")
    assert (await place.account("spout")).parent_account_id == place.ids["kettle"]


async def test_accounts_whose_merge_would_close_a_circle_are_refused(place: Place) -> None:
    await place.change("account", "lid", parent_account_id=place.ids["kettle"])
    assert await refused(place, "spout", "kettle") == (Code.CYCLE, ("winner_id",))


async def test_a_filled_place_that_would_close_a_circle_stays_empty(place: Place) -> None:
    await place.change("account", "lid", parent_account_id=place.ids["kettle"])
    await place.merge("kettle", "spout")
    assert (await place.account("kettle")).parent_account_id is None


async def test_nothing_new_names_a_merged_record(place: Place) -> None:
    await place.merge("kettle", "lid")
    await place.merge("ann", "anna")
    for act in (
        (records.create, "lead", {"topic": "New", "contact_id": place.ids["anna"]}, NOW),
        (records.change, "contact", place.ids["bob"], {"parent_contact_id": place.ids["anna"]}, NOW),
        (memberships.move, place.ids["dee"], place.ids["lid"], NOW, NOW),
        (records.change, "contact", place.ids["anna"], {"city": "Kiel"}, NOW),
    ):
        with pytest.raises(Refused) as found:
            await place.do(*act)
        assert found.value.code is Code.MERGED


async def test_a_merge_can_be_undone_once_and_for_a_day(place: Place) -> None:
    merge = await place.merge("ann", "anna")
    with pytest.raises(Refused) as late:
        await place.do(unmerges.unmerge_contacts, merge.id, NOW + timedelta(hours=24))
    assert late.value.code is Code.TOO_LATE
    await place.do(unmerges.unmerge_contacts, merge.id, LATER)
    with pytest.raises(Refused) as twice:
        await place.do(unmerges.unmerge_contacts, merge.id, LATER)
    assert twice.value.code is Code.OUT_OF_ORDER


async def test_merges_that_stand_on_each_other_are_undone_latest_first(place: Place) -> None:
    before = await place.dump()
    first = await place.merge("ann", "anna")
    second = await place.merge("kettle", "lid")
    third = await place.merge("bob", "ann")
    for early in (first, second):
        act = unmerges.unmerge_accounts if early is second else unmerges.unmerge_contacts
        with pytest.raises(Refused) as found:
            await place.do(act, early.id, LATER)
        assert found.value.code is Code.OUT_OF_ORDER
    await place.do(unmerges.unmerge_contacts, third.id, LATER)
    await place.do(unmerges.unmerge_accounts, second.id, LATER)
    await place.do(unmerges.unmerge_contacts, first.id, LATER)
    assert await place.dump() == before


async def test_a_merge_of_a_deleted_record_cannot_be_undone(place: Place) -> None:
    merge = await place.merge("ann", "anna")
    accounts = await place.merge("kettle", "lid")
    await place.do(records.remove, "contact", place.ids["anna"], NOW)
    await place.do(records.remove, "account", place.ids["lid"], NOW)
    for act, id in ((unmerges.unmerge_contacts, merge.id), (unmerges.unmerge_accounts, accounts.id)):
        with pytest.raises(Refused) as found:
            await place.do(act, id, LATER)
        assert found.value.code is Code.NOT_FOUND
    for table in ("merge", "merge_interaction", "merge_key", "merge_part"):
        assert await place.rows(f"select * from {table}") == []


async def test_what_undoes_a_merge_is_forgotten_a_day_later(place: Place) -> None:
    merge = await place.merge("ann", "anna")
    both = (place.ids["bob"], place.ids["dee"])
    await place.do(merges.merge_contacts, *both, Choice(), NOW + timedelta(days=2))
    for table in ("merge_interaction", "merge_key", "merge_part"):
        assert await place.rows(f"select * from {table} where merge_id = $1", merge.id) == []
    kept = await place.rows("select winner_before, loser_id from merge where id = $1", merge.id)
    assert tuple(kept[0]) == (None, place.ids["anna"])
    assert (await place.contact("anna")).last_name == "Arbour"


async def test_nobody_is_merged_while_a_request_about_them_is_worked_on(place: Place) -> None:
    await place.rows(
        "insert into data_subject_request (id, created_at, updated_at, name, type, contact_id, status)"
        " values ($1, $2, $2, 'Export', 'EXPORT', $3, 'IN_PROGRESS')",
        uuid7(NOW),
        NOW,
        place.ids["anna"],
    )
    assert await refused(place, "ann", "anna") == (Code.LOCKED, ("loser_id",))


async def test_two_merges_at_once_in_opposite_directions_leave_one_of_them(place: Place) -> None:
    both = (("ann", "anna"), ("anna", "ann"))
    done = await asyncio.gather(*(place.merge(*pair) for pair in both), return_exceptions=True)
    assert sorted(type(one).__name__ for one in done) == ["Merge", "Refused"]


async def test_interactions_that_come_while_contacts_are_merged_are_all_the_winners(place: Place) -> None:
    visits = [
        met(T.WEBSITE_VISITED, key, 100 + n, day(5)) for n in range(20) for key in ("anna", "ann", "bob")
    ]
    batches = [place.take_in(*visits[at : at + 6]) for at in range(0, len(visits), 6)]
    await asyncio.gather(*batches[:5], place.merge("ann", "anna"), *batches[5:])
    assert await _met_in_may(place) == {"ann": 40, "bob": 20}
    rolled = await place.rows(
        "select n from contact_rollup where contact_id = $1 and kind = 'WEBSITE_VISITED'",
        place.ids["ann"],
    )
    assert [row["n"] for row in rolled] == [40]


async def test_every_version_of_what_a_merge_changes_is_told(place: Place) -> None:
    await place.merge("ann", "anna")
    rows = await place.rows("select entity, actor, changes from record_history where kind = 'UPDATED'")
    told = {(row["entity"], row["actor"]): row["changes"] for row in rows}
    assert told["lead", "tester"]["contact_id"]["new"] == str(place.ids["ann"])
    for table in ("contact", "lead", "opportunity", "account"):
        untold = await place.rows(
            f"select t.id from {table} t left join record_history on record_id = t.id"
            " group by t.id, t.version having t.version > 1 and t.version <> max(record_history.version)"
        )
        assert untold == []
