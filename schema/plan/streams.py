"""Answers that come in parts: the events of a subscription, and an operation with what it defers."""

from collections.abc import AsyncGenerator, AsyncIterable, Callable, Sequence
from contextlib import aclosing
from dataclasses import replace
from time import perf_counter
from typing import Any, NamedTuple, cast

from graphql import (
    ExecutionResult,
    ExperimentalIncrementalExecutionResults,
    GraphQLError,
    create_source_event_stream,
    experimental_execute_incrementally,
    located_error,
)
from graphql.execution import execute_subscription_event
from strawberry.execution import optimized_is_awaitable
from strawberry.schema.schema import StrawberryGraphQLCoreExecutionContext

from resolvers.context import Context
from schema.plan.execution import Admitted, Executor, Outcome, Way, encode
from schema.plan.fieldwise import Fieldwise
from schema.plan.selections import root_key


class Event(NamedTuple):
    """What one event of a subscription came to, its cursor, where it has one, and when it was begun."""

    outcome: Outcome
    cursor: str | None = None
    begun: float | None = None


async def subscribe(
    executor: Executor, admitted: Admitted, context_of: Callable[[], Context]
) -> AsyncGenerator[Event, None] | Outcome:
    """The events of a subscription, or why there are none; each is executed with a context of its own.

    They are to be closed on every way out: that closes their source, too.
    """
    running: Any = Subscribed.build(*_asked(executor, admitted, context_of()), **_options())
    if isinstance(running, list):
        return _unsubscribed(running)
    source: Any = create_source_event_stream(running)
    if running.is_awaitable(source):
        source = await source
    if isinstance(source, ExecutionResult):
        return _unsubscribed(source.errors or ())
    executor.ways[Way.GRAPHQL_CORE.value, "subscription"] += 1
    return _events(running, source, context_of)


async def _events(
    running: "Subscribed", source: AsyncIterable[Any], context_of: Callable[[], Context]
) -> AsyncGenerator[Event, None]:
    async with aclosing(cast(AsyncGenerator[Any, None], aiter(source))) as payloads:
        try:
            async for payload in payloads:
                cursor, begun = getattr(payload, "cursor", None), perf_counter()
                outcome = await running.outcome(payload, context_of())
                yield Event(outcome, cursor if isinstance(cursor, str) else None, begun)
        except Exception as error:
            yield Event(_unsubscribed([running.broken(error)]), begun=perf_counter())


def _unsubscribed(errors: Sequence[GraphQLError]) -> Outcome:
    return Outcome(encode(None), errors, Way.GRAPHQL_CORE, "not subscribed", begun=False)


class Subscribed(Fieldwise):
    """A subscription; each of its events is executed by a copy that shares what was read of the document."""

    async def outcome(self, payload: Any, context: Context) -> Outcome:
        """What one event comes to."""
        one = cast(Subscribed, self.build_per_event_executor(payload))
        one.context_value = context
        one._relevant_sub_fields = {}  # graphql-core shares it: it would keep every event
        one.begin()
        found: Any = execute_subscription_event(one)
        result: ExecutionResult = await found if self.is_awaitable(found) else found
        return Outcome(encode(result.data), result.errors or (), Way.GRAPHQL_CORE, "subscription")

    def broken(self, error: Exception) -> GraphQLError:
        """The error of a source that gives no more events, told of the subscription's field."""
        nodes = list(self.operation.selection_set.selections)
        return located_error(error, nodes, [root_key(self.operation)])


async def incrementally(
    executor: Executor, admitted: Admitted, context: Context
) -> ExperimentalIncrementalExecutionResults | Outcome:
    """What an operation comes to, without what it defers, and that as it comes; or all of it at once.

    What is still to come has to be closed on every way out.
    """
    asked = _asked(executor, admitted, context)
    options = _options() | {"executor_class": StrawberryGraphQLCoreExecutionContext}
    found: Any = experimental_execute_incrementally(*asked, **options)
    result = await found if optimized_is_awaitable(found) else found
    if isinstance(result, ExperimentalIncrementalExecutionResults):
        return result
    cost = replace(admitted.cost, actual=admitted.cost.price.actual(result.data))
    return Outcome(encode(result.data), result.errors or (), Way.GRAPHQL_CORE, "nothing deferred", cost=cost)


def _asked(executor: Executor, admitted: Admitted, context: Context) -> tuple[Any, ...]:
    """Schema, document, root value, context, variables and name, as graphql-core takes them."""
    document, operation, variables = admitted[:3]
    schema: Any = executor.schema
    return schema._schema, document.ast, None, context, dict(variables.given), operation.name


def _options() -> dict[str, Any]:
    return {"is_awaitable": optimized_is_awaitable, "operation_extensions": None}
