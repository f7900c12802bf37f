"""Invariants of preferences, segments and consent, asked of the graph (domain.md 11)."""

from datetime import timedelta
from itertools import product
from pathlib import Path
from typing import Any

import pytest

from domain.facts import NewInteraction
from domain.interactions import InteractionType
from domain.options import Permission
from domain.permissions import PageType, is_prefilled
from engines import ingest
from tests.engines.asking import NOW, own
from tests.engines.imports import house
from tests.requirements.graph import Graph, refusals
from tests.world import day

ALLOW, DENY = "ALLOW", "DO_NOT_ALLOW"
NO_EMAIL, NO_BULK = "DO_NOT_EMAIL", "DO_NOT_BULK_EMAIL"
ELIGIBLE = """commercial: emailEligibility(designation: COMMERCIAL) { allowed reason }
  transactional: emailEligibility(designation: TRANSACTIONAL) { allowed reason }"""
LOG = "dataProtection { consentLevel consentChanges { nodes { oldLevel newLevel source changedBy } } }"
CONSENTS = """
name = "consents"
about = "People and what they have granted."
source = "consents"

[[file]]
match = "*.csv"

[file.contact]
key = "id"
last_name = "name"
consent_level = "consent"
"""


@pytest.mark.parametrize(
    ("email", "bulk", "commercial", "transactional"),
    [
        (ALLOW, ALLOW, None, None),
        (ALLOW, DENY, NO_BULK, None),
        (DENY, ALLOW, NO_EMAIL, NO_EMAIL),
        (DENY, DENY, NO_EMAIL, NO_EMAIL),
    ],
)
async def test_i11_the_two_preferences_decide_over_the_two_kinds_of_message(
    graph: Graph, email: str, bulk: str, commercial: str | None, transactional: str | None
) -> None:
    """The four rows of domain.md 8.7: which messages a contact with these preferences can be sent."""
    named = {"lastName": "Eleven", "email": "eleven@example.org"}
    id = await graph.made("contact", **named, preferences={"email": email, "bulkEmail": bulk})
    assert await graph.seen("contact", id, ELIGIBLE) == {
        "commercial": {"allowed": commercial is None, "reason": commercial},
        "transactional": {"allowed": transactional is None, "reason": transactional},
    }


async def test_i12_follow_email_changes_nothing_and_can_be_filtered_by(graph: Graph) -> None:
    """Contacts that differ in it alone have equal eligibility and insights; the filter tells them apart."""
    ids = {
        value: await graph.made("contact", lastName="Twelve", preferences={"followEmail": value})
        for value in (ALLOW, DENY)
    }
    kinds = (InteractionType.EMAIL_SENT, InteractionType.EMAIL_OPENED, InteractionType.WEBSITE_VISITED)
    news = [
        NewInteraction(kind, day(4, 1) + timedelta(minutes=at), "i12", f"{id} {at}", own(id), message_id="m")
        for id in ids.values()
        for at, kind in enumerate(kinds)
    ]
    await graph.db.prepare_months(one.occurred_at for one in news)
    async with graph.db.transaction() as tx:
        await ingest.take_in(tx, news, NOW)
    shown = f"""{ELIGIBLE} insights(allTime: true) {{ interactions lastInteractionAt
      email {{ sent totalOpens uniqueOpens }} byType {{ type count }} }}"""
    allowed, denied = [await graph.seen("contact", id, shown) for id in ids.values()]
    assert allowed == denied
    assert allowed["insights"]["interactions"] == len(kinds)
    for value, id in ids.items():
        where = {"lastName": {"eq": "Twelve"}, "preferences": {"followEmail": {"eq": value}}}
        assert await graph.listed("contact", where=where) == [id]


