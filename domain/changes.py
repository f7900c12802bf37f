"""The change log: what was written to which record, in an order that readers can trust."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import NamedTuple
from uuid import UUID

from domain.refusals import Code, Refused


class ChangeKind(Enum):
    """What happened to a record."""

    CREATED = "The record is new."
    UPDATED = "The record's values changed."
    DELETED = "The record is gone."


class About(Enum):
    """In which way a topic's key stands in a change."""

    RECORD = "This record was created, updated or deleted."
    ENTITY = "Some record of this entity was."
    CONTACT = "Interactions of this contact were taken in."
    ACCOUNT = "Interactions stamped with this account were taken in."
    MEMBERS = "A contact came to this account or left it, or a member did something in another one."


class Topic(NamedTuple):
    """What a reader of the log waits for."""

    about: About
    key: UUID | str


class Position(NamedTuple):
    """A place in the log: by transaction, in the order of their numbers, and within it."""

    xact: int
    number: int


BEGINNING = Position(0, 0)


@dataclass(frozen=True, slots=True)
class Change:
    """One entry of the log; without a `kind` it tells of new interactions of the contact `record_id`.

    Where it names none of them, some are judged otherwise than before.

    A contact's entry names accounts where it came to one or left one, a lead's names its parents after the
    change, and that of interactions the account they are stamped with; `member` tells whether their contact
    was a member of it when they came, and `former_account_id` is its present account where that is another.
    """

    position: Position
    at: datetime
    entity: str
    kind: ChangeKind | None
    record_id: UUID
    contact_id: UUID | None = None
    account_id: UUID | None = None
    former_account_id: UUID | None = None
    member: bool = False
    interactions: tuple[UUID, ...] = ()

    @property
    def before(self) -> Position:
        """The place just before this entry: no other entry stands between."""
        return Position(self.position.xact, self.position.number - 1)

    def topics(self) -> Iterator[Topic]:
        """Whom the entry concerns."""
        if self.kind is None:
            yield Topic(About.CONTACT, self.record_id)
            if self.account_id is not None:
                yield Topic(About.ACCOUNT, self.account_id)
            if self.former_account_id is not None:
                yield Topic(About.MEMBERS, self.former_account_id)
            return
        yield Topic(About.RECORD, self.record_id)
        yield Topic(About.ENTITY, self.entity)
        if self.entity == "contact":
            for account in {self.account_id, self.former_account_id} - {None}:
                yield Topic(About.MEMBERS, account)  # type: ignore[arg-type]


class CursorExpired(Refused):
    """What came after the cursor is no longer in the log."""

    def __init__(self) -> None:
        super().__init__(
            Code.INVALID,
            "What came after this cursor is no longer kept: read the list or the record again, and subscribe"
            " without `after`.",
            "after",
        )

    @property
    def reason(self) -> str:
        """A name of its own, so that clients can begin anew by themselves."""
        return "CURSOR_EXPIRED"
