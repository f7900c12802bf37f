"""Custom fields in a plan: what records hold in them, and the fields themselves, of one statement for all."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, get_args, get_origin, get_type_hints

from domain.custom_fields import CustomField, CustomFieldEntity, CustomFields
from domain.custom_values import CustomFieldValue
from resolvers.custom_fields import custom_definitions, fields_of, values
from resolvers.levels import ROOT, Level, Shape
from schema.plan.code import called
from schema.plan.leaves import Unplanned, bare, global_id, writer
from schema.plan.levels import Asks, Root, Step, by_key
from schema.plan.planning import Chosen, Planner
from schema.sources import Column, Held, Identity

if TYPE_CHECKING:
    from schema.plan.records import RecordPlace


class HeldPlace:
    """An object that is in hand already, under a name, with all that it holds."""

    def __init__(self, planner: Planner, kind: type[Any], name: str) -> None:
        self.planner = planner
        self.kind = kind
        self.name = name

    def field(self, chosen: Chosen) -> str:
        """The Python that gives a field's value."""
        match chosen.source:
            case Identity():
                make = self.planner.code.name(global_id(chosen.owner.name))
                return f"{make}({self.name}.id)"
            case Column(attribute):
                return self._leaf(chosen, attribute or chosen.declared.python_name)
            case Held(attribute):
                return self._objects(chosen, attribute)
        raise Unplanned(f"{chosen.name} has a resolver of its own")

    def _leaf(self, chosen: Chosen, attribute: str) -> str:
        hint, value = _hint(self.kind, attribute), f"{self.name}.{attribute}"
        shown = bare(hint)[0]
        if shown == tuple[str, ...]:
            return value
        write = writer(chosen.field.type, hint)
        if isinstance(write, dict):
            return f"{self.planner.code.name(write)}[{value}.name]"
        return called(write, value, self.planner.code)

    def _objects(self, chosen: Chosen, attribute: str) -> str:
        hint, value = bare(_hint(self.kind, attribute))[0], f"{self.name}.{attribute}"
        if get_origin(hint) is not tuple:
            return self.planner.object(chosen.kind, chosen.nodes, HeldPlace(self.planner, hint, value))
        one = f"{self.name.replace('.', '_')}_"
        place = HeldPlace(self.planner, get_args(hint)[0], one)
        return f"[{self.planner.object(chosen.kind, chosen.nodes, place)} for {one} in {value}]"


def _hint(kind: type[Any], attribute: str) -> Any:
    """The type of what an object holds, or of what follows from it."""
    member = getattr(kind, attribute)
    return get_type_hints(member.fget if isinstance(member, property) else kind)[
        "return" if isinstance(member, property) else attribute
    ]


def values_of(place: RecordPlace, chosen: Chosen) -> str:
    """What a record holds in its custom fields."""
    planner, entity = place.planner, chosen.source.entity
    arguments = planner.arguments(chosen)
    ask = planner.ask(lambda variables, now, asks: arguments(variables).get("names"))
    shown = planner.object(chosen.kind, chosen.nodes, HeldPlace(planner, CustomFieldValue, "v"))
    make = planner.code.name(partial(_values, entity))
    found = f"f[{_step(planner).number}][{planner.code.name(ROOT)}]"
    return f"[{shown} for v in {make}({found}, {place.value('id')}, {place.value('custom')}, a[{ask}])]"


def _values(entity: CustomFieldEntity, fields: CustomFields, *record: Any) -> Any:
    return values(fields, entity, *record)


def definitions(planner: Planner, chosen: Chosen) -> str:
    """The custom fields of a kind of record."""
    arguments = planner.arguments(chosen)
    ask = planner.ask(lambda variables, now, asks: arguments(variables))
    shown = planner.object(chosen.kind, chosen.nodes, HeldPlace(planner, CustomField, "c"))
    found = f"f[{_step(planner).number}][{planner.code.name(ROOT)}]"
    return f"[{shown} for c in {planner.code.name(_asked)}({found}, **a[{ask}])]"


def _asked(fields: CustomFields, entity: Any, with_retired: bool = False) -> list[CustomField]:
    return fields_of(fields, entity, with_retired)


def _step(planner: Planner) -> Step:
    """The statement that reads all custom fields, one for the plan."""
    if planner.definitions is None:
        planner.definitions = planner.step(Shape(CustomField), _made, by_key)
        planner.roots.append(Root(planner.definitions))
    return planner.definitions


def _made(step: Step, asks: Asks) -> Level:
    return custom_definitions()
