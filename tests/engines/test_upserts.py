"""Many records at once: what each row becomes, in which order, and what one refusal means for the others."""

from typing import Any

import pytest

from db.database import Database
from db.ids import uuid7
from resolvers.identity import to_global
from tests.engines.mutating import NOW, Desk, told

ERRORS = "userErrors { code path message version changed }"
CONTACTS = f"results {{ index fate contact {{ id version lastName jobTitle email }} {ERRORS} }}"
ACCOUNTS = f"results {{ index fate account {{ id version }} {ERRORS} }}"
COUNTS = "created updated unchanged refused"


@pytest.fixture
def desk(database: Database) -> Desk:
    """Somebody who writes."""
    return Desk(database)


def row(by: dict[str, Any] | None = None, /, **values: Any) -> dict[str, Any]:
    """One row about a contact."""
    return {"by": by, "contact": values}


def crm(key: str) -> dict[str, Any]:
    """How another system knows a record."""
    return {"sourceKey": {"source": "crm", "key": key}}


async def upsert(desk: Desk, *rows: dict[str, Any], **more: Any) -> list[Any]:
    """What became of each row about a contact."""
    answer = await desk.do("contactsUpsert", {"rows": rows, **more}, CONTACTS)
    assert told(answer) == []
    assert [one["index"] for one in answer["results"]] == list(range(len(rows)))
    results: list[Any] = answer["results"]
    return results


def fates(results: list[Any]) -> list[str]:
    """What became of the rows, in a word each."""
    return [one["fate"] for one in results]


async def test_rows_are_known_by_id_by_key_by_address_and_not_at_all(desk: Desk) -> None:
    id = (await desk.make("contact", lastName="By Id"))["id"]
    mailed = (await desk.make("contact", email="Known@example.org"))["id"]
    rows = [
        row({"id": id}, jobTitle="a"),
        row(crm("u1"), lastName="By Key"),
        row({"email": "known@EXAMPLE.org"}, jobTitle="b"),
        row({"email": "unknown@example.org"}, jobTitle="c"),
        row(None, lastName="By Id"),
    ]
    first = await upsert(desk, *rows)
    assert fates(first) == ["UPDATED", "CREATED", "UPDATED", "CREATED", "CREATED"]
    assert [one["contact"]["id"] for one in first][::2][:2] == [id, mailed]
    assert first[2]["contact"]["email"] == "Known@example.org"
    assert first[3]["contact"]["email"] == "unknown@example.org"
    again = await upsert(desk, *rows)
    assert fates(again) == ["UNCHANGED", "UNCHANGED", "UNCHANGED", "UNCHANGED", "CREATED"]
    assert [one["contact"]["id"] for one in again[:4]] == [one["contact"]["id"] for one in first[:4]]
    found = await desk.ask("query ($by: ContactBy!) { contact(by: $by) { lastName } }", {"by": crm("u1")})
    assert found["contact"]["lastName"] == "By Key"


async def test_of_contacts_with_one_address_the_active_and_oldest_is_meant(desk: Desk) -> None:
    asleep, oldest, _ = [
        (await desk.later(at).make("contact", lastName=f"Same {at}", email="same@example.org"))["id"]
        for at in range(3)
    ]
    await desk.do("contactDeactivate", {"id": asleep})
    (one,) = await upsert(desk, row({"email": "same@example.org"}, jobTitle="x"))
    assert one["contact"]["id"] == oldest


async def test_what_is_known_by_an_id_has_to_be_there(desk: Desk) -> None:
    nobody = to_global("Contact", uuid7(NOW))
    ids = {nobody: "NOT_FOUND", to_global("Account", uuid7(NOW)): "INVALID", "x": "INVALID"}
    results = await upsert(desk, *(row({"id": id}, lastName="x") for id in ids))
    places = ["rows.0.by", "rows.1.by.id", "rows.2.by.id"]
    assert [told(one) for one in results] == [[one] for one in zip(ids.values(), places, strict=True)]


async def test_rows_about_one_record_are_written_in_their_order_however_they_name_it(desk: Desk) -> None:
    created = await upsert(desk, row(crm("u2"), lastName="Many", email="many@example.org"))
    id = created[0]["contact"]["id"]
    names: list[dict[str, Any]] = [{"id": id}, {"email": "many@example.org"}, crm("u2")]
    rows = [row(names[at % 3], jobTitle=str(at)) for at in range(9)]
    results = await upsert(desk, *rows)
    assert fates(results) == ["UPDATED"] * 9
    assert {one["contact"]["jobTitle"] for one in results} == {"8"}
    entries = (await desk.history(id))[:-1]
    assert [entry["version"] for entry in entries] == list(range(10, 1, -1))
    assert [entry["changes"][0]["new"] for entry in entries] == list("876543210")
    assert [entry["changes"][0]["old"] for entry in entries] == [*"76543210", None]


