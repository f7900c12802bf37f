"""Every global id leads back to its object, also those of insights with any window and choice."""

from typing import Any

import pytest

from db.database import Database
from tests.documents.test_documents import answer

FIGURES = "__typename id from to interactions email { sent delivered uniqueOpens }"
WINDOWS = [
    "",
    "from: null",
    "from: null, includeMachines: true",
    'to: "2026-06-30T21:15:00.123456+02:00"',
    'from: "2026-03-02T09:00:30.000001Z", to: "2026-07-02T00:00:00Z", includeMachines: true',
]


async def _asked(world: Database, document: str) -> Any:
    found, _ = await answer(world, document)
    assert "errors" not in found, found
    return found["data"]


@pytest.mark.parametrize("window", WINDOWS)
@pytest.mark.parametrize("owners", ["accounts", "contacts", "leads"])
async def test_the_id_of_insights_gives_the_same_insights(world: Database, owners: str, window: str) -> None:
    arguments = f"({window})" if window else ""
    data = await _asked(world, f"{{ {owners} {{ nodes {{ insights{arguments} {{ {FIGURES} }} }} }} }}")
    shown = [node["insights"] for node in data[owners]["nodes"]]
    ids = ", ".join(f'"{one["id"]}"' for one in shown)
    assert len({one["id"] for one in shown}) == len(shown)
    data = await _asked(world, f"{{ nodes(ids: [{ids}]) {{ ... on Insights {{ {FIGURES} }} }} }}")
    assert data["nodes"] == shown


@pytest.mark.parametrize(
    "argument",
    ["includeFormerContacts: true", "includeFormerContacts: true, from: null", "sinceLeadCreated: true"],
)
async def test_the_id_keeps_the_choice(world: Database, argument: str) -> None:
    data = await _asked(world, f"{{ leads {{ nodes {{ insights({argument}) {{ {FIGURES} }} }} }} }}")
    for shown in (node["insights"] for node in data["leads"]["nodes"]):
        again = await _asked(world, f'{{ node(id: "{shown["id"]}") {{ ... on Insights {{ {FIGURES} }} }} }}')
        assert again["node"] == shown


async def test_a_window_that_ends_before_its_lead_began_is_empty(world: Database) -> None:
    arguments = 'sinceLeadCreated: true, to: "2025-12-31T00:00:00Z"'
    data = await _asked(world, f"{{ leads {{ nodes {{ insights({arguments}) {{ interactions }} }} }} }}")
    assert {node["insights"]["interactions"] for node in data["leads"]["nodes"]} == {0}


@pytest.mark.parametrize("owners", ["accounts", "contacts", "leads", "opportunities", "orphanInteractions"])
async def test_the_id_of_a_record_gives_the_record(world: Database, owners: str) -> None:
    data = await _asked(world, f"{{ {owners} {{ nodes {{ __typename id }} }} }}")
    shown = data[owners]["nodes"]
    ids = ", ".join(f'"{one["id"]}"' for one in shown)
    assert shown
    assert (await _asked(world, f"{{ nodes(ids: [{ids}]) {{ __typename id }} }}"))["nodes"] == shown
