"""`leadgraph import`: brings files in with a progress bar, prints what became of them, and writes it down."""

import asyncio
import contextlib
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import asyncpg
from rich.console import Console
from rich.markup import escape as unmarked
from rich.progress import BarColumn, DownloadColumn, Progress, TaskID, TextColumn, TimeElapsedColumn
from rich.table import Column, Table

from db.database import Database
from engines.imports import declared, files, report, transfer
from engines.imports.mapping import Part, Plan, Unusable
from engines.imports.report import FileReport, Refusal, Report

DONE, REFUSED, MISUSED, INTERRUPTED = 0, 1, 2, 130
_COLUMNS = (
    "created",
    "updated",
    "unchanged",
    "stored",
    "waiting",
    "repeated",
    "do_not_track",
    "refused",
    "values_refused",
)
WIDE = 140
"""Where nobody's terminal sets the width."""
_LOST = (OSError, asyncpg.PostgresConnectionError, asyncpg.OperatorInterventionError, asyncpg.InterfaceError)


async def run_import(db: Database, format: str, paths: list[Path], to: Path | None) -> int:
    """Imports the files by the mapping of that name or path; returns the command's exit status."""
    said = Console(stderr=True, highlight=False)
    try:
        plan = declared.plan(format)
        chosen, left_out = files.choose(plan, paths)
    except Unusable as unusable:
        said.print(escape(str(unusable)), soft_wrap=True)
        return MISUSED
    with report.reporting(plan.name) as found:
        found.left_out = [(path.name, because) for path, because in left_out]
        status = await _bring(db, plan, chosen, found, said)
        show(found, Console(highlight=False, width=None if sys.stdout.isatty() else WIDE))
        _write(found, to or Path(f"leadgraph-import-{plan.name}.json"), said)
    return status


async def _bring(
    db: Database, plan: Plan, chosen: list[tuple[Path, Part]], found: Report, said: Console
) -> int:
    try:
        with _bar(said) as watch:
            await transfer.bring(db, plan, chosen, found, watch, lambda: datetime.now(UTC))
    except asyncio.CancelledError:
        task = asyncio.current_task()
        if task is not None:
            task.uncancel()
        said.print("Interrupted.")
        return INTERRUPTED
    except _LOST as lost:
        said.print(f"The database cannot be reached any more: {escape(str(lost) or type(lost).__name__)}")
        return REFUSED
    return DONE if found.clean else REFUSED


def _write(found: Report, path: Path, said: Console) -> None:
    try:
        report.write(found, path)
    except OSError as error:
        said.print(f"The report cannot be written to {escape(str(path))}: {error.strerror}.", soft_wrap=True)
        return
    said.print(f"The whole report is in {escape(str(path))}.", soft_wrap=True)


def escape(text: str) -> str:
    """The text as it may be shown: nothing in it steers the terminal."""
    return unmarked(
        "".join(letter if letter.isprintable() else "\N{REPLACEMENT CHARACTER}" for letter in text)
    )


class _Bar:
    """A progress bar over the bytes of one file after the other."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._task: TaskID | None = None

    def begin(self, file: str, size: int) -> None:
        """A file of so many bytes is begun."""
        self._task = self._progress.add_task(escape(file), total=size, rows=0)

    def reached(self, position: int, rows: int) -> None:
        """So many bytes and rows of it are in."""
        if self._task is not None:
            self._progress.update(self._task, completed=position, rows=rows)


@contextlib.contextmanager
def _bar(said: Console) -> Iterator[_Bar]:
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        DownloadColumn(),
        TextColumn("{task.fields[rows]} rows"),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=said, disable=not sys.stderr.isatty()) as progress:
        yield _Bar(progress)


def show(found: Report, out: Console) -> None:
    """Prints the counts, what stands in the way, and the first refusals."""
    out.print(_counts(found))
    for file in found.files:
        for sentence in _remarks(file):
            out.print(escape(sentence), soft_wrap=True)
    for name, because in found.left_out:
        out.print(f"[dim]{escape(name)} is left out: {escape(because)}[/dim]", soft_wrap=True)
    for name, refusal in found.first:
        out.print(escape(f"{Path(name).name}, {_said(refusal)}"), soft_wrap=True)
    if found.number_refused > len(found.first):
        out.print(f"… and {found.number_refused - len(found.first):,} more refusals in the report.")


def _counts(found: Report) -> Table:
    every = [counts for file in found.files for counts in file.entities.values()]
    shown = [column for column in _COLUMNS if any(getattr(counts, column) for counts in every)]
    table = Table(
        Column("file", overflow="fold"), "rows", "entity", *(name.replace("_", " ") for name in shown)
    )
    for column in table.columns[1:2] + table.columns[3:]:
        column.justify = "right"
    for file in found.files:
        name, rows = escape(Path(file.file).name), f"{file.rows:,}"
        for entity, counts in file.entities.items():
            numbers = (getattr(counts, column) for column in shown)
            table.add_row(name, rows, entity, *(f"{number:,}" if number else "" for number in numbers))
            name, rows = "", ""
        if not file.entities:
            table.add_row(name, rows, "")
    return table


def _remarks(file: FileReport) -> Iterator[str]:
    if file.refused:
        yield f"Refused: {file.refused}"
    if file.stopped:
        yield f"Stopped: {file.stopped}"
    if file.went_on_from_row is not None:
        yield f"{Path(file.file).name} went on after row {file.went_on_from_row:,}."
    waiting = sum(counts.waiting for counts in file.entities.values())
    if waiting:
        words = "interaction waits" if waiting == 1 else "interactions wait"
        yield f"{Path(file.file).name}: {waiting:,} {words} for a contact that is not known."
    if file.rows_refused:
        yield f"{Path(file.file).name}: {file.rows_refused:,} rows could not be read."


def _said(refusal: Refusal) -> str:
    place = f"line {refusal.line}"
    if refusal.column is not None:
        held = "" if refusal.value is None else f' "{refusal.value}"'
        place += f", {refusal.column}{held}"
    what = f"{refusal.entity} refused: " if refusal.whole and refusal.entity else ""
    return f"{place}: {what}{refusal.reason}"
