"""What operations come to where answers are streamed: one result, or one for each event of a subscription."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing
from time import perf_counter
from typing import TYPE_CHECKING

from graphql import OperationType

from schema.plan import Outcome
from schema.plan.streams import Event, subscribe
from server.graphql.asked import Asked
from server.graphql.journal import Deed
from server.graphql.refusals import Refusal
from server.graphql.streaming import Contexts, in_time

if TYPE_CHECKING:
    from server.graphql.endpoint import Endpoint


async def results(
    endpoint: "Endpoint", asked: Asked, text: str, make: Contexts
) -> AsyncGenerator[Event, None]:
    """The results of an operation, each noted in the log as a single answer would be."""
    operation = endpoint.executor.documents.of(text).operation(asked.name)
    if operation is None or operation.node.operation is not OperationType.SUBSCRIPTION:
        yield await _single(endpoint, asked, text, make)
        return
    async with aclosing(_followed(endpoint, asked, text, make)) as events:
        async for event in events:
            yield event


async def _single(endpoint: "Endpoint", asked: Asked, text: str, make: Contexts) -> Event:
    context = make()
    deed = Deed(perf_counter(), context.request_id, asked.name, text)
    try:
        async with in_time(endpoint.settings.operation_timeout):
            outcome = await endpoint.executor.run(context, text, asked.variables, asked.name)
    except (asyncio.CancelledError, Refusal):
        endpoint.journal.note_end(deed)
        raise
    endpoint.journal.note(deed, outcome)
    return Event(outcome)


async def _followed(
    endpoint: "Endpoint", asked: Asked, text: str, make: Contexts
) -> AsyncGenerator[Event, None]:
    deed = Deed(perf_counter(), make.request_id, asked.name, text)
    admitted = endpoint.executor.admit(text, asked.variables or {}, asked.name)
    found = admitted if isinstance(admitted, Outcome) else await subscribe(endpoint.executor, admitted, make)
    if isinstance(found, Outcome):
        endpoint.journal.note(deed, found)
        yield Event(found)
        return
    async with aclosing(found) as events:
        async for event in events:
            endpoint.journal.note(deed._replace(begun=event.begun or deed.begun), event.outcome)
            yield event
