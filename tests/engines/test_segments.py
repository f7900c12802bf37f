"""Segments have contacts as their members, and nothing else (domain.md 7.1, R8, I14)."""

from typing import Any

import pytest

from db import writes
from db.database import Database
from db.ids import uuid7
from domain.subscriptions import MOST_MEMBERS, Segment, SegmentKind
from resolvers.identity import to_global
from tests.engines.asking import NOW, Client

MEMBERS = "segment { memberCount members { nodes { lastName } } } changed userErrors { code path }"


@pytest.fixture(scope="module")
def client(database: Database) -> Client:
    return Client(database)


async def new_segment(client: Client, **values: Any) -> str:
    given = {"segment": {"name": f"Segment {uuid7(NOW)}", **values}}
    answer = await client.do("segmentCreate", given, "segment { id kind } userErrors { code }")
    assert (answer["segment"]["kind"], answer["userErrors"]) == ("STATIC", [])
    id: str = answer["segment"]["id"]
    return id


async def change(client: Client, act: str, segment: str, *contacts: str) -> Any:
    return await client.do(act, {"id": segment, "contactIds": contacts}, MEMBERS)


async def test_contacts_are_picked_and_taken_out(client: Client) -> None:
    segment = await new_segment(client)
    ash, elm = await client.person(last_name="Ash"), await client.person(last_name="Elm")
    nobody = to_global("Contact", uuid7(NOW))
    added = await change(client, "segmentAddMembers", segment, ash, elm, ash, nobody)
    names = {one["lastName"] for one in added["segment"]["members"]["nodes"]}
    assert (added["changed"], added["segment"]["memberCount"], names) == (2, 2, {"Ash", "Elm"})
    assert (await change(client, "segmentAddMembers", segment, ash))["changed"] == 0
    of_contact = "query ($id: ID!) { contact(by: {id: $id}) { segments { id memberCount } } }"
    found = await client.ask(of_contact, id=ash)
    assert found["contact"]["segments"] == [{"id": segment, "memberCount": 2}]
    removed = await change(client, "segmentRemoveMembers", segment, ash, nobody)
    assert (removed["changed"], removed["segment"]["memberCount"]) == (1, 1)
    assert (await client.ask(of_contact, id=ash))["contact"]["segments"] == []


@pytest.mark.parametrize("act", ["segmentAddMembers", "segmentRemoveMembers"])
@pytest.mark.parametrize("kind", ["Account", "Lead", "Opportunity", "Segment"])
async def test_i14_the_id_of_what_is_no_contact_is_refused_and_nothing_is_done(
    client: Client, act: str, kind: str
) -> None:
    segment, contact = await new_segment(client), await client.person()
    refused = await change(client, act, segment, contact, to_global(kind, uuid7(NOW)))
    assert refused["userErrors"] == [{"code": "SEGMENT_MEMBER_NOT_CONTACT", "path": ["contactIds", "1"]}]
    assert (refused["segment"], refused["changed"]) == (None, 0)
    count = await client.ask("query ($id: ID!) { segment(id: $id) { memberCount } }", id=segment)
    assert count["segment"]["memberCount"] == 0


async def test_a_filter_picks_contacts_once(client: Client) -> None:
    segment = await new_segment(client)
    for number in range(3):
        await client.person(last_name="Yew", city="Delft" if number else "Oslo")
    given = {"id": segment, "where": {"lastName": {"eq": "Yew"}, "city": {"startsWith": "del"}}}
    added = await client.do("segmentAddWhere", given, MEMBERS)
    assert (added["changed"], added["segment"]["memberCount"]) == (2, 2)
    await client.person(last_name="Yew", city="Delft")
    document = """query ($id: ID!) { segment(id: $id) {
      members(where: {city: {eq: "Delft"}}, first: 1) { totalCount { value } nodes { lastName } } } }"""
    page = (await client.ask(document, id=segment))["segment"]["members"]
    assert page == {"totalCount": {"value": 2}, "nodes": [{"lastName": "Yew"}]}
    assert (await client.do("segmentAddWhere", given, MEMBERS))["changed"] == 1


async def test_what_cannot_be_done_to_a_segment_is_refused(client: Client, database: Database) -> None:
    segment, contact = await new_segment(client), await client.person()
    dynamic = Segment(uuid7(NOW), 1, NOW, NOW, "By query", None, SegmentKind.DYNAMIC)
    async with database.transaction() as tx:
        await writes.insert(tx, "segment", [dynamic])

    async def no(id: str, *contacts: str) -> list[Any]:
        answer = await change(client, "segmentAddMembers", id, *contacts)
        return [(one["code"], *one["path"]) for one in answer["userErrors"]]

    assert await no(to_global("Segment", dynamic.id), contact) == [("READ_ONLY", "id")]
    assert await no(to_global("Segment", uuid7(NOW)), contact) == [("NOT_FOUND", "id")]
    assert await no(segment, "nonsense") == [("INVALID", "contactIds", "0")]
    assert await no(segment, *[contact] * (MOST_MEMBERS + 1)) == [("TOO_MANY", "contactIds")]


async def test_a_segment_is_written_by_version_and_deleted_without_its_contacts(client: Client) -> None:
    segment, contact = await new_segment(client, description="Whom we know."), await client.person()
    await change(client, "segmentAddMembers", segment, contact)
    shown = "segment { name description version } userErrors { code path }"
    given = {"id": segment, "patch": {"name": "Known", "description": None}, "expectedVersion": 1}
    changed = await client.do("segmentUpdate", given, shown)
    assert changed["segment"] == {"name": "Known", "description": None, "version": 2}
    assert (await client.do("segmentUpdate", given, shown))["userErrors"][0]["code"] == "STALE"
    nameless = await client.do("segmentUpdate", {"id": segment, "patch": {"name": ""}}, shown)
    assert nameless["userErrors"] == [{"code": "REQUIRED", "path": ["patch", "name"]}]
    deleted = await client.do("segmentDelete", {"id": segment}, "deletedId userErrors { code }")
    assert deleted == {"deletedId": segment, "userErrors": []}
    found = await client.ask("query ($id: ID!) { contact(by: {id: $id}) { segments { id } } }", id=contact)
    assert found["contact"] == {"segments": []}


async def test_asked_again_under_its_key_a_pick_is_done_once_and_told_alike(client: Client) -> None:
    segment, contact = await new_segment(client), await client.person()
    given = {"id": segment, "contactIds": [contact], "idempotencyKey": "pick once"}
    first = await client.do("segmentAddMembers", given, "changed segment { id }")
    await change(client, "segmentRemoveMembers", segment, contact)
    assert await client.do("segmentAddMembers", given, "changed segment { id }") == first
    found = await client.ask("query ($id: ID!) { segment(id: $id) { memberCount } }", id=segment)
    assert found["segment"]["memberCount"] == 0
