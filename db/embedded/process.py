"""PostgreSQL programs as processes of ours: as the right account, and gone when we are, if that can be."""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
import threading
import warnings
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import IO

from db.embedded.account import Account

_PR_SET_PDEATHSIG = 1
_FAST, _IMMEDIATE = signal.SIGINT, signal.SIGQUIT
_PATIENCE_FAST, _PATIENCE_IMMEDIATE = (
    5.0,
    3.0,
)  # together below the ten seconds in which the whole service ends


def spawned(
    command: Sequence[str | Path], account: Account, *, output: IO[bytes], lock: int, orphaned: signal.Signals
) -> subprocess.Popen[bytes]:
    """Start a program in a session of its own; it holds the folder's lock and gets a signal when we die."""
    with warnings.catch_warnings():
        # Newer Pythons warn of any fork beside threads; the child here runs two system calls.
        warnings.simplefilter("ignore", DeprecationWarning)
        return subprocess.Popen(
            command,
            cwd="/",  # ours may be closed to the account
            env={"LC_ALL": "C"},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
            pass_fds=(lock,),
            user=account.uid if account.other else None,
            group=account.gid if account.other else None,
            extra_groups=[] if account.other else None,
            preexec_fn=_bound_to_us(orphaned),
        )


def stopped(process: subprocess.Popen[bytes]) -> None:
    """End a server: sessions are cut and data is flushed, or, if that takes too long, recovered next time."""
    for order, patience in ((_FAST, _PATIENCE_FAST), (_IMMEDIATE, _PATIENCE_IMMEDIATE)):
        process.send_signal(order)
        try:
            process.wait(patience)
            return
        except subprocess.TimeoutExpired:
            continue
    process.kill()
    process.wait()


def command_of(pid: int) -> str:
    """The command line of a running process, or nothing if there is none to be seen."""
    if sys.platform == "linux":
        try:
            return os.fsdecode(Path(f"/proc/{pid}/cmdline").read_bytes()).replace("\0", " ")
        except OSError:
            return ""
    return _ps(pid, "command")


def parent_of(pid: int) -> int:
    """The parent of a running process, or 0."""
    return int(_ps(pid, "ppid").strip() or 0)


def _ps(pid: int, column: str) -> str:
    answer = subprocess.run(["ps", "-ww", "-o", f"{column}=", "-p", str(pid)], capture_output=True)
    return os.fsdecode(answer.stdout)


def _bound_to_us(orphaned: signal.Signals) -> Callable[[], None] | None:
    """What the child does last before it becomes the program: a change of account after it would undo it."""
    # Linux sends the signal when the thread that forked ends, so only the main thread may ask for it.
    if sys.platform != "linux" or threading.current_thread() is not threading.main_thread():
        return None
    prctl, parent = ctypes.CDLL(None, use_errno=True).prctl, os.getpid()

    def bind() -> None:
        prctl(_PR_SET_PDEATHSIG, ctypes.c_ulong(orphaned))
        if os.getppid() != parent:  # we died before the call
            os._exit(1)

    return bind
