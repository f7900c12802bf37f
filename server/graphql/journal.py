"""What the log says of operations: the slow ones and those that failed; each of them where it is on debug."""

import logging
from hashlib import sha256
from time import perf_counter
from typing import NamedTuple

import structlog
from graphql import GraphQLError

from domain.refusals import Refused
from schema.plan import Outcome

log = structlog.get_logger()


class Deed(NamedTuple):
    """An operation under way: since when, and what tells it apart."""

    begun: float
    request_id: str
    name: str | None
    text: str


class Journal:
    """Writes a line on what is worth one."""

    def __init__(self, slow: float) -> None:
        self._slow = slow
        self._all = logging.getLogger().isEnabledFor(logging.DEBUG)

    def note(self, deed: Deed, outcome: Outcome) -> None:
        """Takes notice of an operation that was run, or refused before."""
        passed = perf_counter() - deed.begun
        if passed < self._slow and not outcome.errors and not self._all:
            return
        failed = any(_is_fault(error) for error in outcome.errors)
        if passed >= self._slow or failed or self._all:
            what = "failed" if failed else "slow" if passed >= self._slow else "answered"
            level = logging.WARNING if passed >= self._slow else logging.INFO if failed else logging.DEBUG
            self._write(level, what, deed, way=outcome.way.value, reason=outcome.reason)

    def note_end(self, deed: Deed) -> None:
        """Takes notice of an operation that was stopped: its client went, or it took too long."""
        self._write(logging.INFO, "stopped", deed)

    def _write(self, level: int, what: str, deed: Deed, **more: str | None) -> None:
        log.log(
            level,
            what,
            operation=deed.name if (deed.name or "").isidentifier() else None,
            document=sha256(deed.text.encode()).hexdigest(),
            ms=round((perf_counter() - deed.begun) * 1000, 2),
            request_id=deed.request_id,
            **more,
        )


def _is_fault(error: GraphQLError) -> bool:
    """Whether it is ours, and not the client's: what is wrong with a document, or a value, has no path."""
    cause = error.original_error
    return error.path is not None and cause is not None and not isinstance(cause, Refused | GraphQLError)
