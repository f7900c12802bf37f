"""The schema in GraphQL's own language, in the order of its names, so that two of them compare well."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cache
from typing import Any

from graphql import (
    ConstDirectiveNode,
    DirectiveDefinitionNode,
    DocumentNode,
    FieldDefinitionNode,
    ListValueNode,
    Node,
    ObjectTypeDefinitionNode,
    ScalarTypeDefinitionNode,
    SchemaDefinitionNode,
    StringValueNode,
    Visitor,
    parse,
    print_ast,
    visit,
)
from graphql.pyutils import natural_comparison_key

NAMED = ("definitions", "interfaces", "fields", "arguments", "values", "types")
DIRECTIVES = {"oneOf": "Marks an input of whose members exactly one is given, and is not null."}
"""The words of directives, which Strawberry prints without any."""
FIRST = (SchemaDefinitionNode, DirectiveDefinitionNode)


def ordered(text: str, directives: Mapping[str, str] | None = None) -> str:
    """The same definitions, sorted, with `directives` on fields, by their places: `Contact.leads`.

    graphql-core's own sorting loses the directives that stand on them.
    """
    document = _marked(parse(text, no_location=True), directives or {})
    return "\n".join(_spaced(print_ast(visit(document, _Sorting())).splitlines()))


def _marked(document: DocumentNode, directives: Mapping[str, str]) -> DocumentNode:
    """The definitions with what is told of their fields."""

    def marked(name: str, field: FieldDefinitionNode) -> FieldDefinitionNode:
        found = _read(directives.get(f"{name}.{field.name.value}", ""))
        return replace(field, directives=(*(field.directives or ()), *found))

    definitions = [
        replace(one, fields=tuple(marked(one.name.value, field) for field in one.fields or ()))
        if isinstance(one, ObjectTypeDefinitionNode)
        else one
        for one in document.definitions
    ]
    return replace(document, definitions=tuple(definitions))


@cache
def _read(directives: str) -> Sequence[ConstDirectiveNode]:
    """Directives in the schema's language, as what stands on a scalar."""
    (scalar,) = parse(f"scalar S {directives}", no_location=True).definitions
    assert isinstance(scalar, ScalarTypeDefinitionNode)
    return scalar.directives or ()


class _Sorting(Visitor):
    """Sorts what has a name, but for the items of a list value: their order means something."""

    def leave(self, node: Node, *_: Any) -> Node:
        if isinstance(node, ListValueNode):
            return node
        named = {member: getattr(node, member) for member in NAMED if getattr(node, member, None)}
        changed: dict[str, Any] = {name: tuple(sorted(those, key=_place)) for name, those in named.items()}
        if isinstance(node, DirectiveDefinitionNode) and node.name.value in DIRECTIVES:
            changed["description"] = StringValueNode(value=DIRECTIVES[node.name.value], block=True)
        return replace(node, **changed)


def _place(node: Any) -> tuple[int, Any]:
    """Where a definition stands: the schema and its directives first, all else by name."""
    name = getattr(node, "name", None)
    rank = FIRST.index(type(node)) if type(node) in FIRST else len(FIRST)
    return rank, natural_comparison_key(name.value if name else "")


def _spaced(lines: Iterable[str]) -> Iterator[str]:
    """An empty line before the words of each member but the first, as graphql-core prints a schema."""
    inside, last = False, "{"
    for line in lines:
        quotes = line.count('"""')
        if quotes and not inside and line.startswith(" ") and not last.endswith(("{", "(")):
            yield ""
        inside, last = inside ^ (quotes % 2 == 1), line
        yield line
