"""What can be done: each mutation answers with the record and with what was refused."""

# mypy: disable-error-code="valid-type"
from collections.abc import Awaitable
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any

import strawberry
from strawberry import UNSET

from domain.refusals import Code, Refused
from resolvers import contacts
from resolvers.context import Info
from schema.customers import Contact
from schema.graph import argument, choice, column, custom, described

choice(Code)


@described
class UserError:
    """Why something was refused: a sentence a person can act on, and a code a program can."""

    code: Code = column("Which rule forbids it.")
    message: str = column("The reason, in a sentence.")
    path: list[str] = column("Where in the input the reason lies.")


@dataclass(frozen=True)
class Refusal:
    """A refusal as data: GraphQL would take an exception among the values for a fault."""

    code: Code
    message: str
    path: list[str]


@dataclass(frozen=True)
class Payload:
    """What a mutation answers: the record as it is now, or the refusals."""

    record: Any
    user_errors: list[Refusal]


async def answered(acting: Awaitable[Any]) -> Any:
    """The payload of an act: its record, or its refusal as data."""
    try:
        return Payload(await acting, [])
    except Refused as refused:
        return Payload(None, [Refusal(refused.code, refused.message, list(refused.path))])


def _payload(name: str, node: Any, words: str) -> Any:
    members = {
        "__annotations__": {name: node | None, "user_errors": list[UserError]},
        name: column(f"The {name} as it is now; null where it was refused.", of="record"),
        "user_errors": column("What was refused; empty where it was done."),
        "__doc__": words,
    }
    return described(type(f"{node.__name__}Payload", (), members))


ContactPayload: Any = _payload("contact", Contact, "What became of a change to a contact.")


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


async def _contact_move(
    info: Info, input: Annotated[ContactMoveInput, argument("Who moves where, and when.")]
) -> Any:
    moved_at = input.moved_at or None
    return await answered(contacts.move(info, input.id, input.account_id, moved_at))


@described
class Mutation:
    """What can be done."""

    contact_move: ContactPayload = custom(
        "Move a contact to another account; the accounts' insights follow at once (domain.md 4.4)."
        " Refused with NOT_FOUND, INACTIVE, OUT_OF_ORDER or INVALID.",
        _contact_move,
    )
