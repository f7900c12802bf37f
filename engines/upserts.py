"""Writes up to a thousand records at once: what is known is changed, what is new is created."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from db import writes
from db.database import Transaction
from domain.bulk import ErrorPolicy, Row, Upserted, UpsertFate
from domain.intake import ENTITIES
from domain.protection import ConsentSource
from domain.refusals import Code, Refused
from engines import arrivals, consent, ingest, kept, records, rules
from engines.consent import Because

Change = tuple[Row, Any, Any, dict[str, Any]]
"""A row, its record as it was, as it will be, and what changes in it."""
_ALONE = frozenset({"account_id", "contact_id"})
"""What changes in a record by more than a column: one at a time."""
_RELATED = frozenset({"parent_account_id", "parent_contact_id", "guardian_id", "is_child"})
"""What a rule about several records asks for: checked one at a time, each seeing the one before."""


class Rejected(Exception):
    """All rows are refused for the sake of some; what was written of them is undone."""

    def __init__(self, upserted: Upserted) -> None:
        super().__init__("Some rows are refused, and with them all.")
        self.upserted = upserted


async def upsert(
    tx: Transaction, entity: str, rows: Sequence[Row], policy: ErrorPolicy, now: datetime
) -> Upserted:
    """Creates or changes each record, in the rows' order where two are about the same one."""
    rows = [_spelled(replace(row, refused=list(row.refused))) for row in rows]
    sources = {row.known.source_key[0] for row in rows if row.known.source_key and not row.refused}
    addressed = {entity} if any(row.known.email is not None for row in rows) else set()
    for name in sorted(sources | addressed):
        await tx.rows("intake_lock", name)
    waiting = rows
    while waiting:
        wave, later = _wave(waiting)
        later += await _write(tx, entity, wave, policy, now)
        waiting = sorted(later, key=lambda row: row.at)
        if policy is ErrorPolicy.REJECT_EVERYTHING and any(row.refused for row in wave):
            raise Rejected(_rejected(rows))
    return Upserted(tuple(rows))


def _spelled(row: Row) -> Row:
    """The row with what it is known by as records keep addresses and keys."""
    if row.known.source_key is not None:
        source, key = row.known.source_key
        row.known = replace(row.known, source_key=(source.strip(), key.strip()))
    for name, text in zip(("source", "key"), row.known.source_key or (), strict=False):
        if not text:
            message = "A record is known by another system's name and its key there: neither is blank."
            row.refuse(Refused(Code.REQUIRED, message, "by", "source_key", name))
        elif len(text) > kept.LINE or not text.isprintable():
            message = f"Another system's name, and its key, have 1 to {kept.LINE} printable characters."
            row.refuse(Refused(Code.INVALID, message, "by", "source_key", name))
    if row.known.email is not None:
        try:
            row.known = replace(row.known, email=kept.email(row.known.email))
        except kept.Unfit as unfit:
            row.refuse(Refused(Code.INVALID, str(unfit), "by", "email"))
    return row


def _rejected(rows: Sequence[Row]) -> Upserted:
    for row in rows:
        row.record = None
        row.fate = UpsertFate.REFUSED if row.refused else UpsertFate.NOT_WRITTEN
    return Upserted(tuple(rows))


def _wave(waiting: Sequence[Row]) -> tuple[list[Row], list[Row]]:
    """Rows about one record come one after the other, each seeing what the one before has done."""
    addresses = {row.known.email.lower() for row in waiting if row.known.email is not None}
    seen: set[tuple[str, ...]] = set()
    wave: list[Row] = []
    later: list[Row] = []
    for row in waiting:
        names, given = row.known.names, row.values.get("email")
        if isinstance(given, str) and given.strip().lower() in addresses:
            names |= {("email", given.strip().lower())}
        (later if seen & names else wave).append(row)
        seen |= names
    return wave, later


def _apart(wave: list[Row], found: Mapping[int, Any]) -> tuple[list[Row], list[Row]]:
    """Rows that turn out to be about one record, known in several ways, do so too."""
    seen: set[UUID] = set()
    first: list[Row] = []
    later: list[Row] = []
    for row in wave:
        id = found[row.at].id if row.at in found else None
        (later if id in seen else first).append(row)
        if id is not None:
            seen.add(id)
    return first, later


async def _write(
    tx: Transaction, entity: str, wave: list[Row], policy: ErrorPolicy, now: datetime
) -> list[Row]:
    """Writes what can be written at once; the rows that have to wait for it."""
    found = await _found(tx, entity, wave)
    wave, later = _apart(wave, found)
    changes = [
        change
        for row in wave
        if not row.refused
        and (change := await _checked(tx, entity, row, found.get(row.at), policy, now)) is not None
    ]
    await _settle(tx, entity, [one for one in changes if not _RELATED & set(one[3])], now)
    for change in changes:
        if _RELATED & set(change[3]):
            await _settle(tx, entity, [change], now)
    return later


