"""What can be followed: interactions as they come, insights as they change, records as they are written."""

import asyncio
from collections.abc import AsyncGenerator, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import Any
from uuid import UUID

from db.feed import Feed, Reader
from db.loaders import One
from domain.changes import About, Change, ChangeKind, Topic
from domain.facts import Interaction
from domain.insights import WITHOUT_ON_ACCOUNTS
from domain.interactions import Category, InteractionType
from domain.refusals import Code, Refused
from resolvers import identity, lookups
from resolvers import insights as aggregates
from resolvers.context import Context, Info
from resolvers.insights import Aggregate, Answer, Question

PAUSE = 0.2
"""Seconds between two states of one subscription's insights, at least."""


@dataclass(frozen=True)
class Happened:
    """An interaction that was taken in."""

    cursor: str
    interaction: Interaction


@dataclass(frozen=True)
class Told:
    """Insights as they are at the cursor's place, or later."""

    cursor: str
    insights: Answer


@dataclass(frozen=True)
class Changed:
    """A change of a record, and the record as it is now."""

    cursor: str
    kind: ChangeKind
    at: datetime
    record_id: str
    record: Any


@dataclass(frozen=True)
class Followed:
    """Whose interactions make those of a record: the first owner's whose key the record, or change, has."""

    type_name: str
    aggregate: Aggregate
    owners: tuple[tuple[About, str], ...]
    without: frozenset[Category] = frozenset()

    def shows(self, kind: InteractionType) -> bool:
        """Whether interactions of the type are provided there."""
        return kind.category not in self.without

    def basis(self, of: Any) -> Topic | None:
        """Whose interactions they are; None where nobody's."""
        keys = ((about, getattr(of, by)) for about, by in self.owners)
        return next((Topic(about, key) for about, key in keys if key is not None), None)


of_contact = Followed("Contact", aggregates.of_contact, ((About.CONTACT, "id"),))
of_account = Followed("Account", aggregates.of_account, ((About.ACCOUNT, "id"),), WITHOUT_ON_ACCOUNTS)
of_lead = Followed("Lead", aggregates.of_lead, ((About.CONTACT, "contact_id"), (About.ACCOUNT, "account_id")))


async def interactions(
    info: Info,
    followed: Followed,
    id: str,
    types: frozenset[InteractionType] | None,
    after: str | None,
) -> AsyncGenerator[Happened, None]:
    """The new interactions of a record."""
    context, key = info.context, identity.uuid_of(id, followed.type_name, "id")
    reader = await _feed(context).reader(after)
    record = await _known(context, followed.type_name, key)
    basis = reader.start.basis or followed.basis(record)
    reader.turn(_topics(key, basis))
    return _happenings(context, reader, followed, key, basis, types)


async def _happenings(
    context: Context,
    reader: Reader,
    followed: Followed,
    key: UUID,
    basis: Topic | None,
    types: frozenset[InteractionType] | None,
) -> AsyncGenerator[Happened, None]:
    feed, start, leads = _feed(context), reader.start, followed is of_lead
    while True:
        change = await reader.next()
        if change.kind is ChangeKind.DELETED:
            return
        if change.kind is not None:
            if leads:
                basis = followed.basis(change)
                reader.turn(_topics(key, basis))
            continue
        if basis is not None and basis.about is About.ACCOUNT and not change.member:
            continue
        found = await feed.share(("interactions", change.position), partial(_interactions, change))
        first = start.taken if change.before == start.position else 0
        for taken, new in enumerate(found[first:], start=first + 1):
            if new is not None and followed.shows(new.type) and (not types or new.type in types):
                last = taken == len(found)
                place = (change.position, 0) if last else (change.before, taken)
                context.renew(datetime.now(UTC))
                yield Happened(feed.cursor(*place, basis if leads else None), new)


async def _interactions(change: Change, reads: Any) -> list[Interaction | None]:
    return list(await lookups.interaction.fetch(reads, list(change.interactions)))


