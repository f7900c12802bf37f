"""Lists are joined, left and overruled by preferences; each change is one interaction (domain.md 9.1)."""

import asyncio
from typing import Any

import pytest

from db.database import Database
from db.ids import uuid7
from domain.options import Permission
from resolvers.identity import to_global
from tests.engines.asking import ALLOW, DENY, NOW, RESULTS, Client, own


@pytest.fixture(scope="module")
def client(database: Database) -> Client:
    return Client(database)


async def test_who_leaves_and_joins_again_has_two_stays_and_each_change_is_one_interaction(
    client: Client,
) -> None:
    contact, news = await client.person(), await client.new_list()
    assert await client.join(news, contact, via="LANDING_PAGE", at="2026-03-01T00:00:00Z") == ["JOINED"]
    assert await client.join(news, contact) == ["UNCHANGED"]
    assert await client.leave(news, contact, via="CENTER", at="2026-04-01T00:00:00Z") == ["LEFT"]
    assert await client.leave(news, contact) == ["UNCHANGED"]
    assert await client.stays(contact) == []
    assert await client.join(news, contact, contact) == ["JOINED"]
    now = {"list": {"id": news}, "joinedAt": "2026-11-01T12:00:00Z", "joinedVia": "STAFF"}
    first = {"list": {"id": news}, "joinedAt": "2026-03-01T00:00:00Z", "joinedVia": "LANDING_PAGE"}
    current = {**now, "leftAt": None, "leftVia": None, "effective": True}
    past = {**first, "leftAt": "2026-04-01T00:00:00Z", "leftVia": "CENTER", "effective": False}
    assert await client.stays(contact) == [current]
    assert await client.stays(contact, past=True) == [current, past]
    kinds = ["SEGMENT_SUBSCRIBED", "SEGMENT_UNSUBSCRIBED", "SEGMENT_SUBSCRIBED"]
    assert await client.done(contact) == [(kind, str(own(news))) for kind in kinds]


async def test_i15_do_not_bulk_email_overrules_lists_and_leaves_them_as_they_are(client: Client) -> None:
    contact, news = await client.person(email="ida@example.org"), await client.new_list()
    await client.join(news, contact)
    before = await client.stays(contact)
    for values in (
        {"bulk_email_permission": DENY},
        {"bulk_email_permission": ALLOW, "email_permission": DENY},
    ):
        await client.prefer(contact, **values)
        (overruled,) = await client.stays(contact)
        assert overruled == {**before[0], "effective": False}
    await client.prefer(contact, email_permission=ALLOW)
    assert await client.stays(contact) == before
    assert await client.done(contact) == [("SEGMENT_SUBSCRIBED", str(own(news)))]


async def test_results_are_told_for_each_contact_in_their_order(client: Client) -> None:
    news = await client.new_list()
    good, gone = await client.person(), to_global("Contact", uuid7(NOW))
    inactive, early = await client.person(), await client.person()
    await client.deactivate(inactive)
    await client.join(news, early)
    await client.leave(news, early)
    given = {"contactIds": [gone, good, inactive, early], "listId": news, "at": "2026-10-01T00:00:00Z"}
    answer = await client.do("subscriptionJoin", given, RESULTS)
    told = [(one["outcome"], [no["code"] for no in one["userErrors"]]) for one in answer["results"]]
    assert told == [
        ("REFUSED", ["NOT_FOUND"]),
        ("JOINED", []),
        ("REFUSED", ["INACTIVE"]),
        ("REFUSED", ["OUT_OF_ORDER"]),
    ]
    places = [no["path"] for one in answer["results"] for no in one["userErrors"]]
    assert places == [["contactIds", "0"], ["contactIds", "2"], ["at"]]
    shown = [one["contact"] and one["contact"]["id"] for one in answer["results"]]
    assert shown == [None, good, inactive, early]
    earlier = {"contactIds": [good], "listId": news, "at": "2026-09-01T00:00:00Z"}
    (result,) = (await client.do("subscriptionLeave", earlier, RESULTS))["results"]
    assert (result["outcome"], result["userErrors"]) == (
        "REFUSED",
        [{"code": "OUT_OF_ORDER", "path": ["at"]}],
    )


