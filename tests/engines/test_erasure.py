"""A deleted or redacted person is in no column of any table, and others' data are whole (domain.md 10.5)."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import fields
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, get_type_hints
from urllib.parse import urlsplit
from uuid import UUID

import pytest

from db import writes
from db.database import Database, connected
from db.ids import uuid7
from domain import events
from domain.custom_fields import CustomFieldEntity, CustomFieldType
from domain.erasure import _NAMED_BY, NAMES_NOBODY
from domain.event_options import AttendeeRole, CheckInType
from domain.facts import NewInteraction
from domain.intake import Incoming, Key
from domain.interactions import InteractionType
from domain.merges import Choice
from domain.options import ConsentLevel, State
from domain.pipeline import LeadSource, OpportunityStatus
from domain.protection import ConsentSource
from domain.records import Contact
from engines import answers, custom_fields, ingest, memberships, merges, protection, records, redaction
from engines.consent import Because
from engines.customers import receive
from engines.ingest import Outcome
from tests.conftest import cloned
from tests.traces import found

T = InteractionType
NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)
EARLY = datetime(2026, 2, 1, tzinfo=UTC)
PERSON = {
    "first_name": "Quenby",
    "last_name": "Vantrobbe",
    "nick_name": "Quibbles",
    "email": "Quenby.Vantrobbe@mail.example.com",
    "email2": "qv.second@example.org",
    "business_phone": "+49 30 5550199",
    "mobile_phone": "+49 170 5550123",
    "fax": "+49 30 5550777",
    "website": "https://vantrobbe.example.net/",
    "address_line1": "Zwergelgasse 77b",
    "address2_line1": "Hinterhofpfad 5",
    "employee_id": "EMP-QV-4711",
    "government_id": "GOV-QV-0815",
    "description": "Collects porcelain hedgehogs",
}
MORE = {"custom": {"badge": "ZQ-77-badge"}, "attributes": {"loyaltyNumber": "LOYAL-QV-31337"}}
OTHER_TRACES = {
    "key": "crm-key-of-quenby",
    "other key": "shop-key-of-qv",
    "visitor": "visitor-cookie-qv9",
    "source id": "mailing-id-qv-0001",
    "sending": "sending-for-qv",
    "submitted": "my submitted words qv",
    "answer": "No nuts please qv",
    "qr code": "QR-QV-2026",
    "reason": "told us by telephone qv",
    "tracked link": "https://shop.example.com/?who=qv.second@example.org",
}
KEPT_OF_THE_PERSON = {"change.record_id", "change.contact_id", "record_history.record_id"}
"""The log of changes names for some days what is gone, by its id; history tells that it was deleted."""


def sought(contact_id: UUID) -> dict[str, str]:
    return {**PERSON, **MORE["custom"], **MORE["attributes"], **OTHER_TRACES, "id": str(contact_id)}


@pytest.fixture(scope="module")
async def settled(server: str, template: str) -> AsyncIterator[tuple[str, dict[str, UUID]]]:
    """The name of a database that holds the person among others, and everybody's ids."""
    async with cloned(server, template) as dsn:
        async with connected(dsn) as database:
            ids = await settle(database)
        yield urlsplit(dsn).path.lstrip("/"), ids


@pytest.fixture
async def db(server: str, settled: tuple[str, dict[str, UUID]]) -> AsyncIterator[Database]:
    async with cloned(server, settled[0]) as dsn, connected(dsn) as database:
        yield database


@pytest.fixture
def ids(settled: tuple[str, dict[str, UUID]]) -> dict[str, UUID]:
    """Everybody's ids."""
    return settled[1]


async def ids_of(db: Database) -> dict[str, UUID]:
    rows = await db.reads().rows("ids", text="select key, record_id from source_key")
    return {row["key"]: row["record_id"] for row in rows}


def happened(kind: InteractionType, number: int, contact: str | None, **more: Any) -> NewInteraction:
    at = EARLY + timedelta(days=number)
    return NewInteraction(kind, at, "crm", f"{contact} {number} {kind.name}", contact_key=contact, **more)


