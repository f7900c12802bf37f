"""Closes sales, won or lost, and opens them again (domain.md 6.9)."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from db import writes
from db.database import Transaction
from db.ids import uuid7
from domain.pipeline import OpportunityState, OpportunityStatus
from domain.records import Opportunity, OpportunityClose
from domain.refusals import Code, Refused
from engines import records, validation

_CLOSED = (OpportunityStatus.WON, OpportunityStatus.CANCELED, OpportunityStatus.OUT_SOLD)


async def close(
    tx: Transaction, id: UUID, closing: Mapping[str, Any], now: datetime, expected: int | None = None
) -> Opportunity:
    """Closes an open sale; a won one brings what was estimated, unless it is said what it brought."""
    known: Opportunity = await records.locked(tx, "opportunity", id, "id")
    await records.check_version(tx, known, expected)
    made = _closing(known, closing, now)
    await writes.insert(tx, "opportunity_close", [made])
    won = made.status is OpportunityStatus.WON
    changes = {
        "status": made.status,
        "actual_closed_at": made.closed_at,
        "actual_value": made.actual_revenue if won else None,
    }
    done: Opportunity = await records.revise(tx, "opportunity", known, changes, now)
    return done


def _closing(known: Opportunity, closing: Mapping[str, Any], now: datetime) -> OpportunityClose:
    status, closed_at = closing["status"], closing.get("closed_at") or now
    if known.state is not OpportunityState.OPEN:
        raise Refused(Code.READ_ONLY, "The opportunity is closed already: reopen it first.", "id")
    if status not in _CLOSED:
        message = "An opportunity is closed as WON, CANCELED or OUT_SOLD."
        raise Refused(Code.INVALID, message, "status")
    if closed_at > now:
        raise Refused(Code.INVALID, "A sale cannot have been closed in the future.", "closed_at")
    told = {name: value for name, value in closing.items() if value is not None}
    values, refused = validation.checked("opportunity_close", told, now=now)
    if refused:
        raise Refused.several(refused)
    won = status is OpportunityStatus.WON
    revenue = values.get("actual_revenue")
    return OpportunityClose(
        id=uuid7(now),
        opportunity_id=known.id,
        closed_at=closed_at,
        status=status,
        description=values.get("description"),
        actual_revenue=known.estimated_value if won and revenue is None else revenue,
        competitor=values.get("competitor"),
        canceled_at=None,
    )


async def reopen(tx: Transaction, id: UUID, now: datetime, expected: int | None = None) -> Opportunity:
    """Opens a closed sale again; what was written on closing it is canceled."""
    known: Opportunity = await records.locked(tx, "opportunity", id, "id")
    await records.check_version(tx, known, expected)
    if known.state is OpportunityState.OPEN:
        raise Refused(Code.INVALID, "The opportunity is open.", "id")
    await tx.run("opportunity_close_cancel", id, now)
    changes = {"status": OpportunityStatus.IN_PROGRESS, "actual_closed_at": None, "actual_value": None}
    done: Opportunity = await records.revise(tx, "opportunity", known, changes, now)
    return done
