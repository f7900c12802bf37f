"""Postmark: one event a post; the sender's arguments are the message's metadata."""

from collections.abc import Mapping
from typing import Any

from domain.interactions import InteractionType
from engines.webhooks import bounces
from engines.webhooks.events import (
    Effect,
    Event,
    Mail,
    digest,
    happened,
    ignored,
    moment,
    own_of,
    text_of,
    unknown,
)

_T = InteractionType
_TIMES = {
    "Delivery": "DeliveredAt",
    "Bounce": "BouncedAt",
    "SpamComplaint": "BouncedAt",
    "Open": "ReceivedAt",
    "Click": "ReceivedAt",
    "SubscriptionChange": "ChangedAt",
}
_BOUNCES = {
    "HardBounce": (True, None),
    "BadEmailAddress": (True, None),
    "SoftBounce": (False, None),
    "Transient": (False, None),
    "AddressChange": (False, "inactive-mailbox"),
    "DnsError": (False, "routing-issues"),
    "Unknown": (False, None),
    "SpamNotification": (False, "policy-related"),
    "VirusNotification": (False, "policy-related"),
    "Blocked": (False, "blocklisting-issues"),
    "DMARCPolicy": (False, "dmarc-issues"),
}
_BLOCKS = frozenset({"SpamNotification", "VirusNotification", "Blocked", "DMARCPolicy"})


def translate(payload: Any) -> list[Event]:
    """The event of a post."""
    if not isinstance(payload, Mapping) or not isinstance(payload.get("RecordType"), str):
        raise unknown("Postmark", "it posts an object with the member `RecordType`.")
    name = payload["RecordType"]
    if name not in _TIMES:
        return [ignored(f"Postmark's {name[:60]!r} is no event about a message.")]
    return [_WAYS[name](payload)]


def _delivered(event: Mapping[str, Any]) -> Event:
    return _happened(_T.EMAIL_DELIVERED, event)


def _opened(event: Mapping[str, Any]) -> Event:
    return _happened(_T.EMAIL_OPENED, event, _client(event))


def _clicked(event: Mapping[str, Any]) -> Event:
    return _happened(_T.EMAIL_CLICKED, event, _client(event), link=text_of(event, "OriginalLink"))


def _complained(event: Mapping[str, Any]) -> Event:
    return _happened(_T.EMAIL_FEEDBACK_LOOP, event, effect=Effect.NO_BULK_EMAIL)


def _bounced(event: Mapping[str, Any]) -> Event:
    kind = text_of(event, "Type") or "Unknown"
    words = text_of(event, "Details") or text_of(event, "Description")
    match kind:
        case "SpamComplaint":
            return _complained(event)
        case "Unsubscribe":
            return _unsubscribed(event)
        case "SMTPApiError":
            return _happened(_T.EMAIL_SENDING_FAILED, event, {"details": words})
        case "TemplateRenderingFailed":
            why = {"blockedReason": "MISSING_REQUIRED_FIELDS", "details": words}
            return _happened(_T.EMAIL_BLOCKED, event, why)
    if kind not in _BOUNCES:
        return ignored(f"Postmark's bounce of the type {kind[:60]!r} is none: no server refused anything.")
    permanent, category = _BOUNCES[kind]
    if permanent:
        found = bounces.category(None, f"{words} {text_of(event, 'Description')}")
        told = bounces.told(found if found == "invalid-domain" else "invalid-mailbox", words)
        return _happened(bounces.HARD, event, told)
    told = bounces.told(category or bounces.category(None, words), words)
    return _happened(bounces.BLOCK if kind in _BLOCKS else bounces.SOFT, event, told)


def _changed(event: Mapping[str, Any]) -> Event:
    """A hard bounce that makes Postmark stop is told by an event of its own, and changes no preference."""
    reason = text_of(event, "SuppressionReason") or ""
    if not event.get("SuppressSending"):
        return ignored("Postmark sends to the address again: our own list and preferences decide that here.")
    if reason == "HardBounce":
        return ignored("Postmark stopped sending after a hard bounce, which it tells by an event of its own.")
    if reason == "SpamComplaint":
        return ignored("Postmark stopped sending after a complaint, which it tells by an event of its own.")
    return _unsubscribed(event)


def _unsubscribed(event: Mapping[str, Any]) -> Event:
    return _happened(_T.EMAIL_SUBSCRIPTION_SUBMIT, event, effect=Effect.NO_BULK_EMAIL)


_WAYS = {
    "Delivery": _delivered,
    "Open": _opened,
    "Click": _clicked,
    "SpamComplaint": _complained,
    "Bounce": _bounced,
    "SubscriptionChange": _changed,
}


def _client(event: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "userAgent": text_of(event, "UserAgent"),
        "deviceType": text_of(event, "Platform"),
        "browserId": text_of(event, "Client", "Family") or text_of(event, "Client", "Name"),
        "operatingSystemId": text_of(event, "OS", "Family") or text_of(event, "OS", "Name"),
        "countryIsoCode": text_of(event, "Geo", "CountryISOCode"),
        "state": text_of(event, "Geo", "Region"),
        "city": text_of(event, "Geo", "City"),
        "postalCode": text_of(event, "Geo", "Zip"),
    }


def _happened(
    kind: InteractionType, event: Mapping[str, Any], properties: Mapping[str, Any] | None = None, **more: Any
) -> Event:
    """Known as new by the message, the kind of event, its moment, and the recipient and link."""
    name = event["RecordType"]
    told = text_of(event, _TIMES[name])
    address = text_of(event, "Recipient") or text_of(event, "Email")
    sent = text_of(event, "MessageID")
    mail = Mail("postmark", address, own_of(event.get("Metadata")), sent)
    rest = digest((address or "").lower(), text_of(event, "OriginalLink"), text_of(event, "ID"))
    return happened(kind, mail, moment(told), f"{sent} {name} {told} {rest}", properties, **more)
