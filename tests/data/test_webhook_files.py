"""The providers' own payloads, and what each of them is known to mean (the vocabulary of the real data)."""

import json
import os
from pathlib import Path

import pytest

from db.database import Database
from domain.interactions import InteractionType
from engines.webhooks import TRANSLATIONS, Event, signatures
from engines.webhooks.signatures import Forged
from engines.webhooks.taking import Post, take
from tests.engines.asking import NOW

DATA = (
    Path(os.environ.get("LEADGRAPH_SHARED_DATA") or Path(__file__).parents[3] / "shared" / "data")
    / "webhooks"
)
pytestmark = pytest.mark.skipif(not DATA.is_dir(), reason=f"the real files are not in {DATA}")
T = InteractionType
SENT, DELIVERED, OPENED, CLICKED = T.EMAIL_SENT, T.EMAIL_DELIVERED, T.EMAIL_OPENED, T.EMAIL_CLICKED
HARD, SOFT, BLOCKED = T.EMAIL_HARD_BOUNCED, T.EMAIL_SOFT_BOUNCED, T.EMAIL_BLOCKED
COMPLAINT, SUBMIT = T.EMAIL_FEEDBACK_LOOP, T.EMAIL_SUBSCRIPTION_SUBMIT
LEFT, JOINED = T.SEGMENT_UNSUBSCRIBED, T.SEGMENT_SUBSCRIBED
MAILBOX, PREVENTED, SERVER = "invalid-mailbox", "suppression-list", "recipient-server-error"
Meaning = list[tuple[InteractionType, str | None]]
MEANINGS: dict[str, Meaning] = {
    "mailgun/accepted": [(SENT, None)],
    "mailgun/clicks": [(CLICKED, None)],
    "mailgun/delivered_messages": [(DELIVERED, None)],
    "mailgun/opens": [(OPENED, None)],
    "mailgun/permanent_failure": [(HARD, MAILBOX)],
    "mailgun/permanent_failure_no_description": [(HARD, MAILBOX)],
    "mailgun/spam_complaints": [(COMPLAINT, None)],
    "mailgun/suppression_failure": [(HARD, PREVENTED)],
    "mailgun/temporary_failure": [(SOFT, "full-mailbox")],
    "mailgun/unsubscribes": [(SUBMIT, None)],
    "postmark/bounce": [(HARD, MAILBOX)],
    "postmark/delivery": [(DELIVERED, None)],
    "postmark/link_click": [(CLICKED, None)],
    "postmark/open": [(OPENED, None)],
    "postmark/spam_complaint": [(COMPLAINT, None)],
    "postmark/subscription_change": [],
    "sendgrid/batch_of_every_event": [
        (SENT, None),
        (SOFT, SERVER),
        (DELIVERED, None),
        (OPENED, None),
        (CLICKED, None),
        (HARD, MAILBOX),
        (HARD, PREVENTED),
        (COMPLAINT, None),
        (SUBMIT, None),
        (LEFT, None),
        (JOINED, None),
    ],
    "sendgrid/bounce": [(HARD, MAILBOX)],
    "sendgrid/bounce_2": [(SOFT, "other")],
    "sendgrid/click": [(CLICKED, None)],
    "sendgrid/click_2": [(CLICKED, None)],
    "sendgrid/deferred": [(SOFT, SERVER)],
    "sendgrid/delivered": [(DELIVERED, None)],
    "sendgrid/dropped": [(HARD, PREVENTED)],
    "sendgrid/example_event_from_a_single_send": [(OPENED, None)],
    "sendgrid/example_event_from_a_standard_non_a_b_test_campaign_send": [(SENT, None)],
    "sendgrid/example_event_from_an_a_b_test": [(SENT, None)],
    "sendgrid/example_event_from_the_winning_phase_of_an_a_b_test": [(DELIVERED, None)],
    "sendgrid/group_resubscribe": [(JOINED, None)],
    "sendgrid/group_unsubscribe": [(LEFT, None)],
    "sendgrid/json_objects": [(OPENED, None), (OPENED, None)],
    "sendgrid/json_objects_2": [(OPENED, None), (OPENED, None)],
    "sendgrid/legacy_marketing_email_unsubscribes": [(SUBMIT, None)],
    "sendgrid/legacy_marketing_email_unsubscribes_2": [(SENT, None)],
    "sendgrid/open": [(OPENED, None)],
    "sendgrid/processed": [(SENT, None)],
    "sendgrid/spamreport": [(COMPLAINT, None)],
    "sendgrid/symfony_batch": [(HARD, PREVENTED), (CLICKED, None)],
    "sendgrid/symfony_webhook": [(HARD, PREVENTED)],
    "sendgrid/the_resulting_webhook_call": [(SENT, None)],
    "sendgrid/unique_arguments": [(CLICKED, None)],
    "sendgrid/unsubscribe": [(SUBMIT, None)],
    "ses/event_bounce": [(HARD, MAILBOX)],
    "ses/event_click": [(CLICKED, None)],
    "ses/event_complaint": [(COMPLAINT, None)],
    "ses/event_delivery": [(DELIVERED, None)],
    "ses/event_deliverydelay": [(SOFT, "connection-error")],
    "ses/event_open": [(OPENED, None)],
    "ses/event_reject": [(BLOCKED, None)],
    "ses/event_rendering_failure": [(BLOCKED, None)],
    "ses/event_send": [(SENT, None)],
    "ses/event_subscription": [(SUBMIT, None)],
    "ses/notification_bounce_notification_with_a_dsn": [(HARD, MAILBOX)],
    "ses/notification_bounce_notification_without_a_dsn": [(HARD, MAILBOX), (HARD, MAILBOX)],
    "ses/notification_complaint_notification_with_a_feedback_report": [(COMPLAINT, None)],
    "ses/notification_complaint_notification_without_a_feedback_report": [(COMPLAINT, None)],
    "ses/notification_delivery_notification_example": [(DELIVERED, None)],
}
SENDGRID_EXAMPLE = (
    "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE83T4O/n84iotIvIW4mdBgQ/7dAfSmpqIM8kF9mN1flpVKS3GRqe62gw+2fNNRaINXvVpig"
    "lSI8eNEc6wEA3F+g=="
)
SENDGRID_SIGNATURE = (
    "MEUCIGHQVtGj+Y3LkG9fLcxf3qfI10QysgDWmMOVmxG0u6ZUAiEAyBiXDWzM+uOe5W0JuG+luQAbPIqHh89M15TluLtEZtM="
)