async def insights(
    info: Info,
    followed: Followed,
    id: str,
    question: Callable[[datetime], Question],
    after: str | None,
) -> AsyncGenerator[Told, None]:
    """The insights of a record: now, unless a cursor is given, and after what can alter them."""
    context, key = info.context, identity.uuid_of(id, followed.type_name, "id")
    reader = await _feed(context).reader(after)
    record = await _known(context, followed.type_name, key)
    reader.turn(_altering(followed, key, record))
    return _states(context, reader, followed, key, question, after is None)


async def _states(
    context: Context,
    reader: Reader,
    followed: Followed,
    key: UUID,
    question: Callable[[datetime], Question],
    at_once: bool,
) -> AsyncGenerator[Told, None]:
    loop = asyncio.get_running_loop()
    earliest = loop.time()
    while True:
        if not at_once:
            await reader.next()
            await asyncio.sleep(earliest - loop.time())
            reader.skip()
        at_once, earliest = False, loop.time() + PAUSE
        context.renew(datetime.now(UTC))
        record = await context.load(lookups.NODES[followed.type_name], key)
        if record is None:
            return
        reader.turn(_altering(followed, key, record))
        asker: Any = _Asker(context)
        answer = await followed.aggregate.answer(record, asker, question(context.now))
        yield Told(_feed(context).cursor(reader.position), answer)


@dataclass(frozen=True)
class _Asker:
    """Who asks for insights outside of any field."""

    context: Context


async def changes(
    info: Info, type_name: str, id: str | None, after: str | None
) -> AsyncGenerator[Changed, None]:
    """The changes of one record, or of all of the type."""
    context, feed = info.context, _feed(info.context)
    reader = await feed.reader(after)
    if id is None:
        reader.turn([Topic(About.ENTITY, type_name.lower())])
        return _records(feed, reader, type_name, False)
    key = identity.uuid_of(id, type_name, "id")
    reader.turn([Topic(About.RECORD, key)])
    if not await reader.has_more():
        await _known(context, type_name, key)
    return _records(feed, reader, type_name, True)


async def _records(feed: Feed, reader: Reader, type_name: str, single: bool) -> AsyncGenerator[Changed, None]:
    batch: One[Any] = lookups.NODES[type_name]
    while True:
        change = await reader.next()
        assert change.kind is not None
        record = await feed.share((type_name, change.position), partial(_record, batch, change))
        cursor = feed.cursor(change.position)
        yield Changed(cursor, change.kind, change.at, identity.to_global(type_name, change.record_id), record)
        if single and change.kind is ChangeKind.DELETED:
            return


async def _record(batch: One[Any], change: Change, reads: Any) -> Any:
    return (await batch.fetch(reads, [change.record_id]))[0]


def _topics(key: UUID, basis: Topic | None) -> list[Topic]:
    own = Topic(About.RECORD, key)
    return [own] if basis is None else [own, basis]


def _altering(followed: Followed, key: UUID, record: Any) -> list[Topic]:
    """What can alter the record's insights; an account's also by who belongs to it."""
    basis = followed.basis(record)
    topics = _topics(key, basis)
    if basis is not None and basis.about is About.ACCOUNT:
        topics.append(Topic(About.MEMBERS, basis.key))
    return topics


async def _known(context: Context, type_name: str, key: UUID) -> Any:
    record = await context.load(lookups.NODES[type_name], key)
    if record is None:
        raise Refused(Code.NOT_FOUND, f"There is no such {type_name.lower()}.", "id")
    return record


def latest(info: Info) -> str | None:
    """The cursor after which whatever is read later in the request, or after it, may change."""
    feed = info.context.feed
    return feed.cursor(feed.position) if feed else None


def _feed(context: Context) -> Feed:
    assert context.feed is not None, "subscriptions need a process that follows the change log"
    return context.feed
