"""Amazon SES: what it publishes about a message, to one or several recipients (inside SNS: `sns.py`)."""

from collections.abc import Mapping
from typing import Any

from domain.interactions import InteractionType
from engines.webhooks import bounces
from engines.webhooks.events import (
    OWN,
    Effect,
    Event,
    Mail,
    digest,
    happened,
    ignored,
    moment,
    own_of,
    suppressed,
    text_of,
    unknown,
)

_T = InteractionType
_HEADER = "x-leadgraph-"
_DETAILS = {
    "Send": "send",
    "Delivery": "delivery",
    "Open": "open",
    "Click": "click",
    "Bounce": "bounce",
    "Complaint": "complaint",
    "DeliveryDelay": "deliveryDelay",
    "Reject": "reject",
    "Rendering Failure": "failure",
    "Subscription": "subscription",
}
_KINDS = {
    "Send": _T.EMAIL_SENT,
    "Delivery": _T.EMAIL_DELIVERED,
    "Open": _T.EMAIL_OPENED,
    "Click": _T.EMAIL_CLICKED,
    "Complaint": _T.EMAIL_FEEDBACK_LOOP,
}
_RECIPIENTS = {
    "Bounce": "bouncedRecipients",
    "Complaint": "complainedRecipients",
    "DeliveryDelay": "delayedRecipients",
    "Delivery": "recipients",
}
_SUPPRESSED = frozenset({"Suppressed", "OnAccountSuppressionList"})
_TRANSIENT = {
    "MailboxFull": (bounces.SOFT, "full-mailbox"),
    "MessageTooLarge": (bounces.BLOCK, "policy-related"),
    "ContentRejected": (bounces.BLOCK, "policy-related"),
    "AttachmentRejected": (bounces.BLOCK, "policy-related"),
    "CustomTimeoutExceeded": (bounces.SOFT, "message-expired"),
}
_DELAYS = {
    "MailboxFull": "full-mailbox",
    "RecipientServerError": "recipient-server-error",
    "SpamDetected": "policy-related",
    "IPFailure": "reputation-issues",
    "TransientCommunicationFailure": "connection-error",
}


def translate(payload: Any) -> list[Event]:
    """The events of what SES publishes: one for each recipient that it is about."""
    if not isinstance(payload, Mapping) or not isinstance(payload.get("mail"), Mapping):
        raise unknown(
            "SES", "it publishes an object with the members `mail`, and `eventType` or `notificationType`."
        )
    name = text_of(payload, "eventType") or text_of(payload, "notificationType")
    if name not in _DETAILS:
        return [ignored(f"SES's {(name or '')[:60]!r} is no event about a message.")]
    details = payload.get(_DETAILS[name])
    return _Told(name, payload["mail"], details if isinstance(details, Mapping) else {}).events()


