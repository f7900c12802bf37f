"""Data-subject requests are worked off while the server runs, and give their file (domain.md 10.5)."""

import asyncio
from contextlib import AbstractAsyncContextManager, suppress
from datetime import UTC, datetime
from uuid import UUID

import structlog
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route

from db.connections import LOST, Busy
from db.database import Database
from db.rows import to_record
from domain.protection import DataSubjectRequest
from engines import subjects
from server.beside import beside

log = structlog.get_logger()
PATH = "/data-subject-requests/{id:uuid}/file"
_PAUSE = 15.0
"""Seconds until somebody looks again for what another process has left behind."""
_HEADERS = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}


def working(database: Database) -> AbstractAsyncContextManager[None]:
    """Works requests off until the block ends; what is broken off goes on at the next start."""
    return beside(_work(database))


async def _work(database: Database) -> None:
    bell = subjects.bell(database)
    while True:
        bell.clear()
        try:
            while await subjects.advance(database, datetime.now(UTC)):
                pass
        except (Busy, *LOST) as lost:
            log.warning("data-subject requests wait for the database", error=type(lost).__name__)
        except subjects.Failed:
            log.exception("a data-subject request could not be worked off")
            continue
        with suppress(TimeoutError):
            async with asyncio.timeout(_PAUSE):
                await bell.wait()


def route() -> Route:
    """Where the file of a finished request is."""
    return Route(PATH, _file)


async def _file(request: Request) -> Response:
    database: Database = request.app.state.database
    id: UUID = request.path_params["id"]
    try:
        rows = await database.reads().rows("data_subject_request_by_id", [id])
    except (Busy, *LOST):
        return PlainTextResponse("The database does not answer: try again.\n", 503, _HEADERS)
    found = to_record(DataSubjectRequest, rows[0]) if rows else None
    if found is None or found.file is None:
        return PlainTextResponse("There is no such file: its request is not finished.\n", 404, _HEADERS)
    name = f'attachment; filename="data-subject-request-{id}.json"'
    headers = {**_HEADERS, "Content-Disposition": name}
    return StreamingResponse(subjects.written(database, found), 200, headers, "application/json")
