"""The explorer's page and files, as the server hands them out."""

from pathlib import Path

import httpx
import pytest
from starlette.applications import Starlette

from server import explorer


@pytest.fixture
def client() -> httpx.AsyncClient:
    """A client of a server that has the explorer alone."""
    app = httpx.ASGITransport(Starlette(routes=explorer.routes()))
    return httpx.AsyncClient(transport=app, base_url="http://explorer.test")


@pytest.fixture
def built(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a built explorer in it."""
    (tmp_path / "assets").mkdir()
    (tmp_path / "index.html").write_text("<title>Leadgraph</title>")
    (tmp_path / "schema.html").write_text("<title>Leadgraph</title>")
    monkeypatch.setattr(explorer, "PAGE", tmp_path / "index.html")
    monkeypatch.setattr(explorer, "PICTURE", tmp_path / "schema.html")
    monkeypatch.setattr(explorer, "ASSETS", tmp_path / "assets")
    return tmp_path


@pytest.mark.parametrize("page", ["/", "/explorer/schema"])
async def test_a_page_may_load_from_its_own_host_only(
    client: httpx.AsyncClient, built: Path, page: str
) -> None:
    answer = await client.get(page)
    assert answer.text == "<title>Leadgraph</title>"
    assert answer.headers["content-type"].startswith("text/html")
    assert answer.headers["cache-control"] == "no-cache"
    policy = answer.headers["content-security-policy"]
    assert "script-src 'self';" in policy
    assert "connect-src 'self';" in policy
    assert "http" not in policy


@pytest.mark.parametrize(
    ("name", "media_type"),
    [("editor.worker-1.js", "text/javascript"), ("index-2.css", "text/css"), ("codicon-3.ttf", "font/ttf")],
)
async def test_a_file_named_by_its_content_is_kept_for_good(
    client: httpx.AsyncClient, built: Path, name: str, media_type: str
) -> None:
    (built / "assets" / name).write_text("content")
    answer = await client.get(f"/explorer/assets/{name}")
    assert answer.text == "content"
    assert answer.headers["content-type"].split(";")[0] == media_type
    assert "immutable" in answer.headers["cache-control"]


@pytest.mark.parametrize("path", ["gone.js", "..%2Findex.html", "%2e%2e/index.html", "..", "%00.js"])
async def test_nothing_else_is_handed_out(client: httpx.AsyncClient, built: Path, path: str) -> None:
    assert (await client.get(f"/explorer/assets/{path}")).status_code == 404


@pytest.mark.parametrize(("page", "file"), [("/", "index.html"), ("/explorer/schema", "schema.html")])
async def test_without_a_built_page_it_says_how_to_build_one(
    client: httpx.AsyncClient, built: Path, page: str, file: str
) -> None:
    (built / file).unlink()
    answer = await client.get(page)
    assert answer.status_code == 200
    assert "make explorer" in answer.text
