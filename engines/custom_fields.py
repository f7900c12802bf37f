"""Custom fields come, change, retire and go; records are given values of them (docs/decisions/0017)."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID
from weakref import WeakKeyDictionary

from db import custom_fields as kept
from db import writes
from db.database import Transaction
from db.ids import uuid7
from domain import custom_intake
from domain.criteria import Criterion
from domain.custom_criteria import check, custom_checks
from domain.custom_fields import (
    MOST_FIELDS,
    CustomField,
    CustomFieldEntity,
    CustomFields,
    faults,
)
from domain.custom_values import Given, merge
from domain.records import Attributes
from domain.refusals import Code, Refused
from engines import named

BATCH = 2_000
"""From so many records the values of a removed field are taken away in one transaction."""
_UNSET: dict[str, Any] = {
    "description": None,
    "choices": [],
    "indexed": True,
    "retired_at": None,
    "removed_at": None,
}
_READ: WeakKeyDictionary[Transaction, dict[CustomFieldEntity, CustomFields]] = WeakKeyDictionary()
"""The fields as transactions know them, whose locks keep them as they are."""


async def create(tx: Transaction, given: Mapping[str, Any], now: datetime) -> CustomField:
    """A new field, and its index; values that a removed field of its name has left behind go."""
    id = uuid7(now, f"custom field\x1f{given['entity'].name}\x1f{given['name']}")
    own = {"id": id, "version": 1, "created_at": now, "updated_at": now}
    made = CustomField(**_UNSET | own | dict(given))
    known = await _alone(tx, made.entity)
    _allow(made, [*faults(made), *_beside(made, known)])
    await kept.sweep(tx, made)
    if made.indexed:
        await kept.make_index(tx, made)
    await writes.insert(tx, "custom_field", [made])
    return made


async def change(
    tx: Transaction, id: UUID, given: Mapping[str, Any], now: datetime, expected: int | None = None
) -> CustomField:
    """The field as it is after the change; a choice that a record holds stays, an index comes or goes."""
    known = await _locked(tx, id, expected)
    after = replace(known, **given)
    _allow(after, faults(after))
    taken = [one.value for one in known.offered if one.value not in {one.value for one in after.offered}]
    if taken and (used := await kept.chosen(tx, known, taken)):
        message = f"Records hold the choice {used[0]!r}: give them another one before it is taken away."
        raise Refused(Code.INVALID, message, "choices")
    if after.indexed and not known.indexed:
        await kept.make_index(tx, after)
    if known.indexed and not after.indexed:
        await kept.drop_index(tx, known)
    return await _write(tx, known, after, now)


async def retire(tx: Transaction, id: UUID, now: datetime, expected: int | None = None) -> CustomField:
    """Takes a field out of use; what records hold in it is kept for when it comes back."""
    known = await _locked(tx, id, expected)
    return await _write(tx, known, replace(known, retired_at=known.retired_at or now), now)


async def restore(tx: Transaction, id: UUID, now: datetime, expected: int | None = None) -> CustomField:
    """Takes a retired field into use again."""
    known = await _locked(tx, id, expected)
    return await _write(tx, known, replace(known, retired_at=None), now)


async def remove(tx: Transaction, id: UUID, now: datetime, expected: int | None = None) -> CustomField:
    """Ends a field for good: nobody sees it or gives values any more; `clear` takes away what is there."""
    known = await _locked(tx, id, expected, removed=True)
    if known.removed_at is None:
        await kept.drop_index(tx, known)
        known = await _write(
            tx, known, replace(known, retired_at=known.retired_at or now, removed_at=now), now
        )
    return known


async def clear(tx: Transaction, field: CustomField, after: UUID | None) -> UUID | None:
    """Takes a removed field's values from some records, by their ids; where it stopped, None at the end.

    With the last of them goes what history tells of its values, and then the field itself.
    """
    last = await kept.clear(tx, field, after, BATCH)
    if last is None:
        await kept.clear_history(tx, field)
        await tx.run("custom_field_delete", field.id)
    return last


async def merged(
    tx: Transaction, entity: str, known: Attributes, given: Sequence[Given]
) -> tuple[dict[str, Any], list[Refused]]:
    """What a record holds after values were given, and what its fields do not take; the fields stay so."""
    of = CustomFieldEntity[entity.upper()]
    return merge(await _shared(tx, of), of, known, given)


async def brought(
    tx: Transaction, entity: str, known: Attributes, values: Attributes, *, fill: bool = False
) -> dict[str, Any]:
    """What a record holds after a file brought values; the fields stay so."""
    of = CustomFieldEntity[entity.upper()]
    return custom_intake.brought(await _shared(tx, of), of, known, values, fill=fill)


async def verify(tx: Transaction, where: Criterion, record: type[Any]) -> None:
    """Refuses a criterion that asks for a field that is not there, or is of another type, as lists do."""
    checks = list(custom_checks(where, record))
    fields = CustomFields(await tx.records(CustomField, "custom_fields") if checks else ())
    for owner, one in checks:
        check(fields, owner, one)


async def still_kept(tx: Transaction, entity: str, custom: Attributes) -> dict[str, Any]:
    """What a record may hold of values from another time: those of fields that are still there."""
    held, _ = await merged(tx, entity, custom, ())
    return held


async def _shared(tx: Transaction, entity: CustomFieldEntity) -> CustomFields:
    """The fields of a kind of record, which stay as they are until this transaction ends."""
    read = _READ.setdefault(tx, {})
    if entity not in read:
        await tx.rows("custom_fields_lock_shared", entity.table)
        read[entity] = CustomFields(await tx.records(CustomField, "custom_fields_of", entity.name))
    return read[entity]


async def _alone(tx: Transaction, entity: CustomFieldEntity) -> list[CustomField]:
    """The fields of a kind of record, removed ones too, which nobody else can change or give values of."""
    _READ.pop(tx, None)
    await tx.rows("custom_fields_lock", entity.table)
    return await tx.records(CustomField, "custom_fields_of", entity.name)


async def _locked(tx: Transaction, id: UUID, expected: int | None, *, removed: bool = False) -> CustomField:
    found = await tx.records(CustomField, "custom_field_by_id", [id])
    if found:
        known = {one.id: one for one in await _alone(tx, found[0].entity)}
        found = [known[id]] if id in known else []
    if not found or (found[0].removed_at is not None and not removed):
        raise Refused(Code.NOT_FOUND, "There is no such custom field.", "id")
    if found[0].removed_at is None:
        named.check_version(found[0], expected)
    return found[0]


def _beside(made: CustomField, known: Sequence[CustomField]) -> list[Refused]:
    """What speaks against a new field in those that are there."""
    found = []
    same = next((one for one in known if one.name.lower() == made.name.lower()), None)
    if same is not None:
        state = "being deleted" if same.removed_at else "retired" if same.retired_at else "there already"
        message = f"The custom field {same.name!r} of {made.entity.noun} is {state}: choose another name."
        found.append(Refused(Code.ALREADY_EXISTS, message, "name"))
    if len(known) >= MOST_FIELDS:
        message = f"At most {MOST_FIELDS} custom fields can be added to {made.entity.noun}: delete one first."
        found.append(Refused(Code.TOO_MANY, message, "entity"))
    return found


def _allow(made: CustomField, found: Sequence[Refused]) -> None:
    if found:
        raise Refused.several(found)


async def _write(tx: Transaction, known: CustomField, after: CustomField, now: datetime) -> CustomField:
    if after == known:
        return known
    after = replace(after, version=known.version + 1, updated_at=now)
    values = (
        after.label,
        after.description,
        after.choices,
        after.indexed,
        after.retired_at,
        after.removed_at,
    )
    await tx.run("custom_field_update", after.id, after.version, now, *values)
    return after
