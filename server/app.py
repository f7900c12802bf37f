"""The application: its routes, and the database that lives as long as it does."""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import asyncpg
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from db.database import connected
from schema.build import schema
from server import explorer, logs
from server.graphql import Endpoint
from server.settings import Settings

ADDRESS = "LEADGRAPH_SERVING"
"""Tells worker processes which database their parent has started."""


def create() -> Starlette:
    """The application, over the database that its parent has started or the settings name."""
    settings = Settings()
    logs.configure(settings.log_level)
    address = os.environ.get(ADDRESS) or settings.database_url or ""

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        size, timeout = settings.database_connections, settings.statement_timeout
        async with connected(address, size=size, statement_timeout=timeout) as database:
            app.state.database = database
            yield

    routes = [
        Route("/graphql", Endpoint(), methods=None),
        Route("/schema.graphql", _sdl),
        Route("/livez", _live),
        Route("/readyz", _ready),
        *explorer.routes(),
    ]
    return Starlette(routes=routes, lifespan=lifespan)


async def _sdl(request: Request) -> Response:
    return PlainTextResponse(schema.as_str() + "\n", media_type="application/graphql")


async def _live(request: Request) -> Response:
    return JSONResponse({"status": "live"})


async def _ready(request: Request) -> Response:
    try:
        migration = await request.app.state.database.ping()
    except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError):
        return JSONResponse({"status": "the database does not answer"}, status_code=503)
    return JSONResponse({"status": "ready", "migration": migration})
