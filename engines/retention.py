"""Old months of interactions are archived, dropped and restored; their sums stay (docs/retention.md)."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from hashlib import sha256
from pathlib import Path
from uuid import UUID

from db import retention
from db.database import Database, Row, Transaction
from db.ids import uuid7
from domain.insights import MARKS
from engines import account_sums, archives, ingest
from engines.archives import Archive

ATTEMPTS = 5
"""So often a month is copied anew that was written to meanwhile."""


class Refusal(Exception):
    """Why months stay as they are; the message is a sentence."""


@dataclass(frozen=True, slots=True)
class Month:
    """A month's facts that are in the database, and what is archived of it."""

    month: date
    rows: int
    bytes: int
    archived: int
    files: tuple[str, ...]
    erased: int
    """How many were erased since the files were last freed of who was."""


@dataclass(frozen=True, slots=True)
class Left:
    """A month whose facts have left the database."""

    month: date
    rows: int
    file: Path | None


async def months(db: Database) -> list[Month]:
    """All months that have facts, or had."""
    async with db.transaction() as tx:
        parts = {row["month"]: row["bytes"] for row in await tx.rows("retention_months")}
        known = await tx.rows("retention_archives")
        erased = {row["id"]: row["n"] for row in await tx.rows("retention_erased")}
        found = []
        for month in sorted({*parts, *(row["month"] for row in known)}):
            (count,) = await tx.rows("retention_count", *retention.ends(month))
            own = [row for row in known if row["month"] == month]
            found.append(_month(month, count["n"], parts.get(month, 0), own, erased))
    return [one for one in found if one.rows or one.files or one.archived]


def _month(month: date, rows: int, size: int, archived: list[Row], erased: dict[UUID, int]) -> Month:
    files = tuple(row["file"] for row in archived if row["file"])
    since = max((erased.get(row["id"], 0) for row in archived), default=0)
    return Month(month, rows, size, sum(row["rows"] for row in archived), files, since)


async def leaving(db: Database, before: date) -> list[Month]:
    """The months before that one that have facts in the database."""
    return [one for one in await months(db) if one.month < before and one.rows]


async def archive(
    db: Database,
    before: date,
    folder: Path,
    now: datetime,
    tell: Callable[[Left], None],
    forget_keys: bool = False,
) -> None:
    """Writes each month before that one to a file; then its facts leave the database, and their sums stay.

    Each month is told when it is done. What is interrupted goes on where it was when it is asked for again.
    """
    archives.parquet()
    room = archives.room(folder)
    async with retention.alone(db):
        for one in await leaving(db, before):
            await _refuse_undoable(db, one.month, now)
            tell(await _archive(db, one.month, room, now, forget_keys))


async def drop(
    db: Database, before: date, now: datetime, tell: Callable[[Left], None], forget_keys: bool = False
) -> None:
    """The facts of the months before that one leave the database for good; their sums stay."""
    async with retention.alone(db):
        for one in await leaving(db, before):
            await _refuse_undoable(db, one.month, now)
            act = partial(_leave, one.month, uuid7(now), None, None, now, forget_keys)
            rows = await retention.holding(db, one.month, act)
            assert rows is not None
            tell(Left(one.month, rows, None))


async def _refuse_undoable(db: Database, month: date, now: datetime) -> None:
    """What a merge has moved can go back for a day: until then, its facts are needed."""
    async with db.transaction() as tx:
        (found,) = await tx.rows("retention_undoable", *retention.ends(month), now)
    if found["until"] is not None:
        raise Refusal(
            f"{month:%Y-%m} holds interactions of merged contacts, and the merge can be undone until"
            f" {found['until'].isoformat(timespec='minutes')}: try again then."
        )


