"""The monthly partitions of interactions, made before they are needed."""

from collections.abc import Iterable
from datetime import UTC, datetime

import asyncpg
from asyncpg.pool import PoolConnectionProxy

EARLY = datetime(2015, 1, 1, tzinfo=UTC)
"""Everything before this lies in one partition."""
_LOCK = 4_719_305_539


def month_of(moment: datetime) -> datetime | None:
    """The first instant of the moment's month; None where months are not kept apart."""
    at = moment.astimezone(UTC)
    return None if at < EARLY else datetime(at.year, at.month, 1, tzinfo=UTC)


async def make_months(
    connection: asyncpg.Connection | PoolConnectionProxy, months: Iterable[datetime]
) -> None:
    """Makes the partitions that are missing, without blocking who reads or writes the others."""
    async with connection.transaction():
        await connection.execute("select pg_advisory_xact_lock($1)", _LOCK)
        for month in sorted(months):
            name = f"interaction_{month:%Y_%m}"
            if await connection.fetchval("select to_regclass($1)", name) is None:
                await _make(connection, name, month)


async def _make(connection: asyncpg.Connection | PoolConnectionProxy, name: str, month: datetime) -> None:
    following = month.replace(year=month.year + month.month // 12, month=month.month % 12 + 1)
    await connection.execute(f"create table {name} (like interaction including defaults including indexes)")
    await connection.execute(
        f"alter table interaction attach partition {name}"
        f" for values from ('{month.isoformat()}') to ('{following.isoformat()}')"
    )
