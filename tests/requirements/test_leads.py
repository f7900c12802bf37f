"""Leads: one interest of one contact or company each, or of nobody yet (domain.md 1.4)."""

from typing import Any

from tests.requirements import every_field, filled
from tests.requirements.graph import SCHEMA, Graph, refusals, stranger

EVERY_PART = """topic fullName basis scorable unscorableReason warnings stage status state salesReady product
  contact { fullName account { name } } account { name } customerAccount { id } customerContact { id }
  marketingSource { customerJourneyId } preferences { email } stages { stage enteredAt }
  insights(allTime: true) { basis interactions ageDays stages { stage } email { sent } }
  met: insights(allTime: true, includeMachines: true) { interactions }
  interactions { nodes { type } } customFields { name } history { nodes { version } }
  sourceKeys { key } qualifyingOpportunity { name }"""


async def test_r46_the_pipeline_is_asked_for_by_stage_and_readiness(graph: Graph) -> None:
    """Leads are found by stage, state, rating and readiness, and counted; scores come with scoring."""
    everywhere = await graph.listed("lead", where={"stage": {"eq": "SALES_ACCEPTANCE"}})
    assert everywhere == [await graph.keyed("lead", "lids")]
    counts = "{ leadFacets(by: [STAGE]) { buckets { value where count { value } } } }"
    (by_stage,) = (await graph.ask(counts))["leadFacets"]
    assert {bucket["value"] for bucket in by_stage["buckets"]} == {"INQUIRY", "SALES_ACCEPTANCE"}
    for bucket in by_stage["buckets"]:
        assert len(await graph.listed("lead", where=bucket["where"])) == bucket["count"]["value"] > 0
    hot = await graph.made("lead", topic="Fortysix", rating="HOT")
    where: dict[str, Any] = {"rating": {"eq": "HOT"}, "state": {"eq": "OPEN"}}
    assert hot in await graph.listed("lead", where=where | {"salesReady": {"eq": False}})
    assert hot not in await graph.listed("lead", where=where | {"salesReady": {"eq": True}})
    rising = await graph.listed("lead", orderBy={"field": "STAGE"})
    assert rising[-1] == everywhere[0]


async def test_r47_no_lead_is_a_target(graph: Graph) -> None:
    """Segments and lists, which are what journeys target, refuse a lead; its contact is taken."""
    contact = await graph.made("contact", lastName="Fortyseven")
    lead = await graph.made("lead", topic="Fortyseven", contactId=contact)
    segment, on_offer = await graph.made("segment", name="For R47"), await graph.new_list()
    adding = await graph.do("segmentAddMembers", {"id": segment, "contactIds": [lead]})
    assert refusals(adding) == [("SEGMENT_MEMBER_NOT_CONTACT", "contactIds.0")]
    joining = await graph.do("subscriptionJoin", {"listId": on_offer, "contactIds": [lead]})
    assert refusals(joining) == [("INVALID", "contactIds.0")]
    counts = "segment { memberCount } userErrors { code path message }"
    taken = await graph.do("segmentAddMembers", {"id": segment, "contactIds": [contact]}, counts)
    assert (taken["segment"], refusals(taken)) == ({"memberCount": 1}, [])
    assert await graph.join(on_offer, contact) == ["JOINED"]


async def test_r48_an_interest_becomes_a_lead_of_its_contact(graph: Graph) -> None:
    """A lead is created for the contact that showed an interest; landing pages do so when forms come."""
    contact = await graph.made("contact", lastName="Fortyeight")
    came = {
        "source": "LANDING_PAGE",
        "sourceType": "MARKETING",
        "marketingSource": {"marketingPageId": "home"},
    }
    id = await graph.made("lead", topic="Fortyeight", contactId=contact, **came)
    shown = "source sourceType marketingSource { marketingPageId } contact { id } basis stage state"
    assert await graph.seen("lead", id, shown) == {
        **came,
        "contact": {"id": contact},
        "basis": "CONTACT",
        "stage": "INQUIRY",
        "state": "OPEN",
    }
    leads = (await graph.seen("contact", contact, "leads { nodes { id } }"))["leads"]["nodes"]
    assert leads == [{"id": id}]


