"""The rules of consent, one by one (domain.md 9.2, 9.5, 10.3)."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import product
from uuid import UUID

import pytest

from domain.consent import WAITS, Confirmation, becomes_child, confirmation, effective, guardianship, raised
from domain.intake import DEFAULTS, follow
from domain.options import ConsentLevel
from domain.records import Contact
from domain.refusals import Code

NOW = datetime(2026, 11, 1, tzinfo=UTC)
L = ConsentLevel


def contact(number: int, **values: object) -> Contact:
    held = {**dict.fromkeys(Contact.__dataclass_fields__), **DEFAULTS["contact"], **values}
    return Contact(**{**held, "id": UUID(int=number), "version": 1})


PARENT = contact(1, last_name="Parent")
CHILD = contact(2, is_child=True, guardian_id=PARENT.id)


def test_levels_compare_as_their_numbers_do() -> None:
    assert list(L) == sorted(L)
    assert [level.name for level in sorted(L)] == [
        "NONE",
        "CONSENT",
        "TRANSACTIONAL",
        "SUBSCRIPTIONS",
        "MARKETING",
        "PROFILING",
    ]


@pytest.mark.parametrize(("own", "of_guardian"), list(product(L, (*L, None))))
def test_a_childs_level_is_bounded_by_its_guardians_and_never_profiling(
    own: ConsentLevel, of_guardian: ConsentLevel | None
) -> None:
    assert effective(own, False, of_guardian) == own
    expected = L.NONE if of_guardian is None else min(own, of_guardian, L.MARKETING)
    assert effective(own, True, of_guardian) == expected


@pytest.mark.parametrize(("own", "offered"), list(product(L, L)))
def test_a_pages_default_raises_and_never_lowers(own: ConsentLevel, offered: ConsentLevel) -> None:
    assert raised(own, offered) == max(own, offered)


@pytest.mark.parametrize(
    ("before", "after", "guardian", "code", "path"),
    [
        (None, contact(3, is_child=True), None, Code.GUARDIAN_REQUIRED, "guardian_id"),
        (CHILD, replace(CHILD, guardian_id=None), None, Code.GUARDIAN_REQUIRED, "guardian_id"),
        (None, contact(3, guardian_id=PARENT.id), PARENT, Code.INVALID, "guardian_id"),
        (None, contact(3, is_child=True, guardian_id=UUID(int=3)), None, Code.CYCLE, "guardian_id"),
        (
            None,
            contact(3, is_child=True, guardian_id=CHILD.id),
            CHILD,
            Code.NOT_A_GUARDIAN,
            "guardian_id",
        ),
        (
            None,
            contact(3, is_child=True, guardian_id=PARENT.id),
            replace(PARENT, master_id=UUID(int=9)),
            Code.NOT_A_GUARDIAN,
            "guardian_id",
        ),
    ],
)
def test_a_child_needs_a_guardian_who_can_be_one(
    before: Contact | None, after: Contact, guardian: Contact | None, code: Code, path: str
) -> None:
    (refused,) = guardianship(before, after, guardian)
    assert (refused.code, refused.path) == (code, (path,))


def test_a_child_with_a_grown_up_guardian_is_as_it_should_be() -> None:
    assert guardianship(None, CHILD, PARENT) == []
    assert guardianship(None, contact(4), None) == []


def test_a_child_that_has_lost_its_guardian_can_still_be_written() -> None:
    lost = replace(CHILD, guardian_id=None)
    assert guardianship(lost, replace(lost, last_name="Other"), None) == []


def test_a_guardian_cannot_become_a_child() -> None:
    child = replace(PARENT, is_child=True, guardian_id=UUID(int=8))
    (refused,) = becomes_child(PARENT, child, True)
    assert (refused.code, refused.path) == (Code.NOT_A_GUARDIAN, ("is_child",))
    assert becomes_child(PARENT, child, False) == []
    assert becomes_child(child, child, True) == []


def test_who_is_no_child_any_more_loses_the_guardian() -> None:
    assert follow("contact", {"is_child": False}) == {"guardian_id": None}
    assert follow("contact", {"is_child": True, "guardian_id": PARENT.id}) == {}


def test_a_level_that_is_set_drops_one_that_waits() -> None:
    dropped = {"pending_consent_level": None, "pending_consent_at": None}
    assert follow("contact", {"consent_level": L.CONSENT}) == dropped
    assert follow("contact", {"consent_level": L.CONSENT, "pending_consent_level": None}) == {}


def test_a_request_waits_for_thirty_days() -> None:
    assert timedelta(days=30) == WAITS
    assert confirmation(None, None, NOW) is None
    assert confirmation(L.MARKETING, NOW, NOW) is Confirmation.PENDING
    assert confirmation(L.MARKETING, NOW, NOW + WAITS - timedelta(seconds=1)) is Confirmation.PENDING
    assert confirmation(L.MARKETING, NOW, NOW + WAITS) is Confirmation.EXPIRED
    assert confirmation(None, NOW, NOW + WAITS) is Confirmation.CONFIRMED
