"""An endpoint in this process, for what is a matter of settings."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from types import SimpleNamespace
from typing import Any

import httpx
import uvicorn
from starlette.types import Receive, Scope, Send

from db.database import Database
from schema.build import schema
from schema.plan import Executor
from server.graphql import Endpoint
from server.ingestion import Ingest
from server.settings import Settings
from tests.http.hosting import soon

HOST = "leadgraph.example"


def served(database: Database, host: str = HOST, **settings: Any) -> httpx.AsyncClient:
    """A client of an endpoint with these settings, which it calls by that name."""
    given = Settings(**settings)
    endpoint = Endpoint(Executor(schema, given.limits()), given)

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        scope["app"] = SimpleNamespace(state=SimpleNamespace(database=database))
        await endpoint(scope, receive, send)

    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=f"http://{host}")


@asynccontextmanager
async def ingesting(database: Database, **settings: Any) -> AsyncIterator[str]:
    """The address of a server in this process that takes interactions in."""
    given = Settings(**settings)
    app = Ingest(Endpoint(Executor(schema, given.limits()), given))

    async def answer(scope: Scope, receive: Receive, send: Send) -> None:
        scope["app"] = SimpleNamespace(state=SimpleNamespace(database=database))
        await app(scope, receive, send)

    config = uvicorn.Config(answer, port=0, log_config=None, access_log=False, lifespan="off")
    server = uvicorn.Server(config)
    task = asyncio.create_task(server.serve())
    assert await soon(lambda: server.started)
    host, port = server.servers[0].sockets[0].getsockname()[:2]
    try:
        yield f"http://{host}:{port}"
    finally:
        server.should_exit = True
        await task