async def test_a_row_sees_the_record_and_the_address_that_a_row_before_has_written(desk: Desk) -> None:
    id = (await desk.make("contact", lastName="Renamed"))["id"]
    results = await upsert(
        desk,
        row(crm("u3"), lastName="New"),
        row(crm("u3"), jobTitle="Seen"),
        row({"id": id}, email="renamed@example.org"),
        row({"email": "Renamed@example.org"}, jobTitle="Found"),
    )
    assert fates(results) == ["CREATED", "UPDATED", "UPDATED", "UPDATED"]
    assert results[0]["contact"] == results[1]["contact"]
    assert results[2]["contact"] == results[3]["contact"]
    assert results[3]["contact"]["id"] == id


BAD = [
    row(None, lastName="Good"),
    row(None, firstName="Nameless"),
    row(None, lastName="Odd", email="odd", currency="?", jobTitle="Kept"),
    row(None, lastName="Lost", accountId=to_global("Account", uuid7(NOW))),
    row(None, lastName="Typo", accountId="nowhere", jobTitle="Kept"),
]


async def test_a_refused_row_leaves_the_others_be(desk: Desk) -> None:
    results = await upsert(desk, *BAD)
    assert fates(results) == ["CREATED", *["REFUSED"] * 4]
    assert [told(one) for one in results] == [
        [],
        [("REQUIRED", "rows.1.contact.lastName")],
        [("INVALID", "rows.2.contact.email"), ("INVALID", "rows.2.contact.currency")],
        [("NOT_FOUND", "rows.3.contact.accountId")],
        [("INVALID", "rows.4.contact.accountId")],
    ]
    assert [one["contact"] for one in results[1:]] == [None] * 4


async def test_one_refused_row_can_refuse_them_all(desk: Desk) -> None:
    id = (await desk.make("contact", lastName="Untouched"))["id"]
    results = await upsert(desk, row({"id": id}, jobTitle="x"), *BAD, errorPolicy="REJECT_EVERYTHING")
    assert fates(results) == ["NOT_WRITTEN", "NOT_WRITTEN", *["REFUSED"] * 4]
    assert [one["contact"] for one in results] == [None] * 6
    assert (await desk.change("contact", id))["version"] == 1


async def test_a_later_refusal_undoes_what_rows_before_it_have_written(desk: Desk) -> None:
    id = (await desk.make("contact", lastName="Undone"))["id"]
    rows = [row({"id": id}, jobTitle="x"), row({"id": id}, email="no address")]
    results = await upsert(desk, *rows, errorPolicy="REJECT_EVERYTHING")
    assert fates(results) == ["NOT_WRITTEN", "REFUSED"]
    assert (await desk.change("contact", id))["version"] == 1
    assert len(await desk.history(id)) == 1


async def test_values_that_are_not_at_fault_can_be_written_all_the_same(desk: Desk) -> None:
    results = await upsert(desk, *BAD, errorPolicy="IGNORE_FAILED")
    assert fates(results) == ["CREATED", "REFUSED", "CREATED", "REFUSED", "CREATED"]
    assert [one["contact"] and one["contact"]["jobTitle"] for one in results] == [
        None,
        None,
        "Kept",
        None,
        "Kept",
    ]
    assert told(results[2]) == [("INVALID", "rows.2.contact.email"), ("INVALID", "rows.2.contact.currency")]
    assert told(results[4]) == [("INVALID", "rows.4.contact.accountId")]


async def test_each_row_can_tell_the_version_that_it_is_meant_for(desk: Desk) -> None:
    id = (await desk.make("contact", lastName="Versioned"))["id"]
    await desk.change("contact", id, jobTitle="x")
    rows = [{**row({"id": id}, city="Ulm"), "expectedVersion": version} for version in (1, 2)]
    stale, done = await upsert(desk, *rows)
    (error,) = stale["userErrors"]
    assert (error["code"], error["path"]) == ("STALE", ["rows", "0", "expectedVersion"])
    assert (error["version"], error["changed"]) == (2, ["jobTitle"])
    assert (done["fate"], done["contact"]["version"]) == ("UPDATED", 3)


async def test_an_inactive_record_is_read_only_in_a_row_too(desk: Desk) -> None:
    id = (await desk.make("contact", lastName="Asleep"))["id"]
    await desk.do("contactDeactivate", {"id": id})
    (one,) = await upsert(desk, row({"id": id}, jobTitle="x"))
    assert told(one) == [("INACTIVE", "rows.0.id")]


