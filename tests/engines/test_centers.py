"""Subscription centres: a link is one contact's own, and does what it chooses, no more (domain.md 9.1)."""

from dataclasses import replace
from typing import Any

import pytest

from db.database import Database, connected
from db.ids import uuid7
from domain.subscriptions import LINKS_LAST
from engines.links import signer
from resolvers.identity import to_global
from tests.engines.asking import DENY, DONE, NOW, Client, own

LINK = """query ($contact: ID!, $center: ID, $message: String) {
  subscriptionCenterLink(contactId: $contact, centerId: $center, messageId: $message) {
    token unsubscribeToken expiresAt
  }
}"""
SHOWN = "name firstName lastName email doNotEmail lists { listId name subscribed }"
PAGE = f"query ($token: String!) {{ subscriptionCenter(token: $token) {{ {SHOWN} }} }}"
SUBMITTED = f"page {{ {SHOWN} }} userErrors {{ code path }}"


@pytest.fixture(scope="module")
def client(database: Database) -> Client:
    return Client(database)


async def token(client: Client, contact: str, center: str | None = None, message: str | None = None) -> str:
    found = await client.ask(LINK, contact=contact, center=center, message=message)
    made: str = found["subscriptionCenterLink"]["token"]
    return made


async def new_center(client: Client, *lists: str) -> str:
    given = {"subscriptionCenter": {"name": "Offers", "listIds": lists}}
    shown = "subscriptionCenter { id lists { id } } userErrors { code path }"
    answer = await client.do("subscriptionCenterCreate", given, shown)
    assert [one["id"] for one in answer["subscriptionCenter"]["lists"]] == list(lists)
    id: str = answer["subscriptionCenter"]["id"]
    return id


async def submit(client: Client, of: str, *lists: str, do_not_email: bool = False, **more: Any) -> Any:
    given = {"token": of, "listIds": lists, "doNotEmail": do_not_email, **more}
    return await client.do("subscriptionCenterSubmit", given, SUBMITTED)


async def counted(client: Client) -> int:
    found = await client.ask("{ contacts { totalCount { value } } }")
    number: int = found["contacts"]["totalCount"]["value"]
    return number


async def test_a_submission_does_what_was_chosen_of_what_was_offered(client: Client) -> None:
    contact = await client.person(first_name="Ida", email="ida@example.org")
    ticked, kept, left, unoffered = [await client.new_list() for _ in range(4)]
    for one in (kept, left, unoffered):
        await client.join(one, contact)
    center = await new_center(client, ticked, kept, left)
    link = await token(client, contact, center, message="news-7")
    shown = (await client.ask(PAGE, token=link))["subscriptionCenter"]
    states = [(one["listId"], one["subscribed"]) for one in shown["lists"]]
    assert states == [(ticked, False), (kept, True), (left, True)]
    assert (shown["name"], shown["email"], shown["doNotEmail"]) == ("Offers", "ida@example.org", False)
    before = await counted(client)
    visitor = replace(client.later(hours=1), actor=None)
    answer = await submit(
        visitor, link, ticked, kept, contact={"firstName": "Ada", "email": "ada@example.org"}
    )
    assert answer["userErrors"] == []
    page = answer["page"]
    assert (page["firstName"], page["lastName"], page["email"]) == ("Ada", "Doe", "ada@example.org")
    assert [one["subscribed"] for one in page["lists"]] == [True, True, False]
    assert {one["list"]["id"] for one in await client.stays(contact)} == {ticked, kept, unoffered}
    assert await counted(client) == before
    nodes = (await client.ask(DONE, id=contact))["contact"]["interactions"]["nodes"]
    chosen = [one for one in nodes if one["messageId"] == "news-7"]
    assert sorted((one["type"], one["properties"].get("segmentId")) for one in chosen) == [
        ("EMAIL_SUBSCRIPTION_SUBMIT", None),
        ("SEGMENT_SUBSCRIBED", str(own(ticked))),
        ("SEGMENT_UNSUBSCRIBED", str(own(left))),
    ]
    assert {one["actor"] for one in chosen} == {"HUMAN"}


