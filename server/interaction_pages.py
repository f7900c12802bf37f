"""The page of the documentation that is made of the table of interactions' properties."""

from collections.abc import Iterator

from domain.interaction_properties import Kind, Property
from domain.interaction_shapes import BLOCKS, SHAPES, type_name
from domain.interactions import Category, InteractionType

_KINDS = {
    Kind.TEXT: "String",
    Kind.WHOLE: "Int",
    Kind.NUMBER: "Float",
    Kind.YES_OR_NO: "Boolean",
    Kind.MOMENT: "DateTime",
    Kind.ANYTHING: "JSON",
}
_MORE = {
    InteractionType.CUSTOM: (
        "What counts as engagement is decided by our own types alone (domain.md 3.6): an interaction of a"
        " declared type is in `interactions` and `lastInteractionAt`, and never in `lastEngagementAt`, reach"
        " or `mostEngaged`; the `engagement` of its `definition` is there to be shown."
    )
}
"""What there is to say of a type besides."""


def interactions_page() -> str:
    """docs/interactions.md: every type of interactions with its properties."""
    return "\n".join([*_head(), *_blocks(), *_types()]) + "\n"


def _head() -> Iterator[str]:
    yield "# Properties of interactions"
    yield "\n*Made from `domain/interaction_shapes.py` by `make docs`; change it there.*\n"
    yield "Every property may be null: what was not handed in, or is nothing of its kind, is null or `OTHER`."
    yield "How to ask for them is told in the [guide](frontend/interactions.md)."


def _blocks() -> Iterator[str]:
    yield "\n## What several types share"
    for block in BLOCKS:
        sharing = [type_name(kind) for kind, shape in SHAPES.items() if block in shape.blocks]
        yield f"\n### {block.name}\n\n{block.words} {', '.join(f'`{name}`' for name in sharing)}."
        yield from _table(block.properties)


def _types() -> Iterator[str]:
    for category in Category:
        yield f"\n## {category.name}"
        for kind in InteractionType:
            if kind.category is category:
                yield from _type(kind)


def _type(kind: InteractionType) -> Iterator[str]:
    shape = SHAPES[kind]
    also = f" Also {', '.join(f'`{block.name}`' for block in shape.blocks)}." if shape.blocks else ""
    yield f"\n### {type_name(kind)}\n\n`{kind.name}`. {kind.words}{also}"
    if kind in _MORE:
        yield f"\n{_MORE[kind]}"
    if shape.own:
        yield from _table(shape.own)


def _table(properties: tuple[Property, ...]) -> Iterator[str]:
    yield "\n| field | type | what it says |\n|---|---|---|"
    for one in properties:
        shown = _KINDS[one.kind] if isinstance(one.kind, Kind) else one.kind.__name__
        kept = f" Handed in as `{one.key}`." if one.key else ""
        yield f"| `{one.name}` | {shown} | {one.words}{kept} |"
        if one.link is not None:
            yield f"| `{one.link.name}` | {one.link.record} | {one.link.words} |"
