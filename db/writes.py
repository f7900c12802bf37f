"""Writing whole records, each with its history: new ones by COPY, changed ones column by column."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import fields, replace
from datetime import UTC, datetime
from enum import Enum
from typing import Any
from uuid import UUID

import orjson

from db.changes import Note
from db.database import Transaction
from db.ids import uuid7
from db.rows import to_column, to_record
from domain.changes import ChangeKind
from domain.intake import ENTITIES, REFERENCES

MADE_BY_DATABASE = frozenset({"full_name"})
KEPT = frozenset({"account", "contact", "lead", "opportunity"})
"""What has a history and a place in the change log."""


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
    if table not in KEPT:
        return
    for record in records:
        tx.note(created(table, record))
        remember(tx, table, ChangeKind.CREATED, record, record.version, {})


async def update(tx: Transaction, table: str, known: Any, changes: Mapping[str, Any], now: datetime) -> None:
    """Writes the changed columns of one record, which is known as it was before, as its next version."""
    written = {**changes, "version": known.version + 1, "updated_at": now}
    told = {"updated_at": "greatest({}, updated_at)"}
    assignments = ", ".join(
        f"{name} = {told.get(name, '{}').format(f'${at}')}" for at, name in enumerate(written, start=2)
    )
    text = f"update {table} set {assignments} where id = $1"
    await tx.run(f"{table}_update", known.id, *map(to_column, written.values()), text=text)
    tx.note(updated(table, known, changes))
    remember(tx, table, ChangeKind.UPDATED, known, known.version + 1, changed(known, changes))


async def update_all(
    tx: Transaction, table: str, changed_records: Sequence[tuple[Any, Mapping[str, Any]]], now: datetime
) -> None:
    """Writes what changes in each of many records: one statement for those in which the same fields do."""
    alike: defaultdict[tuple[str, ...], list[tuple[Any, Mapping[str, Any]]]] = defaultdict(list)
    for known, changes in changed_records:
        alike[tuple(sorted(changes))].append((known, changes))
    for names, group in alike.items():
        rows = [
            {"id": known.id} | {name: to_column(changes[name]) for name in names} for known, changes in group
        ]
        assigned = ", ".join(f"{name} = given.{name}" for name in names)
        text = (
            f"update {table} t set {assigned}, version = t.version + 1,"
            f" updated_at = greatest($2, t.updated_at)"
            f" from jsonb_populate_recordset(null::{table}, $1::jsonb) given where t.id = given.id"
        )
        await tx.run(f"{table}_update_all", rows, now, text=text)
        for known, changes in group:
            tx.note(updated(table, known, changes))
            remember(tx, table, ChangeKind.UPDATED, known, known.version + 1, changed(known, changes))


async def delete(tx: Transaction, table: str, known: Any) -> None:
    """Deletes one record; its history tells that it is gone, and nothing of what it held."""
    await tx.run(f"{table}_delete", known.id, text=f"delete from {table} where id = $1")
    tx.note(updated(table, known, {})._replace(kind=ChangeKind.DELETED))
    remember(tx, table, ChangeKind.DELETED, known, known.version + 1, {})


async def untie(tx: Transaction, table: str, column: str, id: UUID, now: datetime) -> None:
    """Empties a column wherever it names a record that is about to go, however many that are."""
    text = (
        f"update {table} set {column} = null, version = version + 1, updated_at = $2 where {column} = $1"
        " returning *"
    )
    record: Any = ENTITIES[table]
    for row in await tx.rows(f"{table}_untie", id, now, text=text):
        known = replace(to_record(record, row), **{column: id})
        tx.note(updated(table, known, {column: None}))
        remember(tx, table, ChangeKind.UPDATED, known, known.version, changed(known, {column: None}))


KEPT_BACK = frozenset({"government_id"})
"""What is too sensitive to be shown: history tells that it changed, and not what it was."""


def remember(tx: Transaction, table: str, kind: ChangeKind, record: Any, version: int, changes: Any) -> None:
    """Keeps who made this version of a record, and of what."""
    id = uuid7(datetime.now(UTC))
    tx.remember((record.id, version, id, table, kind.name, tx.actor, tx.request_id, changes))


def changed(known: Any, changes: Mapping[str, Any]) -> dict[str, Any]:
    """The old and the new value of each field that changes, as history keeps them."""
    return {
        name: {"old": _told(known, name, getattr(known, name)), "new": _told(known, name, value)}
        for name, value in changes.items()
        if getattr(known, name) != value
    }


def _told(known: Any, name: str, value: Any) -> Any:
    if name in KEPT_BACK:
        return None
    match value:
        case Enum():
            return value.name
        case tuple():
            return [_told(known, name, item) for item in value]
        case UUID() if name == "master_id":
            return f"{type(known).__name__}:{value}"
        case UUID() if name in REFERENCES:
            return f"{REFERENCES[name].capitalize()}:{value}"
        case _:
            return value


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
