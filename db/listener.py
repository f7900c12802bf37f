"""Hears what other processes tell: one connection of its own, made again whenever it is lost."""

import asyncio
from collections.abc import Callable
from typing import Any

import asyncpg
import structlog

from db.connections import LOST

log = structlog.get_logger()
CHANNEL = "leadgraph_change"
_PATIENCE = (0.1, 5.0)
"""The first and the longest pause before the next try, in seconds."""
_PROOF = 30.0
"""Seconds after which a quiet connection has to prove that it is still there."""


class Listener:
    """Calls `hear` for every word on the channel, and whenever it begins to listen anew."""

    def __init__(self, address: str, hear: Callable[[], None]) -> None:
        self._address = address
        self._hear = hear
        self.connected = asyncio.Event()

    async def run(self) -> None:
        """Listens until it is cancelled."""
        pause, longest = _PATIENCE
        while True:
            try:
                await self._listen()
                pause = _PATIENCE[0]
            except LOST as fault:
                log.warning("no ear for changes, polling", error=str(fault) or type(fault).__name__)
                pause = min(pause * 2, longest)
            await asyncio.sleep(pause)

    async def _listen(self) -> None:
        """Listens until the connection is lost."""
        lost = asyncio.Event()
        connection = await asyncpg.connect(
            self._address, timeout=10, server_settings={"application_name": "leadgraph listener"}
        )
        try:
            connection.add_termination_listener(lambda _: lost.set())
            await connection.add_listener(CHANNEL, self._heard)
            self.connected.set()
            self._hear()
            while not await _came(lost, _PROOF):
                await connection.execute("select 1", timeout=10)
        finally:
            self.connected.clear()
            connection.terminate()

    def _heard(self, *_: Any) -> None:
        self._hear()


async def _came(event: asyncio.Event, within: float) -> bool:
    try:
        async with asyncio.timeout(within):
            return await event.wait()
    except TimeoutError:
        return False
