"""Rows of separated values, streamed: quoted line ends, short rows, nameless columns and all."""

import csv
from collections.abc import Iterator, Mapping

from engines.imports import sources
from engines.imports.mapping import Part
from engines.imports.sources import Broken, Opened, Row
from engines.imports.values import Cell

LONGEST_CELL = 1 << 20
"""A cell longer than this many characters is an unclosed quotation mark."""
_BETWEEN = "\x1f"


class _Lines:
    """Lines for the csv reader, which calls a last line without its quotation mark by no name of its own."""

    def __init__(self, lines: Iterator[str]) -> None:
        self._lines = lines
        self.ended = False

    def __iter__(self) -> "_Lines":
        return self

    def __next__(self) -> str:
        line = next(self._lines, None)
        if line is None:
            self.ended = True
            raise StopIteration
        return line


def rows(file: Opened, part: Part, kind: str) -> Iterator[Row]:
    """The rows below the header, which is kept in `file.header`."""
    csv.field_size_limit(LONGEST_CELL)
    source = _Lines(sources.lines(file, part))
    separator = part.separator or ("\t" if kind == "tsv" else ",")
    reader = csv.reader(source, delimiter=separator, strict=True)
    number = 0
    while True:
        line = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            number += 1
            yield _faulty(number, line, error, source.ended, bool(file.header))
            continue
        if not file.header:
            _take_header(file, cells)
        elif any(cells):
            number += 1
            yield _row(file, number, line, cells)


def _take_header(file: Opened, cells: list[str]) -> None:
    file.header = [" ".join(name.split()) for name in cells]


def _row(file: Opened, number: int, line: int, cells: list[str]) -> Row:
    trace = _BETWEEN.join(cells).encode(errors="replace")
    beyond = cells[len(file.header) :]
    if any(cell.strip() for cell in beyond):
        fault = f"has {len(cells)} cells where the header has {len(file.header)}"
        return Row(number, line, {}, trace, fault)
    return Row(number, line, _named(file.header, cells), trace)


def _named(header: list[str], cells: list[str]) -> Mapping[str, Cell]:
    return {name: cell for name, cell in zip(header, cells, strict=False) if name}


def _faulty(number: int, line: int, error: csv.Error, ended: bool, headed: bool) -> Row:
    if ended or "field larger" in str(error):
        raise Broken(line, "a quotation mark is opened here and never closed")
    if not headed:
        raise Broken(line, f"the header cannot be read ({error})")
    return Row(number, line, {}, str(error).encode(), "has a quotation mark in the middle of a cell")
