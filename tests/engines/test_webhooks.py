"""What providers' events mean, who may say so, and what senders give along (domain.md 3.2)."""

import asyncio
import json
from datetime import UTC, datetime
from typing import Any

import pytest

from domain.facts import NewInteraction
from domain.identities import to_global
from domain.interactions import Actor, InteractionType
from domain.refusals import Refused
from engines.webhooks import TRANSLATIONS
from engines.webhooks.bounces import bounced
from engines.webhooks.events import Effect, Event, Mail, happened
from engines.webhooks.signatures import Forged, Misset
from engines.webhooks.sns import Envelopes
from tests.http.test_webhooks import ADDRESS, OTHER_RSA, RSA, TOPIC, certificate, envelope

T = InteractionType
HARD, SOFT, BLOCK = T.EMAIL_HARD_BOUNCED, T.EMAIL_SOFT_BOUNCED, T.EMAIL_BLOCK_BOUNCED
CONTACT = "01900000-0000-7000-8000-000000000001"
GIVEN = {
    "contactId": to_global("Contact", CONTACT),
    "messageId": "spring-news",
    "journeyId": "welcome",
    "iterationId": "3",
    "tileId": "first-mail",
    "usageType": "CustomerJourney",
    "strange": "kept out",
}


class Amazon:
    """Hands out what lies at Amazon's addresses, over a socket of this machine, and counts who asks."""

    def __init__(self, key: Any = RSA) -> None:
        self.asked: list[str] = []
        self._body = certificate(key)

    async def fetch(self, address: str) -> bytes:
        """What a server at the address would answer."""
        server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        async with server:
            reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
            writer.write(f"{address}\n".encode())
            body = await reader.read()
            writer.close()
        return body

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.asked.append((await reader.readline()).decode().strip())
        writer.write(self._body)
        await writer.drain()
        writer.close()


def envelopes(amazon: Amazon, given: bytes | None = None) -> Envelopes:
    return Envelopes(frozenset({TOPIC}), amazon.fetch, given)


def at_any_time(signed_at: datetime) -> None:
    assert signed_at.tzinfo is not None


@pytest.mark.parametrize("version", ["1", "2"])
async def test_a_certificate_is_fetched_once_for_both_versions_of_signatures(version: str) -> None:
    amazon = Amazon()
    reading = envelopes(amazon)
    for number in range(3):
        told = envelope({"number": number}, version=version)
        assert await reading.opened(told, at_any_time) == {"number": number}
    assert amazon.asked == [ADDRESS]


async def test_the_subject_is_signed_where_there_is_one() -> None:
    told = envelope({}, Subject="Amazon SES")
    assert await envelopes(Amazon()).opened(told, at_any_time) == {}
    with pytest.raises(Forged):
        await envelopes(Amazon()).opened(told | {"Subject": "another"}, at_any_time)


async def test_a_certificate_of_somebody_else_proves_nothing() -> None:
    with pytest.raises(Forged, match="not Amazon's"):
        await envelopes(Amazon(OTHER_RSA)).opened(envelope({}), at_any_time)
    with pytest.raises(Misset):
        await envelopes(Amazon(), b"no certificate").opened(envelope({}), at_any_time)


ELSEWHERE = [
    ADDRESS.replace("https", "http"),
    ADDRESS.replace("amazonaws.com", "amazonaws.com.example.org"),
    ADDRESS.replace("https://sns.", "https://sns.example.org/sns."),
    ADDRESS.replace("https://", "https://user@"),
    ADDRESS.replace("https://sns.", "https://example.org\\@sns."),
    ADDRESS.replace(".com/", ".com:8443/"),
    ADDRESS.replace("sns.eu", "s3.eu"),
    ADDRESS.replace("eu-central-1", "eu-central-1\u2024"),
    "https://sns.amazonaws.com/SimpleNotificationService-1.pem",
    "https://[sns.eu-central-1.amazonaws.com/",
    "",
]
NO_CERTIFICATE = [
    ADDRESS.replace("/Simple", "/bucket/Simple"),
    ADDRESS.replace(".pem", ".txt"),
    "https://sns.eu-central-1.amazonaws.com",
]


@pytest.mark.parametrize("address", ELSEWHERE + NO_CERTIFICATE)
async def test_a_certificate_is_fetched_from_nowhere_but_sns(address: str) -> None:
    amazon = Amazon()
    with pytest.raises(Forged, match="Amazon's"):
        await envelopes(amazon).opened(envelope({}, SigningCertURL=address), at_any_time)
    assert amazon.asked == []


