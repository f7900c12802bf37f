"""What was done on websites, counted from the facts: of contacts, and of visitors whom nobody knows."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeVar
from uuid import UUID

from db.database import Reads, Row
from db.loaders import Batch
from db.rows import to_record
from db.sql import statement
from domain.footfall import Footfall, Place
from domain.links import VisitedPage
from domain.windows import Window

A = TypeVar("A")


@dataclass(frozen=True)
class _OnWebsites(Batch[A]):
    """What was done on websites in a window."""

    window: Window
    machines: bool

    async def _rows(self, reads: Reads, name: str, keys: list[UUID], *more: Any) -> list[Row]:
        text = statement(f"{name}_in_scope").format(facts=statement("website_facts_in_scope"))
        ends = self.window.from_at, self.window.to_at
        return await reads.rows(name, keys, *ends, self.machines, *more, text=text)

    async def _ranked(
        self, reads: Reads, name: str, keys: list[UUID], record: type[Any], first: int
    ) -> Sequence[Any]:
        found: defaultdict[UUID, list[Any]] = defaultdict(list)
        for row in await self._rows(reads, name, keys, first):
            found[row["owner_id"]].append(to_record(record, row))
        return [tuple(found[key]) for key in keys]


@dataclass(frozen=True)
class Footfalls(_OnWebsites[Footfall]):
    """How often each website was visited, and what came of it."""

    async def fetch(self, reads: Reads, keys: list[UUID]) -> Sequence[Footfall]:
        rows = await self._rows(reads, "website_footfall", keys)
        found = {row["owner_id"]: to_record(Footfall, row) for row in rows}
        return [found.get(key, Footfall(key)) for key in keys]


@dataclass(frozen=True)
class PopularPages(_OnWebsites[tuple[VisitedPage, ...]]):
    """The pages of each website that were visited most, with the clicks on them."""

    first: int

    async def fetch(self, reads: Reads, keys: list[UUID]) -> Sequence[tuple[VisitedPage, ...]]:
        return await self._ranked(reads, "website_pages", keys, VisitedPage, self.first)


@dataclass(frozen=True)
class Places(_OnWebsites[tuple[Place, ...]]):
    """Where the most visits of each website came from."""

    first: int

    async def fetch(self, reads: Reads, keys: list[UUID]) -> Sequence[tuple[Place, ...]]:
        return await self._ranked(reads, "website_places", keys, Place, self.first)
