"""`leadgraph export`, and the import of what it wrote: a progress bar, and the outcome in a sentence."""

import asyncio
import contextlib
import sys
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path

import asyncpg
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

from db.database import Database
from db.dumping import InUse
from engines.dumps.export import export
from engines.dumps.load import load
from engines.dumps.manifest import Manifest, Refusal, Watch
from server.imports import DONE, INTERRUPTED, REFUSED, escape

FORMAT = "leadgraph"
"""The name under which `leadgraph import` takes what `leadgraph export` wrote."""
_LOST = (asyncpg.PostgresConnectionError, asyncpg.OperatorInterventionError, asyncpg.InterfaceError)


async def run_export(db: Database, folder: Path) -> int:
    """Exports the database into the folder; returns the command's exit status."""
    return await _run(lambda watch: export(db, folder, watch), f"written to {folder}")


async def run_load(db: Database, paths: list[Path]) -> int:
    """Imports the export in the one folder; returns the command's exit status."""

    async def loaded(watch: Watch) -> Manifest:
        if len(paths) != 1:
            raise Refusal("An export is one folder: name it alone.")
        return await load(db, paths[0], watch)

    return await _run(loaded, "imported")


async def _run(act: Callable[[Watch], Awaitable[Manifest]], done: str) -> int:
    said = Console(stderr=True, highlight=False)
    try:
        with _bar(said) as watch:
            manifest = await act(watch)
    except (Refusal, InUse) as no:
        said.print(escape(str(no)), soft_wrap=True)
        return REFUSED
    except asyncio.CancelledError:
        task = asyncio.current_task()
        if task is not None:
            task.uncancel()
        said.print("Interrupted; nothing of it is left.")
        return INTERRUPTED
    except _LOST as lost:
        said.print(f"The database cannot be reached any more: {escape(str(lost) or type(lost).__name__)}")
        return REFUSED
    except OSError as error:
        name = escape(str(error.filename or "The folder"))
        said.print(f"{name} cannot be read or written: {error.strerror}.", soft_wrap=True)
        return REFUSED
    tables = sum(1 for part in manifest.tables.values() if part.rows)
    said.print(f"{manifest.rows:,} rows of {tables} tables are {escape(done)}.", soft_wrap=True)
    return DONE


class _Bar:
    """A progress bar over the rows of one table after the other."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._task: TaskID | None = None

    def begin(self, name: str, rows: int) -> None:
        """A table of so many rows is begun."""
        self._task = self._progress.add_task(name, total=rows, visible=rows > 0)

    def reached(self, rows: int) -> None:
        """So many of its rows are done."""
        if self._task is not None:
            self._progress.update(self._task, completed=rows)


@contextlib.contextmanager
def _bar(said: Console) -> Iterator[_Bar]:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=said, disable=not sys.stderr.isatty()) as progress:
        yield _Bar(progress)