RECORDS = [
    Incoming("account", "crm", ("kettle",), {"name": "Kettle & Co"}),
    Incoming("account", "crm", ("lid",), {"name": "Lid Works"}),
    Incoming("account", "crm", ("twin",), {"name": "Kettle and Company"}),
    Incoming(
        "contact", "crm", (OTHER_TRACES["key"],), {**PERSON, **MORE, "account_id": Key("kettle")}, since=EARLY
    ),
    Incoming("contact", "crm", ("double",), {"last_name": "Vantrobbe", "email3": "qv.second@example.org"}),
    *(
        Incoming("contact", "crm", (name,), {"last_name": name, "account_id": Key("kettle")}, since=EARLY)
        for name in ("Alder", "Beech")
    ),
]
INTERACTIONS = [
    happened(T.EMAIL_DELIVERED, 1, OTHER_TRACES["key"], message_id="news", sending_id="sending-for-qv"),
    happened(T.EMAIL_OPENED, 2, OTHER_TRACES["key"], message_id="news"),
    happened(T.EMAIL_CLICKED, 3, OTHER_TRACES["key"], message_id="news", link=OTHER_TRACES["tracked link"]),
    happened(T.EMAIL_CLICKED, 3, "Alder", message_id="news", link="https://shop.example.com/"),
    NewInteraction(T.EMAIL_SENT, EARLY, "crm", "mailing-id-qv-0001", contact_key=OTHER_TRACES["key"]),
    happened(
        T.FORM_SUBMITTED,
        40,
        OTHER_TRACES["key"],
        visitor_id=OTHER_TRACES["visitor"],
        message_id="news",
        properties={
            "submittedValues": {"words": OTHER_TRACES["submitted"], "name": "Quenby"},
            "leadMatchingResult": "CREATED",
            "city": "Hinterhofpfad 5",
        },
    ),
    happened(T.EVENT_CHECK_IN, 41, "Alder"),
    happened(T.WEBSITE_VISITED, 20, None, visitor_id=OTHER_TRACES["visitor"]),
    happened(T.EMAIL_SENT, 21, "unknown", properties={"emailAddressUsed": "QV.Second@example.org"}),
    NewInteraction(T.SMS_SENT, EARLY, "shop", "s1", contact_key=OTHER_TRACES["other key"]),
]


async def settle(db: Database) -> dict[str, UUID]:
    """A person who is in everything that there is, among others."""
    await db.prepare_months(new.occurred_at for new in INTERACTIONS)
    async with db.transaction("staff", "test") as tx:
        badge = {"entity": CustomFieldEntity.CONTACT, "name": "badge", "label": "Badge"}
        await custom_fields.create(tx, {**badge, "type": CustomFieldType.TEXT}, NOW)
        await receive(tx, RECORDS, NOW)
    ids = await ids_of(db)
    person = ids["person"] = ids[OTHER_TRACES["key"]]
    async with db.transaction("staff", "test") as tx:
        await ingest.take_in(tx, INTERACTIONS, NOW)
        forwarded = happened(
            T.EMAIL_FORWARDED, 9, "Beech", properties={"secondaryRecipientProfileId": str(person)}
        )
        await ingest.take_in(tx, [forwarded], NOW)
        added = "insert into source_key values ('shop', 'contact', $1, $2)"
        await tx.run("added", OTHER_TRACES["other key"], person, text=added)
    await _tie(db, ids)
    await _sell(db, ids)
    await _meet(db, ids)
    await _leave_traces(db, ids)
    return ids


async def _tie(db: Database, ids: dict[str, UUID]) -> None:
    """Who and what names the person; a change or two; a merge; a move there and back."""
    person = ids["person"]

    async def act(tx: Any) -> None:
        child = {"last_name": "Kid", "is_child": True, "guardian_id": person}
        ids["child"] = (await records.create(tx, "contact", child, NOW)).id
        below = {"last_name": "Under", "parent_contact_id": person}
        ids["under"] = (await records.create(tx, "contact", below, NOW)).id
        await records.change(tx, "account", ids["kettle"], {"primary_contact_id": person}, NOW)
        await records.change(tx, "contact", person, {"job_title": "Quenby's assistant"}, NOW)
        because = Because(ConsentSource.STAFF, OTHER_TRACES["reason"])
        await protection.set_level(tx, person, ConsentLevel.MARKETING, NOW, because)
        await merges.merge_contacts(tx, person, ids["double"], Choice(), NOW)
        await merges.merge_accounts(tx, ids["kettle"], ids["twin"], Choice(), NOW)
        await memberships.move(tx, person, ids["lid"], EARLY + timedelta(days=15), NOW)
        await memberships.move(tx, person, ids["kettle"], EARLY + timedelta(days=30), NOW)

    await db.write(act, "staff", "test")


