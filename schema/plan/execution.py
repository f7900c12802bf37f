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
from schema import limits
from schema.limits import Limits
from schema.plan import fieldwise
from schema.plan.checks import coded
from schema.plan.costs import Cost
from schema.plan.documents import Document, Documents, Operation
from schema.plan.leaves import Unplanned
from schema.plan.selections import root_key
from schema.plan.variables import Variables


class Way(Enum):
    """How an operation was run."""

    PLAN = "plan"
    GRAPHQL_CORE = "graphql-core"


class Outcome(NamedTuple):
    """What an operation came to: `{"data": ...}` as JSON, what went wrong, which way it was run and why.

    What was refused before it had `begun` has no data at all.
    """

    json: bytes
    errors: Sequence[GraphQLError] = ()
    way: Way = Way.PLAN
    reason: str | None = None
    begun: bool = True
    cost: Cost | None = None

    @property
    def data(self) -> Any:
        """The data, as a client reads it."""
        return orjson.loads(self.json)["data"]


class Admitted(NamedTuple):
    """An operation that may be run, with its variables as they were given."""

    document: Document
    operation: Operation
    variables: Variables
    cost: Cost


PATIENCE = 5
"""Seconds after which what fails is not run again: a database in distress is not asked twice."""


@dataclass
class Executor:
    """Runs the operations of one schema; counts which way they went, and why not by a plan."""

    schema: strawberry.Schema
    limits: Limits = field(default_factory=Limits)
    by_plan: bool = True
    ways: Counter[tuple[str, str]] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self.documents = Documents(self.schema, self.limits)

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
        admitted = self.admit(query, variables or {}, operation_name)
        if isinstance(admitted, Outcome):
            self.ways[Way.GRAPHQL_CORE.value, admitted.reason or ""] += 1
            return admitted
        reason, begun = "as set", monotonic()
        if self.by_plan if by_plan is None else by_plan:
            try:
                json = await self._planned(admitted, context)
                self.ways[_BY_PLAN] += 1
                return Outcome(json, cost=admitted.cost)
            except Unplanned as why:
                reason = str(why)
            except (Refused, GraphQLError):
                reason = "refused"
            except Exception as error:
                reason = type(error).__name__
                if monotonic() - begun > PATIENCE:
                    return _given_up(admitted, error)
        self.ways[Way.GRAPHQL_CORE.value, reason] += 1
        return await self._fieldwise(admitted, context, reason)

    def admit(self, query: str, given: Mapping[str, Any], operation_name: str | None) -> Admitted | Outcome:
        """The operation with its variables, or what speaks against running it."""
        document = self.documents.of(query)
        if document.errors:
            return _refused(document.errors, "not valid")
        operation = document.operation(operation_name)
        if operation is None:
            return _refused([_unresolved(operation_name)], "no such operation")
        variables = Variables(operation.definitions, given)
        if variables.errors:
            errors = coded(variables.errors[: self.limits.errors], "BAD_USER_INPUT")
            return _refused(errors, "variables do not fit")
        coerced, limit = variables.coerced, self.limits.cost
        price = operation.price or document.price(self.schema, operation, coerced)
        requested = price.fixed
        if requested is None:
            requested = price.requested(coerced)
        cost = Cost(requested, limit, price, coerced)
        if requested > limit:
            return _refused([limits.too_costly(limit, requested)], "too costly", cost)
        return Admitted(document, operation, variables, cost)

    async def _planned(self, admitted: Admitted, context: Context) -> bytes:
        document, operation, variables, cost = admitted
        plan = document.plan(self.schema, operation, variables.coerced)
        if isinstance(plan, str):
            raise Unplanned(plan)
        data = await plan.run(context, variables)
        cost.actual = cost.price.actual(data)
        return encode(data)

    async def _fieldwise(self, admitted: Admitted, context: Context, reason: str) -> Outcome:
        document, operation, variables, cost = admitted
        assert document.ast is not None
        context.loaders.forget()
        name, given = operation.name, dict(variables.given)
        result = await fieldwise.execute(self.schema, document.ast, context, given, name)
        cost.actual = cost.price.actual(result.data)
        errors = result.errors or []
        coded([error for error in errors if error.path is None], "BAD_USER_INPUT")
        return Outcome(encode(result.data), errors, Way.GRAPHQL_CORE, reason, cost=cost)


def _refused(errors: Sequence[GraphQLError], reason: str, cost: Cost | None = None) -> Outcome:
    return Outcome(encode(None), errors, Way.GRAPHQL_CORE, reason, begun=False, cost=cost)


def _unresolved(name: str | None) -> GraphQLError:
    """Why no operation could be chosen."""
    message = (
        f"The document has no operation named {name!r}."
        if name
        else "The document has several operations: `operationName` has to say which."
    )
    return GraphQLError(message, extensions={"code": "OPERATION_RESOLUTION_FAILURE"})


_BY_PLAN = (Way.PLAN.value, "")


def _given_up(admitted: Admitted, error: Exception) -> Outcome:
    """The outcome of what failed after so long that it is not begun again."""
    path: list[str | int] = [root_key(admitted.operation.node)]
    fault = GraphQLError(str(error), path=path, original_error=error)
    return Outcome(encode(None), [fault], Way.PLAN, type(error).__name__, cost=admitted.cost)


def encode(data: Any) -> bytes:
    """The data, as the member of an answer in JSON."""
    return orjson.dumps({"data": data}, option=orjson.OPT_UTC_Z)
