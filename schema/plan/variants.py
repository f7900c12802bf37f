"""Records of an interface in a plan: what a column of the row holds says which type is written."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import orjson
from graphql import FieldNode, GraphQLInterfaceType, GraphQLObjectType

from schema.plan.code import written
from schema.plan.planning import Chosen, typed_by
from schema.sources import Stated, TypedBy

if TYPE_CHECKING:
    from schema.plan.records import RecordPlace


def variant_of(place: RecordPlace, kind: GraphQLInterfaceType, nodes: Sequence[FieldNode]) -> str:
    """The Python that writes a record as what it is.

    Types of which the same is asked are written by one function; where that are all, none is called.
    """
    by = typed_by(kind)
    assert by is not None
    return Variants(place, by, nodes).written()


class Variants:
    """The writers of a record's types in the making; a field that several show is planned once."""

    def __init__(self, place: RecordPlace, by: TypedBy, nodes: Sequence[FieldNode]) -> None:
        self._place = place
        self._by = by
        self._nodes = nodes
        self._known: dict[Any, str] = {}

    def written(self) -> str:
        """The Python that gives the object."""
        place, planner = self._place, self._place.planner
        values = {planner.schema_type(name): value for value, name in self._by.names.items()}
        groups = planner.selections.grouped(values, self._nodes)
        if len(groups) == 1 and not self._states(groups[0][0][0]):
            return written(self._fields(groups[0][0]))
        passed = f"{place.row}, f, a" + (", o" if place.above else "")
        functions: dict[str, str] = {}
        for kinds, _ in groups:
            before = [self._parsed()] if self._states(kinds[0]) else []
            write = planner.code.function(passed, written(self._fields(kinds)), *before)
            functions |= {values[kind]: write for kind in kinds}
        table = planner.code.table(functions)
        return f"{table}[{place.value(self._by.column)}]({passed})"

    def _chosen(self, kind: GraphQLObjectType) -> Mapping[str, Chosen | None]:
        return self._place.planner.chosen(kind, self._nodes)

    def _states(self, kind: GraphQLObjectType) -> bool:
        """Whether anything is asked of the type that its properties say."""
        return any(one is not None and isinstance(one.source, Stated) for one in self._chosen(kind).values())

    def _parsed(self) -> str:
        text = self._place.part.text("properties")
        return f"q = {self._place.planner.code.name(orjson.loads)}({self._place.row}[{text}])"

    def _fields(self, kinds: Sequence[GraphQLObjectType]) -> dict[str, str]:
        shown = {}
        for key, chosen in self._chosen(kinds[0]).items():
            shown[key] = self._name(kinds) if chosen is None else self._field(chosen)
        return shown

    def _field(self, chosen: Chosen) -> str:
        same = (id(chosen.source), *map(id, chosen.nodes))
        if same not in self._known:
            self._known[same] = self._place.field(chosen)
        return self._known[same]

    def _name(self, kinds: Sequence[GraphQLObjectType]) -> str:
        """The Python that gives the type's name."""
        if len(kinds) == 1:
            return repr(kinds[0].name)
        return f"{self._place.planner.code.name(self._by.names)}[{self._place.value(self._by.column)}]"
