"""What was measured, as tables of ratios and as the page that keeps them."""

import os
import platform
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from importlib.metadata import version
from pathlib import Path
from statistics import geometric_mean, median

import orjson

from benchmarks.contenders.contenders import PEERS
from benchmarks.contenders.rounds import Measured

Figure = Callable[[Measured], float]
SUBJECT = "plan"
_TEXT = Path(__file__).parent / "results.md"
_LIBRARIES = (
    "strawberry-graphql",
    "graphql-core",
    "aiodataloader",
    "asyncpg",
    "starlette",
    "uvicorn",
    "uvloop",
)


@dataclass(frozen=True)
class Run:
    """One run of the benchmark: what it was over, and what came of it."""

    interactions: int
    rounds: int
    seconds: float
    queries: Sequence[str]
    contenders: Sequence[str]
    postgresql: str
    measured: Sequence[Measured]
    memory: Mapping[str, float]
    start: Mapping[str, float]
    statements: Mapping[tuple[str, str], float]

    def of(self, contender: str, query: str) -> list[Measured]:
        """The rounds of a contender under a question."""
        return [one for one in self.measured if (one.contender, one.query) == (contender, query)]

    def middle(self, contender: str, query: str, figure: Figure) -> float:
        """The median over the rounds."""
        return median(figure(one) for one in self.of(contender, query))

    def ratios(self, one: str, other: str, query: str, figure: Figure) -> list[float]:
        """One contender's figure to another's, round by round."""
        pairs = zip(self.of(one, query), self.of(other, query), strict=True)
        return [figure(left) / figure(right) for left, right in pairs]


def page(run: Run) -> str:
    """The page of results."""
    parts = {
        "today": f"{datetime.now():%-d %B %Y}",
        "machine": _machine(run),
        "amounts": f"{run.interactions:,} interactions, {run.rounds} rounds of {run.seconds:g} s",
        "rates": _ratios(run, lambda one: one.rate),
        "spread": _spread(run),
        "absolute": _absolute(run),
        "latencies": _ratios(run, lambda one: one.p99),
        "cpu": _cpu(run),
        "totals": _to_floor(run),
        "costs": _costs(run),
        "statements": _statements(run),
    }
    return _TEXT.read_text().format(**parts)


def _table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    names = list(head)
    lines = [names, ["---"] * len(names), *map(list, rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _ratios(run: Run, figure: Figure) -> str:
    """The subject's figure to everybody else's: medians of the ratios of the rounds, and their mean."""
    rows = []
    for other in run.contenders:
        if other != SUBJECT and SUBJECT in run.contenders:
            found = [median(run.ratios(SUBJECT, other, query, figure)) for query in run.queries]
            rows.append([f"{SUBJECT} / {other}", *map(_short, found), _short(geometric_mean(found))])
    return _table(["", *run.queries, "geometric mean"], rows)


def _spread(run: Run) -> str:
    """How far the ratios of the rounds lie apart."""
    if run.rounds < 2:
        return "an unknown part (there was one round)"
    apart = []
    for other in run.contenders:
        if other != SUBJECT and SUBJECT in run.contenders:
            for query in run.queries:
                found = run.ratios(SUBJECT, other, query, lambda one: one.rate)
                apart.append(max(found) / min(found) - 1)
    return f"{median(apart):.0%} in the middle, {max(apart):.0%} at most" if apart else "an unknown part"


def _absolute(run: Run) -> str:
    rows = (
        [
            name,
            *(
                f"{run.middle(name, query, lambda one: one.rate):,.0f}"
                f" ({_short(run.middle(name, query, lambda one: one.p50))};"
                f" {_short(run.middle(name, query, lambda one: one.p99))})"
                for query in run.queries
            ),
        ]
        for name in run.contenders
    )
    return _table(["", *run.queries], rows)


def _cpu(run: Run) -> str:
    rows = (
        [
            name,
            *(
                f"{_short(run.middle(name, query, lambda one: one.server))}"
                f" + {_short(run.middle(name, query, lambda one: one.database))}"
                for query in run.queries
            ),
        ]
        for name in run.contenders
    )
    return _table(["", *run.queries], rows)


def _to_floor(run: Run) -> str:
    if "floor" not in run.contenders:
        return "The floor took no part."
    rows = []
    for name in run.contenders:
        if name != "floor":
            found = (run.ratios(name, "floor", query, lambda one: one.total) for query in run.queries)
            rows.append([f"{name} / floor", *(_short(median(ratios)) for ratios in found)])
    return _table(["", *run.queries], rows)


def _costs(run: Run) -> str:
    rows = ([name, f"{run.memory[name]:.0f}", f"{run.start[name]:.2f}"] for name in run.contenders)
    return _table(["", "memory, MiB", "start, s"], rows)


def _statements(run: Run) -> str:
    rows = ([name, *(f"{run.statements[name, query]:g}" for query in run.queries)] for name in run.contenders)
    return _table(["", *run.queries], rows)


def _short(number: float) -> str:
    return f"{number:,.0f}" if number >= 100 else f"{number:.3g}"


def _machine(run: Run) -> str:
    described = Path("/proc/cpuinfo").read_text().splitlines()
    models = (line.split(": ")[1] for line in described if "model name" in line)
    model = next(models, platform.machine())
    peers = orjson.loads((PEERS / "package.json").read_bytes())["dependencies"]
    libraries = ", ".join(f"{name} {version(name)}" for name in _LIBRARIES)
    others = ", ".join(f"{name} {number}" for name, number in peers.items())
    return (
        f"{os.cpu_count()} cores ({model}), {platform.system()}, Python {platform.python_version()},"
        f" PostgreSQL {run.postgresql} with 1 GB of shared buffers and fsync."
        f" Python: {libraries}. npm: {others}."
    )
