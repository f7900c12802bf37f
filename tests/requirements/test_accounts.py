"""Accounts: the companies, and the contacts through whom alone they are reached (domain.md 1.3)."""

from typing import Any

import pytest
from graphql import GraphQLEnumType

from tests.requirements import every_field, filled
from tests.requirements.graph import SCHEMA, Graph, kind_of, refusals, stranger

EVERY_PART = """name industry relationshipType marketingReady
  parentAccount { name } accounts { nodes { name } } primaryContact { fullName }
  contacts(orderBy: {field: NAME}) { nodes { fullName } } leads { nodes { topic } }
  opportunities { nodes { name } } openDeals { deals revenue } preferences { email bulkEmail }
  sponsorships { category } eventVendorRoles { type } sourceKeys { key }
  customFields { name } insights(allTime: true) { contacts interactions email { sent } }
  interactions { nodes { type } } history { nodes { version } }"""


async def test_r39_an_account_is_a_company_with_a_name(graph: Graph) -> None:
    """A company is a node of its own, with its size, industry and figures; it is refused without a name."""
    given = {"name": "Thirtynine Ltd", "industry": "CONSULTING", "numberOfEmployees": 39, "revenue": "39.5"}
    id = await graph.made("account", **given)
    node = "query ($id: ID!) { node(id: $id) { ... on Account { name industry numberOfEmployees revenue } } }"
    found = (await graph.ask(node, id=id))["node"]
    assert {name: str(value) for name, value in found.items()} == {n: str(v) for n, v in given.items()}
    assert await graph.not_made("account", city="Ulm") == [("REQUIRED", "account.name")]
    assert await graph.changed("account", id, name=" ") == [("REQUIRED", "patch.name")]


async def test_r40_an_account_may_be_a_partner_a_supplier_or_any_other(graph: Graph) -> None:
    """Every relationship type of the field can be said of an account, and accounts are found by it."""
    types = SCHEMA.type_map["RelationshipType"]
    assert isinstance(types, GraphQLEnumType)
    assert set(types.values) >= {"CUSTOMER", "PROSPECT", "PARTNER", "SUPPLIER", "VENDOR", "RESELLER"}
    id = await graph.made("account", name="Forty Ltd")
    for kind in types.values:
        assert await graph.changed("account", id, relationshipType=kind) == []
        where = {"name": {"eq": "Forty Ltd"}, "relationshipType": {"eq": kind}}
        assert await graph.listed("account", where=where) == [id]


async def test_r41_an_account_shows_its_contacts_and_whether_it_has_one_at_all(graph: Graph) -> None:
    """An account without a contact is accepted, and revealed by a filter and as not ready for marketing."""
    id = await graph.made("account", name="Fortyone Ltd")
    named = {"name": {"eq": "Fortyone Ltd"}}
    shown = "marketingReady contacts { nodes { id } }"
    ways: Any = ({"contacts": {"none": {}}}, {"marketingReady": {"eq": False}})
    assert await graph.seen("account", id, shown) == {"marketingReady": False, "contacts": {"nodes": []}}
    assert [await graph.listed("account", where={**named, **way}) for way in ways] == [[id], [id]]
    member = await graph.made("contact", lastName="Fortyone", accountId=id)
    assert await graph.seen("account", id, shown) == {
        "marketingReady": True,
        "contacts": {"nodes": [{"id": member}]},
    }
    assert [await graph.listed("account", where={**named, **way}) for way in ways] == [[], []]
    await graph.deactivate(member)
    assert await graph.listed("account", where={**named, **ways[1]}) == [id]


async def test_r42_only_contacts_are_targeted_and_they_are_linked_to_accounts_and_leads(graph: Graph) -> None:
    """What journeys target takes no account and no lead; contacts are tied to both, and let go again."""
    contact = await graph.made("contact", lastName="Fortytwo")
    account = await graph.made("account", name="Fortytwo Ltd")
    lead = await graph.made("lead", topic="Fortytwo")
    on_offer = await graph.new_list()
    segment = await graph.made("segment", name="For R42")
    for other in (account, lead):
        joining = await graph.do("subscriptionJoin", {"contactIds": [other], "listId": on_offer})
        adding = await graph.do("segmentAddMembers", {"contactIds": [other], "id": segment})
        assert refusals(adding) == [("SEGMENT_MEMBER_NOT_CONTACT", "contactIds.0")]
        assert refusals(joining) == [("INVALID", "contactIds.0")]
    assert await graph.changed("contact", contact, accountId=account) == []
    assert await graph.changed("lead", lead, contactId=contact) == []
    assert await graph.seen("contact", contact, "account { id } leads { nodes { id } }") == {
        "account": {"id": account},
        "leads": {"nodes": [{"id": lead}]},
    }
    assert await graph.changed("lead", lead, contactId=None, accountId=account) == []
    assert (await graph.seen("account", account, "leads { nodes { id } }"))["leads"]["nodes"] == [
        {"id": lead}
    ]
    moved = await graph.later(hours=1).do("contactMove", {"id": contact, "accountId": None})
    assert refusals(moved) == []
    assert (await graph.seen("contact", contact, "account { id }"))["account"] is None


