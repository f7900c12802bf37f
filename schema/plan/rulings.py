"""What rules of the domain decide about a record, in a plan: made of its columns, for what arguments ask."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, Any

from schema.plan.derived import function_of, reads
from schema.plan.leaves import Unplanned, hints
from schema.plan.planning import Chosen, Planner
from schema.sources import Column

if TYPE_CHECKING:
    from schema.plan.records import RecordPlace


def ruling(place: RecordPlace, chosen: Chosen) -> str:
    """The object that a method of the record gives."""
    source, planner, record = chosen.source, place.planner, place.part.record
    needs, arguments = reads(record, source.method, hints(record)), planner.arguments(chosen)
    ask = planner.ask(lambda variables, now, asks: source.asked(**arguments(variables)))
    values = ", ".join([*map(place.held, needs), f"a[{ask}]"])
    decided = f"{planner.code.name(function_of(record, source.method, needs))}({values})"
    write = planner.code.function("v", planner.object(chosen.kind, chosen.nodes, RulingPlace(planner)))
    return f"{write}({decided})"


class RulingPlace:
    """An object of the domain, whose attributes are shown."""

    def __init__(self, planner: Planner) -> None:
        self.planner = planner

    def field(self, chosen: Chosen) -> str:
        """The Python that gives an attribute's value."""
        match chosen.source:
            case Column(attribute):
                name = attribute or chosen.declared.python_name
                return f"{self.planner.code.name(_told)}(v.{name})"
        raise Unplanned(f"{chosen.name} is no part of what was decided")


def _told(value: Any) -> Any:
    return value.name if isinstance(value, Enum) else value
