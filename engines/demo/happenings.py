"""How an event of the story becomes an interaction."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from random import Random
from typing import Any

from domain.facts import NewInteraction
from domain.interactions import Actor, InteractionType
from engines.demo.campaigns import Link, Message, Run
from engines.demo.houses import SOURCE
from engines.demo.pages import SHOP
from engines.demo.people import Person
from engines.demo.words import SITE

_T = InteractionType
_DEVICES = ("Desktop", "Desktop", "Desktop", "Phone", "Tablet")


def by_mail(
    kind: InteractionType,
    person: Person,
    copy: tuple[Run, Message],
    at: datetime,
    actor: Actor = Actor.UNKNOWN,
    link: str | None = None,
    **properties: Any,
) -> NewInteraction:
    """Something that happened to one copy of a message."""
    run, message = copy
    sending = f"{message.id}/{run.iteration}/{person.key}"
    named = {"message_id": message.id, "sending_id": sending, "link": link, "actor": actor}
    return _happened(kind, person, at, _mailbox(person) | properties, **named, **_tile(run, message.tile))


def in_journey(
    kind: InteractionType, person: Person, run: Run, at: datetime, tile: str, **properties: Any
) -> NewInteraction:
    """Something that a journey did with the contact."""
    return _happened(kind, person, at, properties, **_tile(run, tile))


def by_hand(
    kind: InteractionType,
    person: Person | None,
    at: datetime,
    visitor: str | None = None,
    link: str | None = None,
    **properties: Any,
) -> NewInteraction:
    """Something that a person, or a visitor whom nobody knows, did outside of any message."""
    cookie = visitor or (visitor_of(person) if person else None)
    return _happened(kind, person, at, properties, visitor_id=cookie, link=link, actor=Actor.HUMAN)


def _happened(
    kind: InteractionType, person: Person | None, at: datetime, properties: dict[str, Any], **named: Any
) -> NewInteraction:
    key = person.key if person else None
    return NewInteraction(kind, at, SOURCE, "", contact_key=key, properties=properties, **named)


def _mailbox(person: Person) -> dict[str, Any]:
    if not person.email:
        return {}
    return {"emailAddressUsed": person.email, "emailDomain": person.email.split("@")[1]}


def _tile(run: Run, tile: str) -> dict[str, Any]:
    names = {"journey_id": run.journey, "iteration_id": run.iteration, "tile_id": tile}
    return names | {"usage_type": "CustomerJourney"}


def visitor_of(person: Person) -> str:
    """The cookie of the contact's browser."""
    return f"visitor-{Random(person.key).getrandbits(40):010x}"


def clicked(link: Link) -> dict[str, Any]:
    """What a click says of its link."""
    return {"linkFriendlyName": link.name, "originalUrl": link.url}


def place(rng: Random, person: Person) -> dict[str, Any]:
    """Where the contact is, and on which device: mostly on its own."""
    own = _DEVICES[person.number % len(_DEVICES)]
    device = own if rng.random() < 0.8 else rng.choice(_DEVICES)
    return {"countryIsoCode": person.city.iso, "city": person.city.name, "deviceType": device}


def page(path: str) -> dict[str, Any]:
    """A page of the demo company's website."""
    return {
        "websiteId": str(SHOP),
        "pageId": path.strip("/").replace("/", "-") or "start",
        "pageAddress": f"{SITE}{path}",
    }


def numbered(happened: Iterable[NewInteraction]) -> list[NewInteraction]:
    """The interactions in the order of their moments, each with its key."""
    ordered = sorted(happened, key=lambda new: new.occurred_at)
    return [replace(new, source_id=f"i-{number:06}") for number, new in enumerate(ordered, 1)]
