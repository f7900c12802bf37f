"""Keyset pages of a listing, forwards and backwards, for the root or for many parents in one statement."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from db.criteria import condition
from db.cursors import cursors
from db.database import Row
from db.listings import Listing, Sort
from db.orders import Range, along, any_of, ordered, ranges
from db.rows import columns, to_record
from db.search import Walk, has_words, order_name, source_of, type_of, walk_of
from db.sql import Args
from domain.lists import MOST_FOUND, Asked


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
    source, where = source_of(listing, by, asked, args), conditions(listing, by, asked, keys, args)
    found, walk = bounds(listing, asked, args), walk_of(listing, by, asked, args)
    select = f"{columns(listing.record, 't')}, {value_of(listing, asked)} as sort_value"
    if by is None:
        return one_page(select, source, where, listing, asked, found, walk), args
    parent = listing.parents[by]
    select = f"{select}, {parent} as parent_key"
    if len(keys) == 1:
        return one_page(select, source, where, listing, asked, found), args
    inner = many_pages(select, source, where, listing, asked, found, parent)
    text = f"select * from ({inner}) placed where place <= {asked.size + 1} order by parent_key, place"
    return text, args


def one_page(
    select: str,
    source: str,
    where: Sequence[str],
    listing: Listing,
    asked: Asked,
    found: Sequence[Range],
    walk: Walk | None = None,
) -> str:
    """The statement of one page; of two ranges and of a walk, `sort_value` is among what is selected.

    The second range is read only where the first does not fill the page.
    """
    if not found:
        return f"select {select} from {source} where false"
    sort = listing.sorts[asked.sort]
    if not sort.indexed and listing.is_table:
        return gathered(select, source, where, listing, asked, found)
    if walk is not None and not walk.words:
        text = gathered(select, source, where, listing, asked, found, apart=True)
        return walked(text, select, where, asked, sort, found[0], walk)

    def read(one: Range) -> str:
        rest = f"{along(asked, sort, among=one)} limit {asked.size + 1}"
        text = f"select {select} from {source} {all_of([*where, *one])} {rest}"
        return text if walk is None else walked(text, select, where, asked, sort, one, walk)

    if len(found) == 1:
        return read(found[0])
    rest = read([*found[1], f"(select count(*) from begun) <= {asked.size}"])
    both = f"(select * from begun union all ({rest})) t {ordered(asked, sort, 't.sort_value')}"
    return f"with begun as materialized ({read(found[0])}) select * from {both} limit {asked.size + 1}"


def gathered(
    select: str,
    source: str,
    where: Sequence[str],
    listing: Listing,
    asked: Asked,
    found: Sequence[Range],
    *,
    apart: bool = False,
) -> str:
    """The statement of a page that is taken of all that is meant, which is looked at once.

    Ids are sorted, and the page's records read then: to carry whole records along takes half as long again.
    What is found `apart` is not read along the order, where it might be a row here and there.
    """
    sort = listing.sorts[asked.sort]
    order, bound = ordered(asked, sort), [any_of(found)] if asked.after or asked.before else []
    ids = f"select t.id, {sort.expression} as value from {source} {all_of([*where, *bound])}"
    if apart:
        ids = f"select t.id from ({ids} offset 0) t {ordered(asked, sort, 't.value')}"
    else:
        ids = f"{ids} {order}"
    first = f"({ids} limit {asked.size + 1}) first"
    return f"select {select} from {first} join {listing.source} on t.id = first.id {order}"


def walked(
    text: str, select: str, where: Sequence[str], asked: Asked, sort: Sort, bound: Range, walk: Walk
) -> str:
    """The statement that finds a page on a short walk, or as `text` does where the walk was too short.

    It was not where it filled the page; nor where it came to the end of what is searched, for `text` is dear
    there however little is left.
    """
    way = f"{walk.table} {all_of(bound)} {along(asked, sort, among=bound)} limit {walk.most}"
    rows = f"(select t.*, {sort.expression} as walk_value from {way}) t"
    rest = f"{along(asked, sort, 't.walk_value', bound)} limit {asked.size + 1}"
    page = f"select {select} from {rows} {all_of([*where, *walk.words])} {rest}"
    enough = f"(select count(*) from page) > {asked.size}"
    if walk.words:
        enough += f" or (select count(*) from (select from {way}) way) < {walk.most}"
    either = "select * from page where (select yes from enough)"
    either += f" union all select * from ({text}) other where not (select yes from enough)"
    parts = f"with page as materialized ({page}), enough as materialized (select {enough} as yes)"
    return f"{parts} select * from ({either}) t {ordered(asked, sort, 't.sort_value')}"


def many_pages(
    select: str,
    source: str,
    where: Sequence[str],
    listing: Listing,
    asked: Asked,
    found: list[Range],
    parent: str,
) -> str:
    """The statement that gives the rows of many parents their places."""
    order = ordered(asked, listing.sorts[asked.sort])
    place = f"row_number() over (partition by {parent} {order}) as place"
    bound = any_of(found)
    return f"select {select}, {place} from {source} {all_of([*where, *([bound] if bound != 'true' else [])])}"


def total_statement(
    listing: Listing, by: str | None, asked: Asked, keys: Sequence[UUID]
) -> tuple[str, list[Any]]:
    """The statement that counts the whole list for each key, or for the root."""
    args = Args()
    source, where = source_of(listing, by, asked, args), conditions(listing, by, asked, keys, args)
    walk = walk_of(listing, by, asked, args)
    return counted(listing, source, where, listing.parents[by] if by else None, walk), args


def counted(
    listing: Listing, source: str, where: Sequence[str], parent: str | None, walk: Walk | None = None
) -> str:
    """The statement that counts what is meant, for each parent or in all; of a search a bounded number."""
    rest = f"from {source} {all_of(where)}"
    if parent is not None:
        return f"select {parent} as parent_key, count(*) as n {rest} group by {parent}"
    if walk is not None and walk.found and not where:
        return f"select {walk.found} as n offset 0"
    if listing.found:
        return f"select count(*) as n from (select {rest} limit {MOST_FOUND + 1}) found"
    return f"select count(*) as n {rest}"


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


def conditions(listing: Listing, by: str | None, asked: Asked, keys: Sequence[UUID], args: Args) -> list[str]:
    """The conditions of what is listed at all, of whose it is, and of what is asked of it."""
    found = [listing.condition] if listing.condition != "true" else []
    if by is not None:
        found.append(f"{listing.parents[by]} {one_of(keys, args)}")
    for name, value in asked.filters:
        args.append(list(value) if isinstance(value, tuple) else value)
        found.append(listing.filters[name].format(f"${len(args)}"))
    if asked.where is not None:
        found.append(condition(asked.where, listing.record, "t", args.add))
    return [*found, *has_words(listing, by, asked, args)]


def one_of(keys: Sequence[UUID], args: Args) -> str:
    """The condition that an id is one of the keys."""
    return f"= {args.add(keys[0], 'uuid')}" if len(keys) == 1 else f"= any({args.add(list(keys), 'uuid[]')})"


def bounds(listing: Listing, asked: Asked, args: Args, value: str | None = None) -> list[Range]:
    """The ranges that the cursors leave."""
    return ranges(asked, listing.sorts[asked.sort], order_name(listing, asked), args, value)


def value_of(listing: Listing, asked: Asked) -> str:
    """The value that rows are ordered by."""
    return listing.sorts[asked.sort].expression


def cursors_of(listing: Listing, asked: Asked) -> Callable[[Any, UUID], str]:
    """What makes the cursors of the list, under the order that is asked for."""
    return cursors(order_name(listing, asked), type_of(listing, asked))


def all_of(conditions: Sequence[str]) -> str:
    """The clause that all of the conditions hold."""
    return f"where {' and '.join(conditions)}" if conditions else ""
