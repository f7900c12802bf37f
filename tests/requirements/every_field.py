"""Every field of a record by which a list is filtered or ordered, worked out of the graph itself.

What a list has to answer is worked out in Python from what the records show, so that a field that is filtered
or ordered by another column than the one it shows is found.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from typing import Any

from graphql import GraphQLEnumType, GraphQLInputObjectType, get_named_type

from tests.requirements.graph import SCHEMA, Graph, type_of

Path = tuple[str, ...]
NESTED = {"and", "or", "not", "customFields"}
_GROUP_SORTS = {
    "preferences.postalMail": "MAIL_PERMISSION",
    "preferences.bulkPostalMail": "BULK_MAIL_PERMISSION",
    "preferences.prefillMarketingForm": "PREFILL_PERMISSION",
    "contact.fullName": "NAME",
}
"""What lists are ordered by under another name than the field's."""
_UNNATURAL = ("preferredContactMethod", "preferredAppointmentDay", "preferredAppointmentTime")


@dataclass(frozen=True)
class Leaf:
    """A field that is asked for by its own value; `many` where it holds several."""

    path: Path
    kind: Any
    many: bool

    def value(self, node: Any) -> Any:
        """What a record shows of it, as what compares as the database does."""
        for part in self.path:
            node = node[part]
        return Decimal(node) if self.kind.name == "Decimal" and node is not None else node

    def asks(self, operator: str, value: Any) -> dict[str, Any]:
        """The filter that asks for it."""
        asked = {operator: str(value) if isinstance(value, Decimal) else value}
        for part in reversed(self.path):
            asked = {part: asked}
        return asked


def where_of(noun: str) -> GraphQLInputObjectType:
    """The filter of a record's list."""
    found = SCHEMA.type_map[f"{noun.capitalize()}Where"]
    assert isinstance(found, GraphQLInputObjectType)
    return found


def leaves(noun: str) -> list[Leaf]:
    """Every field that the list can be filtered by, those within groups too."""
    return list(_leaves(where_of(noun), ()))


def _leaves(where: GraphQLInputObjectType, path: Path) -> Iterator[Leaf]:
    for name, member in where.fields.items():
        kind = get_named_type(member.type)
        if (
            name in NESTED
            or not isinstance(kind, GraphQLInputObjectType)
            or {"and", "some"} & set(kind.fields)
        ):
            continue
        if "eq" in kind.fields:
            yield Leaf((*path, name), get_named_type(kind.fields["eq"].type), many=False)
        elif "has" in kind.fields:
            yield Leaf((*path, name), get_named_type(kind.fields["has"].type), many=True)
        else:
            yield from _leaves(kind, (*path, name))


def related(noun: str) -> Mapping[str, bool]:
    """The related records that the list can be filtered by: whether there may be several."""
    kinds = {
        name: get_named_type(one.type) for name, one in where_of(noun).fields.items() if name not in NESTED
    }
    members = {name: set(kind.fields) for name, kind in kinds.items()}
    return {name: "some" in of for name, of in members.items() if {"and", "some"} & of}


def selection(paths: Sequence[Path]) -> str:
    """What a query shows to show all of them."""
    groups: dict[str, list[Path]] = {}
    for head, *rest in paths:
        groups.setdefault(head, []).append(tuple(rest))
    shown = [f"{head} {{ {selection(rest)} }}" if all(rest) else head for head, rest in groups.items()]
    return " ".join(shown)


async def records(graph: Graph, noun: str) -> list[Any]:
    """All records of a kind with every field that they can be filtered by, and whom they are related to."""
    several = related(noun)
    of = [f"{name} {{ nodes {{ id }} }}" if many else f"{name} {{ id }}" for name, many in several.items()]
    shown = " ".join([selection([leaf.path for leaf in leaves(noun)]), *of])
    found = await graph.ask(f"{{ {noun}s(first: 100) {{ nodes {{ {shown} }} }} }}")
    nodes: list[Any] = found[f"{noun}s"]["nodes"]
    assert len(nodes) > 2
    return nodes


def sorts(noun: str) -> list[str]:
    """Every order that the list offers."""
    kind = SCHEMA.type_map[f"{noun.capitalize()}Sort"]
    assert isinstance(kind, GraphQLEnumType)
    return list(kind.values)


@cache
def sorted_by(noun: str) -> Mapping[str, Leaf]:
    """What each order orders by, of the fields that are shown."""
    return {_sort(noun, leaf): leaf for leaf in leaves(noun) if not leaf.many}


