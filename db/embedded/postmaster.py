"""What a running server says of itself in its `postmaster.pid`, and whether it answers."""

from __future__ import annotations

import asyncio
import contextlib
import os
import urllib.parse
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import asyncpg

from db.embedded.cluster import SUPERUSER
from db.embedded.unusable import Unusable

DATABASE = "leadgraph"


@dataclass(frozen=True)
class Postmaster:
    """A server as its own file describes it."""

    pid: int
    data: str
    port: int
    sockets: str
    status: str

    def serves(self, data: Path) -> bool:
        """Whether it takes connections to these data on a socket; its file may have been copied with them."""
        return self.status == "ready" and self.data == str(data) and self.sockets.startswith("/")

    @property
    def dsn(self) -> str:
        """How a client reaches the database."""
        return self._dsn(DATABASE)

    def answers(self) -> bool:
        """Whether a client gets in; makes the database if it is missing."""
        # A thread of its own: the caller may stand inside a running event loop.
        with ThreadPoolExecutor(1) as thread:
            return thread.submit(lambda: asyncio.run(self._visited())).result()

    async def _visited(self) -> bool:
        try:
            await self._entered()
        except (OSError, TimeoutError, asyncpg.PostgresConnectionError, asyncpg.OperatorInterventionError):
            return False  # it is starting or ending
        except asyncpg.TooManyConnectionsError:
            return True
        except asyncpg.PostgresError as fault:
            raise Unusable(
                f"PostgreSQL in {self.sockets} has no database for Leadgraph: {str(fault).splitlines()[0]}."
            ) from fault
        return True

    async def _entered(self) -> None:
        try:
            await self._run(DATABASE, "select 1")
        except asyncpg.InvalidCatalogNameError:
            # Another process may see the same gap at the same time.
            with contextlib.suppress(asyncpg.DuplicateDatabaseError, asyncpg.UniqueViolationError):
                await self._run("postgres", f"create database {DATABASE}")

    async def _run(self, database: str, statement: str) -> None:
        connection = await asyncpg.connect(self._dsn(database), timeout=10)
        try:
            await connection.execute(statement)
        finally:
            await connection.close()

    def _dsn(self, database: str) -> str:
        query = urllib.parse.urlencode(
            {"host": self.sockets, "port": self.port}, quote_via=urllib.parse.quote
        )
        return f"postgresql://{SUPERUSER}@/{database}?{query}"


def postmaster(data: Path) -> Postmaster | None:
    """The server that claims the data, alive or not; nothing while its file is missing or unfinished."""
    try:
        lines = os.fsdecode((data / "postmaster.pid").read_bytes()).split("\n")
    except FileNotFoundError:
        return None
    if len(lines) < 8:
        return None
    pid, data_folder, _, port, sockets, _, _, status, *_ = lines
    return Postmaster(int(pid), data_folder, int(port), sockets, status.strip())
