"""Windows before, months between, and the way to the lead."""

from datetime import UTC, datetime

import pytest

from domain.funnels import funnel, months_after, months_between, per_month, window_before
from domain.insights import EmailInsights, Insights
from domain.windows import Window


def at(year: int, month: int, day: int = 1, hour: int = 0) -> datetime:
    """A moment."""
    return datetime(year, month, day, hour, tzinfo=UTC)


NOW = at(2026, 11, 1, 12)


@pytest.mark.parametrize(
    ("start", "end", "months"),
    [
        (at(2025, 11), at(2026, 11), 12),
        (at(2026, 2), at(2026, 3), 1),
        (at(2026, 1, 31), at(2026, 2, 28), 1),
        (at(2026, 1, 31), at(2026, 3, 31), 2),
        (at(2026, 9), at(2026, 9, 16), 0.5),
        (at(2025, 11), at(2026, 11, 16), 12.5),
    ],
)
def test_months_are_those_of_the_calendar(start: datetime, end: datetime, months: float) -> None:
    assert months_between(start, end) == months


def test_a_month_later_is_the_same_day_or_the_last() -> None:
    assert months_after(at(2026, 1, 31), 1) == at(2026, 2, 28)
    assert months_after(at(2026, 12, 5), 13) == at(2028, 1, 5)


def test_the_window_before_has_the_same_length_and_the_usual_one_twelve_months() -> None:
    assert window_before(Window(at(2025, 11)), True, NOW) == Window(at(2024, 11), at(2025, 11))
    assert window_before(Window(at(2026, 9), at(2026, 10)), False, NOW) == Window(at(2026, 8, 2), at(2026, 9))
    assert window_before(Window(at(2026, 11), None), False, NOW) == Window(at(2026, 10, 31, 12), at(2026, 11))


def test_there_is_no_window_before_the_beginning_of_time() -> None:
    assert window_before(Window(None, NOW), False, NOW) is None
    assert window_before(Window(at(1901, 1), at(2199, 1)), False, NOW) is None


def test_what_was_done_in_a_month_needs_a_beginning() -> None:
    assert per_month(Insights(), Window(), NOW) is None
    assert per_month(Insights(), Window(at(2026, 1), at(2026, 7)), NOW) == 0.0


def test_a_step_after_nobody_has_no_rate() -> None:
    steps = funnel(EmailInsights(sent=4, delivered=2))
    assert [(step.count, step.rate) for step in steps] == [
        (4, None),
        (4, 1.0),
        (2, 0.5),
        (0, 0.0),
        (0, None),
        (0, None),
        (0, None),
    ]
