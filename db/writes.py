"""Writing whole records: new ones by COPY, changed ones column by column."""

from collections.abc import Mapping, Sequence
from dataclasses import fields
from typing import Any

import orjson

from db.changes import Note
from db.database import Transaction
from db.rows import to_column
from domain.changes import ChangeKind

MADE_BY_DATABASE = frozenset({"full_name"})


def plain(attributes: Mapping[str, Any]) -> dict[str, Any]:
    """The attributes as the database will give them back."""
    found: dict[str, Any] = orjson.loads(orjson.dumps(attributes, default=str))
    return found


async def insert(tx: Transaction, table: str, records: Sequence[Any]) -> None:
    """Adds records to the table of their name."""
    if not records:
        return
    columns = [f.name for f in fields(records[0]) if f.name not in MADE_BY_DATABASE]
    rows = ([to_column(getattr(record, name)) for name in columns] for record in records)
    await tx.copy(table, columns, rows)
    for record in records:
        tx.note(created(table, record))


async def update(tx: Transaction, table: str, known: Any, changes: Mapping[str, Any]) -> None:
    """Writes the changed columns of one record, which is known as it was before."""
    assignments = ", ".join(f"{name} = ${at}" for at, name in enumerate(changes, start=2))
    text = f"update {table} set {assignments} where id = $1"
    await tx.run(f"{table}_update", known.id, *map(to_column, changes.values()), text=text)
    tx.note(updated(table, known, changes))


def created(table: str, record: Any) -> Note:
    """The word of a new record, with what its followers have to know: where it belongs."""
    contact = record.contact_id if table == "lead" else None
    account = record.account_id if table in ("contact", "lead") else None
    return Note(table, ChangeKind.CREATED, record.id, contact, account)


def updated(table: str, known: Any, changes: Mapping[str, Any]) -> Note:
    """The word of a changed record: a lead's parents, and the accounts that a contact changes between."""
    if table == "lead":
        parents = (changes.get(name, getattr(known, name)) for name in ("contact_id", "account_id"))
        return Note(table, ChangeKind.UPDATED, known.id, *parents)
    if table == "contact" and changes.get("account_id", known.account_id) != known.account_id:
        accounts = (changes["account_id"], known.account_id)
        return Note(table, ChangeKind.UPDATED, known.id, None, *accounts)
    return Note(table, ChangeKind.UPDATED, known.id)
