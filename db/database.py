"""The pool, reads and transactions: the only way to PostgreSQL."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from datetime import datetime
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec, TypeVar
from uuid import UUID

import asyncpg
import orjson
from asyncpg.pool import PoolConnectionProxy

from db.changes import Note, Notes
from db.connections import Connections
from db.months import make_months, month_of
from db.rows import to_record
from db.sql import statement
from domain.refusals import Code, Refused

if TYPE_CHECKING:
    from db.feed import Feed

R = TypeVar("R")
P = ParamSpec("P")
ATTEMPTS = 4
"""How often a write is tried that stands in another's way: each attempt begins anew."""
AT_ONCE = 4
"""Statements that one request may run at once, so that it leaves connections to others."""
HISTORY = ("record_id", "version", "id", "entity", "kind", "actor", "request_id", "changes")
Row = asyncpg.Record
Connection = asyncpg.Connection | PoolConnectionProxy


class Database:
    """A pool of connections to one PostgreSQL; one for the process."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections
        self._months: set[datetime] = set()
        self.feed: Feed | None = None
        self.signing_key: str | None = None
        """What links are signed with; where no setting says it, the database keeps one."""
        self.public_url = ""
        """Where the world reaches this server; empty where only it knows that."""

    def reads(self) -> "Reads":
        """Reads for one request, with a list of the statements it ran."""
        return Reads(self._connections)

    @asynccontextmanager
    async def transaction(
        self, actor: str | None = None, request_id: str | None = None
    ) -> AsyncIterator["Transaction"]:
        """One transaction: committed when the block ends, undone when it raises; history tells whose."""
        async with self._connections.acquire() as connection, connection.transaction():
            tx = Transaction(connection, actor, request_id)
            yield tx
            await tx.tell()

    async def write(
        self,
        act: "Callable[Concatenate[Transaction, P], Awaitable[R]]",
        actor: str | None,
        request_id: str | None,
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> R:
        """Runs an act in a transaction of its own; where two stood in each other's way, once more."""
        for _ in range(ATTEMPTS - 1):
            try:
                async with self.transaction(actor, request_id) as tx:
                    return await act(tx, *args, **kwargs)
            except (asyncpg.DeadlockDetectedError, asyncpg.SerializationError):
                continue
        async with self.transaction(actor, request_id) as tx:
            return await act(tx, *args, **kwargs)

    async def prepare_months(self, moments: Iterable[datetime]) -> None:
        """Makes the partitions that interactions of these moments go into."""
        missing = {month for moment in moments if (month := month_of(moment))} - self._months
        if missing:
            async with self._connections.acquire() as connection:
                await make_months(connection, missing)
            self._months |= missing

    async def ping(self) -> int:
        """The highest migration applied; proves that the database answers."""
        async with self._connections.acquire() as connection:
            number: int = await connection.fetchval("select max(number) from migration")
            return number


@contextmanager
def storable() -> Iterator[None]:
    """Makes a refusal of what the driver or the database says of values that cannot be stored."""
    try:
        yield
    except (
        asyncpg.DataError,
        asyncpg.CharacterNotInRepertoireError,
        asyncpg.ProgramLimitExceededError,
        UnicodeEncodeError,
    ):
        raise Refused(Code.INVALID, "A value holds what no record can hold.") from None


class Reads:
    """Statements of one request outside any transaction; `ran` names them in order."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections
        self._turns = asyncio.Semaphore(AT_ONCE)
        self._running: set[asyncio.Task[Any] | None] = set()
        self._once: dict[Callable[[Reads], Awaitable[Any]], asyncio.Future[Any]] = {}
        self.ran: list[str] = []

    async def rows(self, name: str, *args: Any, text: str | None = None) -> list[Row]:
        """The rows of a named statement, or of a composed `text` known under that name."""
        self.ran.append(name)
        task = asyncio.current_task()
        self._running.add(task)
        try:
            with storable():
                async with self._turns, self._connections.acquire() as connection:
                    found: list[Row] = await connection.fetch(text or statement(name), *args)
                    return found
        finally:
            self._running.discard(task)

    async def once(self, read: Callable[["Reads"], Awaitable[R]]) -> R:
        """What is read but once for a request, whoever asks for it."""
        found = self._once.get(read)
        if found is None or found.cancelled():
            found = self._once[read] = asyncio.ensure_future(read(self))
            found.add_done_callback(_seen)
        answer: R = await asyncio.shield(found)
        return answer

    def forget(self) -> None:
        """Everything is read again from here on: something was written."""
        self._once.clear()

    def stop(self) -> None:
        """Ends what is being read, in PostgreSQL too: loaders' tasks outlive who waits for them."""
        for task in self._running:
            if task is not None:
                task.cancel()


