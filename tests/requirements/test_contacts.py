"""Contacts: the people, what they may be, how they are listed, and what marketing adds (domain.md 1.2)."""

from tests.requirements import every_field, filled
from tests.requirements.graph import Graph, kind_of, refusals, stranger, type_of

EVERY_PART = """fullName jobTitle email relationshipTypes
  account { name }
  marketingSource { customerJourneyId formSubmittedAt }
  preferences { email bulkEmail prefillMarketingForm followEmail }
  subscriptions { nodes { list { name } joinedAt joinedVia effective } }
  dataProtection { consentLevel effectiveConsentLevel isChild guardian { fullName }
    consentChanges { nodes { at } } }
  events { registrations { nodes { event { name } } } checkIns { nodes { type } } }
  eventInformation { latest { area } }
  insights(allTime: true) { interactions email { sent } }
  leads { nodes { topic } }
  history { nodes { version } }"""


async def test_r6_a_contact_is_a_person_with_a_last_name_or_an_address(graph: Graph) -> None:
    """A contact holds a person's data, and is refused where neither a last name nor an address is left."""
    lacking = await graph.not_made("contact", firstName="Una", jobTitle="Owner")
    assert lacking == [("REQUIRED", "contact.lastName")]
    person = {"firstName": "Una", "lastName": "Ulm", "jobTitle": "Owner", "mobilePhone": "+493012345678"}
    una = await graph.made("contact", **person)
    assert await graph.seen("contact", una, "fullName firstName lastName jobTitle mobilePhone") == {
        "fullName": "Una Ulm",
        **person,
    }
    addressed = await graph.made("contact", email="una@example.org")
    assert await graph.changed("contact", addressed, email=None) == [("REQUIRED", "patch.lastName")]
    assert await graph.changed("contact", una, lastName=None, email="una.ulm@example.org") == []


async def test_r7_what_marketing_knows_hangs_off_the_contact(graph: Graph) -> None:
    """Interactions, consent, preferences, subscriptions and registrations are a contact's, not a lead's."""
    ann = await graph.keyed("contact", "ann")
    found = await graph.seen(
        "contact",
        ann,
        """interactions { nodes { type contact { id } } } dataProtection { consentLevel }
        preferences { bulkEmail } subscriptions { nodes { contact { id } } }
        events { registrations { nodes { contact { id } } } }""",
    )
    parts = [found["interactions"], found["subscriptions"], found["events"]["registrations"]]
    for part in parts:
        assert {node["contact"]["id"] for node in part["nodes"]} == {ann}
    assert found["dataProtection"]["consentLevel"] == "NONE"
    for other in ("Account", "Lead"):
        assert {"dataProtection", "subscriptions", "eventInformation"}.isdisjoint(kind_of(other).fields)


async def test_r8_a_segment_has_contacts_and_nothing_else_as_members(graph: Graph) -> None:
    """A segment's members are contacts by type, and what is no contact is refused as a member."""
    assert str(type_of("Segment", "members")) == "ContactConnection"
    segment = await graph.made("segment", name="For R8")
    ann = await graph.keyed("contact", "ann")
    for other in (await graph.keyed("account", "kettle"), await graph.keyed("lead", "kettles")):
        answer = await graph.do("segmentAddMembers", {"id": segment, "contactIds": [ann, other]})
        assert refusals(answer) == [("SEGMENT_MEMBER_NOT_CONTACT", "contactIds.1")]
    assert await _members(graph, segment) == []
    assert refusals(await graph.do("segmentAddMembers", {"id": segment, "contactIds": [ann]})) == []
    assert await _members(graph, segment) == [ann]


async def _members(graph: Graph, segment: str) -> list[str]:
    document = "query ($id: ID!) { segment(id: $id) { members { nodes { id __typename } } } }"
    nodes = (await graph.ask(document, id=segment))["segment"]["members"]["nodes"]
    assert {node["__typename"] for node in nodes} <= {"Contact"}
    return [node["id"] for node in nodes]


