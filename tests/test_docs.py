"""The documentation says what is so."""

import json
import re
from pathlib import Path

import httpx
import pytest

from server.pages import PAGES
from server.settings import Settings

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text()


@pytest.mark.parametrize("name", sorted(PAGES))
def test_pages_made_from_the_code_are_up_to_date(name: str) -> None:
    assert (ROOT / "docs" / name).read_text() == PAGES[name](), "run `make docs`"


@pytest.mark.parametrize("name", sorted(Settings.model_fields))
def test_every_setting_is_in_the_readme(name: str) -> None:
    assert f"`LEADGRAPH_{name.upper()}`" in README


def test_the_readmes_query_has_the_readmes_answer(serving: str) -> None:
    query = re.search(r"```graphql\n(.*?)```", README, re.DOTALL)
    answer = re.search(r"```json\n(.*?)```", README, re.DOTALL)
    assert query
    assert answer
    found = httpx.post(f"{serving}/graphql", json={"query": query[1]}).json()
    assert found == json.loads(answer[1])


@pytest.mark.parametrize("path", sorted(ROOT.glob("*.md")) + sorted((ROOT / "docs").rglob("*.md")), ids=str)
def test_links_between_pages_lead_somewhere(path: Path) -> None:
    for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", path.read_text()):
        assert (path.parent / target).exists(), target
