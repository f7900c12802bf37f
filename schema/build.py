"""The schema itself."""

from functools import cached_property
from typing import Any

import strawberry
from graphql import GraphQLError, GraphQLInputObjectType
from strawberry.schema.config import StrawberryConfig

from schema import weights
from schema.customers import Account, Contact, Lead, Opportunity
from schema.insights import AccountInsights, ContactInsights, LeadInsights
from schema.interactions import INTERFACES, TYPES
from schema.merged import Merge
from schema.mutation import Mutation
from schema.past import HistoryEntry
from schema.printed import ordered
from schema.query import Query
from schema.scalars import SCALARS
from schema.subscription import Subscription


class Schema(strawberry.Schema):
    """The schema; what went wrong is told and logged by the server, not here."""

    def as_str(self) -> str:
        """The schema in GraphQL's own language, everything in the order of its names."""
        return self._text

    @cached_property
    def _text(self) -> str:
        return ordered(f"{super().as_str()}\n{weights.DIRECTIVES}", weights.told(self._schema))

    def process_errors(self, errors: list[GraphQLError], execution_context: Any = None) -> None:
        """Leaves errors to the server, which knows a client's mistake from a fault of ours."""


def _exact(schema: Schema) -> Schema:
    """Lets graphql-core itself know which inputs take exactly one member, so that its own rules check it.

    Takes @stream away, which comes with @defer: clients put its items in wrong places.
    """
    core = schema._schema
    core.directives = tuple(directive for directive in core.directives if directive.name != "stream")
    for kind in schema._schema.type_map.values():
        if isinstance(kind, GraphQLInputObjectType):
            kind.is_one_of = kind.extensions["strawberry-definition"].is_one_of
    return schema


schema = _exact(
    Schema(
        query=Query,
        mutation=Mutation,
        subscription=Subscription,
        types=[
            Account,
            AccountInsights,
            Contact,
            ContactInsights,
            HistoryEntry,
            *INTERFACES,
            *TYPES.values(),
            Lead,
            LeadInsights,
            Merge,
            Opportunity,
        ],
        config=StrawberryConfig(scalar_map=SCALARS, enable_experimental_incremental_execution=True),
    )
)