def events(name: str) -> list[Event]:
    provider = name.partition("/")[0]
    return TRANSLATIONS[provider](json.loads((DATA / f"{name}.json").read_bytes()))


def test_every_file_has_a_meaning_and_every_meaning_a_file() -> None:
    assert {f"{path.parent.name}/{path.stem}" for path in DATA.glob("*/*.json")} == set(MEANINGS)


@pytest.mark.parametrize("name", MEANINGS)
def test_a_payload_means_what_it_is_known_to_mean(name: str) -> None:
    told = events(name)
    news = [event.new for event in told if event.new]
    assert [(new.type, (new.properties or {}).get("bounceCategory")) for new in news] == MEANINGS[name]
    assert all(event.new or event.ignored for event in told)
    for new in news:
        assert new.contact_email == (new.properties or {})["emailAddressUsed"]
        assert new.source == name.partition("/")[0]


async def test_all_files_are_taken_in_and_change_nothing_when_they_come_again(database: Database) -> None:
    ids = set()
    for again in (False, True):
        outcomes = set()
        for name in MEANINGS:
            provider = name.partition("/")[0]
            told = await take(database, Post(provider, events(name)), "test", NOW)
            outcomes |= set(told.outcomes)
            ids |= {(event.new.source, event.new.source_id) for event in events(name) if event.new}
        assert outcomes == ({"repeated"} if again else {"waiting", "repeated"})
    rows = await database.reads().rows("kept", text="select count(*) as n from orphan_interaction")
    assert rows[0]["n"] == len(ids)
    listed = "select address, permanent from suppressed_address where times_listed > 0 order by 1"
    rows = await database.reads().rows("listed", text=listed)
    assert [tuple(row.values()) for row in rows] == [
        ("alice@example.com", True),
        ("example@test.com", True),
        ("jane@example.com", False),
        ("john@example.com", True),
        ("recipient@example.com", True),
        ("richard@example.com", True),
    ]


def test_the_providers_own_examples_are_signed_as_they_say() -> None:
    headers = {
        "x-twilio-email-event-webhook-signature": SENDGRID_SIGNATURE,
        "x-twilio-email-event-webhook-timestamp": "1600112502",
    }
    body = (DATA / "sendgrid" / "symfony_webhook.json").read_bytes().strip() + b"\r\n"
    assert signatures.of_sendgrid(SENDGRID_EXAMPLE, headers, body).year == 2020
    for path in (DATA / "mailgun").glob("*.json"):
        payload = json.loads(path.read_bytes())
        assert signatures.of_mailgun("key-0p6mqbf74lb20gzq9f4dhpn9rg3zyk26", payload)[0].year == 2022
        with pytest.raises(Forged):
            signatures.of_mailgun("another key", payload)
