"""Windows fall apart into whole days and edges, and nothing is lost or counted twice between them."""

from datetime import UTC, datetime, time, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.windows import Window, twelve_months_before

START = datetime(2026, 3, 1, tzinfo=UTC)
moments = st.integers(0, 5 * 24 * 60).map(lambda minute: START + timedelta(minutes=minute))


@given(ends=st.tuples(st.none() | moments, st.none() | moments), at=moments)
def test_each_moment_inside_lies_in_one_whole_day_or_edge_and_no_other_does(
    ends: tuple[datetime | None, datetime | None], at: datetime
) -> None:
    if None not in ends and ends[0] > ends[1]:  # type: ignore[operator]
        ends = ends[1], ends[0]
    window = Window(*ends)
    first, last = window.days()
    whole = (first is None or at.date() >= first) and (last is None or at.date() < last)
    in_edges = sum(begin <= at < end for begin, end in window.edges() or ())
    inside = (ends[0] is None or at >= ends[0]) and (ends[1] is None or at < ends[1])
    assert whole + in_edges == inside


def test_a_window_of_whole_days_has_no_edges() -> None:
    assert Window(START, START + timedelta(days=3)).edges() is None
    assert Window(START, None).edges() is None
    assert Window().is_open


def test_days_are_days_of_utc_whatever_the_offset() -> None:
    jakarta = timezone(timedelta(hours=7))
    window = Window(datetime(2026, 3, 2, 7, tzinfo=jakarta), datetime(2026, 3, 5, 7, tzinfo=jakarta))
    assert window.edges() is None
    assert [str(day) for day in window.days()] == ["2026-03-02", "2026-03-05"]


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        ("2026-11-22T15:30:00+00:00", "2025-11-22"),
        ("2024-02-29T00:00:00+00:00", "2023-02-28"),
        ("2026-01-01T01:00:00+02:00", "2024-12-31"),
    ],
)
def test_twelve_months_before_is_the_start_of_a_day(now: str, expected: str) -> None:
    found = twelve_months_before(datetime.fromisoformat(now))
    assert (str(found.date()), found.timetz()) == (expected, time(tzinfo=UTC))
