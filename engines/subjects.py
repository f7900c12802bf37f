"""Data-subject requests: found out whom they are about, and worked off step by step (domain.md 10.5)."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID
from weakref import WeakKeyDictionary

import orjson

from db import subjects, writes
from db.database import Database, Transaction
from db.ids import uuid7
from domain.protection import DataSubjectRequest, RequestStatus, RequestType
from domain.records import Contact, Lead
from domain.refusals import Code, Refused
from engines import erasure, kept, named, records, redaction, removals, suppression

CHUNK = 2_000
"""So many interactions are read in one step."""
LARGEST_SHOWN = 10_000
"""What holds more is given as a file alone."""
_NOBODY = UUID(int=0)
"""Stands for what carries an address and is tied to no contact: worked off while the address is known."""
_DIGITS = 7
_bells: WeakKeyDictionary[Database, asyncio.Event] = WeakKeyDictionary()


class Failed(Exception):
    """A request could not be worked off; the message says why."""

    def __init__(self, id: UUID, message: str) -> None:
        super().__init__(message)
        self.id = id


def bell(db: Database) -> asyncio.Event:
    """What wakes whoever works off the requests of this process."""
    return _bells.setdefault(db, asyncio.Event())


async def create(
    tx: Transaction, kind: RequestType, given: Mapping[str, Any], now: datetime
) -> DataSubjectRequest:
    """A new request, about whoever has this id, e-mail address or telephone number."""
    told = named.checked({"name": given.get("name"), "phone": given.get("phone")}, new=True)
    sought = {key: given.get(key) for key in ("contact_id", "email")} | {"phone": told["phone"]}
    if sum(value is not None for value in sought.values()) != 1:
        message = "Say whom it is about by exactly one of contactId, email and phone."
        raise Refused(Code.INVALID, message, "contact_id")
    if sought["contact_id"] is not None:
        await records.locked(tx, "contact", sought["contact_id"], "contact_id")
    made = replace(_new(kind, told["name"], now), **_sought(sought), created_by=tx.actor)
    await writes.insert(tx, "data_subject_request", [made])
    return made


def _new(kind: RequestType, name: str, now: datetime) -> DataSubjectRequest:
    return DataSubjectRequest(
        id=uuid7(now),
        version=1,
        created_at=now,
        updated_at=now,
        completed_at=None,
        name=name,
        type=kind,
        contact_id=None,
        email=None,
        phone=None,
        status=RequestStatus.IN_PROGRESS,
        located=False,
        contacts=0,
        done=0,
        total=0,
        error=None,
        created_by=None,
    )


def _sought(sought: Mapping[str, Any]) -> dict[str, Any]:
    """What the person is found by, as it is kept."""
    found = dict(sought)
    if found["email"] is not None:
        try:
            found["email"] = kept.email(found["email"].strip())
        except kept.Unfit as unfit:
            raise Refused(Code.INVALID, str(unfit), "email") from None
    if found["phone"] is not None and sum(letter.isdigit() for letter in found["phone"]) < _DIGITS:
        message = f"A telephone number that somebody can be found by has {_DIGITS} digits at least."
        raise Refused(Code.INVALID, message, "phone")
    return found


async def advance(db: Database, now: datetime) -> bool:
    """One step of the oldest request; whether there was one. What a fault interrupts is done anew."""
    try:
        return await db.write(_step, None, None, now)
    except Failed as failed:
        await db.write(_fail, None, None, failed, now)
        if isinstance(failed.__cause__, Refused):
            return True
        raise


async def _fail(tx: Transaction, failed: Failed, now: datetime) -> None:
    await tx.run("request_fail", failed.id, str(failed), now)


async def _step(tx: Transaction, now: datetime) -> bool:
    claimed = await tx.records(DataSubjectRequest, "request_claim")
    for request in claimed:
        tx.actor = request.created_by
        try:
            await (_work(tx, request, now) if request.located else _locate(tx, request, now))
        except subjects.PASSING:
            raise
        except Refused as refused:
            raise Failed(request.id, refused.message) from refused
        except Exception as fault:
            raise Failed(request.id, "It could not be done: the server's log says why.") from fault
    return bool(claimed)


async def _locate(tx: Transaction, request: DataSubjectRequest, now: datetime) -> None:
    """Finds out whom the request is about."""
    found = [] if request.contact_id is None else [request.contact_id]
    if request.email is not None:
        found = [row["id"] for row in await tx.rows("subjects_by_email", request.email)]
    if request.phone is not None:
        found = [row["id"] for row in await tx.rows("subjects_by_phone", request.phone)]
    (size,) = await tx.rows("subjects_size", found)
    nobody = [] if request.email is None else [_NOBODY]
    await tx.run("subjects_add", request.id, [*nobody, *found])
    await tx.run("request_located", request.id, len(found), len(found) + size["n"], now)


async def _work(tx: Transaction, request: DataSubjectRequest, now: datetime) -> None:
    """The next step for the next person, or the end."""
    waiting = await tx.rows("subject_next", request.id)
    if not waiting:
        await tx.run("request_complete", request.id, now)
        return
    id: UUID = waiting[0]["contact_id"]
    if id == _NOBODY:
        await _work_without_contact(tx, request, now)
        done, over = 0, True
    elif request.type is RequestType.EXPORT:
        done, over = await _export(tx, request, id)
    else:
        (size,) = await tx.rows("subjects_size", [id])
        act = redaction.redact if request.type is RequestType.REDACT else _remove
        await act(tx, id, now)
        done, over = 1 + size["n"], True
    if over:
        await tx.run("subject_done", request.id, id)
    await tx.run("request_advance", request.id, done, now)


async def _remove(tx: Transaction, contact_id: UUID, now: datetime) -> None:
    await records.remove(tx, "contact", contact_id, now)


async def _export(tx: Transaction, request: DataSubjectRequest, contact_id: UUID) -> tuple[int, bool]:
    """Reads the contact with what hangs on it, then its interactions; how many, and whether that was all."""
    (last, *_) = [*await tx.rows("part_last", contact_id, request.id), None]
    if last is None:
        contact: Contact = await records.locked(tx, "contact", contact_id)
        data: Any = await subjects.held(tx, contact)
        await tx.run("part_add", contact_id, request.id, 1, None, None, data)
        return 1, False
    data, end = await subjects.interactions(tx, contact_id, last, CHUNK)
    await tx.run("part_add", contact_id, request.id, last["number"] + 1, *(end or (None, None)), data)
    return len(data), end is None


async def _work_without_contact(tx: Transaction, request: DataSubjectRequest, now: datetime) -> None:
    """What carries the address and is tied to no contact is told, or taken away."""
    if request.email is None:
        return
    if request.type is RequestType.EXPORT:
        data = await subjects.of_address(tx, request.email)
        await tx.run("part_add", _NOBODY, request.id, 1, None, None, data)
        return
    await suppression.forget_address(tx, request.email)
    await tx.run("orphans_forget", _NOBODY, [request.email.lower()])
    values: list[str] = []
    for lead in await tx.records(Lead, "leads_of_address", request.email):
        values += _texts(lead)
        if lead.account_id is None and request.type is RequestType.DELETE:
            await removals.lead_goes(tx, lead, None, now)
            await writes.delete(tx, "lead", lead)
        else:
            await erasure.blank_lead(tx, lead, _texts(lead), now)
    await erasure.forget_requests(tx, None, [request.email.lower()], [], values, now)


def _texts(lead: Lead) -> list[str]:
    names = (lead.full_name, lead.last_name, lead.first_name, lead.email, lead.business_phone)
    return [text for text in names if text]


async def written(db: Database, request: DataSubjectRequest) -> AsyncIterator[bytes]:
    """What was found, as the file gives it: a piece at a time, however much it is."""
    head = {"name": request.name, "createdAt": request.created_at, "completedAt": request.completed_at}
    yield b'{"request":' + orjson.dumps(head) + b',"people":['
    reads, place, opened = db.reads(), (_NOBODY, 0), False
    apart = b""
    while rows := await reads.rows("parts_of_request", request.id, *place):
        (part,) = rows
        data = orjson.dumps(part["data"])
        if part["contact_id"] == _NOBODY:
            apart = data
        elif part["number"] == 1:
            yield (b"]}," if opened else b"") + data[:-1] + b',"interactions":['
            opened = True
        else:
            yield (b"," if part["number"] > 2 and data != b"[]" else b"") + data[1:-1]
        place = (part["contact_id"], part["number"])
    yield (b"]}" if opened else b"") + b"]" + (b',"withoutContact":' + apart if apart else b"") + b"}"


async def data(db: Database, request: DataSubjectRequest) -> Any:
    """What was found, at once; None where there is no file, or too much to show."""
    if request.file is None or request.total > LARGEST_SHOWN:
        return None
    return orjson.loads(b"".join([piece async for piece in written(db, request)]))
