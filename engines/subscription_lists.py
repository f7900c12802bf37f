"""Subscription lists come, change and go (domain.md 9.1)."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from db import writes
from db.database import Transaction
from db.ids import uuid7
from domain.refusals import Code, Refused
from domain.subscriptions import SubscriptionList
from engines import named

_WRITTEN = ("name", "description", "purpose", "source", "public", "locked")
_UNSET: dict[str, Any] = dict.fromkeys(_WRITTEN) | {"public": True, "locked": False}


async def create(tx: Transaction, given: Mapping[str, Any], now: datetime) -> SubscriptionList:
    """A new list; centres that name no lists offer it, unless it is not public."""
    made = SubscriptionList(uuid7(now), 1, now, now, **{**_UNSET, **named.checked(given, new=True)})
    await writes.insert(tx, "subscription_list", [made])
    return made


async def change(
    tx: Transaction, id: UUID, given: Mapping[str, Any], now: datetime, expected: int | None = None
) -> SubscriptionList:
    """The list as it is after the change; a locked one can be changed, and unlocked."""
    known = await locked(tx, id)
    named.check_version(known, expected)
    after = replace(known, **named.checked(given))
    if after == known:
        return known
    values = [getattr(after, name) for name in _WRITTEN]
    await tx.run("subscription_list_update", id, *values, now)
    return replace(after, version=known.version + 1, updated_at=now)


async def remove(tx: Transaction, id: UUID, expected: int | None = None) -> SubscriptionList:
    """Deletes a list and all that was known of who was on it; as it was before."""
    known = await locked(tx, id)
    named.check_version(known, expected)
    if known.locked:
        raise Refused(Code.LOCKED, "The list is locked: unlock it before it is deleted.", "id")
    await tx.run("subscription_list_delete", id)
    return known


async def locked(tx: Transaction, id: UUID) -> SubscriptionList:
    """The list, which nobody else can write, join or leave until this transaction ends."""
    found = await tx.records(SubscriptionList, "subscription_list_locked", id)
    if not found:
        raise Refused(Code.NOT_FOUND, "There is no such subscription list.", "id")
    return found[0]
