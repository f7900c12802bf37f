"""Consent is set, logged once a change and confirmed in time; guardians are no children (R33, R34, I22)."""

import asyncio
import random
from base64 import b64encode
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from db.database import Database, Transaction
from domain.bulk import ErrorPolicy, Known, Row
from domain.consent import Confirmation
from domain.intake import Incoming
from domain.options import ConsentLevel, State
from domain.protection import ConsentChange, ConsentSource
from domain.records import Contact
from domain.refusals import Code, Refused
from engines import protection, records, upserts
from engines.consent import Because
from engines.customers import receive
from resolvers.context import Context
from schema.build import schema
from tests.traces import COLUMNS

L = ConsentLevel
NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)
STAFF = Because(ConsentSource.STAFF, "told us")


async def made(db: Database, **values: Any) -> Contact:
    values = {"last_name": "Somebody", **values}
    contact: Contact = await db.write(records.create, "ann", "r1", "contact", values, NOW)
    return contact


async def set_level(db: Database, id: UUID, level: ConsentLevel, **more: Any) -> Contact:
    at = more.pop("at", NOW)
    said = more.pop("said", STAFF)

    async def act(tx: Transaction) -> Contact:
        return await protection.set_level(tx, id, level, at, said, **more)

    return await db.write(act, "ann", "r2")


async def change(db: Database, id: UUID, **values: Any) -> Contact:
    changed: Contact = await db.write(records.change, "ben", "r3", "contact", id, values, NOW)
    return changed


async def log_of(db: Database, id: UUID) -> list[ConsentChange]:
    async with db.transaction() as tx:
        return await tx.records(ConsentChange, "subject_consent", id)


async def steps(db: Database, id: UUID) -> list[tuple[ConsentLevel, ConsentLevel]]:
    return [(one.old_level, one.new_level) for one in await log_of(db, id)]


async def refusal(act: Any) -> Refused:
    with pytest.raises(Refused) as refused:
        await act
    return refused.value


async def test_each_change_is_logged_once_and_an_unchanged_write_not_at_all(database: Database) -> None:
    """I22."""
    contact = await made(database)
    assert await steps(database, contact.id) == []
    for level in (L.MARKETING, L.MARKETING, L.CONSENT, L.CONSENT):
        await set_level(database, contact.id, level)
    assert await steps(database, contact.id) == [(L.NONE, L.MARKETING), (L.MARKETING, L.CONSENT)]
    entry = (await log_of(database, contact.id))[0]
    assert (entry.changed_by, entry.reason, entry.source, entry.at) == (
        "ann",
        "told us",
        ConsentSource.STAFF,
        NOW,
    )


async def test_a_change_of_other_fields_is_no_change_of_consent(database: Database) -> None:
    contact = await made(database, consent_level=L.MARKETING)
    await change(database, contact.id, city="Delft")
    await change(database, contact.id, city="Oslo", consent_level=L.MARKETING)
    assert await steps(database, contact.id) == [(L.NONE, L.MARKETING)]
    await change(database, contact.id, city="Bonn", consent_level=L.NONE)
    assert await steps(database, contact.id) == [(L.NONE, L.MARKETING), (L.MARKETING, L.NONE)]
    assert (await log_of(database, contact.id))[1].changed_by == "ben"


async def test_imported_levels_are_logged_too(database: Database) -> None:
    def incoming(key: str, **values: Any) -> Incoming:
        return Incoming("contact", "log", (key,), values)

    for level in (L.SUBSCRIPTIONS, L.SUBSCRIPTIONS, L.PROFILING):
        async with database.transaction() as tx:
            batch = [incoming("a", consent_level=level), incoming("b", last_name="B")]
            await receive(tx, [*batch, incoming("a", consent_level=L.NONE)], NOW)
    rows = await database.reads().rows(
        "keys", text="select key, record_id from source_key where source = 'log'"
    )
    ids = {row["key"]: row["record_id"] for row in rows}
    down, up = (L.SUBSCRIPTIONS, L.NONE), (L.NONE, L.SUBSCRIPTIONS)
    expected = [up, down, up, down, (L.NONE, L.PROFILING), (L.PROFILING, L.NONE)]
    assert await steps(database, ids["a"]) == expected
    assert await steps(database, ids["b"]) == []
    assert {one.source for one in await log_of(database, ids["a"])} == {ConsentSource.IMPORT}