async def test_r49_a_lead_is_one_interest_and_says_in_what(graph: Graph) -> None:
    """A lead needs its topic and keeps one; a product may be named."""
    assert await graph.not_made("lead", product="Kettle 7") == [("REQUIRED", "lead.topic")]
    id = await graph.made("lead", topic="Fortynine")
    assert await graph.seen("lead", id, "topic product") == {"topic": "Fortynine", "product": None}
    assert await graph.changed("lead", id, product="Kettle 7") == []
    assert await graph.changed("lead", id, topic="") == [("REQUIRED", "patch.topic")]
    assert await graph.seen("lead", id, "topic product") == {"topic": "Fortynine", "product": "Kettle 7"}
    assert await graph.listed("lead", where={"product": {"eq": "Kettle 7"}}) == [id]


async def test_r50_one_contact_has_several_leads_each_with_its_own_standing(graph: Graph) -> None:
    """Leads of one contact, of one topic even, each have a stage and a status of their own."""
    ann = await graph.keyed("contact", "ann")
    leads = "leads(orderBy: {field: TOPIC}) { totalCount { value } nodes { topic stage stages { stage } } }"
    nodes = (await graph.seen("contact", ann, leads))["leads"]["nodes"]
    assert {one["topic"]: one["stage"] for one in nodes} == {"Kettles": "INQUIRY", "Lids": "SALES_ACCEPTANCE"}
    assert all(one["stages"] for one in nodes)
    contact = await graph.made("contact", lastName="Fifty")
    first, second = [await graph.made("lead", topic="Fifty", contactId=contact) for _ in range(2)]
    assert await graph.changed("lead", first, status="CONTACTED", rating="HOT") == []
    shown = "status rating contact { id }"
    assert await graph.seen("lead", first, shown) == {
        "status": "CONTACTED",
        "rating": "HOT",
        "contact": {"id": contact},
    }
    assert await graph.seen("lead", second, shown) == {
        "status": "NEW",
        "rating": None,
        "contact": {"id": contact},
    }
    assert (await graph.seen("contact", contact, leads))["leads"]["totalCount"]["value"] == 2


async def test_r51_a_leads_parent_is_a_contact_or_an_account(graph: Graph) -> None:
    """Either may be given or taken away; the basis follows, and a contact outweighs an account."""
    contact = await graph.made("contact", lastName="Fiftyone")
    account = await graph.made("account", name="Fiftyone Ltd")
    id = await graph.made("lead", topic="Fiftyone")
    steps: list[tuple[dict[str, Any], str]] = [
        ({}, "NONE"),
        ({"accountId": account}, "ACCOUNT"),
        ({"contactId": contact}, "CONTACT"),
        ({"accountId": None}, "CONTACT"),
        ({"contactId": None}, "NONE"),
    ]
    for patch, basis in steps:
        assert await graph.changed("lead", id, **patch) == []
        assert (await graph.seen("lead", id, "basis"))["basis"] == basis


async def test_r52_a_lead_of_an_account_without_contacts_warns_and_is_not_scored(graph: Graph) -> None:
    """An account-based lead can be scored once a contact belongs to its account, and warns until then."""
    account = await graph.made("account", name="Fiftytwo Ltd")
    id = await graph.made("lead", topic="Fiftytwo", accountId=account)
    shown = "scorable unscorableReason warnings"
    lacking = "ACCOUNT_WITHOUT_CONTACTS"
    assert await graph.seen("lead", id, shown) == {
        "scorable": False,
        "unscorableReason": lacking,
        "warnings": [lacking],
    }
    where = {"topic": {"eq": "Fiftytwo"}, "scorable": {"eq": False}, "warnings": {"has": lacking}}
    assert await graph.listed("lead", where=where) == [id]
    await graph.made("contact", lastName="Fiftytwo", accountId=account)
    found: Any = {"scorable": True, "unscorableReason": None, "warnings": []}
    assert await graph.seen("lead", id, shown) == found
    assert await graph.listed("lead", where=where) == []


