"""The command in a process of its own: `python -m tests.engines.imports.command DSN REPORT FORMAT PATH`."""

import asyncio
import sys
from pathlib import Path

from db.database import connected
from server.imports import run_import


async def main(dsn: str, report: str, format: str, *paths: str) -> int:
    """Runs the import over a pool of its own."""
    async with connected(dsn) as db:
        return await run_import(db, format, [Path(path) for path in paths], Path(report))


if __name__ == "__main__":
    sys.exit(asyncio.run(main(*sys.argv[1:])))
