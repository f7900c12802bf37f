"""How an event of the story becomes an interaction."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from random import Random
from typing import Any

from domain.interactions import Actor, InteractionType
from domain.records import NewInteraction
from engines.demo.campaigns import Link, Message, Run
from engines.demo.houses import SOURCE
from engines.demo.people import Person
from engines.demo.words import SITE

_T = InteractionType
_DEVICES = ("Desktop", "Desktop", "Desktop", "Phone", "Tablet")
WEBSITE = "website-quillmere"


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
    mailbox = (
        {"emailAddressUsed": person.email, "emailDomain": person.email.split("@")[1]} if person.email else {}
    )
    return NewInteraction(
        type=kind,
        occurred_at=at,
        source=SOURCE,
        source_id="",
        contact_key=person.key,
        actor=actor,
        journey_id=run.journey,
        iteration_id=run.iteration,
        tile_id=message.tile,
        message_id=message.id,
        sending_id=f"{message.id}/{run.iteration}/{person.key}",
        usage_type="CustomerJourney",
        link=link,
        properties=mailbox | properties,
    )


def in_journey(
    kind: InteractionType, person: Person, run: Run, at: datetime, tile: str, **properties: Any
) -> NewInteraction:
    """Something that a journey did with the contact."""
    return NewInteraction(
        type=kind,
        occurred_at=at,
        source=SOURCE,
        source_id="",
        contact_key=person.key,
        journey_id=run.journey,
        iteration_id=run.iteration,
        tile_id=tile,
        usage_type="CustomerJourney",
        properties=properties,
    )


def by_hand(
    kind: InteractionType,
    person: Person | None,
    at: datetime,
    visitor: str | None = None,
    link: str | None = None,
    **properties: Any,
) -> NewInteraction:
    """Something that a person, or a visitor whom nobody knows, did outside of any message."""
    return NewInteraction(
        type=kind,
        occurred_at=at,
        source=SOURCE,
        source_id="",
        contact_key=person.key if person else None,
        actor=Actor.HUMAN,
        visitor_id=visitor or (visitor_of(person) if person else None),
        link=link,
        properties=properties,
    )


def visitor_of(person: Person) -> str:
    """The cookie of the contact's browser."""
    return f"visitor-{Random(person.key).getrandbits(40):010x}"


def clicked(link: Link) -> dict[str, Any]:
    """What a click says of its link."""
    return {"linkFriendlyName": link.name, "originalUrl": link.url}


def place(rng: Random, person: Person) -> dict[str, Any]:
    """Where the contact is, and on which device."""
    return {
        "countryIsoCode": person.city.iso,
        "city": person.city.name,
        "deviceType": rng.choice(_DEVICES),
    }


def page(path: str) -> dict[str, Any]:
    """A page of the demo company's website."""
    return {
        "websiteId": WEBSITE,
        "pageId": path.strip("/").replace("/", "-") or "start",
        "pageAddress": f"{SITE}{path}",
    }


def numbered(happened: Iterable[NewInteraction]) -> list[NewInteraction]:
    """The interactions in the order of their moments, each with its key."""
    ordered = sorted(happened, key=lambda new: new.occurred_at)
    return [replace(new, source_id=f"i-{number:06}") for number, new in enumerate(ordered, 1)]
