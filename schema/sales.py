"""Closing sales and opening them again; the contact of a lead that has none."""

# mypy: disable-error-code="valid-type"
from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any

import strawberry
from strawberry import UNSET

from domain.pipeline import OpportunityStatus
from resolvers import records
from resolvers.context import Info
from schema import naming
from schema.acts import answered, given, key_member, mutation, version_member
from schema.graph import argument
from schema.writing import LEAD, OPPORTUNITY, LeadPayload, OpportunityPayload, Which


@strawberry.input(description="How a sale was closed.")
class OpportunityCloseInput:
    id: strawberry.ID = strawberry.field(description="The opportunity.")
    status: OpportunityStatus = strawberry.field(description="WON, or why it was lost: CANCELED or OUT_SOLD.")
    closed_at: datetime | None = strawberry.field(description="When; now if not given.", default=UNSET)
    actual_revenue: Decimal | None = strawberry.field(
        description="What it brought; of a won one what was estimated, where not given.", default=UNSET
    )
    competitor: str | None = strawberry.field(description="Who made the sale instead.", default=UNSET)
    description: str | None = strawberry.field(description="Notes.", default=UNSET)
    expected_version: int | None = version_member()
    idempotency_key: str | None = key_member()


_CLOSING = ("status", "closed_at", "actual_revenue", "competitor", "description")
_CLOSE_PLACES = {name: place for name, place in OPPORTUNITY.places.items() if name not in _CLOSING}


async def _close(
    info: Info, input: Annotated[OpportunityCloseInput, argument("Which sale was closed, and how.")]
) -> Any:
    async def act() -> Any:
        closing = {name: given(getattr(input, name)) for name in _CLOSING}
        expected = given(input.expected_version)
        asked = [input.id, closing, expected]
        key = records.asked(info, given(input.idempotency_key), "opportunityClose", asked)
        return await records.close(info, input.id, closing, expected, key)

    return await answered(act(), _CLOSE_PLACES)


async def _reopen(info: Info, input: Which) -> Any:
    return await naming.acted(info, input, records.reopen, OPPORTUNITY.places)


async def _generate_contact(info: Info, input: Which) -> Any:
    return await naming.acted(info, input, records.generate_contact, LEAD.places)


@strawberry.type
class SalesMutations:
    opportunity_close: OpportunityPayload = mutation(
        "Close a sale, won or lost; what is written on it stands in `closings` (domain.md 6.9). Refused with"
        " NOT_FOUND, READ_ONLY, INVALID or STALE.",
        _close,
    )
    opportunity_reopen: OpportunityPayload = mutation(
        "Open a closed sale again; its closing is canceled (domain.md 6.9). Refused with NOT_FOUND, INVALID"
        " or STALE.",
        _reopen,
    )
    lead_generate_contact: LeadPayload = mutation(
        "Give an orphan lead its contact: the active one with the same address, else a new one that exists"
        " for marketing only (domain.md 6.8). Refused with NOT_FOUND, INVALID or STALE.",
        _generate_contact,
    )
