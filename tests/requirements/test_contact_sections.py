"""What brought a contact, what it signed up for, granted, attended and did (domain.md R16, R32 to R38)."""

from itertools import pairwise
from typing import Any

from tests.engines.asking import NOW
from tests.requirements.graph import Graph, refusals, stranger

CONSENT = """dataProtection { consentLevel isChild guardian { id }
  consentChanges { nodes { oldLevel newLevel reason changedBy } } }"""

SOURCE = {
    "customerJourneyId": "spring",
    "marketingEmailId": "hello",
    "marketingFormId": "newsletter",
    "marketingPageId": "home",
    "formSubmittedAt": "2026-05-01T09:30:00Z",
}


async def protection(graph: Graph, contact: str) -> dict[str, object]:
    """What is shown of a contact's data protection."""
    found: dict[str, object] = (await graph.seen("contact", contact, CONSENT))["dataProtection"]
    return found


async def test_r16_marketing_source_says_what_brought_the_contact_and_is_never_overwritten(
    graph: Graph,
) -> None:
    """Which initiatives brought a contact is shown, set when one creates it, and kept against later ones."""
    events = (await graph.ask("{ events(first: 2) { nodes { id name } } }"))["events"]["nodes"]
    brought, later = (event["id"] for event in events)
    lead = await graph.made("lead", topic="Sixteen", lastName="Sechzehn", email="sechzehn@example.org")
    given = {**SOURCE, "originatingEventId": brought}
    id = await graph.made("contact", lastName="Sixteen", marketingSource=given, originatingLeadId=lead)
    shown = f"marketingSource {{ {' '.join(SOURCE)} originatingEvent {{ id }} originatingLead {{ id }} }}"
    kept = {**SOURCE, "originatingEvent": {"id": brought}, "originatingLead": {"id": lead}}
    kept["formSubmittedAt"] = "2026-05-01T09:30:00Z"
    assert _same_moment((await graph.seen("contact", id, shown))["marketingSource"]) == kept
    for name, value in {**dict.fromkeys(SOURCE, "x"), "originatingEventId": later}.items():
        patch = {name: "2026-06-01T00:00:00Z" if name == "formSubmittedAt" else value}
        refused = await graph.changed("contact", id, marketingSource=patch)
        assert refused == [("READ_ONLY", f"patch.marketingSource.{name}")]
    assert _same_moment((await graph.seen("contact", id, shown))["marketingSource"]) == kept
    answer = await graph.do("leadGenerateContact", {"id": lead}, f"lead {{ contact {{ {shown} }} }}")
    assert answer["lead"]["contact"]["marketingSource"]["originatingLead"] == {"id": lead}


def _same_moment(source: dict[str, Any]) -> dict[str, Any]:
    return {**source, "formSubmittedAt": source["formSubmittedAt"].replace("+00:00", "Z")}


async def test_r32_a_contact_shows_the_lists_it_has_signed_up_for(graph: Graph) -> None:
    """Each list that it is on now is shown with its beginning and its way; one that it left is past."""
    id = await graph.made("contact", lastName="Thirtytwo", email="thirtytwo@example.org")
    stayed, left = await graph.new_list(), await graph.new_list()
    assert await graph.join(stayed, id, via="LANDING_PAGE") == ["JOINED"]
    assert await graph.join(left, id) == ["JOINED"]
    assert {stay["list"]["id"] for stay in await graph.stays(id)} == {stayed, left}
    assert await graph.later(hours=1).leave(left, id) == ["LEFT"]
    (now,) = await graph.stays(id)
    assert (now["list"]["id"], now["joinedVia"], now["leftAt"]) == (stayed, "LANDING_PAGE", None)
    assert now["joinedAt"].startswith(f"{NOW:%Y-%m-%dT%H:%M}")
    assert {stay["list"]["id"] for stay in await graph.stays(id, past=True)} >= {left}


async def test_r33_staff_see_and_set_the_consent_that_a_contact_granted(graph: Graph) -> None:
    """Each of the six levels is set with its reason, shown, and logged with who set it."""
    id = await graph.made("contact", lastName="Thirtythree")
    levels = ["NONE", "CONSENT", "TRANSACTIONAL", "SUBSCRIPTIONS", "MARKETING", "PROFILING", "NONE"]
    for number, level in enumerate(levels[1:], 1):
        input = {"id": id, "level": level, "reason": f"Reason {number}"}
        asking = graph.later(minutes=number)
        assert refusals(await asking.do("contactSetConsent", input)) == []
        found = await protection(graph, id)
        assert found["consentLevel"] == level
    assert found["consentChanges"] == {
        "nodes": [
            {"oldLevel": old, "newLevel": new, "reason": f"Reason {number}", "changedBy": "mia"}
            for number, (old, new) in reversed(list(enumerate(pairwise(levels), 1)))
        ]
    }


