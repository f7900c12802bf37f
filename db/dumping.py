"""Reading all tables as they are at one moment, and filling the tables of an empty database."""

import re
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime

import asyncpg

from db.custom_fields import make_index
from db.database import Database, Transaction
from db.dump import DUMPED, SEEDED, Table, tables
from db.months import make_months
from db.rows import to_record
from domain.custom_fields import CustomField

Write = Callable[[bytes], None]
_NULL = re.compile(rb'"\w+":null,?')
_PATIENCE = "10s"
_UNLIMITED = "set local statement_timeout = 0; set local idle_in_transaction_session_timeout = 0"
_ROOM = "set local maintenance_work_mem = '256MB'"
_UNFIT = (asyncpg.DataError, asyncpg.IntegrityConstraintViolationError, asyncpg.ProgramLimitExceededError)
_LARGE = 1_000_000
"""So many bytes of rows are worth taking a table's indexes off while it is filled."""


class InUse(Exception):
    """Somebody else works with the database; the message is a sentence."""


class Unfit(Exception):
    """Rows that the tables do not take; the message is a sentence."""


@asynccontextmanager
async def snapshot(db: Database) -> AsyncIterator["Snapshot"]:
    """The database as it is at one moment, whatever others write in the meantime."""
    async with db.transaction() as tx:
        await tx.run("dump_begin", text="set transaction isolation level repeatable read, read only")
        await tx.run("dump_settings", text=_UNLIMITED)
        yield Snapshot(tx, await tables(tx))


class Snapshot:
    """What an export reads."""

    def __init__(self, tx: Transaction, known: dict[str, Table]) -> None:
        self._tx = tx
        self.tables = known

    async def months(self) -> list[str]:
        """The months of which interactions are kept apart, as 2026-05."""
        return [f"{row['month']:%Y-%m}" for row in await self._tx.rows("dump_months")]

    async def count(self, table: str) -> int:
        """How many rows the table has."""
        found: int = (await self._tx.rows("dump_count", text=f"select count(*) as n from {table}"))[0]["n"]
        return found

    async def read(self, table: str, write: Write) -> None:
        """Hands the table's rows over as lines of JSON, many at a time; a column without a value is left out.

        No sign of JSON is one that CSV would quote here, so that what is copied are the lines themselves.
        """
        rest = b""

        async def take(data: bytes) -> None:
            nonlocal rest
            whole, newline, rest = (rest + data).rpartition(b"\n")
            if newline:
                write(_without_nulls(whole + newline))

        await self._tx.connection.copy_from_query(
            self.tables[table].selected, output=take, format="csv", delimiter="\x02", quote="\x01"
        )


def _without_nulls(lines: bytes) -> bytes:
    """The rows without what has no value.

    Within a value no such text can stand: in a text its quotes would be escaped, in JSON a blank would follow
    its colon.
    """
    return _NULL.sub(b"", lines).replace(b",}\n", b"}\n")


@asynccontextmanager
async def filling(db: Database) -> AsyncIterator["Filling"]:
    """A transaction in which nobody else can write or read: it fills the tables, or leaves all as it was."""
    try:
        async with db.transaction() as tx:
            await tx.run(
                "dump_settings", text=f"{_UNLIMITED}; {_ROOM}; set local lock_timeout = '{_PATIENCE}'"
            )
            names = ", ".join(DUMPED)
            await tx.run("dump_lock", text=f"lock table {names} in access exclusive mode")
            filled = Filling(tx, await tables(tx))
            await filled.untie()
            yield filled
            await filled.tie()
    except asyncpg.LockNotAvailableError:
        message = (
            "Somebody else works with the database: end what serves it or imports into it, then try again."
        )
        raise InUse(message) from None
    await _analyze(db)


class Filling:
    """What an import writes."""

    def __init__(self, tx: Transaction, known: dict[str, Table]) -> None:
        self._tx = tx
        self.tables = known
        self._ties: list[tuple[str, str, str]] = []
        self._indexes: list[str] = []

    async def taken(self) -> str | None:
        """A table that holds rows already, if one does."""
        for name in DUMPED:
            if name not in SEEDED and await self._tx.rows("dump_any", text=f"select from {name} limit 1"):
                return name
        return None

    async def prepare_months(self, months: Sequence[str]) -> None:
        """Makes the partitions that interactions go into."""
        moments = [datetime.strptime(month, "%Y-%m").replace(tzinfo=UTC) for month in months]
        await make_months(self._tx.connection, moments)

    async def begin(self, table: str, size: int) -> None:
        """Makes the table ready for so many bytes of rows: without its seeds, a large one without indexes."""
        if table in SEEDED:
            await self._tx.run("dump_clear", text=f"delete from {table}")
        if size > _LARGE:
            for row in await self._tx.rows("dump_indexes", table):
                self._indexes.append(row["definition"])
                await self._tx.run("dump_drop_index", text=f"drop index {row['name']}")

    async def add(self, table: str, columns: Sequence[str], lines: Sequence[bytes]) -> None:
        """Adds rows, each a line of JSON; refuses those that are none of the table's."""
        try:
            text = (b"[" + b",".join(lines) + b"]").decode()
            await self._tx.connection.execute(self.tables[table].loaded(list(columns)), text)
        except UnicodeDecodeError:
            raise Unfit("holds a row that is no text in UTF-8.") from None
        except _UNFIT as no:
            raise Unfit(f"holds a row that the table does not take: {_why(no)}.") from None

    async def end(self) -> None:
        """Makes the indexes of the table that was begun last again."""
        try:
            for definition in self._indexes:
                await self._tx.run("dump_index", text=definition)
        except _UNFIT as no:
            raise Unfit(f"holds rows that the table does not take: {_why(no)}.") from None
        self._indexes.clear()

    async def untie(self) -> None:
        """Takes the foreign keys off: they are checked all at once when everything is in."""
        for row in await self._tx.rows("dump_ties"):
            self._ties.append((row["name"], row["tie"], row["definition"]))
            await self._tx.run("dump_untie", text=f"alter table {row['name']} drop constraint {row['tie']}")

    async def tie(self) -> None:
        """Puts the foreign keys back, and makes the indexes of custom fields."""
        for name, tie, definition in self._ties:
            try:
                text = f"alter table {name} add constraint {tie} {definition}"
                await self._tx.run("dump_tie", text=text)
            except asyncpg.ForeignKeyViolationError as no:
                raise Unfit(f"{name}.ndjson names a record that is not in the export: {_why(no)}.") from None
        for row in await self._tx.rows("custom_fields"):
            try:
                field = to_record(CustomField, row)
                if field.indexed and field.removed_at is None:
                    await make_index(self._tx, field)
            except (KeyError, ValueError, *_UNFIT):
                raise Unfit(f"custom_field.ndjson holds a field that cannot be one: {row['name']}.") from None


async def _analyze(db: Database) -> None:
    """Lets the planner know what there is now."""
    async with db.transaction() as tx:
        await tx.run("dump_settings", text=_UNLIMITED)
        await tx.run("dump_analyze", text=f"analyze {', '.join(DUMPED)}")


def _why(no: asyncpg.PostgresError) -> str:
    """What a person can look for: the rule or the value."""
    if isinstance(no, asyncpg.IntegrityConstraintViolationError) and no.constraint_name:
        return f"it breaks the rule {no.constraint_name}"
    return str(no).splitlines()[0].rstrip(".")
