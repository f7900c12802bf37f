"""Creating, changing and deleting records through the graph: what is refused, where, and what is kept."""

from typing import Any

import pytest

from db.database import Database
from db.ids import uuid7
from resolvers.identity import to_global
from tests.engines.mutating import NOW, Desk

NOBODY = to_global("Contact", uuid7(NOW))


@pytest.fixture
def desk(database: Database) -> Desk:
    """Somebody who writes."""
    return Desk(database)


@pytest.mark.parametrize(
    ("entity", "values", "path"),
    [
        ("contact", {"firstName": "Ann"}, "lastName"),
        ("contact", {"lastName": "  "}, "lastName"),
        ("account", {"city": "Ulm"}, "name"),
        ("account", {"name": None}, "name"),
        ("lead", {"lastName": "Arbour"}, "topic"),
        ("opportunity", {"estimatedValue": "1"}, "name"),
    ],
)
async def test_a_record_cannot_be_without_what_it_is_known_by(
    desk: Desk, entity: str, values: Any, path: str
) -> None:
    refused = await desk.refused(f"{entity}Create", {entity: values})
    assert refused == [("REQUIRED", f"{entity}.{path}")]


async def test_a_change_cannot_take_away_what_a_record_is_known_by(desk: Desk) -> None:
    contact = await desk.make("contact", lastName="Arbour", email="ann.required@example.org")
    await desk.change("contact", contact["id"], lastName=None)
    gone = {"id": contact["id"], "patch": {"email": None}}
    assert await desk.refused("contactUpdate", gone) == [("REQUIRED", "patch.lastName")]


@pytest.mark.parametrize(
    ("entity", "member", "kind"),
    [
        ("contact", "accountId", "Account"),
        ("contact", "parentContactId", "Contact"),
        ("contact", "originatingLeadId", "Lead"),
        ("account", "parentAccountId", "Account"),
        ("account", "primaryContactId", "Contact"),
        ("lead", "contactId", "Contact"),
        ("lead", "customerAccountId", "Account"),
        ("opportunity", "originatingLeadId", "Lead"),
        ("opportunity", "customerContactId", "Contact"),
    ],
)
async def test_a_record_points_only_to_what_is_there_and_of_the_right_kind(
    desk: Desk, entity: str, member: str, kind: str
) -> None:
    known = {"contact": "lastName", "lead": "topic"}.get(entity, "name")
    for id, code in ((to_global(kind, uuid7(NOW)), "NOT_FOUND"), (to_global("Event", uuid7(NOW)), "INVALID")):
        values = {known: "Points", member: id}
        assert await desk.refused(f"{entity}Create", {entity: values}) == [(code, f"{entity}.{member}")]


async def test_a_guardian_that_is_not_there_is_told_within_its_group(desk: Desk) -> None:
    values = {"lastName": "Small", "dataProtection": {"isChild": True, "guardianId": NOBODY}}
    refused = await desk.refused("contactCreate", {"contact": values})
    assert refused == [("NOT_FOUND", "contact.dataProtection.guardianId")]


async def test_what_is_not_there_can_neither_be_changed_nor_deleted(desk: Desk) -> None:
    assert await desk.refused("contactUpdate", {"id": NOBODY, "patch": {}}) == [("NOT_FOUND", "id")]
    assert await desk.refused("contactDelete", {"id": NOBODY}) == [("NOT_FOUND", "id")]
    assert await desk.refused("leadDelete", {"id": NOBODY}) == [("INVALID", "id")]


async def test_no_account_comes_to_lie_above_itself(desk: Desk) -> None:
    top = await desk.make("account", name="Top")
    middle = await desk.make("account", name="Middle", parentAccountId=top["id"])
    low = await desk.make("account", name="Low", parentAccountId=middle["id"])
    for parent in (top, middle, low):
        change = {"id": top["id"], "patch": {"parentAccountId": parent["id"]}}
        assert await desk.refused("accountUpdate", change) == [("CYCLE", "patch.parentAccountId")]
    await desk.change("account", low["id"], parentAccountId=top["id"])
    await desk.change("account", middle["id"], parentAccountId=low["id"])


