"""Signatures of webhooks, over the body as it came: who cannot sign hands nothing in."""

import base64
import binascii
import hmac
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import load_der_public_key

AHEAD = timedelta(minutes=5)
"""How far a provider's clock may run ahead of ours."""
POSTMARK_HEADER = "x-leadgraph-secret"
_WRONG = "The signature is not the provider's: nothing was taken in."
_STALE = "The signature is too old: nothing was taken in."


class Forged(Exception):
    """The body was not signed by whom it says; the message says so in a sentence."""


class Misset(Exception):
    """A setting holds no key."""


def of_sendgrid(key: str, headers: Mapping[str, str], body: bytes) -> datetime:
    """When SendGrid signed the body, by its ECDSA key."""
    signature = headers.get("x-twilio-email-event-webhook-signature", "")
    timestamp = headers.get("x-twilio-email-event-webhook-timestamp", "")
    try:
        known = load_der_public_key(base64.b64decode(key.strip()))
    except (ValueError, UnsupportedAlgorithm):
        raise Misset("It is no public key in base64.") from None
    if not isinstance(known, ec.EllipticCurvePublicKey):
        raise Misset("It is no ECDSA key.")
    try:
        signed = base64.b64decode(signature, validate=True)
        known.verify(signed, timestamp.encode() + body, ec.ECDSA(hashes.SHA256()))
    except (InvalidSignature, binascii.Error, ValueError):
        raise Forged(_WRONG) from None
    return _signed_at(timestamp)


def of_mailgun(key: str, payload: Any) -> tuple[datetime, bytes]:
    """When Mailgun signed, and its one-time token; the signature says nothing of the event itself."""
    signed = payload.get("signature") if isinstance(payload, Mapping) else None
    if not isinstance(signed, Mapping):
        raise Forged(_WRONG)
    timestamp, token, signature = (signed.get(name) for name in ("timestamp", "token", "signature"))
    if not (isinstance(timestamp, str) and isinstance(token, str) and isinstance(signature, str)):
        raise Forged(_WRONG)
    due = hmac.new(key.encode(), f"{timestamp}{token}".encode(), sha256).hexdigest()
    if not hmac.compare_digest(due.encode(), signature.encode()):
        raise Forged(_WRONG)
    return _signed_at(timestamp), sha256(token.encode()).digest()


def of_postmark(secret: str, headers: Mapping[str, str]) -> None:
    """Postmark signs nothing: it sends a password in the address, or a header, as it was told to."""
    given = headers.get(POSTMARK_HEADER, "")
    scheme, _, coded = headers.get("authorization", "").partition(" ")
    if scheme.lower() == "basic":
        try:
            given = base64.b64decode(coded, validate=True).decode().partition(":")[2]
        except ValueError:
            given = ""
    if not hmac.compare_digest(given.encode(), secret.encode()):
        raise Forged("The secret is not the one that was agreed: nothing was taken in.")


def check_age(signed_at: datetime, now: datetime, window: timedelta) -> None:
    """Refuses what was signed too long ago, or in the future."""
    if not now - window <= signed_at <= now + AHEAD:
        raise Forged(_STALE)


def _signed_at(timestamp: str) -> datetime:
    try:
        return datetime.fromtimestamp(int(timestamp), UTC)
    except (ValueError, OverflowError, OSError):
        raise Forged(_WRONG) from None


def one_use(known: bytes, body: bytes) -> None:
    """Refuses a token that has come with another body; the same again is a provider that asks twice."""
    if known != body:
        raise Forged("This signature was used for something else: nothing was taken in.")
