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
    where = [
        *of_parents(listing, by, keys, args),
        *filtered(listing, asked, args),
        *bounds(asked, sort, args),
    ]
    select = f"{columns(listing.record, 't')}, {sort.expression} as sort_value"
    order, limit = ordered(asked, sort.expression), asked.size + 1
    if by is None:
        return f"select {select} from {listing.source} {all_of(where)} {order} limit {limit}", args
    parent = listing.parents[by]
    if len(keys) == 1:
        text = f"select {select}, {parent} as parent_key from {listing.source} {all_of(where)}"
        return f"{text} {order} limit {limit}", args
    place = f"row_number() over (partition by {parent} {order}) as place"
    inner = f"select {select}, {parent} as parent_key, {place} from {listing.source} {all_of(where)}"
    return f"select * from ({inner}) placed where place <= {limit} order by parent_key, place", args


def total_statement(
    listing: Listing, by: str | None, asked: Asked, keys: Sequence[UUID]
) -> tuple[str, list[Any]]:
    """The statement that counts the whole list for each key, or for the root."""
    args = Args()
    where = [*of_parents(listing, by, keys, args), *filtered(listing, asked, args)]
    return counted(listing, where, listing.parents[by] if by else None), args


def counted(listing: Listing, where: Sequence[str], parent: str | None) -> str:
    """The statement that counts what the conditions hold, for each parent or in all."""
    source = f"from {listing.source} {all_of(where)}"
    if parent is None:
        return f"select count(*) as n {source}"
    return f"select {parent} as parent_key, count(*) as n {source} group by {parent}"


def to_page(listing: Listing, asked: Asked, rows: Sequence[Row]) -> Page:
    """The page that these rows are; one row more than asked for says that there is more."""
    shown, has_next, has_previous = cut(asked, rows)
    cursor = cursors_of(listing, asked)
    return Page(
        records=tuple(to_record(listing.record, row) for row in shown),
        cursors=tuple(cursor(row["sort_value"], row["id"]) for row in shown),
        has_next=has_next,
        has_previous=has_previous,
    )


def cut(asked: Asked, rows: Sequence[Row]) -> tuple[Sequence[Row], bool, bool]:
    """The rows that a page shows, in its order, and whether there are more after and before it."""
    more = len(rows) > asked.size
    shown = rows[: asked.size] if more else rows
    if asked.backwards:
        return shown[::-1], asked.before is not None, more
    return shown, more, asked.after is not None


def ordered(asked: Asked, value: str) -> str:
    """The order in which rows are read: from the end, where the page is asked for from there."""
    direction = "desc" if asked.descending != asked.backwards else "asc"
    return f"order by {value} {direction}, t.id {direction}"


def of_parents(listing: Listing, by: str | None, keys: Sequence[UUID], args: Args) -> list[str]:
    """The conditions of what is listed at all, and of whose it is."""
    found = [listing.condition] if listing.condition != "true" else []
    if by is not None:
        found.append(f"{listing.parents[by]} {one_of(keys, args)}")
    return found


def one_of(keys: Sequence[UUID], args: Args) -> str:
    """The condition that an id is one of the keys."""
    return f"= {args.add(keys[0], 'uuid')}" if len(keys) == 1 else f"= any({args.add(list(keys), 'uuid[]')})"


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


def all_of(conditions: Sequence[str]) -> str:
    """The clause that all of the conditions hold."""
    return f"where {' and '.join(conditions)}" if conditions else ""
