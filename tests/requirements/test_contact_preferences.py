"""How a contact may be approached, and who may change it (domain.md R17 to R31)."""

import re
from dataclasses import replace
from itertools import product

import pytest
from graphql import GraphQLEnumType, GraphQLInputObjectType, get_named_type

from domain.facts import NewInteraction
from domain.interactions import InteractionType
from domain.options import Permission
from domain.permissions import PageType, is_prefilled, remembered
from engines import ingest
from tests.engines.asking import NOW, own
from tests.requirements import every_field
from tests.requirements.graph import SCHEMA, Graph, kind_of, refusals, words_of
from tests.world import day

ALLOW, DENY = "ALLOW", "DO_NOT_ALLOW"
BOTH = (ALLOW, DENY)
KINDS = ("COMMERCIAL", "TRANSACTIONAL")
CHANNELS = {
    "email": ALLOW,
    "bulkEmail": ALLOW,
    "phone": ALLOW,
    "fax": ALLOW,
    "postalMail": ALLOW,
    "bulkPostalMail": ALLOW,
    "marketingMaterial": ALLOW,
    "prefillMarketingForm": DENY,
    "followEmail": ALLOW,
    "tracking": ALLOW,
}
"""What a new contact's preferences are (domain.md 2.2)."""
LINK = "query ($contact: ID!) { subscriptionCenterLink(contactId: $contact) { token } }"
PAGE = """query ($token: String!) {
  subscriptionCenter(token: $token) { firstName lastName email doNotEmail }
}"""


async def eligible(graph: Graph, contact: str, kind: str) -> str | None:
    """Why the contact can be sent no such message; None where it can."""
    found = await graph.seen(
        "contact", contact, f"emailEligibility(designation: {kind}) {{ allowed reason }}"
    )
    answer = found["emailEligibility"]
    assert answer["allowed"] is (answer["reason"] is None)
    reason: str | None = answer["reason"]
    return reason


async def person(graph: Graph, **preferences: str) -> str:
    """A contact with an address and these preferences."""
    named = {"firstName": "Pia", "lastName": "Pine", "email": "pia@example.org"}
    return await graph.made("contact", **named, preferences=preferences)


async def preference(graph: Graph, contact: str, name: str) -> str:
    """What a contact's preference is."""
    value: str = (await graph.seen("contact", contact, f"preferences {{ {name} }}"))["preferences"][name]
    return value


async def center_link(graph: Graph, contact: str) -> str:
    """The token of a contact's own link to its subscription centre."""
    token: str = (await graph.ask(LINK, contact=contact))["subscriptionCenterLink"]["token"]
    return token


async def test_r17_preferences_say_how_a_contact_may_be_approached(graph: Graph) -> None:
    """Every channel is ALLOW or DO_NOT_ALLOW, allowed until said otherwise, and each can be changed alone."""
    permission = SCHEMA.type_map["Permission"]
    assert isinstance(permission, GraphQLEnumType)
    assert set(permission.values) == set(BOTH)
    id = await graph.made("contact", lastName="Seventeen")
    shown = f"preferences {{ {' '.join(CHANNELS)} preferredContactMethod }}"
    now = {**CHANNELS, "preferredContactMethod": None}
    assert (await graph.seen("contact", id, shown))["preferences"] == now
    for name, value in CHANNELS.items():
        other = DENY if value == ALLOW else ALLOW
        assert await graph.changed("contact", id, preferences={name: other}) == []
        now[name] = other
        assert (await graph.seen("contact", id, shown))["preferences"] == now
    for method in ("ANY", "EMAIL", "PHONE", "FAX", "MAIL"):
        assert await graph.changed("contact", id, preferences={"preferredContactMethod": method}) == []
        now["preferredContactMethod"] = method
        assert (await graph.seen("contact", id, shown))["preferences"] == now


@pytest.mark.parametrize("kind", ["Preferences", "PreferencesInput"])
def test_r18_every_preference_says_which_part_of_the_system_reads_it(kind: str) -> None:
    """The words of each preference name what reads it, or say that nothing here does."""
    fields = SCHEMA.type_map[kind].fields  # type: ignore[attr-defined]
    silent = [
        name
        for name, field in fields.items()
        if name != "id" and not re.search(r"\b[Rr]ead (by|where)\b", str(field.description))
    ]
    assert silent == []


async def test_r19_bulk_email_decides_over_commercial_messages(graph: Graph) -> None:
    """Bulk e-mail alone opens and closes commercial e-mail; the gate of sending reads this rule."""
    id = await person(graph)
    for value, reason in ((ALLOW, None), (DENY, "DO_NOT_BULK_EMAIL"), (ALLOW, None)):
        assert await graph.changed("contact", id, preferences={"bulkEmail": value}) == []
        assert await eligible(graph, id, "COMMERCIAL") == reason
        assert await eligible(graph, id, "TRANSACTIONAL") is None
    assert "send gate" in words_of("Preferences", "bulkEmail")
    assert "commercial" in words_of("Preferences", "bulkEmail")


