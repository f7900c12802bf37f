"""`leadgraph retention`: what became of old months of interactions, in sentences (docs/retention.md)."""

from collections.abc import Awaitable, Callable
from datetime import UTC, date, datetime
from pathlib import Path

from rich.console import Console
from rich.table import Table

from db.database import Database
from db.retention import InUse
from engines import retention
from engines.archives import Unusable
from engines.retention import Left, Month, Refusal
from server.imports import DONE, MISUSED, REFUSED, escape

_ENDLESS = 1_000
"""Columns where nobody looks at the table: names of files are not broken."""


async def run_list(db: Database) -> int:
    """Lists the months; returns the command's exit status, as all of these do."""
    found = await retention.months(db)
    out = Console(highlight=False)
    if not out.is_terminal:
        out.width = _ENDLESS
    out.print(_listed(found))
    if any(one.erased for one in found):
        _say(
            "People were erased since files were written: free these by `leadgraph retention erase FILE...`."
        )
    return DONE


async def run_archive(db: Database, before: str, folder: Path, forget_keys: bool) -> int:
    """Archives the months before that one."""
    now = datetime.now(UTC)
    return await _said(lambda: retention.archive(db, _month(before), folder, now, _tell, forget_keys))


async def run_drop(db: Database, before: str, yes: bool, forget_keys: bool) -> int:
    """Drops the months before that one, if that is meant."""

    async def drop() -> None:
        month = _month(before)
        if not yes:
            found = await retention.leaving(db, month)
            rows = sum(one.rows for one in found)
            raise Refusal(
                f"{rows:,} interactions of {_counted(len(found))} would go for good: say so with --yes."
            )
        await retention.drop(db, month, datetime.now(UTC), _tell, forget_keys)

    return await _said(drop)


async def run_restore(db: Database, file: Path) -> int:
    """Brings an archived month back."""

    async def restore() -> None:
        month, rows, erased = await retention.restore(db, file)
        left = f" {erased:,} are of people who were erased since, and stay away." if erased else ""
        print(f"{month:%Y-%m}: {rows:,} interactions are back.{left}")

    return await _said(restore)


async def run_erase(db: Database, files: list[Path]) -> int:
    """Frees archives of who was erased since."""

    def tell(path: Path, gone: int) -> None:
        print(f"{path}: {gone:,} interactions are gone.")

    return await _said(lambda: retention.erase(db, files, datetime.now(UTC), tell))


def _listed(found: list[Month]) -> Table:
    table = Table("month", "interactions", "size", "archived", "files")
    for column in table.columns[1:4]:
        column.justify = "right"
    for one in found:
        size, archived = f"{one.bytes / 1e6:,.1f} MB", f"{one.archived:,}" if one.archived else ""
        files = escape("\n".join(one.files)) or ("dropped" if one.archived else "")
        table.add_row(f"{one.month:%Y-%m}", f"{one.rows:,}", size, archived, files)
    return table


def _tell(left: Left) -> None:
    where = f"are in {left.file}" if left.file else "are dropped"
    print(f"{left.month:%Y-%m}: {left.rows:,} interactions {where}; their sums stay.", flush=True)


def _counted(months: int) -> str:
    return "1 month" if months == 1 else f"{months} months"


def _month(text: str) -> date:
    try:
        return datetime.strptime(text, "%Y-%m").replace(tzinfo=UTC).date()
    except ValueError:
        raise Unusable(f"`{text}` is no month: write one as 2025-01.") from None


async def _said(act: Callable[[], Awaitable[None]]) -> int:
    """Acts; what stands in the way is said in a sentence."""
    try:
        await act()
    except Unusable as no:
        _say(str(no))
        return MISUSED
    except (Refusal, InUse) as no:
        _say(str(no))
        return REFUSED
    except OSError as error:
        _say(f"{error.filename or 'A file'} cannot be read or written: {error.strerror}.")
        return REFUSED
    return DONE


def _say(text: str) -> None:
    Console(stderr=True, highlight=False).print(escape(text), soft_wrap=True)
