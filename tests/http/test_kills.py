"""Killed without warning, in a start or an import: the next start is clean, nothing is half-written."""

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

ROWS = 25_000
MAPPING = """
name = "people"
about = "People, and their visits."
source = "people"
[[file]]
match = "people.csv"
[file.contact]
key = "id"
last_name = "name"
[file.interaction]
key = "visit:{id}"
type = { fixed = "WEBSITE_VISITED" }
contact_id = "id"
occurred_at = { fixed = "2026-02-01" }
"""
COUNT = (
    "{ contacts { totalCount { value } }"
    ' contact(by: {sourceKey: {source: "people", key: "0"}}) { insights(from: null) { interactions } } }'
)


@pytest.fixture
def folder() -> Iterator[Path]:
    """A data folder within reach of the account that PostgreSQL runs as."""
    made = Path(tempfile.mkdtemp(prefix="leadgraph-kill-"))
    yield made
    shutil.rmtree(made, ignore_errors=True)


def _started(folder: Path, *args: str) -> "subprocess.Popen[str]":
    kept = {name: value for name, value in os.environ.items() if not name.endswith("DATABASE_URL")}
    return subprocess.Popen(
        [sys.executable, "-m", "server", *args],
        env={**kept, "LEADGRAPH_DATA_DIR": str(folder)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=tempfile.gettempdir(),
    )


@contextmanager
def _serving(folder: Path) -> Iterator[tuple["subprocess.Popen[str]", str]]:
    process = _started(folder, "serve", "--port", "0")
    assert process.stdout is not None
    greeting = process.stdout.readline()
    try:
        assert greeting, process.communicate()[1]
        yield process, greeting.split()[-1]
    finally:
        process.terminate()
        process.communicate(timeout=15)


def _ask(url: str, query: str) -> dict[str, object]:
    found: dict[str, object] = httpx.post(f"{url}graphql", json={"query": query}).json()
    return found


@pytest.mark.parametrize("moment", [0.4, 1.2, 2.0])
def test_a_start_that_is_killed_leaves_a_clean_next_start(folder: Path, moment: float) -> None:
    process = _started(folder, "serve", "--port", "0", "--demo")
    time.sleep(moment)
    process.send_signal(signal.SIGKILL)
    process.communicate()
    with _serving(folder) as (_, url):
        assert _contacts(url) in (0, 600), "the demo is loaded whole or not at all"


def test_a_server_killed_in_an_import_loses_no_whole_batch_and_the_import_goes_on(folder: Path) -> None:
    work = Path(tempfile.mkdtemp(dir=folder.parent))
    (work / "people.toml").write_text(MAPPING)
    (work / "people.csv").write_text("id,name\n" + "".join(f"{n},Name {n}\n" for n in range(ROWS)))
    command = (
        "import",
        str(work / "people.toml"),
        str(work / "people.csv"),
        "--report",
        str(work / "report"),
    )
    with _serving(folder) as (server, url):
        bringing = _started(folder, *command)
        while not (done := _contacts(url)):
            time.sleep(0.02)
        server.send_signal(signal.SIGKILL)
        _, errors = bringing.communicate(timeout=60)
    assert bringing.returncode == 1
    assert "Traceback" not in errors
    with _serving(folder) as (_, url):
        kept = _contacts(url)
        assert kept % 1_000 == 0
        assert done <= kept < ROWS
        again = _started(folder, *command)
        _, errors = again.communicate(timeout=120)
        assert again.returncode == 0, errors
        assert _ask(url, COUNT)["data"] == {
            "contacts": {"totalCount": {"value": ROWS}},
            "contact": {"insights": {"interactions": 1}},
        }
    report = json.loads((work / "report").read_text())
    assert report["files"][0]["entities"]["interaction"]["stored"] == ROWS
    shutil.rmtree(work)


def _contacts(url: str) -> int:
    answer = _ask(url, "{ contacts { totalCount { value } } }")
    return int(answer["data"]["contacts"]["totalCount"]["value"])  # type: ignore[index]
