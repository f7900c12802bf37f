"""What events came to, and how lists grew, equals a recount of their records."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from db.attendance import Attendances, Participants, Sizes, TurnoverByBucket, Turnovers
from db.database import Database, Transaction
from db.ids import uuid7
from db.loaders import Loaders
from domain.attendance import Attendance
from domain.event_options import CheckInType
from domain.turnover import Turn
from domain.windows import Window
from engines import segments
from tests.engines.test_recount import NOW, START, moments, windows

PEOPLE = 4
people = st.integers(0, PEOPLE - 1)


@dataclass(frozen=True)
class Came:
    """What was done about an event."""

    who: int
    at: datetime
    what: str


@dataclass(frozen=True)
class Stay:
    """A stay on a list."""

    who: int
    at: datetime
    until: datetime | None


done = st.builds(Came, people, moments, st.sampled_from(("register", "cancel", "event", "session", "wait")))
lengths = st.none() | st.integers(0, 400)
stays = st.builds(
    lambda who, at, hours: Stay(who, at, None if hours is None else at + timedelta(hours=hours)),
    people,
    moments,
    lengths,
)


def within(window: Window, at: datetime) -> bool:
    """Whether the moment lies in the window."""
    return (window.from_at is None or at >= window.from_at) and (window.to_at is None or at < window.to_at)


async def _contacts(tx: Transaction) -> list[UUID]:
    ids = [uuid7(NOW) for _ in range(PEOPLE)]
    rows = [(id, NOW, NOW, f"Person {at}") for at, id in enumerate(ids)]
    await tx.copy("contact", ("id", "created_at", "updated_at", "last_name"), rows)
    return ids


async def _event(tx: Transaction, ids: Sequence[UUID], told: Iterable[Came]) -> UUID:
    event = uuid7(NOW)
    row = (event, NOW, NOW, "Fair", START, NOW)
    await tx.copy("event", ("id", "created_at", "updated_at", "name", "starts_at", "ends_at"), [row])
    for one in told:
        kept = {"contact_id": ids[one.who], "id": uuid7(NOW), "updated_at": NOW, "event_id": event}
        match one.what:
            case "register" | "cancel":
                rest = {"created_at": one.at, "is_canceled": one.what == "cancel"}
                await _insert(tx, "event_registration", kept | rest)
            case "wait":
                await _insert(tx, "waitlist_item", kept | {"created_at": one.at})
            case _:
                type = CheckInType.EVENT if one.what == "event" else CheckInType.SESSION
                rest = {"created_at": NOW, "checked_in_at": one.at, "type": int(type)}
                await _insert(tx, "check_in", kept | rest)
    return event


async def _insert(tx: Transaction, table: str, row: dict[str, Any]) -> None:
    await tx.copy(table, tuple(row), [tuple(row.values())])


@given(told=st.lists(done, max_size=15), window=windows)
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
async def test_what_an_event_came_to_equals_a_recount(
    database: Database, told: list[Came], window: Window
) -> None:
    async with database.transaction() as tx:
        ids = await _contacts(tx)
        event = await _event(tx, ids, told)
    loaders = Loaders(database.reads())
    seen = [one for one in told if within(window, one.at)]
    count = {
        what: [one for one in seen if one.what == what]
        for what in ("register", "cancel", "event", "session", "wait")
    }
    found = await loaders.load(Attendances(window), event)
    registrations = len(count["register"]) + len(count["cancel"])
    attendees = len({one.who for one in count["event"]})
    kept = (registrations, len(count["cancel"]), len(count["event"]), len(count["session"]), attendees)
    assert found == Attendance(event, *kept, len(count["wait"]))
    assert found.attendance_rate == (attendees / len(count["register"]) if count["register"] else None)
    await _compare_participants(loaders, window, event, ids, seen)


async def _compare_participants(
    loaders: Loaders, window: Window, event: UUID, ids: Sequence[UUID], seen: Iterable[Came]
) -> None:
    by: defaultdict[int, list[Came]] = defaultdict(list)
    for one in seen:
        if one.what != "wait":
            by[one.who].append(one)
    expected = {}
    for who, each in by.items():
        came = [one.at for one in each if one.what in ("event", "session")]
        registered = [one for one in each if one.what in ("register", "cancel")]
        gone = bool(registered) and all(one.what == "cancel" for one in registered)
        first = min((one.at for one in registered), default=None)
        expected[ids[who]] = (first, gone, len(came), max(came, default=None))
    found = await loaders.load(Participants(window, 10), event)
    told = [(one.registered_at, one.is_canceled, one.check_ins, one.last_check_in_at) for one in found]
    assert dict(zip([one.contact_id for one in found], told, strict=True)) == expected
    assert [one.check_ins for one in found] == sorted((one.check_ins for one in found), reverse=True)


@given(told=st.lists(stays, max_size=12), window=windows)
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
async def test_how_a_list_grew_equals_a_recount(database: Database, told: list[Stay], window: Window) -> None:
    list_id = uuid7(NOW)
    async with database.transaction() as tx:
        ids = await _contacts(tx)
        row = {"id": list_id, "created_at": NOW, "updated_at": NOW, "name": "News"}
        await _insert(tx, "subscription_list", row)
        kept = [one for at, one in enumerate(told) if one.until or not _is_on(told[:at], one.who)]
        for one in kept:
            left = {"left_at": one.until, "left_via": "STAFF" if one.until else None}
            stay = {"contact_id": ids[one.who], "id": uuid7(NOW), "list_id": list_id, "joined_at": one.at}
            await _insert(tx, "subscription", stay | {"joined_via": "STAFF"} | left)
    end = window.to_at or NOW
    loaders = Loaders(database.reads())
    found = await loaders.load(Turnovers(window, end), list_id)
    assert found.joined == sum(within(window, one.at) for one in kept)
    assert found.departed == sum(one.until is not None and within(window, one.until) for one in kept)
    assert found.members == _there(kept, end)
    beginnings = tuple(
        START + timedelta(days=days) for days in range(0, 30, 3) if START + timedelta(days) < end
    )
    if beginnings:
        turns = await loaders.load(TurnoverByBucket(beginnings, end), list_id)
        assert turns == tuple(_turns(kept, beginnings, end))


def _is_on(told: Iterable[Stay], who: int) -> bool:
    return any(one.who == who and one.until is None for one in told)


def _there(kept: Iterable[Stay], at: datetime) -> int:
    return sum(one.at < at and (one.until is None or one.until >= at) for one in kept)


def _turns(kept: Sequence[Stay], beginnings: Sequence[datetime], end: datetime) -> Iterable[Turn]:
    for at, until in zip(beginnings, (*beginnings[1:], end), strict=True):
        stretch = Window(at, until)
        joined = sum(within(stretch, one.at) for one in kept)
        departed = sum(one.until is not None and within(stretch, one.until) for one in kept)
        yield Turn(at, joined, departed, _there(kept, until))


async def test_a_segments_size_is_shown_over_time(database: Database) -> None:
    """Each change of members tells how many there are; until the next, that holds on."""
    async with database.transaction() as tx:
        ids = await _contacts(tx)
        made = await segments.SEGMENTS.create(tx, {"name": "Fair-goers"}, START)
        await segments.add(tx, made.id, ids[:3], START + timedelta(days=2))
        await segments.take_out(tx, made.id, ids[:1], START + timedelta(days=2, hours=5))
        await segments.add(tx, made.id, ids[:2], START + timedelta(days=9))
        await segments.add(tx, made.id, ids[:2], START + timedelta(days=11))
    beginnings = tuple(START + timedelta(days=days) for days in (0, 1, 2, 5, 9, 12))
    loaders = Loaders(database.reads())
    found = await loaders.load(Sizes(beginnings, NOW), made.id)
    assert [one.members for one in found] == [None, None, 2, 2, 3, 3]
    cut = await loaders.load(Sizes(beginnings[3:], START + timedelta(days=9)), made.id)
    assert [one.members for one in cut] == [2, 2, 2]
    assert [one.at for one in cut] == list(beginnings[3:])
