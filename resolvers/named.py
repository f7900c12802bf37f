"""What is done to records that are a name and a few words: by ids of the graph, once for a client's key."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

from db.database import Transaction
from db.loaders import One
from engines import answers
from engines.answers import Asked, Repeated
from resolvers.context import Info
from resolvers.identity import uuid_of


class Engine(Protocol):
    """What creates, changes and removes the records: `engines.named.Named`, or a module around one."""

    async def create(self, tx: Transaction, given: Mapping[str, Any], now: datetime) -> Any:
        """A new record."""

    async def change(
        self, tx: Transaction, id: UUID, given: Mapping[str, Any], now: datetime, expected: int | None = None
    ) -> Any:
        """The record as it is after the change."""

    async def remove(self, tx: Transaction, id: UUID, expected: int | None = None) -> Any:
        """Deletes the record."""


@dataclass(frozen=True)
class Named:
    """Records of a kind: what writes them, how one is read, and the type whose ids name them."""

    engine: Engine
    batch: One[Any]
    type_name: str

    async def create(self, info: Info, values: Mapping[str, Any], key: Asked | None) -> Any:
        """Creates a record."""
        return await self.told(
            info, await info.context.once(key, self.engine.create, values, info.context.now)
        )

    async def update(
        self, info: Info, id: str, values: Mapping[str, Any], expected: int | None, key: Asked | None
    ) -> Any:
        """Changes a record."""
        own, now = self.id_of(id), info.context.now
        done = await info.context.once(key, self.engine.change, own, values, now, expected)
        return await self.told(info, done)

    async def delete(self, info: Info, id: str, expected: int | None, key: Asked | None) -> str:
        """Deletes a record; tells the id that led to it."""
        await info.context.once(key, answers.removing(self.engine.remove), self.id_of(id), expected)
        return id

    async def told(self, info: Info, done: Any) -> Any:
        """What something was done to; of what is asked again, as it is now."""
        return await info.context.load(self.batch, done.record_ids[0]) if isinstance(done, Repeated) else done

    def id_of(self, id: str) -> UUID:
        """The own id of the record that an id of the graph names."""
        return uuid_of(id, self.type_name, "id")