@pytest.mark.parametrize("act", ["subscriptionJoin", "subscriptionLeave"])
async def test_what_is_refused_altogether_changes_nobody(client: Client, act: str) -> None:
    contact, news = await client.person(), await client.new_list()
    locked = await client.new_list(locked=True)
    account = to_global("Account", uuid7(NOW))

    async def no(**given: Any) -> list[tuple[str, list[str]]]:
        answer = await client.do(act, {"contactIds": [contact], "listId": news, **given}, RESULTS)
        assert answer["results"] == []
        return [(one["code"], one["path"]) for one in answer["userErrors"]]

    assert await no(listId=locked) == [("LOCKED", ["listId"])]
    assert await no(listId=to_global("SubscriptionList", uuid7(NOW))) == [("NOT_FOUND", ["listId"])]
    assert await no(at="2026-12-01T00:00:00Z") == [("INVALID", ["at"])]
    assert await no(contactIds=[]) == [("REQUIRED", ["contactIds"])]
    assert await no(contactIds=[contact] * 1001) == [("TOO_MANY", ["contactIds"])]
    assert await no(contactIds=[contact, account]) == [("INVALID", ["contactIds", "1"])]
    assert await client.done(contact) == []


async def test_stays_are_the_contacts_and_not_the_addresses_unless_it_is_asked(client: Client) -> None:
    one, other = (
        await client.person(email="Pair@example.org"),
        await client.person(email="pair@example.org"),
    )
    inactive = await client.person(email="pair@example.org")
    await client.deactivate(inactive)
    news = await client.new_list()
    assert await client.join(news, one) == ["JOINED"]
    assert await client.stays(other) == []
    assert await client.join(news, one, allWithAddress=True) == ["UNCHANGED", "JOINED"]
    assert len(await client.stays(other)) == 1
    assert await client.leave(news, other) == ["LEFT"]
    assert len(await client.stays(one)) == 1
    await client.join(news, other)
    assert await client.leave(news, other, allWithAddress=True) == ["LEFT", "LEFT"]


async def test_asked_again_under_its_key_a_joining_is_done_once_and_told_alike(client: Client) -> None:
    contact, gone, news = await client.person(), to_global("Contact", uuid7(NOW)), await client.new_list()
    given = {"contactIds": [contact, gone], "listId": news, "idempotencyKey": "join once"}
    first = await client.do("subscriptionJoin", given, RESULTS)
    assert [one["outcome"] for one in first["results"]] == ["JOINED", "REFUSED"]
    await client.leave(news, contact)
    assert await client.do("subscriptionJoin", given, RESULTS) == first
    assert await client.stays(contact) == []


async def test_a_list_shows_its_members_and_how_many_there_are(client: Client) -> None:
    contacts = [await client.person(first_name=name) for name in ("Ann", "Bea")]
    news = await client.new_list(description="What is new.")
    await client.join(news, *contacts)
    await client.leave(news, contacts[1], at="2026-11-01T12:00:00Z")
    document = """query ($id: ID!) { subscriptionList(id: $id) {
      memberCount memberType description
      members(search: "Ann") { nodes { firstName } totalCount { value } }
      all: members(orderBy: {field: NAME}) { nodes { firstName } }
      memberships(past: true) { nodes { contact { firstName } leftAt } } } }"""
    found = (await client.ask(document, id=news))["subscriptionList"]
    assert (found["memberCount"], found["memberType"]) == (1, "CONTACT")
    assert found["all"]["nodes"] == found["members"]["nodes"] == [{"firstName": "Ann"}]
    assert {one["contact"]["firstName"] for one in found["memberships"]["nodes"]} == {"Ann", "Bea"}


