"""Runs one PostgreSQL over a folder for as long as a `with` block lasts, or joins the one that is there."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import MappingProxyType

from db.embedded import account, binaries, home
from db.embedded.binaries import Binaries
from db.embedded.cluster import made
from db.embedded.home import PORT, Home
from db.embedded.postmaster import Postmaster, postmaster
from db.embedded.process import command_of, parent_of, spawned, stopped
from db.embedded.unusable import ELSEWHERE, Unusable, as_unusable, condensed

_PATIENCE = 60.0  # recovery after a crash takes its time
_STEP = 0.01
_ORPHANED = signal.SIGQUIT
"""What a server gets whose supervisor has died: it ends at once and recovers at the next start. An orderly
end (SIGINT) can wait for ever where it comes in the middle of a recovery, and holds the folder meanwhile."""

_DEFAULTS: Mapping[str, str] = MappingProxyType(
    {
        "max_connections": "100",
        "shared_buffers": "128MB",
        "jit": "off",
        "random_page_cost": "1.1",
        "timezone": "UTC",
        "log_timezone": "UTC",
    }
)


@contextlib.contextmanager
def running(folder: Path, *, settings: Mapping[str, str] = MappingProxyType({})) -> Iterator[str]:
    """A PostgreSQL over `folder`, started or joined; yields its DSN and stops what it started.

    Enter it from the main thread where you can: only then does Linux end the server when we are killed.
    """
    with contextlib.ExitStack() as ours:
        with as_unusable(folder):
            dsn = _served(folder, settings, ours)
        yield dsn


def _served(folder: Path, settings: Mapping[str, str], ours: contextlib.ExitStack) -> str:
    """The DSN of a server over the folder; what we are to undo later goes onto the stack."""
    programs = binaries.found(os.environ)
    folder = folder.expanduser().resolve()
    place = home.prepared(folder, programs.major, account.account_for(folder, os.environ))
    deadline = time.monotonic() + _PATIENCE
    while time.monotonic() < deadline:
        lock = place.lock()
        if lock is not None:
            try:
                return _joined(place) or _started(place, programs, lock, settings, ours)
            finally:
                os.close(lock)  # the server holds it from here on
        if not _left_over(place) and (dsn := _joined(place)):
            return dsn
        time.sleep(_STEP)
    raise Unusable(
        f"Another process has held {folder} for {_PATIENCE:.0f} s without a server getting ready in it."
    )


def _joined(place: Home) -> str | None:
    """The DSN of a server that is there and answers."""
    server = postmaster(place.data)
    return server.dsn if server is not None and server.serves(place.data) and server.answers() else None


def _left_over(place: Home) -> bool:
    """Whether the server has lost its supervisor, which Linux does not allow; it is told to end."""
    server = postmaster(place.data) if sys.platform == "darwin" else None
    if server is None or parent_of(server.pid) != 1:
        return False
    with contextlib.suppress(ProcessLookupError):
        os.kill(server.pid, _ORPHANED)
    return True


def _started(
    place: Home, programs: Binaries, lock: int, settings: Mapping[str, str], ours: contextlib.ExitStack
) -> str:
    """The DSN of a server of our own: nobody else's process touches the folder while we hold its lock."""
    programs = binaries.reachable(programs, place.account, place.folder)
    made(place, programs, lock, durable=settings.get("fsync") != "off")
    _forget_dead(place)
    sockets = place.sockets()
    ours.callback(place.leave, sockets)
    command: list[str | Path] = [programs.postgres, "-D", place.data, *_options(sockets, settings)]
    with place.open_log() as log:
        start = log.seek(0, os.SEEK_END)
        process = spawned(command, place.account, output=log, lock=lock, orphaned=_ORPHANED)
        ours.callback(stopped, process)
        server = _ready(place, process)
        if server is None:
            log.seek(start)
            raise _failed(place, process, log.read().decode(errors="replace"))
    return server.dsn


def _options(sockets: Path, settings: Mapping[str, str]) -> Iterator[str]:
    quoted = str(sockets).replace('"', '""')
    fixed = {
        "listen_addresses": "",
        "port": str(PORT),
        "unix_socket_directories": f'"{quoted}"',
        "unix_socket_permissions": "0700",
    }
    for name, value in {**_DEFAULTS, **settings, **fixed}.items():
        yield from ("-c", f"{name}={value}")


def _forget_dead(place: Home) -> None:
    """Drop a claim that would stop PostgreSQL: copied with the data, or of an id that is someone else's."""
    server = postmaster(place.data)
    if server is None or (server.data == str(place.data) and place.data.name in command_of(server.pid)):
        return
    with place.account.acting():
        (place.data / "postmaster.pid").unlink(missing_ok=True)


def _ready(place: Home, process: subprocess.Popen[bytes]) -> Postmaster | None:
    """The server once a client gets in, or nothing if it ended or the time is up."""
    deadline = time.monotonic() + _PATIENCE
    while process.poll() is None and time.monotonic() < deadline:
        server = postmaster(place.data)
        if (
            server is not None
            and server.pid == process.pid
            and server.serves(place.data)
            and server.answers()
        ):
            return server
        time.sleep(_STEP)
    return None


def _failed(place: Home, process: subprocess.Popen[bytes], said: str) -> Unusable:
    if process.poll() is None:
        return Unusable(
            f"PostgreSQL was not ready within {_PATIENCE:.0f} s; it may still recover after a crash: "
            f"see {place.log} and start again, or {ELSEWHERE}."
        )
    return Unusable(f"PostgreSQL did not start in {place.folder}: {condensed(said)}; its log is {place.log}.")
