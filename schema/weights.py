"""What each field weighs in the cost of an operation, and of how many objects: one table, read twice.

The plan executor charges by it (`schema/plan/charges.py`), and the schema's text tells it to clients and to
gateways in the words that they know, the directives of IBM's specification of costs.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from graphql import (
    GraphQLField,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLOutputType,
    GraphQLSchema,
    get_named_type,
    get_nullable_type,
    is_composite_type,
    is_list_type,
)

from domain.facets import USUAL_VALUES
from domain.lists import LARGEST_SIZE, USUAL_SIZE
from resolvers.formulas import Formula
from resolvers.relations import Linked, Relation
from schema.sources import (
    Buckets,
    Charted,
    Column,
    Computed,
    Constant,
    Custom,
    CustomDefinitions,
    CustomValues,
    Derived,
    Faceting,
    Folded,
    Group,
    Held,
    Identity,
    List,
    Lookup,
    Nodes,
    Ranked,
    Reached,
    Ruled,
    Stated,
    Through,
    Total,
    Viewed,
)

RECORD, PAGE, INSIGHTS, TOTAL, FACET, CUSTOM, CHANGE = 1, 1, 2, 5, 10, 5, 10
CHART = 100
"""A series may have thousands of points, and a heat map is counted from all facts of its window."""
INTROSPECTION = {"__schema": 5_000, "__type": 100}
"""Takes no record, but as long as so many would."""
ASSUMED = 10
"""Records of a relation that has no pages: stages, stays, keys."""
SIZED, DESCRIBED = ("edges", "nodes"), "pageInfo"
"""What shows the records of a page, and what tells of them without showing any."""
_WEIGHTS: Mapping[type[Any], int] = {
    **dict.fromkeys((Buckets, Column, Computed, Constant, Group, Held, Identity, Ruled, Stated), 0),
    **dict.fromkeys((CustomDefinitions, CustomValues, Linked, Relation, Lookup, Nodes, Through), RECORD),
    Derived: 0,
    **dict.fromkeys((Folded, Reached), INSIGHTS),
    **dict.fromkeys((List, Viewed), PAGE),
    Total: TOTAL,
    Faceting: FACET,
    Charted: CHART,
}

DIRECTIVES = f'''
"""
What a field costs for each object that it may give, beside what lies within: 1 if it gives objects, 0 if it gives values, where no weight is told. Of an interface's types, the dearest counts. An operation costs what its fields do, as each answer tells in `extensions.cost`; questions about the schema cost {INTROSPECTION["__schema"]:,} (`__schema`) or {INTROSPECTION["__type"]} (`__type`).
"""
directive @cost(
  """The cost, a number."""
  weight: String!
) on FIELD_DEFINITION

"""
How many objects a field may give, for its cost: as many as the arguments say, {LARGEST_SIZE} at most; else those assumed.
"""
directive @listSize(
  """How many where no argument says it."""
  assumedSize: Int

  """Whether one of the arguments has to be given."""
  requireOneSlicingArgument: Boolean

  """
  The fields of the page which give so many objects each; if none of them is asked for, `{DESCRIBED}` costs what so many would.
  """
  sizedFields: [String!]

  """
  The arguments that say how many: the first of them that is given; of a list, by its length.
  """
  slicingArguments: [String!]
) on FIELD_DEFINITION
'''  # noqa: E501


def source_of(field: GraphQLField) -> Any:
    """Where a field's value comes from, as it declares."""
    definition = field.extensions.get("strawberry-definition")
    return definition.metadata.get("source") if definition else None


def weight_of(schema: GraphQLSchema, kind: GraphQLObjectType, field: GraphQLField) -> int:
    """What a field costs for each object that it may give, wherever it is not a page that says how many.

    A formula that looks other rows up costs what a record does, however many rows these are.
    """
    if kind is schema.mutation_type:
        return CHANGE
    source = source_of(field)
    if isinstance(source, Formula):
        return RECORD if source.reads_others else 0
    return _WEIGHTS.get(type(source), CUSTOM)


def is_many(type_: GraphQLOutputType) -> bool:
    """Whether a list is given."""
    return is_list_type(get_nullable_type(type_) if isinstance(type_, GraphQLNonNull) else type_)


def told(schema: GraphQLSchema) -> Mapping[str, str]:
    """The directives of fields whose cost is not what one would assume, by their place: `Contact.leads`."""
    kinds = [kind for kind in schema.type_map.values() if isinstance(kind, GraphQLObjectType)]
    ours = [kind for kind in kinds if not kind.name.startswith("__")]
    of_all = [field for kind in ours for field in kind.fields.values()]
    pages = {get_named_type(field.type) for field in of_all if isinstance(source_of(field), (List, Viewed))}
    found = {}
    for kind in ours:
        for name, field in kind.fields.items():
            is_sized = kind in pages and name in SIZED
            weight = RECORD if is_sized else weight_of(schema, kind, field)
            if directives := " ".join(_directives(field, weight)):
                found[f"{kind.name}.{name}"] = directives
    return found


def _directives(field: GraphQLField, weight: int) -> Iterator[str]:
    if weight != int(is_composite_type(get_named_type(field.type))):
        yield f'@cost(weight: "{weight}")'
    match source_of(field):
        case List() | Viewed():
            sized = ", ".join(f'"{name}"' for name in SIZED)
            yield (
                f"@listSize(assumedSize: {USUAL_SIZE}, requireOneSlicingArgument: false,"
                f' sizedFields: [{sized}], slicingArguments: ["first", "last"])'
            )
        case Nodes(many=True):
            yield '@listSize(slicingArguments: ["ids"])'
        case Ranked(usual=usual):
            yield f'@listSize(assumedSize: {usual}, slicingArguments: ["first"])'
        case Charted() if is_many(field.type):
            yield '@listSize(assumedSize: 1, slicingArguments: ["of"])'
        case Faceting():
            yield '@listSize(slicingArguments: ["by"])'
        case Buckets():
            yield f"@listSize(assumedSize: {USUAL_VALUES})"
        case Relation() | CustomDefinitions() | Custom() if is_many(field.type):
            yield f"@listSize(assumedSize: {ASSUMED})"
