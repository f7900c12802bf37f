"""Segments: asked for, written, and the contacts that are picked for them (domain.md 7.1, 7.4)."""

# mypy: disable-error-code="valid-type"
from collections.abc import Awaitable
from dataclasses import dataclass
from typing import Annotated, Any

import strawberry
from strawberry import UNSET

from domain.refusals import Refused
from domain.subscriptions import MOST_MEMBERS, SegmentSort
from resolvers import records, segments, subscriptions
from resolvers.context import Info
from schema.acts import (
    DeletePayload,
    Refusal,
    UserError,
    given,
    key_member,
    mutation,
    payload,
    refusals_of,
)
from schema.filters import ContactWhere, to_criterion
from schema.graph import argument, column, described
from schema.lists import Connection
from schema.named import Named, one
from schema.paged import ordered
from schema.segments import Segment, SegmentOrder

SegmentPayload: Any = payload("segment", Segment, "What became of a change to a segment.")


@strawberry.input(
    description="A segment's fields: what is not given stays as it is, what is null is cleared."
)
class SegmentInput:
    name: str | None = strawberry.field(description="What the segment is called.", default=UNSET)
    description: str | None = strawberry.field(description="Whom it is to contain.", default=UNSET)


_SEGMENTS = Named("Segment", "segment", SegmentInput, "segment", segments.written)


@strawberry.input(description="Contacts that are picked for a segment, or taken out of it.")
class SegmentMembersInput:
    id: strawberry.ID = strawberry.field(description="The segment.")
    contact_ids: list[strawberry.ID] = strawberry.field(
        description=f"Ids of contacts, at most {MOST_MEMBERS:,}; those that no contact has are ignored."
    )
    idempotency_key: str | None = key_member()


@strawberry.input(description="The contacts that a filter finds once for a segment.")
class SegmentWhereInput:
    id: strawberry.ID = strawberry.field(description="The segment.")
    where: ContactWhere = strawberry.field(description="Which contacts are meant; of `{}`, all.")
    idempotency_key: str | None = key_member()


@dataclass(frozen=True)
class Answer:
    """What a change of members answers."""

    record: Any
    changed: int
    user_errors: list[Refusal]


@described
class SegmentMembersPayload:
    """What became of a change of a segment's members."""

    segment: Segment | None = column("The segment as it is now; null where it was refused.", of="record")
    changed: int = column("How many contacts have come to it, or gone from it.")
    user_errors: list[UserError] = column("What was refused; empty where it was done.")


async def _answered(acting: Awaitable[Any]) -> Answer:
    try:
        done = await acting
    except Refused as refused:
        return Answer(None, 0, refusals_of(refused))
    return Answer(done.record, done.changed, [])


Members = Annotated[SegmentMembersInput, argument("Which segment, and which contacts.")]


async def _add(info: Info, input: Members) -> Any:
    async def act() -> Any:
        asked = [input.id, *input.contact_ids]
        key = records.asked(info, given(input.idempotency_key), "segmentAddMembers", asked)
        return await segments.add(info, input.id, input.contact_ids, key)

    return await _answered(act())


async def _remove(info: Info, input: Members) -> Any:
    async def act() -> Any:
        asked = [input.id, *input.contact_ids]
        key = records.asked(info, given(input.idempotency_key), "segmentRemoveMembers", asked)
        return await segments.take_out(info, input.id, input.contact_ids, key)

    return await _answered(act())


async def _add_where(
    info: Info, input: Annotated[SegmentWhereInput, argument("Which segment, and which contacts.")]
) -> Any:
    async def act() -> Any:
        where = to_criterion(input.where, "where")
        key = records.asked(info, given(input.idempotency_key), "segmentAddWhere", [input.id, repr(where)])
        return await segments.add_where(info, input.id, where, key)

    return await _answered(act())


@strawberry.type
class SegmentQueries:
    segment: Segment | None = one("Segment", "One segment; null where there is none.")
    segments: Connection[Segment] = ordered(
        "All segments.", subscriptions.segments, SegmentOrder, SegmentSort.NAME
    )


@strawberry.type
class SegmentMutations:
    segment_create: SegmentPayload = _SEGMENTS.created(
        "Create a static segment, without members yet; it needs a name. Refused with REQUIRED or INVALID.",
    )
    segment_update: SegmentPayload = _SEGMENTS.updated(
        "Change a segment's name or description. Refused with REQUIRED, INVALID, NOT_FOUND or STALE."
    )
    segment_delete: DeletePayload = _SEGMENTS.deleted(
        "Delete a segment; the contacts stay. Refused with NOT_FOUND or STALE."
    )
    segment_add_members: SegmentMembersPayload = mutation(
        "Pick contacts for a static segment; who belongs to it already stays. Refused with"
        " SEGMENT_MEMBER_NOT_CONTACT where an id is that of an account, a lead or anything else (domain.md"
        " R8), with NOT_FOUND, READ_ONLY, TOO_MANY or INVALID.",
        _add,
    )
    segment_remove_members: SegmentMembersPayload = mutation(
        "Take contacts out of a static segment. Refused like segmentAddMembers.", _remove
    )
    segment_add_where: SegmentMembersPayload = mutation(
        "Pick all contacts that a filter finds now for a static segment; who is found later alone does not"
        " come to it (domain.md 7.4). Refused with NOT_FOUND, READ_ONLY or INVALID.",
        _add_where,
    )