async def test_an_unchanged_submission_is_recorded_and_changes_nothing(client: Client) -> None:
    contact, news = await client.person(), await client.new_list()
    await client.join(news, contact)
    link = await token(client, contact, await new_center(client, news))
    before = await client.stays(contact, past=True)
    version = "query ($id: ID!) { contact(by: {id: $id}) { version } }"
    known = await client.ask(version, id=contact)
    assert (await submit(client.later(hours=1), link, news))["userErrors"] == []
    assert await client.stays(contact, past=True) == before
    assert await client.ask(version, id=contact) == known
    assert [kind for kind, _ in await client.done(contact)] == [
        "SEGMENT_SUBSCRIBED",
        "EMAIL_SUBSCRIPTION_SUBMIT",
    ]


async def test_r21_the_contact_itself_sets_and_clears_the_bulk_e_mail_preference(client: Client) -> None:
    contact, news = await client.person(email="bo@example.org"), await client.new_list()
    await client.join(news, contact)
    link = await token(client, contact, await new_center(client, news))
    assert (await submit(client, link, news, do_not_email=True))["page"]["doNotEmail"]
    (stay,) = await client.stays(contact)
    assert not stay["effective"]
    assert not (await submit(client, link, news))["page"]["doNotEmail"]
    assert await client.stays(contact) == [{**stay, "effective": True}]


async def test_a_forged_foreign_or_old_link_identifies_nobody(client: Client, dsn: str) -> None:
    contact, gone = await client.person(), await client.person()
    link, of_gone = await token(client, contact), await token(client, gone)
    one_click = (await client.ask(LINK, contact=contact))["subscriptionCenterLink"]["unsubscribeToken"]
    await client.do("contactDelete", {"id": gone})
    forged = f"{link[:-3]}{'aaa' if link[-3:] != 'aaa' else 'bbb'}"
    for wrong in ("", "x", forged, one_click, of_gone, "💥"):
        assert await client.refused(PAGE, token=wrong) == "NOT_IDENTIFIED"
        answer = await submit(client, wrong)
        assert answer == {"page": None, "userErrors": [{"code": "NOT_IDENTIFIED", "path": ["token"]}]}
    last = client.later(seconds=LINKS_LAST.total_seconds() - 1)
    assert (await last.ask(PAGE, token=link))["subscriptionCenter"]
    assert (
        await client.later(seconds=LINKS_LAST.total_seconds()).refused(PAGE, token=link) == "NOT_IDENTIFIED"
    )
    async with connected(dsn) as other:
        other.signing_key = "another key than the one that the database keeps"
        assert await Client(other).refused(PAGE, token=link) == "NOT_IDENTIFIED"


async def test_links_live_on_over_restarts_by_the_key_that_the_database_keeps(
    client: Client, dsn: str
) -> None:
    contact = await client.person(first_name="Kim")
    link = await token(client, contact)
    async with connected(dsn) as restarted:
        found = await Client(restarted).ask(PAGE, token=link)
    assert found["subscriptionCenter"]["firstName"] == "Kim"


async def test_what_cannot_be_chosen_is_refused(client: Client) -> None:
    contact, news, other = await client.person(), await client.new_list(), await client.new_list()
    link = await token(client, contact, await new_center(client, news))
    assert (await submit(client, link, other))["userErrors"] == [{"code": "INVALID", "path": ["listIds"]}]
    wrong = await submit(client, link, news, contact={"email": "nobody"})
    assert wrong["userErrors"] == [{"code": "INVALID", "path": ["contact", "email"]}]
    assert await client.stays(contact) == []
    assert await client.done(contact) == []
    await client.deactivate(contact)
    assert (await submit(client, link, news))["userErrors"][0]["code"] == "INACTIVE"


