"""`node` and `nodes` in a plan: an object's type stands in its id, so each type has a plan of its own."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from graphql import GraphQLInterfaceType, GraphQLObjectType

from resolvers import identity, insights
from resolvers.context import Context
from resolvers.levels import Shape
from resolvers.lookups import INSIGHTS, NODES
from schema.plan.arguments import Ask, asked
from schema.plan.code import Write
from schema.plan.levels import Asks, Root, Step, by_key
from schema.plan.planning import Chosen, Planner
from schema.plan.records import RecordPlace, records_made
from schema.plan.running import at_once, run
from schema.plan.sums import InsightsPlace, planned
from schema.plan.variables import Variables


@dataclass(frozen=True)
class Typed:
    """How to read and write the objects of one type, by id."""

    asks: Sequence[Ask]
    steps: Sequence[Step]
    roots: Sequence[Root]
    write: Write


class NodesRoot:
    """Objects of any types by their global ids; a type is planned when an id first names it."""

    def __init__(self, planner: Planner, chosen: Chosen) -> None:
        self._schema = planner.schema
        self._selections = planner.selections
        self._nodes = chosen.nodes
        self._many = chosen.source.many
        self._typed: dict[str, Typed] = {}
        source, arguments = chosen.source, planner.arguments(chosen)
        self._ask = planner.ask(lambda variables, now, asks: (source.ids(**arguments(variables)), variables))

    async def run(self, context: Context, asks: Asks) -> Any:
        """The objects, in the order of their ids."""
        ids, variables = asks[self._ask]
        known = [_split(id) for id in ids]
        groups: defaultdict[tuple[str, tuple[str, ...]], dict[UUID, None]] = defaultdict(dict)
        for type_name, parts, key in known:
            groups[type_name, parts][key] = None
        found: dict[tuple[str, tuple[str, ...], UUID], Any] = {}

        async def one(type_name: str, parts: tuple[str, ...], keys: tuple[UUID, ...]) -> None:
            shown = await self._shown(context, type_name, parts, keys, variables)
            found.update({(type_name, parts, key): value for key, value in zip(keys, shown, strict=True)})

        await at_once([one(*group, tuple(keys)) for group, keys in groups.items()])
        values = [found[place] for place in known]
        return values if self._many else values[0]

    async def _shown(
        self,
        context: Context,
        type_name: str,
        parts: tuple[str, ...],
        keys: tuple[UUID, ...],
        variables: Variables,
    ) -> list[Any]:
        typed = self._typed.get(type_name)
        if typed is None:
            typed = self._typed[type_name] = self._plan(type_name)
        asks = asked(typed.asks, variables, context.now)
        if type_name in INSIGHTS:
            asks[0] = planned(insights.question_of(list(parts), context.now, ":".join(parts)))
        found: list[Any] = [{}] * len(typed.steps)
        beside = [run(context, root.step, root.keys(asks), asks, found) for root in typed.roots]
        await at_once([run(context, typed.steps[0], keys, asks, found), *beside])
        return [typed.write(found[0].get(key), found, asks) for key in keys]

    def _plan(self, type_name: str) -> Typed:
        planner = Planner(self._schema, self._selections)
        kind = self._selections.schema.type_map[type_name]
        assert isinstance(kind, GraphQLObjectType | GraphQLInterfaceType)
        batch, aggregate = INSIGHTS.get(type_name, (NODES.get(type_name), None))
        if batch is None:
            raise identity.not_an_id(type_name)
        step = planner.step(Shape(batch.record), records_made, by_key, keyed_by_id=True)
        place: Any = RecordPlace(planner, step, step.shape.part, "r0", alone=not self._many)
        if aggregate is not None:
            place = InsightsPlace(place, aggregate, planner.ask(lambda variables, now, asks: None))
        shown = planner.object(kind, self._nodes, place)
        write = planner.code.compile(f"None if r0 is None else {shown}", "r0, f, a")
        return Typed(planner.asks, planner.steps, planner.roots, write)


def _split(id: str) -> tuple[str, tuple[str, ...], UUID]:
    type_name, parts = identity.from_global(id)
    if type_name not in NODES and type_name not in INSIGHTS:
        raise identity.not_an_id(id)
    rest = tuple(parts[1:]) if type_name in INSIGHTS else ()
    return type_name, rest, identity.to_uuid(parts[0], id)
