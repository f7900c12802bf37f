"""Fills an empty database from an export: all of it, or nothing."""

from collections.abc import Iterator
from pathlib import Path

from db.database import Database
from db.dump import latest
from db.dumping import Filling, Unfit, filling
from engines.dumps.manifest import Manifest, Refusal, Watch, check, file_of, read

_BATCH_ROWS = 5_000
_BATCH_BYTES = 4 << 20


async def load(db: Database, folder: Path, watch: Watch) -> Manifest:
    """Imports the export in that folder; refuses what does not fit, with nothing of it left."""
    manifest = read(folder)
    if manifest.migration > latest():
        raise Refusal(
            f"The export is of a newer version of Leadgraph (migration {manifest.migration}; this version"
            f" knows {latest()}): import it with that version."
        )
    check(folder, manifest)
    try:
        async with filling(db) as filled:
            await _fit(filled, manifest)
            await filled.prepare_months(manifest.months)
            for table in filled.tables:
                if table in manifest.tables:
                    await _fill(filled, table, folder, manifest, watch)
    except Unfit as unfit:
        raise Refusal(str(unfit)) from None
    return manifest


async def _fit(filled: Filling, manifest: Manifest) -> None:
    """Refuses an export that this database cannot hold."""
    if (taken := await filled.taken()) is not None:
        raise Refusal(f"The database is not empty: it holds rows in {taken}. An export fills a new database.")
    for name, part in manifest.tables.items():
        if name not in filled.tables:
            raise Refusal(f"The export holds a table that this version does not know: {name}.")
        if unknown := set(part.columns) - set(filled.tables[name].columns):
            column = min(unknown)
            raise Refusal(f"The export holds a column that this version does not know: {name}.{column}.")


async def _fill(filled: Filling, table: str, folder: Path, manifest: Manifest, watch: Watch) -> None:
    """Loads one table; what the export does not tell of takes its defaults."""
    path, part = folder / file_of(table), manifest.tables[table]
    watch.begin(table, part.rows)
    await filled.begin(table, path.stat().st_size)
    done = 0
    try:
        for batch in _batches(path):
            await filled.add(table, part.columns, batch)
            done += len(batch)
            watch.reached(done)
        await filled.end()
    except Unfit as unfit:
        raise Unfit(f"{path.name} {unfit}") from None


def _batches(path: Path) -> Iterator[list[bytes]]:
    """The lines of the file, so many at once that neither number nor size is large."""
    batch: list[bytes] = []
    size = 0
    with path.open("rb") as file:
        for line in file:
            batch.append(line)
            size += len(line)
            if len(batch) == _BATCH_ROWS or size > _BATCH_BYTES:
                yield batch
                batch, size = [], 0
    if batch:
        yield batch
