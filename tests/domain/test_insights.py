"""The catalogue: counts add up, rates are made of sums, and nothing is divided by zero."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.insights import ENGAGED_ON_ACCOUNTS, WITHOUT_ON_ACCOUNTS, EmailInsights, Measure, Sum, fold
from domain.interactions import (
    BY_SOURCE_NAME,
    ENGAGEMENT,
    Category,
    InteractionType,
    engaging,
    interaction_type,
)
from domain.options import Industry, Option
from domain.pipeline import LeadSource, LeadStatus

T = InteractionType
KINDS = [*InteractionType, *Measure]
DOCUMENTED = """
ActivityContactBlocked ActivityContactDispatched ActivityContactProcessingFailed
CreateCrmActivityContactProcessed CreateCustomChannelActivityContactProcessed CustomChannelResponse
CustomerJourneyContactRecordUpdated EmailBlockBounced EmailBlocked EmailClicked
EmailContainsBlockListedLinks EmailDelivered EmailFeedbackLoop EmailForwarded EmailHardBounced
EmailOpened EmailSendingFailed EmailSent EmailSoftBounced EmailSubscriptionSubmit EventCheckIn
EventRegistration FormSubmitted FormVisited InvalidRecipientAddress InvalidSenderAddress
LeadScoreBoost OutOfEmailCredits PassThroughActivityContactProcessed RedirectLinkClicked
SchedulerActivityContactProcessed SegmentRelationshipEdited SegmentSubscribed SegmentUnsubscribed
SplitterActivityContactProcessed SurveyResponse TriggerActivityContactProcessed
TriggerCrmWorkflowActivityContactProcessed WebsiteClicked WebsiteVisited
"""

sums = st.dictionaries(st.sampled_from([kind.name for kind in KINDS]), st.integers(0, 10_000))


@given(sums=st.lists(sums, max_size=4))
def test_counts_of_several_contacts_are_the_sums_of_theirs(sums: list[dict[str, int]]) -> None:
    together: dict[str, int] = {}
    for one in sums:
        for kind, n in one.items():
            together[kind] = together.get(kind, 0) + n
    pooled, apart = EmailInsights.of(together), [EmailInsights.of(one) for one in sums]
    counts = "sent delivered unopened segment_contacts blocked_contacts processed bounces"
    for name in counts.split():
        assert getattr(pooled, name) == sum(getattr(one, name) for one in apart)


def test_a_rate_over_several_contacts_is_no_mean_of_rates() -> None:
    pooled = EmailInsights.of({"DELIVERED": 100 + 1, "UNIQUE_OPEN": 10 + 1})
    assert pooled.open_rate == 11 / 101


def test_nothing_below_the_line_gives_no_rate() -> None:
    nothing = EmailInsights()
    rates = [name for name in dir(nothing) if name.endswith("_rate")]
    assert len(rates) == 13
    assert {getattr(nothing, name) for name in rates} == {None}


@pytest.mark.parametrize(
    ("figure", "expected"),
    [
        ("open_rate", 40 / 80),
        ("click_through_rate", 20 / 80),
        ("click_to_open_rate", 20 / 40),
        ("delivery_rate", 80 / 100),
        ("bounce_rate", (5 + 4 + 1) / 100),
        ("hard_bounce_rate", 5 / 100),
        ("soft_bounce_rate", 4 / 100),
        ("blocked_rate", 12 / 125),
        ("send_rate", 100 / 125),
        ("spam_rate", 2 / 80),
        ("unsubscribe_rate", 3 / 80),
        ("submission_rate", 6 / 80),
        ("subscription_rate", 7 / 80),
        ("unopened", 80 - 40),
        ("segment_contacts", 100 + 2 + (12 - 2) + 9),
        ("blocked_contacts", 12 - 2),
        ("processed", 125 - 9 - 8),
    ],
)
def test_each_figure_follows_domain_4_7(figure: str, expected: float) -> None:
    email = EmailInsights.of(
        {
            "EMAIL_SENT": 100,
            "DELIVERED": 80,
            "UNIQUE_OPEN": 40,
            "UNIQUE_MESSAGE_CLICK": 20,
            "EMAIL_HARD_BOUNCED": 5,
            "EMAIL_SOFT_BOUNCED": 4,
            "EMAIL_BLOCK_BOUNCED": 1,
            "EMAIL_BLOCKED": 11,
            "OUT_OF_EMAIL_CREDITS": 1,
            "DUPLICATE": 2,
            "ACTIVITY_CONTACT_DISPATCHED": 125,
            "ACTIVITY_CONTACT_BLOCKED_CONSENT": 4,
            "ACTIVITY_CONTACT_BLOCKED_SUPPRESSION": 5,
            "EMAIL_SENDING_FAILED": 8,
            "EMAIL_FEEDBACK_LOOP": 2,
            "UNSUBSCRIBE": 3,
            "UNIQUE_SUBMISSION": 6,
            "SUBSCRIPTION_SUBMITTED": 7,
        }
    )
    assert getattr(email, figure) == pytest.approx(expected)


def test_a_fold_tells_types_categories_and_extremes() -> None:
    early, late = datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 2, 1, tzinfo=UTC)
    found = fold([Sum("EMAIL_SENT", 3, early, late), Sum("WEBSITE_VISITED", 1, early, early)])
    assert found.interactions == 4
    assert [(c.category, c.count) for c in found.by_category] == [(Category.EMAIL, 3), (Category.WEB, 1)]
    assert (found.first_interaction_at, found.last_interaction_at) == (early, late)
    assert found.last_engagement_at == early, "being sent to is no engagement"


def test_accounts_have_no_subscription_list_interactions() -> None:
    sums = [Sum("SEGMENT_SUBSCRIBED", 1, None, None), Sum("EMAIL_OPENED", 1, None, None)]
    assert [entry.type for entry in fold(sums, WITHOUT_ON_ACCOUNTS).by_type] == [T.EMAIL_OPENED]


@pytest.mark.parametrize("name", DOCUMENTED.split())
def test_each_documented_name_is_known(name: str) -> None:
    assert interaction_type(name).source_name == name


def test_both_writings_and_older_names_mean_the_same() -> None:
    assert interaction_type("EMAIL_OPENED") is interaction_type("EmailOpened") is T.EMAIL_OPENED
    assert BY_SOURCE_NAME["ContactCheckedIntoEvent"] is T.EVENT_CHECK_IN
    with pytest.raises(KeyError):
        interaction_type("EmailTeleported")


def test_engagement_is_what_the_contact_did() -> None:
    assert {T.EMAIL_OPENED, T.FORM_SUBMITTED, T.SEGMENT_UNSUBSCRIBED, T.SURVEY_RESPONSE} <= ENGAGEMENT
    assert not ENGAGEMENT & {T.EMAIL_SENT, T.EMAIL_DELIVERED, T.EMAIL_BLOCKED, T.ACTIVITY_CONTACT_DISPATCHED}


def test_what_is_of_a_declared_type_happened_and_is_no_engagement() -> None:
    at = datetime(2026, 3, 2, tzinfo=UTC)
    found = fold([Sum("CUSTOM", 2, at, at)])
    assert (found.interactions, found.last_interaction_at, found.last_engagement_at) == (2, at, None)
    assert "CUSTOM" not in engaging()


def test_subscriptions_are_engagement_of_a_contact_and_not_of_its_account() -> None:
    assert engaging() - ENGAGED_ON_ACCOUNTS == {
        kind.name for kind in InteractionType if kind.category is Category.SUBSCRIPTION
    }
    assert engaging() >= ENGAGED_ON_ACCOUNTS


def test_options_keep_the_sources_codes_and_words() -> None:
    assert (Industry.WHOLESALE, LeadSource.LANDING_PAGE, LeadStatus.CANCELED) == (33, 192350100, 7)
    assert Industry["FOOD_PROCESSING"].label == "Food and tobacco processing"
    for option_set in Option.__subclasses__():
        assert all(option.label for option in option_set)
