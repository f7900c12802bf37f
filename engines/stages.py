"""A lead's way through the stages, and what follows from its changes (domain.md 6)."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from db.database import Transaction
from domain.pipeline import LeadState, StageCause
from domain.records import Lead


async def enter(tx: Transaction, leads: Sequence[Lead], cause: StageCause) -> None:
    """Begins the first stay of new leads in a stage."""
    entries = [(lead.home_id, lead.id, lead.created_at, int(lead.stage)) for lead in leads]
    if entries:
        await tx.run("lead_stages_add", *map(list, zip(*entries, strict=True)), int(cause))


async def follow(tx: Transaction, lead: Lead, changed: Mapping[str, Any], now: datetime) -> dict[str, Any]:
    """What follows from a lead's change: its home, the moment it closed, its stay in a stage."""
    follows: dict[str, Any] = {}
    if "contact_id" in changed:
        follows["home_id"] = changed["contact_id"] or lead.id
    if "state" in changed and "closed_at" not in changed:
        follows["closed_at"] = None if changed["state"] is LeadState.OPEN else now
    if "stage" in changed:
        await tx.run("lead_stage_close", lead.home_id, lead.id, now)
        entry = ([lead.home_id], [lead.id], [now], [int(changed["stage"])])
        await tx.run("lead_stages_add", *entry, int(StageCause.MANUAL))
    return follows