async def test_r34_a_child_has_a_parent_or_guardian_who_is_a_contact(graph: Graph) -> None:
    """A child is one with a guardian among the contacts; who is no child has none."""
    guardian = await graph.made("contact", lastName="Thirtyfour")
    id = await graph.made("contact", lastName="Thirtyfour")
    nobody = {"consentLevel": "NONE", "isChild": False, "guardian": None, "consentChanges": {"nodes": []}}
    assert await protection(graph, id) == nobody
    place = "patch.dataProtection.guardianId"
    for given, code in (
        ({"isChild": True}, "GUARDIAN_REQUIRED"),
        ({"isChild": True, "guardianId": id}, "CYCLE"),
        ({"isChild": True, "guardianId": stranger("contact")}, "NOT_FOUND"),
        ({"guardianId": guardian}, "INVALID"),
    ):
        assert await graph.changed("contact", id, dataProtection=given) == [(code, place)]
    other = await graph.keyed("account", "kettle")
    refused = await graph.changed("contact", id, dataProtection={"isChild": True, "guardianId": other})
    assert refused == [("INVALID", place)]
    assert await protection(graph, id) == nobody
    child = {"isChild": True, "guardianId": guardian}
    assert await graph.changed("contact", id, dataProtection=child) == []
    assert await protection(graph, id) == nobody | {"isChild": True, "guardian": {"id": guardian}}
    elder = await graph.made("contact", lastName="Thirtyfour")
    refused = await graph.changed("contact", guardian, dataProtection={"isChild": True, "guardianId": elder})
    assert [code for code, _ in refused] == ["NOT_A_GUARDIAN"]
    assert await graph.changed("contact", id, dataProtection={"isChild": False}) == []
    assert await protection(graph, id) == nobody


async def test_r35_a_contact_shows_the_events_it_registered_for_or_attended(graph: Graph) -> None:
    """Registrations and check-ins are shown on the contact, each with its event."""
    ann = await graph.keyed("contact", "ann")
    shown = "registrations { nodes { event { name } } } checkIns { nodes { event { name } } }"
    events = (await graph.seen("contact", ann, f"events {{ {shown} }}"))["events"]
    registered = {node["event"]["name"] for node in events["registrations"]["nodes"]}
    attended = {node["event"]["name"] for node in events["checkIns"]["nodes"]}
    assert (registered, attended) == ({"Kettle Fair", "A talk on lids"}, {"Kettle Fair"})
    cas = (await graph.seen("contact", await graph.keyed("contact", "cas"), f"events {{ {shown} }}"))[
        "events"
    ]
    assert cas == {"registrations": {"nodes": []}, "checkIns": {"nodes": []}}


async def test_r36_event_information_is_what_the_contact_told_when_registering(graph: Graph) -> None:
    """The answers and the profile of each registration are shown, and those of the last one by themselves."""
    profile = """primaryRole area companySize industry yearsInIndustry event { name }
      responses { question answer }"""
    shown = f"eventInformation {{ latest {{ {profile} }} all {{ {profile} }} }}"
    told = (await graph.seen("contact", await graph.keyed("contact", "ann"), shown))["eventInformation"]
    fair = {
        "primaryRole": "JOURNALIST",
        "area": "MARKETING",
        "companySize": "FROM_51_TO_100",
        "industry": "MANUFACTURING",
        "yearsInIndustry": "FROM_5_TO_10",
        "event": {"name": "Kettle Fair"},
        "responses": [
            {"question": "Do you eat meat?", "answer": "No"},
            {"question": "Anything else?", "answer": None},
        ],
    }
    assert told["latest"]["event"] == {"name": "A talk on lids"}
    assert told["latest"]["area"] == "SALES"
    assert told["all"] == [told["latest"], fair]


async def test_r37_all_registrations_and_check_ins_are_there_with_their_times(graph: Graph) -> None:
    """Cancelled registrations too, check-ins at events and at sessions, each with its moments."""
    ann = await graph.keyed("contact", "ann")
    shown = """events { registrations { totalCount { value }
        nodes { event { name } isCanceled state createdAt timesCheckedIn } }
      checkIns { totalCount { value }
        nodes { type event { name } session { title } checkedInAt checkedOutAt } } }"""
    events = (await graph.seen("contact", ann, shown))["events"]
    assert events["registrations"]["totalCount"]["value"] == events["checkIns"]["totalCount"]["value"] == 2
    kept = {one["event"]["name"]: one for one in events["registrations"]["nodes"]}
    assert (kept["A talk on lids"]["isCanceled"], kept["A talk on lids"]["state"]) == (True, "INACTIVE")
    assert (kept["Kettle Fair"]["isCanceled"], kept["Kettle Fair"]["timesCheckedIn"]) == (False, 1)
    assert all(one["createdAt"].startswith("2026-") for one in kept.values())
    came = {one["type"]: one for one in events["checkIns"]["nodes"]}
    assert (came["EVENT"]["session"], came["SESSION"]["session"]) == (None, {"title": "Handles by hand"})
    assert came["EVENT"]["checkedInAt"] < came["SESSION"]["checkedInAt"] < came["EVENT"]["checkedOutAt"]
    assert came["SESSION"]["checkedOutAt"] is None


async def test_r38_marketing_insights_say_how_the_contact_interacted(graph: Graph) -> None:
    """Figures of the contact's own interactions, within the days asked for, and broken down by kind."""
    ann = await graph.keyed("contact", "ann")
    shown = """{ from to interactions lastEngagementAt byType { type count }
      email { sent delivered totalOpens uniqueOpens totalClicks openRate unsubscribes } }"""
    all_time = (await graph.seen("contact", ann, f"insights(allTime: true) {shown}"))["insights"]
    march = 'insights(from: "2026-03-01T00:00:00Z", to: "2026-04-01T00:00:00Z")'
    within = (await graph.seen("contact", ann, f"{march} {shown}"))["insights"]
    counts = [(one["email"]["sent"], one["email"]["totalOpens"]) for one in (all_time, within)]
    assert counts == [(2, 3), (1, 2)]
    assert within["email"] == {
        "sent": 1,
        "delivered": 1,
        "totalOpens": 2,
        "uniqueOpens": 1,
        "totalClicks": 1,
        "openRate": 1.0,
        "unsubscribes": within["email"]["unsubscribes"],
    }
    assert sum(one["count"] for one in all_time["byType"]) == all_time["interactions"]
    assert {one["type"] for one in within["byType"]} >= {"EMAIL_OPENED", "EMAIL_CLICKED"}
