"""Loaders as values: a batch says how to fetch; equal batches share one loader within a request."""

import asyncio
from abc import ABC, abstractmethod
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import chain
from typing import Any, Generic, TypeVar, cast
from uuid import UUID

from aiodataloader import DataLoader

from db.database import Reads, Row
from db.formulas import Formula
from db.insights import Counting, reach_statement, sums_statement, to_sums
from db.listing import Page, page_statement, to_page, total_statement
from db.listings import Listing
from db.rows import reader, to_record
from db.search import searched
from domain.insights import Sum
from domain.lists import Asked, Total

A = TypeVar("A")
ROOT = UUID(int=0)
"""The key of a list that has no parent."""
LARGEST_BATCH = 1_000


class Batch(ABC, Generic[A]):
    """How to fetch for many keys at once; compared by value."""

    @abstractmethod
    async def fetch(self, reads: Reads, keys: list[UUID]) -> Sequence[A]:
        """One answer for each key, in the order of the keys."""


class SetBatch(ABC, Generic[A]):
    """How to fetch for whole sets of keys; compared by value."""

    @abstractmethod
    async def fetch(self, reads: Reads, keys: list[UUID]) -> A:
        """What was found for all these keys together."""


@dataclass(frozen=True)
class One(Batch[A]):
    """Each key is the id of one record, or of none."""

    record: type[A]
    query: str

    async def fetch(self, reads: Reads, keys: list[UUID]) -> Sequence[Any]:
        found = {row["id"]: to_record(self.record, row) for row in await reads.rows(self.query, keys)}
        return [found.get(key) for key in keys]


@dataclass(frozen=True)
class Many(Batch[A]):
    """Each key has any number of records, in the statement's order."""

    record: type[A]
    query: str
    by: str

    async def fetch(self, reads: Reads, keys: list[UUID]) -> Sequence[Any]:
        found: defaultdict[UUID, list[A]] = defaultdict(list)
        for row in await reads.rows(self.query, keys):
            found[row[self.by]].append(to_record(self.record, row))
        return [found[key] for key in keys]


@dataclass(frozen=True)
class First(Batch[A]):
    """Each key has the one record that the statement gives it, or none."""

    record: type[A]
    query: str
    by: str

    async def fetch(self, reads: Reads, keys: list[UUID]) -> Sequence[Any]:
        rows = await reads.rows(self.query, keys)
        found = {row[self.by]: to_record(self.record, row) for row in rows}
        return [found.get(key) for key in keys]


@dataclass(frozen=True)
class Pages(Batch[Page]):
    """Each key is a parent with a page of its own; the root is a parent too."""

    listing: Listing
    by: str | None
    asked: Asked

    async def fetch(self, reads: Reads, keys: list[UUID]) -> Sequence[Page]:
        listing = await searched(reads, self.listing, self.asked)
        text, args = page_statement(listing, self.by, self.asked, keys)
        rows = await reads.rows(_name(self.listing, self.by), *args, text=text)
        found: defaultdict[UUID, list[Row]] = defaultdict(list)
        for row in rows:
            found[row["parent_key"] if self.by else ROOT].append(row)
        return [to_page(self.listing, self.asked, found[key]) for key in keys]


@dataclass(frozen=True)
class Totals(Batch[Total]):
    """How many records each parent's whole list has."""

    listing: Listing
    by: str | None
    asked: Asked

    async def fetch(self, reads: Reads, keys: list[UUID]) -> Sequence[Total]:
        listing = await searched(reads, self.listing, self.asked)
        text, args = total_statement(listing, self.by, self.asked, keys)
        rows = await reads.rows(f"total {_name(self.listing, self.by)}", *args, text=text)
        found = {row["parent_key"] if self.by else ROOT: row["n"] for row in rows}
        return [Total.of(found.get(key, 0), self.asked.search is not None) for key in keys]


@dataclass(frozen=True)
class Sums(Batch[tuple[Sum, ...]]):
    """How often each kind of interaction was met by each contact, or by each account's members."""

    owner: str
    counting: Counting

    async def fetch(self, reads: Reads, keys: list[UUID]) -> Sequence[tuple[Sum, ...]]:
        name, text, args = sums_statement(self.owner, keys, self.counting)
        found = {row["owner_id"]: to_sums(row) for row in await reads.rows(name, *args, text=text)}
        return [found.get(key, ()) for key in keys]


@dataclass(frozen=True)
class Reach:
    """How many contacts an account has, and how many of them engaged."""

    contacts: int = 0
    engaged: int = 0


