"""The data folder: where it is, what lies in it, and how it comes to belong to the right account."""

from __future__ import annotations

import contextlib
import fcntl
import os
import pwd
import shutil
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from db.embedded.account import Account, nearest
from db.embedded.unusable import ELSEWHERE, Unusable

PORT = 5432

_LONGEST_SOCKET = 100  # sun_path holds 104 bytes on macOS and 108 on Linux
_LARGEST_LOG = 1_000_000


@dataclass(frozen=True)
class Home:
    """One data folder as one major version of PostgreSQL uses it; every file in it is the account's."""

    folder: Path
    major: int
    account: Account

    @property
    def data(self) -> Path:
        """The cluster itself."""
        return self.folder / f"postgres-{self.major}"

    @property
    def log(self) -> Path:
        """What the server writes."""
        return self.folder / f"postgres-{self.major}.log"

    @property
    def socket_note(self) -> Path:
        """Names the temporary socket folder of a server whose own path is too long."""
        return self.folder / f"postgres-{self.major}.socket"

    def lock(self) -> int | None:
        """The folder's lock, or nothing while a maker, a server or the last process of one holds it."""
        path = self.folder / f"postgres-{self.major}.lock"
        with self.account.acting():
            descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(descriptor)
            return None
        return descriptor

    def open_log(self) -> BinaryIO:
        """The log to append to; one that has grown large is put aside, in place of the one before it."""
        with self.account.acting():
            if self.log.exists() and self.log.stat().st_size > _LARGEST_LOG:
                self.log.replace(self.log.with_suffix(".log.old"))
            flags = os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_NOFOLLOW | os.O_CLOEXEC
            return open(os.open(self.log, flags, 0o600), "rb+", buffering=0)

    def sockets(self) -> Path:
        """A private folder for the server's socket, short enough for one, and empty."""
        with self.account.acting():
            self._forget_sockets()
            inside = self.folder / "socket"
            if _fit(inside):
                inside.mkdir(mode=0o700)
                return inside
            outside = _temporary()
            self.socket_note.write_bytes(os.fsencode(outside))
            return outside

    def leave(self, sockets: Path) -> None:
        """Remove a temporary socket folder; the one inside stays, as the next server may have it by now."""
        if sockets.parent != self.folder:
            with self.account.acting():
                shutil.rmtree(sockets, ignore_errors=True)

    def _forget_sockets(self) -> None:
        """Remove what a killed server left."""
        shutil.rmtree(self.folder / "socket", ignore_errors=True)
        with contextlib.suppress(FileNotFoundError):
            shutil.rmtree(os.fsdecode(self.socket_note.read_bytes()), ignore_errors=True)
            self.socket_note.unlink()


def default_folder(environ: Mapping[str, str]) -> Path:
    """Where the embedded database lives when nobody says otherwise."""
    if named := environ.get("LEADGRAPH_DATA_DIR"):
        return Path(named).expanduser()
    if os.geteuid() == 0:
        return Path("/var/lib/leadgraph")
    if sys.platform == "darwin":
        return _own_folder(environ) / "Library" / "Application Support" / "leadgraph"
    shared = Path(environ.get("XDG_DATA_HOME", ""))
    # A relative XDG folder is to be ignored, says its specification.
    return (shared if shared.is_absolute() else _own_folder(environ) / ".local" / "share") / "leadgraph"


def prepared(folder: Path, major: int, account: Account) -> Home:
    """The folder, made if need be, in the hands of the account and open to it."""
    if any(character in str(folder) for character in "\n\r"):
        raise Unusable("The data folder's name has a line break in it: name another in LEADGRAPH_DATA_DIR.")
    if not nearest(folder).is_dir():
        raise Unusable(f"{nearest(folder)} is a file, not a folder: name another in LEADGRAPH_DATA_DIR.")
    _refuse_closed(nearest(folder.parent), account)
    if not folder.exists():
        _make(folder, account)
    elif account.other and folder.stat().st_uid == 0 and _empty(folder):
        os.chown(folder, account.uid, account.gid)
    _refuse_unwritable(folder, account)
    return Home(folder, major, account)


def _empty(folder: Path) -> bool:
    return all(part.name == "lost+found" for part in folder.iterdir())


def _make(folder: Path, account: Account) -> None:
    """Make the folder private to the account; what is missing above it goes to the owner of what is there."""
    above = nearest(folder)
    theirs = account.other and above.stat().st_uid == account.uid
    with account.acting() if theirs else contextlib.nullcontext():
        for part in reversed(
            [part for part in folder.parents if part.is_relative_to(above) and part != above]
        ):
            part.mkdir(exist_ok=True)
            part.chmod(0o755)
        folder.mkdir(mode=0o700, exist_ok=True)
    if account.other and not theirs:
        os.chown(folder, account.uid, account.gid)


def _refuse_closed(folder: Path, account: Account) -> None:
    with account.acting():
        for part in (*reversed(folder.parents), folder):
            if not _entered(part):
                raise _out_of_reach(account, f"enter {part}")


def _refuse_unwritable(folder: Path, account: Account) -> None:
    with account.acting():
        try:
            tempfile.TemporaryFile(dir=folder).close()
        except PermissionError as fault:
            raise _out_of_reach(account, f"write into {folder}") from fault


def _out_of_reach(account: Account, deed: str) -> Unusable:
    return Unusable(
        f"The account {account.name!r}, which runs the server, may not {deed}: "
        f"name a folder of its own in LEADGRAPH_DATA_DIR, or {ELSEWHERE}."
    )


def _entered(folder: Path) -> bool:
    try:
        os.stat(f"{folder}/.")
    except PermissionError:
        return False
    return True


def _fit(folder: Path) -> bool:
    # Drivers read a comma in a host as the next host.
    return len(os.fsencode(folder / f".s.PGSQL.{PORT}")) <= _LONGEST_SOCKET and "," not in str(folder)


def _temporary() -> Path:
    """A short private folder in the system's temporary one, where root's own may be closed to the account."""
    for parent in (tempfile.gettempdir(), "/tmp"):
        with contextlib.suppress(OSError):
            folder = Path(tempfile.mkdtemp(prefix="leadgraph-", dir=parent))
            if _fit(folder):
                return folder
            folder.rmdir()
    raise Unusable(
        "The data folder's path is too long for a socket, and no temporary folder is to be had: "
        "name a shorter one in LEADGRAPH_DATA_DIR."
    )


def _own_folder(environ: Mapping[str, str]) -> Path:
    """The user's folder, also where HOME is not set."""
    if home := environ.get("HOME"):
        return Path(home)
    try:
        return Path(pwd.getpwuid(os.geteuid()).pw_dir)
    except KeyError:
        raise Unusable(
            f"The user id {os.geteuid()} has no folder of its own: set LEADGRAPH_DATA_DIR, or {ELSEWHERE}."
        ) from None
