"""Runs operations: by a plan where one holds them, else field by field, with the same answers."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from time import monotonic
from typing import Any, NamedTuple

import orjson
import strawberry
from graphql import GraphQLError

from domain.refusals import Refused
from resolvers.context import Context
from schema.plan import fieldwise
from schema.plan.documents import Document, Documents
from schema.plan.leaves import Unplanned
from schema.plan.selections import root_key
from schema.plan.variables import Variables


class Way(Enum):
    """How an operation was run."""

    PLAN = "plan"
    GRAPHQL_CORE = "graphql-core"


class Outcome(NamedTuple):
    """What an operation came to: `{"data": ...}` as JSON, what went wrong, which way it was run and why."""

    json: bytes
    errors: Sequence[GraphQLError] = ()
    way: Way = Way.PLAN
    reason: str | None = None

    @property
    def data(self) -> Any:
        """The data, as a client reads it."""
        return orjson.loads(self.json)["data"]


PATIENCE = 5
"""Seconds after which what fails is not run again: a database in distress is not asked twice."""


@dataclass
class Executor:
    """Runs the operations of one schema; counts which way they went, and why not by a plan."""

    schema: strawberry.Schema
    most_tokens: int
    by_plan: bool = True
    ways: Counter[tuple[str, str]] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self.documents = Documents(self.schema, self.most_tokens)

    async def run(
        self,
        context: Context,
        query: str,
        variables: Mapping[str, Any] | None = None,
        operation_name: str | None = None,
        *,
        by_plan: bool | None = None,
    ) -> Outcome:
        """What the operation comes to."""
        document = self.documents.of(query)
        if document.errors:
            return Outcome(encode(None), document.errors, Way.GRAPHQL_CORE, "not valid")
        given = variables or {}
        reason, begun = "as set", monotonic()
        if self.by_plan if by_plan is None else by_plan:
            try:
                json = await self._planned(document, context, given, operation_name)
                self.ways[_BY_PLAN] += 1
                return Outcome(json)
            except Unplanned as why:
                reason = str(why)
            except (Refused, GraphQLError):
                reason = "refused"
            except Exception as error:
                reason = type(error).__name__
                if monotonic() - begun > PATIENCE:
                    return _given_up(document, operation_name, error)
        self.ways[Way.GRAPHQL_CORE.value, reason] += 1
        return await self._fieldwise(document, context, given, operation_name, reason)

    async def _planned(
        self, document: Document, context: Context, given: Mapping[str, Any], operation_name: str | None
    ) -> bytes:
        operation = document.operation(operation_name)
        if operation is None:
            raise Unplanned("no such operation")
        variables = Variables(operation.definitions, given)
        plan = document.plan(self.schema, operation, variables.coerced)
        if isinstance(plan, str):
            raise Unplanned(plan)
        return encode(await plan.run(context, variables))

    async def _fieldwise(
        self,
        document: Document,
        context: Context,
        given: Mapping[str, Any],
        operation_name: str | None,
        reason: str,
    ) -> Outcome:
        assert document.ast is not None
        context.loaders.forget()
        result = await fieldwise.execute(self.schema, document.ast, context, dict(given), operation_name)
        return Outcome(encode(result.data), result.errors or (), Way.GRAPHQL_CORE, reason)


_BY_PLAN = (Way.PLAN.value, "")


def _given_up(document: Document, operation_name: str | None, error: Exception) -> Outcome:
    """The outcome of what failed after so long that it is not begun again."""
    operation = document.operation(operation_name)
    path: list[str | int] = [root_key(operation.node)] if operation else []
    fault = GraphQLError(str(error), path=path, original_error=error)
    return Outcome(encode(None), [fault], Way.PLAN, type(error).__name__)


def encode(data: Any) -> bytes:
    """The data, as the member of an answer in JSON."""
    return orjson.dumps({"data": data}, option=orjson.OPT_UTC_Z)
