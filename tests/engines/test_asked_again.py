"""Asking again under a key: done once, answered as the first time, and never for somebody else."""

from typing import Any

import pytest

from db.database import Database
from tests.engines.mutating import Desk, told

SHOWN = "contact { id version lastName }"


@pytest.fixture
def desk(database: Database) -> Desk:
    """Somebody who writes."""
    return Desk(database)


def _new(key: str, name: str) -> dict[str, Any]:
    return {"contact": {"lastName": name}, "idempotencyKey": key}


async def _named(desk: Desk, name: str) -> int:
    where = {"lastName": {"eq": name}}
    document = "query ($where: ContactWhere) { contacts(where: $where) { totalCount { value } } }"
    count: int = (await desk.ask(document, {"where": where}))["contacts"]["totalCount"]["value"]
    return count


async def test_a_creation_asked_again_is_done_once(desk: Desk) -> None:
    first = await desk.do("contactCreate", _new("k1", "Once"), SHOWN)
    again = await desk.later(3600).do("contactCreate", _new("k1", "Once"), SHOWN)
    assert again == first
    assert await _named(desk, "Once") == 1


async def test_a_record_that_has_changed_since_is_answered_as_it_is_now(desk: Desk) -> None:
    first = await desk.do("contactCreate", _new("k2", "Early"), SHOWN)
    await desk.change("contact", first["contact"]["id"], lastName="Late")
    again = await desk.do("contactCreate", _new("k2", "Early"), SHOWN)
    assert again["contact"] == {"id": first["contact"]["id"], "version": 2, "lastName": "Late"}


@pytest.mark.parametrize(("entity", "name"), [("contact", "lastName"), ("account", "name")])
async def test_a_record_that_is_gone_since_does_not_come_back(desk: Desk, entity: str, name: str) -> None:
    create = {entity: {name: "Gone"}, "idempotencyKey": f"k3 {entity}"}
    first = await desk.do(f"{entity}Create", create, f"{entity} {{ id }}")
    await desk.do(f"{entity}Delete", {"id": first[entity]["id"]})
    assert await desk.refused(f"{entity}Create", create) == [("NOT_FOUND", "idempotencyKey")]
    assert await desk.refused(f"{entity}Create", create) == [("NOT_FOUND", "idempotencyKey")]


async def test_a_bulk_write_of_a_contact_that_is_gone_since_does_not_bring_it_back(desk: Desk) -> None:
    by = {"sourceKey": {"source": "crm", "key": "gone"}}
    input = {"rows": [{"by": by, "contact": {"lastName": "Gone Too"}}], "idempotencyKey": "k3 bulk"}
    first = await desk.do("contactsUpsert", input, BULK)
    await desk.do("contactDelete", {"id": first["results"][0]["contact"]["id"]})
    assert await desk.refused("contactsUpsert", input) == [("NOT_FOUND", "idempotencyKey")]
    assert await _named(desk, "Gone Too") == 0


async def test_a_change_asked_again_does_not_undo_what_came_between(desk: Desk) -> None:
    id = (await desk.make("contact", lastName="Base"))["id"]
    change = {"id": id, "patch": {"jobTitle": "First"}, "expectedVersion": 1, "idempotencyKey": "k4"}
    await desk.do("contactUpdate", change)
    await desk.change("contact", id, jobTitle="Second")
    again = await desk.do("contactUpdate", change, "contact { version jobTitle }")
    assert again == {"contact": {"version": 3, "jobTitle": "Second"}, "userErrors": []}


async def test_a_move_asked_again_is_made_once(desk: Desk) -> None:
    account = (await desk.make("account", name="Goal"))["id"]
    id = (await desk.make("contact", lastName="Moves"))["id"]
    move = {"id": id, "accountId": account, "idempotencyKey": "k5"}
    shown = "contact { version memberships { from } }"
    first = await desk.do("contactMove", move, shown)
    assert await desk.later().do("contactMove", move, shown) == first
    assert len(first["contact"]["memberships"]) == 1


async def test_a_move_of_a_contact_that_has_changed_since_is_stale(desk: Desk) -> None:
    id = (await desk.make("contact", lastName="Stale"))["id"]
    account = (await desk.make("account", name="Aim"))["id"]
    await desk.change("contact", id, jobTitle="New")
    move = {"id": id, "accountId": account, "expectedVersion": 1}
    answer = await desk.do("contactMove", move)
    assert told(answer) == [("STALE", "expectedVersion")]
    assert (answer["userErrors"][0]["version"], answer["userErrors"][0]["changed"]) == (2, ["jobTitle"])
    done = await desk.do("contactMove", {**move, "expectedVersion": 2}, "contact { version account { id } }")
    assert done["contact"] == {"version": 3, "account": {"id": account}}


