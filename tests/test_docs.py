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


def test_every_setting_that_the_documentation_names_is_one() -> None:
    known = {f"LEADGRAPH_{name.upper()}" for name in Settings.model_fields} | {"LEADGRAPH_POSTGRES_BIN"}
    pages = [README, *((page.read_text()) for page in (ROOT / "docs").rglob("*.md"))]
    named = {name for page in pages for name in re.findall(r"`(LEADGRAPH_[A-Z_]+)", page)}
    assert named - known <= {"LEADGRAPH_CHROMIUM", "LEADGRAPH_URL"}


def test_the_readmes_query_has_the_readmes_answer(serving: str) -> None:
    query = re.search(r"```graphql\n(.*?)```", README, re.DOTALL)
    answer = re.search(r"```json\n(.*?)```", README, re.DOTALL)
    assert query
    assert answer
    found = httpx.post(f"{serving}/graphql", json={"query": query[1]}).json()
    assert found["data"] == json.loads(answer[1])["data"]


@pytest.mark.parametrize("path", sorted(ROOT.glob("*.md")) + sorted((ROOT / "docs").rglob("*.md")), ids=str)
def test_links_between_pages_lead_somewhere(path: Path) -> None:
    for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", path.read_text()):
        assert (path.parent / target).exists(), target
