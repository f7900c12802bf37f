"""Lists in the graph: Relay connections, and the field that shows one."""

from collections.abc import Callable
from datetime import datetime
from enum import Enum
from functools import cache
from typing import Annotated, Any, Generic, TypeVar

import strawberry
from strawberry import UNSET

from domain.custom_fields import sort_by
from domain.interactions import InteractionType
from domain.lists import (
    MOST_SEARCHED,
    AccountSort,
    Asked,
    ContactSort,
    Direction,
    LeadSort,
    Nulls,
    Precision,
)
from domain.refusals import Code, Refused
from domain.windows import Window
from resolvers import lists
from resolvers.lists import Lists
from schema.filters import to_criterion
from schema.graph import argument, choice, column, declared, described
from schema.sources import List, Total

N = TypeVar("N")


@described
class PageInfo:
    """Where a page lies in its list."""

    has_next_page: bool = column("Whether there are records after this page.")
    has_previous_page: bool = column("Whether there are records before this page.")
    start_cursor: str | None = column("The cursor of the first record; null on an empty page.")
    end_cursor: str | None = column("The cursor of the last record; null on an empty page.")


choice(Precision)
choice(Nulls)


@described
class Count:
    """How many records a list has, and how far that can be trusted."""

    value: int = column("The number of records.")
    precision: Precision = column("How far the number can be trusted.")


@described
class Edge(Generic[N]):
    """One record of a list, with the cursor to go on from it."""

    cursor: str = column("Marks this record's place in the list, under the order that it was read in.")
    node: N = column("The record.")


@described
class Connection(Generic[N]):
    """One page of a list."""

    edges: list[Edge[N]] = column("The records, each with its cursor.")
    nodes: list[N] = column("The records alone.")
    page_info: PageInfo = column("Where the page lies in the list.")
    total_count: Count = declared(
        "How many records the whole list has; counted only when asked for.", Total(), lists.total
    )


First = Annotated[
    int | None, argument("How many records, from the start or after `after`: 1 to 100, usually 25.")
]
After = Annotated[str | None, argument("The cursor after which the page begins.")]
Last = Annotated[int | None, argument("How many records, from the end or before `before`: 1 to 100.")]
Before = Annotated[str | None, argument("The cursor before which the page ends.")]


Search = Annotated[
    str | None,
    argument(
        "Words to find records by: all of them, the last as the beginning of a word, in any order, in any"
        " of the texts that a record is known by; capitals and accents make no difference. Where no record"
        " has them, the hundred whose names are most alike are found. Without `orderBy` the best come first:"
        " the name itself, all words in the name, then the rest. More than 5,000 are not ranked but in order"
        f" of id. At most {MOST_SEARCHED} characters; of blanks alone, all records are listed."
    ),
]


@cache
def order_input(sort: type[Enum]) -> type[Any]:
    """The input that names an order of a list, made from what it can be ordered by."""
    name = sort.__name__.removesuffix("Sort")
    members = {
        "__annotations__": {"field": sort, "direction": Direction, "nulls": Nulls},
        "field": strawberry.field(description="What to order by."),
        **(_custom_order() if sort in _CUSTOM else {}),
        "direction": strawberry.field(description="Which end comes first.", default=Direction.ASC),
        "nulls": strawberry.field(
            description="Where records without a value are, whatever the direction.", default=Nulls.LAST
        ),
    }
    cls = type(f"{name}Order", (), members)
    if sort in _CUSTOM:
        cls.__annotations__ |= {"field": sort | None, "custom_field": str | None}
    return strawberry.input(cls, description=f"The order of a list of this kind: {name.lower()}.")


_CUSTOM: tuple[type[Enum], ...] = (AccountSort, ContactSort, LeadSort)
"""The orders of what custom fields can be added to."""


def _custom_order() -> dict[str, Any]:
    """The members of an order that may be by a custom field: exactly one of them is given."""
    of = "What to order by; either this or `customField` has to be given."
    custom = "The name of the custom field to order by; either this or `field` has to be given."
    return {
        "field": strawberry.field(description=of, default=UNSET),
        "custom_field": strawberry.field(description=custom, default=UNSET),
    }


def _sort_of(order_by: Any) -> str:
    """What a list is to be in the order of; refuses what is not exactly one thing."""
    sort, name = _given(order_by.field), _given(getattr(order_by, "custom_field", None))
    if (sort is None) is (name is None):
        raise Refused(Code.INVALID, "Order by exactly one of `field` and `customField`.", "orderBy")
    return str(sort.name) if name is None else sort_by(name)


