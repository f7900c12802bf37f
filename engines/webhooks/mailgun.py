"""Mailgun: one event, beside its signature; the sender's arguments are its user variables."""

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
    own_of,
    seconds,
    suppressed,
    text_of,
    unknown,
)

_T = InteractionType
_KINDS = {
    "accepted": _T.EMAIL_SENT,
    "delivered": _T.EMAIL_DELIVERED,
    "opened": _T.EMAIL_OPENED,
    "clicked": _T.EMAIL_CLICKED,
    "complained": _T.EMAIL_FEEDBACK_LOOP,
    "unsubscribed": _T.EMAIL_SUBSCRIPTION_SUBMIT,
}


def translate(payload: Any) -> list[Event]:
    """The event of a post."""
    event = payload.get("event-data") if isinstance(payload, Mapping) else None
    if not isinstance(event, Mapping) or not isinstance(event.get("event"), str):
        raise unknown("Mailgun", "it posts an object with the members `signature` and `event-data`.")
    flags = event.get("flags")
    if isinstance(flags, Mapping) and (flags.get("is-test-mode") or flags.get("is-system-test")):
        return [ignored("Mailgun sent the message in test mode: nobody got it.")]
    return [_translated(event)]


def _translated(event: Mapping[str, Any]) -> Event:
    name = event["event"]
    if name == "failed":
        return _failed(event)
    if name == "rejected":
        details = text_of(event, "reject", "reason") or text_of(event, "reject", "description")
        return _happened(_T.EMAIL_BLOCKED, event, {"blockedReason": "OTHER", "details": details})
    if name not in _KINDS:
        return ignored(f"Mailgun's {name[:60]!r} is no event about a message.")
    more: dict[str, Any] = {"link": text_of(event, "url")} if name == "clicked" else {}
    if text_of(event, "client-info", "bot"):
        more["actor"] = "MACHINE"
    if name in ("complained", "unsubscribed"):
        more["effect"] = Effect.NO_BULK_EMAIL
    return _happened(_KINDS[name], event, _client(event), **more)


def _failed(event: Mapping[str, Any]) -> Event:
    reason = text_of(event, "reason") or ""
    status = event.get("delivery-status")
    said = status if isinstance(status, Mapping) else {}
    words = text_of(said, "message") or text_of(said, "description")
    if reason.startswith("suppress-"):
        return _suppressed(event, reason, words)
    code = text_of(said, "enhanced-code")
    permanent = text_of(event, "severity") == "permanent" and reason != "old"
    kind, properties = bounces.bounced(permanent, code, words or reason)
    if reason == "old":
        kind, properties = bounces.SOFT, bounces.told("message-expired", words or reason)
    return _happened(kind, event, {**properties, "attempt": text_of(said, "attempt-no")})


def _suppressed(event: Mapping[str, Any], reason: str, words: str | None) -> Event:
    """Not sent: what bounced or was complained about before is shown as such again (domain.md 3.2)."""
    if reason == "suppress-unsubscribe":
        why = {"blockedReason": "DO_NOT_BULK_EMAIL", "details": words}
        return _happened(_T.EMAIL_BLOCKED, event, why)
    kind = _T.EMAIL_FEEDBACK_LOOP if reason == "suppress-complaint" else bounces.HARD
    return _happened(kind, event, suppressed(words or text_of(event, "delivery-status", "description")))


def _client(event: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "userAgent": text_of(event, "client-info", "user-agent"),
        "deviceType": text_of(event, "client-info", "device-type"),
        "browserId": text_of(event, "client-info", "client-name"),
        "operatingSystemId": text_of(event, "client-info", "client-os"),
        "countryIsoCode": text_of(event, "geolocation", "country"),
        "state": text_of(event, "geolocation", "region"),
        "city": text_of(event, "geolocation", "city"),
    }


def _happened(
    kind: InteractionType, event: Mapping[str, Any], properties: Mapping[str, Any], **more: Any
) -> Event:
    at = seconds(event.get("timestamp"))
    sent = text_of(event, "message", "headers", "message-id")
    mail = Mail("mailgun", text_of(event, "recipient"), own_of(event.get("user-variables")), sent)
    id = text_of(event, "id") or digest(mail.address, at.timestamp(), sent, text_of(event, "url"))
    return happened(kind, mail, at, f"{id} {event['event']}", properties, **more)
