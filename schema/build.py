"""The schema itself."""

from typing import Any

import strawberry
from graphql import GraphQLError, GraphQLInputObjectType
from strawberry.extensions import MaxTokensLimiter
from strawberry.schema.config import StrawberryConfig

from schema.customers import Account, Contact, Interaction, Lead, Opportunity
from schema.insights import AccountInsights, ContactInsights, LeadInsights
from schema.mutation import Mutation
from schema.query import Query
from schema.scalars import SCALARS

LARGEST_DOCUMENT = 5_000
"""In tokens: twice what the largest documents of real clients have."""


class Schema(strawberry.Schema):
    """The schema; what went wrong is told and logged by the server, not here."""

    def process_errors(self, errors: list[GraphQLError], execution_context: Any = None) -> None:
        """Leaves errors to the server, which knows a client's mistake from a fault of ours."""


def _exact(schema: Schema) -> Schema:
    """Lets graphql-core itself know which inputs take exactly one member, so that its own rules check it."""
    for kind in schema._schema.type_map.values():
        if isinstance(kind, GraphQLInputObjectType):
            kind.is_one_of = kind.extensions["strawberry-definition"].is_one_of
    return schema


schema = _exact(
    Schema(
        query=Query,
        mutation=Mutation,
        types=[
            Account,
            AccountInsights,
            Contact,
            ContactInsights,
            Interaction,
            Lead,
            LeadInsights,
            Opportunity,
        ],
        extensions=[lambda: MaxTokensLimiter(max_token_count=LARGEST_DOCUMENT)],
        config=StrawberryConfig(scalar_map=SCALARS),
    )
)
