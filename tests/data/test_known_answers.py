"""Answers known of the real files: an initiative's table by arm, machines by name, counts by brute force."""

import csv
import gzip
from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from db.database import Database
from domain.facts import NewInteraction
from domain.identities import to_global
from domain.interactions import InteractionType
from engines import ingest
from tests.data.recounted import introduce_the_unknown
from tests.data.test_real_files import DATA
from tests.engines.imports.house import ask, bring, one
from tests.engines.mutating import Desk
from tests.engines.test_everything_recounted import differences

pytestmark = pytest.mark.skipif(not DATA.is_dir(), reason=f"the real files are not in {DATA}")
T = InteractionType
SENT = datetime(2026, 3, 2, 8, 0, 7, tzinfo=UTC)
NOW = SENT + timedelta(days=30)
ARMS = {
    "Mens E-Mail": (21_307, 3_894, 267, 30_311.69),
    "Womens E-Mail": (21_387, 3_238, 189, 23_038.11),
    "No E-Mail": (21_306, 2_262, 122, 13_908.33),
}
"""Contacts, visits, conversions, spend: the table of the data's own account."""


def rows(path: str) -> list[dict[str, str]]:
    """The rows of one of the files."""
    opened = gzip.open if path.endswith(".gz") else open
    with opened(DATA / path, "rt", encoding="utf-8-sig") as file:
        return list(csv.DictReader(file))


async def everybody(db: Database, arms: list[str]) -> dict[str, Any]:
    """An account for each arm and a contact for each row in it, by number; the accounts."""
    async with db.transaction() as tx:
        text = (
            "insert into account (id, created_at, updated_at, name)"
            " select gen_random_uuid(), $2, $2, name from unnest($1::text[]) name"
        )
        await tx.run("accounts", list(ARMS), SENT, text=text)
        text = (
            "with made as ("
            "  insert into contact (id, created_at, updated_at, last_name, account_id)"
            "  select gen_random_uuid(), $2, $2, number::text, account.id"
            "  from unnest($1::text[]) with ordinality given (arm, number) join account on account.name = arm"
            "  returning id, last_name, account_id"
            "), stays as ("
            "  insert into contact_account_membership (contact_id, from_at, account_id)"
            "  select id, $2, account_id from made"
            ") insert into source_key select 'hillstrom', 'contact', last_name, id from made"
        )
        await tx.run("contacts", arms, SENT - timedelta(days=1), text=text)
        found = await tx.rows("ids", list(ARMS), text="select name, id from account where name = any($1)")
    return {row["name"]: row["id"] for row in found}


def happened(number: int, row: dict[str, str]) -> Iterator[NewInteraction]:
    """What one customer of the initiative got and did."""
    done: list[tuple[T, int, dict[str, Any]]] = []
    if row["segment"] != "No E-Mail":
        done.append((T.EMAIL_SENT, 0, {}))
    if row["visit"] == "1":
        done.append((T.WEBSITE_VISITED, 1, {}))
    if row["conversion"] == "1":
        done.append((T.CUSTOM, 2, {"name": "Purchase", "spend": float(row["spend"])}))
    for kind, day, properties in done:
        yield NewInteraction(
            kind,
            SENT + timedelta(days=day, seconds=number % 50_000),
            "hillstrom",
            f"{number}-{day}",
            contact_key=str(number),
            message_id=row["segment"] if kind is T.EMAIL_SENT else None,
            properties=properties,
        )


async def test_hillstroms_table_by_arm(database: Database) -> None:
    given = rows("email-hillstrom/customers.csv.gz")
    accounts = await everybody(database, [row["segment"] for row in given])
    done = [new for number, row in enumerate(given, start=1) for new in happened(number, row)]
    for start in range(0, len(done), 10_000):
        taken = await ingest.ingest(database, done[start : start + 10_000], NOW)
        assert {each.outcome for each in taken} == {ingest.Outcome.STORED}
    document = """query ($id: ID!) { node(id: $id) { ... on Account { insights {
        contacts engagedContacts reach email { sent } byType { type count }
    } } } }"""
    for arm, (contacts, visits, conversions, spend) in ARMS.items():
        answer = await Desk(database, NOW).ask(document, {"id": to_global("Account", accounts[arm])})
        found = answer["node"]["insights"]
        kinds = {entry["type"]: entry["count"] for entry in found["byType"]}
        assert (found["contacts"], found["engagedContacts"]) == (contacts, visits)
        assert (kinds["WEBSITE_VISITED"], kinds["CUSTOM"]) == (visits, conversions)
        assert found["email"]["sent"] == (0 if arm == "No E-Mail" else contacts)
        assert found["reach"] == pytest.approx(visits / contacts)
        text = "select sum((properties ->> 'spend')::numeric)::float from interaction where account_id = $1"
        assert await one(database, text, accounts[arm]) == pytest.approx(spend, abs=0.005)


