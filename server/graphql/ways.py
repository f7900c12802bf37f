"""Which way an answer goes: as one result, as events, or in parts."""

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from graphql import OperationType
from starlette.types import Receive, Send

from schema.plan.documents import Operation
from server.graphql import events, parts
from server.graphql.asked import Asked
from server.graphql.exchanges import Exchange
from server.graphql.media import Accepted
from server.graphql.refusals import Refusal

if TYPE_CHECKING:
    from server.graphql.endpoint import Endpoint

Serve = Callable[["Endpoint", Exchange, Asked, str, Receive, Send], Awaitable[None]]


def streamed(accepted: Accepted, operation: Operation | None, text: str) -> Serve | None:
    """What serves the operation as a stream; None where its answer is a single result."""
    if operation is not None and operation.node.operation is OperationType.SUBSCRIPTION:
        if accepted.events:
            return events.serve
        raise Refusal(
            406,
            "A subscription is answered with a stream: take `text/event-stream`,"
            " or use a WebSocket (graphql-transport-ws) at this address.",
        )
    if accepted.streams == "text/event-stream":
        return events.serve
    if accepted.parts and (accepted.single is None or (operation is not None and "@defer" in text)):
        return parts.serve
    return None
