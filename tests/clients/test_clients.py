"""Clients of frontend teams against real server processes: queries, pages, refusals, events."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from subprocess import CompletedProcess

import httpx
import pytest

from tests.clients.node import HERE, MODULES, run, tool
from tests.conftest import served

MANIFEST = "persisted_queries.json"


def tell(subtests: pytest.Subtests, finished: "CompletedProcess[str]") -> None:
    """Makes a test of each check of a script; one that did not come to its end fails."""
    told = [json.loads(line) for line in finished.stdout.splitlines() if line.startswith("{")]
    early = f"It ended early, with {finished.returncode}: {finished.stderr}"
    assert told[-1:] == [{"end": True}], early
    for found in told[:-1]:
        with subtests.test(msg=found["check"]):
            assert found["ok"], found["problem"]


@pytest.mark.parametrize("script", ["apollo.mjs", "urql.mjs"])
def test_a_client_reads_writes_and_follows(
    subtests: pytest.Subtests, script: str, serving: str, writing: str
) -> None:
    # Apollo warns of what its cache may lose only where it is built for development.
    tell(
        subtests,
        run("--conditions=development", script, LEADGRAPH_READING=serving, LEADGRAPH_WRITING=writing),
    )


def compiled(folder: Path, address: str, **config: object) -> Path:
    """Relay's sources in a folder of their own, compiled and bundled."""
    app = folder / "app"
    shutil.copytree(HERE / "relay", app)
    shutil.copy(HERE / "checks.mjs", folder)
    (app / "schema.graphql").write_text(httpx.get(f"{address}/schema.graphql").text)
    (folder / "node_modules").symlink_to(MODULES)
    settings = json.loads((app / "relay.config.json").read_text()) | config
    (app / "relay.config.json").write_text(json.dumps(settings))
    (app / settings["artifactDirectory"]).mkdir()
    (app / MANIFEST).write_text("{}")
    for command in ([tool("relay-compiler"), "relay.config.json"], ["bundle.mjs"]):
        finished = run(*command, cwd=app)
        assert finished.returncode == 0, finished.stdout + finished.stderr
    return app


def test_relay_reads_writes_and_follows(
    subtests: pytest.Subtests, tmp_path: Path, serving: str, writing: str
) -> None:
    app = compiled(tmp_path, writing)
    tell(subtests, run("main.mjs", cwd=app, LEADGRAPH_READING=serving, LEADGRAPH_WRITING=writing))


@pytest.fixture
def persisted(tmp_path: Path, writing: str) -> Path:
    """Relay's sources, compiled to ids; the documents' texts lie in the manifest beside them."""
    return compiled(tmp_path, writing, persistConfig={"file": MANIFEST})


@pytest.fixture
def trusted(persisted: Path, company: str) -> Iterator[str]:
    """The address of a Leadgraph process that runs the documents of that manifest alone."""
    manifest = str(persisted / MANIFEST)
    with served(company, LEADGRAPH_DOCUMENTS=manifest, LEADGRAPH_TRUSTED_DOCUMENTS="1") as address:
        yield address


def test_relay_runs_documents_by_their_ids_where_nothing_else_is_run(
    subtests: pytest.Subtests, persisted: Path, trusted: str, writing: str
) -> None:
    tell(
        subtests,
        run(
            "main.mjs",
            cwd=persisted,
            LEADGRAPH_READING=writing,
            LEADGRAPH_WRITING=writing,
            LEADGRAPH_TRUSTED=trusted,
        ),
    )
