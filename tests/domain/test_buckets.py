"""Stretches of time follow the clocks and the calendar of a zone, also when clocks are changed."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.buckets import MOST_POINTS, Tally, TimeBucket, borders, shifts
from domain.refusals import Refused

HOUR = timedelta(hours=1)


def _at(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


def _lengths(zone: str, bucket: TimeBucket, start: str, end: str) -> list[float]:
    """How many hours each stretch has, up to where the last of them begins."""
    found = borders(bucket, ZoneInfo(zone), _at(start), _at(end))
    return [(after - before) / HOUR for before, after in pairwise(found)]


@pytest.mark.parametrize(
    ("zone", "start", "end", "hours"),
    [
        ("Europe/Amsterdam", "2026-03-28T00:00+01:00", "2026-04-01T00:00+02:00", [24, 23, 24]),
        ("Europe/Amsterdam", "2026-10-24T00:00+02:00", "2026-10-28T00:00+01:00", [24, 25, 24]),
        ("America/New_York", "2026-03-07T12:00-05:00", "2026-03-10T12:00-04:00", [24, 23, 24]),
        ("Australia/Lord_Howe", "2026-04-04T00:00+11:00", "2026-04-07T00:00+10:30", [24, 24.5]),
        ("Asia/Kolkata", "2026-03-28T00:00+05:30", "2026-03-31T00:00+05:30", [24, 24]),
        ("Pacific/Apia", "2011-12-28T12:00-10:00", "2012-01-01T12:00+14:00", [24, 24, 24]),
        ("America/Sao_Paulo", "2018-11-03T12:00-03:00", "2018-11-06T12:00-02:00", [24, 23, 24]),
    ],
)
def test_a_day_is_as_long_as_its_clocks_say(zone: str, start: str, end: str, hours: list[float]) -> None:
    assert _lengths(zone, TimeBucket.DAY, start, end) == hours


@pytest.mark.parametrize(
    ("zone", "start", "end", "clock"),
    [
        ("Europe/Amsterdam", "2026-03-29T00:30+01:00", "2026-03-29T05:00+02:00", [0, 1, 3, 4]),
        ("Europe/Amsterdam", "2026-10-25T01:00+02:00", "2026-10-25T04:00+01:00", [1, 2, 2, 3]),
        ("Asia/Kathmandu", "2026-03-29T01:00+05:45", "2026-03-29T04:00+05:45", [1, 2, 3]),
        ("Australia/Lord_Howe", "2026-04-05T00:00+11:00", "2026-04-05T03:00+10:30", [0, 1, 1.5, 2]),
        ("Australia/Lord_Howe", "2026-10-04T01:00+10:30", "2026-10-04T04:00+11:00", [1, 2.5, 3]),
    ],
)
def test_an_hour_is_one_of_the_clocks(zone: str, start: str, end: str, clock: list[float]) -> None:
    local = [
        at.astimezone(ZoneInfo(zone)) for at in borders(TimeBucket.HOUR, ZoneInfo(zone), _at(start), _at(end))
    ]
    assert [at.hour + at.minute / 60 for at in local] == clock


def test_weeks_begin_on_monday_and_months_on_the_first() -> None:
    zone, start, end = ZoneInfo("Europe/Amsterdam"), _at("2026-01-01T12:00Z"), _at("2026-04-01T00:00Z")
    weeks = [at.astimezone(zone) for at in borders(TimeBucket.WEEK, zone, start, end)]
    assert {(at.weekday(), at.hour) for at in weeks} == {(0, 0)}
    assert weeks[0].date().isoformat() == "2025-12-29"
    months = [at.astimezone(zone).isoformat() for at in borders(TimeBucket.MONTH, zone, start, end)]
    assert months == [
        "2026-01-01T00:00:00+01:00",
        "2026-02-01T00:00:00+01:00",
        "2026-03-01T00:00:00+01:00",
        "2026-04-01T00:00:00+02:00",
    ]


def test_a_window_without_time_has_no_stretches() -> None:
    at = _at("2026-01-01T12:00Z")
    assert borders(TimeBucket.DAY, ZoneInfo("UTC"), at, at) == []


def test_too_many_stretches_are_refused_with_what_to_do() -> None:
    start, zone = _at("2026-01-01T00:00Z"), ZoneInfo("UTC")
    assert len(borders(TimeBucket.HOUR, zone, start, start + MOST_POINTS * HOUR)) == MOST_POINTS
    with pytest.raises(
        Refused, match=r"more than 2,000 points: choose a larger bucket, or ask for a shorter"
    ):
        borders(TimeBucket.HOUR, zone, start, start + (MOST_POINTS + 1) * HOUR)


@given(
    start=st.datetimes(datetime(1972, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC)),
    days=st.integers(1, 60),
    zone=st.timezones(),
    bucket=st.sampled_from(TimeBucket),
)
def test_stretches_hold_the_window_without_a_gap(
    start: datetime, days: int, zone: ZoneInfo, bucket: TimeBucket
) -> None:
    end = start + timedelta(days=days)
    found = borders(bucket, zone, start, end)
    assert found == sorted(set(found))
    assert found[0] <= start
    assert found[-1] < end
    assert len(found) == 1 or found[1] > start


@given(
    at=st.datetimes(datetime(1900, 1, 2), datetime(2060, 1, 1), timezones=st.just(UTC)), zone=st.timezones()
)
def test_shifts_say_what_the_clocks_say(at: datetime, zone: ZoneInfo) -> None:
    for start in (at, at - timedelta(days=400)):
        known = [seconds for since, seconds in shifts(zone.key, start, at + HOUR)[:1] if since <= start]
        known += [seconds for since, seconds in shifts(zone.key, start, at + HOUR) if since <= at]
        assert timedelta(seconds=known[-1]) == at.astimezone(zone).utcoffset()


def test_stretches_from_now_on_are_left_out_unless_there_is_something() -> None:
    now = _at("2026-01-02T00:00Z")
    days = [now + timedelta(days=day) for day in range(-1, 3)]
    assert Tally.of(days, [], now).beginnings == (days[0],)
    assert Tally.of(days, [(0, days[2], 1)], now).counts([0]) == [0, 0, 1]
    assert Tally.of(days, [], None).counts([0]) == [0, 0, 0, 0]
