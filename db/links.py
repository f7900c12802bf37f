"""Rankings in a scope: the links most clicked, the pages most visited, the contacts most engaged."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeVar
from uuid import UUID

from db.database import Reads
from db.loaders import Batch
from db.rows import to_record
from db.scopes import Scoped
from db.sql import statement
from domain.interactions import Category, InteractionType
from domain.links import Engaged, Link, VisitedPage
from domain.scopes import Scope

A = TypeVar("A")
_OF_PAGES = [kind.name for kind in InteractionType if kind.category is Category.WEB]


@dataclass(frozen=True)
class _Ranking(Batch[tuple[A, ...]]):
    """The first of each owner, in an order of their own."""

    scope: Scope
    first: int

    async def _ranked(
        self, reads: Reads, keys: list[UUID], record: type[A], name: str, types: Sequence[str]
    ) -> Sequence[tuple[A, ...]]:
        scoped = Scoped(self.scope, keys)
        parts = {"facts": scoped.facts(*types), "machines": scoped.machines}
        text = statement(f"{name}_in_scope").format(**parts, first=scoped.args.add(self.first, "int"))
        found: defaultdict[UUID, list[A]] = defaultdict(list)
        for row in await reads.rows(f"{self.scope.name}_{name}", *scoped.args, text=text):
            found[row["owner_id"]].append(to_record(record, row))
        return [tuple(found[key]) for key in keys]


@dataclass(frozen=True)
class TopLinks(_Ranking[Link]):
    """The links of messages that most copies were clicked on."""

    async def fetch(self, reads: Reads, keys: list[UUID]) -> Sequence[tuple[Link, ...]]:
        return await self._ranked(reads, keys, Link, "top_links", [InteractionType.EMAIL_CLICKED.name])


@dataclass(frozen=True)
class TopPages(_Ranking[VisitedPage]):
    """The addresses most visited, or followed on tracked pages."""

    async def fetch(self, reads: Reads, keys: list[UUID]) -> Sequence[tuple[VisitedPage, ...]]:
        return await self._ranked(reads, keys, VisitedPage, "pages", _OF_PAGES)


@dataclass(frozen=True)
class MostEngaged(_Ranking[Engaged]):
    """The contacts that did most of what counts as engagement."""

    types: frozenset[str]

    async def fetch(self, reads: Reads, keys: list[UUID]) -> Sequence[tuple[Engaged, ...]]:
        return await self._ranked(reads, keys, Engaged, "most_engaged", sorted(self.types))


@dataclass(frozen=True)
class Deliveries(Batch[int]):
    """How many copies of a message were delivered: each key is an owner and a message."""

    scope: Scope

    async def fetch(self, reads: Reads, keys: list[Any]) -> Sequence[int]:
        scoped = Scoped(self.scope, list({owner for owner, _ in keys}))
        messages = scoped.args.add(list({message for _, message in keys}), "text[]")
        copies = f"{scoped.copies()} and copy.message_id = any({messages})"
        text = statement("delivered_in_scope").format(measures=scoped.measured(copies))
        rows = await reads.rows(f"{self.scope.name}_deliveries", *scoped.args, text=text)
        found = {(row["owner_id"], row["message_id"]): row["delivered"] for row in rows}
        return [found.get(key, 0) for key in keys]
