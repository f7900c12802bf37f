"""A test is a document: the query, its answer, and the statements it may run.

tests/queries/NAME.graphql begins with `# statements: ...`; NAME.json is its answer. With
LEADGRAPH_WRITE_ANSWERS=1 the answers are written instead of compared, to be read in the diff.
"""

import json
import os
from collections import Counter
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from db.database import Database, connected
from resolvers.context import Context
from schema.build import schema
from server.errors import told
from tests.conftest import cloned
from tests.world import NOW, settle

QUERIES = Path(__file__).parents[1] / "queries"
NAMES = sorted(path.stem for path in QUERIES.glob("*.graphql"))
READS = [name for name in NAMES if "\nmutation" not in (QUERIES / f"{name}.graphql").read_text()]


@pytest.fixture
async def fresh_world(server: str, template: str) -> AsyncIterator[Database]:
    """The same company, for a test that changes it."""
    async with cloned(server, template) as dsn, connected(dsn) as found:
        await settle(found)
        yield found


async def answer(db: Database, document: str, **variables: Any) -> tuple[dict[str, Any], list[str]]:
    """What the document answers, as a client sees it, and the statements that it ran."""
    context = Context(db, now=NOW, actor=None, request_id="test")
    result = await schema.execute(document, variable_values=variables, context_value=context)
    found: dict[str, Any] = {"data": result.data}
    if result.errors:
        found["errors"] = [dict(told(error, "test")) for error in result.errors]
    return json.loads(json.dumps(found)), context.reads.ran


def check(name: str, found: dict[str, Any], ran: list[str]) -> None:
    """Compares an answer and its statements with what stands in the files."""
    document, expected = QUERIES / f"{name}.graphql", QUERIES / f"{name}.json"
    if os.environ.get("LEADGRAPH_WRITE_ANSWERS"):
        expected.write_text(json.dumps(found, indent=2, ensure_ascii=False) + "\n")
        _, rest = document.read_text().split("\n", 1)
        document.write_text(f"# statements: {', '.join(sorted(ran))}\n{rest}")
    allowed = document.read_text().split("\n", 1)[0].removeprefix("# statements:").strip()
    said = Counter(name.strip() for name in allowed.split(",") if name.strip())
    assert Counter(ran) <= said, "it ran more than it may"
    assert set(ran) == set(said)
    assert found == json.loads(expected.read_text())


@pytest.mark.parametrize("name", READS)
async def test_a_query_has_its_answer_and_no_more_statements_than_said(world: Database, name: str) -> None:
    check(name, *await answer(world, (QUERIES / f"{name}.graphql").read_text()))


@pytest.mark.parametrize("name", sorted(set(NAMES) - set(READS)))
async def test_a_mutation_has_its_answer(fresh_world: Database, name: str) -> None:
    check(name, *await answer(fresh_world, (QUERIES / f"{name}.graphql").read_text()))
