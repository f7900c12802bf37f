"""Takes in accounts, contacts, leads and opportunities as other systems know them, each by its key."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from db import writes
from db.database import Transaction
from db.ids import uuid7
from db.rows import to_record
from domain.intake import (
    DEFAULTS,
    ENTITIES,
    REFERENCES,
    Fate,
    Incoming,
    Key,
    Received,
    Record,
    changes,
    missing,
)
from domain.options import ConsentLevel
from domain.pipeline import LeadState, StageCause
from domain.protection import ConsentSource
from domain.records import Contact, Lead
from domain.refusals import Refused
from engines import consent, custom_fields, ingest, memberships, rules, stages
from engines.arrivals import addressed
from engines.consent import Because, LevelChange
from engines.records import placed


@dataclass(slots=True)
class _Arrival:
    """A record on its way in: where it stood in the batch, which record it is, what it will hold."""

    at: int
    incoming: Incoming
    id: UUID | None = None
    known: Record | None = None
    values: Mapping[str, Any] | None = None
    changed: Mapping[str, Any] | None = None
    after: Record | None = None
    received: Received | None = None
    new: bool = False


async def receive(tx: Transaction, batch: Sequence[Incoming], now: datetime) -> list[Received]:
    """Creates or updates each record handed in; the answers stand in the order of the batch."""
    arrivals = [_Arrival(at, incoming) for at, incoming in enumerate(batch)]
    for source in sorted({incoming.source for incoming in batch}):
        await tx.rows("intake_lock", source)
        for entity in ENTITIES:
            ours = [a for a in arrivals if a.incoming.source == source and a.incoming.entity == entity]
            for wave in _waves(ours):
                await _take(tx, source, entity, wave, now)
    return [arrival.received or Received(Fate.UNCHANGED) for arrival in arrivals]


def _waves(arrivals: Iterable[_Arrival]) -> Iterator[list[_Arrival]]:
    """Rows about one record come one after the other, each seeing what the one before has done."""
    waiting = list(arrivals)
    while waiting:
        seen: set[str] = set()
        wave: list[_Arrival] = []
        later: list[_Arrival] = []
        for arrival in waiting:
            keys, email = set(arrival.incoming.keys), arrival.incoming.values.get("email")
            known_by = keys | {f"email {email}".lower()} if email else keys
            names = known_by if arrival.incoming.by_email else keys
            (later if seen & names else wave).append(arrival)
            seen |= known_by
        yield wave
        waiting = later


async def _take(tx: Transaction, source: str, entity: str, wave: list[_Arrival], now: datetime) -> None:
    await _recognise(tx, source, entity, wave)
    await _resolve(tx, source, wave)
    await _compare(tx, entity, wave)
    await _ask_rules(tx, entity, [arrival for arrival in wave if arrival.received is None], now)
    accepted = [arrival for arrival in wave if arrival.received is None]
    await _create(tx, entity, [a for a in accepted if a.known is None], now)
    for arrival in accepted:
        if arrival.known is not None and arrival.changed:
            await _change(tx, entity, arrival, now)
    accepted = [arrival for arrival in accepted if arrival.received is None]
    if entity == "contact":
        await consent.log(tx, [_level_change(a) for a in accepted], now, Because(ConsentSource.IMPORT))
    await _name(tx, source, entity, accepted, now)
    await addressed(tx, [(arrival.known, arrival.after) for arrival in accepted], now)


def _level_change(arrival: _Arrival) -> LevelChange:
    """What a contact's arrival does to its consent level."""
    assert arrival.id is not None
    old = arrival.known.consent_level if isinstance(arrival.known, Contact) else ConsentLevel.NONE
    return LevelChange(arrival.id, old, (arrival.changed or {}).get("consent_level", old))


