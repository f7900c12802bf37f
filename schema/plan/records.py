"""Records in a plan: their columns, groups, relations, lists and insights."""

from collections.abc import Sequence
from enum import Enum
from functools import partial
from operator import attrgetter
from typing import Any, NamedTuple, get_args, get_type_hints

from graphql import FieldNode, GraphQLInterfaceType, GraphQLObjectType

from resolvers.formulas import Formula
from resolvers.levels import TABLES, Deals, First, Many, One, Part, Records, Rows, Shape
from resolvers.relations import Relation
from schema.plan import custom, lists, sums
from schema.plan.code import called
from schema.plan.derived import function_of, reads
from schema.plan.leaves import Unplanned, bare, global_id, hints, leaf, member_of, needed, stating, writer
from schema.plan.levels import Asks, Step, by_key, by_list
from schema.plan.planning import MOST_JOINS, Chosen, Kind, Planner
from schema.plan.rulings import ruling
from schema.plan.variants import variant_of
from schema.sources import (
    Column,
    Computed,
    Constant,
    CustomValues,
    Folded,
    Group,
    Held,
    Identity,
    List,
    Ruled,
    Stated,
    Through,
)


def _name_of(member: Enum | None) -> str | None:
    """How the graph writes a choice that a method has made."""
    return member.name if member is not None else None


class Above(NamedTuple):
    """Where the parent of the records of a page is, and the column by which they hold its id."""

    place: "RecordPlace"
    by: str
    column: str


