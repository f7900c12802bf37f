"""`leadgraph serve`: the database, the demo, the port, and an orderly end."""

import asyncio
import os
import signal
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from types import FrameType
from typing import NoReturn

import uvicorn
from uvicorn.supervisors import Multiprocess

from db.database import connected
from db.migrate import Unfit
from engines import demo
from schema.build import schema
from schema.plan.documents import Documents
from server import app, explorer
from server.address import database_address, prepare
from server.graphql.library import Library
from server.progress import progress
from server.settings import Settings

DRAIN = 6
"""Seconds that requests in flight are given at the end; the database ends in the rest of ten."""


def serve(settings: Settings, host: str, port: int, workers: int, with_demo: bool) -> None:
    """Serves until told to stop, then ends with what it started; manifests that do not fit end it first."""
    signal.signal(signal.SIGTERM, _leave)
    Library(settings, Documents(schema, settings.limits()))
    with bound(host, port) as listener, database_address(settings) as dsn:
        asyncio.run(_make_ready(settings, dsn, with_demo))
        os.environ[app.ADDRESS] = dsn
        _run(listener, workers, settings)


@contextmanager
def bound(host: str, port: int) -> Iterator[socket.socket]:
    """A socket at that address, claimed before anything slow begins."""
    try:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        listener = socket.create_server((host, port), family=family, backlog=2048)
    except (OSError, OverflowError) as error:
        reason = os.strerror(error.errno) if isinstance(error, OSError) and error.errno else error
        raise Unfit(f"Port {port} of {host} cannot be used: {reason}. Choose another with --port.") from error
    with listener:
        yield listener


async def _make_ready(settings: Settings, dsn: str, with_demo: bool) -> None:
    for name in await prepare(dsn, settings.database_wait):
        print(f"Applied migration {name}", file=sys.stderr)
    if with_demo:
        async with connected(dsn) as database:
            with progress("Loading the demo company") as advance:
                await demo.load(database, datetime.now(UTC), advance)


def _run(listener: socket.socket, workers: int, settings: Settings) -> None:
    greeting = _greeting(listener, settings.explorer)
    config = uvicorn.Config(
        "server.app:create",
        factory=True,
        workers=workers,
        log_config=None,
        access_log=False,
        timeout_graceful_shutdown=DRAIN,
        server_header=False,
        proxy_headers=False,
        ws_max_size=settings.max_body,
    )
    if workers > 1:
        print(greeting, flush=True)
        Multiprocess(config, sockets=[listener]).run()
        return
    _Server(config, greeting).run(sockets=[listener])


def _greeting(listener: socket.socket, shows_explorer: bool) -> str:
    host, port = listener.getsockname()[:2]
    place = f"http://{f'[{host}]' if ':' in host else host}:{port}/"
    if not shows_explorer:
        return f"Leadgraph: {place}"
    missing = "" if explorer.is_built() else "The explorer's page is not built (`make explorer` builds it).\n"
    return f"{missing}Leadgraph's explorer: {place}"


class _Server(uvicorn.Server):
    """A server that says where it is once it can be asked."""

    def __init__(self, config: uvicorn.Config, greeting: str) -> None:
        super().__init__(config)
        self._greeting = greeting

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Starts, then greets."""
        await super().startup(sockets)
        if self.started:
            print(self._greeting, flush=True)


def _leave(number: int, frame: FrameType | None) -> NoReturn:
    raise SystemExit(0)
