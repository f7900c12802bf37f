"""Documents made from the served schema by schemathesis: `python -m tests.schema.fuzz URL --examples 20000`.

Whatever is asked, the server answers: no fault of ours, no status of 500 or more.
"""

import argparse
from collections import Counter
from datetime import UTC, datetime
from typing import Any

import schemathesis
from hypothesis import HealthCheck, Phase, given, settings, strategies
from schemathesis.core.transport import Response
from schemathesis.graphql import nodes

Codes = Counter[str]

MOMENTS = strategies.datetimes(datetime(2000, 1, 1), datetime(2040, 1, 1), timezones=strategies.just(UTC))
SCALARS = {
    "BigInt": strategies.integers(-(2**63), 2**63 - 1).map(nodes.Int),
    "Date": strategies.dates().map(str).map(nodes.String),
    "DateTime": MOMENTS.map(datetime.isoformat).map(nodes.String),
    "Decimal": strategies.decimals(allow_nan=False, allow_infinity=False).map(str).map(nodes.String),
}
for name, values in SCALARS.items():
    schemathesis.graphql.scalar(name, values)


def fuzz(url: str, examples: int, *, mutations: bool = False) -> Codes:
    """Asks `examples` documents; how often each outcome came, told by its error's code."""
    schema: Any = schemathesis.graphql.from_url(f"{url}/graphql")
    if not mutations:
        schema = schema.include(lambda context: context.operation.definition.is_query)
    seen: Codes = Counter()

    @settings(
        max_examples=examples,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=schema.as_strategy())
    def ask(case: Any) -> None:
        response: Response = case.call(timeout=60)
        seen.update(_judged(response, case.body))

    ask()
    return seen


def _judged(response: Response, document: object) -> list[str]:
    """The outcomes that an answer tells of; fails on one that is our fault."""
    assert response.status_code < 500, (response.status_code, response.text, document)
    answer = response.json()
    codes = {error.get("extensions", {}).get("code", "NO_CODE") for error in answer.get("errors", [])}
    assert codes.isdisjoint({"INTERNAL_SERVER_ERROR", "NO_CODE"}), (answer["errors"], document)
    return sorted(codes) or ["ANSWERED"]


def main() -> None:
    """Asks a running server, and prints what came."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("url", help="the address of a server over a database that may be written to")
    parser.add_argument("--examples", type=int, default=10_000, help="how many documents; 10,000 usually")
    arguments = parser.parse_args()
    for outcome, times in fuzz(arguments.url, arguments.examples, mutations=True).most_common():
        print(f"{times:8,} {outcome}")


if __name__ == "__main__":
    main()
