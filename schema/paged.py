"""Lists that are neither searched nor filtered: pages in one order, or in one of a few."""

from collections.abc import Callable
from enum import Enum
from typing import Annotated, Any

import strawberry
from strawberry import UNSET

from domain.lists import Asked, Direction, Nulls
from resolvers import lists
from resolvers.lists import Listed
from schema.graph import argument, declared
from schema.lists import After, Before, First, Last
from schema.sources import List


def paged(words: str, source: Listed, usual: str, *, descending: bool = False) -> Any:
    """A field that shows a list in its one order, as pages."""
    asked = _asked_of(lists.Order(usual, descending))

    async def resolve(
        root: Any,
        info: strawberry.Info,
        first: First = UNSET,
        after: After = UNSET,
        last: Last = UNSET,
        before: Before = UNSET,
    ) -> Any:
        page = asked(first=first, after=after, last=last, before=before)
        return await lists.find(source, root, info, page)

    return declared(words, List(source, asked), resolve)


def ordered(words: str, source: Listed, order: type[Any], usual: Enum) -> Any:
    """A field that shows a list in any order that it knows, as pages."""
    asked = _asked_of(lists.Order(usual.name))
    given_order: Any = Annotated[
        order | None, argument(f"The order; {usual.name}, smallest first, where not given.")
    ]

    async def resolve(
        root: Any,
        info: strawberry.Info,
        first: First = UNSET,
        after: After = UNSET,
        last: Last = UNSET,
        before: Before = UNSET,
        order_by: given_order = UNSET,
    ) -> Any:
        page = asked(order_by, first=first, after=after, last=last, before=before)
        return await lists.find(source, root, info, page)

    return declared(words, List(source, asked), resolve)


def _asked_of(usual: lists.Order) -> Callable[..., Asked]:
    """What makes of a list's arguments which page is asked for."""

    def asked(order_by: Any = UNSET, **page: Any) -> Asked:
        order = usual
        if order_by:
            falling, nulls_first = order_by.direction is Direction.DESC, order_by.nulls is Nulls.FIRST
            order = lists.Order(order_by.field.name, falling, nulls_first)
        return lists.to_asked(
            order, **{name: None if value is UNSET else value for name, value in page.items()}
        )

    return asked