async def _sell(db: Database, ids: dict[str, UUID]) -> None:
    """Leads of the person, of nobody and of the account that tell of it; a sale, closed."""
    person = ids["person"]
    about = {"first_name": "Quenby", "last_name": "Vantrobbe", "email": PERSON["email"]}

    async def act(tx: Any) -> None:
        for name, more in (
            ("lead", {"contact_id": person}),
            ("orphan lead", {}),
            ("account lead", {"account_id": ids["kettle"], "estimated_amount": 700}),
            ("other lead", {"account_id": ids["kettle"], "customer_contact_id": person}),
        ):
            values = more if name == "other lead" else {**about, **more, "source": LeadSource.WEB}
            lead = await records.create(tx, "lead", {"topic": f"Tea for {name}", **values}, NOW)
            ids[name] = lead.id
        await records.change(tx, "lead", ids["lead"], {"description": "Quenby wants tea"}, NOW)
        sale = {
            "name": "Tea for Quenby Vantrobbe",
            "description": "Call quenby at +49 30 5550199.",
            "contact_id": person,
            "account_id": ids["kettle"],
            "originating_lead_id": ids["lead"],
            "estimated_value": 900,
        }
        ids["sale"] = (await records.create(tx, "opportunity", sale, NOW)).id
        await records.change(tx, "opportunity", ids["sale"], {"description": "Ask Vantrobbe, Quenby"}, NOW)
        closing = "insert into opportunity_close values ($1, $2, now(), 3, 'Won by Quenby', 1, null, null)"
        await tx.run("closing", uuid7(NOW), ids["sale"], text=closing)
        won = "update opportunity set status = $2 where id = $1"
        await tx.run("won", ids["sale"], int(OpportunityStatus.WON), text=won)

    await db.write(act, "staff", "test")


def _made(kind: type[Any], **values: Any) -> Any:
    held: dict[str, Any] = dict.fromkeys(kind.__dataclass_fields__)
    held |= {"id": uuid7(NOW), "version": 1, "created_at": NOW, "updated_at": NOW, "state": State.ACTIVE}
    named = {name: value for name, value in (held | values).items() if name in held or name in values}
    return kind(**{name: named[name] for name in kind.__dataclass_fields__})


async def _meet(db: Database, ids: dict[str, UUID]) -> None:
    """An event with registration, answers, check-in, waiting list and a speech; a list and a segment."""
    person = ids["person"]

    async def act(tx: Any) -> None:
        counts = "registration_count, check_in_count"
        made = f"insert into event (id, created_at, updated_at, name, starts_at, ends_at, {counts})"
        ids["event"] = uuid7(NOW)
        await tx.run("event", ids["event"], NOW, text=f"{made} values ($1, $2, $2, 'Fair', $2, $2, 2, 1)")
        for contact in (person, ids["Alder"]):
            registration = _made(
                events.EventRegistration,
                contact_id=contact,
                event_id=ids["event"],
                primary_role=AttendeeRole.ATTENDEE,
                is_canceled=False,
                qr_code=OTHER_TRACES["qr code"] if contact == person else None,
                times_checked_in=0,
                registered_by_id=None if contact == person else person,
            )
            await writes.insert(tx, "event_registration", [registration])
            if contact == person:
                own = (person, registration.id, 1, "Diet?", OTHER_TRACES["answer"])
                response = events.RegistrationResponse(*own)
                check_in = _made(
                    events.CheckIn,
                    contact_id=person,
                    type=CheckInType.EVENT,
                    event_id=ids["event"],
                    registration_id=registration.id,
                    checked_in_at=NOW,
                )
                await writes.insert(tx, "registration_response", [response])
                await writes.insert(tx, "check_in", [check_in])
        for text in (
            "insert into waitlist_item (contact_id, id, created_at, updated_at, event_id)"
            " select $1, gen_random_uuid(), now(), now(), id from event",
            "insert into speaker (id, created_at, updated_at, contact_id, name)"
            " values (gen_random_uuid(), now(), now(), $1, 'Quenby Vantrobbe')",
            "with list as (insert into subscription_list (id, created_at, updated_at, name)"
            " values (gen_random_uuid(), now(), now(), 'News') returning id)"
            " insert into subscription (contact_id, id, list_id, joined_at, joined_via)"
            " select $1, gen_random_uuid(), id, now(), 'STAFF' from list",
            "with picked as (insert into segment (id, created_at, updated_at, name)"
            " values (gen_random_uuid(), now(), now(), 'Tea') returning id)"
            " insert into segment_member (contact_id, segment_id, added_at) select $1, id, now() from picked",
        ):
            await tx.run("met", person, text=text)

    await db.write(act, "staff", "test")