async def test_r20_who_does_not_allow_bulk_email_gets_no_commercial_message(graph: Graph) -> None:
    """No list and no consent opens what the preference closes; the record of a block comes with sending."""
    id = await person(graph, bulkEmail=DENY)
    assert await graph.changed("contact", id, dataProtection={"consentLevel": "PROFILING"}) == []
    await graph.join(await graph.new_list(), id)
    assert await eligible(graph, id, "COMMERCIAL") == "DO_NOT_BULK_EMAIL"
    assert [stay["effective"] for stay in await graph.stays(id)] == [False]
    reasons = SCHEMA.type_map["EmailRefusal"]
    assert isinstance(reasons, GraphQLEnumType)
    assert "DO_NOT_BULK_EMAIL" in reasons.values


async def test_r21_contacts_change_bulk_email_through_the_subscription_centre(graph: Graph) -> None:
    """By its own link, and with no right of the staff, a contact sets the preference and clears it again."""
    id = await person(graph)
    token = await center_link(graph, id)
    visitor = replace(graph, actor=None)
    for ticked, value in ((True, DENY), (False, ALLOW)):
        input = {"token": token, "doNotEmail": ticked, "listIds": []}
        answer = await visitor.do("subscriptionCenterSubmit", input)
        assert refusals(answer) == []
        assert await preference(graph, id, "bulkEmail") == value
        assert (await visitor.ask(PAGE, token=token))["subscriptionCenter"]["doNotEmail"] is ticked
    forged = {"token": f"{token[:-2]}xx", "doNotEmail": True, "listIds": []}
    answer = await visitor.do("subscriptionCenterSubmit", forged)
    assert refusals(answer) == [("NOT_IDENTIFIED", "token")]
    assert await preference(graph, id, "bulkEmail") == ALLOW


async def test_r22_the_email_preference_is_one_of_the_core(graph: Graph) -> None:
    """It is one of the core preferences that accounts and leads have too, and needs no marketing."""
    for noun, least in (("contact", {"lastName": "A"}), ("account", {"name": "A"}), ("lead", {"topic": "A"})):
        id = await graph.made(noun, **least)
        shown = "preferences { email }"
        assert await graph.seen(noun, id, shown) == {"preferences": {"email": ALLOW}}
        assert await graph.changed(noun, id, preferences={"email": DENY}) == []
        assert await graph.seen(noun, id, shown) == {"preferences": {"email": DENY}}


@pytest.mark.parametrize(("kind", "bulk"), list(product(KINDS, BOTH)))
async def test_r23_the_email_preference_closes_all_email(graph: Graph, kind: str, bulk: str) -> None:
    """Where it does not allow, neither a commercial nor a transactional message may be sent."""
    id = await person(graph, email=DENY, bulkEmail=bulk)
    assert await eligible(graph, id, kind) == "DO_NOT_EMAIL"
    assert await graph.changed("contact", id, preferences={"email": ALLOW, "bulkEmail": ALLOW}) == []
    assert await eligible(graph, id, kind) is None


async def test_r24_a_message_is_commercial_or_transactional(graph: Graph) -> None:
    """The designation is one of two, commercial unless said; the record of a message comes with sending."""
    designations = SCHEMA.type_map["LegalDesignation"]
    assert isinstance(designations, GraphQLEnumType)
    assert tuple(designations.values) == KINDS
    id = await person(graph, bulkEmail=DENY)
    unsaid = await graph.seen("contact", id, "emailEligibility { reason }")
    assert unsaid["emailEligibility"]["reason"] == "DO_NOT_BULK_EMAIL"
    assert await eligible(graph, id, "TRANSACTIONAL") is None


async def test_r25_a_form_is_filled_in_for_whom_contact_form_and_field_allow(graph: Graph) -> None:
    """Nothing is filled in unless contact, form and field all allow it; the forms come with pages."""
    id = await person(graph)
    held = await preference(graph, id, "prefillMarketingForm")
    assert held == DENY
    for form, field, value in product((True, False), (True, False), (held, ALLOW)):
        shown = is_prefilled(
            PageType.LANDING_PAGE, form=form, field=field, contact=Permission[value], recognised=True
        )
        assert shown is (form and field and value == ALLOW)
    assert "fill their forms in" in words_of("Preferences", "prefillMarketingForm")


async def test_r26_a_contact_who_refuses_sees_empty_forms_but_its_own_centre(graph: Graph) -> None:
    """A recognised contact that does not allow it sees its data in its centre, and nowhere else."""
    id = await person(graph, prefillMarketingForm=DENY)
    page = (await graph.ask(PAGE, token=await center_link(graph, id)))["subscriptionCenter"]
    assert page == {"firstName": "Pia", "lastName": "Pine", "email": "pia@example.org", "doNotEmail": False}
    denied = Permission[await preference(graph, id, "prefillMarketingForm")]
    filled = [
        page
        for page in PageType
        if is_prefilled(page, form=True, field=True, contact=denied, recognised=True)
    ]
    assert filled == [PageType.SUBSCRIPTION_CENTER]


