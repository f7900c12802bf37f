"""A month's interactions as a Parquet file: written, read back and checked, freed of who was erased."""

from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from types import ModuleType
from typing import Any
from uuid import UUID

import orjson

from domain.facts import Interaction

_FIRST, _LEFT_OUT = ("contact_id", "occurred_at"), "account_id"
COLUMNS = (*_FIRST, *(f.name for f in fields(Interaction) if f.name not in (*_FIRST, _LEFT_OUT)))
"""What is kept of a fact. Its account is not: a contact's stays say it."""
_IDS = ("contact_id", "id", "lead_id")
_MOMENTS = ("occurred_at", "recorded_at")
_ID, _DIGEST, _ROWS = b"leadgraph.archive", b"leadgraph.digest", b"leadgraph.rows"
Fact = tuple[Any, ...]


class Unusable(Exception):
    """Why a file cannot be written or is no archive; the message is a sentence."""


@dataclass(frozen=True, slots=True)
class Archive:
    """A file, and what it says of itself."""

    path: Path
    id: UUID
    rows: int
    digest: str


class _Digest:
    """A hash over facts in their order."""

    def __init__(self) -> None:
        self._hash = sha256()
        self.rows = 0

    def add(self, facts: Sequence[Fact]) -> None:
        """Goes on with these facts."""
        for fact in facts:
            self._hash.update(orjson.dumps(fact, default=str) + b"\n")
        self.rows += len(facts)

    @property
    def text(self) -> str:
        """The hash as it is kept."""
        return self._hash.hexdigest()


def parquet() -> tuple[ModuleType, ModuleType]:
    """The library that reads and writes Parquet; a sentence where it is not installed."""
    try:
        import pyarrow
        import pyarrow.parquet
    except ImportError:
        raise Unusable(
            "Archives are Parquet files, which need the extra `parquet`: pip install 'leadgraph[parquet]'."
        ) from None
    return pyarrow, pyarrow.parquet


def room(folder: Path) -> Path:
    """The folder, made where it is not there; only its owner can look into a new one."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder.resolve()


async def write(path: Path, id: UUID, pieces: AsyncIterator[Sequence[Any]]) -> Archive:
    """Writes facts to a file that only its owner can read; it gets its name when it was read back whole."""
    arrow, files = parquet()
    part = path.with_name(f"{path.name}.part")
    part.unlink(missing_ok=True)
    part.touch(mode=0o600)
    digest = _Digest()
    with files.ParquetWriter(part, _schema(arrow), compression="zstd") as writer:
        async for rows in pieces:
            facts = [_told(row) for row in rows]
            digest.add(facts)
            writer.write_table(_table(arrow, facts))
        writer.add_key_value_metadata(_about(id, digest))
    return _settle(part, path, Archive(path, id, digest.rows, digest.text))


def rewrite(archive: Archive, keep: Callable[[UUID], bool]) -> int:
    """Leaves only those facts in the file whose contact `keep` says to keep; how many have gone."""
    arrow, files = parquet()
    part = archive.path.with_name(f"{archive.path.name}.part")
    part.unlink(missing_ok=True)
    part.touch(mode=0o600)
    digest = _Digest()
    with files.ParquetWriter(part, _schema(arrow), compression="zstd") as writer:
        for facts in read(archive):
            kept = [fact for fact in facts if keep(UUID(fact[0]))]
            digest.add(kept)
            writer.write_table(_table(arrow, kept))
        writer.add_key_value_metadata(_about(archive.id, digest))
    _settle(part, archive.path, Archive(archive.path, archive.id, digest.rows, digest.text))
    return archive.rows - digest.rows


def opened(path: Path) -> Archive:
    """The archive in this file; refuses what is none."""
    arrow, files = parquet()
    try:
        told = files.read_metadata(path).metadata or {}
        return Archive(path, UUID(told[_ID].decode()), int(told[_ROWS]), told[_DIGEST].decode())
    except FileNotFoundError:
        raise Unusable(f"There is no file {path}.") from None
    except (arrow.ArrowInvalid, KeyError, ValueError):
        raise Unusable(f"{path} is no archive of interactions that Leadgraph has written.") from None


def read(archive: Archive) -> Iterator[list[Fact]]:
    """The facts as they are written, some at a time; refuses a file that is not what it says."""
    arrow, files = parquet()
    digest = _Digest()
    try:
        for batch in files.ParquetFile(archive.path).iter_batches(10_000):
            facts = [_plain(row) for row in zip(*(column.to_pylist() for column in batch), strict=True)]
            digest.add(facts)
            yield facts
    except (arrow.ArrowInvalid, OSError) as broken:
        raise Unusable(f"{archive.path} cannot be read: {broken}.") from None
    if (digest.rows, digest.text) != (archive.rows, archive.digest):
        raise Unusable(f"{archive.path} is damaged: its rows are not those that were written.")


def facts(archive: Archive) -> Iterator[list[Fact]]:
    """The facts as the database takes them."""
    for rows in read(archive):
        yield [tuple(_value(name, value) for name, value in zip(COLUMNS, row, strict=True)) for row in rows]


def _value(name: str, value: Any) -> Any:
    if value is not None and name in _IDS:
        return UUID(value)
    return orjson.loads(value) if name == "properties" else value


def _settle(part: Path, path: Path, archive: Archive) -> Archive:
    """Reads the file back before it gets its name: facts leave the database for a good one alone."""
    for _ in read(Archive(part, archive.id, archive.rows, archive.digest)):
        pass
    part.replace(path)
    return archive


def _told(row: Any) -> Fact:
    """A fact as it is written: ids as text, properties as JSON."""
    values = dict(row)
    for name in _IDS:
        values[name] = str(values[name]) if values[name] is not None else None
    values["properties"] = orjson.dumps(values["properties"], option=orjson.OPT_SORT_KEYS).decode()
    return tuple(values[name] for name in COLUMNS)


def _plain(row: Iterable[Any]) -> Fact:
    """A fact read back: its moments in the one UTC that Python has."""
    return tuple(value.astimezone(UTC) if isinstance(value, datetime) else value for value in row)


def _table(arrow: ModuleType, facts: Sequence[Fact]) -> Any:
    columns = list(zip(*facts, strict=True)) or [()] * len(COLUMNS)
    return arrow.table([list(column) for column in columns], schema=_schema(arrow))


def _schema(arrow: ModuleType) -> Any:
    moment = arrow.timestamp("us", tz="UTC")
    return arrow.schema([(name, moment if name in _MOMENTS else arrow.string()) for name in COLUMNS])


def _about(id: UUID, digest: _Digest) -> dict[bytes, bytes]:
    return {_ID: str(id).encode(), _ROWS: str(digest.rows).encode(), _DIGEST: digest.text.encode()}