@pytest.mark.parametrize("page", PageType)
def test_i13_the_prefill_matrix(page: PageType) -> None:
    """Every row of form, field, contact and recognition for the page: who sees a form that is filled in."""
    flags = (False, True)
    for form, field, contact, recognised in product(flags, flags, Permission, flags):
        shown = is_prefilled(page, form=form, field=field, contact=contact, recognised=recognised)
        asked = form and field and contact is Permission.ALLOW
        expected = {
            PageType.LANDING_PAGE: recognised and asked,
            PageType.EVENT_REGISTRATION: recognised and asked,
            PageType.SUBSCRIPTION_CENTER: recognised,
            PageType.FORWARD_TO_A_FRIEND: False,
        }[page]
        assert shown is expected, (form, field, contact, recognised)


@pytest.mark.parametrize("noun", ["account", "lead"])
async def test_i14_what_is_no_contact_is_refused_as_a_target(graph: Graph, noun: str) -> None:
    """An account's or a lead's id is refused by segments and subscription lists, and nothing changes."""
    other = await graph.keyed(noun, {"account": "kettle", "lead": "kettles"}[noun])
    ann = await graph.keyed("contact", "ann")
    segment, on_offer = await graph.made("segment", name=f"For {noun}s"), await graph.new_list()
    for mutation in ("segmentAddMembers", "segmentRemoveMembers"):
        answer = await graph.do(mutation, {"id": segment, "contactIds": [ann, other]})
        assert refusals(answer) == [("SEGMENT_MEMBER_NOT_CONTACT", "contactIds.1")]
    for mutation in ("subscriptionJoin", "subscriptionLeave"):
        answer = await graph.do(mutation, {"listId": on_offer, "contactIds": [ann, other]})
        assert refusals(answer) == [("INVALID", "contactIds.1")]
    members = "query ($id: ID!) { segment(id: $id) { memberCount } }"
    assert (await graph.ask(members, id=segment))["segment"]["memberCount"] == 0
    assert on_offer not in {stay["list"]["id"] for stay in await graph.stays(ann, past=True)}


async def test_i15_bulk_email_overrules_lists_and_gives_them_back(graph: Graph) -> None:
    """Not allowed, no list is effective; allowed again, each is what it was before, row for row."""
    id = await graph.made("contact", lastName="Fifteen", email="fifteen@example.org")
    lists = [await graph.new_list() for _ in range(3)]
    for at, one in enumerate(lists):
        assert await graph.later(minutes=at).join(one, id) == ["JOINED"]
    assert await graph.later(hours=1).leave(lists[0], id) == ["LEFT"]
    before, past = await graph.stays(id), await graph.stays(id, past=True)
    assert [stay["effective"] for stay in before] == [True, True]
    assert await graph.changed("contact", id, preferences={"bulkEmail": DENY}) == []
    assert await graph.stays(id) == [stay | {"effective": False} for stay in before]
    assert await graph.changed("contact", id, preferences={"bulkEmail": ALLOW}) == []
    assert (await graph.stays(id), await graph.stays(id, past=True)) == (before, past)


async def test_i21_a_child_is_never_scored_and_grants_nothing_by_itself(graph: Graph) -> None:
    """A child's lead is left out of scoring; its consent is its guardian's at most, and none without one."""
    guardian = await graph.made(
        "contact", lastName="Twentyone", dataProtection={"consentLevel": "SUBSCRIPTIONS"}
    )
    granted = {"consentLevel": "PROFILING", "isChild": True, "guardianId": guardian}
    child = await graph.made("contact", lastName="Twentyone", dataProtection=granted)
    lead = await graph.made("lead", topic="Twentyone", contactId=child)
    shown = "scorable unscorableReason warnings"
    excluded = {"scorable": False, "unscorableReason": "CONTACT_IS_CHILD"}
    assert await graph.seen("lead", lead, shown) == excluded | {"warnings": []}
    for level, effective in (("PROFILING", "MARKETING"), ("CONSENT", "CONSENT"), ("NONE", "NONE")):
        assert await graph.changed("contact", guardian, dataProtection={"consentLevel": level}) == []
        await _effective(graph, child, effective)
    assert await graph.changed("contact", guardian, dataProtection={"consentLevel": "MARKETING"}) == []
    await graph.gone("contact", guardian)
    await _effective(graph, child, "NONE")
    alone = excluded | {"warnings": ["CONTACT_WITHOUT_GUARDIAN"]}
    assert await graph.seen("lead", lead, shown) == alone
    assert await graph.changed("contact", child, dataProtection={"isChild": False}) == []
    await _effective(graph, child, "PROFILING")
    assert (await graph.seen("lead", lead, "scorable"))["scorable"] is True


