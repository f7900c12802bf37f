"""One interaction as it is handed in, read in one way by every way in (domain.md 3.1).

Its members go by the graph's names; the source's own records are read too (`domain/documented.py`).
"""

import re
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from domain import custom_interactions, documented, properties
from domain.facts import NewInteraction
from domain.identities import uuid_of
from domain.interactions import Actor, InteractionType, interaction_type
from domain.refusals import Code, Refused
from domain.visitors import KNOWN_AT
from domain.windows import reasonable

LONGEST_NAME = 255
"""Characters of an id, a key or a name."""
LONGEST_ADDRESS = 320
LONGEST_LINK = 2_000
"""Bytes: clicks are counted by link, and no index holds longer ones."""
LONGEST_SHOWN = 60
_MOMENT = re.compile(
    r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d([.,]\d{1,12})?)?(?P<zone>Z|[+-]\d\d(:?\d\d)?)?", re.ASCII
)
_CONTROLS = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
_ADDRESS = re.compile(r"[^@\s]+@[^@\s]+")
Given = dict[str, Any]
Member = Callable[[Given, str, Any], None]
"""Reads a member's value into what is given."""


def read(line: Mapping[str, Any], source: str | None = None) -> NewInteraction:
    """The interaction that a line hands in; `source` is meant where it names none.

    Refuses the first thing that is wrong with it, by the name that it has there. What is of no type of ours
    is CUSTOM, by the name of its type: whether that is declared is for the caller to see.
    """
    if not documented.is_documented(line):
        return _read(line, source)
    try:
        return _read(documented.translated(line), source)
    except Refused as refused:
        raise Refused(refused.code, refused.message, *documented.placed(refused.path)) from None


def _read(line: Mapping[str, Any], source: str | None) -> NewInteraction:
    given: Given = {}
    for name, value in line.items():
        if value is not None:
            member = _MEMBERS.get(name)
            if member is None:
                raise _stranger(name)
            member(given, name, value)
    if source is not None and "source" not in given:
        given["source"] = source
    if not given.keys() >= _WANTED.keys():
        raise _missing(given)
    if "name" in given:
        given["properties"] = custom_interactions.named(given.pop("name"), given.get("properties"))
    if len(given.keys() & _CONTACTS) > 1 or "contact_source" in given:
        _check_contact(given)
    return NewInteraction(**given)


_WANTED = {
    "source_id": "An interaction needs an id of its source: by it a repeat is known as one.",
    "type": "An interaction needs a type.",
    "occurred_at": "An interaction needs the moment when it happened.",
    "source": "An interaction needs the name of its source, here or for all of them.",
}
_CONTACTS = frozenset(("contact_id", "contact_key", "contact_email"))


def _stranger(name: str) -> Refused:
    shown = name[:LONGEST_SHOWN]
    message = f"{shown!r} is no member of an interaction. What its type has of its own goes into properties."
    return Refused(Code.INVALID, message, shown)


def _missing(given: Given) -> Refused:
    attribute = next(name for name in _WANTED if name not in given)
    return Refused(Code.REQUIRED, _WANTED[attribute], _NAMES[attribute])


def _check_contact(given: Given) -> None:
    if "contact_source" in given and "contact_key" not in given:
        raise Refused(Code.INVALID, "This is the source of a key: give contactKey with it.", "contactSource")
    named = [_NAMES[name] for name in _NAMES if name in _CONTACTS and name in given]
    if len(named) > 1:
        raise Refused(Code.INVALID, f"The contact is named twice: give one of {', '.join(named)}.", named[1])


def text_of(value: Any, name: str, longest: int = LONGEST_NAME) -> str:
    """The value, if it is a text of a line."""
    if type(value) is not str:
        raise Refused(Code.INVALID, "This has to be a text.", name)
    if len(value) > longest:
        message = f"This has {len(value):,} characters; at most {longest:,} may be."
        raise Refused(Code.INVALID, message, name)
    if not value.isprintable() and _CONTROLS.search(value):
        raise Refused(Code.INVALID, "This holds a control character, or half of a character.", name)
    return value


