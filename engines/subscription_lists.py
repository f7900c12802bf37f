"""Subscription lists come, change and go (domain.md 9.1)."""

from typing import Any
from uuid import UUID

from db.database import Transaction
from domain.refusals import Code, Refused
from domain.subscriptions import SubscriptionList
from engines import named

_WRITTEN = ("name", "description", "purpose", "source", "public", "locked")
_UNSET: dict[str, Any] = dict.fromkeys(_WRITTEN) | {"public": True, "locked": False}
_LISTS = named.Named(
    SubscriptionList, "subscription_list", "subscription list", _WRITTEN, first=lambda _: _UNSET
)
create, change = _LISTS.create, _LISTS.change
"""Centres that name no lists offer a new one, unless it is not public; a locked one can be changed."""


async def remove(tx: Transaction, id: UUID, expected: int | None = None) -> SubscriptionList:
    """Deletes a list and all that was known of who was on it; as it was before."""
    known = await _LISTS.locked(tx, id, expected)
    if known.locked:
        raise Refused(Code.LOCKED, "The list is locked: unlock it before it is deleted.", "id")
    return await _LISTS.delete(tx, known)
