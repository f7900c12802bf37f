"""The statements that read sums: one fold over what is counted, for each owner, window and choice."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from db.database import Row
from db.sql import Args, statement
from domain.insights import ENGAGED_ON_ACCOUNTS, Attribution, Sum
from domain.windows import Window

EARLIEST = date(1, 1, 1)
LATEST = date.max
_BELONGING: Mapping[Attribution, str] = {
    Attribution.CURRENT_MEMBERS: "('P')",
    Attribution.DURING_MEMBERSHIP: "('P', 'F')",
    Attribution.ALL_TIME: "('P', 'B')",
}
"""Which of an account's sums make up what is attributed to it."""


_NAMED = {
    Attribution.CURRENT_MEMBERS: "",
    Attribution.DURING_MEMBERSHIP: "_with_former",
    Attribution.ALL_TIME: "_ever",
}


@dataclass(frozen=True, slots=True)
class Counting:
    """What counts: the window, whether machines do, and whose interactions are an account's."""

    window: Window
    machines: bool = False
    attribution: Attribution = Attribution.CURRENT_MEMBERS
    since_created: bool = False

    @property
    def is_fixed(self) -> bool:
        """Whether its statements hold no arguments of its own."""
        return self.window.is_open and not self.since_created

    def names(self, args: Args, created: str | None = None) -> "Names":
        """What stands for the choice in the fragments of queries/insights.sql.

        `created` is the column where the window begins, where each owner has a window of its own.
        """
        found = Names(
            args, machines="true" if self.machines else "false", belonging=_BELONGING[self.attribution]
        )
        if self.since_created:
            assert created is not None
            _since(found, created, self.window.to_at)
        elif not self.window.is_open:
            _within(found, self.window)
        return found

    def counted(self, owner: str, of: str, names: "Names") -> str:
        """The rows that count for the owners that `of` says: kind, n, first and last."""
        windowed = "" if "from" not in names else "_within"
        text = statement(f"{owner}_counted{windowed}")
        if owner == "account" and "head_from" in names:
            edges = "account_counted_at_the_edges"
            if self.attribution is Attribution.ALL_TIME:
                edges = "account_counted_at_the_edges_all_time"
            text = f"{text}\nunion all\n{statement(edges)}"
        return names.fill(text, of=of)

    def engaged(self, args: Args) -> str:
        """The condition that a member of an account has engaged."""
        within = "" if self.window.is_open else "_within"
        stamped = "false" if self.attribution is Attribution.ALL_TIME else "true"
        kinds = args.add(sorted(ENGAGED_ON_ACCOUNTS), "text[]")
        return self.names(args).fill(statement(f"engaged_member{within}"), kinds=kinds, stamped=stamped)


class Names:
    """What stands for each name of a fragment; values become arguments when a fragment first has them."""

    def __init__(self, args: Args, **known: str) -> None:
        self._args = args
        self._known: dict[str, str] = known
        self._due: dict[str, tuple[Any, str]] = {}

    def __getitem__(self, name: str) -> str:
        if name not in self._known:
            value, type = self._due[name]
            self._known[name] = self._args.add(value, type)
        return self._known[name]

    def __contains__(self, name: str) -> bool:
        return name in self._known or name in self._due

    def say(self, **texts: str) -> None:
        """Sets what stands for names."""
        self._known |= texts

    def value(self, type: str, **values: Any) -> None:
        """Sets the values that names stand for."""
        for name, value in values.items():
            self._known.pop(name, None)
            self._due[name] = value, type

    def fill(self, text: str, **more: str) -> str:
        """The fragment, filled in."""
        self.say(**more)
        return text.format_map(self)


def _within(names: Names, window: Window) -> None:
    """A window: for the facts its ends, for the sums its whole months and the days around them."""
    for name, moment, open_end in (
        ("from", window.from_at, "'-infinity'"),
        ("to", window.to_at, "'infinity'"),
    ):
        if moment is None:
            names.say(**{name: open_end})
        else:
            names.value("timestamptz", **{name: moment})
    (first, last), (month, last_month) = window.days(), window.months()
    begin, end, until = month or EARLIEST, last_month or LATEST, last or LATEST
    if end <= begin:
        begin = end = until
    names.value("date", first_day=first or EARLIEST, first_month=begin, last_month=end, last_day=until)
    if edges := window.edges():
        (head_from, head_to), (tail_from, tail_to) = edges
        names.value("timestamptz", head_from=head_from, head_to=head_to, tail_from=tail_from, tail_to=tail_to)


def _since(names: Names, created: str, to_at: datetime | None) -> None:
    """A window that begins with each record."""
    first = f"({created} at time zone 'UTC' + interval '1 day' - interval '1 microsecond')::date"
    month = f"(date_trunc('month', {first} - 1) + interval '1 month')::date"
    names.say(**{"from": created}, head_from=created, first_day=first)
    if to_at is None:
        names.say(to="'infinity'", head_to=_midnight(first), tail_from="null", tail_to="null")
        names.say(first_month=month, last_month="'infinity'", last_day="'infinity'")
        return
    names.value("timestamptz", to=to_at)
    end = names["to"]
    last = f"greatest(({end} at time zone 'UTC')::date, {first})"
    begin = f"least({month}, {last})"
    head_to = f"least({_midnight(first)}, {end})"
    names.say(
        first_month=begin, last_month=f"greatest(date_trunc('month', {last})::date, {begin})", last_day=last
    )
    names.say(head_to=head_to, tail_from=f"greatest({_midnight(last)}, {head_to})", tail_to=end)


def _midnight(day: str) -> str:
    return f"({day}::timestamp at time zone 'UTC')"


def sums_statement(owner: str, keys: Sequence[UUID], counting: Counting) -> tuple[str, str, list[Any]]:
    """The name, text and arguments of the statement that reads the owners' sums."""
    args = Args()
    of = f"= any({args.add(list(keys), 'uuid[]')})"
    names = counting.names(args)
    counted = counting.counted(owner, of, names)
    text = statement("sums_of").format(counted=counted, machines=names["machines"])
    name = f"{owner}_sums{_NAMED[counting.attribution]}"
    return f"{name}_to_the_moment" if "head_from" in names else name, text, args


def reach_statement(keys: Sequence[UUID], counting: Counting) -> tuple[str, list[Any]]:
    """The text and arguments of the statement that counts accounts' members, and the engaged among them."""
    args = Args()
    of = f"= any({args.add(list(keys), 'uuid[]')})"
    return statement("account_reach").format(of=of, engaged=counting.engaged(args)), args


def to_sums(row: Row) -> tuple[Sum, ...]:
    """The sums that a row holds."""
    return tuple(map(Sum, row["kinds"], row["ns"], row["firsts"], row["lasts"]))