class _Told:
    """One thing that SES publishes: its name, the message and the details."""

    def __init__(self, name: str, mail: Mapping[str, Any], details: Mapping[str, Any]) -> None:
        self.name, self.mail, self.details = name, mail, details
        self.destinations = [one for one in mail.get("destination") or () if isinstance(one, str)]

    def events(self) -> list[Event]:
        """One event for each recipient; without a word of who it was, none can be told of several."""
        recipients = self._recipients()
        alone = len(self.destinations) <= 1
        if not alone and self.name in ("Open", "Click", "Subscription"):
            return [ignored("SES does not say which of the recipients of the message it was.")]
        return [
            event for recipient in recipients for event in self._of(recipient, self._own() if alone else {})
        ]

    def _recipients(self) -> list[Mapping[str, Any]]:
        named = self.details.get(_RECIPIENTS.get(self.name, ""))
        found: list[Any] = named if isinstance(named, list) else self.destinations
        return [one if isinstance(one, Mapping) else {"emailAddress": one} for one in found] or [{}]

    def _own(self) -> dict[str, str]:
        """The sender's arguments: the message's tags, and headers like X-Leadgraph-Message-Id."""
        tags = self.mail.get("tags")
        values = tags.items() if isinstance(tags, Mapping) else ()
        given = {name: value[0] for name, value in values if isinstance(value, list) and value}
        return {**own_of(_headers(self.mail.get("headers"))), **own_of(given)}

    def _of(self, recipient: Mapping[str, Any], own: Mapping[str, str]) -> list[Event]:
        address = text_of(recipient, "emailAddress")
        if address is not None and "<" in address:
            address = address.partition("<")[2].partition(">")[0].strip() or None
        mail = Mail("ses", address, own, text_of(self.mail, "messageId"))
        match self.name:
            case "Bounce":
                return [self._bounced(mail, recipient)]
            case "DeliveryDelay":
                sort = _DELAYS.get(text_of(self.details, "delayType") or "", "other")
                told = bounces.told(sort, text_of(recipient, "diagnosticCode"))
                return [self._happened(bounces.SOFT, mail, told)]
            case "Reject":
                why = {"blockedReason": "OTHER", "details": text_of(self.details, "reason")}
                return [self._happened(_T.EMAIL_BLOCKED, mail, why)]
            case "Rendering Failure":
                said = text_of(self.details, "errorMessage")
                why = {"blockedReason": "MISSING_REQUIRED_FIELDS", "details": said}
                return [self._happened(_T.EMAIL_BLOCKED, mail, why)]
            case "Subscription":
                return self._subscribed(mail)
        return [self._plain(mail)]

    def _plain(self, mail: Mail) -> Event:
        if self.name == "Complaint":
            if text_of(self.details, "complaintSubType") in _SUPPRESSED:
                told = suppressed(text_of(self.details, "complaintSubType"))
                return self._happened(_KINDS["Complaint"], mail, told)
            told = {"details": text_of(self.details, "complaintFeedbackType")}
            return self._happened(_KINDS["Complaint"], mail, told, effect=Effect.NO_BULK_EMAIL)
        properties = {"userAgent": text_of(self.details, "userAgent")}
        return self._happened(_KINDS[self.name], mail, properties, link=text_of(self.details, "link"))

    def _bounced(self, mail: Mail, recipient: Mapping[str, Any]) -> Event:
        words = text_of(recipient, "diagnosticCode")
        kind = text_of(self.details, "bounceType")
        sort = text_of(self.details, "bounceSubType") or ""
        if sort in _SUPPRESSED:
            return self._happened(bounces.HARD, mail, suppressed(words or sort))
        if kind != "Permanent" and sort in _TRANSIENT:
            found, why = _TRANSIENT[sort]
            return self._happened(found, mail, bounces.told(why, words or sort))
        found, told = bounces.bounced(kind == "Permanent", text_of(recipient, "status"), words)
        return self._happened(found, mail, told)

    def _subscribed(self, mail: Mail) -> list[Event]:
        """All at once, or the topics of a contact list of which the choice has changed."""
        new, old = self.details.get("newTopicPreferences"), self.details.get("oldTopicPreferences")
        if isinstance(new, Mapping) and new.get("unsubscribeAll"):
            return [self._happened(_T.EMAIL_SUBSCRIPTION_SUBMIT, mail, effect=Effect.NO_BULK_EMAIL)]
        before, after = _topics(old), _topics(new)
        changed = {topic: choice for topic, choice in after.items() if before.get(topic) != choice}
        return [self._topic(mail, topic, choice) for topic, choice in changed.items()] or [
            ignored("SES told of preferences that have not changed.")
        ]

    def _topic(self, mail: Mail, topic: str, choice: str) -> Event:
        joins = choice == "OptIn"
        kind = _T.SEGMENT_SUBSCRIBED if joins else _T.SEGMENT_UNSUBSCRIBED
        effect = Effect.JOINS_LIST if joins else Effect.LEAVES_LIST
        return self._happened(kind, mail, {"segmentId": topic}, effect=effect, list_key=topic)

    def _happened(self, kind: InteractionType, mail: Mail, properties: Any = None, **more: Any) -> Event:
        """Known as new by the message, the kind of event, its moment, and the recipient, link and list."""
        told = text_of(self.details, "timestamp") or text_of(self.mail, "timestamp")
        parts = ((mail.address or "").lower(), more.get("link"), more.get("list_key"))
        id = f"{mail.id} {self.name} {told} {digest(*parts)}"
        return happened(kind, mail, moment(told), id, properties, **more)


def _topics(preferences: Any) -> dict[str, str]:
    listed = preferences.get("topicSubscriptionStatus") if isinstance(preferences, Mapping) else None
    each = [one for one in listed if isinstance(one, Mapping)] if isinstance(listed, list) else []
    return {
        name: choice
        for one in each
        if (name := text_of(one, "topicName")) and (choice := text_of(one, "subscriptionStatus"))
    }


_BY_HEADER = {name.lower(): name for name in OWN}


def _headers(given: Any) -> dict[str, str]:
    each = [one for one in given if isinstance(one, Mapping)] if isinstance(given, list) else []
    found: dict[str, str] = {}
    for one in each:
        name = (text_of(one, "name") or "").lower()
        known = _BY_HEADER.get(name.removeprefix(_HEADER).replace("-", ""))
        if name.startswith(_HEADER) and known and (value := text_of(one, "value")):
            found[known] = value
    return found
