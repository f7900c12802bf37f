"""Closing sales and opening them again, leads that are closed, the contact of a lead that has none."""

from typing import Any

import pytest

from db.database import Database
from domain.intake import Incoming
from domain.pipeline import LeadStatus
from engines.customers import receive
from tests.engines.mutating import NOW, Desk

SALE = (
    "opportunity { version state status actualValue actualClosedAt"
    " closings { status closedAt actualRevenue competitor description canceledAt } }"
)


@pytest.fixture
def desk(database: Database) -> Desk:
    """Somebody who writes."""
    return Desk(database)


async def test_a_won_sale_brings_what_was_estimated_unless_it_is_said_what_it_brought(desk: Desk) -> None:
    for given, brought in (({}, "100"), ({"actualRevenue": "80.5"}, "80.5")):
        id = (await desk.make("opportunity", name="Kettles", estimatedValue="100"))["id"]
        done = await desk.do("opportunityClose", {"id": id, "status": "WON", **given}, SALE)
        assert done["userErrors"] == []
        sale = done["opportunity"]
        assert (sale["state"], sale["status"], sale["actualValue"]) == ("WON", "WON", brought)
        assert (sale["version"], sale["actualClosedAt"]) == (2, "2026-06-01T12:00:00Z")
        (closing,) = sale["closings"]
        assert (closing["actualRevenue"], closing["canceledAt"]) == (brought, None)


async def test_a_lost_sale_tells_to_whom_and_brings_nothing(desk: Desk) -> None:
    id = (await desk.make("opportunity", name="Lids", estimatedValue="100"))["id"]
    lost = {"id": id, "status": "OUT_SOLD", "competitor": "Pot & Pan", "closedAt": "2026-05-20T08:00:00Z"}
    sale = (await desk.do("opportunityClose", lost, SALE))["opportunity"]
    assert (sale["state"], sale["actualValue"]) == ("LOST", None)
    assert sale["closings"][0]["competitor"] == "Pot & Pan"
    assert sale["actualClosedAt"] == sale["closings"][0]["closedAt"] == "2026-05-20T08:00:00Z"


async def test_a_closed_sale_is_read_only_until_it_is_reopened(desk: Desk) -> None:
    id = (await desk.make("opportunity", name="Spouts", estimatedValue="7"))["id"]
    await desk.do("opportunityClose", {"id": id, "status": "WON"})
    change = {"id": id, "patch": {"name": "Handles"}}
    assert await desk.refused("opportunityUpdate", change) == [("READ_ONLY", "id")]
    assert await desk.refused("opportunityClose", {"id": id, "status": "WON"}) == [("READ_ONLY", "id")]
    later = desk.later(3600)
    sale = (await later.do("opportunityReopen", {"id": id, "expectedVersion": 2}, SALE))["opportunity"]
    assert (sale["state"], sale["status"], sale["actualValue"]) == ("OPEN", "IN_PROGRESS", None)
    assert [closing["canceledAt"] for closing in sale["closings"]] == ["2026-06-01T13:00:00Z"]
    assert await desk.refused("opportunityReopen", {"id": id}) == [("INVALID", "id")]
    await desk.change("opportunity", id, name="Handles")
    again = await later.do("opportunityClose", {"id": id, "status": "CANCELED"}, SALE)
    assert [closing["status"] for closing in again["opportunity"]["closings"]] == ["WON", "CANCELED"]
    assert [entry["version"] for entry in await desk.history(id)] == [5, 4, 3, 2, 1]


@pytest.mark.parametrize(
    ("closing", "refused"),
    [
        ({"status": "ON_HOLD"}, ("INVALID", "status")),
        ({"status": "WON", "closedAt": "2026-06-02T00:00:00Z"}, ("INVALID", "closedAt")),
        ({"status": "WON", "actualRevenue": "1e16"}, ("INVALID", "actualRevenue")),
        ({"status": "OUT_SOLD", "competitor": "x" * 501}, ("INVALID", "competitor")),
        ({"status": "WON", "expectedVersion": 7}, ("STALE", "expectedVersion")),
    ],
)
async def test_a_closing_that_cannot_be_leaves_the_sale_open(
    desk: Desk, closing: dict[str, Any], refused: tuple[str, str]
) -> None:
    id = (await desk.make("opportunity", name="Open"))["id"]
    assert await desk.refused("opportunityClose", {"id": id, **closing}) == [refused]
    assert await desk.change("opportunity", id, "state version closings { id }") == {
        "state": "OPEN",
        "version": 1,
        "closings": [],
    }