def listed(
    words: str, source: Lists, where: type[Any], order: type[Any], usual: Enum, *, descending: bool = False
) -> Any:
    """A field that shows a list of records, as pages: those meant, in any order that the list knows."""
    asked = asked_of(lists.Order(usual.name, descending))
    end = "latest" if descending else "smallest"
    given_where: Any = Annotated[where | None, argument("Which records are meant; all where not given.")]
    given_order: Any = Annotated[
        order | None, argument(f"The order; {usual.name}, {end} first, where not given.")
    ]
    if not _is_searched(source):
        return declared(words, List(source, asked), _resolver(source, asked, given_where, given_order))

    async def resolve(
        root: Any,
        info: strawberry.Info,
        first: First = UNSET,
        after: After = UNSET,
        last: Last = UNSET,
        before: Before = UNSET,
        where: given_where = UNSET,
        search: Search = UNSET,
        order_by: given_order = UNSET,
    ) -> Any:
        page = asked(where, order_by, search, first=first, after=after, last=last, before=before)
        return await lists.find(source, root, info, page)

    return declared(words, List(source, asked), resolve)


def _resolver(source: Lists, asked: Callable[..., Asked], where_: Any, order: Any) -> Callable[..., Any]:
    """The resolver of a list that cannot be searched."""

    async def resolve(
        root: Any,
        info: strawberry.Info,
        first: First = UNSET,
        after: After = UNSET,
        last: Last = UNSET,
        before: Before = UNSET,
        where: where_ = UNSET,
        order_by: order = UNSET,
    ) -> Any:
        page = asked(where, order_by, first=first, after=after, last=last, before=before)
        return await lists.find(source, root, info, page)

    return resolve


def asked_of(usual: lists.Order) -> Callable[..., Asked]:
    """What makes of a list's arguments which page is asked for."""

    def asked(where: Any = UNSET, order_by: Any = UNSET, search: Any = UNSET, **page: Any) -> Asked:
        words = lists.sought(_given(search))
        order = lists.relevance() if words else usual
        if order_by:
            falling, nulls_first = order_by.direction is Direction.DESC, order_by.nulls is Nulls.FIRST
            order = lists.Order(_sort_of(order_by), falling, nulls_first)
        ends = {name: _given(value) for name, value in page.items()}
        return lists.to_asked(order, **ends, where=to_criterion(where), search=words)

    return asked


def _is_searched(source: Lists) -> bool:
    return all(one.listing.searched for one in (source if isinstance(source, tuple) else (source,)))


CustomTypes = Annotated[
    list[str] | None,
    argument(
        "Only interactions of these declared types, by their names; beside `types`, of those and of these."
    ),
]


def timeline(words: str, source: Lists) -> Any:
    """A field that shows interactions, newest first, of some types and within a span."""

    async def resolve(
        root: Any,
        info: strawberry.Info,
        types: Annotated[list[InteractionType] | None, argument("Only interactions of these types.")] = UNSET,
        from_: Annotated[
            datetime | None, argument("Only interactions at this moment or later.", name="from")
        ] = UNSET,
        to: Annotated[datetime | None, argument("Only interactions before this moment.")] = UNSET,
        custom_types: CustomTypes = UNSET,
        first: First = UNSET,
        after: After = UNSET,
        last: Last = UNSET,
        before: Before = UNSET,
    ) -> Any:
        ends = {"first": first, "after": after, "last": last, "before": before}
        page = _timed(types, from_, to, custom_types, **ends)
        return await lists.find(source, root, info, page)

    return declared(words, List(source, _timed), resolve)


def _timed(
    types: Any = UNSET, from_: Any = UNSET, to: Any = UNSET, custom_types: Any = UNSET, **page: Any
) -> Asked:
    """The page of a timeline that these arguments mean."""
    wanted = [kind.name for kind in types] if types else _given(types)
    window = Window.between(_given(from_), _given(to))
    named = [*(wanted or ()), *custom_types] if _given(custom_types) is not None else None
    of = {"types": wanted} if named is None else {"names": named}
    filters = {**of, "from": window.from_at, "to": window.to_at}
    ends = {name: _given(value) for name, value in page.items()}
    return lists.to_asked(lists.Order("OCCURRED_AT", True), **ends, filters=filters)


def _given(value: Any) -> Any:
    return None if value is UNSET else value
