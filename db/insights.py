"""The statements that read sums: one fold over what is counted, for each owner, window and choice."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from db.database import Row
from db.sql import Args, statement
from domain.insights import Sum
from domain.interactions import ENGAGEMENT
from domain.windows import Window

NO_TIME = (datetime(1970, 1, 1, tzinfo=UTC),) * 2
EARLIEST = date(1, 1, 2)
"""The row of all days lies before it, at -infinity."""
_ENGAGING = sorted(kind.name for kind in ENGAGEMENT)


@dataclass(frozen=True, slots=True)
class Counting:
    """What counts: the window, and whether machines and former members do."""

    window: Window
    machines: bool = False
    former: bool = False
    since_created: bool = False

    @property
    def is_fixed(self) -> bool:
        """Whether its statements hold no arguments of its own."""
        return self.window.is_open and not self.since_created

    def names(self, args: Args, created: str | None = None) -> Mapping[str, str]:
        """What stands for the choice in the fragments of queries/insights.sql.

        `created` is the column where the window begins, where each owner has a window of its own.
        """
        if self.since_created:
            assert created is not None
            return self._since(created, args)
        machines = {"machines": "true" if self.machines else "false"}
        if self.window.is_open:
            return machines | {"days": "day = '-infinity'"}
        first, last = days(self.window)
        found = machines | {"days": f"day >= {args.add(first, 'date')} and day < {args.add(last, 'date')}"}
        if edges := self.window.edges():
            found |= _edges(*edges, args)
        return found

    def _since(self, created: str, args: Args) -> Mapping[str, str]:
        first = f"({created} at time zone 'UTC' + interval '1 day' - interval '1 microsecond')::date"
        found = {"machines": "true" if self.machines else "false", "head_from": created}
        if self.window.to_at is None:
            never = {"head_to": _midnight(first), "tail_from": "null", "tail_to": "null"}
            return found | never | {"days": f"day >= {first}"}
        end = args.add(self.window.to_at, "timestamptz")
        last = f"greatest(({end} at time zone 'UTC')::date, {first})"
        head_to = f"least({_midnight(first)}, {end})"
        tail = {"tail_from": f"greatest({_midnight(last)}, {head_to})", "tail_to": end}
        return found | {"days": f"day >= {first} and day < {last}", "head_to": head_to} | tail

    def counted(self, owner: str, of: str, names: Mapping[str, str]) -> str:
        """The rows that count for the owners that `of` says: kind, n, first and last."""
        fragment = f"{owner}_counted{'_with_former' if self.former and owner == 'account' else ''}"
        text = statement(fragment)
        if "head_from" in names:
            text = f"{text}\nunion all\n{statement(f'{fragment}_at_the_edges')}"
        return text.format(of=of, **names)

    def engaged(self, args: Args) -> str:
        """The condition that a member of an account has engaged."""
        names = {**self.names(args), "kinds": args.add(_ENGAGING, "text[]")}
        if "head_from" not in names:
            names |= _edges(NO_TIME, NO_TIME, args)
        return statement("engaged_member").format(**names)


def _midnight(day: str) -> str:
    return f"({day}::timestamp at time zone 'UTC')"


def _edges(head: Sequence[datetime], tail: Sequence[datetime], args: Args) -> dict[str, str]:
    ends = ("head_from", "head_to", "tail_from", "tail_to")
    return {name: args.add(end, "timestamptz") for name, end in zip(ends, (*head, *tail), strict=True)}


def sums_statement(owner: str, keys: Sequence[UUID], counting: Counting) -> tuple[str, str, list[Any]]:
    """The name, text and arguments of the statement that reads the owners' sums."""
    args = Args()
    of = f"= any({args.add(list(keys), 'uuid[]')})"
    names = counting.names(args)
    counted = counting.counted(owner, of, names)
    text = statement("sums_of").format(counted=counted, machines=names["machines"])
    name = f"{owner}_sums{'_with_former' if counting.former else ''}"
    return f"{name}_to_the_moment" if "head_from" in names else name, text, args


def reach_statement(keys: Sequence[UUID], counting: Counting) -> tuple[str, list[Any]]:
    """The text and arguments of the statement that counts accounts' members, and the engaged among them."""
    args = Args()
    of = f"= any({args.add(list(keys), 'uuid[]')})"
    return statement("account_reach").format(of=of, engaged=counting.engaged(args)), args


def days(window: Window) -> tuple[date, date]:
    """The days of the rollup that lie in the window: from, and until before."""
    first, last = window.days()
    return first or EARLIEST, last or date.max


def to_sums(row: Row) -> tuple[Sum, ...]:
    """The sums that a row holds."""
    return tuple(map(Sum, row["kinds"], row["ns"], row["firsts"], row["lasts"]))
