"""Amazon SNS: the envelope in which SES's events come, signed with a key whose certificate is Amazon's."""

import base64
import re
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

import orjson
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from engines.webhooks.events import moment
from engines.webhooks.signatures import Forged, Misset

Fetch = Callable[[str], Awaitable[bytes]]
"""Gets what lies at an address."""
_HOST = re.compile(r"sns\.[a-z]{2}(?:-[a-z]{2,8}){1,3}-\d\.amazonaws\.com(?:\.cn)?", re.ASCII)
_CERTIFICATE = re.compile(r"/SimpleNotificationService-[0-9a-zA-Z]{1,64}\.pem", re.ASCII)
_NOTIFICATION = ("Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Type")
_CONFIRMATION = ("Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type")
_SIGNED: Mapping[str, tuple[str, ...]] = {
    "Notification": _NOTIFICATION,
    "SubscriptionConfirmation": _CONFIRMATION,
    "UnsubscribeConfirmation": _CONFIRMATION,
}
_HASHES: Mapping[str, hashes.HashAlgorithm] = {"1": hashes.SHA1(), "2": hashes.SHA256()}
MOST_CERTIFICATES = 16


class Envelopes:
    """Reads envelopes of these topics; certificates are fetched once, or one is given."""

    def __init__(self, topics: frozenset[str], fetch: Fetch, certificate: bytes | None = None) -> None:
        self._topics = topics
        self._fetch = fetch
        self._given = certificate
        self._known: dict[str, rsa.RSAPublicKey] = {}

    async def opened(self, envelope: Any, check_age: Callable[[datetime], None]) -> Any:
        """What SES says, in an envelope that is not too old; None where it was about the subscription."""
        check_age(await self._verified(envelope))
        if envelope["Type"] == "SubscriptionConfirmation":
            await self._fetch(_of_amazon(envelope["SubscribeURL"]))
        if envelope["Type"] != "Notification":
            return None
        try:
            return orjson.loads(envelope["Message"])
        except orjson.JSONDecodeError:
            return {}

    async def _verified(self, envelope: Any) -> datetime:
        if not isinstance(envelope, Mapping) or envelope.get("Type") not in _SIGNED:
            raise Forged("This is no envelope of SNS; raw delivery has no signature: turn it off.")
        named = [name for name in _SIGNED[envelope["Type"]] if envelope.get(name) is not None]
        version = str(envelope.get("SignatureVersion", ""))
        texts = [envelope[name] for name in named]
        if version not in _HASHES or not all(isinstance(text, str) for text in texts):
            raise Forged("The envelope is not signed in a way that SNS signs.")
        if envelope.get("TopicArn") not in self._topics:
            raise Forged("The topic is none of those that are taken in here.")
        signed = "".join(f"{name}\n{envelope[name]}\n" for name in named).encode()
        key = await self._key(envelope.get("SigningCertURL"))
        try:
            signature = base64.b64decode(str(envelope.get("Signature", "")), validate=True)
            key.verify(signature, signed, padding.PKCS1v15(), _HASHES[version])
        except (InvalidSignature, ValueError):
            raise Forged("The signature is not Amazon's: nothing was taken in.") from None
        return moment(envelope.get("Timestamp"))

    async def _key(self, address: Any) -> rsa.RSAPublicKey:
        if self._given is not None:
            return _key_of(self._given)
        named = _of_amazon(address)
        if not _CERTIFICATE.fullmatch(urlsplit(named).path):
            raise Forged("The certificate's address is none of Amazon's.")
        if named not in self._known:
            if len(self._known) >= MOST_CERTIFICATES:
                self._known.clear()
            self._known[named] = _key_of(await self._fetch(named))
        return self._known[named]


def _of_amazon(address: Any) -> str:
    """The address, if it is one of SNS itself: https, no port, no user, no other host."""
    text = address if isinstance(address, str) and address.isascii() and address.isprintable() else ""
    try:
        parts = urlsplit(text)
    except ValueError:
        raise Forged("The envelope names an address that is none of Amazon's.") from None
    if parts.scheme != "https" or not _HOST.fullmatch(parts.netloc) or "\\" in text:
        raise Forged("The envelope names an address that is none of Amazon's.")
    return text


def _key_of(certificate: bytes) -> rsa.RSAPublicKey:
    try:
        key = x509.load_pem_x509_certificate(certificate).public_key()
    except ValueError:
        raise Misset("It is no certificate in PEM.") from None
    if not isinstance(key, rsa.RSAPublicKey):
        raise Misset("It is no certificate of an RSA key.")
    return key
