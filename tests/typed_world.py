"""Interactions of every type: with all properties, with nonsense in their place, and with none at all."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from enum import Enum
from random import Random
from typing import Any
from uuid import UUID

from db.database import Database
from domain.facts import NewInteraction
from domain.interaction_properties import Kind, Property
from domain.interaction_shapes import SHAPES
from domain.interactions import InteractionType
from engines import ingest
from tests.world import NOW

SOURCE = "typed"
FIRST = datetime(2026, 4, 1, 8, tzinfo=UTC)
NONSENSE: tuple[Any, ...] = (
    True,
    False,
    -1,
    2**31,
    10**15,
    1.5,
    1e300,
    "",
    " ",
    "é",
    "12",
    "-0.0",
    "NaN",
    [],
    {},
    [1],
    "x" * 200,
)
"""Values that no property is meant to have, or not every one."""
SAID: Mapping[Kind, tuple[Any, ...]] = {
    Kind.TEXT: ("a", "https://kettle.example/ä?b=1&c", "", "GB"),
    Kind.WHOLE: (0, 1, -7, 2**31 - 1),
    Kind.NUMBER: (0.5, -2.25, 9.0, 1e-9),
    Kind.YES_OR_NO: (True, False),
    Kind.MOMENT: ("2026-05-01T09:30:00Z", "2026-05-01T09:30:00.250000Z"),
    Kind.ANYTHING: ({"a": [1, None, "x"]}, [], "text", 1.5, False),
}


def said(random: Random, one: Property, linked: Mapping[str, UUID]) -> Any:
    """A value that the property is meant to have; of a link sometimes the id of a record."""
    if not isinstance(one.kind, Kind):
        return random.choice(list(one.kind)).name
    if one.link is not None and one.link.record in linked and random.random() < 0.7:
        return str(linked[one.link.record])
    return random.choice(SAID[one.kind])


def spelled(random: Random, one: Property, value: Any) -> Any:
    """The value as somebody hands it in: options in the field's own spelling."""
    if isinstance(one.kind, type) and issubclass(one.kind, Enum) and not isinstance(one.kind, Kind):
        camel = "".join(part.capitalize() for part in value.split("_"))
        return random.choice((value, value.lower().replace("_", "-"), camel))
    return value


def meant(
    linked: Mapping[str, UUID],
) -> Iterator[tuple[InteractionType, str, dict[str, Any], dict[str, Any]]]:
    """Of every type: its source id, the properties as they are meant, and as they are handed in."""
    for kind in InteractionType:
        random = Random(kind.name)
        for turn in range(3):
            values = {one.name: said(random, one, linked) for one in SHAPES[kind].properties}
            given = {
                one.key or one.name: spelled(random, one, values[one.name]) for one in SHAPES[kind].properties
            }
            yield kind, f"{kind.name} {turn}", values, given | {"besides": turn}


def hostile() -> Iterator[tuple[InteractionType, str, dict[str, Any]]]:
    """Of every type: properties that are nothing of the kind, or not there."""
    for kind in InteractionType:
        random = Random(f"hostile {kind.name}")
        for turn in range(2):
            keys = [one.key or one.name for one in SHAPES[kind].properties if random.random() < 0.8]
            yield kind, f"{kind.name} hostile {turn}", {key: random.choice(NONSENSE) for key in keys}


async def settle(db: Database, contact: UUID, linked: Mapping[str, UUID]) -> None:
    """Takes all of them in for one contact."""
    told = [(kind, id, given) for kind, id, _, given in meant(linked)] + list(hostile())
    new = [
        NewInteraction(kind, FIRST + timedelta(hours=at), SOURCE, id, contact_id=contact, properties=given)
        for at, (kind, id, given) in enumerate(told)
    ]
    await ingest.ingest(db, new, NOW)