@pytest.mark.parametrize("address", ELSEWHERE)
async def test_a_subscription_is_confirmed_nowhere_but_at_sns(address: str) -> None:
    amazon = Amazon()
    told = envelope({}, SubscribeURL=address, Type="SubscriptionConfirmation", Token="t")
    with pytest.raises(Forged, match="none of Amazon's"):
        await envelopes(amazon, certificate(RSA)).opened(told, at_any_time)
    assert amazon.asked == []


async def test_a_subscription_is_confirmed_for_a_topic_that_a_setting_names_alone() -> None:
    amazon = Amazon()
    confirm = "https://sns.eu-central-1.amazonaws.com/?Action=ConfirmSubscription&Token=t"
    more = {"Type": "SubscriptionConfirmation", "Token": "t", "SubscribeURL": confirm}
    assert await envelopes(amazon).opened(envelope("Confirm it.", **more), at_any_time) is None
    assert amazon.asked == [ADDRESS, confirm]
    other = envelope("Confirm it.", **more, TopicArn="arn:aws:sns:eu-central-1:1:other")
    elsewhere = envelope("Confirm it.", **{**more, "SubscribeURL": "https://example.org/"})
    for told in (other, elsewhere):
        with pytest.raises(Forged):
            await envelopes(amazon).opened(told, at_any_time)
    assert amazon.asked == [ADDRESS, confirm, ADDRESS]


async def test_an_envelope_that_is_too_old_is_not_opened() -> None:
    def too_old(signed_at: datetime) -> None:
        raise Forged(f"{signed_at} is too old.")

    amazon = Amazon()
    more = {"Type": "SubscriptionConfirmation", "Token": "t", "SubscribeURL": "https://sns.a.amazonaws.com/"}
    with pytest.raises(Forged):
        await envelopes(amazon).opened(envelope({}, **more), too_old)
    assert amazon.asked == [ADDRESS]


def opened(provider: str, given: dict[str, str], address: str = "bo@example.org") -> Event:
    """An opening, with what its sender gave along by each provider's way."""
    match provider:
        case "sendgrid":
            event: Any = [{"event": "open", "email": address, "timestamp": 1_700_000_000, **given}]
        case "mailgun":
            data = {"event": "opened", "recipient": address, "timestamp": 1.7e9, "id": "1"}
            event = {"event-data": {**data, "user-variables": given}}
        case "postmark":
            at = {"ReceivedAt": "2023-11-14T22:13:20Z", "MessageID": "1"}
            event = {"RecordType": "Open", "Recipient": address, **at, "Metadata": given}
        case "ses":
            tags = {"ses:source-ip": ["192.0.2.0"], **{name: [value] for name, value in given.items()}}
            mail: dict[str, Any] = {"destination": [f"Bo <{address}>"], "messageId": "1", "tags": tags}
            event = {"eventType": "Open", "mail": mail, "open": {"timestamp": "2023-11-14T22:13:20Z"}}
        case _:
            headers = [
                {"name": f"X-Leadgraph-{name[0].upper()}{name[1:-2]}-{name[-2:]}", "value": value}
                for name, value in given.items()
            ]
            mail = {"destination": [address], "headers": headers}
            provider = "ses"
            event = {"eventType": "Open", "mail": mail, "open": {"timestamp": "2023-11-14T22:13:20Z"}}
    (found,) = TRANSLATIONS[provider](event)
    return found


def new(event: Event) -> NewInteraction:
    assert event.new is not None
    return event.new


@pytest.mark.parametrize("provider", ["sendgrid", "mailgun", "postmark", "ses"])
def test_what_a_sender_gives_along_says_whose_and_which_message_it_was(provider: str) -> None:
    found = new(opened(provider, GIVEN))
    assert (str(found.contact_id), found.contact_email) == (CONTACT, None)
    assert (found.message_id, found.journey_id, found.iteration_id) == ("spring-news", "welcome", "3")
    assert (found.tile_id, found.usage_type) == ("first-mail", "CustomerJourney")
    assert found.occurred_at == datetime.fromtimestamp(1_700_000_000, UTC)
    assert found.properties == {"emailAddressUsed": "bo@example.org", "emailDomain": "example.org"}
    by_key = new(opened(provider, {"contactKey": "4711", "contactSource": "crm"}))
    assert (by_key.contact_key, by_key.contact_source, by_key.contact_email) == ("4711", "crm", None)
    alone = new(opened(provider, {}))
    assert (alone.contact_email, alone.contact_id, alone.contact_key) == ("bo@example.org", None, None)


def test_ses_takes_headers_in_the_place_of_tags() -> None:
    found = new(opened("headers", {"messageId": "spring-news", "journeyId": "welcome"}))
    assert (found.message_id, found.journey_id) == ("spring-news", "welcome")


