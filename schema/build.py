"""The schema itself."""

import strawberry
from strawberry.schema.config import StrawberryConfig

from schema.customers import Account, Contact, Interaction, Lead, Opportunity
from schema.insights import AccountInsights, ContactInsights, LeadInsights
from schema.mutation import Mutation
from schema.query import Query
from schema.scalars import SCALARS

schema = strawberry.Schema(
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
    config=StrawberryConfig(scalar_map=SCALARS),
)
