"""One PostgreSQL a run, one migrated template, a clone of it for each module that asks for a database."""

import gc
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator, Generator, Iterator
from contextlib import asynccontextmanager, contextmanager
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import asyncpg
import pytest

from db.database import Database, connected
from db.embedded import running
from db.migrate import migrate
from engines.demo import load
from tests.world import settle

# A server and a command that the tests start is compiled once, not each time anew.
sys.dont_write_bytecode = False
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
# What a shell starts beside other things is deaf to Ctrl-C, and so would be what the tests start.
signal.signal(signal.SIGINT, signal.default_int_handler)

HASTY = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
_numbers = count(1)


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """What the modules hold stays: as in the server, it is not sought through for garbage ever again."""
    gc.disable()
    found = yield
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)
    gc.enable()
    return found


@pytest.fixture(scope="session")
def server() -> Iterator[str]:
    """The address of a PostgreSQL of the tests' own, or of the one that LEADGRAPH_TEST_DATABASE_URL names."""
    outside = os.environ.get("LEADGRAPH_TEST_DATABASE_URL")
    if outside:
        yield outside
        return
    folder = Path(tempfile.mkdtemp(prefix="leadgraph-", dir=_memory()))
    try:
        with running(folder, settings=HASTY) as dsn:
            yield dsn
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _memory() -> Path | None:
    """The folder that is kept in memory, where there is one with room enough."""
    place = Path("/dev/shm")
    return place if place.is_dir() and shutil.disk_usage(place).free > 8 << 30 else None


@pytest.fixture(scope="session")
async def template(server: str) -> str:
    """The name of a migrated, empty database that others are cloned from."""
    name = f"leadgraph_template_{os.getpid()}"
    connection = await asyncpg.connect(server)
    await connection.execute(f"drop database if exists {name}")
    await connection.execute(f"create database {name}")
    await connection.close()
    connection = await asyncpg.connect(server, database=name)
    await migrate(connection)
    await connection.close()
    return name


@asynccontextmanager
async def cloned(server: str, template: str) -> AsyncIterator[str]:
    """The address of a fresh clone of the template, dropped when the block ends."""
    name = f"{template}_{next(_numbers)}"
    connection = await asyncpg.connect(server)
    await connection.execute(f"create database {name} template {template} strategy file_copy")
    try:
        yield address(server, name)
    finally:
        await connection.execute(f"drop database {name} with (force)")
        await connection.close()


def address(server: str, name: str) -> str:
    """The address of another database of that server."""
    parts = urlsplit(server)
    return urlunsplit(parts._replace(path=f"/{name}"))


@pytest.fixture(scope="module")
async def dsn(server: str, template: str) -> AsyncIterator[str]:
    """The address of an empty, migrated database of the module's own."""
    async with cloned(server, template) as found:
        yield found


@pytest.fixture(scope="module")
async def database(dsn: str) -> AsyncIterator[Database]:
    """An empty, migrated database of the module's own."""
    async with connected(dsn) as found:
        yield found


@pytest.fixture(scope="module")
async def world(database: Database) -> Database:
    """The small invented company, for reading."""
    await settle(database)
    return database


@pytest.fixture
async def empty(server: str, template: str) -> AsyncIterator[Database]:
    """An empty, migrated database of the test's own."""
    async with cloned(server, template) as dsn, connected(dsn) as found:
        yield found


@pytest.fixture(scope="session")
async def demo_template(server: str, template: str) -> AsyncIterator[str]:
    """The name of a database that holds the demo company as it was loaded; others are cloned from it."""
    async with cloned(server, template) as dsn:
        async with connected(dsn) as database:
            assert await load(database, datetime.now(UTC))
        yield urlsplit(dsn).path.removeprefix("/")


@pytest.fixture(scope="session")
async def demo(server: str, demo_template: str) -> AsyncIterator[str]:
    """The address of a database that holds the demo company, for reading."""
    async with cloned(server, demo_template) as dsn:
        yield dsn


@contextmanager
def served(dsn: str, **settings: str) -> Iterator[str]:
    """The address of a Leadgraph process over that database."""
    environ = {**os.environ, "LEADGRAPH_DATABASE_URL": dsn, **settings}
    command = [sys.executable, "-m", "server", "serve", "--port", "0"]
    with subprocess.Popen(command, env=environ, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            greeting = next((line for line in process.stdout if "http://" in line), "")
            assert greeting, "The server did not start: it says why on its standard error."
            yield greeting.split()[-1].rstrip("/")
        finally:
            process.terminate()
        assert process.wait(timeout=15) == 0


@pytest.fixture(scope="session")
def serving(demo: str) -> Iterator[str]:
    """The address of a Leadgraph process that serves the demo company, at a port of its own."""
    with served(demo) as address:
        yield address


@pytest.fixture(scope="session")
def explorer_url(serving: str) -> str:
    """The address of the explorer over the demo company."""
    return f"{serving}/"
