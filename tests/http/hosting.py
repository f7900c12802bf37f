"""A server inside the test's own process, over a small graph that is made to be hard on streams."""

import asyncio
from collections import Counter
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

import strawberry
import uvicorn
from starlette.types import Receive, Scope, Send
from strawberry.schema.config import StrawberryConfig

from db.database import Database
from domain.refusals import Code, Refused
from resolvers.context import Info
from schema.plan import Executor
from server.graphql import Endpoint
from server.settings import Settings

open_streams: Counter[str] = Counter()
"""How many sources of each subscription are open."""
ASLEEP = "select pg_sleep(100)"


@strawberry.type
class Tick:
    """An event."""

    cursor: str
    number: int

    @strawberry.field
    def odd(self) -> bool:
        """Fails for one of them."""
        if self.number == 13:
            raise ValueError("a secret of ours")
        return self.number % 2 == 1

    @strawberry.field
    def seen_by(self, info: Info) -> str | None:
        """Who acts, and not the same context twice."""
        return info.context.actor


@strawberry.type
class Query:
    """What is read."""

    @strawberry.field
    async def rest(self, seconds: float) -> str:
        """Takes its time."""
        open_streams["rest"] += 1
        try:
            await asyncio.sleep(seconds)
            return "rested"
        finally:
            open_streams["rest"] -= 1

    @strawberry.field
    async def sleeps(self, info: Info) -> bool:
        """Waits for a statement as loaders do, in a task that is not its own."""
        return bool(await asyncio.shield(asyncio.ensure_future(info.context.reads.rows("ids", text=ASLEEP))))

    @strawberry.field
    def actor(self, info: Info) -> str | None:
        """Who acts."""
        return info.context.actor


@strawberry.type
class Mutation:
    """What is written."""

    @strawberry.mutation
    def repeat(self, words: str) -> str:
        """Says it again."""
        return words


async def _noted(name: str, ticks: AsyncGenerator[Tick, None]) -> AsyncGenerator[Tick, None]:
    open_streams[name] += 1
    try:
        async for tick in ticks:
            yield tick
    finally:
        await ticks.aclose()
        open_streams[name] -= 1


async def _count(first: int, last: int) -> AsyncGenerator[Tick, None]:
    for number in range(first, last + 1):
        yield Tick(cursor=f"c{number}", number=number)


async def _never() -> AsyncGenerator[Tick, None]:
    yield Tick(cursor="c0", number=0)
    await asyncio.Event().wait()


async def _flood(size: int) -> AsyncGenerator[Tick, None]:
    while True:
        yield Tick(cursor="x" * size, number=0)


async def _break() -> AsyncGenerator[Tick, None]:
    yield Tick(cursor="c1", number=1)
    raise Refused(Code.INVALID, "The cursor is too old.", "after")


@strawberry.type
class Subscription:
    """What goes on."""

    @strawberry.subscription
    async def ticks(self, to: int = 3, after: str = "c0") -> AsyncGenerator[Tick, None]:
        """So many events."""
        async for tick in _noted("ticks", _count(int(after[1:]) + 1, to)):
            yield tick

    @strawberry.subscription
    async def quiet(self) -> AsyncGenerator[Tick, None]:
        """One event, and then nothing."""
        source = _noted("quiet", _never())
        try:
            async for tick in source:
                yield tick
        finally:
            await source.aclose()

    @strawberry.subscription
    async def flood(self, size: int = 10_000) -> AsyncGenerator[Tick, None]:
        """Events without end, as fast as they are taken."""
        source = _noted("flood", _flood(size))
        try:
            async for tick in source:
                yield tick
        finally:
            await source.aclose()

    @strawberry.subscription
    async def breaking(self) -> AsyncGenerator[Tick, None]:
        """One event, and then a refusal."""
        async for tick in _break():
            yield tick


SCHEMA = strawberry.Schema(
    query=Query,
    mutation=Mutation,
    subscription=Subscription,
    config=StrawberryConfig(enable_experimental_incremental_execution=True),
)


@dataclass
class Hosted:
    """A server in this process."""

    address: str
    endpoint: Endpoint
    server: uvicorn.Server

    @property
    def url(self) -> str:
        """Its endpoint for HTTP."""
        return f"http://{self.address}/graphql"

    @property
    def socket(self) -> str:
        """Its endpoint for WebSockets."""
        return f"ws://{self.address}/graphql"


@asynccontextmanager
async def hosted(
    database: Database, schema: strawberry.Schema = SCHEMA, **settings: Any
) -> AsyncIterator[Hosted]:
    """Serves the schema at a port of its own."""
    given = Settings(**settings)
    endpoint = Endpoint(Executor(schema, given.limits()), given)
    state = SimpleNamespace(state=SimpleNamespace(database=database))

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        scope["app"] = state
        await endpoint(scope, receive, send)

    config = uvicorn.Config(app, port=0, log_config=None, access_log=False, lifespan="off")
    config.timeout_graceful_shutdown = 2
    server = uvicorn.Server(config)
    task = asyncio.create_task(server.serve())
    assert await soon(lambda: server.started)
    host, port = server.servers[0].sockets[0].getsockname()[:2]
    try:
        yield Hosted(f"{host}:{port}", endpoint, server)
    finally:
        server.should_exit = True
        await task


async def soon(holds: Callable[[], object]) -> bool:
    """Whether it comes to hold within a few seconds."""
    for _ in range(500):
        if holds():
            return True
        await asyncio.sleep(0.01)
    return False


async def asleep(database: Database, count: int) -> bool:
    """Whether so many statements sleep there, soon."""
    text = f"select 1 from pg_stat_activity where query = '{ASLEEP}' and state = 'active'"
    for _ in range(300):
        if len(await database.reads().rows("activity", text=text)) == count:
            return True
        await asyncio.sleep(0.01)
    return False


async def closed(name: str) -> bool:
    """Whether all sources of that name are closed soon."""
    return await soon(lambda: not open_streams[name])


async def opened(name: str) -> bool:
    """Whether a source of that name is opened soon."""
    return await soon(lambda: open_streams[name])
