"""What preferences allow, as the tables of the specification (domain.md 8.6, 8.7, 9.6, 10.6)."""

import ast
from itertools import product
from pathlib import Path

import pytest

from domain.interactions import InteractionType
from domain.options import Permission, State
from domain.permissions import (
    UNTRACKED,
    EmailRefusal,
    LegalDesignation,
    PageType,
    contact_refusal,
    email_refusal,
    is_prefilled,
    may_be_kept,
    remembered,
)

ALLOW, DENY = Permission.ALLOW, Permission.DO_NOT_ALLOW
COMMERCIAL, TRANSACTIONAL = LegalDesignation.COMMERCIAL, LegalDesignation.TRANSACTIONAL
NO_EMAIL, NO_BULK = EmailRefusal.DO_NOT_EMAIL, EmailRefusal.DO_NOT_BULK_EMAIL
ACTIVE, INACTIVE = State.ACTIVE, State.INACTIVE
ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize(
    ("email", "bulk_email", "commercial", "transactional"),
    [
        (ALLOW, ALLOW, None, None),
        (ALLOW, DENY, NO_BULK, None),
        (DENY, ALLOW, NO_EMAIL, NO_EMAIL),
        (DENY, DENY, NO_EMAIL, NO_EMAIL),
    ],
)
def test_i11_the_two_preferences_decide_over_the_two_kinds_of_message(
    email: Permission,
    bulk_email: Permission,
    commercial: EmailRefusal | None,
    transactional: EmailRefusal | None,
) -> None:
    assert email_refusal(email, bulk_email, COMMERCIAL) is commercial
    assert email_refusal(email, bulk_email, TRANSACTIONAL) is transactional


@pytest.mark.parametrize(
    ("state", "email", "bulk_email", "address", "commercial", "transactional"),
    [
        (ACTIVE, ALLOW, ALLOW, "ann@example.org", None, None),
        (ACTIVE, ALLOW, ALLOW, " ann@example.org ", None, None),
        (INACTIVE, DENY, DENY, None, EmailRefusal.CONTACT_INACTIVE, EmailRefusal.CONTACT_INACTIVE),
        (ACTIVE, DENY, DENY, None, NO_EMAIL, NO_EMAIL),
        (ACTIVE, ALLOW, DENY, None, NO_BULK, EmailRefusal.MISSING_CONTACT_DATA),
        (ACTIVE, ALLOW, ALLOW, None, *[EmailRefusal.MISSING_CONTACT_DATA] * 2),
        (ACTIVE, ALLOW, ALLOW, "  ", *[EmailRefusal.MISSING_CONTACT_DATA] * 2),
        *(
            (ACTIVE, ALLOW, ALLOW, address, *[EmailRefusal.INVALID_RECIPIENT_ADDRESS] * 2)
            for address in ("ann", "ann@", "@example.org", "ann@example", "a n@example.org", "a@@example.org")
        ),
    ],
)
def test_the_first_check_of_the_gate_that_fails_gives_the_reason(
    state: State,
    email: Permission,
    bulk_email: Permission,
    address: str | None,
    commercial: EmailRefusal | None,
    transactional: EmailRefusal | None,
) -> None:
    assert contact_refusal(state, email, bulk_email, address, COMMERCIAL) is commercial
    assert contact_refusal(state, email, bulk_email, address, TRANSACTIONAL) is transactional


def _names(path: Path) -> set[str]:
    """What a module's code names; the words of its texts do not count."""
    tree = ast.parse(path.read_text())
    attributes = {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    return attributes | {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}


def test_i12_no_rule_and_no_engine_reads_the_preference_to_follow_email() -> None:
    declaring = {ROOT / "domain" / "records.py", ROOT / "domain" / "leads.py", ROOT / "domain" / "intake.py"}
    modules = [path for room in ("domain", "engines") for path in (ROOT / room).rglob("*.py")]
    assert any("email_permission" in _names(path) for path in modules)
    readers = [path for path in modules if "follow_email_permission" in _names(path)]
    assert set(readers) <= declaring


KEPT_ALWAYS = {
    InteractionType.EMAIL_SENT,
    InteractionType.EMAIL_DELIVERED,
    InteractionType.EMAIL_HARD_BOUNCED,
    InteractionType.EMAIL_SOFT_BOUNCED,
    InteractionType.EMAIL_BLOCKED,
    InteractionType.FORM_SUBMITTED,
    InteractionType.EVENT_REGISTRATION,
    InteractionType.SEGMENT_SUBSCRIBED,
    InteractionType.SEGMENT_UNSUBSCRIBED,
    InteractionType.EMAIL_SUBSCRIPTION_SUBMIT,
}


@pytest.mark.parametrize("kind", InteractionType)
def test_without_tracking_only_what_is_needed_to_operate_is_kept(kind: InteractionType) -> None:
    assert may_be_kept(kind, ALLOW)
    assert may_be_kept(kind, DENY) is (kind not in UNTRACKED)
    assert not (kind in KEPT_ALWAYS and kind in UNTRACKED)


def test_what_is_not_tracked_are_the_six_types_of_the_specification() -> None:
    assert {kind.source_name for kind in UNTRACKED} == {
        "EmailOpened",
        "EmailClicked",
        "WebsiteVisited",
        "WebsiteClicked",
        "RedirectLinkClicked",
        "FormVisited",
    }


BOTH = (False, True)


@pytest.mark.parametrize("page", PageType)
def test_i13_a_form_is_prefilled_where_form_field_and_contact_allow_it(page: PageType) -> None:
    shown = {
        (form, field, contact, recognised)
        for form, field, contact, recognised in product(BOTH, BOTH, Permission, BOTH)
        if is_prefilled(page, form=form, field=field, contact=contact, recognised=recognised)
    }
    expected = {
        PageType.LANDING_PAGE: {(True, True, ALLOW, True)},
        PageType.EVENT_REGISTRATION: {(True, True, ALLOW, True)},
        PageType.FORWARD_TO_A_FRIEND: set(),
        PageType.SUBSCRIPTION_CENTER: set(product(BOTH, BOTH, Permission, (True,))),
    }
    assert shown == expected[page]


@pytest.mark.parametrize(
    ("form", "ticked", "preference"),
    [
        (True, True, ALLOW),
        (True, False, DENY),
        (True, None, None),
        (False, True, None),
        (False, False, None),
        (False, None, None),
    ],
)
def test_remember_me_sets_the_preference_on_a_form_that_is_set_up_for_it(
    form: bool, ticked: bool | None, preference: Permission | None
) -> None:
    assert remembered(form=form, ticked=ticked) is preference
