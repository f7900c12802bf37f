"""Where the time of each question goes: server CPU by stage, in process, and the database's.

`python -m benchmarks.stages --data FOLDER`, over the data that `benchmarks.contenders` has left there. HTTP
is not part of it: it is what `RESULTS.md` shows for the whole server, less the sum of these.
"""

import argparse
import gc
import time
from collections import defaultdict
from datetime import UTC, datetime
from pathlib import Path

import uvloop

from benchmarks.contenders.__main__ import SETTINGS
from benchmarks.contenders.queries import QUERIES, bodies
from db.database import Database, connected
from db.embedded import running
from resolvers.context import Context
from schema.build import schema
from schema.plan import Executor
from schema.plan.arguments import asked
from schema.plan.execution import encode
from schema.plan.plans import Plan
from schema.plan.running import run_all
from schema.plan.variables import Variables
from server.graphql.asked import from_body, parse

ASKED = 200
STAGES = ("body and plan", "arguments", "statements", "rows to answer", "bytes", "database")


async def stages(db: Database, executor: Executor, query: str, pid: int) -> dict[str, float]:
    """Milliseconds of CPU a request, by stage."""
    spent: defaultdict[str, float] = defaultdict(float)
    for at, body in enumerate(
        [*bodies(query, "leadgraph", {})[:20], *bodies(query, "leadgraph", {})[:ASKED]]
    ):
        if at == 20:
            spent.clear()
        marks = [time.process_time()]
        operation = from_body(parse(body))
        context = Context(db, datetime.now(UTC), None, "benchmark")
        document = executor.documents.of(operation.query or "")
        definition = document.operation(operation.name)
        assert definition is not None
        variables = Variables(definition.definitions, operation.variables or {})
        plan = document.plan(schema, definition, variables.coerced)
        assert isinstance(plan, Plan), plan
        marks.append(time.process_time())
        asks = asked(plan.asks, variables, context.now)
        marks.append(time.process_time())
        before = backend(pid)
        found = await run_all(context, plan.roots, plan.nodes, asks, plan.steps)
        spent["database"] += backend(pid) - before
        marks.append(time.process_time())
        data = plan.write(found, asks)
        marks.append(time.process_time())
        encode(data)
        marks.append(time.process_time())
        for stage, start, end in zip(STAGES, marks, marks[1:], strict=False):
            spent[stage] += end - start
    return {stage: spent[stage] / ASKED * 1000 for stage in STAGES}


def backend(pid: int) -> float:
    """Seconds of CPU that a PostgreSQL process has spent."""
    return int(Path(f"/proc/{pid}/schedstat").read_text().split()[0]) / 1e9


async def main(dsn: str) -> None:
    """Prints the table."""
    gc.freeze()
    gc.set_threshold(2_000, 10, 10)
    executor = Executor(schema)
    print("| ms | " + " | ".join(QUERIES) + " |\n|" + "---|" * (len(QUERIES) + 1))
    async with connected(dsn, size=1) as db:
        async with db._connections.acquire() as connection:
            pid = connection.get_server_pid()
        columns = [await stages(db, executor, query, pid) for query in QUERIES]
    for stage in STAGES:
        print(f"| {stage} | " + " | ".join(f"{column[stage]:.3g}" for column in columns) + " |")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    with running(parser.parse_args().data, settings=SETTINGS) as address:
        uvloop.run(main(address))
