"""From a selection to a plan: what each field declares becomes columns, joins, steps and a writer."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, cast

from graphql import (
    FieldNode,
    GraphQLField,
    GraphQLInterfaceType,
    GraphQLNonNull,
    GraphQLObjectType,
    get_named_type,
)
from strawberry.schema.base import BaseSchema
from strawberry.types.field import StrawberryField

from resolvers.insights import Question
from resolvers.levels import Shape, Sums
from schema.plan.arguments import Arguments, Ask
from schema.plan.code import Code, written
from schema.plan.leaves import Unplanned
from schema.plan.levels import Make, Root, Step
from schema.plan.selections import Selections
from schema.sources import TypedBy

Kind = GraphQLObjectType | GraphQLInterfaceType
"""What objects are written as: a type, or an interface whose types a column tells apart."""
MOST_JOINS = 6
"""Records and sums that one statement folds in; past that, they are read by batches."""


@dataclass(frozen=True)
class Chosen:
    """A field that was chosen on objects of a type, with what it declares."""

    owner: GraphQLObjectType
    field: GraphQLField
    declared: StrawberryField
    nodes: Sequence[FieldNode]

    @property
    def source(self) -> Any:
        """Where its value comes from."""
        return self.declared.metadata["source"]

    @property
    def kind(self) -> Kind:
        """The type that it shows: of objects, or of those that a column tells apart."""
        named = get_named_type(self.field.type)
        if not isinstance(named, GraphQLObjectType) and typed_by(named) is None:
            raise Unplanned(f"{self.name} shows objects of several types")
        return cast(Kind, named)

    @property
    def never_null(self) -> bool:
        """Whether it promises a value."""
        return isinstance(self.field.type, GraphQLNonNull)

    @property
    def name(self) -> str:
        """Its type and name."""
        return f"{self.owner.name}.{self.nodes[0].name.value}"


class Place(Protocol):
    """Where the values of an object are while it is written."""

    def field(self, chosen: Chosen) -> str:
        """The Python that gives the field's value."""


class Planner:
    """One plan in the making."""

    def __init__(self, schema: BaseSchema, selections: Selections) -> None:
        self.schema = schema
        self.selections = selections
        self.code = Code()
        self.steps: list[Step] = []
        self.roots: list[Root] = []
        self.asks: list[Ask] = []
        self.sums: dict[tuple[int, str, str, Question], Sums] = {}
        """The sums that rows hold already: of which step and record, whose, and for which question."""
        self.definitions: Step | None = None
        """The statement that reads all custom fields, where any is asked for."""

    def ask(self, ask: Ask) -> int:
        """Adds what a request has to work out first; its number."""
        self.asks.append(ask)
        return len(self.asks) - 1

    def schema_type(self, name: str) -> GraphQLObjectType:
        """The object type of that name."""
        found = self.selections.schema.type_map[name]
        assert isinstance(found, GraphQLObjectType)
        return found

    def arguments(self, chosen: Chosen) -> Arguments:
        """The field's arguments, as its resolver would get them."""
        return Arguments(self.schema, chosen.declared, chosen.field, chosen.nodes[0])

    def step(self, shape: Shape, make: Make, rows: Callable[..., Any], **options: Any) -> Step:
        """Adds a statement."""
        step = Step(len(self.steps), shape, make, rows, **options)
        self.steps.append(step)
        return step

    def object(self, kind: Kind, nodes: Sequence[FieldNode], place: Place) -> str:
        """The Python that writes an object of this type."""
        if not isinstance(kind, GraphQLObjectType):
            return self._variant(kind, nodes, place)
        return written(dict(self._fields(kind, nodes, place)))

    def _variant(self, kind: GraphQLInterfaceType, nodes: Sequence[FieldNode], place: Place) -> str:
        variant = getattr(place, "variant", None)
        if variant is None:
            raise Unplanned(f"{kind.name} is told apart elsewhere")
        shown: str = variant(kind, nodes)
        return shown

    def chosen(self, kind: GraphQLObjectType, nodes: Sequence[FieldNode]) -> dict[str, Chosen | None]:
        """What is selected on objects of this type; None stands for __typename."""
        return {key: _chosen(kind, fields) for key, fields in self.selections.of(kind, nodes).items()}

    def _fields(self, kind: GraphQLObjectType, nodes: Sequence[FieldNode], place: Place) -> Any:
        for key, chosen in self.chosen(kind, nodes).items():
            yield key, repr(kind.name) if chosen is None else place.field(chosen)


def _chosen(kind: GraphQLObjectType, nodes: Sequence[FieldNode]) -> Chosen | None:
    name = nodes[0].name.value
    if name == "__typename":
        return None
    if name.startswith("__"):
        raise Unplanned("introspection")
    field = kind.fields.get(name)
    declared = field.extensions.get("strawberry-definition") if field else None
    if field is None or declared is None or "source" not in declared.metadata:
        raise Unplanned(f"{kind.name}.{name} says no source")
    return Chosen(kind, field, declared, nodes)


def typed_by(kind: Any) -> TypedBy | None:
    """What tells the objects of an interface apart, where a column does."""
    definition = getattr(kind, "extensions", {}).get("strawberry-definition")
    return getattr(definition.origin, "typed_by", None) if definition else None


def chosen_at_root(kind: GraphQLObjectType, fields: Mapping[str, Sequence[FieldNode]]) -> Any:
    """The root's fields with what they declare; None stands for __typename."""
    return {key: _chosen(kind, nodes) for key, nodes in fields.items()}
