"""Keyset pages of a listing, forwards and backwards, for the root or for many parents in one statement."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from db.criteria import condition
from db.cursors import cursors, from_cursor
from db.database import Row
from db.listings import Listing, Sort
from db.rows import columns, to_record
from db.sql import Args
from domain.lists import Asked


@dataclass(frozen=True, slots=True)
class Page:
    """Records of one list with their cursors, and whether there are more to either side."""

    records: tuple[Any, ...]
    cursors: tuple[str, ...]
    has_next: bool
    has_previous: bool


def page_statement(
    listing: Listing, by: str | None, asked: Asked, keys: Sequence[UUID]
) -> tuple[str, list[Any]]:
    """The statement that reads one page for each key, or for the root where `by` is None."""
    args = Args()
    sort = listing.sorts[asked.sort]
    descending = asked.descending != asked.backwards
    direction = "desc" if descending else "asc"
    where = [listing.condition, *filtered(listing, asked, args), *bounds(asked, sort, args)]
    select = f"{columns(listing.record, 't')}, {sort.expression} as sort_value"
    order = f"{sort.expression} {direction}, t.id {direction}"
    limit = args.add(asked.size + 1, "int")
    if by is None:
        return (
            f"select {select} from {listing.source} where {_all(where)} order by {order} limit {limit}",
            args,
        )
    parent = listing.parents[by]
    if len(keys) == 1:
        where.append(f"{parent} = {args.add(keys[0], 'uuid')}")
        text = f"select {select}, {parent} as parent_key from {listing.source} where {_all(where)}"
        return f"{text} order by {order} limit {limit}", args
    where.append(f"{parent} = any({args.add(list(keys), 'uuid[]')})")
    place = f"row_number() over (partition by {parent} order by {order}) as place"
    inner = f"select {select}, {parent} as parent_key, {place} from {listing.source} where {_all(where)}"
    return f"select * from ({inner}) placed where place <= {limit} order by parent_key, place", args


def total_statement(
    listing: Listing, by: str | None, asked: Asked, keys: Sequence[UUID]
) -> tuple[str, list[Any]]:
    """The statement that counts the whole list for each key, or for the root."""
    args = Args()
    where = [listing.condition, *filtered(listing, asked, args)]
    if by is None:
        return f"select count(*) as n from {listing.source} where {_all(where)}", args
    parent = listing.parents[by]
    where.append(f"{parent} = any({args.add(list(keys), 'uuid[]')})")
    select = f"select {parent} as parent_key, count(*) as n from {listing.source}"
    return f"{select} where {_all(where)} group by {parent}", args


def to_page(listing: Listing, asked: Asked, rows: Sequence[Row]) -> Page:
    """The page that these rows are; one row more than asked for says that there is more."""
    more = len(rows) > asked.size
    shown = list(rows[: asked.size])
    if asked.backwards:
        shown.reverse()
    cursor = cursors_of(listing, asked)
    return Page(
        records=tuple(to_record(listing.record, row) for row in shown),
        cursors=tuple(cursor(row["sort_value"], row["id"]) for row in shown),
        has_next=asked.before is not None if asked.backwards else more,
        has_previous=more if asked.backwards else asked.after is not None,
    )


def cursors_of(listing: Listing, asked: Asked) -> Callable[[Any, UUID], str]:
    """What makes the cursors of the list, under the order that is asked for."""
    return cursors(order_name(asked), listing.sorts[asked.sort].type)


def order_name(asked: Asked) -> str:
    """The order as cursors know it."""
    return f"{asked.sort} {'DESC' if asked.descending else 'ASC'}"


def filtered(listing: Listing, asked: Asked, args: Args) -> list[str]:
    """The conditions of the filters and criteria."""
    found = []
    for name, value in asked.filters:
        args.append(list(value) if isinstance(value, tuple) else value)
        found.append(listing.filters[name].format(f"${len(args)}"))
    if asked.where is not None:
        found.append(condition(asked.where, listing.record, "t", args.add))
    return found


def bounds(asked: Asked, sort: Sort, args: Args) -> list[str]:
    """The conditions of the cursors."""
    found = []
    for cursor, later in ((asked.after, not asked.descending), (asked.before, asked.descending)):
        if cursor is not None:
            value, id = from_cursor(cursor, order_name(asked), sort.type)
            left, right = args.add(value, sort.type), args.add(id, "uuid")
            found.append(f"({sort.expression}, t.id) {'>' if later else '<'} ({left}, {right})")
    return found


def _all(conditions: Sequence[str]) -> str:
    return " and ".join(conditions)