async def test_machines_are_named_among_marketos_clicks_and_opens(database: Database) -> None:
    await bring(database, "marketo", DATA / "events-marketo")
    waiting = "select count(*) from orphan_interaction where properties ->> 'actorRule' = 'IMAGE_PROXY'"
    opens = rows("events-marketo/activity_open_email.csv")
    proxied = sum("GoogleImageProxy" in row["user_agent"] for row in opens)
    assert (await one(database, waiting), proxied) == (40, 40)
    await introduce_the_unknown(database)
    named = await ask(
        database,
        "select source_key.key, type, actor, properties ->> 'actorRule', count(*)::int from interaction"
        " join source_key on record_id = contact_id and source_key.source = 'marketo'"
        " where type = 'EMAIL_CLICKED' and interaction.source = 'marketo'"
        " group by 1, 2, 3, 4 order by 5 desc",
    )
    assert named[0] == ("1124755", "EMAIL_CLICKED", "MACHINE", "TOO_OFTEN", 94)
    assert {(actor, rule) for _, _, actor, rule, _ in named[1:]} == {("UNKNOWN", None)}
    assert sum(number for *_, number in named[1:]) == 6
    await _clicks_of(database, "1124755")


async def _clicks_of(db: Database, key: str) -> None:
    """The busy clicker's insights, against the file counted by hand."""
    clicks = [row for row in rows("events-marketo/activity_click_email.csv") if row["lead_id"] == key]
    names = ("primary_attribute_value_id", "campaign_id", "campaign_run_id", "step_id")
    copies = {tuple(row[name] for name in names) for row in clicks}
    links = {(*(row[name] for name in names), row["link"]) for row in clicks if row["link"]}
    id = await one(db, "select record_id from source_key where source = 'marketo' and key = $1", key)
    document = """query ($id: ID!, $all: Boolean!) { node(id: $id) { ... on Contact {
        insights(allTime: true, includeMachines: $all) {
            email { totalClicks uniqueMessageClicks uniqueLinkClicks } } } } }"""
    for machines, expected in ((False, (0, 0, 0)), (True, (len(clicks), len(copies), len(links)))):
        answer = await Desk(db, NOW).ask(document, {"id": to_global("Contact", id), "all": machines})
        assert tuple(answer["node"]["insights"]["email"].values()) == expected
    assert len(clicks) == 94


async def test_machines_are_named_among_hubspots_opens(database: Database) -> None:
    await bring(database, "hubspot", DATA / "events-hubspot")
    await introduce_the_unknown(database)
    named = await ask(
        database,
        "select source_id from interaction"
        " where source = 'hubspot' and properties ->> 'actorRule' = 'TOO_OFTEN'",
    )
    events = rows("events-hubspot/email_event.csv")
    assert {id.removeprefix("email:") for (id,) in named} == _too_often(events)
    busiest = Counter((row["recipient"], row["email_campaign_id"]) for row in events if row["type"] == "OPEN")
    assert busiest.most_common(1)[0][1] == 16
    filtered = (
        "select count(*) from interaction"
        " where actor = 'MACHINE' and not properties ? 'actorRule' and source = $1"
    )
    assert await one(database, filtered, "hubspot") == sum(row["filtered_event"] == "true" for row in events)
    assert await differences(database) == []


def _too_often(events: list[dict[str, str]]) -> set[str]:
    """The opens of one copy that lie with nine others within an hour, sought by brute force."""
    copies: defaultdict[Any, list[tuple[datetime, str]]] = defaultdict(list)
    for row in events:
        if row["type"] == "OPEN":
            moment = datetime.fromisoformat(row["created"])
            copies[row["recipient"], row["email_campaign_id"]].append((moment, row["id"]))
    found: set[str] = set()
    for opens in copies.values():
        for first, _ in opens:
            within = {id for at, id in opens if timedelta() <= at - first <= timedelta(hours=1)}
            found |= within if len(within) >= 10 else set()
    assert len(found) > 10
    return found
