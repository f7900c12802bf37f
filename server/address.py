"""Which database this process uses: an outside one, or the embedded one it starts or joins."""

import asyncio
import time
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

import asyncpg

from db.embedded import running
from db.migrate import Unfit, migrate
from server.settings import Settings

_NOT_YET = (OSError, asyncpg.CannotConnectNowError, asyncpg.TooManyConnectionsError)
_REFUSING = (asyncpg.PostgresError, asyncpg.InterfaceError, ValueError)


@contextmanager
def database_address(settings: Settings) -> Iterator[str]:
    """The address of a PostgreSQL that runs while the block does."""
    if settings.database_url:
        yield settings.database_url
        return
    with running(settings.data_dir) as dsn:
        yield dsn


async def prepare(dsn: str, wait: float) -> list[str]:
    """Waits for the database and brings it to this version's shape; returns the migrations it took."""
    connection = await _connect(dsn, wait)
    try:
        return await migrate(connection)
    except asyncpg.PostgresError as error:
        raise Unfit(f"The database at {_place(dsn)} refused a migration: {error}.") from error
    finally:
        await connection.close()


async def _connect(dsn: str, wait: float) -> asyncpg.Connection:
    deadline = time.monotonic() + wait
    while True:
        try:
            return await asyncpg.connect(dsn, timeout=max(wait, 1))
        except _NOT_YET as error:
            if time.monotonic() >= deadline:
                reason = getattr(error, "strerror", None) or error or "no answer"
                raise Unfit(f"The database at {_place(dsn)} cannot be reached: {reason}.") from error
        except _REFUSING as error:
            raise Unfit(f"The database at {_place(dsn)} cannot be used: {error}.") from error
        await asyncio.sleep(0.2)


def _place(dsn: str) -> str:
    """The address without user and password."""
    parts = urlsplit(dsn)
    host = f"{parts.hostname or 'localhost'}:{parts.port or 5432}" if parts.hostname else "the local socket"
    return f"{host}{parts.path}"
