"""The statements that read sums: one fold over what is counted, for each owner, window and choice."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from db.database import Row
from db.sql import statement
from domain.insights import Sum
from domain.windows import Window

NO_TIME = (datetime(1970, 1, 1, tzinfo=UTC),) * 2
TOTAL = (date.min, date(1, 1, 2))
"""The row of all days lies before every day there is."""


def sums_statement(
    owner: str, keys: Sequence[UUID], window: Window, *, machines: bool, former: bool
) -> tuple[str, str, list[Any]]:
    """The name, text and arguments of the statement that reads the owners' sums in the window."""
    counted = f"{owner}_counted{'_with_former' if former else ''}"
    name = f"{owner}_sums{'_with_former' if former else ''}"
    args = [list(keys), *days(window), machines]
    edges = window.edges()
    if edges is None:
        return name, _fold(statement(counted)), args
    both = f"{statement(counted)}\nunion all\n{statement(f'{counted}_at_the_edges')}"
    return f"{name}_to_the_moment", _fold(both), [*args, *edges[0], *edges[1]]


def days(window: Window) -> tuple[date, date]:
    """The days of the rollup that lie in the window: from, and until before."""
    if window.is_open:
        return TOTAL
    first, last = window.days()
    return first or TOTAL[1], last or date.max


def to_sums(row: Row) -> tuple[Sum, ...]:
    """The sums that a row holds."""
    return tuple(map(Sum, row["kinds"], row["ns"], row["firsts"], row["lasts"]))


def _fold(counted: str) -> str:
    return statement("sums_of").replace("{counted}", counted)
