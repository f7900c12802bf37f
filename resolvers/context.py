"""What one request carries: its reads and loaders, the clock, who asks."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Concatenate, ParamSpec, TypeVar
from uuid import UUID

import strawberry

from db.database import Database, Reads, Transaction
from db.feed import Feed
from db.levels import Found, Level
from db.loaders import Batch, Loaders
from engines import answers
from engines.answers import Asked, Repeated

A = TypeVar("A")
P = ParamSpec("P")


@dataclass
class Context:
    """One request: made for it, gone with it."""

    database: Database
    now: datetime
    actor: str | None
    request_id: str
    reads: Reads = field(init=False)
    loaders: Loaders = field(init=False)

    def __post_init__(self) -> None:
        self.reads = self.database.reads()
        self.loaders = Loaders(self.reads)

    @property
    def feed(self) -> Feed | None:
        """The process's one reader of the change log; None where the process follows none."""
        return self.database.feed

    def renew(self, now: datetime) -> None:
        """Begins anew at another moment, as each event of a subscription does."""
        self.now = now
        self.__post_init__()

    def stop(self) -> None:
        """Ends what is still being read: nobody waits for the answer."""
        self.reads.stop()

    async def load(self, batch: Batch[A], key: UUID) -> A:
        """What the batch has for the key, read together with the other keys of this moment."""
        return await self.loaders.load(batch, key)

    async def rows(self, level: Level, keys: tuple[UUID, ...]) -> Found:
        """The rows of a whole set of keys, read together with the other sets of this moment."""
        return await self.loaders.load_set(level, keys)

    async def write(
        self, act: Callable[Concatenate[Transaction, P], Awaitable[A]], *args: P.args, **kwargs: P.kwargs
    ) -> A:
        """Runs an engine in a transaction of its own; what was read before is forgotten."""
        done = await self.database.write(act, self.actor, self.request_id, *args, **kwargs)
        self.loaders.forget()
        return done

    async def once(
        self,
        asked: Asked | None,
        act: Callable[Concatenate[Transaction, P], Awaitable[A]],
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> A | Repeated:
        """The same, once for a client's key: asked again, it tells what was done the first time."""
        if asked is None:
            return await self.write(act, *args, **kwargs)

        async def acting(tx: Transaction) -> A | Repeated:
            known = await answers.claim(tx, asked, self.now)
            if known is not None:
                return known
            done = await act(tx, *args, **kwargs)
            await answers.keep(tx, asked, done)
            return done

        return await self.write(acting)


Info = strawberry.Info[Context, None]
