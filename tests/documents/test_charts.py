"""Charts by document: the query, its answer, and the statements that it runs, however many records there are.

tests/charts/NAME.graphql and NAME.json are as in tests/queries; no plan holds charts, so there is one way.
"""

import json
import os
import re
from collections import Counter
from pathlib import Path

import pytest

from db.database import Database
from resolvers.context import Context
from schema.build import schema
from schema.plan import Executor, Outcome, Way
from server.graphql.errors import told
from tests.world import NOW

CHARTS = Path(__file__).parents[1] / "charts"
EXECUTOR = Executor(schema)
NAMES = sorted(path.stem for path in CHARTS.glob("*.graphql"))


def _errors(outcome: Outcome) -> list[dict[str, object]]:
    """What went wrong, by its place: several come in no order."""
    return sorted(
        (dict(told(error, "test")) for error in outcome.errors), key=lambda error: str(error["path"])
    )


@pytest.mark.parametrize("name", NAMES)
async def test_a_chart_has_its_answer_and_its_statements(world: Database, name: str) -> None:
    document, expected = CHARTS / f"{name}.graphql", CHARTS / f"{name}.json"
    context = Context(world, now=NOW, actor=None, request_id="test")
    outcome = await EXECUTOR.run(context, document.read_text())
    assert outcome.way is Way.GRAPHQL_CORE
    found = {"data": outcome.data, "errors": _errors(outcome)}
    found = json.loads(json.dumps(found))
    if os.environ.get("LEADGRAPH_WRITE_ANSWERS"):
        text = f"# statements: {', '.join(sorted(context.reads.ran))}\n"
        document.write_text(re.sub("^# statements:.*\n", text, document.read_text()))
        expected.write_text(json.dumps(found, indent=2, ensure_ascii=False) + "\n")
    said = re.match("# statements:(.*)\n", document.read_text())
    assert said is not None
    assert Counter(context.reads.ran) == Counter(one.strip() for one in said[1].split(","))
    assert found == json.loads(expected.read_text())
