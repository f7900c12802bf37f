"""Batches of the plan executor: the rows of one shape for whole sets of keys, in one statement."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple
from uuid import UUID

from db.criteria import scans
from db.database import Reads, Row
from db.insights import Counting
from db.listing import all_of, bounds, conditions, counted, cut, many_pages, one_of, one_page, value_of
from db.listings import Listing
from db.loaders import ROOT, SetBatch
from db.orders import any_of, ordered
from db.search import searched, source_of, walk_of
from db.shapes import TABLES, Shape
from db.sql import Args, statement
from domain.lists import Asked, Precision, Total

Found = dict[UUID, Any]
"""What a statement found: under each key its row, its rows, or its page."""


class Page(NamedTuple):
    """The rows of a page, and whether there are more to either side."""

    rows: Sequence[Row]
    has_next: bool
    has_previous: bool
    total: Total


EMPTY = Page((), False, False, Total(0, Precision.EXACT))
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
        name = f"{TABLES.get(record, record.__name__.lower())}_by_id"
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
        args, asked = Args(), self.asked
        listing = await searched(reads, self.listing, asked)
        text = self._statement(listing, keys, args)
        rows = await reads.rows(self.name, *args, text=text)
        if not self.rows:
            totals = {row[-2] if len(row) > 1 else keys[0]: row[-1] for row in rows}
            return {key: EMPTY._replace(total=self._total(totals.get(key, 0))) for key in keys}
        if len(keys) == 1:
            return {keys[0]: self._page(rows)}
        place = self.shape.width + self.cursors
        found: defaultdict[UUID, list[Row]] = defaultdict(list)
        for row in rows:
            found[row[place]].append(row)
        pages: Found = dict.fromkeys(keys, self._page(()))
        pages.update((key, self._page(some)) for key, some in found.items())
        return pages

    def _statement(self, listing: Listing, keys: list[UUID], args: Args) -> str:
        asked = self.asked
        parent = listing.parents[self.by] if self.by else None
        source, where = (
            source_of(listing, self.by, asked, args),
            conditions(listing, self.by, asked, keys, args),
        )
        many = parent if len(keys) > 1 else None
        walk = walk_of(listing, self.by, asked, args)
        if not self.rows:
            bounds(listing, asked, Args())
            return counted(listing, source, where, many, walk)
        dear = asked.where is not None and scans(asked.where, listing.record)
        seeks = walk is not None and bool(walk.words)
        if self.total and not many and not seeks and (dear or listing.found == "alike"):
            return self._read_once(listing, source, where, args)
        total = counted(listing, source, where, many, walk) if self.total else None
        found = bounds(listing, asked, args)
        if not (many or total or self.shape.is_more_than_columns or len(found) != 1 or walk):
            value = f", {value_of(listing, asked)}" if self.cursors else ""
            return one_page(f"{self.shape.select}{value}", source, where, listing, asked, found)
        select = f"{self.shape.columns}, {value_of(listing, asked)} as sort_value"
        if many:
            place = many_pages(f"{select}, {many} as parent_key", source, where, listing, asked, found, many)
            return self._placed(place, "", total, args)
        page = one_page(select, source, where, listing, asked, found, walk)
        return self._placed(page, ordered(asked, listing.sorts[asked.sort], "t.sort_value"), total, args)

    def _read_once(self, listing: Listing, source: str, where: Sequence[str], args: Args) -> str:
        """Page and total of what is dear to find, by a walk over many rows say: they share it."""
        shape, sort = self.shape, listing.sorts[self.asked.sort]
        found = f"select {shape.columns}, {sort.expression} as sort_value from {source} {all_of(where)}"
        order = ordered(self.asked, sort, "t.sort_value")
        bound = any_of(bounds(listing, self.asked, args, "t.sort_value"))
        page = f"(select * from found t where {bound} {order} limit {self.asked.size + 1}) t"
        select = ", ".join([shape.select, *(["t.sort_value"] if self.cursors else []), "total.n"])
        joined = shape.joined(self.countings, args)
        total = "(select count(*) as n from found) total"
        around = f"with found as materialized ({found}) select {select} from {total}"
        return f"{around} left join {page} on true {joined} {order}"

    def _placed(self, page: str, order: str, total: str | None, args: Args) -> str:
        """Limit first, then join: the page's rows in a subselect, what is folded in around it.

        The rows of many parents have places instead of an order.
        """
        tail, on, only = ["t.sort_value"] if self.cursors else [], "true", ""
        source = f"({page}) t"
        if not order:
            only = f" and t.place <= {self.asked.size}"
            on, order = f"t.place <= {self.asked.size + 1}", "order by t.place"
            tail.append("total.parent_key" if total else "t.parent_key")
        if total:
            both = f"{on} and t.parent_key = total.parent_key" if only else on
            source, on = f"({total}) total left join {source} on {both}", "true"
            tail.append("total.n")
        select = ", ".join([self.shape.select, *tail])
        joined = self.shape.joined(self.countings, args, only)
        return f"select {select} from {source} {joined} where {on} {order}"

    def _page(self, rows: Sequence[Row]) -> Page:
        total = self._total(rows[0][-1] if self.total and rows else 0)
        if rows and rows[0][0] is None:
            rows = ()
        return Page(*cut(self.asked, rows), total)

    def _total(self, number: int) -> Total:
        return Total.of(number, self.asked.search is not None)
