"""The context of a request, and the id that tells it apart in answers and logs."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from itertools import count
from secrets import token_hex

from db.database import Database
from resolvers.context import Context

_PROCESS = token_hex(12)
_requests = count(1)
_SAFE = re.compile(rb"[A-Za-z0-9._~:+/=@-]{1,128}").fullmatch
"""What may be copied into headers and logs."""
_LONGEST_ACTOR = 255
"""So much of a name is kept with what it has done."""


def context_of(database: Database, headers: Mapping[bytes, bytes], request_id: str | None = None) -> Context:
    """A fresh context."""
    actor = headers.get(b"x-leadgraph-actor")
    return Context(
        database,
        now=datetime.now(UTC),
        actor=actor.decode("latin-1")[:_LONGEST_ACTOR] if actor else None,
        request_id=request_id or request_id_of(headers),
    )


def request_id_of(headers: Mapping[bytes, bytes]) -> str:
    """The client's own id, where it brings a harmless one; else one of this process, in order."""
    own = headers.get(b"x-request-id")
    if own is not None and _SAFE(own):
        return own.decode("ascii")
    return f"{_PROCESS}{next(_requests):08x}"