async def _effective(graph: Graph, contact: str, level: str) -> None:
    levels = "dataProtection { consentLevel effectiveConsentLevel }"
    found = (await graph.seen("contact", contact, levels))["dataProtection"]
    assert found == {"consentLevel": "PROFILING", "effectiveConsentLevel": level}
    where = {"id": {"eq": contact}, "dataProtection": {"effectiveConsentLevel": {"eq": level}}}
    assert await graph.listed("contact", where=where) == [contact]


async def _by_update(graph: Graph, id: str, level: str) -> None:
    assert await graph.changed("contact", id, dataProtection={"consentLevel": level}) == []


async def _by_consent(graph: Graph, id: str, level: str) -> None:
    assert refusals(await graph.do("contactSetConsent", {"id": id, "level": level})) == []


async def _by_upsert(graph: Graph, id: str, level: str) -> None:
    row = {"by": {"id": id}, "contact": {"dataProtection": {"consentLevel": level}}}
    shown = "results { userErrors { code } } userErrors { code path message }"
    answer = await graph.do("contactsUpsert", {"rows": [row]}, shown)
    assert answer == {"results": [{"userErrors": []}], "userErrors": []}


@pytest.mark.parametrize(
    ("way", "source"), [(_by_update, "STAFF"), (_by_consent, "STAFF"), (_by_upsert, "IMPORT")]
)
async def test_i22_each_change_of_consent_is_logged_once_however_it_is_written(
    graph: Graph, way: Any, source: str
) -> None:
    """Raised, written again, lowered, written again: two entries, for what changed alone."""
    id = await graph.made("contact", lastName="Twentytwo")
    for level in ("MARKETING", "MARKETING", "CONSENT", "CONSENT"):
        await way(graph, id, level)
    assert await graph.changed("contact", id, city="Ulm") == []
    found = (await graph.seen("contact", id, LOG))["dataProtection"]
    told = {"source": source, "changedBy": "mia"}
    assert found == {
        "consentLevel": "CONSENT",
        "consentChanges": {
            "nodes": [
                {"oldLevel": "MARKETING", "newLevel": "CONSENT", **told},
                {"oldLevel": "NONE", "newLevel": "MARKETING", **told},
            ]
        },
    }


async def test_i22_each_change_of_consent_is_logged_once_when_it_is_imported(
    graph: Graph, tmp_path: Path
) -> None:
    """A file that raises, repeats and lowers a level leaves an entry a change, and none for a repeat."""
    format = house.mapping(tmp_path, CONSENTS)
    path = tmp_path / "consents.csv"
    for level in ("MARKETING", "MARKETING", "CONSENT", "CONSENT"):
        path.write_text(f"id,name,consent\n22,Imported,{level}\n")
        assert house.refusals(await house.bring(graph.db, format, path)) == []
    by = 'query { contact(by: {sourceKey: {source: "consents", key: "22"}}) { ' + LOG + " } }"
    found = (await graph.ask(by))["contact"]["dataProtection"]
    told = {"source": "IMPORT", "changedBy": None}
    assert found == {
        "consentLevel": "CONSENT",
        "consentChanges": {
            "nodes": [
                {"oldLevel": "MARKETING", "newLevel": "CONSENT", **told},
                {"oldLevel": "NONE", "newLevel": "MARKETING", **told},
            ]
        },
    }
