"""Custom fields: which there are, what a record holds in them, and what can be done to them."""

from collections.abc import Mapping, Sequence
from time import monotonic
from typing import Any
from uuid import UUID

from db.custom_fields import definitions
from db.custom_levels import CustomDefinitions, custom_definitions
from db.loaders import One
from domain.custom_fields import CustomField, CustomFieldEntity, CustomFields
from domain.custom_values import CustomFieldValue, values
from domain.records import Attributes
from domain.refusals import Code, Refused
from engines import custom_fields
from engines.answers import Asked, Repeated
from resolvers.context import Info
from resolvers.identity import uuid_of

__all__ = ["CustomDefinitions", "custom_definitions", "fields_of", "values"]
PATIENCE = 15
"""Seconds that one request spends on taking a field's values away."""
custom_field = One(CustomField, "custom_field_by_id")


def fields_of(fields: CustomFields, entity: CustomFieldEntity, retired: bool) -> list[CustomField]:
    """The fields of a kind of record, in the order of their creation."""
    return [field for field in fields.of(entity).values() if retired or field.in_use]


async def fields(info: Info, entity: CustomFieldEntity, retired: bool) -> list[CustomField]:
    """The same, read for this request."""
    return fields_of(await definitions(info.context.reads), entity, retired)


async def values_of(
    info: Info, entity: CustomFieldEntity, owner: UUID, custom: Attributes, names: Sequence[str] | None
) -> list[CustomFieldValue]:
    """What a record holds in its custom fields."""
    return values(await definitions(info.context.reads), entity, owner, custom, names)


async def create(info: Info, given: Mapping[str, Any], key: Asked | None) -> CustomField:
    """Adds a field."""
    done = await info.context.once(key, custom_fields.create, given, info.context.now)
    return await _now(info, done.record_ids[0]) if isinstance(done, Repeated) else done


async def change(
    info: Info, id: str, given: Mapping[str, Any], expected: int | None, key: Asked | None
) -> Any:
    """Changes how a field is shown, what can be chosen in it, or whether it has an index."""
    now = info.context.now
    done = await info.context.once(key, custom_fields.change, _id(id), given, now, expected)
    return await _now(info, done.record_ids[0]) if isinstance(done, Repeated) else done


async def retire(info: Info, id: str, expected: int | None, key: Asked | None) -> Any:
    """Takes a field out of use."""
    done = await info.context.once(key, custom_fields.retire, _id(id), info.context.now, expected)
    return await _now(info, done.record_ids[0]) if isinstance(done, Repeated) else done


async def restore(info: Info, id: str, expected: int | None, key: Asked | None) -> Any:
    """Takes a retired field into use again."""
    done = await info.context.once(key, custom_fields.restore, _id(id), info.context.now, expected)
    return await _now(info, done.record_ids[0]) if isinstance(done, Repeated) else done


async def delete(info: Info, id: str, expected: int | None, key: Asked | None) -> tuple[str, bool]:
    """Ends a field and takes away what records hold in it, as far as a request gets; whether all is gone."""
    field = await _ended(info, id, expected, key)
    if field is None:
        return id, True
    begun, last = monotonic(), None
    while monotonic() - begun < PATIENCE:
        last = await info.context.write(custom_fields.clear, field, last)
        if last is None:
            return id, True
    return id, False


async def _ended(info: Info, id: str, expected: int | None, key: Asked | None) -> CustomField | None:
    """The field that is ended; None where it was ended before under this key, and all of it is gone."""
    now = info.context.now
    done = await info.context.once(key, custom_fields.remove, _id(id), now, expected)
    if not isinstance(done, Repeated):
        return done
    try:
        return await info.context.write(custom_fields.remove, _id(id), now)
    except Refused as refused:
        if refused.code is not Code.NOT_FOUND:
            raise
        return None


async def _now(info: Info, id: UUID) -> Any:
    return await info.context.load(custom_field, id)


def _id(id: str) -> UUID:
    return uuid_of(id, "CustomField", "id")
