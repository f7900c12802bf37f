"""What webhooks tell is taken in, with what follows from it, in one transaction (domain.md 3.2, 9.1)."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from db.database import Database, Transaction
from db.ids import uuid7
from domain.refusals import Refused
from domain.subscriptions import JoinedVia
from engines import centers, ingest, subscriptions
from engines.ingest import Outcome
from engines.webhooks.events import Effect, Event
from engines.webhooks.signatures import one_use

TOKENS_KEPT = timedelta(days=2)


@dataclass(frozen=True, slots=True)
class Post:
    """What a provider has posted: its events; of one-time signatures, the token and the body's hash."""

    provider: str
    events: Sequence[Event]
    token: tuple[bytes, bytes] | None = None


class Told(NamedTuple):
    """What became of the events: how many had which outcome, and why the others were ignored."""

    outcomes: Mapping[str, int]
    ignored: Mapping[str, int]


async def take(db: Database, post: Post, request_id: str, now: datetime) -> Told:
    """Takes all of it in, or nothing; told again, it changes nothing."""
    post = replace(post, events=[_possible(event, now) for event in post.events])
    await db.prepare_months([event.new.occurred_at for event in post.events if event.new])
    outcomes = await db.write(_take, post.provider, request_id, post, now)
    why = Counter(event.ignored for event in post.events if event.ignored)
    return Told(Counter(outcome.name.lower() for outcome in outcomes), why)


def _possible(event: Event, now: datetime) -> Event:
    """The event, or why its interaction cannot be one."""
    try:
        if event.new is not None:
            ingest.check(event.new, now)
    except Refused as refused:
        return Event(ignored=refused.message)
    return event


async def _take(tx: Transaction, post: Post, now: datetime) -> list[Outcome]:
    if post.token is not None:
        await _use(tx, *post.token, now)
    taking = [event for event in post.events if event.new is not None]
    outcomes: list[Outcome] = []
    for begin in range(0, len(taking), ingest.LARGEST_BATCH):
        part = taking[begin : begin + ingest.LARGEST_BATCH]
        taken = await ingest.take_in(tx, [event.new for event in part if event.new], now)
        outcomes += [one.outcome for one in taken]
        stored = [one.id if one.outcome is Outcome.STORED else None for one in taken]
        known = await _contacts(tx, stored)
        told = zip(part, stored, strict=True)
        await _follow(tx, post.provider, [(event, known[id]) for event, id in told if id in known], now)
    return outcomes


async def _use(tx: Transaction, token: bytes, body: bytes, now: datetime) -> None:
    await tx.run("webhook_tokens_forget", now - TOKENS_KEPT)
    one_use((await tx.rows("webhook_token_take", token, body, now))[0]["body"], body)


async def _contacts(tx: Transaction, ids: Sequence[UUID | None]) -> dict[UUID | None, UUID]:
    named = [id for id in ids if id is not None]
    rows = await tx.rows("contacts_of_interactions", named) if named else []
    return {row["id"]: row["contact_id"] for row in rows}


async def _follow(tx: Transaction, provider: str, told: Sequence[tuple[Event, UUID]], now: datetime) -> None:
    """Does what new events mean for their contacts, in the order of the contacts."""
    due = [(event, contact) for event, contact in told if event.effect is not Effect.NONE]
    keys = {f"{provider}:{event.list_key}" for event, _ in due if event.list_key}
    rows = await tx.rows("lists_of_provider", sorted(keys)) if keys else []
    lists = {row["source"]: row["id"] for row in rows}
    for event, contact in sorted(due, key=lambda one: one[1]):
        list_id = lists.get(f"{provider}:{event.list_key}")
        match event.effect:
            case Effect.LEAVES_LIST if list_id is not None:
                await _leave(tx, contact, list_id, _moment(event, now))
            case Effect.JOINS_LIST:
                if list_id is not None:
                    await _join(tx, contact, list_id, _moment(event, now), provider)
            case _:
                await centers.allow_no_bulk_email(tx, contact, now)


def _moment(event: Event, now: datetime) -> datetime:
    return min(event.new.occurred_at, now) if event.new else now


async def _leave(tx: Transaction, contact: UUID, list_id: UUID, at: datetime) -> None:
    """Ends a stay that began before; the webhook's own interaction tells of it."""
    stay = (await subscriptions.last_stays(tx, [contact], [list_id])).get((contact, list_id))
    if stay is not None and stay["left_at"] is None and stay["joined_at"] <= at:
        await tx.run("subscriptions_close", [contact], [stay["id"]], at, JoinedVia.CENTER.name)


async def _join(tx: Transaction, contact: UUID, list_id: UUID, at: datetime, provider: str) -> None:
    """Begins a stay where the last one has ended before."""
    stay = (await subscriptions.last_stays(tx, [contact], [list_id])).get((contact, list_id))
    if stay is None or (stay["left_at"] is not None and stay["left_at"] <= at):
        row = (contact, uuid7(at), list_id, at, JoinedVia.CENTER.name, provider)
        columns = ("contact_id", "id", "list_id", "joined_at", "joined_via", "source")
        await tx.copy("subscription", columns, [row])
