"""A whole plan: what an operation asks for, its steps, and the writer of its answer."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from graphql import GraphQLObjectType, OperationDefinitionNode
from strawberry.schema.base import BaseSchema

from resolvers.context import Context
from resolvers.identity import uuid_of
from resolvers.levels import ROOT, Known, Level, Records, Shape
from resolvers.lookups import NODES, Key
from schema.plan import custom
from schema.plan.arguments import Arguments, Ask, asked
from schema.plan.code import Write, written
from schema.plan.leaves import Unplanned
from schema.plan.levels import Asks, Root, Step, by_key
from schema.plan.lists import list_at_root
from schema.plan.nodes import NodesRoot
from schema.plan.planning import Chosen, Planner, chosen_at_root
from schema.plan.records import record_writer
from schema.plan.running import run_all
from schema.plan.selections import Fields, Selections
from schema.plan.variables import Variables
from schema.sources import CustomDefinitions, List, Lookup, Nodes


@dataclass(frozen=True)
class Plan:
    """How to answer an operation, for given values of what its directives depend on."""

    asks: Sequence[Ask]
    steps: int
    roots: Sequence[Root]
    nodes: Sequence[NodesRoot]
    write: Write
    alone: Root | None
    """The only statement, where there is but one: nothing is beside it that could share it."""

    async def run(self, context: Context, variables: Variables) -> Any:
        """The operation's data."""
        asks = asked(self.asks, variables, context.now)
        if self.alone is not None:
            level = self.alone.step.make(self.alone.step, asks)
            return self.write([await level.fetch(context.reads, list(self.alone.keys(asks)))], asks)
        found = await run_all(context, self.roots, self.nodes, asks, self.steps)
        return self.write(found, asks)


def plan(schema: BaseSchema, operation: OperationDefinitionNode, selections: Selections) -> Plan:
    """The plan of a query; raises `Unplanned` where none can be made."""
    kind = selections.schema.query_type
    assert kind is not None
    fields: Fields = {}
    selections.collect(kind, operation.selection_set, fields, set())
    planner = Planner(schema, selections)
    nodes: list[NodesRoot] = []
    shown = {key: _root(planner, kind, one, nodes) for key, one in chosen_at_root(kind, fields).items()}
    write = planner.code.compile(written(shown))
    steps = len(planner.steps) + len(nodes)
    alone = planner.roots[0] if steps == len(planner.roots) == 1 else None
    return Plan(planner.asks, steps, planner.roots, nodes, write, alone)


def _root(planner: Planner, kind: GraphQLObjectType, chosen: Chosen | None, nodes: list[NodesRoot]) -> str:
    if chosen is None:
        return repr(kind.name)
    match chosen.source:
        case List():
            step, shown = list_at_root(planner, chosen)
            planner.roots.append(Root(step))
            return shown
        case CustomDefinitions():
            return custom.definitions(planner, chosen)
        case Lookup():
            return _lookup(planner, chosen)
        case Nodes():
            nodes.append(NodesRoot(planner, chosen))
            return f"f[-{len(nodes)}]"
    raise Unplanned(f"{chosen.name} has a resolver of its own")


def _lookup(planner: Planner, chosen: Chosen) -> str:
    source = chosen.source
    ask = planner.ask(_key(source, planner.arguments(chosen)))
    record = NODES[source.type_name].record
    make = partial(_known, type_name=source.type_name, ask=ask)
    step = planner.step(Shape(record), make, by_key, keyed_by_id=True)
    planner.roots.append(Root(step, ask))
    write = record_writer(planner, step, chosen.kind, chosen, alone=True)
    return f"{write}(f[{step.number}].get(a[{ask}].id or {planner.code.name(ROOT)}), f, a)"


def _key(source: Lookup, arguments: Arguments) -> Ask:
    """What asks for the key; a plain id is the usual one, and goes a shorter way."""
    name = arguments.variable("by", "id")
    type_name = source.type_name

    def ask(variables: Variables, now: datetime, asks: Asks) -> Key:
        id = variables.coerced.get(name) if name else None
        return Key(uuid_of(id, type_name)) if id else source.key(**arguments(variables))

    return ask


def _known(step: Step, asks: Asks, type_name: str, ask: int) -> Level:
    key: Key = asks[ask]
    countings = step.countings(asks)
    if key.email is not None:
        return Known(step.shape, countings, "contact_ids_by_email", (key.email,))
    if key.source_key is not None:
        source, text = key.source_key
        return Known(step.shape, countings, "ids_by_source_key", (source, type_name.lower(), text))
    return Records(step.shape, countings)