async def test_r53_an_account_is_the_collection_of_its_contacts(graph: Graph) -> None:
    """What an account or its lead did is what its contacts did while they belonged to it, added up."""
    kettle, fleet = await graph.keyed("account", "kettle"), await graph.keyed("lead", "fleet")
    figures = "byType { type count } email { sent delivered totalOpens totalClicks }"
    window = 'from: "2026-03-01T00:00:00Z", to: "2026-05-01T00:00:00Z"'
    shown = f"insights({window}) {{ {figures} }}"
    former = f"insights({window}, includeFormerContacts: true) {{ {figures} }}"
    people = [await graph.seen("contact", await graph.keyed("contact", who), shown) for who in ("ann", "bob")]
    ann, bob = (one["insights"] for one in people)
    assert (await graph.seen("lead", fleet, shown))["insights"] == ann
    assert (await graph.seen("lead", fleet, former))["insights"] == _added(ann, bob) != ann
    without_lists = [[of for of in one["byType"] if "SEGMENT" not in of["type"]] for one in (ann, bob)]
    account = (await graph.seen("account", kettle, shown))["insights"]
    assert account == ann | {"byType": without_lists[0]}
    whole = (await graph.seen("account", kettle, former))["insights"]
    assert whole["email"] == _added(ann, bob)["email"]


def _added(one: dict[str, Any], other: dict[str, Any]) -> dict[str, Any]:
    """Pooled counts, in the order of the first's types, which the other's are among."""
    more = {of["type"]: of["count"] for of in other["byType"]}
    types = [of | {"count": of["count"] + more.pop(of["type"], 0)} for of in one["byType"]]
    assert more == {}
    return {
        "byType": types,
        "email": {name: one["email"][name] + other["email"][name] for name in one["email"]},
    }


async def test_r54_leads_without_a_parent_are_found_and_can_be_given_a_contact(graph: Graph) -> None:
    """An orphan lead is legal and listed; its contact is found by its address, or made for marketing."""
    known = await graph.made("contact", lastName="Known", email="fiftyfour@example.org")
    matched = await graph.made("lead", topic="Fiftyfour", email="FiftyFour@example.org")
    unknown = await graph.made("lead", topic="Fiftyfour", lastName="New", email="new54@example.org")
    orphans = """{ orphanLeads(where: {topic: {eq: "Fiftyfour"}}) { nodes { id } } }"""
    ids = [one["id"] for one in (await graph.ask(orphans))["orphanLeads"]["nodes"]]
    assert sorted(ids) == sorted([matched, unknown])
    shown = "lead { basis contact { id lastName email marketingOnly originatingLead { id } } }"
    answers = [await graph.do("leadGenerateContact", {"id": id}, shown) for id in (matched, unknown)]
    found, made = (answer["lead"]["contact"] for answer in answers)
    assert (found["id"], found["marketingOnly"], found["originatingLead"]) == (known, False, None)
    assert (made["lastName"], made["email"]) == ("New", "new54@example.org")
    assert (made["marketingOnly"], made["originatingLead"]) == (True, {"id": unknown})
    assert {answer["lead"]["basis"] for answer in answers} == {"CONTACT"}
    assert (await graph.ask(orphans))["orphanLeads"]["nodes"] == []
    assert refusals(await graph.do("leadGenerateContact", {"id": matched})) == [("INVALID", "id")]


