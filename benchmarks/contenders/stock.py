"""Strawberry as it comes: Leadgraph's schema in the library's own view.

`python -m benchmarks.contenders.stock PORT`
"""

import contextlib
import os
import sys
from collections.abc import AsyncIterator
from datetime import UTC, datetime

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.websockets import WebSocket
from strawberry.asgi import GraphQL

from db.database import connected
from resolvers.context import Context
from schema.build import schema


class View(GraphQL[Context, None]):
    """The library's view, with what Leadgraph's resolvers need for a request."""

    async def get_context(self, request: Request | WebSocket, response: Response | WebSocket) -> Context:
        """A fresh context for each request."""
        return Context(request.app.state.database, now=datetime.now(UTC), actor=None, request_id="benchmark")


@contextlib.asynccontextmanager
async def lifespan(app: Starlette) -> AsyncIterator[None]:
    """Eight connections while the server runs."""
    async with connected(os.environ["DSN"], size=8) as database:
        app.state.database = database
        yield


if __name__ == "__main__":
    app = Starlette(routes=[Route("/graphql", View(schema))], lifespan=lifespan)
    uvicorn.run(
        app,
        host="127.0.0.1",
        port=int(sys.argv[1]),
        loop="asyncio",
        http="h11",
        access_log=False,
        log_level="warning",
    )
