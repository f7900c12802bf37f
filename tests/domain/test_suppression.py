"""An address is listed by its history, in whatever order and however often that is told (domain.md 8.6)."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from random import Random
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.suppression import (
    AddressEvent,
    AddressState,
    Happening,
    Standing,
    SuppressionCause,
    standing,
)

BEGINNING = datetime(2026, 1, 1, tzinfo=UTC)
KINDS = {
    "s": Happening.SOFT_BOUNCE,
    "h": Happening.HARD_BOUNCE,
    "d": Happening.DELIVERY,
    "c": Happening.COMPLAINT,
    "+": Happening.ADDED,
    "-": Happening.REMOVED,
}
NOT, ON, BLOCKED = AddressState


def day(number: float) -> datetime:
    return BEGINNING + timedelta(days=number)


def history(days: str) -> list[AddressEvent]:
    """What happened, a letter for each day; of a point, nothing."""
    return [
        AddressEvent(day(at), UUID(int=at), KINDS[letter], UUID(int=1000 + at))
        for at, letter in enumerate(days)
        if letter in KINDS
    ]


@pytest.mark.parametrize(
    ("days", "at", "state", "times", "run"),
    [
        ("", 1, NOT, 0, 0),
        ("d", 1, NOT, 0, 0),
        ("ssss", 4, NOT, 0, 4),
        ("sssss", 5, ON, 1, 5),
        ("ssssds", 6, NOT, 0, 1),
        ("ssssdsssss", 10, ON, 1, 5),
        ("sssssss", 7, ON, 1, 5),
        ("h", 1, ON, 1, 0),
        ("h", 6.9, ON, 1, 0),
        ("h", 7, NOT, 1, 0),
        ("hhh", 6, ON, 1, 0),
        ("hd", 6, ON, 1, 0),
        ("h......h", 20.9, ON, 2, 0),
        ("h......h", 21, NOT, 2, 0),
        ("h......h.............h", 50.9, ON, 3, 0),
        ("h......h.............h", 51, NOT, 3, 0),
        ("h......h.............h" + 29 * "." + "h", 230.9, ON, 4, 0),
        ("h......h.............h" + 29 * "." + "h", 231, NOT, 4, 0),
        ("sssss......ssss", 20, NOT, 1, 4),
        ("sssss......sssss", 20, ON, 2, 5),
        ("c", 9_999, BLOCKED, 1, 0),
        ("hc", 9_999, BLOCKED, 2, 0),
        ("c-", 9_999, BLOCKED, 1, 0),
        ("cd", 9_999, BLOCKED, 1, 0),
        ("h-", 1.5, NOT, 1, 0),
        ("h-h", 15.9, ON, 2, 0),
        ("ssss-s", 6, NOT, 0, 1),
        ("+", 9_999, ON, 0, 0),
        ("+h", 9_999, ON, 0, 0),
        ("h+", 9_999, ON, 1, 0),
        ("+-", 2, NOT, 0, 0),
        ("+-h", 3, ON, 1, 0),
        ("-", 1, NOT, 0, 0),
    ],
)
def test_how_an_address_stands_after_its_history(
    days: str, at: float, state: AddressState, times: int, run: int
) -> None:
    found = standing(history(days))
    assert (found.state(day(at)), found.times_listed, found.consecutive_soft_bounces) == (
        state,
        times,
        run,
    )


def test_an_address_is_listed_from_its_moment_on() -> None:
    found = standing(history(".h"))
    assert (found.state(day(0.9)), found.state(day(1))) == (NOT, ON)
    assert (found.cause, found.listed_at, found.until) == (SuppressionCause.HARD_BOUNCE, day(1), day(8))


def test_one_message_that_is_tried_again_and_again_bounces_once() -> None:
    tries = [AddressEvent(day(at), UUID(int=at), Happening.SOFT_BOUNCE, UUID(int=7)) for at in range(9)]
    assert standing(tries).consecutive_soft_bounces == 1
    unnamed = [AddressEvent(one.at, one.id, one.kind) for one in tries[:5]]
    assert standing(unnamed).cause is SuppressionCause.SOFT_BOUNCES


def test_what_happens_at_one_moment_has_an_order_of_its_own() -> None:
    at_once = [
        AddressEvent(day(1), UUID(int=number), kind) for number, kind in enumerate((*Happening, *Happening))
    ]
    assert standing(at_once) == standing(reversed(at_once))


EVENTS = st.lists(
    st.builds(
        lambda at, number, kind, sending: AddressEvent(
            day(at), UUID(int=number), kind, UUID(int=sending) if sending else None
        ),
        st.integers(0, 60),
        st.integers(1, 10_000),
        st.sampled_from(
            [Happening.SOFT_BOUNCE] * 6 + [Happening.HARD_BOUNCE, Happening.DELIVERY] + list(Happening)
        ),
        st.integers(0, 5),
    ),
    max_size=30,
    unique_by=lambda event: event.id,
)


def one_by_one(events: Iterable[AddressEvent]) -> Standing:
    """The same rule, written as somebody would who keeps a list and looks back through it."""
    past = sorted(events, key=lambda event: (event.at, list(Happening).index(event.kind), event.id))
    cause, times, listed_at, until = None, 0, None, None
    run: list[AddressEvent] = []
    for event in past:
        listed = listed_at is not None and (until is None or event.at < until)
        if event.kind is Happening.COMPLAINT:
            kept = len({one.sending or one.id for one in run})
            return Standing(SuppressionCause.COMPLAINT, times + 1, kept, event.at, None, True)
        if event.kind in (Happening.DELIVERY, Happening.REMOVED):
            run = []
        if event.kind is Happening.REMOVED and listed:
            until = event.at
        if event.kind is Happening.ADDED:
            cause, listed_at, until = SuppressionCause.STAFF, event.at, None
        if listed or event.kind not in (Happening.SOFT_BOUNCE, Happening.HARD_BOUNCE):
            continue
        if event.kind is Happening.SOFT_BOUNCE:
            over = len({one.sending or one.id for one in run}) == 5
            run = [event] if over else [*run, event]
        else:
            run = []
        if event.kind is Happening.HARD_BOUNCE or len({one.sending or one.id for one in run}) == 5:
            hard = event.kind is Happening.HARD_BOUNCE
            cause = SuppressionCause.HARD_BOUNCE if hard else SuppressionCause.SOFT_BOUNCES
            times, listed_at = times + 1, event.at
            until = event.at + timedelta(days=(7, 14, 30, 180)[min(times, 4) - 1])
    return Standing(cause, times, len({one.sending or one.id for one in run}), listed_at, until)


@given(events=EVENTS, seed=st.integers(0, 1000))
def test_any_order_and_any_repeats_lead_to_the_state_of_the_sorted_history(
    events: list[AddressEvent], seed: int
) -> None:
    expected = one_by_one(events)
    told = events + Random(seed).choices(events, k=5) if events else []
    Random(seed).shuffle(told)
    assert standing(told) == expected
