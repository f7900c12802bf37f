"""The explorer's opening tabs are questions that the demo company answers."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from db.database import connected
from resolvers.context import Context
from schema.build import schema

TABS = sorted((Path(__file__).parents[2] / "explorer" / "src" / "tabs").glob("*.graphql"))


@pytest.mark.parametrize("tab", TABS, ids=lambda path: path.stem)
async def test_a_tab_is_answered_in_full(demo: str, tab: Path) -> None:
    held = tab.with_suffix(".json")
    variables = json.loads(held.read_text()) if held.exists() else None
    async with connected(demo) as database:
        context = Context(database, datetime(2026, 11, 1, tzinfo=UTC), None, "test")
        result = await schema.execute(tab.read_text(), variable_values=variables, context_value=context)
    assert result.errors is None
    assert result.data is not None
    assert all(result.data.values())
