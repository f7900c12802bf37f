"""The application: its routes, and the database that lives as long as it does."""

import gc
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from functools import partial

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import BaseRoute, Route
from starlette.types import Receive, Scope, Send

from db.connections import LOST, Busy
from db.database import connected
from db.feed import following
from schema.build import schema
from schema.plan import Executor
from server import collecting, explorer, folding, ingestion, logs, subjects, unsubscribe
from server.graphql import Endpoint
from server.ingestion import Ingest
from server.settings import Settings
from server.tracking import redirects
from server.webhooks import Webhooks

ADDRESS = "LEADGRAPH_SERVING"
"""Tells worker processes which database their parent has started."""


class Application(Starlette):
    """The routes; GraphQL and /ingest are answered ahead of them: they tell their own faults."""

    graphql: Endpoint
    ingest: Ingest

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers a request."""
        if scope["type"] != "lifespan" and scope["path"] == "/graphql":
            scope["app"] = self
            await self.graphql(scope, receive, send)
        elif scope["type"] == "http" and scope["path"] == ingestion.PATH:
            scope["app"] = self
            await self.ingest(scope, receive, send)
        else:
            await super().__call__(scope, receive, send)


def create() -> Application:
    """The application, over the database that its parent has started or the settings name."""
    settings = Settings()
    logs.configure(settings.log_level)
    executor = Executor(schema, settings.limits(), by_plan=settings.executor == "plan")
    graphql = Endpoint(executor, settings)
    lifespan = partial(_live_with_database, settings, graphql)
    handlers = {HTTPException: _refused}
    app = Application(routes=routes(graphql), lifespan=lifespan, exception_handlers=handlers)
    app.graphql, app.ingest = graphql, Ingest(graphql)
    return app


def routes(graphql: Endpoint) -> list[BaseRoute]:
    """What is answered beside GraphQL; what shows the schema, only where that may be shown."""
    settings = graphql.settings
    return [
        Route("/graphql", graphql, methods=None),
        Route("/metrics", partial(_metrics, graphql.executor)),
        *([Route("/schema.graphql", _sdl)] if settings.introspection else ()),
        unsubscribe.route(),
        Webhooks(settings).route(),
        subjects.route(),
        *collecting.routes(settings),
        Route("/livez", _live),
        Route("/readyz", _ready),
        *(explorer.routes() if settings.explorer else ()),
    ]


@asynccontextmanager
async def _live_with_database(settings: Settings, graphql: Endpoint, app: Starlette) -> AsyncIterator[None]:
    """The database and the change log's reader, for as long as the application lives."""
    address = os.environ.get(ADDRESS) or settings.database_url or ""
    kept = timedelta(days=settings.changes_kept)
    async with connected(
        address,
        size=settings.database_connections,
        statement_timeout=settings.statement_timeout,
        patience=settings.database_patience,
    ) as database:
        app.state.database = database
        database.signing_key = settings.secret_key
        database.public_url = settings.public_url.rstrip("/")
        await redirects.learn(app, database)
        listened = settings.listen_url or address
        async with (
            following(database, listened, kept=kept),
            subjects.working(database),
            folding.working(database),
        ):
            _settle()
            with graphql.ending.heard():
                yield


def _settle() -> None:
    """Leaves what start-up has made aside, and lets the collector look less often at what comes and goes."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(2_000, 10, 10)


async def _refused(request: Request, refused: Exception) -> Response:
    assert isinstance(refused, HTTPException)
    message = f"{refused.detail}: GraphQL is at /graphql, the explorer at /."
    error = {"message": message, "extensions": {"code": "BAD_REQUEST"}}
    return JSONResponse({"errors": [error]}, status_code=refused.status_code, headers=refused.headers)


async def _metrics(executor: Executor, request: Request) -> Response:
    lines = ["# HELP leadgraph_operations_total Operations by the way they were run, and why not by a plan."]
    lines.append("# TYPE leadgraph_operations_total counter")
    for (way, reason), count in sorted(executor.ways.items()):
        lines.append(f'leadgraph_operations_total{{way="{way}",reason="{reason}"}} {count}')
    if isinstance(request.app, Application):
        lines.extend(request.app.ingest.metrics())
    return PlainTextResponse("\n".join(lines) + "\n", media_type="text/plain; version=0.0.4")


async def _sdl(request: Request) -> Response:
    return PlainTextResponse(schema.as_str() + "\n", media_type="application/graphql")


async def _live(request: Request) -> Response:
    return JSONResponse({"status": "live"})


async def _ready(request: Request) -> Response:
    try:
        migration = await request.app.state.database.ping()
    except (Busy, *LOST):
        return JSONResponse({"status": "the database does not answer"}, status_code=503)
    return JSONResponse({"status": "ready", "migration": migration})
