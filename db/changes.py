"""The change log in the database: what a transaction notes, how readers find their own, cursors."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterable
from typing import Any, NamedTuple
from uuid import UUID

from db.rows import Row
from db.sql import Args
from domain.changes import About, Change, ChangeKind, Position, Topic
from domain.refusals import Code, Refused

_WHERE = {
    About.RECORD: ("record_id = {} and kind is not null",),
    About.ENTITY: ("entity = {} and kind is not null",),
    About.CONTACT: ("record_id = {} and kind is null",),
    About.ACCOUNT: ("account_id = {} and kind is null",),
    About.MEMBERS: (
        "account_id = {} and entity = 'contact' and kind is not null",
        "former_account_id = {} and entity = 'contact'",
    ),
}


class Note(NamedTuple):
    """A record that a transaction has written."""

    entity: str
    kind: ChangeKind
    record_id: UUID
    contact_id: UUID | None = None
    account_id: UUID | None = None
    former_account_id: UUID | None = None


class Notes:
    """What one transaction has written so far: one note a record, and one more for each account it left."""

    def __init__(self) -> None:
        self._notes: dict[tuple[str, UUID, UUID | None], Note] = {}
        self.number = 0
        """The last number given; the numbers within a transaction have no gaps."""

    def add(self, note: Note) -> None:
        """Notes a record; what is written again keeps its place, and that it is new."""
        key = (note.entity, note.record_id, note.former_account_id)
        known = self._notes.get(key)
        self._notes[key] = note._replace(kind=known.kind) if known else note

    def take(self) -> list[list[Any]]:
        """The columns of the notes not yet stored, numbered; empty where there are none."""
        notes = list(self._notes.values())
        self._notes.clear()
        numbered = enumerate(notes, self.number + 1)
        rows = [(number, note.entity, note.kind.name, *note[2:]) for number, note in numbered]
        self.number += len(rows)
        return [list(column) for column in zip(*rows, strict=True)]


def to_change(row: Row) -> Change:
    """The entry that a row holds."""
    return Change(
        Position(row["xact"], row["number"]),
        row["at"],
        row["entity"],
        ChangeKind[row["kind"]] if row["kind"] else None,
        row["record_id"],
        row["contact_id"],
        row["account_id"],
        row["former_account_id"],
        row["member"],
        tuple(row["interactions"]),
    )


def page_statement(
    topics: Iterable[Topic], after: Position, until: Position, limit: int
) -> tuple[str, list[Any]]:
    """The statement of the entries of these topics between two places, with what has been deleted."""
    args = Args()
    begin = f"({args.add(after.xact, 'bigint')}, {args.add(after.number, 'int')})"
    end = f"({args.add(until.xact, 'bigint')}, {args.add(until.number, 'int')})"
    size = args.add(limit, "int")
    ordered = f"order by xact, number limit {size}"
    span = f"(xact, number) > {begin} and (xact, number) <= {end}"
    parts = []
    for about, key in topics:
        placed = args.add(key, "text" if about is About.ENTITY else "uuid")
        for condition in _WHERE[about]:
            found = condition.format(placed)
            parts.append(f"(select * from change where {found} and {span} {ordered})")
    union = " union ".join(parts)
    return (
        f"select expired_xact, expired_number, page.* from change_log"
        f" left join lateral (select * from ({union}) part {ordered}) page on true order by xact, number",
        args,
    )


class Cursor(NamedTuple):
    """Where a subscription stands: after `position`, and `taken` interactions of the entry that follows.

    `basis` tells whose interactions a lead's were at that place.
    """

    position: Position
    taken: int = 0
    basis: Topic | None = None


def to_text(cursor: Cursor, log: str) -> str:
    """The cursor as clients see it, tied to the log that it was made of."""
    basis = f"{cursor.basis.about.name}~{cursor.basis.key}" if cursor.basis else ""
    plain = f"{log}.{cursor.position.xact}.{cursor.position.number}.{cursor.taken}.{basis}"
    return urlsafe_b64encode(plain.encode()).rstrip(b"=").decode()


def from_text(text: str, log: str) -> Cursor:
    """The cursor that a client hands back; refuses what is none, and one of another database's log."""
    try:
        plain = urlsafe_b64decode(text.encode() + b"=" * (-len(text) % 4)).decode()
        made_of, xact, number, taken, basis = plain.split(".")
        cursor = Cursor(Position(_count(xact), _count(number)), _count(taken), _basis(basis))
    except (ValueError, KeyError):
        raise Refused(
            Code.INVALID, "This is not a cursor of a subscription: take one from its events.", "after"
        ) from None
    if made_of == log:
        return cursor
    raise Refused(
        Code.INVALID, "This cursor is of another database: subscribe without `after` to begin anew.", "after"
    )


def _count(text: str) -> int:
    number = int(text) if text.isascii() and text.isdigit() and len(text) < 20 else -1
    if 0 <= number < 1 << 62:
        return number
    raise ValueError(text)


def _basis(text: str) -> Topic | None:
    about, _, key = text.partition("~")
    return Topic(About[about], UUID(key)) if text else None
