"""SendGrid: arrays of events, with the sender's arguments beside the provider's own members."""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from domain.interactions import InteractionType
from domain.refusals import Refused
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
_SENT_BY = re.compile(r"\.(?:[a-z]*filter|recvd)", re.ASCII)
"""In a message's id, after this comes which of the provider's machines had it."""
_KINDS = {
    "processed": _T.EMAIL_SENT,
    "delivered": _T.EMAIL_DELIVERED,
    "open": _T.EMAIL_OPENED,
    "click": _T.EMAIL_CLICKED,
    "spamreport": _T.EMAIL_FEEDBACK_LOOP,
    "unsubscribe": _T.EMAIL_SUBSCRIPTION_SUBMIT,
    "group_unsubscribe": _T.SEGMENT_UNSUBSCRIBED,
    "group_resubscribe": _T.SEGMENT_SUBSCRIBED,
}
_EFFECTS = {
    "spamreport": Effect.NO_BULK_EMAIL,
    "unsubscribe": Effect.NO_BULK_EMAIL,
    "group_unsubscribe": Effect.LEAVES_LIST,
    "group_resubscribe": Effect.JOINS_LIST,
}
_DROPPED = {
    "unsubscribed address": "DO_NOT_BULK_EMAIL",
    "unsubscribed group": "DO_NOT_BULK_EMAIL",
    "invalid": "INVALID_RECIPIENT_ADDRESS",
    "recipient list over package quota": "INSUFFICIENT_CREDITS",
}


def translate(payload: Any) -> list[Event]:
    """The events of a post."""
    events = payload if isinstance(payload, list) else [payload]
    if not all(isinstance(event, Mapping) and isinstance(event.get("event"), str) for event in events):
        raise unknown("SendGrid", "it posts an array of objects, each with the member `event`.")
    if len(events) == 1:
        return [_translated(events[0])]
    return [_readable(event) for event in events]


def _readable(event: Mapping[str, Any]) -> Event:
    """One of several events: what cannot be read keeps the others from nothing."""
    try:
        return _translated(event)
    except Refused as refused:
        return ignored(refused.message)


def _translated(event: Mapping[str, Any]) -> Event:
    name = event["event"].lower()
    if name == "dropped":
        return _dropped(event)
    if name in ("bounce", "deferred"):
        return _bounced(event, name)
    if name not in _KINDS:
        return ignored(f"SendGrid's {name[:60]!r} is no event about a message.")
    more: dict[str, Any] = {"link": text_of(event, "url")} if name == "click" else {}
    if event.get("sg_machine_open") is True:
        more["actor"] = "MACHINE"
    effect = {"effect": _EFFECTS.get(name, Effect.NONE), "list_key": text_of(event, "asm_group_id")}
    properties = {"userAgent": text_of(event, "useragent"), **_group(event, name)}
    return _happened(_KINDS[name], event, properties, **more, **effect)


def _group(event: Mapping[str, Any], name: str) -> dict[str, Any]:
    return {"segmentId": text_of(event, "asm_group_id")} if name.startswith("group_") else {}


def _bounced(event: Mapping[str, Any], name: str) -> Event:
    """A server that puts the message off refuses it for now: a soft bounce, until it is delivered."""
    words = text_of(event, "reason") or text_of(event, "response")
    permanent = name == "bounce" and text_of(event, "type") != "blocked"
    kind, properties = bounces.bounced(permanent, text_of(event, "status"), words)
    if name == "deferred":
        kind, properties = bounces.SOFT, {**properties, "attempt": text_of(event, "attempt")}
    return _happened(kind, event, properties)


def _dropped(event: Mapping[str, Any]) -> Event:
    """Not sent: what bounced or was complained about before is shown as such again (domain.md 3.2)."""
    reason = text_of(event, "reason") or ""
    if reason.lower().startswith("bounced address"):
        return _happened(bounces.HARD, event, suppressed(reason))
    if reason.lower().startswith("spam reporting address"):
        return _happened(_T.EMAIL_FEEDBACK_LOOP, event, suppressed(reason))
    why = next((code for words, code in _DROPPED.items() if reason.lower().startswith(words)), "OTHER")
    return _happened(_T.EMAIL_BLOCKED, event, {"blockedReason": why, "details": reason})


def _happened(
    kind: InteractionType, event: Mapping[str, Any], properties: Mapping[str, Any], **more: Any
) -> Event:
    mail, at = _mail(event), seconds(event.get("timestamp"))
    return happened(kind, mail, at, _source_id(event, mail, at), properties, **more)


def _mail(event: Mapping[str, Any]) -> Mail:
    own = {**own_of(event), **own_of(event.get("unique_args")), **own_of(event.get("custom_args"))}
    id = text_of(event, "sg_message_id") or (text_of(event, "smtp-id") or "").strip("<>").partition("@")[0]
    campaign = (
        text_of(event, "singlesend_id")
        or text_of(event, "marketing_campaign_id")
        or text_of(event, "newsletter", "newsletter_id")
    )
    return Mail("sendgrid", text_of(event, "email"), own, _SENT_BY.split(id or "", 1)[0] or None, campaign)


def _source_id(event: Mapping[str, Any], mail: Mail, at: datetime) -> str:
    """SendGrid's own id of the event and its kind; of older events, which have none, all that they say."""
    name = event["event"].lower()
    if id := text_of(event, "sg_event_id"):
        return f"{id} {name}"
    parts = (mail.address, at.timestamp(), mail.id, text_of(event, "url"), text_of(event, "smtp-id"))
    return f"{digest(*parts)} {name}"