@dataclass(frozen=True)
class Reaches(Batch[Reach]):
    """How far marketing reached into each account."""

    counting: Counting

    async def fetch(self, reads: Reads, keys: list[UUID]) -> Sequence[Reach]:
        text, args = reach_statement(keys, self.counting)
        rows = await reads.rows("account_reach", *args, text=text)
        found = {row["owner_id"]: Reach(row["contacts"], row["engaged"]) for row in rows}
        return [found.get(key, Reach()) for key in keys]


@dataclass(frozen=True)
class OpenDeals:
    """How many open opportunities there are, and what they may bring."""

    deals: int = 0
    revenue: Decimal = Decimal(0)


@dataclass(frozen=True)
class Deals(Batch[OpenDeals]):
    """The open opportunities of each account and of the accounts below it."""

    record: type[OpenDeals] = OpenDeals
    query: str = "account_open_deals"

    async def fetch(self, reads: Reads, keys: list[UUID]) -> Sequence[OpenDeals]:
        rows = await reads.rows(self.query, keys)
        found = {row["owner_id"]: OpenDeals(row["deals"], row["revenue"]) for row in rows}
        return [found.get(key, OpenDeals()) for key in keys]


@dataclass(frozen=True)
class Formulas(Batch[Any]):
    """A formula's value of each record."""

    formula: Formula

    async def fetch(self, reads: Reads, keys: list[UUID]) -> Sequence[Any]:
        formula, read = self.formula, reader(self.formula.kind)
        value = formula.on(lambda name: f"t.{name}")
        text = f"select t.id, {value} as value from {formula.table} t where t.id = any($1)"
        rows = await reads.rows(formula.full_name, keys, text=text)
        found = {row["id"]: row["value"] for row in rows}
        values = [found.get(key) for key in keys]
        return values if read is None else [None if value is None else read(value) for value in values]


class Loader(DataLoader[Any, Any]):
    """The house's data loader: lives for one request and forgets a load that was cancelled."""

    largest: int | None = LARGEST_BATCH

    def __init__(self, batch: Any, reads: Reads) -> None:
        super().__init__(max_batch_size=self.largest)
        self._batch = batch
        self._reads = reads

    async def batch_load_fn(self, keys: list[Any]) -> list[Any]:
        """What the batch finds for these keys."""
        return list(await self._batch.fetch(self._reads, keys))

    def load(self, key: Any) -> "asyncio.Future[Any]":
        """The answer for a key: loaded with the others of this tick, kept for the request."""
        future = super().load(key)
        if future.cancelled():
            self.clear(key)
            future = super().load(key)
        future.add_done_callback(_seen)
        return future


class SetLoader(Loader):
    """A loader whose keys are sets of keys: those that meet in one tick share one statement."""

    largest = None

    async def batch_load_fn(self, keys: list[Any]) -> list[Any]:
        """What the batch finds for the keys of all these sets, for each of the sets."""
        found = await self._batch.fetch(self._reads, list(dict.fromkeys(chain.from_iterable(keys))))
        return [found] * len(keys)


def _seen(future: "asyncio.Future[Any]") -> None:
    """A failure counts as seen also where nobody waits any more: the first of several ends their request."""
    if not future.cancelled():
        future.exception()


class Loaders:
    """One request's loaders: made when first asked for, gone with the request."""

    def __init__(self, reads: Reads) -> None:
        self._reads = reads
        self._live: dict[Batch[Any] | SetBatch[Any], Loader] = {}

    async def load(self, batch: Batch[A], key: UUID) -> A:
        """What the batch has for the key."""
        return cast(A, await self._answer(batch, Loader, key))

    async def load_set(self, batch: SetBatch[A], keys: tuple[UUID, ...]) -> A:
        """What the batch has for the set of keys."""
        return cast(A, await self._answer(batch, SetLoader, keys))

    def _answer(
        self, batch: Batch[Any] | SetBatch[Any], kind: type[Loader], key: Any
    ) -> "asyncio.Future[Any]":
        loader = self._live.get(batch)
        if loader is None:
            loader = self._live[batch] = kind(batch, self._reads)
        return asyncio.shield(loader.load(key))

    def forget(self) -> None:
        """Everything is read again from here on: something was written."""
        self._live.clear()
        self._reads.forget()


def _name(listing: Listing, by: str | None) -> str:
    return f"{listing.name} by {by}" if by else listing.name
