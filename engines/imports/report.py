"""What an import has done: counts for each file and entity, and everything it refused, line by line."""

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, Any

SHOWN = 20
"""So many refusals are shown; the report file holds them all."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """A value, or a whole record, that was not taken, and why."""

    line: int
    entity: str | None
    column: str | None
    value: str | None
    reason: str
    whole: bool


@dataclass
class Counts:
    """What became of the records of one entity."""

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    stored: int = 0
    waiting: int = 0
    repeated: int = 0
    do_not_track: int = 0
    refused: int = 0
    values_refused: int = 0


@dataclass
class FileReport:
    """What became of one file; `stopped` says where and why it was not read to its end."""

    file: str
    rows: int = 0
    rows_refused: int = 0
    refusals: int = 0
    entities: dict[str, Counts] = field(default_factory=dict)
    dates: dict[str, str] = field(default_factory=dict)
    columns_missing: list[str] = field(default_factory=list)
    columns_not_read: list[str] = field(default_factory=list)
    went_on_from_row: int | None = None
    finished: bool = False
    refused: str | None = None
    stopped: str | None = None
    line: int = 0
    seconds: float = 0.0

    def of(self, entity: str) -> Counts:
        """The counts of an entity."""
        return self.entities.setdefault(entity, Counts())

    def kept(self) -> dict[str, Any]:
        """The counts as they are kept with the run."""
        return {
            "rows_refused": self.rows_refused,
            "refusals": self.refusals,
            "line": self.line,
            "entities": {entity: asdict(counts) for entity, counts in self.entities.items()},
        }

    def restore(self, rows: int, kept: dict[str, Any]) -> None:
        """Goes on counting where an earlier run stopped."""
        self.rows, self.went_on_from_row = rows, rows
        self.rows_refused, self.refusals, self.line = kept["rows_refused"], kept["refusals"], kept["line"]
        self.entities = {entity: Counts(**counts) for entity, counts in kept["entities"].items()}


@dataclass
class Report:
    """What an import has done so far. Refusals lie in a file, so that their number costs no memory."""

    format: str
    refusals: IO[str]
    files: list[FileReport] = field(default_factory=list)
    left_out: list[tuple[str, str]] = field(default_factory=list)
    first: list[tuple[str, Refusal]] = field(default_factory=list)
    number_refused: int = 0

    def begin(self, file: str) -> FileReport:
        """The report of the next file."""
        self.files.append(FileReport(file))
        return self.files[-1]

    def refuse(self, file: FileReport, refusal: Refusal) -> None:
        """Notes one refusal."""
        self.number_refused += 1
        if len(self.first) < SHOWN:
            self.first.append((file.file, refusal))
        self.refusals.write(json.dumps({"file": file.file, **asdict(refusal)}, ensure_ascii=False) + "\n")

    @property
    def clean(self) -> bool:
        """Whether every file was read to its end."""
        return all(file.finished for file in self.files)


@contextmanager
def reporting(format: str) -> Iterator[Report]:
    """A report that lives as long as the block."""
    with TemporaryFile("w+", encoding="utf-8") as refusals:
        yield Report(format, refusals)


def write(report: Report, path: Path) -> None:
    """Writes the report as JSON, all at once or not at all."""
    half = path.with_name(f".{path.name}.{os.getpid()}")
    head = {
        "format": report.format,
        "files": [asdict(file) for file in report.files],
        "left_out": [{"file": file, "because": because} for file, because in report.left_out],
    }
    try:
        with half.open("w", encoding="utf-8") as out:
            out.write(json.dumps(head, indent=2, ensure_ascii=False)[:-2] + ',\n  "refusals": [')
            report.refusals.seek(0)
            for number, line in enumerate(report.refusals):
                out.write(("," if number else "") + "\n    " + line.rstrip("\n"))
            out.write("\n  ]\n}\n" if report.number_refused else "]\n}\n")
        half.replace(path)
    finally:
        half.unlink(missing_ok=True)
        report.refusals.seek(0, os.SEEK_END)
