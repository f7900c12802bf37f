"""What a running server says of itself in its `postmaster.pid`, and whether it answers."""

from __future__ import annotations

import asyncio
import contextlib
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
    port: int
    sockets: str
    status: str

    @property
    def ready(self) -> bool:
        """Whether it takes connections on a socket."""
        return self.status == "ready" and self.sockets.startswith("/")

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
            await self._run(DATABASE, "select 1")
        except asyncpg.InvalidCatalogNameError:
            # Another process may see the same gap at the same time.
            with contextlib.suppress(asyncpg.DuplicateDatabaseError, asyncpg.UniqueViolationError):
                await self._run("postgres", f"create database {DATABASE}")
        except (OSError, TimeoutError, asyncpg.PostgresConnectionError, asyncpg.OperatorInterventionError):
            return False  # it is starting or ending
        except asyncpg.TooManyConnectionsError:
            return True
        except asyncpg.PostgresError as fault:
            raise Unusable(f"PostgreSQL in {self.sockets} has no database for Leadgraph: {fault}.") from fault
        return True

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
        lines = (data / "postmaster.pid").read_text(errors="surrogateescape").splitlines()
    except FileNotFoundError:
        return None
    if len(lines) < 8:
        return None
    return Postmaster(pid=int(lines[0]), port=int(lines[3]), sockets=lines[4], status=lines[7].strip())