async def _settle(tx: Transaction, entity: str, changes: list[Change], now: datetime) -> None:
    """Writes the rows that break no rule."""
    if not changes:
        return
    broken = await rules.broken(tx, entity, [(before, after) for _, before, after, _ in changes])
    for (row, *_), refused in zip(changes, broken, strict=True):
        if refused:
            row.refuse(*refused)
    allowed = [change for change, refused in zip(changes, broken, strict=True) if not refused]
    async with consent.gathered(tx, now, Because(ConsentSource.IMPORT)):
        await _create(tx, entity, [change for change in allowed if change[1] is None], now)
        await _change(tx, entity, [change for change in allowed if change[1] is not None], now)


async def _found(tx: Transaction, entity: str, wave: list[Row]) -> Mapping[int, Any]:
    """The record that each row is about, locked, by the row's place."""
    ids = {row.at: row.known.id for row in wave if row.known.id is not None}
    for source, ours in _by_source([row for row in wave if not row.refused]).items():
        for one in await tx.rows("source_keys_find", source, entity, list(ours)):
            ids[ours[one["key"]].at] = one["record_id"]
    addressed = {row.known.email.lower(): row.at for row in wave if row.known.email is not None}
    if addressed:
        for one in await tx.rows("contacts_of_addresses", list(addressed)):
            ids[addressed[one["email"]]] = one["id"]
    wanted = sorted(set(ids.values()))
    locked = await tx.records(ENTITIES[entity], f"{entity}_locked", wanted) if wanted else []
    known = {record.id: record for record in locked}
    for row in wave:
        if row.known.id is not None and row.known.id not in known:
            row.refuse(Refused(Code.NOT_FOUND, f"There is no such {entity}.", "by"))
    return {at: known[id] for at, id in ids.items() if id in known}


def _by_source(rows: Sequence[Row]) -> dict[str, dict[str, Row]]:
    """The rows that are known by other systems' keys, by system and key."""
    found: dict[str, dict[str, Row]] = {}
    for row in rows:
        if row.known.source_key is not None:
            source, key = row.known.source_key
            found.setdefault(source, {})[key] = row
    return dict(sorted(found.items()))


async def _checked(
    tx: Transaction, entity: str, row: Row, before: Any, policy: ErrorPolicy, now: datetime
) -> Change | None:
    """What the record will be, and what changes in it; nothing where the row is refused."""
    try:
        if before is not None:
            await records.check_version(tx, before, row.expected)
            records.refuse_read_only(entity, before, row.values)
        given = _addressed(row) if before is None else row.values
        values, refused = await records.settled(tx, entity, given, before, now)
    except Refused as one:
        row.refuse(one)
        return None
    if refused:
        row.refuse(*refused)
        lacking = any(one.code is Code.REQUIRED for one in refused)
        if policy is not ErrorPolicy.IGNORE_FAILED or lacking:
            return None
    if before is None:
        return row, None, records.new(entity, values, now), {}
    after, changes = records.outcome(before, values)
    return row, before, after, changes


def _addressed(row: Row) -> Mapping[str, Any]:
    """What a new record is given: the address that it is known by, unless another one is given."""
    return row.values if row.known.email is None else {"email": row.known.email, **row.values}


async def _create(tx: Transaction, entity: str, made: list[Change], now: datetime) -> None:
    if not made:
        return
    await records.begin(tx, entity, [after for _, _, after, _ in made], now)
    for row, _, after, _ in made:
        row.record, row.fate = after, UpsertFate.CREATED
    for source, ours in _by_source([row for row, *_ in made]).items():
        named: dict[str, UUID] = {key: row.record.id for key, row in ours.items()}
        await tx.run("source_keys_add", source, entity, list(named), list(named.values()))
        if entity == "contact":
            await ingest.adopt(tx, source, named, now)


async def _change(tx: Transaction, entity: str, changed: list[Change], now: datetime) -> None:
    alike = []
    for row, before, after, changes in changed:
        row.record = before if not changes else after
        if not changes:
            continue
        row.fate = UpsertFate.UPDATED
        if _ALONE & set(changes) or "stage" in changes or "status" in changes:
            await _write_alone(tx, entity, row, before, changes, now)
        else:
            alike.append((before, changes))
    await writes.update_all(tx, entity, alike, now)
    for row, before, after, changes in changed:
        if changes and row.record is not None:
            await records.follow_up(tx, entity, before, after, now)
    done = [(before, after) for row, before, after, changes in changed if changes and row.record is not None]
    await arrivals.addressed(tx, done, now)


async def _write_alone(
    tx: Transaction, entity: str, row: Row, before: Any, changes: dict[str, Any], now: datetime
) -> None:
    try:
        await records.write(tx, entity, before, changes, now)
    except Refused as refused:
        row.record = None
        row.refuse(refused)
