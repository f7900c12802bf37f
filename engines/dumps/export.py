"""Writes the whole graph, as it is at one moment, to a folder that was not there."""

import shutil
from hashlib import sha256
from pathlib import Path

from db.database import Database
from db.dump import latest
from db.dumping import Snapshot, snapshot
from engines.dumps.manifest import NAME, Manifest, Part, Refusal, Watch, file_of


async def export(db: Database, folder: Path, watch: Watch) -> Manifest:
    """Exports into the folder; it is there when all of it is, and not before.

    It holds people's data, so that nobody but its owner may read it.
    """
    making, whole = _begun(folder)
    try:
        async with snapshot(db) as found:
            manifest = await _written(found, making, watch)
        _end(making, whole, manifest)
    except BaseException:
        shutil.rmtree(making, ignore_errors=True)
        raise
    return manifest


def _begun(named: Path) -> tuple[Path, Path]:
    """The folder in which the export is made, and the one beside it that it will be."""
    folder = named.resolve()
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise Refusal(f"{folder} is there already: name a folder that is not, or an empty one.")
    making = folder.with_name(f"{folder.name}.partial")
    folder.parent.mkdir(parents=True, exist_ok=True)
    try:
        making.mkdir(mode=0o700)
    except FileExistsError:
        message = f"{making} is there already, of an export that broke off or still runs: delete it first."
        raise Refusal(message) from None
    return making, folder


def _end(making: Path, whole: Path, manifest: Manifest) -> None:
    """Makes the export whole."""
    (making / NAME).write_text(manifest.text())
    if whole.exists():
        whole.rmdir()
    making.replace(whole)


async def _written(found: Snapshot, folder: Path, watch: Watch) -> Manifest:
    parts = {name: await _part(found, name, folder, watch) for name in found.tables}
    return Manifest(latest(), await found.months(), parts)


async def _part(found: Snapshot, table: str, folder: Path, watch: Watch) -> Part:
    """Writes one table."""
    watch.begin(table, await found.count(table))
    rows, digest = 0, sha256()
    with (folder / file_of(table)).open("wb") as file:

        def write(lines: bytes) -> None:
            nonlocal rows
            rows += lines.count(b"\n")
            digest.update(lines)
            file.write(lines)
            watch.reached(rows)

        await found.read(table, write)
    return Part(sorted(found.tables[table].columns), rows, digest.hexdigest())
