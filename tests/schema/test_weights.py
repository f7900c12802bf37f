"""The directives of the schema's text say what everything costs: another reading of them gives the same."""

import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import orjson
import pytest
from graphql import (
    FieldNode,
    FragmentSpreadNode,
    GraphQLField,
    GraphQLInterfaceType,
    GraphQLObjectType,
    OperationDefinitionNode,
    Undefined,
    ValueNode,
    build_schema,
    get_named_type,
    get_nullable_type,
    is_composite_type,
    is_list_type,
    parse,
    value_from_ast_untyped,
)

from db.database import Database
from schema.build import schema
from schema.history import changes
from schema.plan import Executor
from tests.plan.documents import generate, pools_of
from tests.plan.test_costs import CASES, DOCUMENTS

TOLD = build_schema(schema.as_str())
EXECUTOR = Executor(schema)
MOVE = """mutation { contactMove(input: {id: "x", accountId: "y"}) {
  contact { leads(first: 3) { nodes { id } } } userErrors { code }
} }"""
LARGEST = 100
OF_THE_SCHEMA = {"__schema": 5_000, "__type": 100}


def _variables(document: Path) -> dict[str, Any]:
    """Those that stand beside a tab of the explorer."""
    beside = document.with_suffix(".json")
    given = document.parent.name == "tabs" and beside.exists()
    return dict(orjson.loads(beside.read_bytes())) if given else {}


WRITTEN = [(text, variables) for text, variables, _ in CASES] + [
    (path.read_text(), _variables(path)) for path in DOCUMENTS
]
NEEDED = re.compile(r"\$(\w+): \w+!")


class Reading:
    """What an operation costs, by the directives alone, as gateways would add them up."""

    def __init__(self, text: str, variables: Mapping[str, Any]) -> None:
        definitions = parse(text).definitions
        self.given = dict(variables)
        self.variables = self.given
        self.fragments = {d.name.value: d for d in definitions if not isinstance(d, OperationDefinitionNode)}  # type: ignore[attr-defined]
        self.operations = [d for d in definitions if isinstance(d, OperationDefinitionNode)]

    def cost(self, operation: OperationDefinitionNode) -> int:
        """Of an operation."""
        kind = TOLD.get_root_type(operation.operation)
        assert kind is not None
        defaults = {
            one.variable.name.value: value_from_ast_untyped(one.default_value)
            for one in operation.variable_definitions or ()
            if one.default_value
        }
        self.variables = defaults | self.given
        return self.of(kind, [operation], {})

    def of(self, kind: GraphQLObjectType, within: Iterable[Any], sizes: Mapping[str, int]) -> int:
        """Of an object's fields, some of which give so many objects."""
        met: dict[str, list[FieldNode]] = {}
        for node in self.fields(kind, within, set()):
            met.setdefault((node.alias or node.name).value, []).append(node)
        if sizes and not any(nodes[0].name.value in sizes for nodes in met.values()):
            sizes = {"pageInfo": max(sizes.values())}
        return sum(self.field(kind, nodes, sizes) for nodes in met.values())

    def field(self, kind: GraphQLObjectType, nodes: list[FieldNode], sizes: Mapping[str, int]) -> int:
        """Of one field."""
        name = nodes[0].name.value
        if name.startswith("__"):
            return OF_THE_SCHEMA.get(name, 0)
        field, shown = kind.fields[name], get_named_type(kind.fields[name].type)
        size = self.told(field, "listSize")
        weight = int(self.told(field, "cost").get("weight", is_composite_type(shown)))
        many = self.size(field, nodes[0], size) if size else 1
        below: dict[str, int] = {}
        if "sizedFields" in size:
            many, below = 1, dict.fromkeys(size["sizedFields"], many)
        if name in sizes:
            many, weight = sizes[name], 1
        kinds: Any = [shown] if isinstance(shown, GraphQLObjectType) else []
        if isinstance(shown, GraphQLInterfaceType):
            kinds = TOLD.get_possible_types(shown)
        return many * (weight + max([self.of(one, nodes, below) for one in kinds], default=0))

    def size(self, field: GraphQLField, node: FieldNode, told: Mapping[str, Any]) -> int:
        """How many objects a field gives."""
        given = {one.name.value: self.value(one.value) for one in node.arguments or ()}
        found = [name for name in told.get("slicingArguments", ()) if given.get(name) is not None]
        if not found:
            assumed: int = told.get("assumedSize", 0)
            return assumed
        value: Any = given[found[0]]
        if is_list_type(get_nullable_type(field.args[found[0]].type)):
            value = len(value) if isinstance(value, list) else 1
        return min(max(int(value), 0), LARGEST)

    def told(self, field: GraphQLField, name: str) -> dict[str, Any]:
        """A directive's arguments."""
        assert field.ast_node is not None
        found = [one for one in field.ast_node.directives or () if one.name.value == name]
        return {a.name.value: value_from_ast_untyped(a.value) for one in found for a in one.arguments or ()}

    def fields(self, kind: GraphQLObjectType, within: Iterable[Any], seen: set[str]) -> Iterator[FieldNode]:
        """The fields that are asked of an object."""
        for node in (node for one in within for node in one.selection_set.selections):
            if not all(map(self.holds, node.directives or ())):
                continue
            if isinstance(node, FieldNode):
                yield node
            elif not isinstance(node, FragmentSpreadNode):
                if node.type_condition is None or self.fits(kind, node.type_condition.name.value):
                    yield from self.fields(kind, [node], seen)
            elif node.name.value not in seen:
                seen.add(node.name.value)
                fragment: Any = self.fragments[node.name.value]
                if self.fits(kind, fragment.type_condition.name.value):
                    yield from self.fields(kind, [fragment], seen)

    def holds(self, directive: Any) -> bool:
        """Whether a directive leaves in what it stands on."""
        name = directive.name.value
        if name not in ("skip", "include"):
            return True
        found = self.value(directive.arguments[0].value)
        return not isinstance(found, bool) or found == (name == "include")

    def value(self, node: ValueNode) -> Any:
        """An argument's value; none where its variable has none."""
        found = value_from_ast_untyped(node, self.variables)
        return None if found is Undefined else found

    def fits(self, kind: GraphQLObjectType, condition: str) -> bool:
        """Whether an object is of that type."""
        return condition == kind.name or condition in [one.name for one in kind.interfaces]