@pytest.mark.parametrize("provider", ["sendgrid", "mailgun", "postmark", "ses"])
def test_what_is_given_along_and_cannot_be_read_costs_no_event(provider: str) -> None:
    found = new(opened(provider, {"contactId": "nobody", "messageId": "m" * 300}))
    assert (found.contact_email, found.type) == ("bo@example.org", T.EMAIL_OPENED)


def test_a_link_that_is_too_long_is_cut() -> None:
    event = {
        "event": "click",
        "email": "a@example.org",
        "timestamp": 1,
        "url": "https://example.org/" + "ä" * 3_000,
    }
    link = new(TRANSLATIONS["sendgrid"]([event])[0]).link
    assert link is not None
    assert 1_990 < len(link.encode()) <= 2_000


@pytest.mark.parametrize(
    ("permanent", "status", "words", "kind", "category"),
    [
        (True, "5.1.1", None, HARD, "invalid-mailbox"),
        (True, "5.1.2", None, HARD, "invalid-domain"),
        (True, None, "550 5.1.1 user unknown", HARD, "invalid-mailbox"),
        (True, None, "550 Domain not found", HARD, "invalid-domain"),
        (True, "5.0.0", "something went wrong", HARD, "invalid-mailbox"),
        (True, "5.2.1", "mailbox disabled", HARD, "invalid-mailbox"),
        (True, "5.2.2", None, SOFT, "full-mailbox"),
        (True, "5.7.1", None, BLOCK, "policy-related"),
        (True, None, "554 blocked using zen.spamhaus.org", BLOCK, "blocklisting-issues"),
        (True, "5.7.26", "unauthenticated mail is rejected by its DMARC policy", BLOCK, "dmarc-issues"),
        (True, None, "550 relaying denied", BLOCK, "relaying-issues"),
        (False, "4.2.2", None, SOFT, "full-mailbox"),
        (False, None, "451 greylisted, try again later", SOFT, "greylisting-issues"),
        (False, "4.4.1", None, SOFT, "connection-error"),
        (False, "4.4.7", "message expired", SOFT, "message-expired"),
        (False, "5.1.1", "user unknown", SOFT, "other"),
        (False, None, None, SOFT, "other"),
        (False, None, "received 14.5.1.1 bytes", SOFT, "other"),
    ],
)
def test_a_bounce_is_what_its_code_and_its_words_say(
    permanent: bool, status: str | None, words: str | None, kind: InteractionType, category: str
) -> None:
    found, properties = bounced(permanent, status, words)
    assert (found, properties["bounceCategory"]) == (kind, category)


@pytest.mark.parametrize(
    ("reason", "kind", "told"),
    [
        ("Bounced Address", HARD, {"bounceCategory": "suppression-list"}),
        ("Spam Reporting Address", T.EMAIL_FEEDBACK_LOOP, {"bounceCategory": "suppression-list"}),
        ("Unsubscribed Address", T.EMAIL_BLOCKED, {"blockedReason": "DO_NOT_BULK_EMAIL"}),
        ("Invalid", T.EMAIL_BLOCKED, {"blockedReason": "INVALID_RECIPIENT_ADDRESS"}),
        ("Recipient List over Package Quota", T.EMAIL_BLOCKED, {"blockedReason": "INSUFFICIENT_CREDITS"}),
        ("Spam Content", T.EMAIL_BLOCKED, {"blockedReason": "OTHER"}),
    ],
)
def test_what_a_provider_drops_is_shown_and_not_counted_as_sent(
    reason: str, kind: InteractionType, told: dict[str, str]
) -> None:
    event = {"event": "dropped", "email": "a@example.org", "timestamp": 1, "reason": reason}
    (found,) = TRANSLATIONS["sendgrid"]([event])
    assert (new(found).type, found.effect) == (kind, Effect.NONE)
    assert told.items() <= (new(found).properties or {}).items()


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("HardBounce", (HARD, "invalid-mailbox")),
        ("BadEmailAddress", (HARD, "invalid-mailbox")),
        ("SoftBounce", (SOFT, "full-mailbox")),
        ("DnsError", (SOFT, "routing-issues")),
        ("Blocked", (BLOCK, "blocklisting-issues")),
        ("DMARCPolicy", (BLOCK, "dmarc-issues")),
        ("SMTPApiError", (T.EMAIL_SENDING_FAILED, None)),
        ("TemplateRenderingFailed", (T.EMAIL_BLOCKED, None)),
        ("SpamComplaint", (T.EMAIL_FEEDBACK_LOOP, None)),
        ("Unsubscribe", (T.EMAIL_SUBSCRIPTION_SUBMIT, None)),
        ("AutoResponder", None),
        ("ChallengeVerification", None),
    ],
)
def test_postmark_s_bounces_are_of_many_types(
    kind: str, expected: tuple[InteractionType, str | None] | None
) -> None:
    at = {"BouncedAt": "2026-05-01T00:00:00Z", "Email": "a@example.org", "Details": "452 mailbox full"}
    (found,) = TRANSLATIONS["postmark"]({"RecordType": "Bounce", "Type": kind, "MessageID": "1", **at})
    if expected is None:
        assert found.ignored is not None
    else:
        properties = new(found).properties or {}
        assert (new(found).type, properties.get("bounceCategory")) == expected


