"""Charts of accounts from their sums by day and hour; what these cannot tell is counted from the facts."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

from db.charted import Charted, types_of
from db.sql import statement
from domain.buckets import Shift
from domain.charts import FIRST_OF
from domain.scopes import Owner, Scope

HOUR = timedelta(hours=1)
FEW_SEAMS = 2
_BELONGING: Mapping[str, str] = {"CURRENT_MEMBERS": "P", "DURING_MEMBERSHIP": "PF", "ALL_TIME": "PB"}
"""Which of an account's sums make up what is attributed to it."""
_NAMES = [f"h{hour}" for hour in range(24)]


def has_sums(scope: Scope) -> bool:
    """Whether sums are kept of what the scope holds."""
    return scope.owner is Owner.ACCOUNT and not scope.is_narrow


def has_hours(shifts: Sequence[Shift]) -> bool:
    """Whether each hour of the clock is an hour in UTC."""
    return all(seconds % 3600 == 0 for _, seconds in shifts)


def is_dear(scope: Scope, beginnings: Sequence[datetime]) -> bool:
    """Whether so many hours are cut that members' facts, which no index has by hour, are read at once."""
    return scope.attribution == "ALL_TIME" and sum(_hour(at) != at for at in beginnings) > FEW_SEAMS


class Summed(Charted):
    """An account's sums, and the facts of the hours that have to be divided."""

    def __init__(self, scope: Scope, keys: Sequence[UUID]) -> None:
        super().__init__(scope, keys)
        whose = self.args.add(list(_BELONGING[scope.attribution]), "text[]")
        self._names = {
            "accounts": self.accounts,
            "machines": self.machines,
            "belonging": f'{whose}::"char"[]',
            "hour_names": ", ".join(_NAMES),
            **self._days(),
        }

    def series(self, parts: Sequence[tuple[str, int]], beginnings: list[datetime]) -> str:
        """How many there were of each part in each stretch of time."""
        kinds, numbers = zip(*parts, strict=True)
        window, args = self.scope.window, self.args
        at = [*beginnings, *(end for end in (window.from_at, window.to_at) if end is not None)]
        cut = sorted({_hour(one) for one in at if _hour(one) != one})
        names = {
            **self._names,
            "kinds": args.add(list(kinds), "text[]"),
            "parts": args.add(list(numbers), "int[]"),
            "borders": args.add(beginnings, "timestamptz[]"),
            "split": args.add(sorted({one.date() for one in at if not _is_midnight(one)}), "date[]"),
            "cut": args.add(cut, "timestamptz[]"),
            "from_hour": args.add(window.from_at, "timestamptz") if window.from_at else "'-infinity'",
            "to_hour": args.add(window.to_at, "timestamptz") if window.to_at else "'infinity'",
            "hours": ", ".join(f"sum(summed.{name})::int as {name}" for name in _NAMES),
        }
        seams = self._seams(cut, frozenset(kinds))
        names["seams"] = statement("chart_counted_of_seams").format(counted=seams, **names) if seams else ""
        return statement("chart_counted_of_sums").format(**names)

    def hours(self, kinds: frozenset[str]) -> str:
        """Rows of owner_id, kind, n and the hour of so many; those that the window cuts, fact by fact."""
        window = self.scope.window
        ends = [end for end in (window.from_at, window.to_at) if end is not None and _hour(end) != end]
        cut = sorted({_hour(end) for end in ends})
        text = statement("chart_counted_of_hours").format(kinds=self._kinds(kinds), **self._names)
        summed = f"select * from ({text}) summed where at <> all({self.args.add(cut, 'timestamptz[]')})"
        if window.from_at:
            summed += f" and at >= {self.args.add(window.from_at, 'timestamptz')}"
        if window.to_at:
            summed += f" and at < {self.args.add(window.to_at, 'timestamptz')}"
        seams = self._seams(cut, kinds)
        columns = "owner_id, kind, n, at"
        return f"{summed}\nunion all\nselect {columns} from ({seams}) seam" if seams else summed

    def _days(self) -> Mapping[str, str]:
        """The first and last day (UTC) that the window touches."""
        window = self.scope.window
        first = window.from_at.astimezone(UTC).date() if window.from_at else date.min
        last = (window.to_at - datetime.resolution).astimezone(UTC).date() if window.to_at else date.max
        return {"first_day": self.args.add(first, "date"), "last_day": self.args.add(last, "date")}

    def _seams(self, cut: Sequence[datetime], kinds: frozenset[str]) -> str:
        """The facts of the hours that are cut, as far as they lie in the window."""
        window = self.scope.window
        spans = [(max(at, window.from_at or at), min(at + HOUR, window.to_at or at + HOUR)) for at in cut]
        spans = [span for span in spans if span[0] < span[1]]
        if not spans:
            return ""
        begins, ends = zip(*spans, strict=True)
        names = {
            **self._names,
            "begins": self.args.add(list(begins), "timestamptz[]"),
            "ends": self.args.add(list(ends), "timestamptz[]"),
        }
        copies, others = kinds & FIRST_OF.keys(), kinds - FIRST_OF.keys()
        parts = []
        if others:
            names["types"] = self._kinds(types_of(others))
            parts.append(self._at_seams("facts", {**names, "kinds": self._kinds(others)}))
        if copies:
            edges = self.args.add([end for span in spans for end in span], "timestamptz[]")
            if self.scope.attribution != "ALL_TIME":
                names["types"] = self._kinds(types_of(copies))
            parts.append(self._at_seams("copies", {**names, "kinds": self._kinds(copies), "edges": edges}))
        return "\nunion all\n".join(parts)

    def _at_seams(self, what: str, names: Mapping[str, str]) -> str:
        if self.scope.attribution == "ALL_TIME":
            text = statement(f"chart_counted_{what}_of_members_at_seams")
            return text.format(owners=self._of("owners"), facts=self._of("facts"), **names)
        present = self.scope.attribution == "CURRENT_MEMBERS"
        members = statement("chart_counted_present") if present else ""
        return statement(f"chart_counted_{what}_at_seams").format(members=members, **names)


def _hour(at: datetime) -> datetime:
    return at.replace(minute=0, second=0, microsecond=0)


def _is_midnight(at: datetime) -> bool:
    return _hour(at) == at and at.hour == 0
