"""Lets what names one record name another: rows by rows, each with its history where it has one."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from db.changes import Note
from db.database import Row, Transaction
from db.ids import uuid7
from db.writes import KEPT
from domain.changes import ChangeKind


@dataclass(frozen=True, slots=True)
class Reference:
    """A column that names a contact or an account, in a table whose rows have ids."""

    table: str
    column: str
    versioned: bool = True

    @property
    def part(self) -> str:
        """The part of a merge that its rows are."""
        return f"{self.table}.{self.column}"


CONTACT_REFERENCES = (
    Reference("lead", "contact_id"),
    Reference("lead", "customer_contact_id"),
    Reference("opportunity", "contact_id"),
    Reference("opportunity", "customer_contact_id"),
    Reference("account", "primary_contact_id"),
    Reference("contact", "parent_contact_id"),
    Reference("contact", "guardian_id"),
    Reference("consent_change", "contact_id", versioned=False),
    Reference("subscription", "contact_id", versioned=False),
    Reference("event_registration", "contact_id"),
    Reference("event_registration", "registered_by_id"),
    Reference("attendee_pass", "contact_id"),
    Reference("check_in", "contact_id"),
    Reference("waitlist_item", "contact_id"),
    Reference("speaker", "contact_id"),
    Reference("event_team_member", "contact_id"),
    Reference("visitor", "contact_id", versioned=False),
)
"""What follows a contact. A registration takes its passes, sessions and check-ins along by its key."""
ACCOUNT_REFERENCES = (
    Reference("contact", "account_id"),
    Reference("lead", "account_id"),
    Reference("lead", "customer_account_id"),
    Reference("opportunity", "account_id"),
    Reference("opportunity", "customer_account_id"),
    Reference("account", "parent_account_id"),
    Reference("sponsorship", "account_id"),
    Reference("event_vendor", "account_id"),
)
"""What follows an account."""


async def repoint(
    tx: Transaction,
    reference: Reference,
    old: UUID,
    new: UUID,
    now: datetime,
    only: Sequence[UUID] | None = None,
) -> list[UUID]:
    """Lets the rows that name the one name the other, or only some of them; which they are.

    The other itself is left out, for no record names itself.
    """
    text = _statement(reference)
    rows = await tx.rows(f"repoint {reference.part}", old, new, now, only, text=text)
    if reference.table in KEPT:
        for row in rows:
            _tell(tx, reference, row, old, new)
    return [row["id"] for row in rows]


def _statement(reference: Reference) -> str:
    table, column = reference.table, reference.column
    sets = [f"{column} = $2"]
    if (table, column) == ("lead", "contact_id"):
        sets.append("home_id = $2")
    if reference.versioned:
        sets += ["version = version + 1", "updated_at = $3"]
    known = ", version" if table in KEPT else ""
    belongs = ", contact_id, account_id" if table == "lead" else ""
    return (
        f"with chosen as (select id from {table} where {column} = $1 and id <> $2"
        " and ($4::uuid[] is null or id = any($4)) order by id for update)"
        f" update {table} set {', '.join(sets)} from chosen, (select $3::timestamptz) at"
        f" where {table}.{column} = $1 and {table}.id = chosen.id"
        f" returning {table}.id{known}{belongs}"
    )


def _tell(tx: Transaction, reference: Reference, row: Row, old: UUID, new: UUID) -> None:
    """Notes the changed row and remembers the change."""
    table, column, id = reference.table, reference.column, row["id"]
    if table == "lead":
        tx.note(Note(table, ChangeKind.UPDATED, id, row["contact_id"], row["account_id"]))
    elif (table, column) == ("contact", "account_id"):
        tx.note(Note(table, ChangeKind.UPDATED, id, None, new, old))
    else:
        tx.note(Note(table, ChangeKind.UPDATED, id))
    changes = {column: {"old": old, "new": new}}
    version = row["version"]
    made = uuid7(datetime.now(UTC))
    tx.remember((id, version, made, table, ChangeKind.UPDATED.name, tx.actor, tx.request_id, changes))
