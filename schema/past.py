"""Who changed what, and when: the versions of a record, one by one."""

# mypy: disable-error-code="valid-type,misc"
from datetime import datetime

from domain import records
from domain.changes import ChangeKind
from resolvers import lists, relations
from resolvers.relations import Relation
from schema.graph import choice, column, relation, shows
from schema.lists import Connection
from schema.node import Node
from schema.paged import paged
from schema.scalars import JSON

choice(ChangeKind)


@shows(records.FieldChange)
class FieldChange:
    """What one version of a record changed in one field."""

    field: str = column("The field, as the record keeps it: `address2City` of a second address.")
    old: JSON | None = column("What it held before: choices by their names, records by their global ids.")
    new: JSON | None = column("What it held then.")


@shows(records.HistoryEntry)
class HistoryEntry(Node):
    """One version of a record: who made it, when, and what it changed.

    History begins with the first write through this version of the product.
    """

    version: int = column("The record's version that it made.")
    kind: ChangeKind = column("What happened to the record.")
    at: datetime = column("When.")
    actor: str | None = column("Who made it, as the request named them; null where nobody was named.")
    request_id: str | None = column("The request that made it; null for imports and the server's own work.")
    changes: list[FieldChange] = relation(
        "What changed, by the name of the field; empty of a new record.",
        Relation(relations.field_changes, "id"),
    )


def history(of: str) -> Connection[HistoryEntry]:
    """The field that shows a record's history."""
    words = f"Who changed what in the {of}, and when: latest version first."
    found: Connection[HistoryEntry] = paged(words, lists.history_of_record, "VERSION", descending=True)
    return found
