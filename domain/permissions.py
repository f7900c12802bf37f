"""What a contact's preferences allow: e-mail, prefilled forms, what is kept of it (domain.md 8.7)."""

import re
from dataclasses import dataclass
from enum import Enum

from domain.interactions import InteractionType
from domain.options import Option, Permission, State

_ADDRESS = re.compile(r"[^@\s]{1,64}@[^@\s.]+(\.[^@\s.]+)+").fullmatch


class LegalDesignation(Enum):
    """What a message is before the law (domain.md R24)."""

    COMMERCIAL = "It promotes: it needs a subscription centre's link and the sender's postal address."
    TRANSACTIONAL = "It is about an existing transaction, as a receipt, and promotes nothing."


class EmailRefusal(Enum):
    """Why a contact can be sent no e-mail: its own checks of the gate, in their order (domain.md 8.6)."""

    CONTACT_INACTIVE = "The contact is inactive."
    DO_NOT_EMAIL = "The contact's e-mail preference allows no e-mail at all."
    DO_NOT_BULK_EMAIL = "The contact's bulk e-mail preference allows no commercial e-mail."
    MISSING_CONTACT_DATA = "The contact has no e-mail address."
    INVALID_RECIPIENT_ADDRESS = "The contact's e-mail address cannot be one."


@dataclass(frozen=True, slots=True)
class EmailEligibility:
    """Whether a contact can be sent e-mail of a kind, and if not, why."""

    reason: EmailRefusal | None

    @property
    def allowed(self) -> bool:
        """Whether nothing about the contact forbids it."""
        return self.reason is None


def email_refusal(
    email: Permission, bulk_email: Permission, designation: LegalDesignation
) -> EmailRefusal | None:
    """What the preferences say to such a message: the four rows of domain.md 8.7."""
    if email == Permission.DO_NOT_ALLOW:
        return EmailRefusal.DO_NOT_EMAIL
    if designation is LegalDesignation.COMMERCIAL and bulk_email == Permission.DO_NOT_ALLOW:
        return EmailRefusal.DO_NOT_BULK_EMAIL
    return None


def contact_refusal(
    state: State,
    email: Permission,
    bulk_email: Permission,
    address: str | None,
    designation: LegalDesignation,
) -> EmailRefusal | None:
    """What about the contact forbids such a message: checks 7 to 10 of the gate, in order (domain.md 8.6)."""
    if state == State.INACTIVE:
        return EmailRefusal.CONTACT_INACTIVE
    preferred = email_refusal(email, bulk_email, designation)
    if preferred is not None:
        return preferred
    if not (address or "").strip():
        return EmailRefusal.MISSING_CONTACT_DATA
    return None if _ADDRESS(str(address).strip()) else EmailRefusal.INVALID_RECIPIENT_ADDRESS


UNTRACKED = frozenset(
    {
        InteractionType.EMAIL_OPENED,
        InteractionType.EMAIL_CLICKED,
        InteractionType.WEBSITE_VISITED,
        InteractionType.WEBSITE_CLICKED,
        InteractionType.REDIRECT_LINK_CLICKED,
        InteractionType.FORM_VISITED,
    }
)
"""What is not kept of who does not allow tracking; the rest is needed to operate (domain.md 10.6)."""


def may_be_kept(kind: InteractionType, tracking: Permission) -> bool:
    """Whether an interaction of the type is kept of a contact with this preference."""
    return tracking == Permission.ALLOW or kind not in UNTRACKED


class PageType(Option):
    """What a marketing page is for (domain.md 9.3)."""

    LANDING_PAGE = 0, "Landing page"
    SUBSCRIPTION_CENTER = 1, "Subscription centre"
    FORWARD_TO_A_FRIEND = 2, "Forward to a friend"
    EVENT_REGISTRATION = 3, "Event registration"


def is_prefilled(page: PageType, *, form: bool, field: bool, contact: Permission, recognised: bool) -> bool:
    """Whether a page shows a field's value before the visitor has typed it (domain.md 9.6, R25, R26).

    A subscription centre always does, for the contact that its link is of; a forward form never does.
    """
    if not recognised or page == PageType.FORWARD_TO_A_FRIEND:
        return False
    if page == PageType.SUBSCRIPTION_CENTER:
        return True
    return form and field and contact == Permission.ALLOW


def remembered(*, form: bool, ticked: bool | None) -> Permission | None:
    """The preference that a submission's "remember me" sets, on a form set up for it (domain.md R27)."""
    if not form or ticked is None:
        return None
    return Permission.ALLOW if ticked else Permission.DO_NOT_ALLOW