def _seen(found: "asyncio.Future[Any]") -> None:
    """A failure counts as seen also where nobody waits any more."""
    if not found.cancelled():
        found.exception()


class Transaction:
    """Statements that stand or fall together."""

    def __init__(
        self, connection: Connection, actor: str | None = None, request_id: str | None = None
    ) -> None:
        self._connection = connection
        self._notes = Notes()
        self._history: list[Sequence[Any]] = []
        self.actor = actor
        self.request_id = request_id

    def remember(self, row: Sequence[Any]) -> None:
        """Keeps a version of a record for its history, whose columns `HISTORY` names."""
        self._history.append(row)

    def forget(self, record_id: UUID) -> None:
        """Lets nothing that this transaction has changed in a record come to its history."""
        self._history = [row for row in self._history if row[0] != record_id]

    def note(self, note: Note) -> None:
        """Leaves word of a record that was written, for who follows the change log."""
        self._notes.add(note)

    async def tell(self) -> None:
        """Stores what was noted and remembered: at the end, and before entries that have to come later."""
        if columns := self._notes.take():
            await self.rows("changes_add", *columns)
        if self._history:
            rows, self._history = self._history, []
            await self.copy("record_history", HISTORY, rows)

    async def tell_interactions(self, by: str = "staged_note_changes") -> None:
        """Stores what the staged interactions have brought, or changed, as that statement finds it."""
        await self.tell()
        (told,) = await self.rows(by, self._notes.number)
        self._notes.number += told["n"]

    async def rows(self, name: str, *args: Any, text: str | None = None) -> list[Row]:
        """The rows of a named or composed statement."""
        with storable():
            found: list[Row] = await self._connection.fetch(text or statement(name), *args)
        return found

    async def records(self, record: type[R], name: str, *args: Any) -> list[R]:
        """The records that a named statement finds."""
        return [to_record(record, row) for row in await self.rows(name, *args)]

    async def run(self, name: str, *args: Any, text: str | None = None) -> int:
        """Runs a statement; returns how many rows it touched."""
        with storable():
            status = await self._connection.execute(text or statement(name), *args)
        count = status.rsplit(" ", 1)[-1]
        return int(count) if count.isdigit() else 0

    @property
    def connection(self) -> Connection:
        """The driver's connection: for what it alone can do, and within this room only."""
        return self._connection

    async def copy(self, table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
        """Streams rows into a table by binary COPY."""
        with storable():
            await self._connection.copy_records_to_table(table, columns=list(columns), records=rows)


async def _prepare(connection: asyncpg.Connection) -> None:
    await connection.set_type_codec(
        "jsonb", encoder=_to_jsonb, decoder=_from_jsonb, schema="pg_catalog", format="binary"
    )


def _to_jsonb(value: Any) -> bytes:
    return b"\x01" + orjson.dumps(value, default=str)


def _from_jsonb(value: bytes) -> Any:
    return orjson.loads(value[1:])


class Stateless(asyncpg.Connection):
    """A connection that keeps no session state, so that giving it back needs no reset."""

    def get_reset_query(self) -> str:
        """No statement."""
        return ""

    async def reset(self, *, timeout: float | None = None) -> None:  # noqa: ASYNC109 - the driver's name
        """Nothing, unless a transaction was left open."""
        if self.is_in_transaction():
            await super().reset(timeout=timeout)


@asynccontextmanager
async def connected(
    dsn: str, *, size: int = 8, statement_timeout: float = 30, patience: float = 10
) -> AsyncIterator[Database]:
    """A database over a pool of at most `size` connections, closed when the block ends."""
    pool = await asyncpg.create_pool(
        dsn,
        min_size=1,
        max_size=size,
        init=_prepare,
        connection_class=Stateless,
        server_settings={
            "application_name": "leadgraph",
            "statement_timeout": str(int(statement_timeout * 1000)),
            "idle_in_transaction_session_timeout": "60000",
            "timezone": "UTC",
            # Enough to know each row that a broad search finds: of pages alone, every row is looked at anew.
            "work_mem": "16MB",
        },
    )
    connections = Connections(pool, size, patience)
    try:
        yield Database(connections)
    finally:
        await connections.close()
