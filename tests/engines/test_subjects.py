"""Data-subject requests find whom they are about, go on step by step, and after a break (domain.md 10.5)."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from db import subjects as held
from db.database import Database, connected
from domain.facts import NewInteraction
from domain.intake import Incoming, Key
from domain.interactions import InteractionType
from domain.options import ConsentLevel, State
from domain.protection import DataSubjectRequest, RequestStatus, RequestType
from domain.records import Contact
from domain.refusals import Code, Refused
from engines import ingest, records, subjects
from engines.customers import receive
from resolvers.context import Context
from resolvers.identity import to_global
from schema.build import schema
from schema.plan import Executor, Way
from tests.conftest import cloned
from tests.traces import found

T = InteractionType
NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)
EARLY = datetime(2026, 2, 1, tzinfo=UTC)
ADDRESS = "Ida.Quist@mail.example.com"
RECORDS = [
    Incoming("account", "crm", ("kettle",), {"name": "Kettle & Co"}),
    Incoming(
        "contact",
        "crm",
        ("ida",),
        {
            "first_name": "Ida",
            "last_name": "Quist",
            "email": ADDRESS,
            "mobile_phone": "+49 170 5550123",
            "account_id": Key("kettle"),
            "consent_level": ConsentLevel.MARKETING,
            "attributes": {"tier": "gold"},
        },
        since=EARLY,
    ),
    Incoming("contact", "crm", ("twin",), {"last_name": "Quist", "email3": ADDRESS.lower()}),
    Incoming("contact", "crm", ("ben",), {"last_name": "Ben", "email": "ben@example.org"}),
    Incoming("lead", "crm", ("tea",), {"topic": "Tea", "contact_id": Key("ida"), "email": ADDRESS}),
    Incoming("lead", "crm", ("orphan",), {"topic": "Cups", "email": ADDRESS.lower(), "last_name": "Other"}),
]


async def settle(db: Database) -> None:
    """Somebody twice, with leads and interactions; an address that stands without a contact too."""
    async with db.transaction("ann", "test") as tx:
        await receive(tx, RECORDS, NOW)
    waiting = {"emailAddressUsed": ADDRESS}
    batch = [
        NewInteraction(T.EMAIL_SENT, EARLY + timedelta(minutes=n), "crm", f"i{n}", contact_key="ida")
        for n in range(25)
    ]
    await ingest.ingest(
        db, [*batch, NewInteraction(T.EMAIL_SENT, EARLY, "crm", "w", properties=waiting)], NOW
    )


@pytest.fixture(scope="module")
async def db(database: Database) -> Database:
    """For tests that take nobody away."""
    await settle(database)
    return database


@pytest.fixture
async def own(server: str, template: str) -> AsyncIterator[Database]:
    """For a test that takes somebody away."""
    async with cloned(server, template) as dsn, connected(dsn) as database:
        await settle(database)
        yield database


async def ids_of(db: Database) -> dict[str, UUID]:
    rows = await db.reads().rows("ids", text="select key, record_id from source_key")
    return {row["key"]: row["record_id"] for row in rows}


async def asked(db: Database, kind: RequestType, **given: Any) -> DataSubjectRequest:
    return await db.write(subjects.create, "ann", "test", kind, {"name": "Request 7", **given}, NOW)


async def worked_off(db: Database, request: DataSubjectRequest) -> DataSubjectRequest:
    while await subjects.advance(db, NOW):
        pass
    return await now(db, request)


async def now(db: Database, request: DataSubjectRequest) -> DataSubjectRequest:
    async with db.transaction() as tx:
        (known,) = await tx.records(DataSubjectRequest, "data_subject_request_by_id", [request.id])
    return known


@pytest.fixture(autouse=True)
def small_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(subjects, "CHUNK", 10)


async def test_an_export_holds_everything_that_is_held(db: Database) -> None:
    request = await worked_off(db, await asked(db, RequestType.EXPORT, email=ADDRESS.upper()))
    assert (request.status, request.contacts, request.completed_at) == (RequestStatus.COMPLETED, 2, NOW)
    assert (request.done, request.total) == (27, 27)
    data = await subjects.data(db, request)
    ida = next(one for one in data["people"] if one["contact"].get("firstName") == "Ida")
    assert (ida["contact"]["email"], ida["contact"]["attributes"]) == (ADDRESS, {"tier": "gold"})
    assert ida["contact"]["consentLevel"] == "MARKETING"
    assert [one["name"] for one in ida["accounts"]] == ["Kettle & Co"]
    assert [one["topic"] for one in ida["leads"]] == ["Tea"]
    assert [(one["oldLevel"], one["newLevel"]) for one in ida["consentChanges"]] == [("NONE", "MARKETING")]
    assert [one["sourceId"] for one in ida["interactions"]] == [f"i{n}" for n in range(25)]
    assert {entry["kind"] for entry in ida["history"]} == {"CREATED"}
    assert {section.name for section in held.SECTIONS} <= set(ida)
    assert [one["topic"] for one in data["withoutContact"]["leads"]] == ["Cups"]
    assert [one["sourceId"] for one in data["withoutContact"]["interactions"]] == ["w"]


async def test_a_finished_export_tells_where_its_file_is_both_ways(db: Database) -> None:
    request = await worked_off(db, await asked(db, RequestType.EXPORT, email="ben@example.org"))
    id = to_global("DataSubjectRequest", request.id)
    document = "{ dataSubjectRequests(first: 100) { nodes { id type status file } } }"
    file = f"/data-subject-requests/{request.id}/file"
    expected = {"id": id, "type": "EXPORT", "status": "COMPLETED", "file": file}
    planned = await Executor(schema).run(Context(db, NOW, "ann", "test"), document)
    assert planned.way is Way.PLAN
    assert expected in planned.data["dataSubjectRequests"]["nodes"]
    one_by_one = await schema.execute(document, context_value=Context(db, NOW, "ann", "test"))
    assert one_by_one.data == planned.data


async def test_each_step_tells_how_far_it_is_and_a_break_loses_nothing(db: Database) -> None:
    contact_id = (await ids_of(db))["ida"]
    request = await asked(db, RequestType.EXPORT, contact_id=contact_id)
    done = []
    while await subjects.advance(db, NOW):
        done.append((await now(db, request)).done)
    assert done == [0, 1, 11, 21, 26, 26]


async def test_whoever_is_broken_off_again_and_again_still_comes_to_the_end(db: Database) -> None:
    request = await asked(db, RequestType.EXPORT, contact_id=(await ids_of(db))["ida"])
    broken = 0
    for number in range(1, 400):
        with suppress(TimeoutError):
            async with asyncio.timeout(number / 2_000):
                if not await subjects.advance(db, NOW):
                    break
            continue
        broken += 1
    assert broken
    data = await subjects.data(db, await now(db, request))
    assert [one["sourceId"] for one in data["people"][0]["interactions"]] == [f"i{n}" for n in range(25)]


async def test_two_at_work_share_what_waits_and_do_nothing_twice(db: Database) -> None:
    ids = await ids_of(db)
    requests = [await asked(db, RequestType.EXPORT, contact_id=ids[name]) for name in ("ida", "ben", "twin")]

    async def work() -> None:
        while await subjects.advance(db, NOW):
            pass

    await asyncio.gather(work(), work(), work())
    await work()
    for request in requests:
        known = await now(db, request)
        assert (known.status, known.done) == (RequestStatus.COMPLETED, known.total)
    data = await subjects.data(db, await now(db, requests[0]))
    assert len(data["people"][0]["interactions"]) == 25


async def test_somebody_is_found_by_the_digits_of_a_telephone_number(db: Database) -> None:
    request = await worked_off(db, await asked(db, RequestType.EXPORT, phone="+49(170)555-0123"))
    assert (request.contacts, request.status) == (1, RequestStatus.COMPLETED)


async def test_a_deletion_by_address_leaves_nothing_of_whoever_has_it_nor_the_address(own: Database) -> None:
    export = await worked_off(own, await asked(own, RequestType.EXPORT, email=ADDRESS))
    assert export.total == 27
    request = await asked(own, RequestType.DELETE, email=ADDRESS, name="Delete Ida Quist")
    request = await worked_off(own, request)
    assert (request.status, request.contacts, request.done) == (RequestStatus.COMPLETED, 2, 27)
    assert (request.email, request.name) == (None, "Delete [erased] [erased]")
    left = await found(own, {"address": ADDRESS, "name": "Quist", "phone": "5550123"})
    assert left == {"address": set(), "name": set(), "phone": set()}
    assert await subjects.data(own, await now(own, export)) == {
        "request": {
            "name": "Request 7",
            "createdAt": "2026-11-01T12:00:00+00:00",
            "completedAt": NOW.isoformat(),
        },
        "people": [],
    }


async def test_a_redaction_by_address_leaves_what_happened_to_nobody(own: Database) -> None:
    request = await worked_off(own, await asked(own, RequestType.REDACT, email=ADDRESS))
    assert (request.status, request.error) == (RequestStatus.COMPLETED, None)
    left = await found(own, {"address": ADDRESS, "name": "Quist"})
    assert left == {"address": set(), "name": set()}
    kept = "select count(*) as n, count(distinct contact_id) as contacts from interaction"
    assert [tuple(row) for row in await own.reads().rows("kept", text=kept)] == [(25, 1)]
    topics = await own.reads().rows("topics", text="select topic, email, contact_id from lead order by topic")
    assert [(row["topic"], row["email"]) for row in topics] == [("Cups", None), ("Tea", None)]


async def test_an_address_of_no_contact_is_told_and_taken_away_too(own: Database) -> None:
    async with own.transaction() as tx:
        lead = Incoming("lead", "crm", ("alone",), {"topic": "Pots", "email": "alone@example.org"})
        await receive(tx, [lead], NOW)
    export = await worked_off(own, await asked(own, RequestType.EXPORT, email="alone@example.org"))
    data = await subjects.data(own, export)
    assert [one["topic"] for one in data["withoutContact"]["leads"]] == ["Pots"]
    request = await worked_off(own, await asked(own, RequestType.DELETE, email="alone@example.org"))
    assert (request.status, request.email) == (RequestStatus.COMPLETED, None)
    assert await found(own, {"address": "alone@example.org"}) == {"address": set()}


async def test_a_request_about_nobody_is_completed_with_nothing(db: Database) -> None:
    request = await worked_off(db, await asked(db, RequestType.EXPORT, email="nobody@example.org"))
    assert (request.status, request.contacts, request.total) == (RequestStatus.COMPLETED, 0, 0)


async def test_who_was_deleted_in_the_meantime_does_not_stop_a_request(own: Database) -> None:
    ids = await ids_of(own)
    request = await asked(own, RequestType.DELETE, email=ADDRESS)
    assert await subjects.advance(own, NOW)
    await own.write(records.remove, "ann", "test", "contact", ids["ida"], NOW)
    assert (await worked_off(own, request)).status is RequestStatus.COMPLETED


async def test_a_fault_fails_its_request_and_no_other(db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    ids = await ids_of(db)
    first = await asked(db, RequestType.EXPORT, contact_id=ids["ida"])
    second = await asked(db, RequestType.EXPORT, contact_id=ids["ben"])
    whole = held.held

    async def broken(tx: Any, contact: Contact) -> dict[str, Any]:
        if contact.id == ids["ida"]:
            await tx.rows("broken", text="select from nowhere")
        return await whole(tx, contact)

    monkeypatch.setattr(held, "held", broken)
    with pytest.raises(subjects.Failed) as failed:
        await worked_off(db, first)
    assert isinstance(failed.value.__cause__, asyncpg.UndefinedTableError)
    known = await now(db, first)
    assert (known.status, known.error) == (
        RequestStatus.FAILED,
        "It could not be done: the server's log says why.",
    )
    assert (await worked_off(db, second)).status is RequestStatus.COMPLETED


async def test_what_is_no_request_is_refused(db: Database) -> None:
    ids = await ids_of(db)
    for given, code, path in (
        ({}, Code.INVALID, "contact_id"),
        ({"email": ADDRESS, "phone": "+49 170 5550123"}, Code.INVALID, "contact_id"),
        ({"email": "no address"}, Code.INVALID, "email"),
        ({"phone": "123"}, Code.INVALID, "phone"),
        ({"contact_id": UUID(int=7)}, Code.NOT_FOUND, "contact_id"),
        ({"contact_id": ids["ida"], "name": " "}, Code.REQUIRED, "name"),
    ):
        with pytest.raises(Refused) as refused:
            await asked(db, RequestType.EXPORT, **given)
        assert (refused.value.code, refused.value.path) == (code, (path,))


async def test_an_inactive_contact_can_be_redacted_too(own: Database) -> None:
    ids = await ids_of(own)
    await own.write(records.change, "ann", "test", "contact", ids["ida"], {"state": State.INACTIVE}, NOW)
    request = await worked_off(own, await asked(own, RequestType.REDACT, contact_id=ids["ida"]))
    assert (request.status, request.contact_id) == (RequestStatus.COMPLETED, None)
