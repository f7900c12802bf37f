"""Every field of every type that a list leads to can be asked for, and planned, over the demo company."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime

import pytest
from graphql import (
    GraphQLField,
    GraphQLInterfaceType,
    GraphQLObjectType,
    get_named_type,
    is_required_argument,
)

from db.database import connected
from resolvers.context import Context
from schema.build import schema
from schema.limits import Limits
from schema.plan import Executor, Way
from schema.sources import Custom, List
from schema.weights import source_of

QUERY = schema._schema.query_type
FIELDS = QUERY.fields if QUERY else {}
INTERACTION = schema._schema.type_map["Interaction"]
LISTS = sorted(name for name, field in FIELDS.items() if isinstance(source_of(field), List))
UNUSED = {"dataSubjectRequests"}
"""Lists of which the demo has nothing."""


def selection(kind: GraphQLObjectType | GraphQLInterfaceType, depth: int) -> Iterator[str]:
    """Every field of the type that a plan can hold; of other types, so deep."""
    yield from _selected(kind.fields, depth)
    if isinstance(kind, GraphQLInterfaceType) and kind is INTERACTION:
        for one in schema._schema.get_possible_types(kind):
            own = {name: field for name, field in one.fields.items() if name not in kind.fields}
            yield f"... on {one.name} {{ __typename {' '.join(_selected(own, depth))} }}"


def _selected(fields: Mapping[str, GraphQLField], depth: int) -> Iterator[str]:
    for name, field in fields.items():
        shown = get_named_type(field.type)
        if any(is_required_argument(argument) for argument in field.args.values()):
            continue
        if isinstance(source_of(field), Custom):
            continue
        if not isinstance(shown, GraphQLObjectType | GraphQLInterfaceType):
            yield name
        elif depth:
            yield f"{name}{_page(field)} {{ {' '.join(selection(shown, depth - 1))} }}"


def _page(field: GraphQLField) -> str:
    return "(first: 2)" if "first" in field.args else ""


@pytest.mark.parametrize("name", LISTS)
async def test_every_field_can_be_asked_for(demo: str, name: str) -> None:
    assert QUERY is not None
    field = QUERY.fields[name]
    shown = get_named_type(field.type)
    assert isinstance(shown, GraphQLObjectType)
    document = f"{{ {name}(first: 3) {{ nodes {{ {' '.join(selection(_node(shown), 3))} }} }} }}"
    async with connected(demo) as database:
        context = Context(database, datetime(2026, 11, 1, tzinfo=UTC), None, "test")
        outcome = await Executor(schema, Limits(cost=10**7).trusting()).run(context, document)
    assert (outcome.way, outcome.reason) == (Way.PLAN, None)
    assert len(outcome.data[name]["nodes"]) == (0 if name in UNUSED else 3)


def _node(connection: GraphQLObjectType) -> GraphQLObjectType | GraphQLInterfaceType:
    node = get_named_type(connection.fields["nodes"].type)
    assert isinstance(node, GraphQLObjectType | GraphQLInterfaceType)
    return node
