"""What can be done to segments, and to who belongs to them."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from domain.criteria import Criterion
from domain.refusals import Code, Refused
from domain.subscriptions import Segment
from engines import answers, segments
from engines.answers import Asked, Repeated
from engines.segments import Done
from resolvers.context import Info
from resolvers.identity import from_global, uuid_of
from resolvers.subscriptions import segment


async def create(info: Info, values: Mapping[str, Any], key: Asked | None) -> Any:
    """Creates a segment."""
    return await _told(info, await info.context.once(key, segments.create, values, info.context.now))


async def update(
    info: Info, id: str, values: Mapping[str, Any], expected: int | None, key: Asked | None
) -> Any:
    """Changes a segment."""
    act, now = segments.change, info.context.now
    return await _told(info, await info.context.once(key, act, _id(id), values, now, expected))


async def delete(info: Info, id: str, expected: int | None, key: Asked | None) -> str:
    """Deletes a segment; tells the id that led to it."""
    await info.context.once(key, answers.removing(segments.remove), _id(id), expected)
    return id


async def add(info: Info, id: str, contact_ids: Sequence[str], key: Asked | None) -> Done:
    """Makes members of contacts."""
    members, now = _contacts(contact_ids), info.context.now
    return await _done(info, await info.context.once(key, segments.add, _id(id), members, now))


async def take_out(info: Info, id: str, contact_ids: Sequence[str], key: Asked | None) -> Done:
    """Makes contacts members no more."""
    members, now = _contacts(contact_ids), info.context.now
    return await _done(info, await info.context.once(key, segments.take_out, _id(id), members, now))


async def add_where(info: Info, id: str, where: Criterion | None, key: Asked | None) -> Done:
    """Makes members of the contacts that a filter finds now."""
    return await _done(
        info, await info.context.once(key, segments.add_where, _id(id), where, info.context.now)
    )


async def _told(info: Info, done: Segment | Repeated) -> Any:
    if not isinstance(done, Repeated):
        return done
    return await info.context.load(segment, done.record_ids[0])


async def _done(info: Info, done: Done | Repeated) -> Done:
    if not isinstance(done, Repeated):
        return done
    return Done(await _told(info, done), done.told["changed"])


def _contacts(ids: Sequence[str]) -> list[UUID]:
    """The contacts' own ids; an account or a lead is no member of a segment (domain.md R8, I14)."""
    return [_contact(id, at) for at, id in enumerate(ids)]


def _contact(id: str, at: int) -> UUID:
    path = "contactIds", str(at)
    try:
        type_name, _ = from_global(id)
    except Refused as refused:
        raise Refused(refused.code, refused.message, *path) from None
    if type_name != "Contact":
        message = f"Members of a segment are contacts: this is the id of the type {type_name}."
        raise Refused(Code.SEGMENT_MEMBER_NOT_CONTACT, message, *path)
    return uuid_of(id, "Contact", *path)


def _id(id: str) -> UUID:
    return uuid_of(id, "Segment", "id")