@pytest.mark.parametrize(("entity", "status"), [("lead", "QUALIFIED"), ("opportunity", "WON")])
async def test_nothing_is_closed_by_a_change_of_its_status(desk: Desk, entity: str, status: str) -> None:
    values = {"topic": "T"} if entity == "lead" else {"name": "N"}
    create = {entity: {**values, "status": status}}
    assert await desk.refused(f"{entity}Create", create) == [("INVALID", f"{entity}.status")]
    id = (await desk.make(entity, **values))["id"]
    change = {"id": id, "patch": {"status": status}}
    assert await desk.refused(f"{entity}Update", change) == [("INVALID", "patch.status")]


async def test_a_closed_lead_is_read_only(desk: Desk) -> None:
    closed = Incoming("lead", "crm", ("closed",), {"topic": "Done", "status": LeadStatus.QUALIFIED})
    async with desk.db.transaction() as tx:
        await receive(tx, [closed], NOW)
    document = "query ($by: RecordBy!) { lead(by: $by) { id } }"
    by = {"sourceKey": {"source": "crm", "key": "closed"}}
    id = (await desk.ask(document, {"by": by}))["lead"]["id"]
    change = {"id": id, "patch": {"topic": "Else"}}
    assert await desk.refused("leadUpdate", change) == [("READ_ONLY", "id")]
    row = {"by": by, "lead": {"topic": "Else"}}
    answer = await desk.do("leadsUpsert", {"rows": [row]}, "results { userErrors { code path } }")
    assert answer["results"][0]["userErrors"] == [{"code": "READ_ONLY", "path": ["rows", "0", "id"]}]


GENERATED = (
    "lead { version contact { id fullName jobTitle country email marketingOnly originatingLead { id } } }"
)


async def test_an_orphan_lead_is_given_the_active_contact_with_its_address(desk: Desk) -> None:
    older = await desk.make("contact", lastName="Asleep", email="match@example.org")
    await desk.do("contactDeactivate", {"id": older["id"]})
    known = await desk.make("contact", lastName="Awake", email="Match@example.org")
    lead = await desk.make("lead", topic="Kettles", email="match@EXAMPLE.org")
    done = (await desk.do("leadGenerateContact", {"id": lead["id"]}, GENERATED))["lead"]
    assert (done["contact"]["id"], done["version"]) == (known["id"], 2)
    assert done["contact"]["originatingLead"] is None


async def test_an_orphan_lead_without_a_match_is_given_a_new_contact_for_marketing_only(desk: Desk) -> None:
    person = {
        "firstName": "Una",
        "lastName": "Known",
        "email": "una@example.org",
        "jobTitle": "Cook",
        "country": "NO",
    }
    lead = await desk.make("lead", topic="Lids", **person)
    found = (await desk.do("leadGenerateContact", {"id": lead["id"]}, GENERATED))["lead"]["contact"]
    assert found == {
        "id": found["id"],
        "fullName": "Una Known",
        "jobTitle": "Cook",
        "country": "Norway",
        "email": "una@example.org",
        "marketingOnly": True,
        "originatingLead": {"id": lead["id"]},
    }


async def test_a_lead_that_has_a_parent_or_names_nobody_is_given_no_contact(desk: Desk) -> None:
    account = await desk.make("account", name="Parent")
    owned = await desk.make("lead", topic="Owned", accountId=account["id"])
    assert await desk.refused("leadGenerateContact", {"id": owned["id"]}) == [("INVALID", "id")]
    nobody = await desk.make("lead", topic="Nobody")
    assert [code for code, _ in await desk.refused("leadGenerateContact", {"id": nobody["id"]})] == [
        "REQUIRED"
    ]
    named = await desk.make("lead", topic="Named", lastName="Somebody")
    stale = {"id": named["id"], "expectedVersion": 4}
    assert await desk.refused("leadGenerateContact", stale) == [("STALE", "expectedVersion")]
