"""Many records written at once: rows in, results out."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from domain.bulk import LARGEST, ErrorPolicy, Row, Upserted, UpsertFate
from domain.refusals import Code, Refused, Stale
from engines import upserts
from engines.answers import Asked, Repeated
from engines.upserts import Rejected
from resolvers import lookups
from resolvers.context import Info


@dataclass(frozen=True)
class Result:
    """What became of one row; its record is read when it is asked for."""

    index: int
    fate: UpsertFate
    id: UUID | None
    refused: tuple[Refused, ...]


@dataclass(frozen=True)
class Results:
    """What became of all rows."""

    results: tuple[Result, ...]

    def count(self, fate: UpsertFate) -> int:
        """How many rows became of this."""
        return sum(result.fate is fate for result in self.results)


async def upsert(
    info: Info, entity: str, rows: Sequence[Row], policy: ErrorPolicy, key: Asked | None
) -> Results:
    """Writes the rows, as far as the policy allows."""
    if not rows:
        raise Refused(Code.REQUIRED, "There are no rows: give at least one.", "rows")
    if len(rows) > LARGEST:
        message = (
            f"1 to {LARGEST:,} rows can be written at once; these are {len(rows):,}: send them in parts."
        )
        raise Refused(Code.TOO_MANY, message, "rows")
    try:
        done = await info.context.once(key, upserts.upsert, entity, rows, policy, info.context.now)
    except Rejected as rejected:
        done = rejected.upserted
    return _repeated(done) if isinstance(done, Repeated) else _results(done)


def _results(done: Upserted) -> Results:
    return Results(
        tuple(
            Result(row.at, row.fate, row.record.id if row.record is not None else None, tuple(row.refused))
            for row in done.rows
        )
    )


def _repeated(done: Repeated) -> Results:
    """What was told the first time."""
    return Results(
        tuple(
            Result(
                at,
                UpsertFate[fate],
                UUID(id) if id else None,
                tuple(_refused(*one) for one in refused),
            )
            for at, (fate, id, refused) in enumerate(done.told)
        )
    )


def _refused(
    code: str, message: str, path: Sequence[str], version: int | None = None, changed: Sequence[str] = ()
) -> Refused:
    return Refused(Code[code], message, *path) if version is None else Stale(message, version, changed)


async def record(info: Info, type_name: str, result: Result) -> Any:
    """The record that a row is about, as it is now."""
    return None if result.id is None else await info.context.load(lookups.NODES[type_name], result.id)