class RecordPlace:
    """A record in a row; `alone` where the statement reads one record and not a page of them."""

    def __init__(
        self, planner: Planner, step: Step, part: Part, row: str, *, alone: bool, above: Above | None = None
    ) -> None:
        self.planner = planner
        self.above = above
        self.step = step
        self.part = part
        self.row = row
        self.alone = alone

    def field(self, chosen: Chosen) -> str:
        """The Python that gives the field's value."""
        match chosen.source:
            case Column(attribute):
                return self.column(chosen, attribute or chosen.declared.python_name)
            case Computed(method):
                return self._computed(method)
            case Ruled():
                return ruling(self, chosen)
            case Formula(kind=kind):
                return self._leaf(chosen, kind, self.part.formula(chosen.source))
            case Group():
                return self.planner.object(chosen.kind, chosen.nodes, self)
            case Identity(type_name):
                make = self.planner.code.name(global_id(type_name or chosen.owner.name))
                return f"{make}({self.value('id')})"
            case Constant(value):
                return repr(value.name)
            case Stated(stated):
                return called(stating(chosen.field.type, stated), "q", self.planner.code)
        return self._beyond(chosen)

    def _beyond(self, chosen: Chosen) -> str:
        """The same, of what lies in other rows, or is made of several values."""
        match chosen.source:
            case Relation():
                return self.relation(chosen)
            case Through(related, attribute):
                return self._through(chosen, related, attribute)
            case List():
                return lists.list_of(self, chosen)
            case Held(attribute):
                return self._objects(chosen, attribute)
            case CustomValues():
                return custom.values_of(self, chosen)
            case Folded():
                return sums.insights_of(self, chosen)
        raise Unplanned(f"{chosen.name} has a resolver of its own")

    def variant(self, kind: GraphQLInterfaceType, nodes: Sequence[FieldNode]) -> str:
        """The Python that writes the record as what a column says that it is."""
        return variant_of(self, kind, nodes)

    def _through(self, chosen: Chosen, related: Relation, attribute: str) -> str:
        """What the record that this one is related to holds."""
        assert isinstance(related.batch, One)
        part = self.part.one(related.batch.record, related.by)
        place = RecordPlace(self.planner, self.step, part, self.row, alone=self.alone)
        return place.column(chosen, attribute)

    def value(self, column: str) -> str:
        """The Python that gives a column's value."""
        return f"{self.row}[{self.part.column(column)}]"

    def held(self, column: str) -> str:
        """The Python that gives what the record holds: of a choice its member, for a rule that reads it."""
        make = member_of(hints(self.part.record)[column])
        return called(make, self.value(column), self.planner.code)

    def column(self, chosen: Chosen, attribute: str) -> str:
        """The value of a column, or of what follows from columns."""
        code, known = self.planner.code, hints(self.part.record)
        head, _, tail = attribute.partition(".")
        if tail:
            table = {member.name: attrgetter(tail)(member).name for member in bare(known[head])[0]}
            return f"{code.name(table)}[{self.value(head)}]"
        if head not in known:
            return self._derived(chosen, head)
        as_text, *_ = leaf(chosen.field, known[head])
        place = self.part.text(head) if as_text else self.part.column(head)
        return self._leaf(chosen, known[head], place)

    def _leaf(self, chosen: Chosen, hint: Any, place: int) -> str:
        """What the row holds at a place, of that type."""
        code, (_, write, may_lack) = self.planner.code, leaf(chosen.field, hint)
        value = called(write, f"{self.row}[{place}]", code)
        return f"{code.name(needed)}({value})" if may_lack else value

    def _computed(self, method: str) -> str:
        record, code = self.part.record, self.planner.code
        needs = reads(record, method, hints(record))
        now = self.planner.ask(lambda variables, now, asks: now)
        values = ", ".join([*map(self.held, needs), f"a[{now}]"])
        value = f"{code.name(function_of(record, method, needs))}({values})"
        shown, _ = bare(get_type_hints(getattr(record, method))["return"])
        return called(_name_of, value, code) if isinstance(shown, type) and issubclass(shown, Enum) else value

    def _derived(self, chosen: Chosen, name: str) -> str:
        record = self.part.record
        needs = reads(record, name, hints(record))
        shown = bare(get_type_hints(getattr(record, name).fget)["return"])[0]
        values = ", ".join(map(self.held, needs))
        value = f"{self.planner.code.name(function_of(record, name, needs))}({values})"
        if issubclass(shown, Enum):
            return f"{value}.name"
        return called(writer(chosen.field.type, shown), value, self.planner.code)

    def _objects(self, chosen: Chosen, name: str) -> str:
        """Objects that a property of the record makes of its columns."""
        record, one = self.part.record, f"{self.row}_"
        needs = reads(record, name, hints(record))
        made, _ = get_args(get_type_hints(getattr(record, name).fget)["return"])
        place = custom.HeldPlace(self.planner, made, one)
        make = self.planner.code.name(function_of(record, name, needs))
        objects = f"{make}({', '.join(map(self.held, needs))})"
        return f"[{self.planner.object(chosen.kind, chosen.nodes, place)} for {one} in {objects}]"

    def relation(self, chosen: Chosen) -> str:
        """The record or records that this one is related to."""
        related: Relation = chosen.source
        match related.batch:
            case One(record):
                if self._folds(record, chosen):
                    return self._folded(record, chosen)
                return self._batched(record, chosen)
            case Many(record, query, by):
                return self._many(record, query, by, chosen)
            case First(record, query, by):
                return self._first(record, query, by, chosen)
            case Deals():
                return self._deals(related.batch, chosen)
        raise Unplanned(f"{chosen.name} is related in its own way")

    def _folds(self, record: type[Any], chosen: Chosen) -> bool:
        if record not in TABLES or self.part.shape.joins >= MOST_JOINS:
            return False
        return self.alone or not _has_sums(self.planner, chosen)

    def _folded(self, record: type[Any], chosen: Chosen) -> str:
        part = self.part.one(record, chosen.source.by)
        place = RecordPlace(self.planner, self.step, part, self.row, alone=self.alone)
        shown = self.planner.object(chosen.kind, chosen.nodes, place)
        missing = f"{self.planner.code.name(needed)}(None)" if chosen.never_null else "None"
        return f"({missing} if {place.value('id')} is None else {shown})"

    def _batched(self, record: type[Any], chosen: Chosen) -> str:
        step = self.planner.step(Shape(record), records_made, by_key, keyed_by_id=True)
        self.follow(step, chosen.source.by)
        write = record_writer(self.planner, step, chosen.kind, chosen, alone=False)
        value = f"{write}(f[{step.number}].get({self.value(chosen.source.by)}), f, a)"
        return f"{self.planner.code.name(needed)}({value})" if chosen.never_null else value

    def _many(self, record: type[Any], query: str, by: str, chosen: Chosen) -> str:
        step = self.planner.step(Shape(record, by), partial(rows_made, query=query), by_list)
        self.follow(step, chosen.source.by)
        row = f"r{step.number}"
        place = RecordPlace(self.planner, step, step.shape.part, row, alone=False)
        shown = self.planner.object(chosen.kind, chosen.nodes, place)
        return f"[{shown} for {row} in f[{step.number}].get({self.value(chosen.source.by)}, ())]"

    def _first(self, record: type[Any], query: str, by: str, chosen: Chosen) -> str:
        step = self.planner.step(Shape(record, by), partial(rows_made, query=query), by_list)
        self.follow(step, chosen.source.by)
        write = record_writer(self.planner, step, chosen.kind, chosen, alone=False)
        return f"{write}(f[{step.number}].get({self.value(chosen.source.by)}, (None,))[0], f, a)"

    def _deals(self, batch: Deals, chosen: Chosen) -> str:
        step = self.planner.step(
            Shape(batch.record, "owner_id"), partial(rows_made, query=batch.query), by_list
        )
        self.follow(step, chosen.source.by)
        row, code = f"r{step.number}", self.planner.code
        place = RecordPlace(self.planner, step, step.shape.part, row, alone=False)
        write = code.function(f"{row}, f, a", self.planner.object(chosen.kind, chosen.nodes, place))
        usual = code.later(lambda: [step.shape.row_of(batch.record())])
        return f"{write}(f[{step.number}].get({self.value(chosen.source.by)}, {usual})[0], f, a)"

    def follow(self, step: Step, by: str, unless: tuple[int, ...] = ()) -> None:
        """Lets a step read on from this record's column `by`, unless other columns have values."""
        step.key, step.unless = self.part.column(by), unless
        self.step.following.append(step)


def record_writer(planner: Planner, step: Step, kind: Kind, chosen: Chosen, *, alone: bool) -> str:
    """The name of the function that writes the step's record, or None where there is no row."""
    row = f"r{step.number}"
    place = RecordPlace(planner, step, step.shape.part, row, alone=alone)
    shown = planner.object(kind, chosen.nodes, place)
    return planner.code.function(f"{row}, f, a", f"None if {row} is None else {shown}")


def records_made(step: Step, asks: Asks) -> Records:
    """The batch of records by id."""
    return Records(step.shape, step.countings(asks))


def rows_made(step: Step, asks: Asks, query: str) -> Rows:
    """The batch of a named statement's rows."""
    return Rows(step.shape, step.countings(asks), query)


def _has_sums(planner: Planner, chosen: Chosen) -> bool:
    if not isinstance(chosen.kind, GraphQLObjectType):
        return False
    fields = planner.chosen(chosen.kind, chosen.nodes).values()
    return any(isinstance(field.source, Folded) for field in fields if field is not None)