async def test_r64_leads_are_viewed_created_and_edited(graph: Graph) -> None:
    """A lead is created, seen by its id, and edited field by field; what is not given stays."""
    id = await graph.made("lead", topic="Sixtyfour", companyName="Sixtyfour Ltd", city="Ulm")
    shown = "topic companyName city version"
    assert await graph.seen("lead", id, shown) == {
        "topic": "Sixtyfour",
        "companyName": "Sixtyfour Ltd",
        "city": "Ulm",
        "version": 1,
    }
    assert await graph.changed("lead", id, topic="Sixty-four", city=None) == []
    assert await graph.seen("lead", id, shown) == {
        "topic": "Sixty-four",
        "companyName": "Sixtyfour Ltd",
        "city": None,
        "version": 2,
    }
    assert await graph.seen("lead", stranger("lead"), "id") is None


async def test_r65_the_list_searches_leads(graph: Graph) -> None:
    """The standard list finds leads by words of theirs, within other conditions too."""
    found = [await graph.made("lead", topic=f"Quillfeather {name}") for name in ("pens", "ink")]
    assert set(await graph.listed("lead", search="quillfeather")) == set(found)
    assert await graph.listed("lead", search="ink quillf") == [found[1]]
    where = {"topic": {"endsWith": "pens"}}
    assert await graph.listed("lead", search="quillfeather", where=where) == [found[0]]


async def test_r65_the_list_sorts_leads_by_every_field(full: Graph) -> None:
    """Every order that is offered has every lead once, by what the lead shows, from both ends."""
    await every_field.check_orders(full, "lead")


async def test_r65_the_list_filters_leads_by_every_field(full: Graph) -> None:
    """Every field that is shown finds the leads that show the value, and those that show none."""
    await every_field.check_filters(full, "lead")
    await every_field.check_relations(full, "lead")
    asked = {leaf.path for leaf in every_field.leaves("lead")}
    assert set(every_field.scalars("lead")) - asked == {("attributes",), ("basis",)}


async def test_r65_the_list_creates_edits_and_deletes_leads(graph: Graph) -> None:
    """What is created or edited is listed with every field it was given; a deleted one leaves its contact."""
    given, other = filled.filled("lead", 0), filled.filled("lead", 1) | {"topic": "Sixtyfive"}
    contact = await graph.made("contact", lastName="Sixtyfive")
    id = await graph.made("lead", **given | {"contactId": contact})
    assert await graph.seen("lead", id, filled.shown(given)) == given
    origins = other.pop("marketingSource")
    assert await graph.changed("lead", id, **other) == []
    assert await graph.seen("lead", id, filled.shown(other)) == other
    assert {code for code, _ in await graph.changed("lead", id, marketingSource=origins)} == {"READ_ONLY"}
    assert await graph.listed("lead", where={"topic": {"eq": "Sixtyfive"}}) == [id]
    await graph.gone("lead", id)
    assert await graph.listed("lead", where={"topic": {"eq": "Sixtyfive"}}) == []
    assert await graph.seen("contact", contact, "id leads { nodes { id } }") == {
        "id": contact,
        "leads": {"nodes": []},
    }


async def test_r66_one_query_opens_a_lead_and_one_command_makes_a_new_one(graph: Graph) -> None:
    """Every section of a lead is answered together, and creating one answers with all of it as well."""
    won = await graph.seen("lead", await graph.keyed("lead", "won"), EVERY_PART)
    assert (won["topic"], won["state"], won["unscorableReason"]) == ("Handles", "QUALIFIED", "CLOSED")
    assert won["contact"] == {"fullName": "Bob Birch", "account": {"name": "Lid Works"}}
    assert won["qualifyingOpportunity"] == {"name": "Handles"}
    assert won["insights"]["basis"] == "CONTACT"
    assert len(won["interactions"]["nodes"]) == won["met"]["interactions"] > 0
    answer = await graph.do("leadCreate", {"lead": {"topic": "Sixtysix"}}, f"lead {{ {EVERY_PART} }}")
    lead = answer["lead"]
    assert (lead["topic"], lead["basis"], lead["stage"], lead["status"]) == (
        "Sixtysix",
        "NONE",
        "INQUIRY",
        "NEW",
    )
    assert [one["stage"] for one in lead["stages"]] == ["INQUIRY"]
    assert "LeadCreateInput" in SCHEMA.type_map
