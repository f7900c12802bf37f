"""The one way in which the embedded database says no."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator
from pathlib import Path

ELSEWHERE = "set LEADGRAPH_DATABASE_URL to a PostgreSQL of your own"

_COMPLAINT = re.compile(r"(?:FATAL|PANIC|[Ee]rror|ERROR):\s+(?P<words>.+)")


class Unusable(Exception):
    """The embedded database cannot run here; the message is one clear sentence a person can act on."""


def condensed(output: str) -> str:
    """What a PostgreSQL program complained of, in one line: its first complaint, else its last words."""
    if complaints := _COMPLAINT.findall(output):
        return str(complaints[0]).strip().rstrip(".")
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    return lines[-1].rstrip(".") if lines else "it said nothing"


@contextlib.contextmanager
def as_unusable(folder: Path) -> Iterator[None]:
    """Turn a fault of the file system or of the operating system into a sentence."""
    try:
        yield
    except OSError as fault:
        where = fault.filename if fault.filename is not None else folder
        raise Unusable(
            f"The embedded database cannot use {where}: {fault.strerror or fault}; "
            f"name another folder in LEADGRAPH_DATA_DIR, or {ELSEWHERE}."
        ) from fault
