"""Connections of a pool, kept at hand: taking one and giving it back need no task, no lock and no statement.

asyncpg's pool makes a task for each connection that is given back, a tenth of a small request's time. Here a
connection goes back to the pool only when something went wrong on it: the pool knows how to mend or end it.
"""

import asyncio
import logging
from collections import deque
from contextlib import suppress
from types import TracebackType

import asyncpg
from asyncpg.pool import PoolConnectionProxy

LOST = (asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError, OSError)
"""What tells of a connection that is lost, or of a database that does not answer; a timeout is an OSError."""

logging.getLogger("asyncpg.pool").setLevel(logging.CRITICAL)
"""What the pool says of connections that it cannot make anew: who waits for one is told, and tells it."""


class Busy(Exception):
    """All connections were in use for as long as anybody can be kept waiting."""


class Connections:
    """The connections of one pool, at most `size` of them; nobody waits for one longer than `patience`."""

    def __init__(self, pool: asyncpg.Pool, size: int, patience: float = 10) -> None:
        self._pool = pool
        self._left = size
        self._patience = patience
        self.closing = False
        self._free: deque[PoolConnectionProxy] = deque()
        self._waiting: deque[asyncio.Future[PoolConnectionProxy | None]] = deque()

    def acquire(self) -> "Lease":
        """A connection for the length of a block."""
        return Lease(self)

    async def take(self) -> PoolConnectionProxy:
        """A connection: one at hand, a new one, or the next that is given back."""
        while True:
            if self._free:
                connection = self._free.pop()
                if _is_sound(connection):
                    return connection
                await self.drop(connection)
            elif self._left:
                return await self._made()
            elif (given := await self._given()) is not None:
                return given

    async def _made(self) -> PoolConnectionProxy:
        self._left -= 1
        try:
            return await self._pool.acquire()
        except BaseException:
            self._left += 1
            self._wake(None)
            raise

    async def _given(self) -> PoolConnectionProxy | None:
        """What the next to leave gives; None where it leaves room for a new one."""
        waiting: asyncio.Future[PoolConnectionProxy | None] = asyncio.get_running_loop().create_future()
        self._waiting.append(waiting)
        ends = asyncio.get_running_loop().call_later(self._patience, _give_up, waiting)
        try:
            return await waiting
        except asyncio.CancelledError:
            if waiting.done() and not waiting.cancelled():
                given = waiting.result()
                self._wake(None) if given is None else self.give(given)
            raise
        finally:
            ends.cancel()

    def give(self, connection: PoolConnectionProxy) -> None:
        """Gives a sound connection back."""
        if not self._wake(connection):
            self._free.append(connection)

    async def drop(self, connection: PoolConnectionProxy) -> None:
        """Leaves a connection to the pool, which mends or ends it, and room for another."""
        try:
            with suppress(*LOST):
                await self._pool.release(connection)
        finally:
            self._left += 1
            self._wake(None)

    async def close(self) -> None:
        """Ends all connections, after those in use have been given back."""
        self.closing = True
        while self._free:
            await self.drop(self._free.pop())
        await self._pool.close()

    def _wake(self, given: PoolConnectionProxy | None) -> bool:
        while self._waiting:
            waiting = self._waiting.popleft()
            if not waiting.done():
                waiting.set_result(given)
                return True
        return False


def _give_up(waiting: "asyncio.Future[PoolConnectionProxy | None]") -> None:
    if not waiting.done():
        waiting.set_exception(Busy())


class Lease:
    """A connection for the length of a block."""

    __slots__ = ("_connection", "_connections")

    def __init__(self, connections: Connections) -> None:
        self._connections = connections
        self._connection: PoolConnectionProxy | None = None

    async def __aenter__(self) -> PoolConnectionProxy:
        self._connection = await self._connections.take()
        return self._connection

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        connection = self._connection
        assert connection is not None
        if kind is None and not self._connections.closing and _is_sound(connection):
            self._connections.give(connection)
        else:
            await self._connections.drop(connection)


def _is_sound(connection: PoolConnectionProxy) -> bool:
    """Whether the connection is open and in no transaction; one that was lost the pool has left already."""
    try:
        return not (connection.is_closed() or connection.is_in_transaction())
    except asyncpg.InterfaceError:
        return False
