"""What goes with consent: who may be whose guardian, one log entry for each change (domain.md 10.3, 10.4)."""

from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from db.database import Transaction
from db.ids import uuid7
from domain.consent import becomes_child, guardianship
from domain.intake import Record
from domain.options import ConsentLevel
from domain.protection import ConsentSource
from domain.records import Contact
from domain.refusals import Refused


@dataclass(frozen=True, slots=True)
class Because:
    """By what a consent level is changed, and why."""

    source: ConsentSource
    reason: str | None = None
    source_form_id: str | None = None
    source_text: str | None = None


@dataclass(frozen=True, slots=True)
class LevelChange:
    """A contact's consent level before and after."""

    contact_id: UUID
    old: ConsentLevel
    new: ConsentLevel


class _Clock:
    """Moments of which none comes twice: entries of one moment have the order in which they were made."""

    def __init__(self) -> None:
        self._last = datetime.fromtimestamp(0, UTC)

    def tick(self) -> datetime:
        """Now, or the millisecond after the last one given."""
        self._last = max(datetime.now(UTC), self._last + timedelta(milliseconds=1))
        return self._last


_clock = _Clock()
_because: ContextVar[Because | None] = ContextVar("because", default=None)
_gathered: ContextVar[list[LevelChange] | None] = ContextVar("gathered", default=None)


@contextmanager
def because(said: Because) -> Iterator[None]:
    """What is changed in this block is logged with this source and reason."""
    token = _because.set(said)
    try:
        yield
    finally:
        _because.reset(token)


@asynccontextmanager
async def gathered(tx: Transaction, now: datetime, said: Because) -> AsyncIterator[None]:
    """What is written in this block, one contact at a time, is logged in one statement at its end."""
    changes: list[LevelChange] = []
    token = _gathered.set(changes)
    try:
        yield
    finally:
        _gathered.reset(token)
    await log(tx, changes, now, said)


async def log(
    tx: Transaction, changes: Sequence[LevelChange], now: datetime, said: Because | None = None
) -> None:
    """One entry for each contact whose level changed, in one statement; none where logging is off."""
    real = [change for change in changes if change.old != change.new]
    if not real:
        return
    said = said or _because.get() or Because(ConsentSource.STAFF if tx.actor else ConsentSource.API)
    moment = _clock.tick()
    rows = [(one.contact_id, uuid7(moment), int(one.old), int(one.new)) for one in real]
    words = (said.source.name, said.source_form_id, said.source_text, said.reason)
    await tx.run("consent_log", *map(list, zip(*rows, strict=True)), now, tx.actor, *words)


async def follow(tx: Transaction, before: Record | None, after: Record | None, now: datetime) -> None:
    """Logs what the creation or change of one contact does to its consent level."""
    if not isinstance(after, Contact):
        return
    old = before.consent_level if isinstance(before, Contact) else ConsentLevel.NONE
    change, gathered = LevelChange(after.id, old, after.consent_level), _gathered.get()
    if gathered is not None:
        gathered.append(change)
    else:
        await log(tx, [change], now if before is not None else after.updated_at)


async def guardian_fits(tx: Transaction, before: Record | None, after: Record) -> list[Refused]:
    """A child has a guardian who is no child, and nobody else has one (domain.md 10.3)."""
    if not isinstance(after, Contact) or not (before is None or isinstance(before, Contact)):
        return []
    known = await _read(tx, after.guardian_id) if _named_anew(before, after) else None
    wards = after.is_child and not (before and before.is_child) and await _has_wards(tx, after.id)
    return guardianship(before, after, known) + becomes_child(before, after, wards)


def _named_anew(before: Contact | None, after: Contact) -> bool:
    known = (before.is_child, before.guardian_id) if before else (False, None)
    return after.guardian_id not in (None, after.id) and (after.is_child, after.guardian_id) != known


async def _read(tx: Transaction, id: UUID | None) -> Contact | None:
    """The guardian, who cannot become a child until this transaction ends."""
    found = await tx.records(Contact, "contact_shared", id)
    return found[0] if found else None


async def _has_wards(tx: Transaction, id: UUID) -> bool:
    return bool(await tx.rows("contact_has_wards", id))
