"""What providers post and have signed is kept once; what they have not signed is not."""

import asyncio
import base64
import hmac
import json
from collections.abc import AsyncIterator, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from itertools import count
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import asyncpg
import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from db.database import Database
from domain.options import Permission
from domain.records import Contact
from engines import records
from tests.conftest import cloned, served
from tests.engines.asking import Client, own

NUMBERS = count(1)
MAILGUN, POSTMARK = "a signing key of the tests", "a secret of the tests alone"
TOPIC = "arn:aws:sns:eu-central-1:123456789012:mail"
ADDRESS = "https://sns.eu-central-1.amazonaws.com/SimpleNotificationService-0123456789abcdef.pem"
ECDSA, OTHER_ECDSA = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
RSA, OTHER_RSA = (rsa.generate_private_key(65537, 2048) for _ in range(2))


def certificate(key: rsa.RSAPrivateKey) -> bytes:
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "sns.amazonaws.com")])
    made = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    day = timedelta(days=1)
    made = made.serial_number(1).not_valid_before(datetime.now(UTC) - day)
    return made.not_valid_after(datetime.now(UTC) + day).sign(key, hashes.SHA256()).public_bytes(Encoding.PEM)


def settings(folder: Path) -> dict[str, str]:
    """How a server knows all four providers."""
    (folder / "sns.pem").write_bytes(certificate(RSA))
    public = ECDSA.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return {
        "LEADGRAPH_WEBHOOK_SENDGRID_PUBLIC_KEY": base64.b64encode(public).decode(),
        "LEADGRAPH_WEBHOOK_MAILGUN_SIGNING_KEY": MAILGUN,
        "LEADGRAPH_WEBHOOK_POSTMARK_SECRET": POSTMARK,
        "LEADGRAPH_WEBHOOK_SES_TOPICS": f"arn:aws:sns:eu-west-1:1:other, {TOPIC}",
        "LEADGRAPH_WEBHOOK_SES_CERTIFICATE": str(folder / "sns.pem"),
        "LEADGRAPH_DATABASE_PATIENCE": "2",
    }


@pytest.fixture(scope="module")
def address(dsn: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with served(dsn, **settings(tmp_path_factory.mktemp("keys"))) as found:
        yield found


@pytest.fixture
async def http(address: str) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=address) as client:
        yield client


@dataclass(frozen=True)
class Signed:
    """A post as a provider would make it."""

    provider: str
    body: bytes
    headers: Mapping[str, str]

    async def to(self, http: httpx.AsyncClient) -> httpx.Response:
        return await http.post(f"/webhooks/{self.provider}", content=self.body, headers=dict(self.headers))


def seconds(ago: timedelta = timedelta()) -> str:
    return str(int((datetime.now(UTC) - ago).timestamp()))


def sendgrid(*events: dict[str, Any], ago: timedelta = timedelta(), key: Any = ECDSA) -> Signed:
    body = json.dumps([{"timestamp": int(seconds()), **event} for event in events]).encode() + b"\r\n"
    signature = key.sign(seconds(ago).encode() + body, ec.ECDSA(hashes.SHA256()))
    name = "X-Twilio-Email-Event-Webhook"
    coded = base64.b64encode(signature).decode()
    return Signed("sendgrid", body, {f"{name}-Signature": coded, f"{name}-Timestamp": seconds(ago)})


def mailgun(
    event: dict[str, Any], ago: timedelta = timedelta(), key: str = MAILGUN, token: str | None = None
) -> Signed:
    token = token or f"token-{next(NUMBERS)}"
    signature = hmac.new(key.encode(), f"{seconds(ago)}{token}".encode(), sha256).hexdigest()
    signed = {"timestamp": seconds(ago), "token": token, "signature": signature}
    data = {"id": f"event-{next(NUMBERS)}", "timestamp": float(seconds()), **event}
    return Signed("mailgun", json.dumps({"signature": signed, "event-data": data}).encode(), {})


def postmark(event: dict[str, Any], **headers: str) -> Signed:
    coded = base64.b64encode(f"leadgraph:{POSTMARK}".encode()).decode()
    known = headers or {"Authorization": f"Basic {coded}"}
    return Signed("postmark", json.dumps({"MessageID": f"{next(NUMBERS)}", **event}).encode(), known)


