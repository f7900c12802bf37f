"""The example client of the guide: built as its page says, and run against real servers."""

import asyncio
import json
import re
import shutil
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from subprocess import CompletedProcess
from urllib.parse import urlsplit

import httpx
import pytest

from db.database import connected
from domain.facts import NewInteraction
from domain.interactions import InteractionType
from engines.ingest import ingest
from tests.clients import node

EXAMPLE = Path(__file__).parents[2] / "docs" / "examples" / "typescript"
IDS = """{
  ann: contact(by: {sourceKey: {source: "world", key: "ann"}}) { id }
  kettle: account(by: {sourceKey: {source: "world", key: "kettle"}}) { id }
}"""
PATIENCE = 10


@pytest.fixture(scope="module")
def example(tmp_path_factory: pytest.TempPathFactory, serving: str) -> Path:
    """The example, built in a folder of its own."""
    folder = tmp_path_factory.mktemp("example") / "typescript"
    shutil.copytree(EXAMPLE, folder, ignore=shutil.ignore_patterns("node_modules", "dist", "schema*"))
    (folder / "node_modules").symlink_to(node.MODULES)
    (folder / "schema.graphql").write_text(httpx.get(f"{serving}/schema.graphql").text)
    build = json.loads((folder / "package.json").read_text())["scripts"]["build"]
    for command in build.split("&&"):
        name, *args = command.split()
        finished = node.run(node.tool(name), *args, cwd=folder)
        assert finished.returncode == 0, finished.stdout + finished.stderr
    return folder


def run(example: Path, address: str, *args: str) -> "CompletedProcess[str]":
    """Runs a command of the example to its end."""
    return node.run("dist/main.js", *args, cwd=example, LEADGRAPH_URL=f"{address}/graphql")


def asked(address: str, query: str) -> dict[str, dict[str, str]]:
    """The data that a query has."""
    found: dict[str, dict[str, str]] = httpx.post(f"{address}/graphql", json={"query": query}).json()["data"]
    return found


def test_its_packages_are_those_that_all_clients_are_tested_with() -> None:
    own = json.loads((EXAMPLE / "package.json").read_text())
    tested = json.loads((node.HERE / "package.json").read_text())["dependencies"]
    wanted = own["dependencies"] | own["devDependencies"]
    assert wanted == {name: tested[name] for name in wanted}


def test_its_page_tells_its_commands(example: Path, serving: str) -> None:
    usage = run(example, serving)
    assert usage.returncode == 1
    page = (EXAMPLE / "README.md").read_text()
    assert usage.stderr.splitlines() == re.findall(r"^\| `npm start (.*?)`", page, re.MULTILINE)


def test_it_shows_all_accounts_page_by_page(example: Path, serving: str) -> None:
    shown = run(example, serving, "accounts", "15")
    assert shown.returncode == 0, shown.stderr
    ids = [line.split("\t")[0] for line in shown.stdout.splitlines()]
    data = asked(serving, "{ accounts(first: 100, orderBy: {field: NAME}) { nodes { id } } }")
    known = [record["id"] for record in data["accounts"]["nodes"]]  # type: ignore[index]
    assert [id_ for id_ in ids if not id_.startswith("--")] == known
    assert ids[15] == "-- 15 accounts"


def test_it_shows_a_timeline_newest_first(example: Path, serving: str) -> None:
    shown = run(example, serving, "timeline", "fern.rimmerdal@brackenfold-mills.example", "30")
    assert shown.returncode == 0, shown.stderr
    name, *lines = shown.stdout.splitlines()
    moments = [line.split("\t")[0] for line in lines]
    assert name == "Fern Rimmerdal"
    assert len(moments) == 30
    assert moments == sorted(moments, reverse=True)


@pytest.mark.parametrize(
    ("args", "status", "words"),
    [
        (["timeline", "nobody@example.org"], 1, r"There is no contact nobody@example\.org\."),
        (["accounts", "200"], 1, r"BAD_USER_INPUT: .* \(request \w+\)"),
        (["move", "nobody", "nowhere"], 1, r"id: .* \(INVALID\)"),
        (["follow", "nowhere"], 1, r"BAD_USER_INPUT: .* \(request \w+\)"),
        (["create", "Wrong", "no address"], 1, r"contact\.email: .* \(INVALID\)"),
        (["rename", "nobody", "Name"], 1, r"BAD_USER_INPUT: .* \(request \w+\)"),
    ],
)
def test_it_says_what_the_server_refuses(
    example: Path, serving: str, args: list[str], status: int, words: str
) -> None:
    refused = run(example, serving, *args)
    assert (refused.returncode, refused.stdout) == (status, "")
    assert re.fullmatch(words, refused.stderr.splitlines()[-1]), refused.stderr