async def _leave_traces(db: Database, ids: dict[str, UUID]) -> None:
    """What the work with a person leaves: answers, refusals, documents, requests."""

    async def act(tx: Any) -> None:
        asked = answers.asked("staff", "key-1", "contactUpdate", {"email": PERSON["email"]})
        await answers.claim(tx, asked, NOW)
        await answers.keep(tx, asked, await records.locked(tx, "contact", ids["person"]))
        refused = {"line": 3, "value": PERSON["email"], "reason": "It is refused."}
        await tx.run("import_refusals_keep", "crm", "file.csv", [1, 2], [refused, {"value": "Vantrobbe"}])
        text = f'{{ contact(by: {{email: "{PERSON["email"]}"}}) {{ id }} }}'
        document = "insert into document values (sha256($1::text::bytea), $1, now())"
        await tx.run("document", text, text=document)
        view = (
            "insert into saved_view (id, created_at, updated_at, entity, name, search, filter)"
            " values ($1, now(), now(), 'contact', 'Vantrobbe and others', 'quenby vantrobbe', $2)"
        )
        await tx.run("view", uuid7(NOW), {"email": {"eq": PERSON["email"]}}, text=view)
        request = (
            "insert into data_subject_request"
            " (id, created_at, updated_at, name, type, email, status, located)"
            " values ($1, now(), now(), $2, 'EXPORT', $3, 'COMPLETED', true)"
        )
        id = uuid7(NOW)
        await tx.run("request", id, "What we hold of Quenby Vantrobbe", PERSON["email2"], text=request)
        subject = "insert into data_subject (contact_id, request_id, done) values ($1, $2, true)"
        await tx.run("subject", ids["person"], id, text=subject)
        part = "insert into data_subject_part (contact_id, request_id, number, data) values ($1, $2, 1, $3)"
        await tx.run("part", ids["person"], id, {"contact": PERSON["email"]}, text=part)

    await db.write(act, "staff", "test")


async def one(db: Database, text: str, *args: Any) -> Any:
    (row,) = await db.reads().rows("one", *args, text=text)
    return row


async def check_that_everything_is_there(db: Database, person: UUID) -> None:
    """The search would find what is left."""
    before = await found(db, sought(person))
    assert [name for name, columns in before.items() if not columns] == []
    assert len(set().union(*before.values())) > 70


async def test_a_deleted_person_is_in_no_column_of_any_table(db: Database, ids: dict[str, UUID]) -> None:
    await check_that_everything_is_there(db, ids["person"])
    await db.write(records.remove, "staff", "test", "contact", ids["person"], NOW)
    left = await found(db, sought(ids["person"]))
    assert left.pop("id") <= KEPT_OF_THE_PERSON
    assert left == {name: set() for name in left}


async def test_what_others_hold_is_whole_after_a_deletion(db: Database, ids: dict[str, UUID]) -> None:
    await db.write(records.remove, "staff", "test", "contact", ids["person"], NOW)
    child = (await db.reads().rows("contact_by_id", [ids["child"]]))[0]
    assert (child["guardian_id"], child["is_child"], child["version"]) == (None, True, 2)
    assert (await one(db, "select * from account where id = $1", ids["kettle"]))["primary_contact_id"] is None
    sale = await one(db, "select * from opportunity where id = $1", ids["sale"])
    assert (sale["contact_id"], sale["originating_lead_id"], sale["estimated_value"]) == (None, None, 900)
    assert sale["name"] == "Tea for [erased]"
    lead = await one(db, "select * from lead where id = $1", ids["account lead"])
    assert (lead["estimated_amount"], lead["last_name"], lead["email"]) == (700, None, None)
    gone = "select count(*) as n from lead where id = any($1)"
    assert (await one(db, gone, [ids["lead"], ids["orphan lead"]]))["n"] == 0
    event = await one(db, "select * from event")
    assert (event["registration_count"], event["check_in_count"]) == (1, 0)
    left = await db.reads().rows("left", text="select type, contact_id from interaction order by 1")
    assert [(row["type"], row["contact_id"]) for row in left] == [
        ("EMAIL_CLICKED", ids["Alder"]),
        ("EMAIL_FORWARDED", ids["Beech"]),
        ("EVENT_CHECK_IN", ids["Alder"]),
    ]