async def test_many_levels_written_at_once_are_logged_in_one_statement(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    ran: list[str] = []
    run = Transaction.run

    async def counted(tx: Transaction, name: str, *args: Any, **more: Any) -> int:
        ran.append(name)
        return await run(tx, name, *args, **more)

    monkeypatch.setattr(Transaction, "run", counted)
    for levels, statements in (([L.MARKETING] * 40, 1), ([L.MARKETING] * 40, 0), ([L.CONSENT] * 40, 1)):
        rows = [
            Row(at, Known(source_key=("many", str(at))), {"last_name": f"N{at}", "consent_level": level})
            for at, level in enumerate(levels)
        ]
        ran.clear()
        policy = ErrorPolicy.REJECT_EVERYTHING
        done = await database.write(upserts.upsert, "ann", "r", "contact", rows, policy, NOW)
        assert ran.count("consent_log") == statements
    for contact in done.records:
        assert await steps(database, contact.id) == [(L.NONE, L.MARKETING), (L.MARKETING, L.CONSENT)]


async def test_a_new_contacts_level_is_logged_when_it_is_written_not_when_its_stay_began(
    database: Database,
) -> None:
    values = {"last_name": "Somebody", "consent_level": L.MARKETING}
    early = NOW - timedelta(days=90)
    contact = await database.write(records.create, "ann", "r", "contact", values, NOW, early)
    assert [one.at for one in await log_of(database, contact.id)] == [NOW]


async def test_nothing_is_logged_while_logging_is_off(database: Database) -> None:
    contact = await made(database)
    off = {"is_consent_change_logging_enabled": False}
    settings = await database.write(protection.set_settings, "ann", "r", off, NOW)
    assert (settings.is_enforced, settings.is_consent_change_logging_enabled) == (True, False)
    await set_level(database, contact.id, L.MARKETING)
    on = {"is_consent_change_logging_enabled": True}
    again = await database.write(protection.set_settings, "ann", "r", on, NOW, settings.version)
    assert again.version == settings.version + 1
    assert await steps(database, contact.id) == []
    stale = database.write(protection.set_settings, "ann", "r", off, NOW, settings.version)
    assert (await refusal(stale)).code is Code.STALE


async def test_a_raise_that_needs_confirmation_holds_once_it_is_confirmed(database: Database) -> None:
    contact = await made(database, consent_level=L.CONSENT)
    waiting = await set_level(database, contact.id, L.MARKETING, confirmation=True)
    assert (waiting.consent_level, waiting.pending_consent_level) == (L.CONSENT, L.MARKETING)
    assert waiting.confirmation(NOW) is Confirmation.PENDING
    later = NOW + timedelta(days=29)
    confirmed = await database.write(protection.confirm, None, "link", contact.id, later)
    assert (confirmed.consent_level, confirmed.pending_consent_level) == (L.MARKETING, None)
    assert confirmed.confirmation(later) is Confirmation.CONFIRMED
    assert await database.write(protection.confirm, None, "link", contact.id, later) == confirmed
    assert await steps(database, contact.id) == [(L.NONE, L.CONSENT), (L.CONSENT, L.MARKETING)]
    assert (await log_of(database, contact.id))[1].source is ConsentSource.CONFIRMATION


async def test_what_nobody_confirms_in_time_never_holds(database: Database) -> None:
    contact = await made(database)
    await set_level(database, contact.id, L.MARKETING, confirmation=True)
    late = NOW + timedelta(days=30)
    refused = await refusal(database.write(protection.confirm, None, "link", contact.id, late))
    assert refused.code is Code.TOO_LATE
    again = await set_level(database, contact.id, L.MARKETING, confirmation=True, at=late)
    assert again.confirmation(late) is Confirmation.PENDING
    assert await steps(database, contact.id) == []


async def test_lowering_needs_no_confirmation_and_drops_what_waits(database: Database) -> None:
    contact = await made(database, consent_level=L.TRANSACTIONAL)
    for lower in (L.CONSENT, L.CONSENT):
        await set_level(database, contact.id, L.PROFILING, confirmation=True)
        lowered = await set_level(database, contact.id, lower, confirmation=True)
        assert (lowered.consent_level, lowered.confirmation(NOW)) == (L.CONSENT, None)
        refused = await refusal(database.write(protection.confirm, None, "link", contact.id, NOW))
        assert refused.code is Code.NOT_FOUND


async def test_what_waits_is_dropped_when_the_level_is_changed_in_any_other_way(database: Database) -> None:
    contact = await made(database)
    await set_level(database, contact.id, L.MARKETING, confirmation=True)
    changed = await change(database, contact.id, consent_level=L.CONSENT)
    assert changed.confirmation(NOW) is None


async def test_consent_of_an_inactive_contact_is_read_only_and_a_stale_write_is_refused(
    database: Database,
) -> None:
    contact = await made(database)
    await set_level(database, contact.id, L.CONSENT)
    stale = set_level(database, contact.id, L.MARKETING, expected=contact.version)
    assert (await refusal(stale)).code is Code.STALE
    await change(database, contact.id, state=State.INACTIVE)
    assert (await refusal(set_level(database, contact.id, L.MARKETING))).code is Code.INACTIVE
    assert len(await steps(database, contact.id)) == 1


async def test_guardians_are_checked_wherever_a_contact_is_written(database: Database) -> None:
    """R34."""
    parent, other = await made(database), await made(database)
    child = await made(database, is_child=True, guardian_id=parent.id)
    assert (await refusal(made(database, is_child=True))).code is Code.GUARDIAN_REQUIRED
    cases: list[tuple[Contact, dict[str, Any], Code]] = [
        (child, {"guardian_id": None}, Code.GUARDIAN_REQUIRED),
        (child, {"guardian_id": child.id}, Code.CYCLE),
        (other, {"is_child": True, "guardian_id": child.id}, Code.NOT_A_GUARDIAN),
        (parent, {"is_child": True, "guardian_id": other.id}, Code.NOT_A_GUARDIAN),
        (other, {"guardian_id": parent.id}, Code.INVALID),
    ]
    for contact, values, code in cases:
        assert (await refusal(change(database, contact.id, **values))).code is code
    grown = await change(database, child.id, is_child=False)
    assert (grown.is_child, grown.guardian_id) == (False, None)
    assert (await change(database, parent.id, is_child=True, guardian_id=other.id)).is_child


async def test_two_at_once_cannot_make_a_child_a_guardian(database: Database) -> None:
    """Whoever comes second sees what the first has done."""
    for _ in range(6):
        parent, other, child = [await made(database) for _ in range(3)]
        outcomes = await asyncio.gather(
            change(database, parent.id, is_child=True, guardian_id=other.id),
            change(database, child.id, is_child=True, guardian_id=parent.id),
            return_exceptions=True,
        )
        refused = [one for one in outcomes if isinstance(one, BaseException)]
        assert [type(one) for one in refused] == [Refused]
        text = (
            "select child.id from contact child join contact guardian on guardian.id = child.guardian_id"
            " where guardian.is_child"
        )
        assert await database.reads().rows("children", text=text) == []


async def test_many_changes_at_once_leave_a_log_without_gaps(database: Database) -> None:
    contact = await made(database)
    await asyncio.gather(*(set_level(database, contact.id, level) for level in (*L, *L, *L)))
    found = await steps(database, contact.id)
    now = (await database.reads().rows("contact_by_id", [contact.id]))[0]["consent_level"]
    level, left = L.NONE, list(found)
    while left:
        step = next(one for one in left if one[0] == level)
        left.remove(step)
        level = step[1]
        if not any(one[0] == level for one in left):
            break
    assert (left, level) == ([], now)


LOGGED = """query($id: ID!) {
  contact(by: {id: $id}) {
    dataProtection {
      consentLevel
      consentChanges(first: 100) { nodes { at oldLevel newLevel } }
    }
  }
}"""


async def test_the_log_has_the_order_in_which_the_changes_were_made_whenever_they_were_asked_for(
    database: Database,
) -> None:
    """Eight clients raise and lower one contact's level at once; some asked at the same moment."""
    contact, chance = await made(database), random.Random(8)

    async def act(client: int) -> None:
        for level in (L.MARKETING, L.NONE, L.PROFILING, L.CONSENT, L.TRANSACTIONAL):
            at = NOW + timedelta(milliseconds=chance.randrange(12))
            await set_level(database, contact.id, level, at=at)

    await asyncio.gather(*map(act, range(8)))
    context = Context(database, NOW, "ann", "r")
    id = b64encode(f"Contact:{contact.id}".encode()).decode()
    answer = await schema.execute(LOGGED, variable_values={"id": id}, context_value=context)
    assert answer.errors is None
    told = (answer.data or {})["contact"]["dataProtection"]
    changes = told["consentChanges"]["nodes"][::-1]
    assert len(changes) >= 5, "each client's own five are among them, whoever else comes between"
    assert [one["oldLevel"] for one in changes] == ["NONE", *(one["newLevel"] for one in changes[:-1])]
    assert changes[-1]["newLevel"] == told["consentLevel"]
    assert len({one["at"] for one in changes}) == len(changes)


async def test_no_record_is_changed_before_it_was_changed_last(database: Database) -> None:
    """Of two changes the one asked for first may be the second to be made: one by one, and many at once."""
    contact, early = await made(database), NOW - timedelta(seconds=3)
    alone = await database.write(records.change, "ben", "r", "contact", contact.id, {"city": "Oslo"}, early)
    row = Row(0, Known(id=contact.id), {"city": "Delft"})
    policy = ErrorPolicy.REJECT_EVERYTHING
    done = await database.write(upserts.upsert, "ben", "r", "contact", [row], policy, early)
    after = done.records[0]
    assert (alone.updated_at, after.city, after.updated_at) == (NOW, "Delft", NOW)


async def test_history_runs_forward_though_who_began_first_wrote_last(database: Database) -> None:
    contact = await made(database)
    begun, written = asyncio.Event(), asyncio.Event()

    async def slow(tx: Transaction) -> None:
        begun.set()
        await written.wait()
        await records.change(tx, "contact", contact.id, {"city": "Oslo"}, NOW)

    first = asyncio.create_task(database.write(slow, "ben", "slow"))
    await begun.wait()
    await change(database, contact.id, city="Delft")
    written.set()
    await first
    text = "select request_id from record_history where record_id = $1 order by at"
    rows = await database.reads().rows("history", contact.id, text=text)
    assert [row["request_id"] for row in rows] == ["r1", "r3", "slow"]


async def test_accounts_and_leads_keep_no_consent(database: Database) -> None:
    rows = await database.reads().rows("columns", text=COLUMNS)
    named = {row["table"] for row in rows if "consent" in row["column"] or "consent" in row["table"]}
    assert named == {"contact", "consent_change", "data_protection_settings"}
