"""Contacts that come, or get an address: what waited for it becomes theirs (domain.md 3.1)."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from db.database import Transaction
from domain.records import Contact
from engines import ingest


async def addressed(tx: Transaction, written: Iterable[tuple[Any, Any]], now: datetime) -> None:
    """Gives contacts, each as it was and as it is, what waited for their addresses; of two, the first."""
    addresses: dict[str, UUID] = {}
    for before, after in written:
        if isinstance(after, Contact) and after.email and (before is None or before.email != after.email):
            addresses.setdefault(after.email.lower(), after.id)
    if addresses:
        await ingest.adopt_addresses(tx, addresses, now)
