"""What is selected on an object: its fields by response key, over all fragments, for given directives."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from graphql import (
    BooleanValueNode,
    DirectiveNode,
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLObjectType,
    GraphQLSchema,
    InlineFragmentNode,
    Node,
    OperationDefinitionNode,
    SelectionSetNode,
    VariableNode,
    Visitor,
    is_abstract_type,
    visit,
)

Fields = dict[str, list[FieldNode]]


@dataclass(frozen=True)
class Selections:
    """The selections of one document, with the values that its directives depend on."""

    schema: GraphQLSchema
    fragments: Mapping[str, FragmentDefinitionNode]
    choices: Mapping[str, bool]

    def of(self, kind: GraphQLObjectType, nodes: Sequence[FieldNode]) -> Fields:
        """What is selected on objects of this type, under these fields."""
        found: Fields = {}
        seen: set[str] = set()
        for node in nodes:
            if node.selection_set:
                self.collect(kind, node.selection_set, found, seen)
        return found

    def grouped(
        self, kinds: Iterable[GraphQLObjectType], nodes: Sequence[FieldNode]
    ) -> list[tuple[list[GraphQLObjectType], Fields]]:
        """What is selected under these fields on objects of several types: those together that show the same.

        A field is the same where its value comes from the same: interfaces share what they declare.
        """
        found: dict[Any, tuple[list[GraphQLObjectType], Fields]] = {}
        for kind in kinds:
            fields = self.of(kind, nodes)
            same = [(key, *map(id, chosen), _source(kind, chosen[0])) for key, chosen in fields.items()]
            found.setdefault(tuple(same), ([], fields))[0].append(kind)
        return list(found.values())

    def collect(
        self, kind: GraphQLObjectType, chosen: SelectionSetNode, found: Fields, seen: set[str]
    ) -> None:
        """Adds the fields of a selection set, in the order of their first mention."""
        for selection in chosen.selections:
            if not self._wanted(selection.directives):
                continue
            if isinstance(selection, FieldNode):
                key = selection.alias.value if selection.alias else selection.name.value
                found.setdefault(key, []).append(selection)
            elif isinstance(selection, InlineFragmentNode):
                if self._applies(kind, selection.type_condition):
                    self.collect(kind, selection.selection_set, found, seen)
            elif isinstance(selection, FragmentSpreadNode) and selection.name.value not in seen:
                seen.add(selection.name.value)
                fragment = self.fragments[selection.name.value]
                if self._applies(kind, fragment.type_condition):
                    self.collect(kind, fragment.selection_set, found, seen)

    def _applies(self, kind: GraphQLObjectType, condition: Any) -> bool:
        if condition is None or condition.name.value == kind.name:
            return True
        named = self.schema.type_map[condition.name.value]
        return is_abstract_type(named) and self.schema.is_sub_type(named, kind)

    def _wanted(self, directives: Sequence[DirectiveNode] | None) -> bool:
        for directive in directives or ():
            name = directive.name.value
            if name in ("skip", "include"):
                (condition,) = directive.arguments or ()
                value = condition.value
                said = self.choices[value.name.value] if isinstance(value, VariableNode) else _literal(value)
                if said is (name == "skip"):
                    return False
        return True


def _source(kind: GraphQLObjectType, node: FieldNode) -> int:
    """What tells apart where the values of a type's field come from."""
    field = kind.fields.get(node.name.value)
    definition = field.extensions.get("strawberry-definition") if field else None
    return id(definition.metadata.get("source")) if definition else 0


def _literal(value: Node) -> bool:
    assert isinstance(value, BooleanValueNode)
    return value.value


def root_key(operation: OperationDefinitionNode) -> str:
    """The response key of the operation's first field that no fragment holds; `data` where there is none."""
    for selection in operation.selection_set.selections:
        if isinstance(selection, FieldNode):
            return selection.alias.value if selection.alias else selection.name.value
    return "data"


def choosing(document: DocumentNode) -> tuple[str, ...]:
    """The variables that @skip and @include depend on, in any part of the document."""
    return tuple(sorted(set(_choosing(document))))


def _choosing(document: DocumentNode) -> Iterator[str]:
    found: list[str] = []

    class Directives(Visitor):
        def enter_directive(self, node: DirectiveNode, *_: Any) -> None:
            if node.name.value in ("skip", "include"):
                found.extend(
                    a.value.name.value for a in node.arguments or () if isinstance(a.value, VariableNode)
                )

    visit(document, Directives())
    return iter(found)
