"""A request and what its answers need to know of it."""

from collections.abc import Mapping
from time import perf_counter

from starlette.types import Scope

from db.database import Database
from server.graphql import media
from server.graphql.contexts import request_id_of


class Exchange:
    """One request: its headers, the media type of a single result, its id, and when it began."""

    def __init__(self, scope: Scope) -> None:
        self.begun = perf_counter()
        self.scope = scope
        listed = scope["headers"]
        self.headers: Mapping[bytes, bytes] = dict(listed)
        if len(self.headers) < len(listed):
            self.headers = _joined(listed)
        self.accepted = media.accepted(self.headers.get(b"accept"))
        self.kind = self.accepted.single or media.JSON
        self.request_id = request_id_of(self.headers)

    @property
    def database(self) -> Database:
        """The process's database."""
        found: Database = self.scope["app"].state.database
        return found


def _joined(listed: "list[tuple[bytes, bytes]]") -> Mapping[bytes, bytes]:
    """Headers by name; what was sent in several lines is one list, but for the last word on the body."""
    found: dict[bytes, bytes] = {}
    for name, value in listed:
        found[name] = found[name] + b", " + value if name in found else value
    return found