async def test_no_contact_comes_to_lie_above_itself_nor_has_two_kinds_of_parents(desk: Desk) -> None:
    account = await desk.make("account", name="Parent")
    above = await desk.make("contact", lastName="Above")
    below = await desk.make("contact", lastName="Below", parentContactId=above["id"])
    change = {"id": above["id"], "patch": {"parentContactId": below["id"]}}
    assert await desk.refused("contactUpdate", change) == [("CYCLE", "patch.parentContactId")]
    both = {"accountId": account["id"], "parentContactId": above["id"]}
    change = {"id": below["id"], "patch": both}
    assert await desk.refused("contactUpdate", change) == [("INVALID", "patch.parentContactId")]
    shown = "account { id } parentContact { id }"
    moved = await desk.change("contact", below["id"], shown, accountId=account["id"])
    assert moved == {"account": {"id": account["id"]}, "parentContact": None}
    back = await desk.later().change("contact", below["id"], shown, parentContactId=above["id"])
    assert back == {"account": None, "parentContact": {"id": above["id"]}}


@pytest.mark.parametrize("entity", ["contact", "account"])
async def test_what_is_inactive_is_read_only_until_it_is_active_again(desk: Desk, entity: str) -> None:
    name = {"contact": "lastName", "account": "name"}[entity]
    id = (await desk.make(entity, **{name: "Asleep"}))["id"]
    asleep = await desk.do(f"{entity}Deactivate", {"id": id}, f"{entity} {{ version state }}")
    assert asleep[entity] == {"version": 2, "state": "INACTIVE"}
    change = {"id": id, "patch": {"description": "x"}}
    assert await desk.refused(f"{entity}Update", change) == [("INACTIVE", "id")]
    again = await desk.do(f"{entity}Activate", {"id": id}, f"{entity} {{ version state }}")
    assert again[entity] == {"version": 3, "state": "ACTIVE"}
    twice = await desk.do(f"{entity}Activate", {"id": id}, f"{entity} {{ version }}")
    assert twice[entity] == {"version": 3}
    assert (await desk.change(entity, id, description="x"))["version"] == 4


async def test_an_inactive_contact_does_not_move(desk: Desk) -> None:
    account = await desk.make("account", name="Goal")
    contact = await desk.make("contact", lastName="Stays")
    await desk.do("contactDeactivate", {"id": contact["id"]})
    move = {"id": contact["id"], "accountId": account["id"]}
    assert await desk.refused("contactMove", move) == [("INACTIVE", "id")]


async def test_a_stale_write_is_told_the_version_and_what_has_changed_as_the_input_names_it(
    desk: Desk,
) -> None:
    id = (await desk.make("contact", lastName="Read"))["id"]
    patch: dict[str, Any] = {
        "preferences": {"phone": "DO_NOT_ALLOW"},
        "secondAddress": {"city": "Ulm"},
        "marketingSource": {"marketingFormId": "f"},
    }
    await Desk(desk.db, actor="bob").change("contact", id, **patch)
    await desk.change("contact", id, jobTitle="Reader")
    changed = ["jobTitle", "marketingSource.marketingFormId", "preferences.phone", "secondAddress.city"]
    update = {"id": id, "patch": {"lastName": "Written"}, "expectedVersion": 1}
    one = {"id": id, "expectedVersion": 1}
    for act, input in (("Update", update), ("Delete", one), ("Deactivate", one), ("Activate", one)):
        (error,) = (await desk.do(f"contact{act}", input))["userErrors"]
        assert (error["code"], error["path"], error["version"]) == ("STALE", ["expectedVersion"], 3)
        assert sorted(error["changed"]) == changed, act
        assert "last by ann" in error["message"]
    (ahead,) = (await desk.do("contactUpdate", {**update, "expectedVersion": 9}))["userErrors"]
    assert (ahead["code"], ahead["version"], ahead["changed"]) == ("STALE", 3, [])
    done = await desk.do("contactUpdate", {**update, "expectedVersion": 3}, "contact { version lastName }")
    assert done["contact"] == {"version": 4, "lastName": "Written"}


async def test_custom_values_that_have_changed_are_told_by_the_inputs_name(desk: Desk) -> None:
    field = {"entity": "CONTACT", "name": "shoe", "label": "Shoe", "type": "INTEGER"}
    assert await desk.refused("customFieldCreate", {"customField": field}) == []
    id = (await desk.make("contact", lastName="Barefoot"))["id"]
    await desk.change("contact", id, customFields=[{"name": "shoe", "integer": 42}])
    (error,) = (await desk.do("contactDelete", {"id": id, "expectedVersion": 1}))["userErrors"]
    assert error["changed"] == ["customFields"]


