"""What can be done to segments, and to who belongs to them."""

from collections.abc import Sequence
from uuid import UUID

from domain.criteria import Criterion
from domain.refusals import Code, Refused
from engines import segments
from engines.answers import Asked, Repeated
from engines.segments import Done
from resolvers.context import Info
from resolvers.identity import from_global, uuid_of
from resolvers.named import Named
from resolvers.subscriptions import segment

written = Named(segments.SEGMENTS, segment, "Segment")


async def add(info: Info, id: str, contact_ids: Sequence[str], key: Asked | None) -> Done:
    """Makes members of contacts."""
    members, now = _contacts(contact_ids), info.context.now
    return await _done(info, await info.context.once(key, segments.add, written.id_of(id), members, now))


async def take_out(info: Info, id: str, contact_ids: Sequence[str], key: Asked | None) -> Done:
    """Makes contacts members no more."""
    members, now = _contacts(contact_ids), info.context.now
    return await _done(info, await info.context.once(key, segments.take_out, written.id_of(id), members, now))


async def add_where(info: Info, id: str, where: Criterion | None, key: Asked | None) -> Done:
    """Makes members of the contacts that a filter finds now."""
    return await _done(
        info, await info.context.once(key, segments.add_where, written.id_of(id), where, info.context.now)
    )


async def _done(info: Info, done: Done | Repeated) -> Done:
    if not isinstance(done, Repeated):
        return done
    return Done(await written.told(info, done), done.told["changed"])


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