def _sort(noun: str, leaf: Leaf) -> str:
    known = _GROUP_SORTS.get(".".join(leaf.path)) or _GROUP_SORTS.get(f"{noun}.{'.'.join(leaf.path)}")
    *group, name = leaf.path
    words = re.sub(r"(?<!^)(?=[A-Z])", "_", name).upper()
    if known:
        return known
    if group == ["secondAddress"]:
        return f"ADDRESS2_{words}"
    return f"{words}_PERMISSION" if group == ["preferences"] and name not in _UNNATURAL else words


def comparable(leaf: Leaf) -> Callable[[Any], Any]:
    """How values of a field compare: choices by their codes, texts by their characters' codes."""
    if isinstance(leaf.kind, GraphQLEnumType):
        return lambda value: leaf.kind.values[value].value
    return int if leaf.kind.name == "BigInt" else lambda value: value


async def check_filters(graph: Graph, noun: str) -> None:
    """Asks for every value that is there, and for none: the answer is who shows it, no more and no less."""
    nodes = await records(graph, noun)
    for leaf in leaves(noun):
        values = [(node["id"], leaf.value(node)) for node in nodes]
        held = {
            str(one): one
            for _, value in values
            for one in (value if leaf.many else [value])
            if one is not None
        }
        for one in list(held.values())[:2]:
            found = await graph.listed(noun, where=leaf.asks("has" if leaf.many else "eq", one))
            expected = {id for id, value in values if (one in value if leaf.many else value == one)}
            assert set(found) == expected, (leaf.path, one)
        if not leaf.many and leaf.path != ("id",):
            found = await graph.listed(noun, where=leaf.asks("isNull", True))
            assert set(found) == {id for id, value in values if value is None}, leaf.path


async def check_relations(graph: Graph, noun: str) -> None:
    """Asks for those who are related to a record, and for those who are related to none."""
    nodes = await records(graph, noun)
    for name, many in related(noun).items():
        to = {node["id"]: _ids(node[name]) for node in nodes}
        someone = next((one for ids in to.values() for one in ids), None)
        assert someone is not None, f"no {noun} here has {name}: nothing is tested"
        asked: Any = {"id": {"eq": someone}}
        found = await graph.listed(noun, where={name: {"some": asked} if many else asked})
        assert set(found) == {id for id, ids in to.items() if someone in ids}, name
        nobody: Any = {name: {"none": {}}} if many else {"not": {name: {}}}
        assert set(await graph.listed(noun, where=nobody)) == {id for id, ids in to.items() if not ids}, name


def _ids(shown: Any) -> list[str]:
    if shown is None:
        return []
    return [one["id"] for one in shown["nodes"]] if "nodes" in shown else [shown["id"]]


async def check_orders(graph: Graph, noun: str) -> None:
    """Every order has every record once, in the order of what it shows, from both ends."""
    nodes = {node["id"]: node for node in await records(graph, noun)}
    for sort in sorted(set(sorts(noun)) & set(sorted_by(noun))):
        leaf = sorted_by(noun)[sort]
        rising = await graph.listed(noun, orderBy={"field": sort})
        assert sorted(rising) == sorted(nodes), sort
        values = [leaf.value(nodes[id]) for id in rising]
        there = [comparable(leaf)(value) for value in values if value is not None]
        assert values[len(there) :] == [None] * (len(values) - len(there)), (sort, values)
        assert there == sorted(there), (sort, values)
        falling = await graph.listed(noun, orderBy={"field": sort, "direction": "DESC", "nulls": "FIRST"})
        assert [leaf.value(nodes[id]) for id in falling] == values[::-1], sort
    unseen = sorted(set(sorts(noun)) - set(sorted_by(noun)))
    assert unseen == [], "these order by what no record shows"


def scalars(noun: str) -> list[Path]:
    """Every plain value that a record shows, those within its groups too."""
    return list(_scalars(type_of(noun.capitalize()), ()))


def _scalars(kind: Any, path: Path) -> Iterator[Path]:
    for name, field in kind.fields.items():
        inner = get_named_type(field.type)
        if name == "id" and path:
            continue
        if not hasattr(inner, "fields"):
            yield (*path, name)
        elif not path and {"node", "nodes", "version"}.isdisjoint(inner.fields) and not field.args:
            yield from (
                _scalars(inner, (name,))
                if str(field.type).endswith("!") and "[" not in str(field.type)
                else ()
            )