async def test_one_tombstone_tells_that_somebody_was_erased(db: Database, ids: dict[str, UUID]) -> None:
    await db.write(records.remove, "staff", "test", "contact", ids["Alder"], NOW)
    stone = await one(
        db, "select hash, erased_at, sha256(uuid_send($1)) as known from erasure_tombstone", ids["Alder"]
    )
    assert (stone["hash"], stone["erased_at"]) == (stone["known"], NOW)


async def test_a_repeat_of_what_was_erased_is_not_taken_in_even_if_the_key_is_known_again(
    db: Database, ids: dict[str, UUID]
) -> None:
    await db.write(records.remove, "staff", "test", "contact", ids["person"], NOW)
    again = Incoming("contact", "crm", (OTHER_TRACES["key"],), {"last_name": "Somebody"})
    async with db.transaction() as tx:
        await receive(tx, [again], NOW)
    repeats = [new for new in INTERACTIONS if new.contact_key in (OTHER_TRACES["key"], None)]
    taken = await ingest.ingest(db, repeats, NOW)
    assert {one.outcome for one in taken} == {Outcome.REPEATED}


async def test_what_comes_in_while_a_person_is_deleted_is_not_kept(
    db: Database, ids: dict[str, UUID]
) -> None:
    keys = (OTHER_TRACES["key"], "Alder")
    batches = [
        [happened(T.SMS_SENT, 50 + n, key) for n in range(at, at + 4) for key in keys] for at in range(12)
    ]
    await db.prepare_months(new.occurred_at for batch in batches for new in batch)
    await asyncio.gather(
        *(ingest.ingest(db, batch, NOW) for batch in batches),
        db.write(records.remove, "staff", "test", "contact", ids["person"], NOW),
    )
    for table in ("interaction", "contact_rollup", "copy_mark", "delivered_copy", "interaction_key"):
        text = f"select count(*) as n from {table} where contact_id = $1"
        assert (await one(db, text, ids["person"]))["n"] == 0, table
    text = "select count(*) as n from interaction where contact_id = $1 and type = 'SMS_SENT'"
    assert (await one(db, text, ids["Alder"]))["n"] == 15


async def test_a_redacted_person_is_in_no_column_of_any_table(db: Database, ids: dict[str, UUID]) -> None:
    await check_that_everything_is_there(db, ids["person"])
    await db.write(redaction.redact, "staff", "test", ids["person"], NOW)
    left = await found(db, sought(ids["person"]))
    assert left.pop("id") <= KEPT_OF_THE_PERSON
    assert left == {name: set() for name in left}


async def test_what_happened_stays_under_nobodys_name_after_a_redaction(
    db: Database, ids: dict[str, UUID]
) -> None:
    stead: Contact = await db.write(redaction.redact, "staff", "test", ids["person"], NOW)
    assert (stead.full_name, stead.state, stead.account_id) == ("", State.INACTIVE, ids["kettle"])
    kept = await db.reads().rows(
        "kept", stead.id, text="select * from interaction where contact_id = $1 order by occurred_at, id"
    )
    assert [row["type"] for row in kept] == [
        "EMAIL_SENT",
        "EMAIL_DELIVERED",
        "EMAIL_OPENED",
        "EMAIL_CLICKED",
        "WEBSITE_VISITED",
        "FORM_SUBMITTED",
    ]
    assert [row["properties"] for row in kept] == [{}] * 5 + [{"leadMatchingResult": "CREATED"}]
    assert all(row["source_id"] == str(row["id"]) for row in kept)
    lead = await one(db, "select * from lead where id = $1", ids["lead"])
    assert (lead["contact_id"], lead["home_id"], lead["last_name"]) == (stead.id, stead.id, None)
    assert (await one(db, "select * from opportunity where id = $1", ids["sale"]))["contact_id"] == stead.id
    event = await one(db, "select * from event")
    assert (event["registration_count"], event["check_in_count"]) == (2, 1)
    moved = "select count(*) as n from check_in where contact_id = $1"
    assert (await one(db, moved, stead.id))["n"] == 1


