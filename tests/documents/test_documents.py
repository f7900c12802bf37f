"""A test is a document: the query, its answer, and the statements it may run.

tests/queries/NAME.graphql begins with `# statements: ...` for the way field by field, and for queries with
`# by plan: ...`; NAME.json is the answer of both. With LEADGRAPH_WRITE_ANSWERS=1 the answers are written
instead of compared, to be read in the diff.
"""

import json
import os
import re
from collections import Counter
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from db.database import Database, connected
from resolvers.context import Context
from schema.build import schema
from schema.plan import Executor, Way
from server.graphql.errors import told
from tests.conftest import cloned
from tests.world import NOW, settle

QUERIES = Path(__file__).parents[1] / "queries"
NAMES = sorted(path.stem for path in QUERIES.glob("*.graphql"))
EXECUTOR = Executor(schema)
READS = [name for name in NAMES if "\nmutation" not in (QUERIES / f"{name}.graphql").read_text()]


@pytest.fixture
async def fresh_world(server: str, template: str) -> AsyncIterator[Database]:
    """The same company, for a test that changes it."""
    async with cloned(server, template) as dsn, connected(dsn) as found:
        await settle(found)
        yield found


async def answer(db: Database, document: str, *, by_plan: bool = True) -> tuple[dict[str, Any], list[str]]:
    """What the document answers, as a client sees it, and the statements that it ran."""
    context = Context(db, now=NOW, actor=None, request_id="test")
    outcome = await EXECUTOR.run(context, document, by_plan=by_plan)
    found: dict[str, Any] = {"data": outcome.data}
    if outcome.errors:
        found["errors"] = [dict(told(error, "test")) for error in outcome.errors]
    assert outcome.errors or outcome.reason == "not a query" or by_plan is (outcome.way is Way.PLAN)
    return json.loads(json.dumps(found)), context.reads.ran


def check(name: str, found: dict[str, Any], ran: list[str], way: str = "statements") -> None:
    """Compares an answer and its statements with what stands in the files."""
    document, expected = QUERIES / f"{name}.graphql", QUERIES / f"{name}.json"
    text = document.read_text()
    said = re.search(rf"^# {way}:(.*)\n", text, re.MULTILINE)
    if os.environ.get("LEADGRAPH_WRITE_ANSWERS"):
        expected.write_text(json.dumps(found, indent=2, ensure_ascii=False) + "\n")
        line = f"# {way}: {', '.join(sorted(ran))}\n"
        place = said.span() if said else (text.index("\n") + 1,) * 2
        document.write_text(text[: place[0]] + line + text[place[1] :])
        return
    assert said is not None, f"the document does not say its {way}"
    allowed = Counter(name.strip() for name in said[1].split(",") if name.strip())
    assert Counter(ran) <= allowed, "it ran more than it may"
    assert set(ran) == set(allowed)
    assert found == json.loads(expected.read_text())


@pytest.mark.parametrize("name", READS)
async def test_a_query_has_its_answer_and_no_more_statements_than_said(world: Database, name: str) -> None:
    check(name, *await answer(world, (QUERIES / f"{name}.graphql").read_text(), by_plan=False))


@pytest.mark.parametrize("name", READS)
async def test_by_plan_it_has_the_same_answer_of_fewer_statements(world: Database, name: str) -> None:
    found = await answer(world, (QUERIES / f"{name}.graphql").read_text(), by_plan=True)
    check(name, *found, way="by plan")


@pytest.mark.parametrize("name", sorted(set(NAMES) - set(READS)))
async def test_a_mutation_has_its_answer(fresh_world: Database, name: str) -> None:
    check(name, *await answer(fresh_world, (QUERIES / f"{name}.graphql").read_text(), by_plan=True))