@pytest.mark.parametrize(
    ("entity", "values"),
    [
        ("contact", {"lastName": "Leaves"}),
        ("account", {"name": "Leaves"}),
        ("lead", {"topic": "Leaves"}),
        ("opportunity", {"name": "Leaves"}),
        ("subscriptionList", {"name": "Leaves"}),
        ("segment", {"name": "Leaves"}),
        ("subscriptionCenter", {"name": "Leaves"}),
        ("savedView", {"name": "Leaves", "entity": "CONTACT"}),
    ],
)
async def test_a_deletion_asked_again_tells_again_what_was_deleted(
    desk: Desk, entity: str, values: dict[str, Any]
) -> None:
    id = (await desk.do(f"{entity}Create", {entity: values}, f"{entity} {{ id }}"))[entity]["id"]
    delete = {"id": id, "idempotencyKey": f"delete {entity}"}
    for _ in range(3):
        assert await desk.do(f"{entity}Delete", delete, "deletedId") == {"deletedId": id, "userErrors": []}
    assert await desk.refused(f"{entity}Delete", {"id": id}) == [("NOT_FOUND", "id")]
    stale = {**delete, "expectedVersion": 1}
    assert await desk.refused(f"{entity}Delete", stale) == [("KEY_REUSED", "idempotencyKey")]


async def test_a_command_asked_again_does_not_undo_what_came_between(desk: Desk) -> None:
    id = (await desk.make("contact", lastName="Rests"))["id"]
    rest = {"id": id, "expectedVersion": 1, "idempotencyKey": "rest"}
    shown = "contact { version state }"
    first = await desk.do("contactDeactivate", rest, shown)
    assert first["contact"] == {"version": 2, "state": "INACTIVE"}
    assert await desk.do("contactDeactivate", rest, shown) == first
    await desk.do("contactActivate", {"id": id, "idempotencyKey": "wake"})
    again = await desk.do("contactDeactivate", rest, shown)
    assert again == {"contact": {"version": 3, "state": "ACTIVE"}, "userErrors": []}
    assert await desk.refused("contactActivate", rest) == [("KEY_REUSED", "idempotencyKey")]


async def test_a_sale_is_closed_and_opened_again_once_for_each_key(desk: Desk) -> None:
    id = (await desk.make("opportunity", name="Sale"))["id"]
    close = {"id": id, "status": "WON", "actualRevenue": 5, "idempotencyKey": "close"}
    reopen = {"id": id, "idempotencyKey": "reopen"}
    shown = "opportunity { version status closings { status canceledAt } }"
    closed = await desk.do("opportunityClose", close, shown)
    assert await desk.do("opportunityClose", close, shown) == closed
    opened = await desk.do("opportunityReopen", reopen, shown)
    assert opened["opportunity"]["status"] == "IN_PROGRESS"
    assert await desk.do("opportunityReopen", reopen, shown) == opened
    assert await desk.refused("opportunityClose", {**close, "status": "CANCELED"}) == [
        ("KEY_REUSED", "idempotencyKey")
    ]


async def test_a_lead_is_given_its_contact_once(desk: Desk) -> None:
    id = (await desk.make("lead", topic="Orphan", lastName="Orphan"))["id"]
    generate = {"id": id, "idempotencyKey": "generate"}
    shown = "lead { version contact { id } }"
    first = await desk.do("leadGenerateContact", generate, shown)
    assert first["lead"]["contact"]["id"]
    assert await desk.do("leadGenerateContact", generate, shown) == first


async def test_a_custom_field_is_retired_restored_and_deleted_once_for_each_key(desk: Desk) -> None:
    field = {"entity": "CONTACT", "name": "asked_again", "label": "Asked", "type": "TEXT"}
    made = await desk.do("customFieldCreate", {"customField": field}, "customField { id }")
    named = {"id": made["customField"]["id"]}
    for act in ("Retire", "Restore"):
        await _twice(desk, f"customField{act}", {**named, "idempotencyKey": act})
    delete = {**named, "idempotencyKey": "end"}
    document = "mutation ($input: RecordInput!) { customFieldDelete(input: $input) { deletedId finished } }"
    for _ in range(2):
        done = await desk.ask(document, {"input": delete})
        assert done["customFieldDelete"] == {"deletedId": named["id"], "finished": True}


async def _twice(desk: Desk, mutation: str, input: dict[str, Any]) -> None:
    done = f"{mutation}(input: $input) {{ customField {{ version }} }}"
    document = f"mutation ($input: RecordInput!) {{ {done} }}"
    first = await desk.ask(document, {"input": input})
    assert first[mutation]["customField"]["version"] > 1
    assert await desk.ask(document, {"input": input}) == first


