"""Errors that people and programs can act on: a client's mistakes in full, our faults masked and logged."""

from collections.abc import Mapping
from typing import Any

import structlog
from graphql import GraphQLError

from domain.refusals import Refused

log = structlog.get_logger()
MASKED = "Something went wrong on our side; the request id tells our log."


def told(error: GraphQLError, request_id: str) -> Mapping[str, Any]:
    """An error as the client sees it: its own mistakes in full, our faults masked and logged."""
    cause = error.original_error
    form: dict[str, Any] = dict(error.formatted)
    extensions: dict[str, Any]
    if isinstance(cause, Refused):
        extensions = {"code": "BAD_USER_INPUT", "reason": cause.code.name, "argument": list(cause.path)}
    elif error.path is None or _is_of_arguments(error):
        extensions = {"code": "GRAPHQL_VALIDATION_FAILED"} | dict(error.extensions or {})
    else:
        log.error("fault", request_id=request_id, path=error.path, exc_info=cause or error)
        form["message"] = MASKED
        extensions = {"code": "INTERNAL_SERVER_ERROR", "retryable": True}
    return form | {"extensions": extensions | {"requestId": request_id}}


def masked(fault: Exception, request_id: str) -> Mapping[str, Any]:
    """A fault outside of any field, as the client sees it."""
    log.error("fault", request_id=request_id, exc_info=fault)
    extensions = {"code": "INTERNAL_SERVER_ERROR", "retryable": True, "requestId": request_id}
    return {"message": MASKED, "extensions": extensions}


def _is_of_arguments(error: GraphQLError) -> bool:
    """Whether a value did not fit an argument: graphql-core tells so where the field would have been run."""
    cause = error.original_error
    return (cause is None or isinstance(cause, GraphQLError)) and error.message.startswith("Argument '")
