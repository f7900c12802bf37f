"""Batches of the plan executor: the rows of one shape for whole sets of keys, in one statement."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple
from uuid import UUID

from db.criteria import scans
from db.database import Reads, Row
from db.insights import Counting
from db.listing import all_of, bounds, counted, cut, filtered, of_parents, one_of, ordered
from db.listings import Listing, Sort
from db.loaders import ROOT, SetBatch
from db.shapes import TABLES, Shape
from db.sql import Args, statement
from domain.lists import Asked

Found = dict[UUID, Any]
"""What a statement found: under each key its row, its rows, or its page."""


class Page(NamedTuple):
    """The rows of a page, and whether there are more to either side."""

    rows: Sequence[Row]
    has_next: bool
    has_previous: bool
    total: int


EMPTY = Page((), False, False, 0)
"""The page of a record that has no list."""


@dataclass(frozen=True)
class Level(SetBatch[Found]):
    """Rows of a shape; `countings` say what counts for its questions."""

    shape: Shape
    countings: tuple[Counting, ...]


@dataclass(frozen=True)
class Records(Level):
    """Each key is the id of one record, or of none."""

    async def fetch(self, reads: Reads, keys: list[UUID]) -> Found:
        args, shape = Args(), self.shape
        record = shape.part.record
        name = f"{record.__name__.lower()}_by_id"
        if record in TABLES:
            source, where = f"{TABLES[record]} t", f"where t.id {one_of(keys, args)}"
        else:
            args.append(keys)
            source, where = f"({statement(name)}) t", ""
        text = f"select {shape.select} from {source} {shape.joined(self.countings, args)} {where}"
        return {row[0]: row for row in await reads.rows(name, *args, text=text)}


@dataclass(frozen=True)
class Known(Level):
    """One record that a statement finds the id of: by an address, by another system's key."""

    query: str
    values: tuple[str, ...]

    async def fetch(self, reads: Reads, keys: list[UUID]) -> Found:
        args, shape = Args(self.values), self.shape
        id = f"(select known.id from ({statement(self.query)}) known)"
        source = f"{TABLES[shape.part.record]} t {shape.joined(self.countings, args)}"
        text = f"select {shape.select} from {source} where t.id = {id}"
        rows = await reads.rows(f"{shape.part.record.__name__.lower()}_known", *args, text=text)
        return {ROOT: rows[0]} if rows else {}


@dataclass(frozen=True)
class Rows(Level):
    """Each key has any number of rows, in the statement's order; the row's first value is the key."""

    query: str

    async def fetch(self, reads: Reads, keys: list[UUID]) -> Found:
        args, shape = Args([keys]), self.shape
        joined = shape.joined(self.countings, args)
        source, order = statement(self.query), ""
        if joined:
            source, order = f"select *, row_number() over () as place from ({source}) t", "order by t.place"
        text = f"select {shape.select} from ({source}) t {joined} {order}"
        found: Found = {}
        for row in await reads.rows(self.query, *args, text=text):
            found.setdefault(row[0], []).append(row)
        return found


