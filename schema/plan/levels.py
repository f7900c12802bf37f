"""The levels of a plan: one statement each, with the levels that read on from its rows."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from itertools import chain
from typing import Any
from uuid import UUID

from resolvers.levels import ROOT, Found, Level, Page, Shape

Asks = list[Any]
"""What the fields of a plan ask for in one request, by number."""
Make = Callable[["Step", Asks], Level]


@dataclass(eq=False)
class Step:
    """One statement of a plan; `make` makes the batch that it is in a request."""

    number: int
    shape: Shape
    make: Make
    rows: Callable[[Found], Iterable[Any]]
    keyed_by_id: bool = False
    key: int = 0
    unless: tuple[int, ...] = ()
    questions: list[int] = field(default_factory=list)
    following: list["Step"] = field(default_factory=list)

    def countings(self, asks: Asks) -> tuple[Any, ...]:
        """What counts for each question of the shape."""
        return tuple([asks[number].whole for number in self.questions])

    def keys(self, rows: Iterable[Any]) -> tuple[UUID, ...]:
        """The keys that these rows of the step before hold."""
        key, unless = self.key, self.unless
        if unless:
            rows = (row for row in rows if all(row[place] is None for place in unless))
        keys = dict.fromkeys([row[key] for row in rows])
        keys.pop(None, None)
        return tuple(keys)


@dataclass(eq=False)
class Root:
    """Where a plan begins: a step and its keys, which a field's arguments may hold."""

    step: Step
    ask: int | None = None

    def keys(self, asks: Asks) -> tuple[UUID, ...]:
        """The keys of the first step."""
        return (ROOT,) if self.ask is None else (asks[self.ask].id or ROOT,)


def by_key(found: Found) -> Iterable[Any]:
    """The rows, where each key has one."""
    return found.values()


def by_list(found: Found) -> Iterable[Any]:
    """The rows, where each key has several."""
    return chain.from_iterable(found.values())


def by_page(found: Found) -> Iterable[Any]:
    """The rows, where each key has a page."""
    pages: Sequence[Page] = list(found.values())
    return chain.from_iterable(page.rows for page in pages)
