"""Saved views: a list as somebody wants to see it again (domain.md R13, R44, R65)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Any
from uuid import UUID

LONGEST_VIEW = 200_000
"""How many characters a filter may have, written as JSON."""
DEEPEST_VIEW = 60
"""How deep objects and lists may lie within each other there."""


class ViewEntity(Enum):
    """What a saved view lists."""

    CONTACT = "Contacts."
    ACCOUNT = "Accounts."
    LEAD = "Leads."


@dataclass(frozen=True, slots=True)
class SavedView:
    """A name for a search, a filter and an order, as its owner gave them."""

    id: UUID
    version: int
    created_at: datetime
    updated_at: datetime
    entity: ViewEntity
    name: str
    search: str | None
    filter: Mapping[str, Any] | None
    ordering: Mapping[str, Any] | None
    owner: str | None
    shared: bool

    def is_seen_by(self, actor: str | None) -> bool:
        """Whether it is among this one's views: the own and those that are shared."""
        return self.shared or (self.owner or "") == (actor or "")


def depth(value: Any) -> int:
    """How deep objects and lists lie within each other."""
    deepest, level = 0, [value]
    while level := [one for one in level if isinstance(one, dict | list)]:
        deepest += 1
        level = [inner for one in level for inner in (one.values() if isinstance(one, dict) else one)]
    return deepest