def test_machines_that_a_provider_knows_are_machines() -> None:
    opening = {"event": "open", "email": "a@example.org", "timestamp": 1, "sg_machine_open": True}
    assert new(TRANSLATIONS["sendgrid"]([opening])[0]).actor is Actor.MACHINE
    data = {"event": "opened", "timestamp": 1, "client-info": {"bot": "apple"}}
    assert new(TRANSLATIONS["mailgun"]({"event-data": data})[0]).actor is Actor.MACHINE


def test_what_was_sent_in_test_mode_was_sent_to_nobody() -> None:
    data = {"event": "delivered", "timestamp": 1, "flags": {"is-test-mode": True}}
    (found,) = TRANSLATIONS["mailgun"]({"event-data": data})
    assert found.new is None


def test_a_message_to_several_tells_whose_bounce_it_was_and_not_whose_click() -> None:
    mail = {"destination": ["a@example.org", "b@example.org"], "messageId": "1", "tags": {"contactId": ["x"]}}
    bounce = {"bounceType": "Permanent", "timestamp": "2026-05-01T00:00:00Z"}
    named = {"bouncedRecipients": [{"emailAddress": "b@example.org", "status": "5.1.1"}]}
    (found,) = TRANSLATIONS["ses"]({"eventType": "Bounce", "mail": mail, "bounce": {**bounce, **named}})
    assert new(found).contact_email == "b@example.org"
    (found,) = TRANSLATIONS["ses"]({"eventType": "Click", "mail": mail, "click": bounce})
    assert found.new is None


def test_topics_of_ses_that_have_changed_are_lists() -> None:
    def preferences(**topics: str) -> dict[str, Any]:
        listed = [{"topicName": name, "subscriptionStatus": choice} for name, choice in topics.items()]
        return {"unsubscribeAll": False, "topicSubscriptionStatus": listed}

    mail = {"destination": ["a@example.org"], "messageId": "1", "timestamp": "2026-05-01T00:00:00Z"}
    changed = {
        "oldTopicPreferences": preferences(news="OptIn", offers="OptOut", same="OptIn"),
        "newTopicPreferences": preferences(news="OptOut", offers="OptIn", same="OptIn"),
    }
    told = TRANSLATIONS["ses"]({"eventType": "Subscription", "mail": mail, "subscription": changed})
    assert [(new(one).type, one.effect, one.list_key) for one in told] == [
        (T.SEGMENT_UNSUBSCRIBED, Effect.LEAVES_LIST, "news"),
        (T.SEGMENT_SUBSCRIBED, Effect.JOINS_LIST, "offers"),
    ]


@pytest.mark.parametrize("provider", TRANSLATIONS)
@pytest.mark.parametrize(
    "payload",
    [None, 1, "x", [1], {}, {"event-data": []}, {"RecordType": 1}, {"mail": {}}, {"mail": 1}, [{"event": 1}]],
    ids=json.dumps,
)
def test_what_is_no_payload_is_refused_or_ignored(provider: str, payload: Any) -> None:
    try:
        told = TRANSLATIONS[provider](payload)
    except Refused:
        return
    assert all(event.ignored for event in told)


def test_a_repeat_is_known_as_one_and_another_event_is_not() -> None:
    at = datetime(2026, 5, 1, tzinfo=UTC)
    mail = Mail("ses", "a@example.org", {}, "1")
    assert new(happened(T.EMAIL_OPENED, mail, at, "1")) == new(happened(T.EMAIL_OPENED, mail, at, "1"))
    ids = {
        new(event).source_id
        for event in TRANSLATIONS["sendgrid"](
            [
                {"event": "click", "email": "a@example.org", "timestamp": 1, "url": f"https://a.example/{n}"}
                for n in range(3)
            ]
        )
    }
    assert len(ids) == 3
