"""What the tests of exports share: empty databases, exports as bytes, and somebody who does not watch."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from db.database import Database, connected
from engines.dumps.export import export
from tests.conftest import cloned


class Silent:
    """Somebody who does not watch."""

    def begin(self, name: str, rows: int) -> None:
        """Nothing to see."""

    def reached(self, rows: int) -> None:
        """Nothing to see."""


@asynccontextmanager
async def empty(server: str, template: str) -> AsyncIterator[Database]:
    """A database that holds nothing yet."""
    async with cloned(server, template) as dsn, connected(dsn) as found:
        yield found


async def exported(db: Database, folder: Path) -> dict[str, bytes]:
    """The files of an export of the database, by name."""
    await export(db, folder, Silent())
    return contents(folder)


def contents(folder: Path) -> dict[str, bytes]:
    """The files of a folder, by name."""
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


async def ask(db: Database, text: str, *args: Any) -> list[tuple[Any, ...]]:
    """The rows of a statement of the test's own."""
    return [tuple(row) for row in await db.reads().rows("test", *args, text=text)]


async def do(db: Database, text: str) -> None:
    """Runs a statement of the test's own."""
    async with db.transaction() as tx:
        await tx.run("test", text=text)
