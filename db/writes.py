"""Writing whole records: new ones by COPY, changed ones column by column."""

from collections.abc import Mapping, Sequence
from dataclasses import fields
from typing import Any
from uuid import UUID

import orjson

from db.database import Transaction
from db.rows import to_column

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


async def update(tx: Transaction, table: str, id: UUID, changes: Mapping[str, Any]) -> None:
    """Writes the changed columns of one record."""
    assignments = ", ".join(f"{name} = ${at}" for at, name in enumerate(changes, start=2))
    text = f"update {table} set {assignments} where id = $1"
    await tx.run(f"{table}_update", id, *map(to_column, changes.values()), text=text)
