"""The running server, over HTTP."""

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import asyncpg
import httpx
import pytest

from tests.conftest import cloned

ROOT = Path(__file__).parents[2]


def test_it_answers_over_the_demo_company(serving: str) -> None:
    answer = httpx.post(f"{serving}/graphql", json={"query": "{ accounts { totalCount { value } } }"}).json()
    assert answer["data"] == {"accounts": {"totalCount": {"value": 40}}}


def test_it_is_live_and_ready_and_shows_its_schema(serving: str) -> None:
    assert httpx.get(f"{serving}/livez").json() == {"status": "live"}
    assert httpx.get(f"{serving}/readyz").json()["status"] == "ready"
    assert httpx.get(f"{serving}/schema.graphql").text == (ROOT / "schema" / "schema.graphql").read_text()


def test_a_mistake_is_told_with_code_and_path(serving: str) -> None:
    answer = httpx.post(f"{serving}/graphql", json={"query": "{ contacts(first: 101) { nodes { id } } }"})
    (error,) = answer.json()["errors"]
    assert error["message"] == "A page has 1 to 100 records; 101 were asked for."
    assert (error["extensions"]["code"], error["path"]) == ("BAD_USER_INPUT", ["contacts"])
    assert error["extensions"]["requestId"] == answer.headers["x-request-id"]


def _run(*args: str, **environ: str) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-m", "server", *args]
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("LEADGRAPH_", "DATABASE_URL"))
    }
    return subprocess.run(
        command, env={**kept, **environ}, capture_output=True, text=True, timeout=60, check=False
    )


def test_a_taken_port_is_one_sentence_and_a_status() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        ended = _run("serve", "--port", port, LEADGRAPH_DATABASE_URL="postgresql://nowhere.invalid/x")
    assert ended.returncode == 1
    assert ended.stderr.strip().splitlines() == [
        f"leadgraph: Port {port} of 127.0.0.1 cannot be used: Address already in use."
        " Choose another with --port."
    ]


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("postgresql://127.0.0.1:1/x", "127.0.0.1:1/x cannot be reached"),
        ("postgresql://nowhere.invalid/x", "nowhere.invalid:5432/x cannot be reached"),
        ("mysql://127.0.0.1/x", "cannot be used"),
    ],
)
def test_a_database_that_is_not_there_is_one_sentence_and_a_status(url: str, reason: str) -> None:
    ended = _run("migrate", LEADGRAPH_DATABASE_URL=url, LEADGRAPH_DATABASE_WAIT="0")
    assert ended.returncode == 1
    (line,) = ended.stderr.strip().splitlines()
    assert line.startswith("leadgraph: The database at ")
    assert reason in line


async def test_a_database_of_a_newer_version_is_one_sentence_and_a_status(server: str, template: str) -> None:

    async with cloned(server, template) as dsn:
        connection = await asyncpg.connect(dsn)
        await connection.execute("insert into migration values (9999, '9999_later', '', now())")
        await connection.close()
        ended = _run("migrate", LEADGRAPH_DATABASE_URL=dsn)
    assert ended.returncode == 1
    assert "is of a newer version of Leadgraph (migration 9999" in ended.stderr
    assert "Traceback" not in ended.stderr


def test_an_unusable_data_folder_is_one_sentence_and_a_status(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    ended = _run("migrate", LEADGRAPH_DATA_DIR=str(tmp_path / "file"))
    assert ended.returncode == 1
    (line,) = ended.stderr.strip().splitlines()
    assert line.startswith("leadgraph: ")


def test_a_setting_that_is_none_is_one_sentence_and_a_status() -> None:
    ended = _run("migrate", LEADGRAPH_DATABASE_CONNECTIONS="many")
    assert ended.returncode == 1
    (line,) = ended.stderr.strip().splitlines()
    assert line.startswith("leadgraph: the setting LEADGRAPH_DATABASE_CONNECTIONS: ")


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_ends_orderly_when_told_to(demo: str, number: signal.Signals) -> None:
    environ = {**os.environ, "LEADGRAPH_DATABASE_URL": demo}
    command = [sys.executable, "-m", "server", "serve", "--port", "0"]
    with subprocess.Popen(command, env=environ, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline().startswith("Leadgraph's explorer: http://127.0.0.1:")
        begun = time.monotonic()
        process.send_signal(number)
        assert process.wait(timeout=15) in (0, 130)
        assert time.monotonic() - begun < 10
