"""Opens a file and reads its rows one by one, each with the line that it begins on."""

import gzip
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from io import TextIOWrapper
from pathlib import Path
from typing import IO, BinaryIO, cast

from engines.imports.mapping import Part
from engines.imports.values import Cell


class Broken(Exception):
    """The file cannot be read any further; the message says why."""

    def __init__(self, line: int, reason: str) -> None:
        super().__init__(f"line {line}: {reason}")
        self.line = line
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Row:
    """One row: its number, the line it begins on, its cells by column, and its bytes for the run's digest.

    A row that is no row has no cells and a `fault`.
    """

    number: int
    line: int
    cells: Mapping[str, Cell]
    trace: bytes
    fault: str | None = None


@dataclass
class Opened:
    """A file being read: how far, of how much."""

    path: Path
    raw: BinaryIO
    text: IO[str]
    size: int
    header: list[str] = field(default_factory=list)
    unnamed: int = 0

    def position(self) -> int:
        """How many bytes of the file, packed as it lies there, have been read."""
        return self.raw.tell()


_KINDS = {
    ".csv": "csv",
    ".tsv": "tsv",
    ".tab": "tsv",
    ".json": "json",
    ".ndjson": "ndjson",
    ".jsonl": "ndjson",
}
FORMATS_SAID = "csv, tsv, json or ndjson"


def kind_of(path: Path, part: Part) -> str | None:
    """The format that the part names, or that the file's name ends in."""
    plain = Path(path.name.removesuffix(".gz").removesuffix(".GZ"))
    return part.format or _KINDS.get(plain.suffix.casefold())


@contextmanager
def opened(path: Path, part: Part) -> Iterator[Opened]:
    """The file as text, unpacked where it is packed."""
    with _raw(path) as raw:
        packed = raw.read(2) == b"\x1f\x8b"
        raw.seek(0)
        plain = cast(BinaryIO, gzip.GzipFile(fileobj=raw)) if packed else raw
        with TextIOWrapper(plain, encoding=part.encoding, errors="surrogateescape", newline="") as text:
            yield Opened(path, raw, text, path.stat().st_size)


def _raw(path: Path) -> BinaryIO:
    try:
        return path.open("rb")
    except OSError as error:
        raise Broken(1, f"the file cannot be opened ({error.strerror})") from None


def lines(file: Opened, part: Part) -> Iterator[str]:
    """The lines of the file with their ends; a line that is not text, or a cut archive, breaks it."""
    at = 0
    try:
        for line in file.text:
            at += 1
            if not line.isascii() and any("\udc80" <= letter <= "\udcff" for letter in line):
                raise Broken(at, f"holds bytes that are not {_said(part.encoding)}")
            yield line
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise Broken(at + 1, f"the packed file is cut off or damaged ({error})") from None
    except OSError as error:
        raise Broken(at + 1, f"the file cannot be read ({error.strerror})") from None
    except UnicodeError:
        raise Broken(at + 1, f"holds bytes that are not {_said(part.encoding)}") from None


def whole(file: Opened, part: Part) -> str:
    """All of the file's text."""
    return "".join(lines(file, part))


def _said(encoding: str) -> str:
    return encoding.upper().removesuffix("-SIG")
