"""Which account of the operating system runs the server: ours, or a lesser one when we are root."""

from __future__ import annotations

import contextlib
import os
import pwd
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from db.embedded.unusable import ELSEWHERE, Unusable


@dataclass(frozen=True)
class Account:
    """An account that has a name, and whether we must change into it."""

    uid: int
    gid: int
    name: str
    other: bool

    @contextlib.contextmanager
    def acting(self) -> Iterator[None]:
        """Touch files with this account's rights, so that root neither overreaches nor leaves files."""
        if os.geteuid() == self.uid:
            yield
            return
        gid, groups = os.getegid(), os.getgroups()
        with contextlib.ExitStack() as undo:
            try:
                os.setgroups([])
                undo.callback(os.setgroups, groups)
                os.setegid(self.gid)
                undo.callback(os.setegid, gid)
                os.seteuid(self.uid)
                undo.callback(os.seteuid, 0)
            except OSError as fault:
                raise Unusable(
                    f"PostgreSQL does not run as root, and root may not become the account "
                    f"{self.name!r} here ({fault.strerror}): start as an ordinary user, or {ELSEWHERE}."
                ) from fault
            yield


def account_for(folder: Path, environ: Mapping[str, str]) -> Account:
    """Ourselves; as root the folder's owner, else who called sudo, else postgres, else nobody."""
    if os.geteuid() != 0:
        return _entry(os.geteuid(), other=False)
    if owner := nearest(folder).stat().st_uid:
        return _entry(owner, other=True)
    sudo = environ.get("SUDO_UID", "")
    if sudo.isdecimal() and int(sudo):
        return _entry(int(sudo), other=True)
    for name in ("postgres", "_postgres", "nobody"):
        with contextlib.suppress(KeyError):
            return _entry(pwd.getpwnam(name).pw_uid, other=True)
    raise Unusable(
        "PostgreSQL does not run as root, and this system has no account 'postgres' or 'nobody' to run it: "
        f"start as an ordinary user, or {ELSEWHERE}."
    )


def nearest(path: Path) -> Path:
    """The path itself, or the lowest folder above it that exists."""
    return next(part for part in (path, *path.parents) if part.exists())


def _entry(uid: int, *, other: bool) -> Account:
    try:
        entry = pwd.getpwuid(uid)
    except KeyError:
        raise Unusable(
            f"The user id {uid} has no account on this system, and PostgreSQL does not run without one: "
            f"{ELSEWHERE}."
        ) from None
    return Account(uid, entry.pw_gid, entry.pw_name, other)