async def test_all_values_that_are_wrong_are_told_at_once_at_their_places(desk: Desk) -> None:
    wrong = {
        "lastName": "Wrong",
        "email": "nobody",
        "accountId": "nowhere",
        "currency": "EURO",
        "preferences": {"phone": None, "tracking": None},
        "secondAddress": {"country": "Atlantis"},
        "marketingSource": {"marketingFormId": "x" * 501},
        "dataProtection": {"isChild": None, "guardianId": to_global("Lead", uuid7(NOW))},
        "customFields": [{"name": "none", "text": "x"}],
    }
    places = {
        "accountId": "INVALID",
        "currency": "INVALID",
        "customFields.0.name": "NOT_FOUND",
        "dataProtection.guardianId": "INVALID",
        "dataProtection.isChild": "REQUIRED",
        "email": "INVALID",
        "marketingSource.marketingFormId": "INVALID",
        "preferences.phone": "REQUIRED",
        "preferences.tracking": "REQUIRED",
        "secondAddress.country": "INVALID",
    }
    contact = await desk.make("contact", lastName="Right")
    inputs: list[tuple[str, str, dict[str, Any]]] = [
        ("contactCreate", "contact", {"contact": wrong}),
        ("contactUpdate", "patch", {"id": contact["id"], "patch": wrong}),
    ]
    for mutation, part, input in inputs:
        refused = await desk.refused(mutation, input)
        assert sorted(refused, key=lambda one: one[1]) == [
            (code, f"{part}.{place}") for place, code in places.items()
        ]


async def test_all_rules_that_are_broken_are_told_at_once(desk: Desk) -> None:
    top = await desk.make("account", name="Above")
    low = await desk.make("account", name="Below", parentAccountId=top["id"])
    lead = (await desk.make("lead", topic="First"))["id"]
    other = (await desk.make("lead", topic="Second"))["id"]
    await desk.change("account", top["id"], originatingLeadId=lead)
    patch = {"parentAccountId": low["id"], "originatingLeadId": other}
    refused = await desk.refused("accountUpdate", {"id": top["id"], "patch": patch})
    assert sorted(refused) == [("CYCLE", "patch.parentAccountId"), ("READ_ONLY", "patch.originatingLeadId")]


@pytest.mark.parametrize(("entity", "known"), [("contact", "lastName"), ("lead", "topic")])
async def test_what_first_brought_a_record_is_never_overwritten(desk: Desk, entity: str, known: str) -> None:
    """domain.md R16: given once, also later, and then kept."""
    values: dict[str, Any] = {known: "Brought", "marketingSource": {"customerJourneyId": "j1"}}
    made = await desk.make(entity, **values)
    await desk.change(entity, made["id"], marketingSource={"marketingFormId": "f1"})
    for member, value in (
        ("customerJourneyId", "j2"),
        ("customerJourneyId", None),
        ("marketingFormId", "f2"),
    ):
        change = {"id": made["id"], "patch": {"marketingSource": {member: value}}}
        assert await desk.refused(f"{entity}Update", change) == [
            ("READ_ONLY", f"patch.marketingSource.{member}")
        ]
    same = await desk.change(entity, made["id"], marketingSource={"customerJourneyId": "j1"})
    assert same["version"] == 2


MEMBERSHIPS = "version account { name } memberships { from to account { name } }"


async def test_a_change_of_account_is_the_move_that_contact_move_makes(desk: Desk) -> None:
    accounts = [(await desk.make("account", name=name))["id"] for name in ("One", "Two")]
    people = [(await desk.make("contact", lastName=name, accountId=accounts[0]))["id"] for name in "ab"]
    later = desk.later(3600)
    changed = await later.change("contact", people[0], MEMBERSHIPS, accountId=accounts[1])
    move = {"id": people[1], "accountId": accounts[1]}
    moved = (await later.do("contactMove", move, f"contact {{ {MEMBERSHIPS} }}"))["contact"]
    assert changed == moved
    assert changed["memberships"] == [
        {"from": "2026-06-01T12:00:00Z", "to": "2026-06-01T13:00:00Z", "account": {"name": "One"}},
        {"from": "2026-06-01T13:00:00Z", "to": None, "account": {"name": "Two"}},
    ]
    histories = [(await desk.history(id))[0]["changes"] for id in people]
    assert histories[0] == histories[1]
    assert histories[0] == [{"field": "accountId", "old": accounts[0], "new": accounts[1]}]


