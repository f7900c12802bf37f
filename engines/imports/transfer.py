"""Brings files in, batch by batch: its records, its counts and how far we are stand or fall together."""

import asyncio
import time
from collections.abc import Callable, Iterator, Sequence
from copy import deepcopy
from dataclasses import asdict
from datetime import datetime
from hashlib import blake2b
from pathlib import Path
from typing import Any, Protocol

from db.database import Database, Transaction
from domain.facts import NewInteraction
from domain.intake import Fate, Incoming
from domain.refusals import Refused
from engines import account_sums, customers, ingest
from engines.imports.columns import Look, Unfit, look, rows_of
from engines.imports.mapping import Part, Plan
from engines.imports.report import Counts, FileReport, Refusal, Report
from engines.imports.rows import Made, Maker, with_formats
from engines.imports.sources import Broken, Row, kind_of, opened
from engines.imports.values import shown
from engines.ingest import Outcome

BATCH = 5_000
"""So many rows are one transaction."""
Clock = Callable[[], datetime]


class Watch(Protocol):
    """Whoever wants to see how far an import is."""

    def begin(self, file: str, size: int) -> None:
        """A file of so many bytes is begun."""

    def reached(self, position: int, rows: int) -> None:
        """So many bytes and rows of it are in."""


async def bring(
    db: Database, plan: Plan, files: Sequence[tuple[Path, Part]], report: Report, watch: Watch, clock: Clock
) -> None:
    """Brings the files in, one after the other, up to the first that breaks."""
    for path, part in files:
        file = report.begin(str(path))
        begun = time.monotonic()
        try:
            await Transfer(db, plan, path, part, report, file, watch, clock).run()
        except Unfit as unfit:
            file.refused = f"{path.name} {unfit}"
        except Broken as broken:
            file.stopped = f"{path.name}, line {broken.line}: {broken.reason}. {_going_on(file)}"
        finally:
            file.seconds = round(time.monotonic() - begun, 3)
            if not (file.finished or file.refused or file.stopped):
                file.stopped = f"{path.name}, line {file.line}: stopped. {_going_on(file)}"
        if file.stopped:
            return
    async with db.transaction() as tx:
        names = [_name(path) for path, _ in files]
        await tx.run("import_runs_finish", plan.name, names)
        await tx.run("import_refusals_forget", plan.name, names)


