"""What a deleted account, lead or opportunity leaves behind with others (domain.md 2.9)."""

from datetime import datetime
from typing import Any
from uuid import UUID

from db import writes
from db.database import Transaction
from engines import archived_sums

_ACCOUNT = (
    ("contact", "account_id"),
    ("lead", "account_id"),
    ("lead", "customer_account_id"),
    ("opportunity", "account_id"),
    ("opportunity", "customer_account_id"),
    ("account", "parent_account_id"),
    ("account", "master_id"),
)
_LEAD = (
    ("contact", "originating_lead_id"),
    ("account", "originating_lead_id"),
    ("opportunity", "originating_lead_id"),
)
_OPPORTUNITY = (("lead", "qualifying_opportunity_id"),)
_FORGET_ACCOUNT = (
    "account_forget_interactions",
    "account_forget_marks",
    "account_forget_sums",
    "account_forget_memberships",
    "account_forget_own_sums",
)


async def account_goes(tx: Transaction, before: Any, after: Any, now: datetime) -> None:
    """Its contacts go on without an account, its leads without a parent; interactions stay the contacts'."""
    if after is not None:
        return
    await _untie(tx, _ACCOUNT, before.id, now)
    for name in _FORGET_ACCOUNT:
        await tx.run(name, before.id)
    await archived_sums.leave(tx, before.id)
    await tx.run("source_keys_forget", before.id)


async def lead_goes(tx: Transaction, before: Any, after: Any, now: datetime) -> None:
    """Its stages go with it, and what its history told of a person; the contact's interactions stay (R62)."""
    if after is not None:
        return
    await _untie(tx, _LEAD, before.id, now)
    await tx.run("record_history_forget", before.id)
    tx.forget(before.id)
    await tx.run("source_keys_forget", before.id)


async def opportunity_goes(tx: Transaction, before: Any, after: Any, now: datetime) -> None:
    """The lead that became it no longer leads to it."""
    if after is not None:
        return
    await _untie(tx, _OPPORTUNITY, before.id, now)
    await tx.run("source_keys_forget", before.id)


async def _untie(tx: Transaction, ties: tuple[tuple[str, str], ...], id: UUID, now: datetime) -> None:
    for table, column in ties:
        await writes.untie(tx, table, column, id, now)
