"""How a list grows: who joined, who left, how many were on it (domain.md 4.5)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class Turnover:
    """How many joined and left in a window, how many were there at its end, and when the first came."""

    owner_id: Any
    joined: int = 0
    departed: int = 0
    members: int = 0
    began_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Turn:
    """How many joined and left in a stretch of time, and how many were there at its end."""

    at: datetime
    joined: int
    departed: int
    members: int

    @classmethod
    def all_of(
        cls, beginnings: Sequence[datetime], turns: Mapping[int, tuple[int, int]]
    ) -> "tuple[Turn, ...]":
        """Those of all stretches, by their places from 1; place 0 holds what was before."""
        joined, departed = turns.get(0, (0, 0))
        members, found = joined - departed, []
        for place, at in enumerate(beginnings, 1):
            joined, departed = turns.get(place, (0, 0))
            members += joined - departed
            found.append(cls(at, joined, departed, members))
        return tuple(found)