@dataclass(frozen=True)
class PagesOf(Level):
    """Each key is a parent with a page of its own; the root is a parent too.

    A row holds the shape's values, then its value in the order, then whose it is, then the total: as far as
    each is asked for.
    """

    listing: Listing
    by: str | None
    asked: Asked
    rows: bool
    cursors: bool
    total: bool

    @property
    def name(self) -> str:
        """The name under which the statement is known."""
        listed = f"{self.listing.name} by {self.by}" if self.by else self.listing.name
        return listed if self.rows else f"total {listed}"

    async def fetch(self, reads: Reads, keys: list[UUID]) -> Found:
        args = Args()
        text = self._statement(keys, args)
        rows = await reads.rows(self.name, *args, text=text)
        if not self.rows:
            totals = {row[-2] if len(row) > 1 else keys[0]: row[-1] for row in rows}
            return {key: EMPTY._replace(total=totals.get(key, 0)) for key in keys}
        if len(keys) == 1:
            return {keys[0]: self._page(rows)}
        place = self.shape.width + self.cursors
        found: defaultdict[UUID, list[Row]] = defaultdict(list)
        for row in rows:
            found[row[place]].append(row)
        pages: Found = dict.fromkeys(keys, self._page(()))
        pages.update((key, self._page(some)) for key, some in found.items())
        return pages

    def _statement(self, keys: list[UUID], args: Args) -> str:
        listing, asked = self.listing, self.asked
        parent = listing.parents[self.by] if self.by else None
        of = [*of_parents(listing, self.by, keys, args), *filtered(listing, asked, args)]
        many = parent if len(keys) > 1 else None
        if not self.rows:
            bounds(asked, listing.sorts[asked.sort], Args())
            return counted(listing, of, many)
        if self.total and not many and asked.where is not None and scans(asked.where):
            return self._read_once(of, args)
        total = counted(listing, of, many) if self.total else None
        where = [*of, *bounds(asked, listing.sorts[asked.sort], args)]
        if not (many or total or self.shape.joins):
            return self._flat(where)
        return self._placed(where, many, total, args)

    @property
    def _value(self) -> str:
        return self.listing.sorts[self.asked.sort].expression

    def _flat(self, where: Sequence[str]) -> str:
        value = f", {self._value}" if self.cursors else ""
        source = f"{self.listing.source} {all_of(where)} {ordered(self.asked, self._value)}"
        return f"select {self.shape.select}{value} from {source} limit {self.asked.size + 1}"

    def _read_once(self, of: Sequence[str], args: Args) -> str:
        """Page and total of what only a walk over many rows can find: they share the walk."""
        shape, value = self.shape, self._value
        found = f"select {shape.columns}, {value} as sort_value from {self.listing.source} {all_of(of)}"
        sort = Sort("t.sort_value", self.listing.sorts[self.asked.sort].type)
        order, where = ordered(self.asked, "t.sort_value"), all_of(bounds(self.asked, sort, args))
        page = f"(select * from found t {where} {order} limit {self.asked.size + 1}) t"
        select = ", ".join([shape.select, *(["t.sort_value"] if self.cursors else []), "total.n"])
        joined = shape.joined(self.countings, args)
        total = "(select count(*) as n from found) total"
        around = f"with found as materialized ({found}) select {select} from {total}"
        return f"{around} left join {page} on true {joined} {order}"

    def _placed(self, where: Sequence[str], many: str | None, total: str | None, args: Args) -> str:
        """Limit first, then join: the page's rows in a subselect, what is folded in around it."""
        tail, only = ["t.sort_value"] if self.cursors else [], ""
        source = f"select {self.shape.columns}, {self._value} as sort_value"
        rest = f"from {self.listing.source} {all_of(where)}"
        if many:
            place = f"row_number() over (partition by {many} {ordered(self.asked, self._value)}) as place"
            source = f"({source}, {many} as parent_key, {place} {rest}) t"
            only = f" and t.place <= {self.asked.size}"
            on, order = f"t.place <= {self.asked.size + 1}", "order by t.place"
            tail.append("total.parent_key" if total else "t.parent_key")
        else:
            source = f"({source} {rest} {ordered(self.asked, self._value)} limit {self.asked.size + 1}) t"
            on, order = "true", ordered(self.asked, "t.sort_value")
        if total:
            both = f"{on} and t.parent_key = total.parent_key" if many else on
            source, on = f"({total}) total left join {source} on {both}", "true"
            tail.append("total.n")
        select = ", ".join([self.shape.select, *tail])
        joined = self.shape.joined(self.countings, args, only)
        return f"select {select} from {source} {joined} where {on} {order}"

    def _page(self, rows: Sequence[Row]) -> Page:
        total = rows[0][-1] if self.total and rows else 0
        if rows and rows[0][0] is None:
            rows = ()
        return Page(*cut(self.asked, rows), total)
