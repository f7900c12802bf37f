"""`python -m benchmarks.contenders`: seeds a PostgreSQL, starts all contenders, compares, measures."""

import argparse
import asyncio
import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

import asyncpg
from graphql import parse, validate

from benchmarks.contenders import equality, seed
from benchmarks.contenders.contenders import (
    CONTENDERS,
    PEERS,
    Contender,
    Running,
    Unready,
    install,
    started,
)
from benchmarks.contenders.processes import peak_memory
from benchmarks.contenders.queries import QUERIES, documents
from benchmarks.contenders.report import Run, page
from benchmarks.contenders.rounds import Failed, count_statements, measure, ready_database
from db.embedded import running
from schema.build import schema

RESULTS = Path(__file__).parents[1] / "RESULTS.md"
CACHE = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "leadgraph" / "peers"
SETTINGS = {
    "shared_buffers": "1GB",
    "max_wal_size": "4GB",
    "shared_preload_libraries": "pg_stat_statements",
}
STARTS = 3


def main() -> None:
    """Runs the benchmark as asked for."""
    asked = _asked()
    _check(asked.queries)
    asked.peers.mkdir(parents=True, exist_ok=True)
    chosen = [one for one in CONTENDERS if one.name in asked.contenders]
    if any(one.is_peer for one in chosen):
        install(asked.peers)
    server, rest = _cores()
    try:
        with ExitStack() as stack:
            folder = asked.data or Path(stack.enter_context(TemporaryDirectory()))
            _seed(folder, asked.interactions, chosen)
            if rest is not None:
                os.sched_setaffinity(0, {rest})
            dsn = stack.enter_context(running(folder, settings=SETTINGS))
            run = _measured(asked, chosen, dsn, server)
    except (seed.Unlike, Unready, Failed, equality.Different) as fault:
        sys.exit(f"benchmark: {fault}")
    text = page(run)
    asked.results.write_text(text)
    print(text)


def _asked() -> argparse.Namespace:
    def names(text: str) -> list[str]:
        return text.split(",")

    everyone = [one.name for one in CONTENDERS]
    parser = argparse.ArgumentParser(prog="python -m benchmarks.contenders", description=__doc__)
    parser.add_argument("--interactions", type=int, default=5_000_000, help="how many there are")
    parser.add_argument("--data", type=Path, help="a folder that keeps the seeded data for the next run")
    parser.add_argument("--peers", type=Path, default=CACHE, help="a folder for Node and its packages")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=4, help="of load, for each contender and question")
    parser.add_argument("--queries", type=names, default=list(QUERIES), help=",".join(QUERIES))
    parser.add_argument("--contenders", type=names, default=everyone, help=",".join(everyone))
    parser.add_argument("--results", type=Path, default=RESULTS, help="where the page is written")
    found = parser.parse_args()
    for kind, known in (("queries", QUERIES), ("contenders", everyone)):
        if strange := set(getattr(found, kind)) - set(known):
            parser.error(f"no such {kind}: {', '.join(strange)}")
    return found


def _check(queries: Sequence[str]) -> None:
    for query in queries:
        if faults := validate(schema._schema, parse(documents("leadgraph")[query])):
            sys.exit(f"benchmark: {query} is no question of this version's: {faults[0].message}")


def _cores() -> tuple[int | None, int | None]:
    """A core for the server under load, and one for everything else; none where there is but one."""
    found = sorted(os.sched_getaffinity(0))
    return (found[0], found[1]) if len(found) > 1 else (None, None)


def _seed(folder: Path, interactions: int, chosen: Sequence[Contender]) -> None:
    with running(folder, settings=SETTINGS) as dsn:
        asyncio.run(seed.prepare(dsn, interactions))
        if any(one.name == "postgraphile" for one in chosen):
            asyncio.run(_run(dsn, (PEERS / "postgraphile.sql").read_text()))


async def _run(dsn: str, text: str) -> None:
    connection = await asyncpg.connect(dsn)
    await connection.execute(text)
    await connection.close()


def _measured(asked: argparse.Namespace, chosen: Sequence[Contender], dsn: str, core: int | None) -> Run:
    database, version = asyncio.run(ready_database(dsn))
    with _everyone(chosen, dsn, asked.peers, core) as (all_running, start):
        seed.said("comparing answers")
        equality.compare(all_running, asked.queries)
        measured = measure(all_running, asked.queries, asked.rounds, asked.seconds, database)
        memory = {one.name: peak_memory(one.process.pid) for one in all_running}
        seed.said("counting statements")
        statements = asyncio.run(count_statements(dsn, all_running, asked.queries))
    return Run(
        asked.interactions,
        asked.rounds,
        asked.seconds,
        asked.queries,
        [one.name for one in chosen],
        version,
        measured,
        memory,
        start,
        statements,
    )


@contextmanager
def _everyone(
    chosen: Sequence[Contender], dsn: str, peers: Path, core: int | None
) -> Iterator[tuple[list[Running], Mapping[str, float]]]:
    """All contenders, running; each was started alone a few times before, for the time that takes."""
    with ExitStack() as stack:
        found, waits = [], {}
        for number, contender in enumerate(chosen):
            tries = []
            for _ in range(STARTS - 1):
                with started(contender, number, dsn, peers, core) as once:
                    tries.append(once.started_in)
            found.append(stack.enter_context(started(contender, number, dsn, peers, core)))
            waits[contender.name] = median([*tries, found[-1].started_in])
            seed.said(f"{contender.name} answers after {waits[contender.name]:.2f} s")
        yield found, waits


if __name__ == "__main__":
    main()
