"""Loads the demo company into a database that is still empty: all of it, or nothing."""

import asyncio
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from enum import Enum
from uuid import UUID

from db.database import Database, Transaction
from db.ids import identity
from domain.facts import NewInteraction
from domain.intake import REFERENCES, Fate, Incoming, Key
from engines import customers, ingest, memberships
from engines.demo import added, lists, meetings, pages
from engines.demo.company import LAST_DAY, Demo, invent
from engines.demo.days import Span
from engines.demo.houses import SOURCE

Progress = Callable[[int, int], None]
_MARK = identity(SOURCE, "loaded")
_WAIT = 0.2


class _Look(Enum):
    """What a try at loading found."""

    LOADED = "The demo is in now."
    TAKEN = "The database holds records already."
    BUSY = "Somebody else is loading."


async def load(db: Database, now: datetime, progress: Progress | None = None) -> bool:
    """Loads the demo into an empty database; False where there are records already, the demo's or others."""
    if await _taken(db):
        return False
    demo = invent(LAST_DAY)
    await db.prepare_months(new.occurred_at for new in demo.interactions)
    while True:
        look = await _try(db, demo, now, progress or _silent)
        if look is not _Look.BUSY:
            return look is _Look.LOADED
        await asyncio.sleep(_WAIT)


def _silent(done: int, total: int) -> None:
    """Tells nobody how far the loading has come."""


async def _taken(db: Database) -> bool:
    async with db.transaction() as tx:
        return await _holds_records(tx)


async def _holds_records(tx: Transaction) -> bool:
    found: bool = (await tx.rows("demo_taken", SOURCE))[0]["taken"]
    return found


async def _try(db: Database, demo: Demo, now: datetime, progress: Progress) -> _Look:
    async with db.transaction() as tx:
        if not (await tx.rows("demo_lock"))[0]["ours"]:
            return _Look.BUSY
        if await _holds_records(tx):
            return _Look.TAKEN
        await _fill(tx, demo, now, progress)
        await tx.run("demo_remember", SOURCE, _MARK)
        return _Look.LOADED


async def _fill(tx: Transaction, demo: Demo, now: datetime, progress: Progress) -> None:
    total = len(demo.interactions)
    progress(0, total)
    await added.add(tx)
    for records in (demo.accounts, demo.contacts, demo.leads):
        for part in _seniors_first(records):
            await _receive(tx, list(added.filled(part)), now)
    for at, incoming in demo.changes:
        await _receive(tx, [incoming], at)
    await _receive(tx, demo.opportunities, now)
    await _move(tx, demo)
    happened = _with_leads(demo, await _ids(tx, "lead"))
    known = {entity: await _ids(tx, entity) for entity in ("contact", "account")}
    await meetings.hold(tx, Span.until(LAST_DAY), happened, known)
    await lists.settle(tx, happened, known["contact"])
    await pages.lay(tx)
    for begin in range(0, total, ingest.LARGEST_BATCH):
        batch = happened[begin : begin + ingest.LARGEST_BATCH]
        await ingest.take_in(tx, batch, now)
        progress(begin + len(batch), total)


def _seniors_first(batch: Sequence[Incoming]) -> Iterator[Sequence[Incoming]]:
    """A record is known to its own kind only from the next batch on."""
    for below in (False, True):
        yield [one for one in batch if _points_to_own_kind(one) is below]


def _points_to_own_kind(one: Incoming) -> bool:
    return any(isinstance(v, Key) and REFERENCES[name] == one.entity for name, v in one.values.items())


async def _receive(tx: Transaction, batch: Sequence[Incoming], now: datetime) -> None:
    for one, received in zip(batch, await customers.receive(tx, batch, now), strict=True):
        if received.fate is Fate.REFUSED:
            raise AssertionError(f"The demo's {one.keys[0]} was refused: {received.reason}")


async def _ids(tx: Transaction, entity: str) -> Mapping[str, UUID]:
    return {row["key"]: row["record_id"] for row in await tx.rows("demo_keys", SOURCE, entity)}


async def _move(tx: Transaction, demo: Demo) -> None:
    """Before any interaction is taken in, so that each is stamped with the account of its moment."""
    contacts, accounts = await _ids(tx, "contact"), await _ids(tx, "account")
    for contact, account, moved_at in demo.moves:
        await memberships.move(tx, contacts[contact], accounts[account] if account else None, moved_at)


def _with_leads(demo: Demo, ids: Mapping[str, UUID]) -> Sequence[NewInteraction]:
    """Submissions that made a lead name it; only now has it an id."""
    made = {moment: ids[key] for moment, key in _origins(demo.leads)}
    return [
        replace(new, lead_id=made[new.contact_key, new.occurred_at])
        if (new.properties or {}).get("leadMatchingResult") == "CREATED"
        else new
        for new in demo.interactions
    ]


def _origins(leads: Iterable[Incoming]) -> Iterator[tuple[tuple[str | None, datetime], str]]:
    for lead in leads:
        parent = lead.values.get("contact_id")
        if isinstance(parent, Key):
            yield (parent.key, lead.values["created_at"]), lead.keys[0]
