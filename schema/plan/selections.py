"""What is selected on an object: its fields by response key, over all fragments, for given directives."""

from collections.abc import Iterator, Mapping, Sequence
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