async def _recognise(tx: Transaction, source: str, entity: str, wave: list[_Arrival]) -> None:
    """Which record each one is: by a key, else by its address."""
    known = await _find_keys(tx, source, entity, (key for a in wave for key in a.incoming.keys))
    for arrival in wave:
        arrival.id = next((known[key] for key in arrival.incoming.keys if key in known), None)
    nameless = [a for a in wave if a.id is None and a.incoming.by_email and a.incoming.values.get("email")]
    if nameless:
        addresses = [str(a.incoming.values["email"]).lower() for a in nameless]
        found = {row["email"]: row["id"] for row in reversed(await tx.rows(f"{entity}s_by_email", addresses))}
        for arrival, address in zip(nameless, addresses, strict=True):
            arrival.id = found.get(address)


async def _find_keys(tx: Transaction, source: str, entity: str, keys: Iterable[str]) -> dict[str, UUID]:
    wanted = list(dict.fromkeys(keys))
    if not wanted:
        return {}
    rows = await tx.rows("source_keys_find", source, entity, wanted)
    return {row["key"]: row["record_id"] for row in rows}


async def _resolve(tx: Transaction, source: str, wave: list[_Arrival]) -> None:
    """Puts ids in the place of keys of other records."""
    named: defaultdict[str, list[str]] = defaultdict(list)
    for arrival in wave:
        for name, value in arrival.incoming.values.items():
            if isinstance(value, Key):
                named[REFERENCES[name]].append(value.key)
    found = {entity: await _find_keys(tx, source, entity, keys) for entity, keys in named.items()}
    for arrival in wave:
        arrival.values = _with_ids(arrival, found)


def _with_ids(arrival: _Arrival, found: Mapping[str, Mapping[str, UUID]]) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for name, value in arrival.incoming.values.items():
        if not isinstance(value, Key):
            values[name] = writes.plain(value) if name == "attributes" else value
        elif value.key in found[REFERENCES[name]]:
            values[name] = found[REFERENCES[name]][value.key]
        else:
            reason = f"No {REFERENCES[name]} has the key {value.key!r}."
            arrival.received = Received(Fate.REFUSED, name, reason)
    return values


async def _compare(tx: Transaction, entity: str, wave: list[_Arrival]) -> None:
    """What each one changes in the record that is there."""
    ids = [arrival.id for arrival in wave if arrival.id is not None]
    records = await tx.records(ENTITIES[entity], f"{entity}_locked", ids) if ids else []
    known = {record.id: record for record in records}
    for arrival in wave:
        arrival.known = known.get(arrival.id) if arrival.id is not None else None
        assert arrival.values is not None
        if "custom" in arrival.values and arrival.received is None:
            await _fill_custom_fields(tx, entity, arrival, arrival.values)
        lacking = missing(entity, arrival.known, arrival.values)
        if lacking and arrival.received is None:
            arrival.received = Received(Fate.REFUSED, lacking, f"The {entity} needs a {lacking}.")
        arrival.changed = changes(arrival.incoming, arrival.known, arrival.values)


async def _fill_custom_fields(
    tx: Transaction, entity: str, arrival: _Arrival, values: Mapping[str, Any]
) -> None:
    """What the record will hold in the fields that the team has added."""
    held: Any = getattr(arrival.known, "custom", {})
    try:
        custom = await custom_fields.brought(tx, entity, held, values["custom"], fill=arrival.incoming.fill)
        arrival.values = {**values, "custom": custom}
    except Refused as refused:
        arrival.received = Received(Fate.REFUSED, ".".join(refused.path), refused.message)


async def _ask_rules(tx: Transaction, entity: str, arrivals: list[_Arrival], now: datetime) -> None:
    """Refuses what would break a rule; what passes is known as it will be."""
    for arrival in arrivals:
        known, changed = arrival.known, dict(arrival.changed or {})
        if isinstance(known, Contact):
            changed = placed(changed, changed)
        arrival.after = _new_record(entity, arrival, now) if known is None else replace(known, **changed)
    pairs = [(arrival.known, arrival.after) for arrival in arrivals if arrival.after is not None]
    broken = await rules.broken(tx, entity, pairs)
    for arrival, refused in zip(arrivals, broken, strict=True):
        if refused:
            name = refused[0].path[0] if refused[0].path else None
            arrival.received = Received(Fate.REFUSED, name, refused[0].message)


