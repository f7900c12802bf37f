"""A graph type for each type of interactions, an interface for what several share: from one declaration."""

# mypy: disable-error-code="valid-type"
from collections.abc import Iterable, Mapping
from datetime import datetime
from enum import Enum
from typing import Any

from strawberry.utils.str_converters import to_camel_case

from domain import facts
from domain.interaction_options import BlockedReason, BounceCategory, MatchingResult, StoppedReason
from domain.interaction_properties import PROPERTIES, Block, Kind, Link, Property
from domain.interaction_shapes import BLOCKS, SHAPES, type_name
from domain.interactions import InteractionType
from resolvers import events, relations, subscriptions
from resolvers.context import Info
from resolvers.relations import Linked
from schema.customers import Interaction
from schema.events import CheckIn, Event, EventRegistration, EventSession
from schema.graph import choice, declared, described, part_of_interface, relation
from schema.interaction_types import CustomInteractionType
from schema.scalars import JSON
from schema.segments import Segment
from schema.sources import Stated, Through
from schema.subscriptions import SubscriptionList

for _options in (BounceCategory, BlockedReason, StoppedReason, MatchingResult):
    choice(_options)

_HINTS: Mapping[Kind, Any] = {
    Kind.TEXT: str,
    Kind.WHOLE: int,
    Kind.NUMBER: float,
    Kind.YES_OR_NO: bool,
    Kind.MOMENT: datetime,
    Kind.ANYTHING: JSON,
}
_RECORDS: Mapping[str, tuple[Any, Any]] = {
    "CheckIn": (CheckIn, events.check_in),
    "CustomInteractionType": (CustomInteractionType, relations.interaction_type),
    "Event": (Event, events.event),
    "EventRegistration": (EventRegistration, events.registration),
    "EventSession": (EventSession, events.session),
    "Segment": (Segment, subscriptions.segment),
    "SubscriptionList": (SubscriptionList, subscriptions.subscription_list),
}
"""What properties name by ids: the graph's type, and the batch of its records."""


def _stated(one: Property) -> Any:
    """A field that shows what the properties say."""

    def resolve(root: Any) -> Any:
        return one.read(root.properties)

    return declared(one.words, Stated(one), resolve, one.name)


def _linked(one: Property, link: Link) -> tuple[Any, Any]:
    """A field that shows the record whose id a property holds, and its type."""
    kind, batch = _RECORDS[link.record]
    return kind | None, relation(link.words, Linked(batch, PROPERTIES + (one.key or one.name)))


def _through(words: str, of: Linked, attribute: str) -> Any:
    """A field that shows an attribute of the record whose id a property holds."""

    async def resolve(root: Any, info: Info) -> Any:
        found = await of(root, info)
        return None if found is None else getattr(found, attribute)

    return declared(words, Through(of, attribute), resolve)


def _members(properties: Iterable[Property]) -> dict[str, Any]:
    """The fields of these properties, as the body of a class."""
    members: dict[str, Any] = {"__annotations__": {}}
    for one in properties:
        kind: Any = one.kind if not isinstance(one.kind, Kind) else _HINTS[one.kind]
        fields = {one.name: (kind | None, _stated(one))}
        if one.link is not None:
            fields[one.link.name] = _linked(one, one.link)
        for name, (hint, field) in fields.items():
            members["__annotations__"][_attribute(name)] = hint
            members[_attribute(name)] = field
    return members


def _attribute(name: str) -> str:
    """The name of a property as an attribute: emailDomain is email_domain."""
    snake = "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in name)
    return snake if to_camel_case(snake) == name else name


def _interface(block: Block) -> Any:
    """The interface of the types that share these properties."""
    body = _members(block.properties) | {"__doc__": block.words, "__module__": __name__}
    return part_of_interface(type(block.name, (Interaction,), body))


_INTERFACES: Mapping[str, Any] = {block.name: _interface(block) for block in BLOCKS}
_LABEL = _through(
    "What people call the declared type; null where nobody declared it.",
    Linked(relations.interaction_type, f"{PROPERTIES}typeId"),
    "label",
)
_MORE: Mapping[InteractionType, Mapping[str, tuple[Any, Any]]] = {
    InteractionType.CUSTOM: {"label": (str | None, _LABEL)}
}
"""What types have that is no property of theirs."""


def _type(kind: InteractionType) -> Any:
    """The graph's type for a type of interactions."""
    shape = SHAPES[kind]
    body = _members(shape.own) | {"__doc__": kind.words, "__module__": __name__}
    for name, (hint, field) in _MORE.get(kind, {}).items():
        body["__annotations__"][name], body[name] = hint, field
    body["is_type_of"] = classmethod(
        lambda _, value, info: isinstance(value, facts.Interaction) and value.type is kind
    )
    bases = tuple(_INTERFACES[block.name] for block in shape.blocks)
    return described(type(type_name(kind), bases or (Interaction,), body))


TYPES: Mapping[InteractionType, Any] = {kind: _type(kind) for kind in InteractionType}
INTERFACES: list[Any] = list(_INTERFACES.values())
OPTIONS: tuple[type[Enum], ...] = (BounceCategory, BlockedReason, StoppedReason, MatchingResult)
