"""Many clients write the same few records at once: nothing is lost, nobody hears of a deadlock."""

import asyncio
import random
from collections import Counter
from datetime import UTC, datetime
from typing import Any

from db.database import Database
from resolvers.context import Context
from schema.build import schema

CLIENTS, ROUNDS = 20, 5
NOW = datetime(2026, 6, 1, tzinfo=UTC)


async def asked(db: Database, document: str, variables: dict[str, Any], actor: str) -> Any:
    """The answer of one mutation; anything but user errors is a fault."""
    context = Context(db, datetime.now(UTC), actor, "request")
    result = await schema.execute(document, variable_values=variables, context_value=context)
    assert result.errors is None, result.errors
    (answer,) = (result.data or {}).values()
    return answer


CREATE = """mutation($values: ContactInput!) {
  contactCreate(input: {contact: $values}) { contact { id version } userErrors { code } }
}"""
ACCOUNT = """mutation($name: String!) {
  accountCreate(input: {account: {name: $name}}) { account { id } userErrors { code } }
}"""
UPDATE = """mutation($id: ID!, $patch: ContactInput!, $version: Int) {
  contactUpdate(input: {id: $id, patch: $patch, expectedVersion: $version}) {
    contact { version } userErrors { code version changed }
  }
}"""
UPSERT = """mutation($rows: [ContactUpsertRow!]!) {
  contactsUpsert(input: {rows: $rows}) { results { fate userErrors { code } } userErrors { code } }
}"""
MOVE = """mutation($id: ID!, $account: ID) {
  contactMove(input: {id: $id, accountId: $account}) { contact { version } userErrors { code } }
}"""
STATE = "select id, version, description, account_id from contact order by created_at, id"


async def _people(db: Database, count: int) -> list[str]:
    made = [await asked(db, CREATE, {"values": {"lastName": f"Kettle {at}"}}, "setup") for at in range(count)]
    return [one["contact"]["id"] for one in made]


async def test_no_update_is_lost_among_clients_that_tell_the_version_they_have_read(
    database: Database,
) -> None:
    """Each client adds its mark to a text that all edit; who is stale reads again and tries again."""
    people = await _people(database, 3)
    read = "query($id: ID!) { contact(by: {id: $id}) { version description } }"

    async def add(client: int) -> None:
        chance = random.Random(client)
        for at in range(ROUNDS):
            id = chance.choice(people)
            while True:
                seen = await asked(database, read, {"id": id}, "")
                patch = {"description": f"{seen['description'] or ''} {client}.{at}"}
                written = {"id": id, "patch": patch, "version": seen["version"]}
                done = await asked(database, UPDATE, written, f"client {client}")
                if not done["userErrors"]:
                    break
                assert [error["code"] for error in done["userErrors"]] == ["STALE"]
                assert done["userErrors"][0]["changed"] == ["description"]

    await asyncio.gather(*map(add, range(CLIENTS)))
    kept = await database.reads().rows("state", text=STATE)
    marks = Counter(mark for row in kept for mark in (row["description"] or "").split())
    assert marks == Counter(f"{client}.{at}" for client in range(CLIENTS) for at in range(ROUNDS))
    versions = "select count(*) = max(version) as whole from record_history group by record_id"
    assert all(row["whole"] for row in await database.reads().rows("versions", text=versions))


async def test_moves_and_bulk_writes_that_cross_each_other_all_succeed(database: Database) -> None:
    """Moves between the same accounts both ways, bulk upserts of the same contacts in any order."""
    people = await _people(database, 6)
    accounts = [
        (await asked(database, ACCOUNT, {"name": f"Account {at}"}, "setup"))["account"]["id"]
        for at in range(3)
    ]

    async def act(client: int) -> None:
        chance = random.Random(100 + client)
        for at in range(ROUNDS):
            if chance.random() < 0.5:
                place = {"id": chance.choice(people), "account": chance.choice([None, *accounts])}
                done = await asked(database, MOVE, place, f"client {client}")
                assert {error["code"] for error in done["userErrors"]} <= {"OUT_OF_ORDER"}
                continue
            chosen = chance.sample(people, 4)
            rows = [{"by": {"id": id}, "contact": {"jobTitle": f"{client}.{at}"}} for id in chosen]
            done = await asked(database, UPSERT, {"rows": rows}, f"client {client}")
            assert {one["fate"] for one in done["results"]} <= {"UPDATED", "UNCHANGED"}

    await asyncio.gather(*map(act, range(CLIENTS)))
    belong = """select contact.id from contact
        left join contact_account_membership stay on stay.contact_id = contact.id and stay.to_at is null
        where contact.account_id is distinct from stay.account_id"""
    assert await database.reads().rows("belong", text=belong) == []


async def test_a_key_used_by_many_at_once_does_the_thing_once(database: Database) -> None:
    """Twenty retries of one creation, all at the same moment."""
    document = CREATE.replace("{contact: $values}", '{contact: $values, idempotencyKey: "once"}')
    values = {"values": {"lastName": "Once"}}
    answers = await asyncio.gather(*(asked(database, document, values, "ann") for _ in range(CLIENTS)))
    assert len({answer["contact"]["id"] for answer in answers}) == 1
    kept = "select count(*) as n from contact where last_name = 'Once'"
    (found,) = await database.reads().rows("kept", text=kept)
    assert found["n"] == 1
