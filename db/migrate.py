"""Applies the numbered migrations in order, under an advisory lock: several instances may start at once."""

import re
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import asyncpg

_FOLDER = Path(__file__).parent / "migrations"
_LOCK = 4_719_305_538
_EXTENSION = re.compile(r"^create extension if not exists (\w+);", re.MULTILINE)
OLDEST = 15
NEWEST = 18


class Unfit(Exception):
    """The database cannot be used as it is; the message is a sentence a person can act on."""


@dataclass(frozen=True)
class Migration:
    """One step of the database's shape; never edited once landed."""

    number: int
    name: str
    text: str

    @property
    def digest(self) -> str:
        """What the text was when it was applied."""
        return sha256(self.text.encode()).hexdigest()


def migrations() -> list[Migration]:
    """All steps, in order."""
    return [
        Migration(int(path.stem[:4]), path.stem, path.read_text()) for path in sorted(_FOLDER.glob("*.sql"))
    ]


async def migrate(connection: asyncpg.Connection) -> list[str]:
    """Brings the database to this version's shape; returns the names of the steps it took."""
    _check_server(connection)
    await connection.execute("select pg_advisory_lock($1)", _LOCK)
    try:
        applied = await _applied(connection)
        _check_history(applied)
        steps = [step for step in migrations() if step.number not in applied]
        for step in steps:
            await _apply(connection, step)
        return [step.name for step in steps]
    finally:
        await connection.execute("select pg_advisory_unlock($1)", _LOCK)


async def _applied(connection: asyncpg.Connection) -> dict[int, str]:
    await connection.execute(
        "create table if not exists migration ("
        "number int primary key, name text not null, digest text not null, applied_at timestamptz not null)"
    )
    return {row["number"]: row["digest"] for row in await connection.fetch("select * from migration")}


async def _apply(connection: asyncpg.Connection, step: Migration) -> None:
    async with connection.transaction():
        await _run(connection, step)
        await connection.execute(
            "insert into migration values ($1, $2, $3, now())", step.number, step.name, step.digest
        )


async def _run(connection: asyncpg.Connection, step: Migration) -> None:
    """Runs the step; a server that has not, or may not add, what it needs is told so."""
    try:
        await connection.execute(step.text)
    except (
        asyncpg.InsufficientPrivilegeError,
        asyncpg.FeatureNotSupportedError,
        asyncpg.UndefinedFileError,
    ) as no:
        needed = _EXTENSION.search(step.text)
        if needed is None or needed[1] not in str(no):
            raise
        why = str(no).splitlines()[0]
        raise Unfit(
            f"The database lacks the extension {needed[1]}, and it could not be added: {why}. Let the"
            f" database's owner run `create extension {needed[1]}` in it, then start again; it comes with"
            " PostgreSQL, in some distributions in a package named postgresql-contrib."
        ) from None


def _check_server(connection: asyncpg.Connection) -> None:
    version = connection.get_server_version().major
    if not OLDEST <= version <= NEWEST:
        raise Unfit(f"The database server is PostgreSQL {version}; Leadgraph needs {OLDEST} to {NEWEST}.")


def _check_history(applied: dict[int, str]) -> None:
    known = {step.number: step for step in migrations()}
    newer = sorted(set(applied) - set(known))
    if newer:
        raise Unfit(
            f"The database is of a newer version of Leadgraph (migration {newer[-1]}, this version knows"
            f" {max(known)}): start that version, or name another database."
        )
    for number, digest in applied.items():
        if known[number].digest != digest:
            raise Unfit(
                f"Migration {known[number].name} of the database is not the one this version carries:"
                " the database was made by another build of Leadgraph."
            )