async def test_r27_remember_me_sets_the_preference_on_forms_made_for_it(graph: Graph) -> None:
    """Ticked it allows, cleared it does not, elsewhere nothing changes; the submission comes with forms."""
    id = await person(graph)
    for ticked, value in ((True, ALLOW), (False, DENY)):
        said = remembered(form=True, ticked=ticked)
        assert said is not None
        assert said.name == value
        assert await graph.changed("contact", id, preferences={"prefillMarketingForm": said.name}) == []
        assert await preference(graph, id, "prefillMarketingForm") == value
    assert [remembered(form=False, ticked=ticked) for ticked in (True, False, None)] == [None] * 3
    assert remembered(form=True, ticked=None) is None


async def test_r28_follow_email_is_there_and_can_be_written(graph: Graph) -> None:
    """The field is present on every contact, allowed until said otherwise, and takes both values."""
    id = await person(graph)
    for value in (ALLOW, DENY, ALLOW):
        assert await graph.changed("contact", id, preferences={"followEmail": value}) == []
        assert await preference(graph, id, "followEmail") == value


async def test_r29_follow_email_has_no_effect_on_what_is_kept_or_sent(graph: Graph) -> None:
    """Opens and clicks are kept alike for both values, and every message may be sent alike."""
    contacts = [await person(graph, followEmail=value) for value in BOTH]
    types = (InteractionType.EMAIL_SENT, InteractionType.EMAIL_DELIVERED, InteractionType.EMAIL_OPENED)
    happened = [*types, InteractionType.EMAIL_CLICKED]
    news = [
        NewInteraction(kind, day(3, 2, 9 + hour), "r29", f"{id} {hour}", own(id), message_id="news")
        for id in contacts
        for hour, kind in enumerate(happened)
    ]
    await graph.db.prepare_months(one.occurred_at for one in news)
    async with graph.db.transaction() as tx:
        await ingest.take_in(tx, news, NOW)
    shown = """interactions { nodes { type occurredAt messageId } }
      insights(allTime: true) { interactions email { sent totalOpens uniqueOpens totalClicks openRate } }
      commercial: emailEligibility { allowed }
      transactional: emailEligibility(designation: TRANSACTIONAL) { allowed }"""
    allowed, denied = [await graph.seen("contact", id, shown) for id in contacts]
    assert allowed == denied
    assert len(allowed["interactions"]["nodes"]) == len(happened)
    assert (allowed["insights"]["email"]["uniqueOpens"], allowed["insights"]["email"]["totalClicks"]) == (
        1,
        1,
    )


async def test_r30_follow_email_like_any_field_chooses_who_is_in_a_segment(graph: Graph) -> None:
    """Lists and segments are filtered by it, as by every other plain field of a contact."""
    allowed, denied = [
        await graph.made("contact", lastName="Thirty", preferences={"followEmail": value}) for value in BOTH
    ]
    segment = await graph.made("segment", name="For R30")
    for value, expected in ((ALLOW, [allowed]), (DENY, [denied])):
        where = {"lastName": {"eq": "Thirty"}, "preferences": {"followEmail": {"eq": value}}}
        assert await graph.listed("contact", where=where) == expected
    await graph.do("segmentAddWhere", {"id": segment, "where": where})
    members = "query ($id: ID!) { segment(id: $id) { members { nodes { id } } } }"
    assert (await graph.ask(members, id=segment))["segment"]["members"]["nodes"] == [{"id": denied}]
    where_type = SCHEMA.type_map["SegmentWhereInput"]
    assert isinstance(where_type, GraphQLInputObjectType)
    assert get_named_type(where_type.fields["where"].type).name == "ContactWhere"
    asked = {leaf.path for leaf in every_field.leaves("contact")}
    protection = {("dataProtection", "confirmation"), ("dataProtection", "pendingExpiresAt")}
    derived = {("addressState",), ("attributes",), *protection}
    assert set(every_field.scalars("contact")) - asked == derived


def test_r31_follow_email_is_for_another_application_and_its_words_say_so() -> None:
    """The sales application reads it; no part of this one does, and the schema tells."""
    words = words_of("Preferences", "followEmail")
    assert "Read by no part of this system" in words
    assert re.search(r"other systems|sales", words)
    effects = {"EmailEligibility", "ContactInsights", "EmailRefusal", "ListMembership"}
    members = {name for kind in effects for name in _names(kind)}
    assert not [name for name in members if "follow" in name.lower()]


def _names(kind: str) -> set[str]:
    found = SCHEMA.type_map[kind]
    return set(found.values if isinstance(found, GraphQLEnumType) else kind_of(kind).fields)