async def test_rows_cannot_close_a_circle_together(desk: Desk) -> None:
    ids = [(await desk.make("account", name=f"Circle {at}"))["id"] for at in range(3)]
    rows = [{"by": {"id": ids[at]}, "account": {"parentAccountId": ids[(at + 1) % 3]}} for at in range(3)]
    results = (await desk.do("accountsUpsert", {"rows": rows}, ACCOUNTS))["results"]
    assert fates(results) == ["UPDATED", "UPDATED", "REFUSED"]
    assert told(results[2]) == [("CYCLE", "rows.2.account.parentAccountId")]


async def test_rows_cannot_make_a_child_the_guardian_of_a_child_together(desk: Desk) -> None:
    one, other, third = [(await desk.make("contact", lastName=f"G {at}"))["id"] for at in range(3)]
    results = await upsert(
        desk,
        row({"id": one}, dataProtection={"isChild": True, "guardianId": other}),
        row({"id": other}, dataProtection={"isChild": True, "guardianId": third}),
    )
    assert fates(results) == ["UPDATED", "REFUSED"]


async def test_contacts_move_between_accounts_in_bulk_with_dated_memberships(desk: Desk) -> None:
    one, two = [(await desk.make("account", name=name))["id"] for name in ("One", "Two")]
    ids = [(await desk.make("contact", lastName=name, accountId=one))["id"] for name in "ab"]
    rows = [row({"id": id}, accountId=two) for id in ids] + [row({"id": ids[0]}, accountId=None)]
    results = await upsert(desk.later(3600), *rows)
    assert fates(results) == ["UPDATED"] * 3
    shown = "account { name } memberships { to account { name } }"
    first, second = [await desk.change("contact", id, shown) for id in ids]
    assert first["account"] is None
    assert [stay["account"]["name"] for stay in first["memberships"]] == ["One", "Two"]
    assert all(stay["to"] for stay in first["memberships"])
    assert second["account"] == {"name": "Two"}
    assert [stay["to"] for stay in second["memberships"]] == ["2026-06-01T13:00:00Z", None]


async def test_a_thousand_rows_are_written_and_one_more_is_too_many(desk: Desk) -> None:
    rows = [row(crm(f"m{at}"), lastName=f"Mass {at}") for at in range(1_001)]
    many = await desk.do("contactsUpsert", {"rows": rows}, COUNTS)
    assert told(many) == [("TOO_MANY", "rows")]
    assert many["created"] == 0
    for counts in ({"created": 1_000, "unchanged": 0}, {"created": 0, "unchanged": 1_000}):
        done = await desk.do("contactsUpsert", {"rows": rows[:-1]}, COUNTS)
        assert done == {"userErrors": [], "updated": 0, "refused": 0, **counts}
    assert await desk.refused("contactsUpsert", {"rows": []}) == [("REQUIRED", "rows")]


async def test_a_blank_source_key_is_refused_and_blanks_around_one_mean_nothing(desk: Desk) -> None:
    blank = {"sourceKey": {"source": " ", "key": "\t"}}
    padded = {"sourceKey": {"source": " crm", "key": "pad\u00a0 "}}
    rows = [row(blank, lastName="Blank"), row(padded, lastName="Padded"), row(crm("pad"), jobTitle="Same")]
    refused, made, changed = await upsert(desk, *rows)
    assert told(refused) == [
        ("REQUIRED", "rows.0.by.sourceKey.source"),
        ("REQUIRED", "rows.0.by.sourceKey.key"),
    ]
    assert fates([made, changed]) == ["CREATED", "UPDATED"]
    assert made["contact"]["id"] == changed["contact"]["id"]


async def test_leads_and_accounts_are_written_in_bulk_alike(desk: Desk) -> None:
    account = {"by": crm("a1"), "account": {"name": "Bulk & Co"}}
    made = (await desk.do("accountsUpsert", {"rows": [account]}, ACCOUNTS))["results"][0]["account"]
    lead = {"by": crm("l1"), "lead": {"topic": "Bulk", "accountId": made["id"]}}
    shown = f"results {{ fate lead {{ version stages {{ stage }} account {{ id }} }} {ERRORS} }}"
    first = (await desk.do("leadsUpsert", {"rows": [lead]}, shown))["results"][0]
    assert first["fate"] == "CREATED"
    assert first["lead"] == {"version": 1, "stages": [{"stage": "INQUIRY"}], "account": {"id": made["id"]}}
    lead["lead"] = {"status": "CONTACTED"}
    again = (await desk.do("leadsUpsert", {"rows": [lead]}, shown))["results"][0]
    assert (again["fate"], again["lead"]["version"]) == ("UPDATED", 2)
