"""Folds what accounts have gathered into their sums, beside whatever else the server does."""

import asyncio
from contextlib import AbstractAsyncContextManager

import structlog

from db.connections import LOST, Busy
from db.database import Database
from engines import account_sums
from server.beside import beside

log = structlog.get_logger()
_PAUSE = 1.0
"""Seconds between looks for accounts that are due."""


def working(database: Database) -> AbstractAsyncContextManager[None]:
    """Folds now and then until the block ends; what is left counts all the same."""
    return beside(_work(database))


async def _work(database: Database) -> None:
    while True:
        try:
            await account_sums.fold_due(database)
        except (Busy, *LOST) as lost:
            log.warning("the sums of accounts wait for the database", error=type(lost).__name__)
        await asyncio.sleep(_PAUSE)