async def test_r9_a_lead_is_created_with_its_parent_contact_or_account(graph: Graph) -> None:
    """The answer to a lead's creation is the lead already linked; a parent that is not there is refused."""
    ann, kettle = await graph.keyed("contact", "ann"), await graph.keyed("account", "kettle")
    shown = "lead { contact { id } account { id } } userErrors { code path message }"
    for parents in ({"contactId": ann}, {"accountId": kettle}, {"contactId": ann, "accountId": kettle}):
        answer = await graph.do("leadCreate", {"lead": {"topic": "Nine", **parents}}, shown)
        lead = answer["lead"]
        found = {f"{name}Id": one["id"] for name, one in lead.items() if one is not None}
        assert (answer["userErrors"], found) == ([], parents)
    assert await graph.not_made("lead", topic="Nine", contactId=stranger("contact")) == [
        ("NOT_FOUND", "lead.contactId")
    ]
    assert await graph.not_made("lead", topic="Nine", accountId=stranger("account")) == [
        ("NOT_FOUND", "lead.accountId")
    ]


async def test_r10_leads_tied_to_nobody_are_kept_and_read_like_others(graph: Graph) -> None:
    """A lead of another application may have no parent: nothing that reads it needs one."""
    id = await graph.made("lead", topic="Ten")
    lead = await graph.seen(
        "lead",
        id,
        """basis contact { fullName } account { name } scorable warnings interactions { nodes { type } }
        insights(allTime: true) { interactions ageDays stages { stage } email { sent openRate } }""",
    )
    assert (lead["basis"], lead["contact"], lead["account"]) == ("NONE", None, None)
    assert lead["interactions"]["nodes"] == []
    assert (lead["insights"]["interactions"], lead["insights"]["email"]["openRate"]) == (0, None)
    assert [one["stage"] for one in lead["insights"]["stages"]] == ["INQUIRY"]


async def test_r11_contacts_may_be_partners_suppliers_and_those_of_events(graph: Graph) -> None:
    """A contact is any set of the relationship types, is found by each, and takes a part in events."""
    roles = ["CUSTOMER", "PARTNER", "PROSPECT", "SPEAKER", "SPONSOR", "SUPPLIER", "VENDOR"]
    every = await graph.made("contact", lastName="Eleven", relationshipTypes=roles)
    one = await graph.made("contact", lastName="Eleven", relationshipTypes=["SUPPLIER"])
    assert sorted((await graph.seen("contact", every, "relationshipTypes"))["relationshipTypes"]) == roles
    for role in roles:
        where = {"relationshipTypes": {"has": role}, "lastName": {"eq": "Eleven"}}
        assert set(await graph.listed("contact", where=where)) == {every, *([one] * (role == "SUPPLIER"))}
    events = """{ events(orderBy: {field: NAME, direction: DESC}) { nodes {
      speakerEngagements { nodes { speaker { contact { id } } } } teamMembers { contact { id } }
      sponsorships { account { name } } vendors { account { name } } } } }"""
    fair = (await graph.ask(events))["events"]["nodes"][0]
    (engagement,) = fair["speakerEngagements"]["nodes"]
    assert engagement["speaker"]["contact"]["id"] == await graph.keyed("contact", "bob")
    team = {member["contact"]["id"] for member in fair["teamMembers"] if member["contact"]}
    assert team == {await graph.keyed("contact", "ann")}
    assert fair["sponsorships"] == [{"account": {"name": "Lid Works"}}]
    assert fair["vendors"] == [{"account": {"name": "Empty Rooms"}}]


async def test_r12_contacts_are_viewed_created_and_edited(graph: Graph) -> None:
    """A contact is created, seen by its id, and edited field by field; what is not given stays."""
    id = await graph.made("contact", firstName="Ida", lastName="Twelve", city="Ulm")
    assert await graph.seen("contact", id, "fullName city version") == {
        "fullName": "Ida Twelve",
        "city": "Ulm",
        "version": 1,
    }
    assert await graph.changed("contact", id, firstName="Ada", city=None) == []
    assert await graph.seen("contact", id, "fullName city version") == {
        "fullName": "Ada Twelve",
        "city": None,
        "version": 2,
    }
    assert await graph.seen("contact", stranger("contact"), "id") is None


