"""What an export says of itself: of which version it is, and which rows its files hold."""

import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any, Protocol

from domain.windows import YEARS

NAME = "manifest.json"
FORMAT = 1
"""Goes up when files are written in a way that earlier versions cannot read."""
_PIECE = 1 << 20


class Refusal(Exception):
    """Why something is not exported or not imported; the message is a sentence."""


class Watch(Protocol):
    """Somebody who looks how far it has come."""

    def begin(self, name: str, rows: int) -> None:
        """A table of so many rows is begun."""

    def reached(self, rows: int) -> None:
        """So many of its rows are done."""


@dataclass(frozen=True, slots=True)
class Part:
    """One table's file: which columns its rows may have, how many rows it holds, and their hash."""

    columns: list[str]
    rows: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """What is in an export."""

    migration: int
    months: list[str]
    tables: Mapping[str, Part]

    @property
    def rows(self) -> int:
        """How many rows there are in all."""
        return sum(part.rows for part in self.tables.values())

    def text(self) -> str:
        """The manifest as it is written: the same for the same rows."""
        tables = {name: {"file": file_of(name), **asdict(part)} for name, part in self.tables.items()}
        said = {"format": FORMAT, "migration": self.migration, "months": self.months, "tables": tables}
        return json.dumps(said, indent=2, sort_keys=True) + "\n"


def file_of(table: str) -> str:
    """The name of the table's file."""
    return f"{table}.ndjson"


def read(folder: Path) -> Manifest:
    """The manifest of the export in that folder; refuses what is none, or of a version to come."""
    path = folder / NAME
    if not path.is_file():
        raise Refusal(f"There is no {NAME} in {folder}: it is no export of Leadgraph, or not a whole one.")
    try:
        said = json.loads(path.read_bytes())
        if isinstance(said["format"], int) and said["format"] > FORMAT:
            raise Refusal("The export is written in a way that only a newer version of Leadgraph reads.")
        return _manifest(said)
    except (ValueError, KeyError, TypeError, AttributeError):
        raise Refusal(f"{path} is damaged: it does not say what an export holds.") from None


def _manifest(said: Any) -> Manifest:
    tables = {
        str(name): Part(_columns(part["columns"]), int(part["rows"]), str(part["sha256"]))
        for name, part in said["tables"].items()
    }
    return Manifest(int(said["migration"]), [_month(str(month)) for month in said["months"]], tables)


def _columns(said: Any) -> list[str]:
    """The names of a table's columns, each once."""
    if not isinstance(said, list) or not said or len(set(map(str, said))) != len(said):
        raise ValueError("These are no columns.")
    return [str(column) for column in said]


def _month(text: str) -> str:
    """A month as it is written: 2026-05."""
    if not re.fullmatch(r"\d{4}-(0[1-9]|1[0-2])", text, re.ASCII) or int(text[:4]) not in YEARS:
        raise ValueError(f"{text!r} is no month.")
    return text


def check(folder: Path, manifest: Manifest) -> None:
    """Refuses an export of which a file is missing or not as it was written."""
    for name, part in manifest.tables.items():
        path = folder / file_of(name)
        if not path.is_file():
            raise Refusal(f"The export is damaged: {path.name} is missing.")
        rows, digest = 0, sha256()
        with path.open("rb") as file:
            while piece := file.read(_PIECE):
                rows += piece.count(b"\n")
                digest.update(piece)
        if (rows, digest.hexdigest()) != (part.rows, part.sha256):
            raise Refusal(f"The export is damaged: {path.name} is not as it was written ({rows:,} rows).")