async def test_the_default_centre_offers_every_public_list_and_cannot_be_deleted(client: Client) -> None:
    public, private, locked = (
        await client.new_list(),
        await client.new_list(public=False),
        await client.new_list(locked=True),
    )
    found = await client.ask("{ subscriptionCenters { nodes { id isDefault version lists { id } } } }")
    (default,) = [one for one in found["subscriptionCenters"]["nodes"] if one["isDefault"]]
    offered = {one["id"] for one in default["lists"]}
    assert public in offered
    assert not offered & {private, locked}
    refused = await client.do("subscriptionCenterDelete", {"id": default["id"]})
    assert refused["userErrors"] == [{"code": "LOCKED", "path": ["id"]}]
    contact = await client.person()
    center = await new_center(client, private)
    link = await token(client, contact, center)
    await client.do("subscriptionCenterDelete", {"id": center})
    page = (await client.ask(PAGE, token=link))["subscriptionCenter"]
    assert {one["listId"] for one in page["lists"]} == offered


async def test_a_centre_is_changed_by_version_and_names_lists_once(client: Client) -> None:
    one, other = await client.new_list(), await client.new_list(public=False)
    center = await new_center(client, one)
    shown = "subscriptionCenter { name version lists { id } } userErrors { code path }"
    given = {"id": center, "patch": {"listIds": [other, one]}, "expectedVersion": 1}
    changed = await client.do("subscriptionCenterUpdate", given, shown)
    lists = [{"id": other}, {"id": one}]
    assert changed["subscriptionCenter"] == {"name": "Offers", "version": 2, "lists": lists}
    assert (await client.do("subscriptionCenterUpdate", {**given, "expectedVersion": 2}, shown)) == changed

    async def no(**patch: Any) -> list[Any]:
        answer = await client.do("subscriptionCenterUpdate", {"id": center, "patch": patch}, shown)
        return [(refused["code"], *refused["path"]) for refused in answer["userErrors"]]

    assert await no(listIds=[one, one]) == [("DUPLICATE", "patch", "listIds")]
    missing = to_global("SubscriptionList", uuid7(NOW))
    assert await no(listIds=[missing]) == [("NOT_FOUND", "patch", "listIds")]
    assert await no(name=None) == [("REQUIRED", "patch", "name")]
    stale = await client.do("subscriptionCenterUpdate", given, shown)
    assert stale["userErrors"][0]["code"] == "STALE"


async def test_a_link_of_a_contact_that_was_merged_is_of_the_one_it_became(
    client: Client, database: Database
) -> None:
    loser, winner = await client.person(first_name="Old"), await client.person(first_name="New")
    link = await token(client, loser)
    text = "update contact set master_id = $2, state = 1 where id = $1"
    async with database.transaction() as tx:
        await tx.run("merged", own(loser), own(winner), text=text)
    assert (await client.ask(PAGE, token=link))["subscriptionCenter"]["firstName"] == "New"


async def test_asked_again_under_its_key_a_submission_is_done_once(client: Client) -> None:
    contact, news = await client.person(), await client.new_list()
    link = await token(client, contact, await new_center(client, news))
    first = await submit(client, link, news, idempotencyKey="submit once")
    await client.leave(news, contact)
    again = await submit(client, link, news, idempotencyKey="submit once")
    assert first["page"]["lists"][0]["subscribed"]
    assert not again["page"]["lists"][0]["subscribed"]
    kinds = [kind for kind, _ in await client.done(contact)]
    assert kinds.count("EMAIL_SUBSCRIPTION_SUBMIT") == 1


async def test_a_link_says_nothing_of_the_contact_and_is_its_own(client: Client, database: Database) -> None:
    contact = await client.person(email="secret@example.org", bulk_email_permission=DENY)
    link = await token(client, contact)
    assert "secret" not in link
    assert (await signer(database)).center(link, NOW).contact_id == own(contact)
    assert await client.refused(LINK, contact=to_global("Contact", uuid7(NOW))) == "NOT_FOUND"