async def _create(tx: Transaction, entity: str, arrivals: list[_Arrival], now: datetime) -> None:
    records = []
    for arrival in arrivals:
        assert arrival.after is not None
        arrival.id, arrival.new = arrival.after.id, True
        records.append(arrival.after)
    await writes.insert(tx, entity, records)
    if entity == "contact":
        await _open_memberships(tx, arrivals, [r for r in records if isinstance(r, Contact)])
    if entity == "lead":
        await stages.enter(tx, [r for r in records if isinstance(r, Lead)], StageCause.AUTOMATIC)
    if entity == "opportunity" and records:
        await _tell_leads(tx, [record.id for record in records], now)


async def _tell_leads(tx: Transaction, opportunities: list[UUID], now: datetime) -> None:
    """The leads from which opportunities came know them, each the first."""
    rows = await tx.rows("leads_of_opportunities", opportunities)
    for row in {row["id"]: row for row in reversed(rows)}.values():
        known = to_record(Lead, row)
        await writes.update(tx, "lead", known, {"qualifying_opportunity_id": row["made_id"]}, now)


def _new_record(entity: str, arrival: _Arrival, now: datetime) -> Record:
    kind: Callable[..., Record] = ENTITIES[entity]
    incoming, changed = arrival.incoming, dict(arrival.changed or {})
    created_at = changed.get("created_at", now)
    id = uuid7(created_at, f"{incoming.source}\x1f{entity}\x1f{incoming.keys[0]}")
    made = {
        "id": id,
        "home_id": changed.get("contact_id") or id,
        "version": 1,
        "created_at": created_at,
        "updated_at": created_at,
        "full_name": "",
        "attributes": {},
    }
    if changed.get("state", LeadState.OPEN) != LeadState.OPEN and entity == "lead":
        made["closed_at"] = now
    values: dict[str, Any] = made | dict(DEFAULTS[entity]) | changed
    record: Record = kind(**{f.name: values.get(f.name) for f in fields(ENTITIES[entity])})
    return record


async def _open_memberships(tx: Transaction, arrivals: list[_Arrival], contacts: list[Contact]) -> None:
    stays = [
        (contact.id, arrival.incoming.since or contact.created_at, contact.account_id)
        for arrival, contact in zip(arrivals, contacts, strict=True)
        if contact.account_id is not None
    ]
    if stays:
        await tx.run("memberships_add", *map(list, zip(*stays, strict=True)))


async def _change(tx: Transaction, entity: str, arrival: _Arrival, now: datetime) -> None:
    known, changed = arrival.known, dict(arrival.changed or {})
    assert known is not None
    if isinstance(known, Contact) and "account_id" in changed:
        try:
            moved_at = arrival.incoming.since or now
            await memberships.shift(tx, known, changed, moved_at, now)
        except Refused as refused:
            arrival.received = Received(Fate.REFUSED, "account_id", refused.message)
        return
    if isinstance(known, Lead):
        changed |= await stages.follow(tx, known, changed, now)
    await writes.update(tx, entity, known, changed, now)


async def _name(tx: Transaction, source: str, entity: str, accepted: list[_Arrival], now: datetime) -> None:
    """Remembers the keys, and gives a contact the interactions that waited for them."""
    named = {key: a.id for a in accepted for key in a.incoming.keys if a.id is not None}
    if named:
        await tx.run("source_keys_add", source, entity, list(named), list(named.values()))
    for arrival in accepted:
        fate = Fate.CREATED if arrival.new else Fate.UPDATED if arrival.changed else Fate.UNCHANGED
        arrival.received = Received(fate)
    if entity == "contact" and named:
        await ingest.adopt(tx, source, named, now)
