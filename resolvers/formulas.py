"""From a record to what SQL computes of it and a few related records."""

from typing import Any

from db.formulas import (
    Formula,
    account_marketing_ready,
    contact_address_state,
    contact_effective_consent,
    lead_scorable,
    lead_unscorable_reason,
    lead_warnings,
    segment_members,
    subscription_list_members,
)
from db.loaders import Formulas
from resolvers.context import Info

__all__ = [
    "Formula",
    "account_marketing_ready",
    "contact_address_state",
    "contact_effective_consent",
    "lead_scorable",
    "lead_unscorable_reason",
    "lead_warnings",
    "segment_members",
    "subscription_list_members",
    "value",
]


async def value(formula: Formula, root: Any, info: Info) -> Any:
    """The formula's value of the record."""
    return await info.context.load(Formulas(formula), root.id)
