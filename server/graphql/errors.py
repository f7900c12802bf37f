"""Errors that people and programs can act on: a client's mistakes in full, our faults masked and logged."""

from collections.abc import Mapping
from typing import Any, NamedTuple

import asyncpg
import structlog
from graphql import GraphQLError, GraphQLSyntaxError

from db.connections import Busy
from domain.refusals import Refused

log = structlog.get_logger()
LONGEST = 1_000
"""So much is told of a mistake: what names it may quote all that a client has sent."""
MASKED = "Something went wrong on our side; the request id tells our log."


class _Fault(NamedTuple):
    message: str
    reason: str | None


_UNFORESEEN = _Fault(MASKED, None)
_TIMEOUT = _Fault("The database took too long: ask for less, or try again.", "TIMEOUT")
_BUSY = _Fault("The database is busy: try again in a moment.", "BUSY")
_CONFLICT = _Fault("Others changed the same records at the same time: try again.", "CONFLICT")
_AWAY = _Fault("The database cannot be reached: try again in a moment.", "DATABASE_UNAVAILABLE")
_FAULTS: tuple[tuple[tuple[type[BaseException], ...], _Fault], ...] = (
    ((asyncpg.QueryCanceledError, TimeoutError), _TIMEOUT),
    ((Busy, asyncpg.TooManyConnectionsError, asyncpg.ConfigurationLimitExceededError), _BUSY),
    ((asyncpg.LockNotAvailableError, asyncpg.TransactionRollbackError), _CONFLICT),
    (
        (
            asyncpg.PostgresConnectionError,
            asyncpg.OperatorInterventionError,
            asyncpg.InsufficientResourcesError,
            asyncpg.PostgresSystemError,
            asyncpg.ReadOnlySQLTransactionError,
            asyncpg.IdleInTransactionSessionTimeoutError,
            asyncpg.InterfaceError,
            asyncpg.InternalClientError,
            OSError,
        ),
        _AWAY,
    ),
)
"""What clients are told of an exception, the first that fits; the driver's own words are for the log."""


def told(error: GraphQLError, request_id: str) -> Mapping[str, Any]:
    """An error as the client sees it: its own mistakes in full, our faults masked and logged."""
    cause = error.original_error
    form: dict[str, Any] = dict(error.formatted)
    extensions: Mapping[str, Any]
    if isinstance(cause, Refused):
        extensions = {"code": "BAD_USER_INPUT", "reason": cause.reason, "argument": list(cause.path)}
    elif error.path is None or _is_of_arguments(error):
        extensions = {"code": _code(error)} | dict(error.extensions or {})
    else:
        log.error("fault", request_id=request_id, path=error.path, exc_info=cause or error)
        form["message"], extensions = _masked(cause or error)
    if len(form["message"]) > LONGEST:
        form["message"] = f"{form['message'][:LONGEST]} …"
    return form | {"extensions": {**extensions, "requestId": request_id}}


def masked(fault: BaseException, request_id: str) -> Mapping[str, Any]:
    """A fault outside of any field, as the client sees it."""
    log.error("fault", request_id=request_id, exc_info=fault)
    message, extensions = _masked(fault)
    return {"message": message, "extensions": {**extensions, "requestId": request_id}}


def _masked(fault: BaseException) -> tuple[str, Mapping[str, Any]]:
    known = next((known for kinds, known in _FAULTS if isinstance(fault, kinds)), _UNFORESEEN)
    reason = {"reason": known.reason} if known.reason else {}
    return known.message, {"code": "INTERNAL_SERVER_ERROR", **reason, "retryable": True}


def _code(error: GraphQLError) -> str:
    return "GRAPHQL_PARSE_FAILED" if isinstance(error, GraphQLSyntaxError) else "GRAPHQL_VALIDATION_FAILED"


def _is_of_arguments(error: GraphQLError) -> bool:
    """Whether a value did not fit an argument: graphql-core tells so where the field would have been run."""
    cause = error.original_error
    return (cause is None or isinstance(cause, GraphQLError)) and error.message.startswith("Argument '")