async def test_lists_are_changed_by_version_and_a_locked_one_is_not_deleted(client: Client) -> None:
    news = await client.new_list(name="  Kettle   news ")
    shown = "subscriptionList { name public locked version } userErrors { code path version }"
    given = {"id": news, "patch": {"locked": True, "public": False}, "expectedVersion": 1}
    changed = await client.do("subscriptionListUpdate", given, shown)
    expected = {"name": "Kettle news", "public": False, "locked": True, "version": 2}
    assert changed == {"subscriptionList": expected, "userErrors": []}
    assert (await client.do("subscriptionListUpdate", {**given, "expectedVersion": 2}, shown)) == changed
    stale = await client.do("subscriptionListUpdate", given, shown)
    assert stale["userErrors"] == [{"code": "STALE", "path": ["expectedVersion"], "version": 2}]
    wrong = {"id": news, "patch": {"name": " ", "public": None}}
    assert {
        (no["code"], *no["path"]) for no in (await client.do("subscriptionListUpdate", wrong))["userErrors"]
    } == {
        ("REQUIRED", "patch", "name"),
        ("INVALID", "patch", "public"),
    }
    assert (await client.do("subscriptionListDelete", {"id": news}))["userErrors"][0]["code"] == "LOCKED"
    await client.do("subscriptionListUpdate", {"id": news, "patch": {"locked": False}})
    deleted = await client.do("subscriptionListDelete", {"id": news}, "deletedId userErrors { code }")
    assert deleted == {"deletedId": news, "userErrors": []}
    nameless = await client.do("subscriptionListCreate", {"subscriptionList": {"purpose": "news"}})
    assert nameless["userErrors"] == [{"code": "REQUIRED", "path": ["subscriptionList", "name"]}]


ELIGIBLE = """query ($id: ID!) { contact(by: {id: $id}) {
  commercial: emailEligibility { allowed reason }
  transactional: emailEligibility(designation: TRANSACTIONAL) { allowed reason } } }"""


@pytest.mark.parametrize(
    ("values", "commercial", "transactional"),
    [
        ({}, None, None),
        ({"bulk_email_permission": DENY}, "DO_NOT_BULK_EMAIL", None),
        ({"email_permission": DENY}, "DO_NOT_EMAIL", "DO_NOT_EMAIL"),
        ({"email": None}, "MISSING_CONTACT_DATA", "MISSING_CONTACT_DATA"),
    ],
)
@pytest.mark.parametrize("follow", Permission)
async def test_a_contact_says_whether_it_can_be_sent_e_mail_whatever_it_follows(
    client: Client,
    values: dict[str, Any],
    commercial: str | None,
    transactional: str | None,
    follow: Permission,
) -> None:
    given = {"email": "eli@example.org", "follow_email_permission": follow, **values}
    contact = await client.person(**given)
    found = (await client.ask(ELIGIBLE, id=contact))["contact"]
    assert found["commercial"] == {"allowed": commercial is None, "reason": commercial}
    assert found["transactional"] == {"allowed": transactional is None, "reason": transactional}


async def test_those_who_join_and_leave_at_once_stand_in_nobodys_way(client: Client) -> None:
    contacts, news = [await client.person() for _ in range(4)], await client.new_list()
    both = [contacts, contacts[::-1]]
    joined = await asyncio.gather(*(client.join(news, *both[number % 2]) for number in range(8)))
    assert sum(outcomes.count("JOINED") for outcomes in joined) == len(contacts)
    later = client.later(minutes=1)
    left = await asyncio.gather(*(later.leave(news, *both[number % 2]) for number in range(8)))
    assert sum(outcomes.count("LEFT") for outcomes in left) == len(contacts)
    for contact in contacts:
        assert len(await client.stays(contact, past=True)) == 1
        assert [kind for kind, _ in await client.done(contact)] == [
            "SEGMENT_SUBSCRIBED",
            "SEGMENT_UNSUBSCRIBED",
        ]
