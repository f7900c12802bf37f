"""An endpoint in this process, for what is a matter of settings."""

from types import SimpleNamespace
from typing import Any

import httpx
from starlette.types import Receive, Scope, Send

from db.database import Database
from schema.build import schema
from schema.plan import Executor
from server.graphql import Endpoint
from server.settings import Settings

HOST = "leadgraph.example"


def served(database: Database, host: str = HOST, **settings: Any) -> httpx.AsyncClient:
    """A client of an endpoint with these settings, which it calls by that name."""
    given = Settings(**settings)
    endpoint = Endpoint(Executor(schema, given.limits()), given)

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        scope["app"] = SimpleNamespace(state=SimpleNamespace(database=database))
        await endpoint(scope, receive, send)

    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=f"http://{host}")
