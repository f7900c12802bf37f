"""Answers kept for clients that ask twice: under one key a thing is done once (docs/frontend/retries.md)."""

from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import blake2b
from typing import Any, Concatenate, ParamSpec
from uuid import UUID

import orjson

from db.database import Transaction
from domain.refusals import Code, Refused

P = ParamSpec("P")
KEPT = timedelta(hours=24)
LONGEST_KEY = 255


@dataclass(frozen=True, slots=True)
class Asked:
    """A mutation asked under a client's key; `digest` tells its input from every other."""

    actor: str
    key: str
    mutation: str
    digest: bytes


@dataclass(frozen=True, slots=True)
class Repeated:
    """What was done when the same was asked first: of which records, and how it was told."""

    record_ids: tuple[UUID, ...]
    told: Any


@dataclass(frozen=True, slots=True)
class Removed:
    """A record was deleted: of none is there anything to tell, but that it was done."""

    records: tuple[()] = ()
    told: str = "deleted"


def removing(
    act: Callable[Concatenate[Transaction, P], Awaitable[Any]],
) -> Callable[Concatenate[Transaction, P], Awaitable[Removed]]:
    """A deletion of which nothing is kept but that it was done: who asks again is told so again."""

    async def removed(tx: Transaction, /, *args: P.args, **kwargs: P.kwargs) -> Removed:
        await act(tx, *args, **kwargs)
        return Removed()

    return removed


def asked(actor: str | None, key: str, mutation: str, input: Any) -> Asked:
    """What is asked under a key; refuses what is no key."""
    if not 1 <= len(key) <= LONGEST_KEY or not key.isprintable():
        message = f"An idempotency key has 1 to {LONGEST_KEY} printable characters."
        raise Refused(Code.INVALID, message, "idempotency_key")
    return Asked(actor or "", key, mutation, blake2b(_told([mutation, input]), digest_size=32).digest())


def _told(input: Any) -> bytes:
    """The input as it is compared; a number that JSON has no place for is refused by its field, later."""
    try:
        return orjson.dumps(input, default=_written, option=orjson.OPT_SORT_KEYS | orjson.OPT_NON_STR_KEYS)
    except TypeError:
        return repr(input).encode()


def _written(value: Any) -> str:
    return f"{type(value).__name__} {value}"


async def claim(tx: Transaction, asked: Asked, now: datetime) -> Repeated | None:
    """Takes the key, or tells what was done under it; another transaction that holds it is waited for."""
    await tx.run("idempotency_expire", now - KEPT)
    if await tx.run("idempotency_claim", asked.actor, asked.key, asked.mutation, asked.digest, now):
        return None
    (known,) = await tx.rows("idempotency_known", asked.actor, asked.key)
    if known["digest"] != asked.digest:
        message = "This idempotency key was used for something else: take a new key for a new request."
        raise Refused(Code.KEY_REUSED, message, "idempotency_key")
    if not known["record_ids"] and known["answer"] is None:
        raise gone()
    return Repeated(tuple(known["record_ids"]), known["answer"])


def gone() -> Refused:
    """The refusal of what was done once, to a record that is no more."""
    message = "What was written under this key has been deleted since: take a new key to write it anew."
    return Refused(Code.NOT_FOUND, message, "idempotency_key")


async def keep(tx: Transaction, asked: Asked, done: Any) -> None:
    """Keeps of which records something was done, and what else the answer tells."""
    told = getattr(done, "told", None)
    ids = [record.id for record in _records(done)]
    await tx.run("idempotency_keep", asked.actor, asked.key, told, ids)


def _records(done: Any) -> Iterable[Any]:
    if done is None:
        return ()
    return done.records if hasattr(done, "records") else (done,)
