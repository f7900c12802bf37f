"""Scalars of our own, and the option sets as graph enums."""

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import NewType

import strawberry
from strawberry.scalars import JSON
from strawberry.schema.types.base_scalars import DateDefinition, DecimalDefinition
from strawberry.types.scalar import ScalarDefinition

from domain import insights, interactions, lists, machines, options, records, standing, suppression
from domain.refusals import Refused
from domain.windows import reasonable
from schema.graph import choice

BigInt = NewType("BigInt", int)


def _moment(text: object) -> datetime:
    try:
        moment = datetime.fromisoformat(str(text))
    except ValueError:
        raise ValueError("It is no date and time like 2026-05-01T09:30:00Z.") from None
    if moment.tzinfo is None:
        raise ValueError("It has no offset: write 2026-05-01T09:30:00Z or +02:00.")
    try:
        return reasonable(moment)
    except Refused as refused:
        raise ValueError(refused.message) from None


SCALARS: dict[object, ScalarDefinition] = {
    datetime: strawberry.scalar(
        name="DateTime",
        description="A moment in ISO 8601, always with an offset; given out in UTC.",
        specified_by_url="https://www.rfc-editor.org/rfc/rfc3339",
        serialize=lambda moment: moment.astimezone(UTC).isoformat().replace("+00:00", "Z"),
        parse_value=_moment,
    ),
    date: replace(
        DateDefinition,
        description="A day in ISO 8601, without a time: 2026-05-01.",
        specified_by_url="https://www.rfc-editor.org/rfc/rfc3339#section-5.6",
    ),
    Decimal: replace(
        DecimalDefinition,
        description='An exact decimal number, written as a string: "1250.00".',
        specified_by_url="https://speleotrove.com/decimal/daconvs.html",
    ),
    BigInt: strawberry.scalar(
        name="BigInt",
        description="A whole number that may exceed 32 bits; written as a JSON number.",
        specified_by_url="https://www.rfc-editor.org/rfc/rfc8259#section-6",
        serialize=int,
        parse_value=int,
    ),
}

for _option in options.Option.__subclasses__():
    choice(_option)
for _enum in (
    interactions.InteractionType,
    interactions.Category,
    interactions.Actor,
    machines.ActorRule,
    insights.Attribution,
    records.LeadBasis,
    standing.LeadWarning,
    standing.UnscorableReason,
    suppression.AddressState,
    lists.Direction,
    lists.AccountSort,
    lists.ContactSort,
    lists.LeadSort,
    lists.OpportunitySort,
    lists.InteractionSort,
):
    choice(_enum)

__all__ = ["JSON", "SCALARS", "BigInt"]