async def test_another_input_or_another_mutation_under_the_same_key_is_refused(desk: Desk) -> None:
    first = await desk.do("contactCreate", _new("k6", "Same"), SHOWN)
    reused = [("KEY_REUSED", "idempotencyKey")]
    assert await desk.refused("contactCreate", _new("k6", "Other")) == reused
    update = {"id": first["contact"]["id"], "patch": {"lastName": "Same"}, "idempotencyKey": "k6"}
    assert await desk.refused("contactUpdate", update) == reused
    rows = {"rows": [{"contact": {"lastName": "Same"}}], "idempotencyKey": "k6"}
    assert await desk.refused("contactsUpsert", rows) == reused


async def test_keys_belong_to_the_actor_who_uses_them(desk: Desk) -> None:
    answers = [
        await Desk(desk.db, actor=actor).do("contactCreate", _new("k7", "Each"), SHOWN)
        for actor in ("ann", "bob", None)
    ]
    assert len({answer["contact"]["id"] for answer in answers}) == 3


async def test_what_was_refused_is_not_kept(desk: Desk) -> None:
    assert await desk.refused("contactCreate", _new("k8", " ")) == [("REQUIRED", "contact.lastName")]
    done = await desk.do("contactCreate", _new("k8", "Mended"), SHOWN)
    assert done["contact"]["lastName"] == "Mended"


@pytest.mark.parametrize("key", ["", "x" * 256, "line\nbreak"])
async def test_what_is_no_key_is_refused_and_nothing_is_done(desk: Desk, key: str) -> None:
    assert await desk.refused("contactCreate", _new(key, "Keyless")) == [("INVALID", "idempotencyKey")]
    assert await _named(desk, "Keyless") == 0


async def test_a_key_is_forgotten_after_a_day(desk: Desk) -> None:
    first = await desk.do("contactCreate", _new("k9", "Daily"), SHOWN)
    day = 24 * 3600
    within = await desk.later(day - 60).do("contactCreate", _new("k9", "Daily"), SHOWN)
    after = await desk.later(day + 60).do("contactCreate", _new("k9", "Daily"), SHOWN)
    assert within["contact"]["id"] == first["contact"]["id"]
    assert after["contact"]["id"] != first["contact"]["id"]


BULK = (
    "created updated unchanged refused results { index fate contact { id }"
    " userErrors { code path message version changed } }"
)


async def test_a_bulk_write_asked_again_has_the_same_results(desk: Desk) -> None:
    id = (await desk.make("contact", lastName="Target"))["id"]
    await desk.change("contact", id, jobTitle="Seen", preferences={"phone": "DO_NOT_ALLOW"})
    rows = [
        {"by": {"id": id}, "contact": {"jobTitle": "Unseen"}, "expectedVersion": 1},
        {"by": {"id": id}, "contact": {"lastName": "Target"}},
        {"by": {"id": id}, "contact": {"city": "Ulm"}},
        {"contact": {"email": "no address", "currency": "?"}},
        {"by": {"sourceKey": {"source": "crm", "key": "again"}}, "contact": {"lastName": "New"}},
    ]
    input = {"rows": rows, "idempotencyKey": "k10"}
    first = await desk.do("contactsUpsert", input, BULK)
    assert [one["fate"] for one in first["results"]] == [
        "REFUSED",
        "UNCHANGED",
        "UPDATED",
        "REFUSED",
        "CREATED",
    ]
    assert first["results"][0]["userErrors"][0]["changed"] == ["jobTitle", "preferences.phone"]
    assert await desk.later().do("contactsUpsert", input, BULK) == first
    assert (await desk.do("contactUpdate", {"id": id, "patch": {}}, SHOWN))["contact"]["version"] == 3
    policy = {**input, "errorPolicy": "IGNORE_FAILED"}
    assert await desk.refused("contactsUpsert", policy) == [("KEY_REUSED", "idempotencyKey")]


async def test_a_bulk_write_that_is_rejected_is_not_kept(desk: Desk) -> None:
    rows = [{"contact": {"lastName": "Right"}}, {"contact": {"lastName": " "}}]
    input = {"rows": rows, "errorPolicy": "REJECT_EVERYTHING", "idempotencyKey": "k11"}
    rejected = await desk.do("contactsUpsert", input, BULK)
    assert [one["fate"] for one in rejected["results"]] == ["NOT_WRITTEN", "REFUSED"]
    assert told(rejected["results"][1]) == [("REQUIRED", "rows.1.contact.lastName")]
    assert await _named(desk, "Right") == 0
    rows[1] = {"contact": {"lastName": "Mended Too"}}
    done = await desk.do("contactsUpsert", input, BULK)
    assert done["created"] == 2