async def _archive(db: Database, month: date, folder: Path, now: datetime, forget_keys: bool) -> Left:
    id = uuid7(now)
    path = await _free_name(db, month, folder)
    for _ in range(ATTEMPTS):
        async with retention.copying(db, month) as copy:
            written = await archives.write(path, id, copy.facts())
        act = partial(_leave, month, id, path, copy.state, now, forget_keys)
        rows = await retention.holding(db, month, act)
        if rows is not None:
            return Left(month, written.rows, path)
    path.unlink(missing_ok=True)
    raise Refusal(f"Interactions of {month:%Y-%m} are being written all the time: try again later.")


async def _free_name(db: Database, month: date, folder: Path) -> Path:
    """A file that no archive known here has."""
    async with db.transaction() as tx:
        taken = {row["file"] for row in await tx.rows("retention_archives")}
    name = f"interactions-{month:%Y-%m}"
    names = [name, *(f"{name}.{part}" for part in range(2, len(taken) + 2))]
    return next(path for one in names if str(path := folder / f"{one}.parquet") not in taken)


async def _leave(
    month: date,
    id: UUID,
    path: Path | None,
    copied: tuple[int, str] | None,
    now: datetime,
    forget_keys: bool,
    tx: Transaction,
) -> int | None:
    """Sums the month's facts up by contact and takes them out; None where they are not those copied."""
    state = await retention.state_of(tx, month)
    if copied is not None and state != copied:
        return None
    start, end = retention.ends(month)
    await tx.run("retention_keep_archive", id, month, state[0], str(path) if path else None, now)
    await tx.run("retention_keep_sums", id, month, start, end)
    marks = {kind.name: mark for kind, mark in MARKS.items()}
    await tx.run("retention_keep_marks", id, start, end, marks)
    await tx.run("retention_forget_keys" if forget_keys else "retention_keep_keys", start, end)
    await retention.empty(tx, month)
    return state[0]


async def restore(db: Database, path: Path) -> tuple[date, int, int]:
    """Brings an archive's facts back: its month, how many came, and how many are of who was erased since."""
    archive = archives.opened(path)
    async with retention.alone(db):
        async with db.transaction() as tx:
            month = (await _known(tx, archive))["month"]
        await db.prepare_months([retention.ends(month)[0]])
        rows = await retention.holding(db, month, partial(_bring_back, archive))
    return month, rows, archive.rows - rows


async def _known(tx: Transaction, archive: Archive) -> Row:
    found = await tx.rows("retention_archive", archive.id)
    if not found or found[0]["file"] is None:
        raise Refusal(f"{archive.path} was not archived from this database, or has been restored before.")
    return found[0]


async def _bring_back(archive: Archive, tx: Transaction) -> int:
    """The facts come back, each to the contact that now holds what it counts, and stamped by its stays."""
    await _known(tx, archive)
    contacts = [row["id"] for row in await tx.rows("retention_contacts", archive.id)]
    await tx.rows("retention_lock_contacts", contacts)
    await retention.stage(tx, partial(archives.facts, archive), list(archives.COLUMNS))
    await tx.run("retention_find_holders", archive.id)
    await tx.run("retention_stamp")
    altered = [row["id"] for row in await tx.rows("retention_altered", archive.id)]
    async with account_sums.kept_right(tx, altered):
        rows = await tx.run("retention_bring_back")
        await tx.run("retention_bring_keys_back")
        for name in ("retention_release_sums", "retention_release_marks", "retention_release_archive"):
            await tx.run(name, archive.id)
        await ingest.rebuild(tx, altered)
    return rows


async def erase(
    db: Database, paths: Sequence[Path], now: datetime, tell: Callable[[Path, int], None]
) -> None:
    """Takes out of archives whoever was erased or redacted since; tells how many facts go from each."""
    async with retention.alone(db):
        async with db.transaction() as tx:
            hashes = {row["hash"] for row in await tx.rows("retention_tombstones")}
        for path in paths:
            archive = archives.opened(path)
            async with db.transaction() as tx:
                await _known(tx, archive)
            gone = archives.rewrite(archive, lambda id: sha256(id.bytes).digest() not in hashes)
            async with db.transaction() as tx:
                await tx.run("retention_cleansed", archive.id, now)
            tell(path, gone)
