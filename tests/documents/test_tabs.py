"""The explorer's opening tabs are questions that the demo company answers."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from graphql import parse, validate

from db.database import connected
from resolvers.context import Context
from schema.build import schema

FOLDER = Path(__file__).parents[2] / "explorer" / "src" / "tabs"
TABS = {path.stem: path.read_text() for path in sorted(FOLDER.glob("*.graphql"))}
VARIABLES = {path.stem: json.loads(path.read_text()) for path in FOLDER.glob("*.json")}
FOLLOWING = {name for name, text in TABS.items() if "\nsubscription " in text}


@pytest.mark.parametrize("tab", sorted(TABS.keys() - FOLLOWING))
async def test_a_tab_is_answered_in_full(demo: str, tab: str) -> None:
    async with connected(demo) as database:
        context = Context(database, datetime(2026, 11, 1, tzinfo=UTC), None, "test")
        result = await schema.execute(TABS[tab], variable_values=VARIABLES.get(tab), context_value=context)
    assert result.errors is None
    assert result.data is not None
    assert all(result.data.values())


@pytest.mark.parametrize("tab", sorted(FOLLOWING))
def test_a_tab_that_follows_what_happens_can_be_asked(tab: str) -> None:
    assert validate(schema._schema, parse(TABS[tab])) == []
