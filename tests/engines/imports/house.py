"""What the tests of imports share: a small mapping, files made on the spot, and the import itself."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from db.database import Database
from engines.imports import declared, files, report, transfer
from engines.imports.report import FileReport, Report

NOW = datetime(2026, 1, 1, 12, tzinfo=UTC)
PEOPLE = """
name = "people"
about = "People."
source = "{source}"

[[file]]
match = ["people*", "*.csv"]
nothing = ["-"]

[file.contact]
key = ["id", "email:{{email}}"]
first_name = "firstName"
last_name = "lastName"
email = "email"
mobile_phone = "phone"
attributes.action = "action"
"""


class Silent:
    """Somebody who does not watch."""

    def begin(self, file: str, size: int) -> None:
        """Nothing to see."""

    def reached(self, position: int, rows: int) -> None:
        """Nothing to see."""


def mapping(folder: Path, text: str = PEOPLE, **words: str) -> str:
    """The path of a mapping file with that text; its source is the folder's, unless said."""
    path = folder / "mapping.toml"
    path.write_text(text.format(source=folder.name, **words) if "{source}" in text else text)
    return str(path)


async def bring(db: Database, format: str, *paths: Path) -> Report:
    """Imports the files; the report can be read, its refusals too."""
    plan = declared.plan(format)
    chosen, _ = files.choose(plan, paths)
    with report.reporting(plan.name) as found:
        await transfer.bring(db, plan, chosen, found, Silent(), lambda: NOW)
    return found


def counts(found: Report, entity: str) -> dict[str, int]:
    """What became of the records of an entity, over all files; zeros are left out."""
    added: dict[str, int] = {}
    for file in found.files:
        if entity in file.entities:
            for name, number in vars(file.entities[entity]).items():
                added[name] = added.get(name, 0) + number
    return {name: number for name, number in added.items() if number}


def refusals(found: Report) -> list[tuple[int, str | None, str | None, str]]:
    """The first refusals: line, column, value and reason."""
    return [(refusal.line, refusal.column, refusal.value, refusal.reason) for _, refusal in found.first]


def only(found: Report) -> FileReport:
    """The report of the one file."""
    (file,) = found.files
    return file


async def ask(db: Database, text: str, *args: Any) -> list[tuple[Any, ...]]:
    """The rows of a statement of the test's own."""
    return [tuple(row) for row in await db.reads().rows("test", *args, text=text)]


async def one(db: Database, text: str, *args: Any) -> Any:
    """The first value of the first row."""
    return (await ask(db, text, *args))[0][0]


async def contacts(
    db: Database, source: str, columns: str = "first_name, last_name"
) -> list[tuple[Any, ...]]:
    """The contacts that a source knows, by their keys."""
    text = (
        f"select {columns} from contact where id in (select record_id from source_key where source = $1)"
        " order by last_name, first_name"
    )
    return await ask(db, text, source)
