"""Rules that need more than one record: what a contact, account, lead or opportunity may come to be."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any
from uuid import UUID

from db.database import Transaction
from domain.intake import REFERENCES, Record
from domain.refusals import Code, Refused
from engines import consent

Rule = Callable[[Transaction, Record | None, Record], Awaitable[list[Refused]]]
"""What forbids that the first becomes the second, or that the second comes to be."""


async def references_exist(tx: Transaction, before: Record | None, after: Record) -> list[Refused]:
    """What a record points to is there."""
    refused = []
    for name, entity in REFERENCES.items():
        target: UUID | None = getattr(after, name, None)
        if target is None or target == getattr(before, name, None):
            continue
        if not await tx.rows(f"{entity}_known", target):
            refused.append(Refused(Code.NOT_FOUND, f"There is no such {entity}.", name))
    return refused


async def parents_have_no_cycle(tx: Transaction, before: Record | None, after: Record) -> list[Refused]:
    """No account lies above itself, and no contact (domain.md 2.6)."""
    refused = []
    for name in ("parent_account_id", "parent_contact_id"):
        parent = getattr(after, name, None)
        if parent is None or parent == getattr(before, name, None):
            continue
        entity = REFERENCES[name]
        await tx.rows("hierarchy_lock", entity)
        if parent == after.id or await tx.rows(f"{entity}_lies_above", parent, after.id):
            message = f"The {entity} would come to lie above itself: choose one that does not lie below it."
            refused.append(Refused(Code.CYCLE, message, name))
    return refused


async def one_parent(tx: Transaction, before: Any, after: Any) -> list[Refused]:
    """A contact belongs to an account or lies under another contact, never both (domain.md 2.9)."""
    if after.account_id is None or after.parent_contact_id is None:
        return []
    message = "A contact belongs to an account or lies under another contact, not both: clear one of them."
    return [Refused(Code.INVALID, message, "parent_contact_id")]


async def origin_stays(tx: Transaction, before: Any, after: Any) -> list[Refused]:
    """The initiative that brought a record is never overwritten by a later one (domain.md R16, 2.8)."""
    return [
        Refused(Code.READ_ONLY, "What first brought the record is kept, and not changed afterwards.", name)
        for name in _ORIGINS
        if getattr(before, name, None) is not None and getattr(after, name) != getattr(before, name)
    ]


_ORIGINS = (
    "source_journey_id",
    "source_email_id",
    "source_form_id",
    "source_page_id",
    "source_event_id",
    "form_submitted_at",
    "originating_lead_id",
)
_ALWAYS: tuple[Rule, ...] = (references_exist, origin_stays)
RULES: Mapping[str, tuple[Rule, ...]] = {
    "account": (*_ALWAYS, parents_have_no_cycle),
    "contact": (*_ALWAYS, parents_have_no_cycle, one_parent, consent.guardian_fits),
    "lead": _ALWAYS,
    "opportunity": _ALWAYS,
}
"""What is asked of each record before it is written."""


async def broken(tx: Transaction, entity: str, before: Record | None, after: Record) -> list[Refused]:
    """Every rule that the record would break."""
    return [refused for rule in RULES[entity] for refused in await rule(tx, before, after)]
