"""Insights in a plan: figures become sums that are folded into the statement of their owner."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import fields
from datetime import UTC, datetime
from functools import cache
from typing import TYPE_CHECKING, Any, get_type_hints

from domain.insights import CategoryCount, EmailInsights, TypeCount
from domain.interactions import Category, InteractionType, engaging
from domain.refusals import Refused
from domain.scopes import About
from resolvers.identity import to_global
from resolvers.insights import Aggregate, Question
from resolvers.levels import Reach, Sums
from resolvers.relations import Relation
from schema.plan.arguments import Arguments
from schema.plan.code import called
from schema.plan.derived import inlined
from schema.plan.leaves import Unplanned, writer
from schema.plan.planning import Chosen, Planner
from schema.sources import Column, Computed, Group, Identity, Reached

if TYPE_CHECKING:
    from schema.plan.records import RecordPlace

_KINDS: Mapping[str, frozenset[str]] = {f.name: f.metadata["kinds"] for f in fields(EmailInsights)}


def insights_of(owner: RecordPlace, chosen: Chosen) -> str:
    """The insights of a record, for the question that the field's arguments ask."""
    question, arguments = chosen.source.question, owner.planner.arguments(chosen)
    fixed = _fixed(question, arguments)
    ask = owner.planner.ask(
        (lambda variables, now, asks: fixed)
        if fixed
        else (lambda variables, now, asks: planned(question(now, **arguments(variables))))
    )
    place = InsightsPlace(owner, chosen.source.aggregate, ask, fixed)
    return owner.planner.object(chosen.kind, chosen.nodes, place)


def _fixed(question: Callable[..., Question], arguments: Arguments) -> Question | None:
    """The question, where it is the same for every request: neither variables nor the moment matter."""
    if arguments.fixed is not None:
        with suppress(Refused):
            found = question(datetime.now(UTC), **arguments.fixed)
            return None if found.usual else planned(found)
    return None


def planned(question: Question) -> Question:
    """The question, if rows can hold its answer: what is narrowed to facts they cannot."""
    if question.about != About():
        raise Unplanned("narrowed insights are counted from their facts")
    return question


class InsightsPlace:
    """The insights of a record in a row."""

    def __init__(
        self, owner: RecordPlace, aggregate: Aggregate, ask: int, fixed: Question | None = None
    ) -> None:
        self.owner = owner
        self.fixed = fixed
        self.row = owner.row
        self.planner = owner.planner
        self.aggregate = aggregate
        self.ask = ask
        self.types = _types(aggregate.without)
        self._sums: Sums | None = None
        self._reach: Reach | None = None

    def field(self, chosen: Chosen) -> str:
        """The Python that gives a figure."""
        match chosen.source:
            case Group():
                return self.planner.object(chosen.kind, chosen.nodes, EmailPlace(self))
            case Column(attribute) if attribute in FIGURES:
                return FIGURES[attribute](self, chosen)
            case Column("") if chosen.declared.python_name in ("from_at", "to_at"):
                return f"{self.question}.window.{chosen.declared.python_name}"
            case Column(""):
                return self.owner.column(chosen, chosen.declared.python_name)
            case Identity():
                return self.identity()
            case Reached(counts, shown):
                values = ", ".join(self.owner.row + f"[{getattr(self.reach, name)()}]" for name in counts)
                return f"{self.planner.code.name(shown)}({values})"
            case Relation() | Computed():
                return self.owner.field(chosen)
        raise Unplanned(f"{chosen.name} has a resolver of its own")

    def identity(self) -> str:
        """The Python that gives the insights' own id."""
        make, id = self.planner.code.name(to_global), self.owner.value("id")
        return f"{make}({self.aggregate.type_name!r}, {id}, *{self.question}.parts())"

    def at(self, place: int) -> str:
        """The Python that gives what the row holds at a place."""
        return f"{self.row}[{place}]"

    @property
    def question(self) -> str:
        """The Python that gives the question that these insights answer."""
        created = self.aggregate.created
        return f"a[{self.ask}].since({self.owner.value(created)})" if created else f"a[{self.ask}]"

    @property
    def sums(self) -> Sums:
        """The sums, folded into the statement when a figure first needs them."""
        if self._sums is None:
            self._sums = self._above() or self._own()
        return self._sums

    def _own(self) -> Sums:
        owner, ((whose, by), *others) = self.owner, self.aggregate.owners
        sums = Sums(owner.part, self.aggregate.owners, self.aggregate.created)
        owner.step.questions.append(self.ask)
        if self.fixed and by == "id" and not others:
            owner.planner.sums[owner.step.number, owner.part.alias, whose, self.fixed] = sums
        return sums

    def _above(self) -> Sums | None:
        """The parent's sums, where these are the same: those of a contact's leads are the contact's."""
        above = self.owner.above
        if above is None or self.fixed is None or self.aggregate.owners[0] != (above.by, above.column):
            return None
        parent = above.place
        found = self.planner.sums.get((parent.step.number, parent.part.alias, above.by, self.fixed))
        self.row = parent.row if found else self.row
        return found

    @property
    def reach(self) -> Reach:
        """How far marketing reached, folded in when first needed."""
        if self._reach is None:
            self._reach = Reach(self.owner.part)
            self.owner.step.questions.append(self.ask)
        return self._reach


