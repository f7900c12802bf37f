"""How lists and segments grow: who joined, who left, how many were there (domain.md 4.5)."""

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


@dataclass(frozen=True, slots=True)
class Size:
    """How many members a segment had at the end of a stretch of time; None where nobody told yet."""

    at: datetime
    members: int | None

    @classmethod
    def all_of(cls, beginnings: Sequence[datetime], told: Mapping[int, int]) -> "tuple[Size, ...]":
        """Those of all stretches, by their places from 1: what was told last holds on."""
        members, found = told.get(0), []
        for place, at in enumerate(beginnings, 1):
            members = told.get(place, members)
            found.append(cls(at, members))
        return tuple(found)