async def test_r43_accounts_are_viewed_created_and_edited(graph: Graph) -> None:
    """An account is created, seen by its id, and edited field by field; none comes to lie above itself."""
    id = await graph.made("account", name="Fortythree Ltd", city="Ulm")
    below = await graph.made("account", name="Fortythree and Sons", parentAccountId=id)
    assert await graph.seen("account", id, "name city version") == {
        "name": "Fortythree Ltd",
        "city": "Ulm",
        "version": 1,
    }
    assert await graph.changed("account", id, city=None, website="https://fortythree.example.org") == []
    found = await graph.seen("account", id, "name city website version accounts { nodes { id } }")
    assert (found["name"], found["city"], found["version"]) == ("Fortythree Ltd", None, 2)
    assert found["website"].startswith("https://fortythree.example.org")
    assert found["accounts"]["nodes"] == [{"id": below}]
    assert await graph.changed("account", id, parentAccountId=below) == [("CYCLE", "patch.parentAccountId")]
    assert await graph.seen("account", stranger("account"), "id") is None


async def test_r44_the_list_searches_accounts(graph: Graph) -> None:
    """The standard list finds accounts by words of theirs, within other conditions too."""
    found = [await graph.made("account", name=f"Quillfeather {name}") for name in ("Mills", "Press")]
    assert set(await graph.listed("account", search="quillfeather")) == set(found)
    assert await graph.listed("account", search="press quillf") == [found[1]]
    where = {"name": {"endsWith": "Mills"}}
    assert await graph.listed("account", search="quillfeather", where=where) == [found[0]]


async def test_r44_the_list_sorts_accounts_by_every_field(full: Graph) -> None:
    """Every order that is offered has every account once, by what the account shows, from both ends."""
    await every_field.check_orders(full, "account")


async def test_r44_the_list_filters_accounts_by_every_field(full: Graph) -> None:
    """Every field that is shown finds the accounts that show the value, and those that show none."""
    await every_field.check_filters(full, "account")
    await every_field.check_relations(full, "account")
    asked = {leaf.path for leaf in every_field.leaves("account")}
    derived = {("attributes",), ("openDeals", "deals"), ("openDeals", "revenue")}
    assert set(every_field.scalars("account")) - asked == derived


@pytest.mark.parametrize("which", [0, 1])
async def test_r44_the_list_creates_edits_and_deletes_accounts(graph: Graph, which: int) -> None:
    """What is created or edited is listed with all it was given; what is deleted leaves its contacts."""
    given, other = filled.filled("account", which), filled.filled("account", 1 - which)
    name = f"Fortyfour {which}"
    id = await graph.made("account", **given)
    assert await graph.seen("account", id, filled.shown(given)) == given
    assert await graph.changed("account", id, **other | {"name": name}) == []
    assert await graph.seen("account", id, filled.shown(other)) == other | {"name": name}
    assert await graph.listed("account", where={"name": {"eq": name}}) == [id]
    member = await graph.made("contact", lastName="Fortyfour", accountId=id)
    lead = await graph.made("lead", topic="Fortyfour", accountId=id)
    await graph.gone("account", id)
    assert await graph.listed("account", where={"name": {"eq": name}}) == []
    assert await graph.seen("contact", member, "account { id }") == {"account": None}
    assert await graph.seen("lead", lead, "basis warnings") == {"basis": "NONE", "warnings": ["NO_PARENT"]}


async def test_r45_one_query_opens_an_account_with_all_its_details(graph: Graph) -> None:
    """Every section of an account is answered together, by one document."""
    kettle = await graph.seen("account", await graph.keyed("account", "kettle"), EVERY_PART)
    assert (kettle["name"], kettle["industry"], kettle["marketingReady"]) == (
        "Kettle & Co",
        "WHOLESALE",
        True,
    )
    assert [one["fullName"] for one in kettle["contacts"]["nodes"]] == ["Ann Arbour"]
    assert {one["topic"] for one in kettle["leads"]["nodes"]} == {"A fleet of kettles", "Spouts"}
    assert [one["name"] for one in kettle["accounts"]["nodes"]] == ["Spout Ltd"]
    assert [one["name"] for one in kettle["opportunities"]["nodes"]] == ["Handles"]
    assert (kettle["insights"]["contacts"], kettle["sourceKeys"]) == (1, [{"key": "kettle"}])
    assert len(kettle["interactions"]["nodes"]) == kettle["insights"]["interactions"] > 0
    assert {"contacts", "leads", "insights", "history"} <= set(kind_of("Account").fields)
