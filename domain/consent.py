"""How far contacts let us go, and what follows for children (domain.md 10)."""

from datetime import datetime, timedelta
from enum import Enum
from typing import TYPE_CHECKING

from domain.options import ConsentLevel
from domain.refusals import Code, Refused

if TYPE_CHECKING:
    from domain.records import Contact

WAITS = timedelta(days=30)
"""How long a raised consent waits for its confirmation (domain.md 9.2)."""


class Confirmation(Enum):
    """Where the last request to confirm a raised consent stands."""

    PENDING = "It waits for the contact's confirmation."
    CONFIRMED = "The contact has confirmed it: the level holds."
    EXPIRED = "Nobody confirmed it in time: the level never held, and has to be asked for again."


def confirmation(
    pending: ConsentLevel | None, asked_at: datetime | None, now: datetime
) -> Confirmation | None:
    """Where a request of that moment stands; one that is no longer pending was confirmed."""
    if asked_at is None:
        return None
    if pending is None:
        return Confirmation.CONFIRMED
    return Confirmation.PENDING if now < asked_at + WAITS else Confirmation.EXPIRED


def raised(own: ConsentLevel, offered: ConsentLevel) -> ConsentLevel:
    """The level after a page has offered its default: never lower than the contact's own (domain.md 9.5)."""
    return max(own, offered)


def guardianship(before: "Contact | None", after: "Contact", guardian: "Contact | None") -> list[Refused]:
    """What forbids that the contact has this guardian, or none (domain.md 10.3).

    Only children have guardians and no child is one, so that no longer circle can close.
    """
    named = (after.is_child, after.guardian_id)
    if before is not None and named == (before.is_child, before.guardian_id):
        return []
    if after.guardian_id is None:
        message = "A child needs a parent or guardian: name a contact as its guardian."
        return [Refused(Code.GUARDIAN_REQUIRED, message, "guardian_id")] if after.is_child else []
    if not after.is_child:
        message = "Only a child has a guardian: mark the contact as a child, or name no guardian."
        return [Refused(Code.INVALID, message, "guardian_id")]
    if after.guardian_id == after.id:
        return [Refused(Code.CYCLE, "Nobody is the guardian of themselves.", "guardian_id")]
    if guardian is not None and guardian.is_child:
        return [Refused(Code.NOT_A_GUARDIAN, "A child cannot be a guardian.", "guardian_id")]
    if guardian is not None and guardian.master_id is not None:
        message = "This contact was merged into another one: name that one as the guardian."
        return [Refused(Code.NOT_A_GUARDIAN, message, "guardian_id")]
    return []


def becomes_child(before: "Contact | None", after: "Contact", has_wards: bool) -> list[Refused]:
    """A guardian cannot become a child (domain.md 10.3)."""
    if not has_wards or not after.is_child or (before is not None and before.is_child):
        return []
    message = "The contact is a guardian, and no child can be one: name other guardians first."
    return [Refused(Code.NOT_A_GUARDIAN, message, "is_child")]


def effective(level: ConsentLevel, is_child: bool, guardian_level: ConsentLevel | None) -> ConsentLevel:
    """The level that gates read: a child's is never above its guardian's, and never PROFILING.

    Without a guardian nothing is granted for a child (domain.md 10.3); the level that is kept stays as it is.
    """
    if not is_child:
        return level
    return ConsentLevel.NONE if guardian_level is None else min(level, guardian_level, ConsentLevel.MARKETING)
