"""What can be done to contacts, accounts, leads and opportunities alike."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from domain.refusals import Code, Refused
from engines import answers, contacts, opportunities, records
from engines.answers import Asked, Repeated
from resolvers import lookups
from resolvers.context import Info
from resolvers.identity import to_global, uuid_of


def asked(info: Info, key: str | None, mutation: str, input: Any) -> Asked | None:
    """What is asked under a client's key; None where it gives none."""
    return None if key is None else answers.asked(info.context.actor, key, mutation, input)


async def told(info: Info, entity: str, done: Any) -> Any:
    """The record that something was done to; of what is asked again, as it is now."""
    if not isinstance(done, Repeated):
        return done
    (id,) = done.record_ids
    found = await info.context.load(lookups.NODES[entity.capitalize()], id)
    if found is None:
        raise answers.gone()
    return found


async def create(
    info: Info, entity: str, values: Mapping[str, Any], since: datetime | None, key: Asked | None
) -> Any:
    """Creates a record."""
    now = info.context.now
    if since is not None and since > now:
        raise Refused(Code.INVALID, "A stay cannot begin in the future.", "since")
    done = await info.context.once(key, records.create, entity, values, now, since)
    return await told(info, entity, done)


async def update(
    info: Info, entity: str, id: str, values: Mapping[str, Any], expected: int | None, key: Asked | None
) -> Any:
    """Changes a record."""
    record_id = _id(entity, id)
    done = await info.context.once(key, records.change, entity, record_id, values, info.context.now, expected)
    return await told(info, entity, done)


async def delete(info: Info, entity: str, id: str, expected: int | None, key: Asked | None) -> str:
    """Deletes a record; tells the id that led to it."""
    record_id, act = _id(entity, id), answers.removing(records.remove)
    await info.context.once(key, act, entity, record_id, info.context.now, expected)
    return to_global(entity.capitalize(), record_id)


async def close(
    info: Info, id: str, closing: Mapping[str, Any], expected: int | None, key: Asked | None
) -> Any:
    """Closes a sale, won or lost."""
    sale, now = _id("opportunity", id), info.context.now
    done = await info.context.once(key, opportunities.close, sale, closing, now, expected)
    return await told(info, "opportunity", done)


async def reopen(info: Info, id: str, expected: int | None, key: Asked | None) -> Any:
    """Opens a closed sale again."""
    sale, now = _id("opportunity", id), info.context.now
    done = await info.context.once(key, opportunities.reopen, sale, now, expected)
    return await told(info, "opportunity", done)


async def generate_contact(info: Info, id: str, expected: int | None, key: Asked | None) -> Any:
    """Finds or creates the contact of a lead that has none."""
    lead, now = _id("lead", id), info.context.now
    return await told(info, "lead", await info.context.once(key, contacts.of_lead, lead, now, expected))


def _id(entity: str, id: str) -> UUID:
    return uuid_of(id, entity.capitalize(), "id")