class Transfer:
    """One file on its way in."""

    def __init__(
        self,
        db: Database,
        plan: Plan,
        path: Path,
        part: Part,
        report: Report,
        file: FileReport,
        watch: Watch,
        clock: Clock,
    ) -> None:
        self._db, self._plan, self._path, self._part = db, plan, path, part
        self._report, self._file, self._watch, self._clock = report, file, watch, clock
        self._kind = kind_of(path, part) or "csv"
        self._run = (plan.name, _name(path))
        self._refusals: list[Refusal] = []
        self._chain = blake2b()

    async def run(self) -> None:
        """Reads the file to its end, or to where it breaks."""
        with opened(self._path, self._part) as source:
            seen = await look(source, self._part, self._kind)
        self._settle(seen)
        done = await self._done(seen)
        with opened(self._path, self._part) as source:
            self._watch.begin(self._path.name, source.size)
            rows = rows_of(source, self._part, self._kind)
            for _ in range(done):
                self._trace(next(rows))
            for batch in _batches(rows):
                await self._take_whole(batch)
                self._watch.reached(source.position(), self._file.rows)
        self._file.finished = True

    def _settle(self, seen: Look) -> None:
        self._part = with_formats(self._part, seen.formats)
        self._makers = [
            Maker(self._plan.source, self._part, block, self._refusals.append) for block in self._part.blocks
        ]
        self._file.dates = {column: format for (column, _), format in seen.formats.items()}
        self._file.columns_missing, self._file.columns_not_read = seen.missing, seen.not_read

    async def _done(self, seen: Look) -> int:
        """How many rows an unfinished run of this very file has brought in; the chain stands behind them."""
        seed = self._plan.digest + repr(sorted(seen.formats.items())).encode()
        self._chain = blake2b(seed)
        kept = await self._db.reads().rows("import_run", *self._run)
        if not kept or kept[0]["finished"] or not kept[0]["rows_done"]:
            return 0
        rows_done: int = kept[0]["rows_done"]
        same = self._is_same(rows_done, kept[0]["digest"])
        self._chain = blake2b(seed)
        if not same:
            return 0
        self._file.restore(rows_done, kept[0]["counts"])
        await self._remember()
        return rows_done

    async def _remember(self) -> None:
        """Notes what the unfinished run has refused."""
        last = 0
        while known := await self._db.reads().rows("import_refusals", *self._run, last):
            last = known[-1]["number"]
            for row in known:
                self._report.refuse(self._file, Refusal(**row["refusal"]))

    async def _keep(self, tx: Transaction, ahead: FileReport, now: datetime) -> None:
        """Keeps how far we are, with what was refused on the way."""
        if not self._file.rows:
            await tx.run("import_refusals_forget", self._plan.name, [_name(self._path)])
        numbers = [ahead.refusals + at for at in range(1, len(self._refusals) + 1)]
        ahead.refusals += len(numbers)
        if numbers:
            kept = [asdict(refusal) for refusal in self._refusals]
            await tx.run("import_refusals_keep", *self._run, numbers, kept)
        state = (ahead.rows, self._chain.digest(), ahead.kept(), False, now)
        await tx.run("import_run_keep", *self._run, *state)

    def _is_same(self, rows_done: int, digest: bytes) -> bool:
        """Whether the file still begins with the rows that were brought in."""
        with opened(self._path, self._part) as source:
            rows = rows_of(source, self._part, self._kind)
            try:
                for _ in range(rows_done):
                    self._trace(next(rows))
            except (Broken, StopIteration):
                return False
        return self._chain.digest() == digest

    def _trace(self, row: Row) -> None:
        self._chain.update(len(row.trace).to_bytes(8, "big") + row.trace)

    async def _take_whole(self, rows: Sequence[Row]) -> None:
        """Takes a batch. An interruption waits for it: what is said of the import is then true."""
        batch = asyncio.ensure_future(self._take(rows))
        try:
            await asyncio.shield(batch)
        except asyncio.CancelledError:
            await asyncio.wait([batch])
            if not batch.cancelled():
                batch.exception()
            raise

    async def _take(self, rows: Sequence[Row]) -> None:
        """One batch: its records, its interactions, its counts and how far we are, in one transaction."""
        now = self._clock()
        self._refusals.clear()
        ahead = deepcopy(self._file)
        ahead.rows, ahead.line = ahead.rows + len(rows), rows[-1].line
        made = list(self._made(rows, ahead))
        records = [item for item in made if isinstance(item.record, Incoming)]
        others = [item for item in made if isinstance(item.record, NewInteraction)]
        interactions = list(self._possible(others, now))
        for row in rows:
            self._trace(row)
        await self._db.prepare_months(_interaction(item).occurred_at for item in interactions)
        read = ahead, tuple(self._refusals)
        done = await self._db.write(self._store, None, None, read, records, interactions, now)
        self._file.__dict__.update(done.__dict__)
        for refusal in self._refusals:
            self._report.refuse(self._file, refusal)
        if interactions:
            await account_sums.relieve(self._db)

    async def _store(
        self,
        tx: Transaction,
        read: tuple[FileReport, Sequence[Refusal]],
        records: Sequence[Made],
        interactions: Sequence[Made],
        now: datetime,
    ) -> FileReport:
        """Stores a batch and how far we are then; begins anew where it has stood in another's way."""
        ahead = deepcopy(read[0])
        self._refusals[:] = read[1]
        await self._receive(tx, records, ahead, now)
        await self._take_in(tx, interactions, ahead, now)
        self._count_refusals(ahead)
        await self._keep(tx, ahead, now)
        return ahead

    def _made(self, rows: Sequence[Row], ahead: FileReport) -> Iterator[Made]:
        for row in rows:
            if row.fault is not None:
                ahead.rows_refused += 1
                self._refusals.append(Refusal(row.line, None, None, None, f"the row {row.fault}", whole=True))
                continue
            for maker in self._makers:
                made = maker.make(row)
                if made is not None:
                    yield made

    def _possible(self, made: Sequence[Made], now: datetime) -> Iterator[Made]:
        for item in made:
            try:
                ingest.check(_interaction(item), now)
            except Refused as refused:
                self._refuse(item, "occurred_at", refused.message)
            else:
                yield item

    async def _receive(self, tx: Transaction, made: Sequence[Made], ahead: FileReport, now: datetime) -> None:
        batch = [item.record for item in made if isinstance(item.record, Incoming)]
        for item, received in zip(made, await customers.receive(tx, batch, now), strict=True):
            if received.fate is Fate.REFUSED:
                self._refuse(item, received.field, received.reason or "It is refused.")
            else:
                _add(ahead.of(item.block.entity), received.fate.name)

    async def _take_in(self, tx: Transaction, made: Sequence[Made], ahead: FileReport, now: datetime) -> None:
        batch = [_interaction(item) for item in made]
        for item, taken in zip(made, await ingest.take_in(tx, batch, now), strict=True):
            if taken.outcome is Outcome.STRANGER:
                self._refuse(item, "contact_id", taken.outcome.value)
            else:
                _add(ahead.of(item.block.entity), taken.outcome.name)

    def _refuse(self, item: Made, field: str | None, reason: str) -> None:
        """Notes a record that a rule forbids, with the column that the field came from."""
        bound = next((b for b in item.block.bindings if b.name == field), None)
        column = ", ".join(bound.columns) if bound and bound.columns else field
        held = " ".join(shown(item.row.cells.get(name)) for name in bound.columns) if bound else None
        entity = item.block.entity
        self._refusals.append(Refusal(item.row.line, entity, column, held, reason, whole=True))

    def _count_refusals(self, ahead: FileReport) -> None:
        for refusal in self._refusals:
            if refusal.entity is not None:
                _add(ahead.of(refusal.entity), "refused" if refusal.whole else "values_refused")


def _going_on(file: FileReport) -> str:
    return f"Its first {file.rows} rows are in; the same command goes on from there."


def _name(path: Path) -> str:
    return str(path.resolve())


def _batches(rows: Iterator[Row]) -> Iterator[list[Row]]:
    """Batches of rows; what was read before a break comes first, then the break."""
    batch: list[Row] = []
    try:
        for row in rows:
            batch.append(row)
            if len(batch) == BATCH:
                yield batch
                batch = []
    except Broken:
        if batch:
            yield batch
        raise
    if batch:
        yield batch


def _interaction(item: Made) -> NewInteraction:
    assert isinstance(item.record, NewInteraction)
    return item.record


def _add(counts: Counts, what: str) -> None:
    name = what.lower()
    current: Any = getattr(counts, name)
    setattr(counts, name, current + 1)