def _costs(text: str, variables: Mapping[str, Any]) -> Iterator[tuple[int, int]]:
    """What each operation costs by the directives, and what it is said to cost, where it may be run."""
    reading = Reading(text, variables)
    for operation in reading.operations:
        name = operation.name.value if operation.name else None
        found = EXECUTOR.admit(text, variables, name)
        if found.cost is not None:
            yield reading.cost(operation), found.cost.requested


@pytest.mark.parametrize(("text", "variables"), WRITTEN, ids=range(len(WRITTEN)))
def test_the_directives_say_what_a_document_costs(text: str, variables: dict[str, Any]) -> None:
    needed = dict.fromkeys(NEEDED.findall(text), "x") | {"input": {"id": "x", "accountId": "y"}}
    found = list(_costs(text, needed | variables))
    assert len(found) == len(Reading(text, {}).operations)
    for told, requested in found:
        assert told == requested


async def test_they_say_what_any_document_costs(world: Database) -> None:
    pools, costs = await pools_of(world), set()
    for seed in range(80):
        asked = generate(seed, pools)
        for told, requested in _costs(asked.document, asked.variables):
            assert told == requested, asked
            costs.add(requested)
    assert len(costs) > 50


def test_they_are_no_change_that_breaks_a_client() -> None:
    bare = re.sub(r" @(cost|listSize)\([^)]*\)(?! on)", "", schema.as_str())
    assert "@cost" in schema.as_str()
    assert changes(bare, schema.as_str()) == []


@pytest.mark.parametrize(
    ("text", "cost"),
    [
        ("subscription { contactChanges { cursor contact { account { id } } } }", 6),
        ('subscription { leadInsights(id: "x") { insights { email { sent } stages { stage } } } }', 15),
        (MOVE, 14),
        ("{ __typename __schema { queryType { name } } }", 5_000),
    ],
)
def test_what_is_not_a_query_has_a_cost_too(text: str, cost: int) -> None:
    assert list(_costs(text, {})) == [(cost, cost)]
