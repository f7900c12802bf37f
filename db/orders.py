"""The orders of lists as SQL: where a page begins, in ranges that an index serves each by itself.

Where a value may be missing, no comparison of rows finds what comes after a cursor. So what has a value and
what has none are two ranges, read one after the other along the same index, from either end.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from db.cursors import from_cursor, not_a_cursor
from db.listings import Sort
from db.sql import Args
from domain.lists import Asked
from domain.refusals import Code, Refused

Range = list[str]
"""The conditions that hold for all of a range, and for nothing else."""
TOO_MANY = -1
"""The rank of what was not ranked, for there is too much of it."""


@dataclass(frozen=True)
class Place:
    """Where a cursor stands: `later` where what it bounds comes after it in the order of the list."""

    value: Any
    id: UUID
    later: bool


def ordered(asked: Asked, sort: Sort, value: str | None = None) -> str:
    """The order in which rows are read: from the end, where the page is asked for from there."""
    direction = "desc" if asked.descending != asked.backwards else "asc"
    if sort.by_id:
        return f"order by t.id {direction}"
    nulls = ""
    if sort.nullable:
        nulls = " nulls first" if asked.nulls_first != asked.backwards else " nulls last"
    return f"order by {value or sort.expression} {direction}{nulls}, t.id {direction}"


def along(asked: Asked, sort: Sort, value: str | None = None, among: Sequence[str] = ()) -> str:
    """The order within one range, as an index has it."""
    direction = "desc" if asked.descending != asked.backwards else "asc"
    if sort.by_id or (sort.partial and f"{sort.expression} is null" in among):
        return f"order by t.id {direction}"
    return f"order by {value or sort.expression} {direction}, t.id {direction}"


def ranges(asked: Asked, sort: Sort, order: str, args: Args, value: str | None = None) -> list[Range]:
    """The ranges that the page may come from, in the order in which they are read."""
    places, value = list(_places(asked, sort, order)), value or sort.expression
    if not sort.nullable:
        return [[_beyond(asked, sort, value, place, args) for place in places]]
    found = []
    for empty in (False, True) if asked.nulls_first == asked.backwards else (True, False):
        bounds = [_of_range(asked, sort, value, place, empty, args) for place in places]
        if None not in bounds:
            own = f"{value} is {'null' if empty else 'not null'}"
            found.append([own, *(bound for bound in bounds if bound)])
    return found


def any_of(found: Sequence[Range]) -> str:
    """The one condition that a row lies in any of the ranges."""
    texts = [" and ".join(one) or "true" for one in found]
    return texts[0] if len(texts) == 1 else f"({' or '.join(f'({text})' for text in texts) or 'false'})"


def _places(asked: Asked, sort: Sort, order: str) -> Iterator[Place]:
    for name, cursor, later in (("after", asked.after, True), ("before", asked.before, False)):
        if cursor is not None:
            value, id = from_cursor(cursor, order, sort.type, name)
            if value is None and not sort.nullable:
                raise not_a_cursor(name)
            if sort.ranked and (value == TOO_MANY) != sort.by_id:
                message = "The search now finds so many more or fewer records that they are in another order"
                raise Refused(Code.INVALID, f"{message} than this cursor's: begin without a cursor.", name)
            yield Place(value, id, later)


def _beyond(asked: Asked, sort: Sort, value: str, place: Place, args: Args) -> str:
    sign = ">" if place.later != asked.descending else "<"
    if sort.by_id:
        return f"t.id {sign} {args.add(place.id, 'uuid')}"
    return f"({value}, t.id) {sign} ({args.add(place.value, sort.type)}, {args.add(place.id, 'uuid')})"


def _of_range(asked: Asked, sort: Sort, value: str, place: Place, empty: bool, args: Args) -> str | None:
    """What bounds a range at a place: nothing where all of it lies beyond; None where none of it does."""
    if (place.value is None) != empty:
        range_is_first = empty == asked.nulls_first
        return None if range_is_first == place.later else ""
    if not empty:
        return _beyond(asked, sort, value, place, args)
    return f"t.id {'>' if place.later != asked.descending else '<'} {args.add(place.id, 'uuid')}"