async def test_an_account_that_changes_twice_in_one_moment_is_what_was_written_last(desk: Desk) -> None:
    accounts = [(await desk.make("account", name=name))["id"] for name in ("First", "Second", "Third")]
    id = (await desk.make("contact", lastName="Hasty", accountId=accounts[0]))["id"]
    await desk.change("contact", id, accountId=accounts[1])
    last = await desk.change("contact", id, MEMBERSHIPS, accountId=accounts[2])
    assert last["account"] == {"name": "Third"}
    stays = last["memberships"]
    assert [stay["account"]["name"] for stay in stays] == ["First", "Second", "Third"]
    assert [stay["to"] for stay in stays[:-1]] == [stay["from"] for stay in stays[1:]]


async def test_a_stay_can_begin_before_the_contact_is_created_and_not_in_the_future(desk: Desk) -> None:
    account = (await desk.make("account", name="Old Friends"))["id"]
    made = {"contact": {"lastName": "Long", "accountId": account}, "since": "2019-05-01T00:00:00Z"}
    answer = await desk.do("contactCreate", made, "contact { memberships { from } }")
    assert answer["contact"]["memberships"] == [{"from": "2019-05-01T00:00:00Z"}]
    future = {**made, "since": "2030-01-01T00:00:00Z"}
    assert await desk.refused("contactCreate", future) == [("INVALID", "since")]


async def test_consent_granted_on_creation_is_logged_at_that_moment(desk: Desk) -> None:
    values = {"lastName": "Consents", "dataProtection": {"consentLevel": "MARKETING"}}
    made = {"contact": values, "since": "2019-05-01T00:00:00Z"}
    shown = "contact { dataProtection { consentChanges { nodes { at } } } }"
    answer = await desk.do("contactCreate", made, shown)
    (change,) = answer["contact"]["dataProtection"]["consentChanges"]["nodes"]
    assert change["at"] == "2026-06-01T12:00:00Z"


async def test_a_change_that_changes_nothing_leaves_version_and_history_alone(desk: Desk) -> None:
    values: dict[str, Any] = {"lastName": "Still", "country": "NO", "preferences": {"phone": "DO_NOT_ALLOW"}}
    id = (await desk.make("contact", **values))["id"]
    shown = "version updatedAt"
    before = await desk.change("contact", id, shown)
    same = {"lastName": " Still ", "country": "Norway", "preferences": {"phone": "DO_NOT_ALLOW"}}
    assert await desk.later().change("contact", id, shown, **same) == before
    assert before["version"] == 1
    assert [entry["kind"] for entry in await desk.history(id)] == ["CREATED"]


async def test_absent_stays_and_null_clears(desk: Desk) -> None:
    values: dict[str, Any] = {
        "lastName": "Keeps",
        "jobTitle": "Baker",
        "relationshipTypes": ["CUSTOMER"],
        "preferences": {"phone": "DO_NOT_ALLOW"},
    }
    shown = "jobTitle city relationshipTypes preferences { phone email }"
    id = (await desk.make("contact", **values))["id"]
    kept = await desk.change("contact", id, shown, city="Ulm", preferences={"email": "DO_NOT_ALLOW"})
    both = {"phone": "DO_NOT_ALLOW", "email": "DO_NOT_ALLOW"}
    assert kept == {
        "jobTitle": "Baker",
        "city": "Ulm",
        "relationshipTypes": ["CUSTOMER"],
        "preferences": both,
    }
    cleared = await desk.change("contact", id, shown, jobTitle=None, relationshipTypes=None, preferences=None)
    assert cleared == {"jobTitle": None, "city": "Ulm", "relationshipTypes": [], "preferences": both}


async def test_history_tells_choices_by_name_records_by_global_id_and_who_did_it(desk: Desk) -> None:
    account = (await desk.make("account", name="Known"))["id"]
    id = (await desk.make("contact", lastName="Told"))["id"]
    patch = {
        "accountRole": "INFLUENCER",
        "accountId": account,
        "annualIncome": "12.5",
        "birthDate": "1990-02-03",
    }
    await Desk(desk.db, actor=None, request="r-7").change("contact", id, **patch)
    latest, first = await desk.history(id)
    assert latest == {
        "version": 2,
        "kind": "UPDATED",
        "actor": None,
        "changes": [
            {"field": "accountId", "old": None, "new": account},
            {"field": "accountRole", "old": None, "new": "INFLUENCER"},
            {"field": "annualIncome", "old": None, "new": "12.5"},
            {"field": "birthDate", "old": None, "new": "1990-02-03"},
        ],
    }
    assert first == {"version": 1, "kind": "CREATED", "actor": "ann", "changes": []}
