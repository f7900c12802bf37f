"""Many records at once: how each is known, what becomes of it, and what a refusal means for the others."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any
from uuid import UUID

from domain.refusals import Refused, Stale

LARGEST = 1_000
"""So many records can be written at once."""


class ErrorPolicy(Enum):
    """What is written where some of many rows are refused."""

    REJECT_EVERYTHING = "Nothing: one refusal refuses all rows."
    REJECT_FAILED_ROWS = "The other rows."
    IGNORE_FAILED = "The other rows, and of a refused row the values that are not at fault."


class UpsertFate(Enum):
    """What became of one of many rows."""

    CREATED = "It is a new record."
    UPDATED = "It changed a record."
    UNCHANGED = "The record holds it already: nothing was written."
    REFUSED = "A rule forbids it, as its user errors say."
    NOT_WRITTEN = "Another row was refused, and with it all."


@dataclass(frozen=True, slots=True)
class Known:
    """How a row's record is known: by its id, by another system's key, by its address, or not at all."""

    id: UUID | None = None
    source_key: tuple[str, str] | None = None
    email: str | None = None

    @property
    def names(self) -> frozenset[tuple[str, ...]]:
        """What no two rows that are written together may have in common."""
        found: list[tuple[str, ...]] = []
        if self.id is not None:
            found.append(("id", str(self.id)))
        if self.source_key is not None:
            found.append(("key", *self.source_key))
        if self.email is not None:
            found.append(("email", self.email.lower()))
        return frozenset(found)


@dataclass(slots=True)
class Row:
    """One of many records on its way in."""

    at: int
    known: Known
    values: Mapping[str, Any]
    expected: int | None = None
    record: Any = None
    fate: UpsertFate = UpsertFate.UNCHANGED
    refused: list[Refused] = field(default_factory=list)

    def refuse(self, *refused: Refused) -> None:
        """Refuses the row."""
        self.fate = UpsertFate.REFUSED
        for one in refused:
            self.refused.extend(one.all)


@dataclass(frozen=True, slots=True)
class Upserted:
    """What became of all rows, in their order."""

    rows: tuple[Row, ...]

    @property
    def records(self) -> list[Any]:
        """The records written."""
        return [row.record for row in self.rows if row.record is not None]

    @property
    def told(self) -> list[Any]:
        """What an answer tells of each row besides its record, for who asks again."""
        return [
            [
                row.fate.name,
                str(row.record.id) if row.record is not None else None,
                [_told(one) for one in row.refused],
            ]
            for row in self.rows
        ]


def _told(refused: Refused) -> list[Any]:
    version = [refused.version, list(refused.changed)] if isinstance(refused, Stale) else []
    return [refused.code.name, refused.message, list(refused.path), *version]
