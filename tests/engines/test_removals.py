"""What a deleted account, lead or opportunity leaves behind: nobody's insights but its own change."""

from datetime import timedelta
from typing import Any

import pytest
from strawberry.utils.str_converters import to_camel_case

from db.database import Database
from domain.facts import NewInteraction
from domain.interactions import InteractionType
from engines.ingest import ingest
from tests.engines.mutating import NOW, Desk
from tests.recount import Fact, recount

T = InteractionType
STEPS = (T.EMAIL_SENT, T.EMAIL_DELIVERED, T.EMAIL_OPENED, T.EMAIL_OPENED, T.EMAIL_CLICKED)
FIGURES = ("sent", "delivered", "total_opens", "unique_opens", "total_clicks", "unique_message_clicks")
EMAIL = " ".join(map(to_camel_case, FIGURES))
INSIGHTS = f"""query ($id: ID!) {{ node(id: $id) {{
  ... on Contact {{ insights(from: null) {{ interactions email {{ {EMAIL} }} }} }}
  ... on Account {{ insights(from: null) {{ interactions contacts email {{ {EMAIL} }} }} }}
}} }}"""
COUNTS = """select
    (select count(*) from interaction) as interactions,
    (select count(*) from contact_account_membership where account_id = $1) as stays,
    (select count(*) from interaction where account_id = $1) as stamped,
    (select count(*) from account_rollup where account_id = $1) as sums,
    (select count(*) from contact_rollup where account_id = $1) as own"""


@pytest.fixture
def desk(database: Database) -> Desk:
    """Somebody who writes."""
    return Desk(database)


async def _people(desk: Desk, accounts: list[str]) -> tuple[list[str], list[list[Fact]]]:
    """Three contacts who were sent mail in one account, and moved: two to the other, one back again."""
    then = Desk(desk.db, NOW - timedelta(days=40))
    rows = [
        {
            "by": {"sourceKey": {"source": "crm", "key": f"p{at}"}},
            "contact": {"lastName": f"P{at}", "accountId": accounts[0]},
        }
        for at in range(3)
    ]
    answer = await then.do("contactsUpsert", {"rows": rows}, "results { contact { id } }")
    ids = [one["contact"]["id"] for one in answer["results"]]
    facts: list[list[Fact]] = [[], [], []]
    for days, account in ((30, None), (10, accounts[1]), (5, accounts[0])):
        moment = NOW - timedelta(days=days)
        for at, id in enumerate(ids):
            if account is not None and (account == accounts[1] or at == 2):
                move = {"id": id, "accountId": account, "movedAt": moment.isoformat()}
                assert await desk.refused("contactMove", move) == []
            facts[at] += await _mail(desk.db, at, f"{days}", moment + timedelta(hours=1))
    return ids, facts


async def _mail(db: Database, at: int, message: str, moment: Any) -> list[Fact]:
    given = [
        NewInteraction(
            kind,
            moment + timedelta(minutes=step),
            "crm",
            f"{message} {at} {step}",
            contact_key=f"p{at}",
            message_id=message,
            link="https://kettle.example" if kind is T.EMAIL_CLICKED else None,
        )
        for step, kind in enumerate(STEPS[: 3 + at])
    ]
    await ingest(db, given, NOW)
    return [Fact(at, None, one.type, one.occurred_at, copy=message, link=one.link) for one in given]


def _figures(shown: dict[str, Any]) -> dict[str, int]:
    return {"interactions": shown["insights"]["interactions"], **shown["insights"]["email"]}


def _recounted(facts: list[Fact]) -> dict[str, int]:
    found = recount(facts, None, None, machines=False)
    email = {to_camel_case(name): getattr(found.email, name) for name in FIGURES}
    return {"interactions": found.interactions, **email}


async def test_contacts_of_a_deleted_account_keep_what_they_did(desk: Desk) -> None:
    accounts = [(await desk.make("account", name=name))["id"] for name in ("Goes", "Stays")]
    ids, facts = await _people(desk, accounts)
    leads = [(await desk.make("lead", topic="Of it", accountId=account))["id"] for account in accounts]
    below = (await desk.make("account", name="Below", parentAccountId=accounts[0]))["id"]
    sale = (await desk.make("opportunity", name="Its", accountId=accounts[0], contactId=ids[0]))["id"]
    others = (await desk.ask(INSIGHTS, {"id": accounts[1]}))["node"]
    deleted = await desk.do("accountDelete", {"id": accounts[0]}, "deletedId")
    assert deleted == {"deletedId": accounts[0], "userErrors": []}
    for id, known in zip(ids, facts, strict=True):
        shown = (await desk.ask(INSIGHTS, {"id": id}))["node"]
        assert _figures(shown) == _recounted(known)
    assert (await desk.ask(INSIGHTS, {"id": accounts[1]}))["node"] == others
    assert (await desk.ask(INSIGHTS, {"id": accounts[0]}))["node"] is None
    shown = "version account { id }"
    left = [await desk.change("contact", id, shown) for id in ids]
    assert [one["account"] for one in left] == [{"id": accounts[1]}, {"id": accounts[1]}, None]
    assert [(await desk.change("lead", id, shown))["account"] for id in leads] == [None, {"id": accounts[1]}]
    assert (await desk.change("opportunity", sale, shown)) == {"version": 2, "account": None}
    assert (await desk.change("account", below, "version parentAccount { id }"))["parentAccount"] is None
    latest = (await desk.history(ids[2]))[0]["changes"]
    assert latest == [{"field": "accountId", "old": accounts[0], "new": None}]


async def test_nothing_of_a_deleted_account_is_left_in_any_sum(desk: Desk) -> None:
    rows = await desk.db.reads().rows(
        "names", text="select record_id from record_history where entity = 'account' and kind = 'DELETED'"
    )
    for gone in rows:
        (found,) = await desk.db.reads().rows("counts", gone["record_id"], text=COUNTS)
        assert dict(found) == {**dict(found), "stays": 0, "stamped": 0, "sums": 0, "own": 0}
    assert len(rows) == 1


async def test_a_deleted_lead_leaves_its_contact_what_it_did(desk: Desk) -> None:
    contact = (await desk.make("contact", lastName="Brought"))["id"]
    lead = (await desk.make("lead", topic="Goes", contactId=contact))["id"]
    await desk.change("contact", contact, originatingLeadId=lead)
    sale = (await desk.make("opportunity", name="From it", originatingLeadId=lead))["id"]
    assert await desk.refused("leadDelete", {"id": lead, "expectedVersion": 2}) == [
        ("STALE", "expectedVersion")
    ]
    assert await desk.refused("leadDelete", {"id": lead}) == []
    assert await desk.refused("leadDelete", {"id": lead}) == [("NOT_FOUND", "id")]
    shown = "originatingLead { id }"
    assert await desk.change("contact", contact, shown) == {"originatingLead": None}
    assert await desk.change("opportunity", sale, shown) == {"originatingLead": None}


async def test_a_deleted_opportunity_goes_with_its_closings(desk: Desk) -> None:
    sale = (await desk.make("opportunity", name="Goes"))["id"]
    await desk.do("opportunityClose", {"id": sale, "status": "CANCELED"})
    assert await desk.refused("opportunityDelete", {"id": sale}) == []
    left = await desk.db.reads().rows("left", text="select from opportunity_close")
    assert left == []
