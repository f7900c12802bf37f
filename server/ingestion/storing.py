"""Stores batches of interactions: each in a transaction, tried again where that helps, told line by line."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import asyncpg

from db.database import Database
from domain.facts import NewInteraction
from domain.refusals import Refused
from engines import ingest
from engines.ingest import Taken
from server.graphql.errors import masked
from server.ingestion.answers import Result
from server.ingestion.batches import Batch, Fault

BREATH = 0.3
"""Seconds until a batch is tried again whose connection was lost: another one may be there by then."""
_LOST = (
    asyncpg.PostgresConnectionError,
    asyncpg.OperatorInterventionError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,
    ConnectionError,
)


@dataclass(frozen=True)
class Storing:
    """Stores the batches of one request; `turns` leaves connections to who reads."""

    database: Database
    actor: str | None
    request_id: str
    turns: asyncio.Semaphore

    async def store(self, batch: Batch) -> list[Result]:
        """What became of each line. Nothing of it is told before it is stored for good."""
        news = [read for read in batch.read if isinstance(read, NewInteraction)]
        try:
            taken = iter(await self._stored(news))
        except Exception as error:
            return self._failed(batch, error)
        return [next(taken) if isinstance(read, NewInteraction) else read for read in batch.read]

    async def _stored(self, news: Sequence[NewInteraction]) -> list[Taken | Refused]:
        """The same, in halves where the database refuses something that the reading let pass."""
        if not news:
            return []
        try:
            return list(await self._tried(news))
        except Refused as refused:
            if len(news) == 1:
                return [refused]
        half = len(news) // 2
        return [*await self._stored(news[:half]), *await self._stored(news[half:])]

    async def _tried(self, news: Sequence[NewInteraction]) -> list[Taken]:
        """Takes interactions in; once more where the connection was lost, as no interaction comes twice."""
        try:
            return await self._taken(news)
        except _LOST:
            await asyncio.sleep(BREATH)
            return await self._taken(news)

    async def _taken(self, news: Sequence[NewInteraction]) -> list[Taken]:
        now = datetime.now(UTC)
        return await ingest.ingest(self.database, news, now, self.actor, self.request_id, self.turns)

    def _failed(self, batch: Batch, error: Exception) -> list[Result]:
        """What is told where nothing could be stored: what was wrong with a line, or to try it again."""
        fault = fault_of(error, self.request_id)
        return [fault if isinstance(read, NewInteraction) else read for read in batch.read]


def fault_of(error: Exception, request_id: str) -> Fault:
    """What is told of a fault of ours, or of a database that does not answer; the log knows more."""
    told = masked(error, request_id)
    return Fault(told["extensions"].get("reason", "INTERNAL_SERVER_ERROR"), told["message"])
