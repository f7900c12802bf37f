"""Lists in the graph: Relay connections, and the field that shows one."""

from datetime import datetime
from enum import Enum
from typing import Annotated, Any, Generic, TypeVar

import strawberry
from strawberry import UNSET

from domain.interactions import InteractionType
from domain.lists import Asked, Direction
from domain.windows import Window
from resolvers import lists
from resolvers.lists import Lists
from schema.filters import to_criterion
from schema.graph import argument, choice, column, declared, described
from schema.sources import Constant, List, Total

N = TypeVar("N")


@described
class PageInfo:
    """Where a page lies in its list."""

    has_next_page: bool = column("Whether there are records after this page.")
    has_previous_page: bool = column("Whether there are records before this page.")
    start_cursor: str | None = column("The cursor of the first record; null on an empty page.")
    end_cursor: str | None = column("The cursor of the last record; null on an empty page.")


class Precision(Enum):
    """How far a count can be trusted."""

    EXACT = "The count is the number of records at that moment."


choice(Precision)


@described
class Count:
    """How many records a list has, and how far that can be trusted."""

    value: int = column("The number of records.", of="real")
    precision: Precision = declared(
        "How far the number can be trusted.", Constant(Precision.EXACT), lambda: Precision.EXACT
    )


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


def order_input(sort: type[Enum]) -> type[Any]:
    """The input that names an order of a list, made from what it can be ordered by."""
    name = sort.__name__.removesuffix("Sort")
    members = {
        "__annotations__": {"field": sort, "direction": Direction},
        "field": strawberry.field(description="What to order by."),
        "direction": strawberry.field(description="Which end comes first.", default=Direction.ASC),
    }
    cls = type(f"{name}Order", (), members)
    return strawberry.input(cls, description=f"The order of a list of this kind: {name.lower()}.")


def listed(
    words: str, source: Lists, where: type[Any], order: type[Any], usual: Enum, *, descending: bool = False
) -> Any:
    """A field that shows a list of records, as pages: those meant, in any order that the list knows."""

    optional_order: Any = order | None
    optional_where: Any = where | None

    def asked(where: Any = UNSET, order_by: Any = UNSET, **page: Any) -> Asked:
        sort = (order_by.field, order_by.direction is Direction.DESC) if order_by else (usual, descending)
        ends = {name: _given(value) for name, value in page.items()}
        return lists.to_asked(sort[0].name, sort[1], **ends, where=to_criterion(where))

    async def resolve(
        root: Any,
        info: strawberry.Info,
        first: First = UNSET,
        after: After = UNSET,
        last: Last = UNSET,
        before: Before = UNSET,
        where: Annotated[optional_where, argument("Which records are meant; all where not given.")] = UNSET,
        order_by: Annotated[
            optional_order,
            argument(
                f"The order; {usual.name}, {'latest' if descending else 'smallest'} first, where not given."
            ),
        ] = UNSET,
    ) -> Any:
        page = asked(where, order_by, first=first, after=after, last=last, before=before)
        return await lists.find(source, root, info, page)

    return declared(words, List(source, asked), resolve)


def timeline(words: str, source: Lists) -> Any:
    """A field that shows interactions, newest first, of some types and within a span."""

    def asked(types: Any = UNSET, from_: Any = UNSET, to: Any = UNSET, **page: Any) -> Asked:
        wanted = [kind.name for kind in types] if types else _given(types)
        window = Window.between(_given(from_), _given(to))
        filters = {"types": wanted, "from": window.from_at, "to": window.to_at}
        ends = {name: _given(value) for name, value in page.items()}
        return lists.to_asked("OCCURRED_AT", True, **ends, filters=filters)

    async def resolve(
        root: Any,
        info: strawberry.Info,
        types: Annotated[list[InteractionType] | None, argument("Only interactions of these types.")] = UNSET,
        from_: Annotated[
            datetime | None, argument("Only interactions at this moment or later.", name="from")
        ] = UNSET,
        to: Annotated[datetime | None, argument("Only interactions before this moment.")] = UNSET,
        first: First = UNSET,
        after: After = UNSET,
        last: Last = UNSET,
        before: Before = UNSET,
    ) -> Any:
        page = asked(types, from_, to, first=first, after=after, last=last, before=before)
        return await lists.find(source, root, info, page)

    return declared(words, List(source, asked), resolve)


def _given(value: Any) -> Any:
    return None if value is UNSET else value
