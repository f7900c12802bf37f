"""Contacts that move between accounts."""

# mypy: disable-error-code="valid-type"
from datetime import datetime
from typing import Annotated, Any

import strawberry
from strawberry import UNSET

from resolvers import contacts, records
from resolvers.context import Info
from schema.acts import answered, given, key_member, mutation, version_member
from schema.graph import argument
from schema.writing import ContactPayload


@strawberry.input(description="A contact's move to another account.")
class ContactMoveInput:
    id: strawberry.ID = strawberry.field(description="The contact.")
    account_id: strawberry.ID | None = strawberry.field(
        description="The account that the contact belongs to from then on; null for none."
    )
    moved_at: datetime | None = strawberry.field(
        description="When; now if not given. Not in the future, and after the present stay began.",
        default=UNSET,
    )
    expected_version: int | None = version_member()
    idempotency_key: str | None = key_member()


async def _contact_move(
    info: Info, input: Annotated[ContactMoveInput, argument("Who moves where, and when.")]
) -> Any:
    async def act() -> Any:
        key = records.asked(info, given(input.idempotency_key), "contactMove", _asked(input))
        moved_at, expected = given(input.moved_at), given(input.expected_version)
        return await contacts.move(info, input.id, input.account_id, moved_at, expected, key)

    return await answered(act())


def _asked(input: ContactMoveInput) -> Any:
    return [input.id, input.account_id, given(input.moved_at), given(input.expected_version)]


@strawberry.type
class MoveMutations:
    contact_move: ContactPayload = mutation(
        "Move a contact to another account; the accounts' insights follow at once (domain.md 4.4)."
        " Refused with NOT_FOUND, INACTIVE, OUT_OF_ORDER, INVALID or STALE.",
        _contact_move,
    )
