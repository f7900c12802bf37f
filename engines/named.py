"""Records of a name and a few words, as lists and segments: what they may hold; how they come and go."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Generic, Protocol, TypeVar
from uuid import UUID

from db import writes
from db.database import Transaction
from db.ids import uuid7
from domain.refusals import Code, Refused, Stale
from engines import kept

_ALWAYS = frozenset({"public", "locked"})
"""What always has a value."""
A = TypeVar("A", bound=Any)


class Checked(Protocol):
    """Makes of what is given the values as they are kept; refuses all that is wrong at once."""

    def __call__(self, given: Mapping[str, Any], /, *, new: bool = False) -> dict[str, Any]: ...


def checked(given: Mapping[str, Any], *, new: bool = False) -> dict[str, Any]:
    """The values as they are kept: texts trimmed, blank ones null; refuses all that is wrong at once."""
    values: dict[str, Any] = {}
    refused: list[Refused] = []
    for name, value in given.items():
        try:
            values[name] = _kept(name, value)
        except kept.Unfit as unfit:
            refused.append(Refused(Code.INVALID, str(unfit), name))
    named = name_is_given(values, new)
    if not named and not any(one.path == ("name",) for one in refused):
        refused.append(Refused(Code.REQUIRED, "It needs a name.", "name"))
    if refused:
        raise Refused.several(refused)
    return values


def name_is_given(values: Mapping[str, Any], new: bool) -> bool:
    """Whether there is a name, or one that stays."""
    return bool(values["name"]) if "name" in values else not new


def _kept(name: str, value: Any) -> Any:
    if value is None and name in _ALWAYS:
        raise kept.Unfit("It is yes or no: give one of them, or leave it out to keep what it is.")
    return _text(name, value) if isinstance(value, str) else value


def _text(name: str, value: str) -> str | None:
    longest = kept.longest(name)
    text = kept.prose(value) if longest == kept.PROSE else kept.line(value)
    if len(text) > longest:
        raise kept.Unfit(f"At most {longest:,} characters can be kept here; these are {len(text):,}.")
    return text or None


def check_version(known: Any, expected: int | None) -> None:
    """Refuses to write over what the client has not seen."""
    if expected is not None and expected != known.version:
        message = f"The record is at version {known.version}, not {expected}: read it again, and decide."
        raise Stale(message, known.version, ())


@dataclass(frozen=True)
class Named(Generic[A]):
    """How records of a kind are kept: their table's statements are `…_locked`, `…_update` and `…_delete`."""

    record: type[A]
    table: str
    noun: str
    written: tuple[str, ...]
    """What a change writes, as its statement takes it."""
    first: Callable[[Transaction], Mapping[str, Any]] = lambda _: {}
    """What a new one has unless it is given."""
    checked: Checked = checked
    seen: Callable[[A, str | None], bool] = lambda *_: True
    """Whether there is such a record for whoever asks."""

    async def create(self, tx: Transaction, given: Mapping[str, Any], now: datetime) -> A:
        """A new record."""
        values = {**self.first(tx), **self.checked(given, new=True)}
        made: A = self.record(id=uuid7(now), version=1, created_at=now, updated_at=now, **values)
        await writes.insert(tx, self.table, [made])
        return made

    async def change(
        self, tx: Transaction, id: UUID, given: Mapping[str, Any], now: datetime, expected: int | None = None
    ) -> A:
        """The record as it is after the change."""
        known = await self.locked(tx, id, expected)
        after = replace(known, **self.checked(given))
        return known if after == known else await self.write(tx, after, now)

    async def remove(self, tx: Transaction, id: UUID, expected: int | None = None) -> A:
        """Deletes the record; as it was before."""
        return await self.delete(tx, await self.locked(tx, id, expected))

    async def locked(self, tx: Transaction, id: UUID, expected: int | None = None) -> A:
        """The record, which nobody else can write until this transaction ends; at the version expected."""
        found = await tx.records(self.record, f"{self.table}_locked", id)
        if not found or not self.seen(found[0], tx.actor):
            raise Refused(Code.NOT_FOUND, f"There is no such {self.noun}.", "id")
        check_version(found[0], expected)
        return found[0]

    async def write(self, tx: Transaction, after: A, now: datetime) -> A:
        """Keeps the record as its next version."""
        values = [getattr(after, name) for name in self.written]
        await tx.run(f"{self.table}_update", after.id, *values, now)
        return replace(after, version=after.version + 1, updated_at=now)

    async def delete(self, tx: Transaction, known: A) -> A:
        """Deletes a record that is locked; as it was before."""
        await tx.run(f"{self.table}_delete", known.id)
        return known
