"""Refusals: requests that come to no operation, told in the form of every other answer."""

from collections.abc import Mapping
from typing import Any

import orjson


class Refusal(Exception):
    """Why a request is not run, in a sentence that its sender can act on."""

    def __init__(
        self,
        status: int,
        message: str,
        code: str = "BAD_REQUEST",
        headers: Mapping[str, str] | None = None,
        extensions: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.code = code
        self.headers = headers or {}
        self.extensions = extensions or {}

    def told(self, request_id: str) -> Mapping[str, Any]:
        """The refusal as an error of GraphQL."""
        extensions = {"code": self.code, **self.extensions, "requestId": request_id}
        return {"message": self.message, "extensions": extensions}

    def body(self, request_id: str) -> bytes:
        """The whole answer: there is no data."""
        return orjson.dumps({"errors": [self.told(request_id)]}, default=str)


def too_late() -> Refusal:
    """Why an operation was stopped."""
    return Refusal(
        503,
        "The operation took too long and was stopped: ask for less, or try again.",
        "INTERNAL_SERVER_ERROR",
        {"retry-after": "1"},
        {"reason": "TIMEOUT", "retryable": True},
    )