async def test_every_column_that_can_name_a_contact_is_spoken_of(db: Database) -> None:
    """Who adds one decides what becomes of it when its contact is erased: then it is added here."""
    text = (
        "select relname || '.' || attname as name from pg_attribute join pg_class on pg_class.oid = attrelid"
        " where relnamespace = 'public'::regnamespace and relkind in ('r', 'p') and not relispartition"
        " and attnum > 0 and not attisdropped and (attname like '%contact_id' or attname = 'guardian_id')"
    )
    named = {row["name"] for row in await db.reads().rows("named", text=text)}
    assert named == SPOKEN_OF


async def test_the_page_says_of_every_table_what_becomes_of_it(db: Database) -> None:
    page = (Path(__file__).parents[2] / "docs" / "data-protection.md").read_text()
    text = (
        "select relname from pg_class where relnamespace = 'public'::regnamespace and relkind in ('r', 'p')"
        " and not relispartition"
    )
    rows = await db.reads().rows("tables", text=text)
    assert [row["relname"] for row in rows if f"`{row['relname']}`" not in page] == []


@pytest.mark.parametrize(
    "written",
    [
        "+4791234567",
        "4791234567",
        "+47 912 34 567",
        "+47-912-34-567",
        "+47 (912) 34.567",
        "+47/912/34567",
        "+47\u00a0912\u00a034\u00a0567",
    ],
)
@pytest.mark.parametrize("known", ["+4791234567", "+47 (912) 34-567"])
async def test_a_telephone_number_goes_from_others_texts_however_it_is_written(
    database: Database, known: str, written: str
) -> None:
    others = f"not 1{written.lstrip('+')}, nor {written}8, nor 912 34 567 alone"
    values = {"last_name": "Vantrobbe", "mobile_phone": known}
    person = await database.write(records.create, "ann", "r", "contact", values, NOW)
    sale = {"name": f"call {written}, at noon", "description": others, "contact_id": person.id}
    made = await database.write(records.create, "ann", "r", "opportunity", sale, NOW)
    await database.write(records.remove, "ann", "r", "contact", person.id, NOW)
    left = await one(database, "select name, description from opportunity where id = $1", made.id)
    assert (left["name"], left["description"]) == ("call [erased], at noon", others)


def test_of_every_text_of_a_contact_it_is_decided_whether_it_names_the_person() -> None:
    """Who adds one decides whether others' texts are freed of it: then it is added here or there."""
    types = get_type_hints(Contact)
    texts = {field.name for field in fields(Contact) if types[field.name] in (str, str | None)}
    assert set(_NAMED_BY) | NAMES_NOBODY == texts
    assert set(_NAMED_BY) & NAMES_NOBODY == set()


SPOKEN_OF = {
    "account.primary_contact_id",
    "archived_mark.contact_id",
    "attendee_pass.contact_id",
    "change.contact_id",
    "check_in.contact_id",
    "consent_change.contact_id",
    "contact.guardian_id",
    "contact.parent_contact_id",
    "contact_account_membership.contact_id",
    "contact_month.contact_id",
    "contact_rollup.contact_id",
    "copy_mark.contact_id",
    "data_subject.contact_id",
    "data_subject_part.contact_id",
    "data_subject_request.contact_id",
    "delivered_copy.contact_id",
    "event_registration.contact_id",
    "event_team_member.contact_id",
    "interaction.contact_id",
    "interaction_key.contact_id",
    "lead.contact_id",
    "lead.customer_contact_id",
    "merge.contact_id",
    "merge.merged_contact_id",
    "opportunity.contact_id",
    "opportunity.customer_contact_id",
    "registration_response.contact_id",
    "segment_member.contact_id",
    "session_registration.contact_id",
    "speaker.contact_id",
    "subscription.contact_id",
    "visitor.contact_id",
    "waitlist_item.contact_id",
}
