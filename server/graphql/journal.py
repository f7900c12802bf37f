"""What the log says of operations: the slow ones and those that failed; each of them where it is on debug."""

import logging
from hashlib import sha256
from time import perf_counter

import structlog
from graphql import GraphQLError

from domain.refusals import Refused
from schema.plan import Outcome
from server.graphql.asked import Asked
from server.graphql.exchanges import Exchange

log = structlog.get_logger()


class Journal:
    """Writes a line on what is worth one."""

    def __init__(self, slow: float) -> None:
        self._slow = slow
        self._all = logging.getLogger().isEnabledFor(logging.DEBUG)

    def note(self, exchange: Exchange, asked: Asked, text: str, outcome: Outcome) -> None:
        """Takes notice of an operation that was run, or refused before."""
        passed = perf_counter() - exchange.begun
        if passed < self._slow and not outcome.errors and not self._all:
            return
        failed = any(_is_fault(error) for error in outcome.errors)
        if passed >= self._slow or failed or self._all:
            what = "failed" if failed else "slow" if passed >= self._slow else "answered"
            level = logging.WARNING if passed >= self._slow else logging.INFO if failed else logging.DEBUG
            self._write(level, what, exchange, asked, text, way=outcome.way.value, reason=outcome.reason)

    def note_end(self, exchange: Exchange, asked: Asked, text: str) -> None:
        """Takes notice of an operation that was stopped: its client went, or it took too long."""
        self._write(logging.INFO, "stopped", exchange, asked, text)

    def _write(
        self, level: int, what: str, exchange: Exchange, asked: Asked, text: str, **more: str | None
    ) -> None:
        log.log(
            level,
            what,
            operation=asked.name,
            document=sha256(text.encode()).hexdigest(),
            ms=round((perf_counter() - exchange.begun) * 1000, 2),
            request_id=exchange.request_id,
            **more,
        )


def _is_fault(error: GraphQLError) -> bool:
    cause = error.original_error
    return cause is not None and not isinstance(cause, Refused | GraphQLError)
