"""What an operation may cost, from what its fields declare: each charge under the field that makes it.

A record that may be shown costs 1, and so do each page of a list and each formula that reads other rows;
columns cost nothing. What lies under a list is charged once for each record that its page may hold.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from graphql import (
    FieldNode,
    GraphQLObjectType,
    GraphQLOutputType,
    IntValueNode,
    ListValueNode,
    OperationDefinitionNode,
    VariableNode,
    get_named_type,
    is_abstract_type,
)

from domain.facets import USUAL_VALUES
from domain.lists import LARGEST_SIZE, USUAL_SIZE
from resolvers.formulas import Formula
from schema.plan.selections import Fields, Selections
from schema.sources import Buckets, Charted, Column, CustomValues, Faceting, List, Nodes, Ranked, Viewed
from schema.weights import ASSUMED, DESCRIBED, INTROSPECTION, RECORD, is_many, source_of, weight_of


@dataclass(frozen=True)
class PageSize:
    """How many records a page may hold: a number, or the variable that says it."""

    first: int | str | None
    last: int | str | None
    usual: int = USUAL_SIZE

    def __call__(self, coerced: Mapping[str, Any]) -> int:
        """The size, for these variables."""
        for given in (self.first, self.last):
            size = coerced.get(given) if isinstance(given, str) else given
            if size is not None:
                return min(max(size, 0), LARGEST_SIZE)
        return self.usual


@dataclass(frozen=True)
class Length:
    """How many values a variable holds."""

    variable: str
    usual: int = 0

    def __call__(self, coerced: Mapping[str, Any]) -> int:
        """The size, for these variables."""
        given = coerced.get(self.variable)
        return self.usual if given is None else min(len(given), LARGEST_SIZE)


Size = int | PageSize | Length


@dataclass(frozen=True, eq=False)
class Charge:
    """What an object's fields cost; of `either`, only the dearest counts: it is of one type."""

    entries: Sequence["Entry"] = ()
    either: Sequence["Charge"] = ()
    fixed: int = field(init=False)
    varying: Sequence["Entry"] = field(init=False)

    def __post_init__(self) -> None:
        varying = [entry for entry in self.entries if entry.varies]
        fixed = sum(entry.weight + entry.inner.fixed for entry in self.entries if not entry.varies)
        object.__setattr__(self, "varying", varying)
        object.__setattr__(self, "fixed", fixed)

    @property
    def varies(self) -> bool:
        """Whether it depends on how many records there are, or on an object's type."""
        return bool(self.varying or self.either)

    def actual(self, shown: Any) -> int:
        """What it came to, by the records that an answer really shows."""
        found = self.fixed
        for entry in self.varying:
            found += entry.weight
            value = shown.get(entry.key)
            if value is not None:
                found += entry.actual(value)
        return found + max([other.actual(shown) for other in self.either], default=0)


@dataclass(frozen=True, eq=False)
class Entry:
    """A field's charge: its `weight` once, then `each` and what lies under it for every record."""

    key: str
    weight: int
    inner: Charge
    size: Size | None = None
    each: int = 0

    @property
    def varies(self) -> bool:
        """Whether it depends on how many records there are, or on an object's type."""
        return self.size is not None or self.inner.varies

    def actual(self, value: Any) -> int:
        """What lies under the field came to."""
        inner = self.inner
        if not isinstance(value, list):
            return self.each + (inner.actual(value) if inner.varies else inner.fixed)
        if not inner.varies:
            return len(value) * (self.each + inner.fixed)
        return sum([self.each + inner.actual(one) for one in value if one is not None])


NOTHING = Charge()


def charge_of(operation: OperationDefinitionNode, selections: Selections) -> Charge:
    """What an operation may cost."""
    kind = selections.schema.get_root_type(operation.operation)
    assert kind is not None
    fields: Fields = {}
    selections.collect(kind, operation.selection_set, fields, set())
    return _Charging(selections).fields(kind, fields)


