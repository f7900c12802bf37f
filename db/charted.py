"""The facts of a scope as charts count them: whose, of which kinds, and what is told of each."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from db.scopes import Scoped
from db.sql import statement
from domain.buckets import Shift
from domain.charts import FIRST_OF, SORTS_OF
from domain.interactions import InteractionType
from domain.scopes import Owner
from domain.windows import YEARS

EARLIEST = datetime(YEARS[0], 1, 1, tzinfo=UTC)


class Charted(Scoped):
    """The facts of a scope that are of some kinds, as parts of one statement."""

    def counted(self, kinds: frozenset[str], read: str = "") -> str:
        """Rows of owner_id, at, kind and n; `read` is what else is told of an interaction: `, fact.link`."""
        copies, others = kinds & FIRST_OF.keys(), kinds - FIRST_OF.keys()
        parts = [self._interactions(others, read)] if others else []
        if copies and not read:
            parts.append(self._copies("copy_measure", copies))
        elif copies:
            for name in ("copies", "links"):
                measured = statement(f"chart_counted_measured_{name}")
                parts.append(self._copies(measured, copies, read, _first_occurrence()))
        return "\nunion all\n".join(parts)

    def series(self, parts: Sequence[tuple[str, int]], beginnings: list[datetime]) -> str:
        """How many there were of each part in each stretch of time."""
        kinds, numbers = zip(*parts, strict=True)
        return statement("chart_counted_series").format(
            counted=self.counted(frozenset(kinds)),
            borders=self.args.add(beginnings, "timestamptz[]"),
            kinds=self.args.add(list(kinds), "text[]"),
            parts=self.args.add(list(numbers), "int[]"),
        )

    def _interactions(self, kinds: frozenset[str], read: str) -> str:
        if self.scope.owner is Owner.CONTACT and not (read or self.scope.is_narrow):
            fragment = statement("chart_counted_moments_of_contacts")
            return fragment.format(keys=self._keys, within=self._within(kinds))
        sorts = kinds & SORTS_OF.keys()
        facts = self.facts(*types_of(kinds))
        if not sorts:
            return statement("chart_counted_facts").format(facts=facts, read=read)
        return statement("chart_counted_sorts").format(facts=facts, read=read, kinds=self._kinds(kinds))

    def _copies(self, measured: str, kinds: frozenset[str], read: str = "", beside: str = "") -> str:
        names = {"measured": measured, "read": read, "beside": beside, "within": self._within(kinds)}
        if self.scope.is_narrow:
            return statement("chart_counted_copies_about").format(copies=self.copies(), **names)
        return statement("chart_counted_copies").format(owners=self._of("owners"), **names)

    def reactions(self) -> str:
        """Rows of owner_id, at and opened_at: when copies were delivered, and opened first."""
        firsts = {f"{mark}_first": self._first(mark) for mark in ("delivered", "opened")}
        measured = statement("chart_counted_reacted").format(**firsts)
        names = {"read": ", done.opened_at", "beside": "", "within": self._times("done.at")}
        if self.scope.is_narrow:
            text = statement("chart_counted_copies_about")
            return text.format(copies=self.copies(), measured=measured, **names)
        return statement("chart_counted_copies").format(owners=self._of("owners"), measured=measured, **names)

    def _first(self, mark: str) -> str:
        """The condition that a mark is the first of its sort, by whoever counts."""
        if not self.scope.machines:
            return f"not {mark}.machine"
        return statement("chart_counted_first_by_anybody").format(mark=mark)

    def _kinds(self, kinds: frozenset[str]) -> str:
        return self.args.add(sorted(kinds), "text[]")

    def _within(self, kinds: frozenset[str]) -> str:
        machines = "true" if self.scope.machines else "not done.machine"
        return f"done.kind = any({self._kinds(kinds)}) and {machines} and {self._times('done.at')}"

    def clocks(self, found: Sequence[Shift]) -> Mapping[str, str]:
        """How clocks differ from UTC, and from when on, as arguments."""
        moments, seconds = zip(*found, strict=True)
        return {
            "shifts": self.args.add([EARLIEST, *moments[1:]], "timestamptz[]"),
            "seconds": self.args.add(list(seconds), "int[]"),
        }


def types_of(kinds: frozenset[str]) -> frozenset[str]:
    """The types of the interactions that these kinds count, or count the first of."""
    found = [
        SORTS_OF.get(kind) or (FIRST_OF[kind],) for kind in kinds if kind not in InteractionType.__members__
    ]
    return kinds & InteractionType.__members__.keys() | {type.name for types in found for type in types}


def _first_occurrence() -> str:
    first = " ".join(f"when '{kind}' then '{type.name}'" for kind, type in FIRST_OF.items())
    return statement("chart_counted_first_occurrence").format(first_of=first)
