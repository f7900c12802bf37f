"""The generator keeps its word: valid, repeatable, of every kind."""

from collections import Counter
from collections.abc import Iterator

import pytest
from graphql import (
    FieldNode,
    GraphQLInterfaceType,
    GraphQLObjectType,
    Node,
    TypeInfo,
    TypeInfoVisitor,
    Visitor,
    get_named_type,
    parse,
    validate,
    visit,
)

from db.database import Database
from tests.plan.documents import (
    INTERACTIONS,
    QUERY,
    SCHEMA,
    Composite,
    Generated,
    Pools,
    generate,
    pools_of,
)

MANY = 3000


@pytest.fixture(scope="module")
async def pools(world: Database) -> Pools:
    """What the small company has to draw from."""
    return await pools_of(world)


@pytest.fixture(scope="module")
def documents(pools: Pools) -> list[Generated]:
    """Many documents, to be read but not run."""
    return [generate(seed, pools) for seed in range(MANY)]


class _Met(Visitor):
    """Counts what a document has: fields as (type, field), and syntax by its kind."""

    def __init__(self, types: TypeInfo) -> None:
        super().__init__()
        self.types = types
        self.fields: Counter[tuple[str, str]] = Counter()
        self.kinds: Counter[str] = Counter()

    def enter(self, node: Node, *_: object) -> None:
        """Notes the node."""
        self.kinds[node.kind] += 1
        parent = self.types.get_parent_type()
        if isinstance(node, FieldNode) and parent is not None:
            self.fields[parent.name, node.name.value] += 1


@pytest.fixture(scope="module")
def met(documents: list[Generated]) -> _Met:
    """What all of them have together."""
    types = TypeInfo(SCHEMA)
    found = _Met(types)
    for one in documents:
        visit(parse(one.document), TypeInfoVisitor(types, found))
    return found


NOT_IN_THE_WORLD = {
    "ConsentChange",
    "CustomField",
    "CustomInteractionType",
    "DataSubjectRequest",
    "JourneyInsights",
    "Merge",
    "MessageInsights",
    "RedirectUrl",
    "SavedView",
    "SuppressedAddress",
    "Website",
}
"""What the small company has none of; their own tests ask for them."""


def test_the_pools_hold_what_there_is(pools: Pools) -> None:
    types = {kind.name for kind in SCHEMA.get_possible_types(_node())}
    interactions = {kind.name for kind in INTERACTIONS}
    assert set(pools.ids) == (types - interactions | {"Interaction"}) - NOT_IN_THE_WORLD
    assert pools.emails
    assert set(pools.source_keys) == {"Account", "Contact", "Lead"}
    orders = {order for *_, order in pools.cursors}
    assert "" in orders
    assert {order.split()[0] for order in orders - {""}} >= {"NAME", "TOPIC", "CREATED_AT", "JOB_TITLE"}
    ways = {" ".join(order.split()[1:]) for order in orders - {""}}
    assert ways == {"ASC LAST", "ASC FIRST", "DESC LAST", "DESC FIRST"}
    assert ("Account", "interactions", "") in pools.cursors


def test_a_number_gives_the_same_document_again(pools: Pools, documents: list[Generated]) -> None:
    assert [generate(seed, pools) for seed in range(200)] == documents[:200]
    assert len({one.document for one in documents}) > MANY * 0.95


def test_every_document_is_valid(documents: list[Generated]) -> None:
    for seed, one in enumerate(documents[:200]):
        assert validate(SCHEMA, parse(one.document)) == [], f"document {seed}\n{one.document}"


def test_every_field_of_every_type_is_met(met: _Met) -> None:
    reachable = {(kind.name, name) for kind in _reachable() for name in kind.fields}
    missing = reachable - set(met.fields)
    assert not [name for kind, name in missing if kind == "Query"]
    assert {kind for kind, _ in reachable} <= {kind for kind, _ in met.fields}
    assert len(missing) <= len(reachable) * 0.05, sorted(missing)


def test_directives_fragments_and_variables_are_frequent(met: _Met, documents: list[Generated]) -> None:
    for kind in ("directive", "fragment_spread", "inline_fragment", "variable_definition", "variable"):
        assert met.kinds[kind] > MANY, kind
    assert met.kinds["fragment_definition"] > MANY / 3
    assert met.kinds["null_value"] > MANY / 100
    assert sum("mutation" in one.document for one in documents) > MANY / 100
    assert sum(one.operation_name is not None for one in documents) > MANY / 10
    assert sum("__schema" in one.document or "__type(" in one.document for one in documents) > MANY / 50


def _node() -> GraphQLInterfaceType:
    found = SCHEMA.type_map["Node"]
    assert isinstance(found, GraphQLInterfaceType)
    return found


def _reachable() -> Iterator[Composite]:
    seen: set[str] = set()
    todo: list[Composite] = [QUERY]
    while todo:
        kind = todo.pop()
        if kind.name in seen:
            continue
        seen.add(kind.name)
        yield kind
        todo += [
            inner
            for shown in kind.fields.values()
            if isinstance(inner := get_named_type(shown.type), Composite)
        ]
        if isinstance(kind, GraphQLInterfaceType):
            todo += [one for one in SCHEMA.get_possible_types(kind) if isinstance(one, GraphQLObjectType)]