async def test_r13_the_list_searches_contacts(graph: Graph) -> None:
    """The standard list finds contacts by words of theirs, within other conditions too."""
    found = [await graph.made("contact", firstName=name, lastName="Quillfeather") for name in ("Ira", "Ivo")]
    assert set(await graph.listed("contact", search="quillfeather")) == set(found)
    assert await graph.listed("contact", search="ivo quillf") == [found[1]]
    where = {"firstName": {"eq": "Ira"}}
    assert await graph.listed("contact", search="quillfeather", where=where) == [found[0]]
    assert await graph.listed("contact", search="nobodyiscalledso") == []


async def test_r13_the_list_sorts_contacts_by_every_field(full: Graph) -> None:
    """Every order that is offered has every contact once, by what the contact shows, from both ends."""
    await every_field.check_orders(full, "contact")


async def test_r13_the_list_filters_contacts_by_every_field(full: Graph) -> None:
    """Every field that is offered to filter by finds those who show the value, and those who show none."""
    await every_field.check_filters(full, "contact")
    await every_field.check_relations(full, "contact")


async def test_r13_the_list_creates_and_deletes_contacts(graph: Graph) -> None:
    """What is created is in the list with every field it was given, and what is deleted is in it no more."""
    given = filled.filled("contact", 0) | {"lastName": "Thirteen"}
    id = await graph.made("contact", **given)
    where = {"lastName": {"eq": "Thirteen"}}
    assert await graph.listed("contact", where=where) == [id]
    assert await graph.seen("contact", id, filled.shown(given)) == given
    await graph.gone("contact", id)
    assert await graph.listed("contact", where=where) == []
    assert await graph.seen("contact", id, "id") is None


async def test_r13_the_list_edits_every_field_of_contacts(graph: Graph) -> None:
    """Every field that can be given can be given another value afterwards; origins alone are kept."""
    given, other = filled.filled("contact", 0), filled.filled("contact", 1)
    id = await graph.made("contact", **given)
    kept = other.pop("marketingSource")
    assert await graph.changed("contact", id, **other) == []
    assert await graph.seen("contact", id, filled.shown(other)) == other
    assert {code for code, _ in await graph.changed("contact", id, marketingSource=kept)} == {"READ_ONLY"}


async def test_r14_one_query_opens_a_contact_with_all_its_details(graph: Graph) -> None:
    """Every section of a contact is answered together, by one document."""
    ann = await graph.seen("contact", await graph.keyed("contact", "ann"), EVERY_PART)
    assert (ann["fullName"], ann["account"]["name"]) == ("Ann Arbour", "Kettle & Co")
    assert [one["list"]["name"] for one in ann["subscriptions"]["nodes"]] == ["kettles", "lids"]
    assert {one["topic"] for one in ann["leads"]["nodes"]} >= {"Kettles", "Lids"}
    assert len(ann["events"]["registrations"]["nodes"]) == len(ann["events"]["checkIns"]["nodes"]) == 2
    assert ann["eventInformation"]["latest"] is not None
    assert ann["insights"]["email"]["sent"] == 2
    assert ann["history"]["nodes"] != []


def test_r15_the_six_enhancements_are_named_parts_of_the_contact() -> None:
    """Marketing source, preferences, subscriptions, data protection, events and insights each have a name."""
    parts = {
        "marketingSource": "MarketingSource",
        "preferences": "Preferences",
        "subscriptions": "ListMembershipConnection",
        "dataProtection": "DataProtection",
        "events": "ContactEvents",
        "eventInformation": "EventInformation",
        "insights": "ContactInsights",
    }
    fields = kind_of("Contact").fields
    assert {name: str(fields[name].type) for name in parts} == {name: f"{of}!" for name, of in parts.items()}
    loose = {"consentLevel", "isChild", "guardian", "bulkEmail", "followEmail", "customerJourneyId"}
    assert loose.isdisjoint(fields)
