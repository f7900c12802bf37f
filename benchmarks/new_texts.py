"""What a text costs that was never seen before: server CPU for texts sent once, beside the same text known.

`python -m benchmarks.new_texts --data FOLDER --peers FOLDER`, over the data and packages that
`benchmarks.contenders` has left there.
"""

import argparse
from pathlib import Path

import orjson

from benchmarks.contenders.__main__ import CACHE, SETTINGS
from benchmarks.contenders.contenders import CONTENDERS, Running, install, started
from benchmarks.contenders.processes import cpu_seconds
from benchmarks.contenders.queries import QUERIES
from db.embedded import running

ASKED = 300
NAMES = ("plan", "postgraphile", "mercurius-jit", "strawberry")


def main() -> None:
    """Prints milliseconds of server CPU a request, by contender and question: text known, text new."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--peers", type=Path, default=CACHE)
    asked = parser.parse_args()
    install(asked.peers)
    print("| | " + " | ".join(f"{query} known; new" for query in QUERIES) + " |")
    with running(asked.data, settings=SETTINGS) as dsn:
        for number, contender in enumerate(one for one in CONTENDERS if one.name in NAMES):
            with started(contender, number, dsn, asked.peers, None) as one:
                cells = [f"{cost(one, query, new=False)}; {cost(one, query, new=True)}" for query in QUERIES]
            print(f"| {contender.name} | " + " | ".join(cells) + " |", flush=True)


def cost(one: Running, query: str, *, new: bool) -> float:
    """Milliseconds of the server's CPU a request."""
    bodies = [one.bodies(query)[number % 200] for number in range(ASKED)]
    if new:
        bodies = [renamed(body, f"{query}_{number}") for number, body in enumerate(bodies)]
    for _ in one.answers(bodies[:20] if not new else []):
        pass
    before = cpu_seconds(one.process.pid)
    for answer in one.answers(bodies):
        assert b'"errors"' not in answer[:200], answer[:300]
    return round((cpu_seconds(one.process.pid) - before) * 1000 / ASKED, 2)


def renamed(body: bytes, alias: str) -> bytes:
    """The request with another name for its first field, so that its text is new."""
    asked = orjson.loads(body)
    head, rest = asked["query"].split("{", 1)
    return orjson.dumps(asked | {"query": f"{head}{{ {alias}: __typename {rest}"})


if __name__ == "__main__":
    main()
