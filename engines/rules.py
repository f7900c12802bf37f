"""Rules that need more than one record: what a contact, account, lead or opportunity may come to be."""

from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from typing import Any
from uuid import UUID

from db.database import Transaction
from domain.intake import REFERENCES, Record
from domain.refusals import Code, Refused
from engines import consent, pointers

Rule = Callable[[Transaction, Record | None, Record], Awaitable[list[Refused]]]
"""What forbids that the first becomes the second, or that the second comes to be."""


Pair = tuple[Record | None, Record]
"""A record as it was, and as it would be."""


async def _strangers(tx: Transaction, pairs: Sequence[Pair]) -> list[list[Refused]]:
    """What records would point to that is not there, or was merged away: read once for all of them."""
    pointed: defaultdict[str, set[UUID]] = defaultdict(set)
    for before, after in pairs:
        for name, target in _newly_pointed(before, after):
            pointed[REFERENCES[name]].add(target)
    there: set[UUID] = set()
    merged: set[UUID] = set()
    for entity, ids in sorted(pointed.items()):
        rows = await tx.rows(f"{entity}s_there", sorted(ids))
        there |= {row["id"] for row in rows}
        merged |= {row["id"] for row in rows if row.get("master_id")}
    return [
        [
            _merged(name) if target in merged else _missing(name)
            for name, target in _newly_pointed(before, after)
            if target not in there - merged
        ]
        for before, after in pairs
    ]


def _missing(name: str) -> Refused:
    return Refused(Code.NOT_FOUND, f"There is no such {REFERENCES[name]}.", name)


def _merged(name: str) -> Refused:
    return pointers.refusal(REFERENCES[name], name)


def _newly_pointed(before: Record | None, after: Record) -> Iterator[tuple[str, UUID]]:
    for name in REFERENCES:
        target: UUID | None = getattr(after, name, None)
        if target is not None and target != getattr(before, name, None):
            yield name, target


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
_ALWAYS: tuple[Rule, ...] = (origin_stays,)
RULES: Mapping[str, tuple[Rule, ...]] = {
    "account": (*_ALWAYS, parents_have_no_cycle),
    "contact": (*_ALWAYS, parents_have_no_cycle, one_parent, consent.guardian_fits),
    "lead": _ALWAYS,
    "opportunity": _ALWAYS,
}
"""What is asked of each record before it is written."""


async def broken(tx: Transaction, entity: str, pairs: Sequence[Pair]) -> list[list[Refused]]:
    """Every rule that each record would break; pointing to what is not there breaks the first."""
    found = await _strangers(tx, pairs)
    for refused, (before, after) in zip(found, pairs, strict=True):
        if not refused:
            for rule in RULES[entity]:
                refused.extend(await rule(tx, before, after))
    return found