def envelope(message: Any, version: str = "2", key: Any = RSA, **more: str) -> dict[str, str]:
    """What SNS wraps a message in."""
    told = {
        "Type": "Notification",
        "MessageId": f"{next(NUMBERS)}",
        "TopicArn": TOPIC,
        "Message": json.dumps(message),
        "Timestamp": datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "SigningCertURL": ADDRESS,
        **more,
    }
    named = ("Message", "MessageId", "Subject", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type")
    text = "".join(f"{name}\n{told[name]}\n" for name in named if name in told)
    kind = hashes.SHA1() if version == "1" else hashes.SHA256()
    signature = base64.b64encode(key.sign(text.encode(), padding.PKCS1v15(), kind)).decode()
    return {**told, "SignatureVersion": version, "Signature": signature}


def ses(message: Any, **more: Any) -> Signed:
    return Signed("ses", json.dumps(envelope(message, **more)).encode(), {})


def of_ses(name: str, address: str, **details: Any) -> dict[str, Any]:
    mail = {
        "messageId": f"ses-{next(NUMBERS)}",
        "destination": [address],
        "timestamp": "2026-05-01T00:00:00Z",
    }
    return {"eventType": name, "mail": mail, name.lower(): {"timestamp": "2026-05-02T00:00:00Z", **details}}


def delivered(provider: str, address: str) -> Signed:
    """The same of each provider: a message was delivered to that address."""
    match provider:
        case "sendgrid":
            return sendgrid({"event": "delivered", "email": address, "sg_event_id": f"{next(NUMBERS)}"})
        case "mailgun":
            return mailgun({"event": "delivered", "recipient": address})
        case "postmark":
            at = "2026-05-01T00:00:00.1234567Z"
            return postmark({"RecordType": "Delivery", "Recipient": address, "DeliveredAt": at})
    return ses(of_ses("Delivery", address, recipients=[address]))


PROVIDERS = ("sendgrid", "mailgun", "postmark", "ses")


async def kept(database: Database, address: str) -> list[str]:
    text = (
        "select type from (select type, properties from interaction union all"
        " select type, properties from orphan_interaction) t where properties ->> 'emailAddressUsed' = $1"
    )
    return [row["type"] for row in await database.reads().rows("kept", address, text=text)]


async def known(database: Database, contact: str) -> Contact:
    async with database.transaction() as tx:
        found: Contact = await records.locked(tx, "contact", own(contact))
    return found


@pytest.mark.parametrize("provider", PROVIDERS)
async def test_what_is_signed_is_kept_once(
    http: httpx.AsyncClient, database: Database, provider: str
) -> None:
    address = f"once.{provider}@example.org"
    contact = await Client(database).person(email=address.title())
    post = delivered(provider, address)
    first = await post.to(http)
    assert (first.status_code, first.json()) == (200, {"outcomes": {"stored": 1}, "ignored": {}})
    again = await post.to(http)
    assert (again.status_code, again.json()) == (200, {"outcomes": {"repeated": 1}, "ignored": {}})
    assert await kept(database, address) == ["EMAIL_DELIVERED"]
    assert await Client(database).done(contact) == [("EMAIL_DELIVERED", None)]


@pytest.mark.parametrize(
    "post",
    [
        sendgrid({"event": "open", "email": "forged@example.org"}, key=OTHER_ECDSA),
        Signed("sendgrid", b"[]", {}),
        Signed("sendgrid", sendgrid({"event": "open"}).body + b" ", sendgrid({"event": "open"}).headers),
        mailgun({"event": "opened", "recipient": "forged@example.org"}, key="another key"),
        Signed("mailgun", json.dumps({"event-data": {"event": "opened"}}).encode(), {}),
        postmark({"RecordType": "Open", "Recipient": "forged@example.org"}, **{"X-Leadgraph-Secret": "x"}),
        postmark({"RecordType": "Open"}, Authorization="Basic !!"),
        postmark({"RecordType": "Open"}, Authorization=f"Bearer {POSTMARK}"),
        Signed("postmark", b"{}", {}),
        ses(of_ses("Open", "forged@example.org"), key=OTHER_RSA),
        ses(of_ses("Open", "forged@example.org"), TopicArn="arn:aws:sns:eu-central-1:1:another"),
        Signed("ses", json.dumps(of_ses("Open", "forged@example.org")).encode(), {}),
        Signed("ses", json.dumps(envelope({}) | {"SignatureVersion": "3"}).encode(), {}),
        Signed("ses", json.dumps(envelope({}) | {"Message": "{}x"}).encode(), {}),
    ],
    ids=lambda post: post.provider,
)
async def test_what_is_not_signed_is_refused(
    http: httpx.AsyncClient, database: Database, post: Signed
) -> None:
    answer = await post.to(http)
    assert answer.status_code == 401
    assert set(answer.json()) == {"error"}
    assert await kept(database, "forged@example.org") == []


async def test_what_was_signed_long_ago_or_lies_ahead_is_refused(http: httpx.AsyncClient) -> None:
    for ago in (timedelta(hours=25), timedelta(minutes=-10)):
        at = (datetime.now(UTC) - ago).isoformat()
        for post in (
            sendgrid({"event": "open", "email": "a@example.org"}, ago=ago),
            mailgun({"event": "opened"}, ago=ago),
            ses(of_ses("Open", "a@example.org"), Timestamp=at),
        ):
            answer = await post.to(http)
            assert (answer.status_code, "old" in answer.json()["error"]) == (401, True)


async def test_a_token_is_good_for_one_event(http: httpx.AsyncClient, database: Database) -> None:
    """Mailgun signs its token alone: with the token of one event another one could be handed in."""
    first = mailgun({"event": "opened", "recipient": "token@example.org"}, token="seen")
    assert (await first.to(http)).status_code == 200
    other = mailgun({"event": "complained", "recipient": "token@example.org"}, token="seen")
    assert (await other.to(http)).status_code == 401
    assert await kept(database, "token@example.org") == ["EMAIL_OPENED"]
    assert (await first.to(http)).json()["outcomes"] == {"repeated": 1}


async def test_postmark_may_send_the_secret_as_a_header(http: httpx.AsyncClient) -> None:
    event = {"RecordType": "Test"}
    answer = await postmark(event, **{"X-Leadgraph-Secret": POSTMARK}).to(http)
    assert answer.status_code == 200
    assert answer.json()["ignored"] == {"Postmark's 'Test' is no event about a message.": 1}


@pytest.mark.parametrize(
    ("post", "status"),
    [
        (Signed("nobody", b"{}", {}), 404),
        (sendgrid(), 200),
        (Signed("postmark", b"{", postmark({}).headers), 400),
        (postmark({}), 400),
        (postmark({"RecordType": "Open", "Recipient": "a@example.org"}), 400),
        (postmark({"RecordType": "Open", "ReceivedAt": "yesterday"}), 400),
        (sendgrid({"email": "a@example.org"}), 400),
        (mailgun({"event": 7}), 400),
        (ses({"no": "mail"}), 400),
    ],
    ids=lambda value: value.provider if isinstance(value, Signed) else str(value),
)
async def test_what_is_no_event_of_the_provider_is_refused_in_words(
    http: httpx.AsyncClient, post: Signed, status: int
) -> None:
    answer = await post.to(http)
    assert answer.status_code == status
    assert status == 200 or answer.json()["error"].endswith(".")


async def test_a_body_that_is_too_large_is_not_read(address: str) -> None:
    parts = urlsplit(address)
    reader, writer = await asyncio.open_connection(parts.hostname, parts.port)
    head = "POST /webhooks/mailgun HTTP/1.1\r\nHost: a\r\nContent-Length: 5000001\r\n\r\n"
    writer.write(head.encode())
    assert b" 413 " in await reader.readline()
    writer.close()


async def test_one_event_that_cannot_be_read_keeps_nothing_from_the_others(
    http: httpx.AsyncClient, database: Database
) -> None:
    bad: list[dict[str, Any]] = [
        {"timestamp": "never"},
        {"timestamp": 99_999_999_999},
        {"email": "no address", "url": "\u0001"},
    ]
    events = [{"event": "click", "email": "beside@example.org", **one} for one in ({}, *bad)]
    answer = await sendgrid(*events).to(http)
    assert answer.status_code == 200
    assert answer.json()["outcomes"] == {"waiting": 1}
    assert sum(answer.json()["ignored"].values()) == 3
    assert await kept(database, "beside@example.org") == ["EMAIL_CLICKED"]


async def test_a_provider_that_is_not_set_up_is_answered_like_one_that_nobody_knows(serving: str) -> None:
    async with httpx.AsyncClient(base_url=serving) as http:
        answers = [await delivered(provider, "a@example.org").to(http) for provider in PROVIDERS]
        answers.append(await http.post("/webhooks/nobody"))
    assert {(one.status_code, one.text) for one in answers} == {
        (404, '{"error":"There is no such webhook."}')
    }


async def test_only_a_post_is_taken(http: httpx.AsyncClient) -> None:
    assert (await http.get("/webhooks/sendgrid")).status_code == 405


def unsubscribed(provider: str, address: str) -> Signed:
    match provider:
        case "sendgrid":
            return sendgrid({"event": "unsubscribe", "email": address, "sg_event_id": f"{next(NUMBERS)}"})
        case "mailgun":
            return mailgun({"event": "unsubscribed", "recipient": address})
        case "postmark":
            at = {"ChangedAt": "2026-05-01T00:00:00Z", "SuppressSending": True}
            why = {"SuppressionReason": "ManualSuppression", "RecordType": "SubscriptionChange"}
            return postmark({**at, **why, "Recipient": address})
    return ses(of_ses("Subscription", address, newTopicPreferences={"unsubscribeAll": True}))


@pytest.mark.parametrize("provider", PROVIDERS)
async def test_who_unsubscribes_gets_no_bulk_e_mail_until_it_says_otherwise(
    http: httpx.AsyncClient, database: Database, provider: str
) -> None:
    client = Client(database)
    address = f"unsubscribed.{provider}@example.org"
    contact = await client.person(email=address)
    post = unsubscribed(provider, address)
    assert (await post.to(http)).json()["outcomes"] == {"stored": 1}
    after = await known(database, contact)
    assert (after.bulk_email_permission, after.email_permission) == (
        Permission.DO_NOT_ALLOW,
        Permission.ALLOW,
    )
    assert await client.done(contact) == [("EMAIL_SUBSCRIPTION_SUBMIT", None)]
    allowed = {"bulk_email_permission": Permission.ALLOW}
    await database.write(records.change, "mia", "test", "contact", own(contact), allowed, datetime.now(UTC))
    assert (await post.to(http)).json()["outcomes"] == {"repeated": 1}
    assert (await known(database, contact)).bulk_email_permission is Permission.ALLOW


async def test_a_complaint_forbids_bulk_e_mail_and_blocks_the_address(
    http: httpx.AsyncClient, database: Database
) -> None:
    contact = await Client(database).person(email="complaint@example.org")
    post = sendgrid({"event": "spamreport", "email": "complaint@example.org", "sg_event_id": "complaint"})
    assert (await post.to(http)).json()["outcomes"] == {"stored": 1}
    assert (await known(database, contact)).bulk_email_permission is Permission.DO_NOT_ALLOW
    state = "query ($id: ID!) { contact(by: {id: $id}) { addressState } }"
    found = await Client(database).ask(state, id=contact)
    assert found["contact"]["addressState"] == "PERMANENTLY_BLOCKED"


async def test_a_group_is_the_list_that_says_so(http: httpx.AsyncClient, database: Database) -> None:
    client = Client(database)
    contact = await client.person(email="group@example.org")
    listed = await client.new_list(source="sendgrid:10")
    await client.join(listed, contact)

    async def tell(event: str, group: int) -> None:
        told = {"event": event, "email": "group@example.org", "asm_group_id": group}
        answer = await sendgrid({**told, "sg_event_id": f"{next(NUMBERS)}"}).to(http)
        assert answer.json()["outcomes"] == {"stored": 1}

    await tell("group_unsubscribe", 10)
    assert await client.stays(contact) == []
    assert (await known(database, contact)).bulk_email_permission is Permission.ALLOW
    await tell("group_resubscribe", 10)
    assert [stay["joinedVia"] for stay in await client.stays(contact)] == ["CENTER"]
    await tell("group_resubscribe", 11)
    assert len(await client.stays(contact)) == 1
    await tell("group_unsubscribe", 11)
    assert len(await client.stays(contact)) == 1
    assert (await known(database, contact)).bulk_email_permission is Permission.DO_NOT_ALLOW
    types = [kind for kind, _ in await client.done(contact)]
    assert types.count("SEGMENT_UNSUBSCRIBED") == types.count("SEGMENT_SUBSCRIBED") - 1 == 2


async def test_nothing_is_acknowledged_that_is_not_kept(server: str, template: str, tmp_path: Path) -> None:
    """While the database takes nobody in, the provider is told to come again; then it is there once."""
    async with cloned(server, template) as dsn:
        name = urlsplit(dsn).path.lstrip("/")
        with served(dsn, **settings(tmp_path)) as address:
            async with httpx.AsyncClient(base_url=address, timeout=30) as http:
                connection = await asyncpg.connect(server)
                await connection.execute(f"alter database {name} allow_connections false")
                gone = "select pg_terminate_backend(pid) from pg_stat_activity where datname = $1"
                await connection.fetch(gone, name)
                post = delivered("mailgun", "late@example.org")
                refused = await post.to(http)
                assert (refused.status_code, refused.headers["retry-after"]) == (503, "60")
                await connection.execute(f"alter database {name} allow_connections true")
                await connection.close()
                taken = [(await post.to(http)) for _ in range(2)]
        assert [(one.status_code, one.json()["outcomes"]) for one in taken] == [
            (200, {"waiting": 1}),
            (200, {"repeated": 1}),
        ]