def test_it_creates_a_contact_and_changes_it_at_its_version(example: Path, writing: str) -> None:
    created = run(example, writing, "create", "Writer", "writer@example.org")
    assert created.returncode == 0, created.stderr
    id_, name = created.stdout.strip().split("\t")
    assert name == "Writer"
    renamed = run(example, writing, "rename", id_, "Author")
    assert (renamed.returncode, renamed.stdout) == (0, "Author, version 2\n"), renamed.stderr
    refused = run(example, writing, "rename", id_, "x" * 501)
    assert refused.stderr == "patch.lastName: It is longer than 500 characters. (INVALID)\n"


def test_it_tells_by_its_status_that_asking_again_may_help(example: Path) -> None:
    refused = run(example, "http://127.0.0.1:1", "accounts")
    assert (refused.returncode, refused.stdout) == (75, "")


class Wire:
    """A connection to a server that can be cut and mended, at one address."""

    def __init__(self, target: str) -> None:
        place = urlsplit(target)
        self._target = place.hostname, place.port
        self._writers: set[asyncio.StreamWriter] = set()
        self._port = 0
        self._server: asyncio.Server | None = None

    @property
    def address(self) -> str:
        """Where clients come to."""
        return f"http://127.0.0.1:{self._port}"

    async def mend(self) -> None:
        """Lets through what comes."""
        self._server = await asyncio.start_server(self._join, "127.0.0.1", self._port)
        self._port = self._server.sockets[0].getsockname()[1]

    async def cut(self) -> None:
        """Drops what is open, and lets nothing in."""
        assert self._server is not None
        self._server.close()
        for writer in list(self._writers):
            writer.transport.abort()

    async def _join(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        far_reader, far_writer = await asyncio.open_connection(*self._target)
        self._writers |= {writer, far_writer}
        await asyncio.gather(_pipe(reader, far_writer), _pipe(far_reader, writer), return_exceptions=True)
        self._writers -= {writer, far_writer}


@asynccontextmanager
async def wired(target: str) -> AsyncIterator[Wire]:
    """A wire to that server."""
    wire = Wire(target)
    await wire.mend()
    try:
        yield wire
    finally:
        await wire.cut()


async def _pipe(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        while data := await reader.read(65_536):
            writer.write(data)
            await writer.drain()
    finally:
        writer.close()


@asynccontextmanager
async def following(example: Path, address: str, *args: str) -> AsyncIterator[Process]:
    """The example while it follows an account."""
    environ = node.environ() | {"LEADGRAPH_URL": f"{address}/graphql"}
    command = [node.node(), "dist/main.js", "follow", *args]
    process = await asyncio.create_subprocess_exec(
        *command, cwd=example, env=environ, stdout=PIPE, stderr=PIPE
    )
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


async def _line(reader: asyncio.StreamReader | None) -> str:
    assert reader is not None
    return (await asyncio.wait_for(reader.readline(), PATIENCE)).decode().rstrip("\n")


async def _visit(company: str, *links: str) -> None:
    """Ann of Kettle & Co visits pages, one after the other."""
    now = datetime.now(UTC)
    async with connected(company) as database:
        for number, link in enumerate(links):
            at, id_ = now + timedelta(seconds=number), f"example {link}"
            visit = NewInteraction(
                InteractionType.WEBSITE_VISITED, at, "world", id_, contact_key="ann", link=link
            )
            await ingest(database, [visit], now)


async def test_it_follows_an_account_over_a_dropped_connection(
    example: Path, company: str, writing: str
) -> None:
    links = [f"https://kettle.example/{page}" for page in ("one", "two", "three", "four", "five")]
    kettle = asked(writing, IDS)["kettle"]["id"]
    async with wired(writing) as wire, following(example, wire.address, kettle, str(len(links))) as client:
        assert (await _line(client.stdout)).endswith(" interactions so far")
        await _visit(company, *links[:2])
        lines = [await _line(client.stdout), await _line(client.stdout)]
        await wire.cut()
        await _visit(company, *links[2:4])
        await wire.mend()
        lines += [await _line(client.stdout), await _line(client.stdout)]
        await _visit(company, links[4])
        lines.append(await _line(client.stdout))
        assert [line.split("\t")[1:] for line in lines] == [
            ["WEBSITE_VISITED", "Ann Arbour", link] for link in links
        ]
        assert await asyncio.wait_for(client.wait(), PATIENCE) == 0
        assert client.stderr is not None
        assert "connected again" in (await client.stderr.read()).decode()
