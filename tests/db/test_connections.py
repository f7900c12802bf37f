"""Connections at hand: bounded, given on, and left to the pool where something went wrong on them."""

import asyncio
from collections.abc import AsyncIterator

import asyncpg
import pytest

from db.connections import Busy, Connections

LOST = (asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError, ConnectionError)
"""What the driver says of a lost connection: it depends on how much of the farewell it has read."""


@pytest.fixture
async def two(dsn: str) -> AsyncIterator[Connections]:
    """Two connections at most."""
    found = Connections(await asyncpg.create_pool(dsn, min_size=0, max_size=2), 2)
    yield found
    await asyncio.wait_for(found.close(), 10)


async def backend(connections: Connections, sleep: float = 0) -> int:
    """Which backend answers."""
    async with connections.acquire() as connection:
        await connection.execute("select pg_sleep($1)" if sleep else "select $1::float", sleep)
        return connection.get_server_pid()


async def test_a_connection_is_used_again(two: Connections) -> None:
    assert len({await backend(two) for _ in range(20)}) == 1


async def test_no_more_are_made_than_allowed_and_nobody_is_forgotten(two: Connections) -> None:
    found = await asyncio.gather(*(backend(two) for _ in range(50)))
    assert len(found) == 50
    assert len(set(found)) == 2


async def test_a_closed_connection_is_replaced(two: Connections, dsn: str) -> None:
    first = await backend(two)
    async with two.acquire() as connection:
        other = await asyncpg.connect(dsn)
        await other.execute("select pg_terminate_backend($1)", connection.get_server_pid())
        await other.close()
        with pytest.raises(LOST):
            await connection.fetchval("select pg_sleep(10)")
    assert await backend(two) != first
    assert len(set(await asyncio.gather(*(backend(two) for _ in range(10))))) <= 2


async def test_who_waits_too_long_for_a_connection_is_told_so_and_nobody_else_is(dsn: str) -> None:
    one = Connections(await asyncpg.create_pool(dsn, min_size=0, max_size=1), 1, patience=0.2)
    async with one.acquire():
        with pytest.raises(Busy):
            await backend(one)
    assert await backend(one)
    await asyncio.wait_for(one.close(), 10)


async def test_what_is_cancelled_gives_its_connection_back(two: Connections) -> None:
    asleep = [asyncio.create_task(backend(two, sleep=30)) for _ in range(2)]
    await asyncio.sleep(0.2)
    waiting = [asyncio.create_task(backend(two)) for _ in range(4)]
    await asyncio.sleep(0.05)
    for task in (*asleep, waiting[1]):
        task.cancel()
    found = await asyncio.wait_for(asyncio.gather(*asleep, *waiting, return_exceptions=True), 10)
    assert [isinstance(one, asyncio.CancelledError) for one in found] == [
        True,
        True,
        False,
        True,
        False,
        False,
    ]


async def test_who_is_cancelled_when_a_connection_comes_passes_it_on(two: Connections) -> None:
    async with two.acquire(), two.acquire():
        first, second = asyncio.create_task(backend(two)), asyncio.create_task(backend(two))
        await asyncio.sleep(0.05)
    first.cancel()
    with pytest.raises(asyncio.CancelledError):
        await first
    assert await asyncio.wait_for(second, 10)
    assert len(await asyncio.wait_for(asyncio.gather(*(backend(two) for _ in range(10))), 10)) == 10


async def test_a_transaction_that_was_left_open_is_ended(two: Connections) -> None:
    async with two.acquire() as connection:
        await connection.execute("begin")
        pid = connection.get_server_pid()
    for _ in range(3):
        async with two.acquire() as connection:
            assert not connection.is_in_transaction()
            state = "select state from pg_stat_activity where pid = $1"
            assert await connection.fetchval(state, pid) in ("idle", "active", None)


async def test_a_database_that_is_away_is_an_error_for_each_and_a_hang_for_none() -> None:
    pool = await asyncpg.create_pool(
        "postgresql://nobody@127.0.0.1:1/nothing", min_size=0, max_size=1, timeout=5
    )
    away = Connections(pool, 1)
    found = await asyncio.wait_for(
        asyncio.gather(*(backend(away) for _ in range(5)), return_exceptions=True), 20
    )
    assert all(isinstance(one, OSError) for one in found)
    await away.close()