@cache
def _types(without: frozenset[Category]) -> frozenset[str]:
    return frozenset(kind.name for kind in InteractionType if kind.category not in without)


class EmailPlace:
    """The e-mail KPIs in a row: counts are read, rates follow from them."""

    def __init__(self, insights: InsightsPlace) -> None:
        self.insights = insights

    def field(self, chosen: Chosen) -> str:
        """The Python that gives a KPI, or the id of them all."""
        name = chosen.declared.python_name
        if isinstance(chosen.source, Identity):
            make = self.insights.planner.code.name(to_global)
            return f"{make}({chosen.owner.name!r}, {self.insights.identity()})"
        if count := self._count(name):
            return count
        return f"({inlined(EmailInsights, name, self._count, self.insights.planner.code.name)})"

    def _count(self, name: str) -> str | None:
        kinds = _KINDS.get(name)
        return self.insights.at(self.insights.sums.count(kinds)) if kinds else None


class EntryPlace:
    """One entry of a breakdown, of what it counts and how often."""

    def __init__(self, planner: Planner, values: Mapping[str, str], record: type[Any]) -> None:
        self.planner = planner
        self.values = values
        self.record = record

    def field(self, chosen: Chosen) -> str:
        """The Python that gives a field of the entry."""
        name = chosen.declared.python_name
        write = writer(chosen.field.type, get_type_hints(self.record)[name])
        return called(write, self.values[name], self.planner.code)


def _interactions(place: InsightsPlace, chosen: Chosen) -> str:
    return place.at(place.sums.count(place.types))


def _first(place: InsightsPlace, chosen: Chosen) -> str:
    return place.at(place.sums.first(place.types))


def _last(place: InsightsPlace, chosen: Chosen) -> str:
    return place.at(place.sums.last(place.types))


def _last_engagement(place: InsightsPlace, chosen: Chosen) -> str:
    return place.at(place.sums.last(engaging(place.aggregate.without)))


def _by_type(place: InsightsPlace, chosen: Chosen) -> str:
    order = {kind.name: kind.name for kind in InteractionType if kind.name in place.types}
    return _breakdown(place, chosen, "type", order)


def _by_category(place: InsightsPlace, chosen: Chosen) -> str:
    groups = {
        kind.name: category.name
        for category in Category
        for kind in InteractionType
        if kind.category is category and kind.name in place.types
    }
    return _breakdown(place, chosen, "category", groups)


def _breakdown(place: InsightsPlace, chosen: Chosen, name: str, groups: Mapping[str, str]) -> str:
    kinds, ns = place.sums.kinds()
    entry = EntryPlace(place.planner, {name: "k", "count": "n"}, _ENTRIES[name])
    shown = place.planner.object(chosen.kind, chosen.nodes, entry)
    grouped = place.planner.code.name(Grouped(groups))
    return f"[{shown} for k, n in {grouped}({place.at(kinds)}, {place.at(ns)})]"


class Grouped:
    """Adds counts by kind up into groups, in the order of the groups."""

    def __init__(self, groups: Mapping[str, str]) -> None:
        order = {group: place for place, group in enumerate(dict.fromkeys(groups.values()))}
        self._groups = groups
        self._place = order.__getitem__

    def __call__(self, kinds: list[str] | None, ns: list[int] | None) -> list[tuple[str, int]]:
        """The groups that were met, and how often each was."""
        found: dict[str, int] = {}
        for kind, n in zip(kinds or (), ns or (), strict=True):
            group = self._groups.get(kind)
            if group is not None:
                found[group] = found.get(group, 0) + n
        return [(group, found[group]) for group in sorted(found, key=self._place)]


_ENTRIES: Mapping[str, type[Any]] = {"type": TypeCount, "category": CategoryCount}

FIGURES: Mapping[str, Callable[[InsightsPlace, Chosen], str]] = {
    "insights.interactions": _interactions,
    "insights.first_interaction_at": _first,
    "insights.last_interaction_at": _last,
    "insights.last_engagement_at": _last_engagement,
    "insights.by_type": _by_type,
    "insights.by_category": _by_category,
}
"""How each figure of the catalogue follows from sums."""
