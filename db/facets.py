"""Counts by group as SQL: what is meant is found once and counted by every facet, in one statement."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any, cast

from db.database import Reads, Row
from db.formulas import FORMULAS
from db.listing import all_of, conditions
from db.listings import Listing
from db.search import searched, source_of
from db.sql import Args
from domain.facets import Bucket, Counted
from domain.fields import Field
from domain.lists import MOST_FOUND, Asked
from domain.options import Option

_MISSING, _SHOWN, _OTHERS, _ALL = range(4)
"""What a row counts: records without a value, with this one, with none that is shown; all of them."""


@dataclass(frozen=True)
class Counting:
    """How many records of a list hold which values: of each field, so many of the most frequent."""

    listing: Listing
    fields: tuple[Field, ...]
    asked: Asked
    values: int

    async def fetch(self, reads: Reads) -> list[Counted]:
        """The counts, in the order of the fields."""
        listing, args = await searched(reads, self.listing, self.asked), Args()
        text = self._statement(listing, args)
        rows = await reads.rows(f"facets of {listing.name}", *args, text=text)
        found: list[list[Row]] = [[] for _ in self.fields]
        number = 0
        for row in rows:
            if row["part"] == _ALL:
                number = row["n"]
            else:
                found[row["facet"]].append(row)
        more = listing.found == "many" and number > MOST_FOUND
        return [_counted(field, some, more) for field, some in zip(self.fields, found, strict=True)]

    def _statement(self, listing: Listing, args: Args) -> str:
        """What is counted is found once; of a search as many as its list counts, and one more."""
        values = ", ".join(
            f"{_expression(listing.record, one)} as v{at}" for at, one in enumerate(self.fields)
        )
        source, where = (
            source_of(listing, None, self.asked, args),
            conditions(listing, None, self.asked, (), args),
        )
        bound = f" limit {MOST_FOUND + 1}" if listing.found == "many" else ""
        found = f"found as materialized (select {values} from {source} {all_of(where)}{bound})"
        most = args.add(self.values, "int")
        parts = [
            _several(at, most) if one.several else _single(at, most) for at, one in enumerate(self.fields)
        ]
        every = f"select 0 as facet, null::text as value, {_ALL} as part, count(*) as n from found"
        return f"with {found} {' union all '.join([every, *parts])}"


def _expression(record: type[Any], field: Field) -> str:
    formula = FORMULAS.get(record, {}).get(field.name)
    return f"t.{field.name}" if formula is None else formula.on(lambda name: f"t.{name}")


_PLACE = 'row_number() over (partition by {0} is null order by count(*) desc, {0}::text collate "C")'


def _single(at: int, most: str) -> str:
    """The counts of a field that has one value: the most frequent, the rest together, and those without."""
    held, place = f"v{at}", _PLACE.format(f"v{at}")
    groups = f"select {held}::text as value, count(*) as n, {place} as place from found group by {held}"
    part = f"case when value is null then {_MISSING} when place <= {most} then {_SHOWN} else {_OTHERS} end"
    value = f"case when place <= {most} then value end"
    parts = f"select {part} as part, {value} as value, n from ({groups}) groups"
    return f"select {at} as facet, value, part, sum(n)::bigint as n from ({parts}) parts group by value, part"


def _several(at: int, most: str) -> str:
    """The counts of a field that has several values: a record counts once for each of them.

    What records hold is counted first: of all lists that they might, few differ.
    """
    kinds = f"select v{at}::text[] as held, count(*) as n from found group by v{at}"
    each = "kinds cross join lateral (select distinct unnest(held) as value) each"
    place = 'row_number() over (order by sum(n) desc, value collate "C") as place'
    groups = f"select value, sum(n)::bigint as n, {place} from {each} group by value"
    shown = f"select value, n from groups where place <= {most}"
    part = f"case when cardinality(held) > 0 then {_OTHERS} else {_MISSING} end"
    listed = "(select coalesce(array_agg(value), '{}') from shown)"
    rest = f"select null, {part}, sum(n)::bigint from kinds where {_NONE} or not held <@ {listed} group by 2"
    parts = f"with kinds as ({kinds}), groups as ({groups}), shown as ({shown})"
    parts = f"{parts} select value, {_SHOWN} as part, n from shown union all {rest}"
    return f"select {at} as facet, value, part, n from ({parts}) parts"


_NONE = "held is null or cardinality(held) = 0"


def _counted(field: Field, rows: Sequence[Row], more: bool) -> Counted:
    """The counts that these rows are: the most frequent first."""
    read = _reader(field.kind)
    shown = sorted((-row["n"], row["value"]) for row in rows if row["part"] == _SHOWN)
    rest = {row["part"]: row["n"] for row in rows if row["part"] != _SHOWN}
    buckets = tuple(Bucket(read(value), -count) for count, value in shown)
    return Counted(field, buckets, rest.get(_OTHERS, 0), rest.get(_MISSING, 0), more)


def _reader(kind: Any) -> Callable[[str], Any]:
    """What makes the value that a record holds of its text."""
    if kind is bool:
        return lambda text: text == "true"
    if isinstance(kind, type) and issubclass(kind, Option):
        codes = {str(int(option)): option for option in kind}
        return codes.__getitem__
    if isinstance(kind, type) and issubclass(kind, Enum):
        return lambda text: kind[text]
    return cast(Callable[[str], Any], kind)
