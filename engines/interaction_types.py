"""Declared types of interactions come, change, retire and go; ways in find them by name."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from time import monotonic
from typing import Any
from uuid import UUID
from weakref import WeakKeyDictionary

from db import writes
from db.database import Database, Reads, Transaction
from db.ids import uuid7
from db.rows import to_record
from domain.custom_interactions import MOST_TYPES, CustomInteractionType, CustomInteractionTypes, faults
from domain.refusals import Code, Refused
from engines import named

PATIENCE = 5.0
"""Seconds after which a process looks again at what others have declared."""
_UNSET: dict[str, Any] = {"description": None, "engagement": False, "properties": [], "retired_at": None}
_READ: WeakKeyDictionary[Database, tuple[float, CustomInteractionTypes]] = WeakKeyDictionary()
"""The types as a process knows them, and when it read them."""


async def known(db: Database, *, fresh: bool = False) -> CustomInteractionTypes:
    """The declared types as this process knows them: read every few seconds, or anew."""
    read = _READ.get(db)
    if read is None or fresh or monotonic() - read[0] > PATIENCE:
        read = _READ[db] = monotonic(), CustomInteractionTypes(await read_all(db.reads()))
    return read[1]


async def read_all(reads: Reads) -> list[CustomInteractionType]:
    """The declared types, retired ones too, in the order of their creation."""
    return [to_record(CustomInteractionType, row) for row in await reads.rows("interaction_types")]


async def create(tx: Transaction, given: Mapping[str, Any], now: datetime) -> CustomInteractionType:
    """A new type."""
    id = uuid7(now, f"interaction type\x1f{given['name']}")
    own = {"id": id, "version": 1, "created_at": now, "updated_at": now}
    made = CustomInteractionType(**_UNSET | own | dict(given))
    await tx.rows("interaction_types_lock")
    others = await tx.records(CustomInteractionType, "interaction_types")
    _allow([*faults(made), *_beside(made, others)])
    await writes.insert(tx, "interaction_type", [made])
    return made


async def change(
    tx: Transaction, id: UUID, given: Mapping[str, Any], now: datetime, expected: int | None = None
) -> CustomInteractionType:
    """The type as it is after the change; `retired` takes it out of use or into use again."""
    before = await _locked(tx, id, expected)
    values = dict(given)
    if "retired" in values:
        values["retired_at"] = (before.retired_at or now) if values.pop("retired") else None
    after = replace(before, **values)
    if after == before:
        return before
    _allow(faults(after))
    after = replace(after, version=before.version + 1, updated_at=now)
    written = (after.label, after.description, after.category.name, after.engagement)
    kept = (*written, after.properties, after.retired_at)
    await tx.run("interaction_type_update", id, after.version, now, *kept)
    return after


async def remove(tx: Transaction, id: UUID, expected: int | None = None) -> CustomInteractionType:
    """Ends a type that no interaction has; as it was before."""
    before = await _locked(tx, id, expected)
    if (await tx.rows("interaction_type_is_used", before.name))[0]["used"]:
        message = "There are interactions of this type: retire it, and no new ones are taken in."
        raise Refused(Code.READ_ONLY, message, "id")
    await tx.run("interaction_type_delete", id)
    return before


def forget(db: Database) -> None:
    """Lets this process look again at once, after it has changed a type."""
    _READ.pop(db, None)


async def _locked(tx: Transaction, id: UUID, expected: int | None) -> CustomInteractionType:
    found = await tx.records(CustomInteractionType, "interaction_type_locked", id)
    if not found:
        raise Refused(Code.NOT_FOUND, "There is no such type of interactions.", "id")
    named.check_version(found[0], expected)
    return found[0]


def _beside(made: CustomInteractionType, others: list[CustomInteractionType]) -> list[Refused]:
    """What speaks against a new type in those that are there."""
    found = []
    same = CustomInteractionTypes(others).get(made.name)
    if same is not None:
        state = "retired" if same.retired_at else "there already"
        message = f"The type of interactions {same.name!r} is {state}: choose another name."
        found.append(Refused(Code.ALREADY_EXISTS, message, "name"))
    if len(others) >= MOST_TYPES:
        found.append(Refused(Code.TOO_MANY, f"At most {MOST_TYPES} types can be declared: delete one first."))
    return found


def _allow(found: list[Refused]) -> None:
    if found:
        raise Refused.several(found)