def _text(attribute: str) -> Member:
    def member(given: Given, name: str, value: Any) -> None:
        if text := text_of(value, name):
            given[attribute] = text

    return member


def _record(attribute: str, type_name: str) -> Member:
    def member(given: Given, name: str, value: Any) -> None:
        given[attribute] = uuid_of(text_of(value, name), type_name, name)

    return member


def _type(given: Given, name: str, value: Any) -> None:
    """A type of ours; any other name is one that the team may have declared (domain.md 3.4, "Custom")."""
    if isinstance(value, InteractionType):
        given["type"] = value
    elif text := text_of(value, name, custom_interactions.LONGEST_NAME):
        try:
            given["type"] = interaction_type(text)
        except KeyError:
            given["type"], given["name"] = InteractionType.CUSTOM, text


def _moment(given: Given, name: str, value: Any) -> None:
    given["occurred_at"] = value if isinstance(value, datetime) else _moment_of(value, name)


def _moment_of(value: Any, name: str) -> datetime:
    found = _MOMENT.fullmatch(value) if type(value) is str else None
    if found is None:
        raise Refused(Code.INVALID, "This is no moment like 2026-05-01T09:30:00Z.", name)
    if found["zone"] is None:
        raise Refused(Code.INVALID, "This has no offset: write 2026-05-01T09:30:00Z or +02:00.", name)
    try:
        return reasonable(datetime.fromisoformat(value))
    except Refused as refused:
        raise Refused(Code.INVALID, refused.message, name) from None
    except ValueError:
        raise Refused(Code.INVALID, "There is no such moment in the calendar.", name) from None


def _actor(given: Given, name: str, value: Any) -> None:
    try:
        given["actor"] = value if isinstance(value, Actor) else Actor[value]
    except (KeyError, TypeError):
        raise Refused(Code.INVALID, f"This is none of {', '.join(Actor.__members__)}.", name) from None


def _link(given: Given, name: str, value: Any) -> None:
    text = text_of(value, name, LONGEST_LINK)
    if not text.isascii() and len(text.encode()) > LONGEST_LINK:
        raise Refused(Code.INVALID, f"A link has at most {LONGEST_LINK:,} bytes in UTF-8.", name)
    if text:
        given["link"] = text


def _email(given: Given, name: str, value: Any) -> None:
    text = text_of(value, name, LONGEST_ADDRESS).strip()
    if not _ADDRESS.fullmatch(text):
        raise Refused(Code.INVALID, "This is no e-mail address.", name)
    given["contact_email"] = text


def _properties(given: Given, name: str, value: Any) -> None:
    if type(value) is not dict:
        raise Refused(Code.INVALID, "Properties are an object of names and values.", name)
    properties.check(value, name)
    given["properties"] = {key: held for key, held in value.items() if key != KNOWN_AT}


_NAMES = {
    "source": "source",
    "source_id": "sourceId",
    "type": "type",
    "occurred_at": "occurredAt",
    "contact_id": "contactId",
    "contact_source": "contactSource",
    "contact_key": "contactKey",
    "contact_email": "contactEmail",
    "actor": "actor",
    "lead_id": "leadId",
    "journey_id": "journeyId",
    "iteration_id": "iterationId",
    "tile_id": "tileId",
    "message_id": "messageId",
    "sending_id": "sendingId",
    "usage_type": "usageType",
    "visitor_id": "visitorId",
    "link": "link",
    "properties": "properties",
}
_WAYS: Mapping[str, Member] = {
    "type": _type,
    "occurred_at": _moment,
    "contact_id": _record("contact_id", "Contact"),
    "contact_email": _email,
    "actor": _actor,
    "lead_id": _record("lead_id", "Lead"),
    "link": _link,
    "properties": _properties,
}
_MEMBERS: Mapping[str, Member] = {
    name: _WAYS.get(attribute) or _text(attribute) for attribute, name in _NAMES.items()
}
