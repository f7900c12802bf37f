"""The floor: hand-written SQL in bare Starlette. `python -m benchmarks.contenders.floor PORT best|usual`

`best` leaves out the statement with which asyncpg's pool resets a connection that is given back.
"""

import contextlib
import os
import sys
from collections.abc import AsyncIterator
from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg
import orjson
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from benchmarks.contenders.floor_sql import STATEMENTS
from db.database import Stateless

CONNECTIONS = 8


def arguments(variables: dict[str, str]) -> list[Any]:
    """What the statement is given: ids and moments as such, a cursor as both."""
    found: list[Any] = []
    for name, value in variables.items():
        if name == "id":
            found.append(UUID(value))
        elif name in ("after", "a", "b"):
            at, id = value.split("|")
            found += [datetime.fromisoformat(at), UUID(id)]
        else:
            found.append(value)
    return found


def create(settings: str) -> Starlette:
    """The application."""

    @contextlib.asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        app.state.pool = await asyncpg.create_pool(
            os.environ["DSN"],
            min_size=CONNECTIONS,
            max_size=CONNECTIONS,
            max_inactive_connection_lifetime=0,
            connection_class=Stateless if settings == "best" else asyncpg.Connection,
        )
        yield
        await app.state.pool.close()

    async def answer(request: Request) -> Response:
        body = orjson.loads(await request.body())
        statement = STATEMENTS[body["operationName"]]
        text = await request.app.state.pool.fetchval(statement, *arguments(body["variables"]))
        return Response(b'{"data":' + text.encode() + b"}", media_type="application/json")

    return Starlette(routes=[Route("/graphql", answer, methods=["POST"])], lifespan=lifespan)


if __name__ == "__main__":
    uvicorn.run(
        create(sys.argv[2]),
        host="127.0.0.1",
        port=int(sys.argv[1]),
        loop="uvloop",
        http="httptools",
        access_log=False,
        log_level="warning",
    )
