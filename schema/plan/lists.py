"""Lists in a plan: pages, their edges and nodes, where they lie, and how many there are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from resolvers.levels import EMPTY, ROOT, PagesOf, Shape, cursors_of
from resolvers.lists import Listed
from schema.plan import records
from schema.plan.leaves import Unplanned, small
from schema.plan.levels import Asks, Step, by_page
from schema.plan.planning import Chosen, Planner
from schema.sources import Total

if TYPE_CHECKING:
    from schema.plan.records import RecordPlace


@dataclass
class Paging:
    """How a step reads the pages of a list: which parts of a page are asked for."""

    listed: Listed
    ask: int
    rows: bool = False
    cursors: bool = False
    total: bool = False

    def __call__(self, step: Step, asks: Asks) -> PagesOf:
        """The batch of pages."""
        listing, by = self.listed.listing, self.listed.by
        asked, countings = asks[self.ask], step.countings(asks)
        return PagesOf(step.shape, countings, listing, by, asked, self.rows, self.cursors, self.total)


def list_of(place: RecordPlace, chosen: Chosen) -> str:
    """A page of a list that the record has: of the first one whose parent it has."""
    source, planner = chosen.source, place.planner
    alternatives = source.lists if isinstance(source.lists, tuple) else (source.lists,)
    ask = _ask(planner, chosen)
    value = planner.code.name(EMPTY)
    before: tuple[int, ...] = ()
    written_: list[tuple[str, str]] = []
    for listed in alternatives:
        step, write = _page(planner, listed, ask, chosen, place)
        place.follow(step, listed.key, before)
        before = (*before, place.part.column(listed.key))
        key = place.value(listed.key)
        written_.append((key, f"{write}(f[{step.number}].get({key}, {value}), f, a, {place.row})"))
    *first, (_, last) = written_
    for key, page in reversed(first):
        last = f"({page} if {key} is not None else {last})"
    return last


def list_at_root(planner: Planner, chosen: Chosen) -> tuple[Step, str]:
    """A page of a list that has no parent."""
    step, write = _page(planner, chosen.source.lists, _ask(planner, chosen), chosen)
    return step, f"{write}(f[{step.number}][{planner.code.name(ROOT)}], f, a)"


def _ask(planner: Planner, chosen: Chosen) -> int:
    asked, arguments = chosen.source.asked, planner.arguments(chosen)
    return planner.ask(lambda variables, now, asks: asked(**arguments(variables)))


def _page(
    planner: Planner, listed: Listed, ask: int, chosen: Chosen, parent: RecordPlace | None = None
) -> tuple[Step, str]:
    paging = Paging(listed, ask)
    step = planner.step(Shape(listed.listing.record), paging, by_page)
    place = PagePlace(planner, step, paging, _above(listed, parent))
    shown = planner.object(chosen.kind, chosen.nodes, place)
    if not paging.cursors:
        return step, planner.code.function("p, f, a, o=None", shown)
    cursor = planner.ask(lambda variables, now, asks: cursors_of(listed.listing, asks[ask]))
    return step, planner.code.function("p, f, a, o=None", shown, f"cursor = a[{cursor}]")


def _above(listed: Listed, parent: RecordPlace | None) -> records.Above | None:
    if parent is None or listed.by is None or listed.key != "id":
        return None
    place = records.RecordPlace(parent.planner, parent.step, parent.part, "o", alone=parent.alone)
    return records.Above(place, listed.by, listed.listing.parents[listed.by].removeprefix("t."))


class PagePlace:
    """A page while it is written."""

    def __init__(self, planner: Planner, step: Step, paging: Paging, above: records.Above | None) -> None:
        self.planner = planner
        self.above = above
        self.step = step
        self.paging = paging
        self.row = f"r{step.number}"

    def field(self, chosen: Chosen) -> str:
        """The Python that gives a field of the connection."""
        if isinstance(chosen.source, Total):
            self.paging.total = True
            return self.planner.object(chosen.kind, chosen.nodes, CountPlace(self.planner))
        self.paging.rows = True
        place: Any
        match chosen.declared.python_name:
            case "page_info":
                return self.planner.object(chosen.kind, chosen.nodes, PageInfoPlace(self))
            case "nodes":
                place = self.node()
            case "edges":
                place = EdgePlace(self)
            case _:
                raise Unplanned(f"{chosen.name} is no part of a page")
        return f"[{self.planner.object(chosen.kind, chosen.nodes, place)} for {self.row} in p.rows]"

    def node(self) -> RecordPlace:
        """The record of a row."""
        part = self.step.shape.part
        return records.RecordPlace(self.planner, self.step, part, self.row, alone=False, above=self.above)

    def cursor(self, row: str) -> str:
        """The Python that gives a row's cursor."""
        self.paging.cursors = True
        width = self.planner.code.later(lambda: self.step.shape.width)
        return f"cursor({row}[{width}], {row}[0])"


class EdgePlace:
    """A record of a page, with its cursor."""

    def __init__(self, page: PagePlace) -> None:
        self.page = page

    def field(self, chosen: Chosen) -> str:
        """The Python that gives a field of the edge."""
        if chosen.declared.python_name == "cursor":
            return self.page.cursor(self.page.row)
        return self.page.planner.object(chosen.kind, chosen.nodes, self.page.node())


class PageInfoPlace:
    """Where a page lies in its list."""

    def __init__(self, page: PagePlace) -> None:
        self.page = page

    def field(self, chosen: Chosen) -> str:
        """The Python that gives a field of the page's place."""
        match chosen.declared.python_name:
            case "has_next_page":
                return "p.has_next"
            case "has_previous_page":
                return "p.has_previous"
            case "start_cursor":
                return f"({self.page.cursor('p.rows[0]')} if p.rows else None)"
            case "end_cursor":
                return f"({self.page.cursor('p.rows[-1]')} if p.rows else None)"
        raise Unplanned(f"{chosen.name} is no part of a page")


class CountPlace:
    """How many records a list has."""

    def __init__(self, planner: Planner) -> None:
        self.planner = planner

    def field(self, chosen: Chosen) -> str:
        """The Python that gives a field of the count."""
        match chosen.declared.python_name:
            case "value":
                return f"{self.planner.code.name(small)}(p.total.value)"
            case "precision":
                return "p.total.precision.name"
        raise Unplanned(f"{chosen.name} is no part of a count")