class _Charging:
    def __init__(self, selections: Selections) -> None:
        self._selections = selections
        self._schema = selections.schema

    def fields(self, kind: GraphQLObjectType, fields: Fields, page: Size | None = None) -> Charge:
        """What these fields of an object cost; of a page's, its records are charged by its size."""
        entries = [self._entry(kind, key, nodes, page) for key, nodes in fields.items()]
        shown = [entry for entry in entries if entry.weight or entry.varies or entry.inner.fixed]
        if page is not None and not any(entry.size is not None for entry in shown):
            shown += [Entry(key, 0, NOTHING, page, RECORD) for key in _places(fields)]
        return Charge(shown) if shown else NOTHING

    def _entry(
        self, kind: GraphQLObjectType, key: str, nodes: Sequence[FieldNode], page: Size | None
    ) -> Entry:
        name = nodes[0].name.value
        if name.startswith("__"):
            return Entry(key, INTROSPECTION.get(name, 0), NOTHING)
        field = kind.fields[name]
        weight, source, many = weight_of(self._schema, kind, field), source_of(field), is_many(field.type)
        if isinstance(source, (List, Viewed)):
            return Entry(key, weight, self._under(field.type, nodes, _page_size(nodes[0])))
        inner = self._under(field.type, nodes)
        if many and page is not None:
            return Entry(key, 0, inner, page, RECORD)
        if many and isinstance(source, Nodes):
            return Entry(key, 0, inner, _length(nodes[0], "ids"), weight)
        if isinstance(source, Ranked):
            return Entry(key, 0, inner, _page_size(nodes[0], source.usual), weight)
        if many and isinstance(source, Charted):
            return Entry(key, 0, inner, _length(nodes[0], "of", 1), weight)
        if isinstance(source, Faceting):
            return Entry(key, 0, inner, _length(nodes[0], "by"), weight)
        if isinstance(source, Buckets):
            return Entry(key, 0, inner, USUAL_VALUES)
        if many and not isinstance(source, (Column, CustomValues, Formula)):
            return Entry(key, 0, inner, ASSUMED, weight)
        return Entry(key, weight, inner)

    def _under(
        self, type_: GraphQLOutputType, nodes: Sequence[FieldNode], page: Size | None = None
    ) -> Charge:
        named = get_named_type(type_)
        if isinstance(named, GraphQLObjectType):
            return self.fields(named, self._selections.of(named, nodes), page)
        if not is_abstract_type(named):
            return NOTHING
        kinds: Iterable[GraphQLObjectType] = self._schema.get_possible_types(named)
        found = [self.fields(kinds[0], fields) for kinds, fields in self._selections.grouped(kinds, nodes)]
        dear = [charge for charge in found if charge is not NOTHING]
        if dear and not any(charge.varies for charge in dear):
            return max(dear, key=lambda charge: charge.fixed)
        return Charge(either=dear) if len(dear) > 1 else dear[0] if dear else NOTHING


def _places(fields: Fields) -> Iterator[str]:
    """Where a page is described by its records without showing them."""
    return (key for key, nodes in fields.items() if nodes[0].name.value == DESCRIBED)


def _page_size(node: FieldNode, usual: int = USUAL_SIZE) -> Size:
    size = PageSize(_number(node, "first"), _number(node, "last"), usual)
    return size if isinstance(size.first, str) or isinstance(size.last, str) else size({})


def _number(node: FieldNode, name: str) -> int | str | None:
    value = next((one.value for one in node.arguments or () if one.name.value == name), None)
    if isinstance(value, VariableNode):
        return value.name.value
    return int(value.value) if isinstance(value, IntValueNode) else None


def _length(node: FieldNode, name: str, usual: int = 0) -> Size:
    given = next((one.value for one in node.arguments or () if one.name.value == name), None)
    if given is None:
        return usual
    if isinstance(given, VariableNode):
        return Length(given.name.value, usual)
    return min(len(given.values), LARGEST_SIZE) if isinstance(given, ListValueNode) else 1
