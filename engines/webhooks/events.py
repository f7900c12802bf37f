"""What a provider's event means here: an interaction, what follows from it, or why it is ignored."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import Enum
from hashlib import sha256
from typing import Any, NamedTuple

from domain import handed
from domain.facts import NewInteraction
from domain.interactions import InteractionType
from domain.refusals import Code, Refused
from domain.suppression import SUPPRESSED

OWN = frozenset(
    {
        "contactId",
        "contactKey",
        "contactSource",
        "iterationId",
        "journeyId",
        "leadId",
        "messageId",
        "sendingId",
        "tileId",
        "usageType",
    }
)
"""What a sender may give along with a message, by the provider's way of custom arguments."""
_CONTACT = frozenset({"contactId", "contactKey", "contactSource"})
_MILLISECONDS = 100_000_000_000
"""A moment later than this, in seconds, lies in the year 5138: it is one in milliseconds."""


class Effect(Enum):
    """What follows from an event for its contact's preferences (domain.md 9.1)."""

    NONE = "Nothing."
    NO_BULK_EMAIL = "It gets no commercial e-mail from now on."
    LEAVES_LIST = "It leaves a subscription list; where we have no such list, it gets no commercial e-mail."
    JOINS_LIST = "It joins a subscription list again, where we have such a list."


@dataclass(frozen=True, slots=True)
class Event:
    """One event of a provider: an interaction and its effect, or why there is none."""

    new: NewInteraction | None = None
    effect: Effect = Effect.NONE
    list_key: str | None = None
    ignored: str | None = None


class Mail(NamedTuple):
    """The message that an event is about: its recipient, what its sender gave along, its id there."""

    provider: str
    address: str | None
    own: Mapping[str, str]
    id: str | None
    campaign: str | None = None


def ignored(reason: str) -> Event:
    """An event that has no meaning here."""
    return Event(ignored=reason)


def own_of(given: Any) -> dict[str, str]:
    """The arguments that a sender gave along and that we know."""
    if not isinstance(given, Mapping):
        return {}
    texts = {name: value for name, value in given.items() if name in OWN and isinstance(value, str | int)}
    return {name: str(value) for name, value in texts.items() if str(value)}


def happened(
    kind: InteractionType,
    mail: Mail,
    at: datetime,
    source_id: str,
    properties: Mapping[str, Any] | None = None,
    **more: Any,
) -> Event:
    """The event as an interaction; what its sender gave along and cannot be read is left out."""
    effect, list_key = more.pop("effect", Effect.NONE), more.pop("list_key", None)
    line = {
        "type": kind.name,
        "sourceId": source_id[: handed.LONGEST_NAME],
        "occurredAt": at,
        "messageId": mail.campaign or mail.id,
        "sendingId": mail.id,
        "properties": {**_addressed(mail.address), **_given(properties or {})},
        **_given(more),
    }
    try:
        new = handed.read({**line, **_contact(mail), **_rest(mail.own)}, mail.provider)
    except Refused:
        new = _without_arguments(line, mail)
    return Event(new, effect, list_key)


def _without_arguments(line: dict[str, Any], mail: Mail) -> NewInteraction:
    """The interaction as the provider alone tells it, without a link that no index holds."""
    link = line.pop("link", None)
    if isinstance(link, str) and link.isprintable():
        line["link"] = link.encode()[: handed.LONGEST_LINK].decode(errors="ignore")
    for name in ("messageId", "sendingId"):
        line[name] = (line[name] or "")[: handed.LONGEST_NAME] or None
    return handed.read({**line, **_contact(mail._replace(own={}))}, mail.provider)


def _contact(mail: Mail) -> dict[str, Any]:
    """How its contact is known: by our id, by a key of another system, else by its address."""
    own = mail.own
    if "contactId" in own:
        return {"contactId": own["contactId"]}
    if "contactKey" in own:
        source = {"contactSource": own["contactSource"]} if "contactSource" in own else {}
        return {"contactKey": own["contactKey"], **source}
    return {"contactEmail": mail.address} if mail.address else {}


def _rest(own: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in own.items() if name not in _CONTACT}


def _addressed(address: str | None) -> dict[str, str]:
    if not address:
        return {}
    return {"emailAddressUsed": address, "emailDomain": address.rpartition("@")[2].lower()}


_NOTHING = (None, "", "unknown", "Unknown")


def _given(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value not in _NOTHING}


def suppressed(address_told: str | None) -> dict[str, Any]:
    """The properties of an attempt that the provider has shown and not transmitted (domain.md 3.2)."""
    return {"bounceCategory": SUPPRESSED, "bounceReason": address_told}


def digest(*parts: Any) -> str:
    """A short text that tells what is made of these parts from everything else."""
    return sha256("\x1f".join(str(part) for part in parts).encode()).hexdigest()[:20]


def text_of(event: Mapping[str, Any], *names: str) -> str | None:
    """The text at the end of this way through objects; None where there is none."""
    value: Any = event
    for name in names:
        value = value.get(name) if isinstance(value, Mapping) else None
    if isinstance(value, bool | float | Mapping | list) or value is None:
        return None
    return str(value).replace("\x00", "").strip() or None


def seconds(value: Any) -> datetime:
    """The moment of a count of seconds, or of milliseconds, since 1970."""
    try:
        count = float(value)
        return datetime.fromtimestamp(count / 1000 if count > _MILLISECONDS else count, UTC)
    except (TypeError, ValueError, OverflowError, OSError):
        raise _no_moment() from None


def moment(value: Any) -> datetime:
    """The moment that a text in ISO 8601 tells, in UTC where it says no offset."""
    try:
        found = datetime.fromisoformat(value)
    except (TypeError, ValueError):
        raise _no_moment() from None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def _no_moment() -> Refused:
    return Refused(Code.INVALID, "The event does not tell when it happened.")


def unknown(provider: str, what: str) -> Refused:
    """The refusal of a body that is no payload of the provider."""
    return Refused(Code.INVALID, f"This is no event of {provider}: {what}")
