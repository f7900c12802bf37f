"""Compares everything that is kept of interactions with the facts, and mends what differs (domain.md 11).

Batch by batch, each in one snapshot, so that it may run beside anything else. Contacts come first: their sums
and what became of the copies that they got. Then accounts, whose sums are counted from the facts too.
"""

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from db import recounts, rollups
from db.database import Database, Row, Transaction
from domain.insights import MARKS
from engines import ingest

CONTACTS, ACCOUNTS = 500, 50
"""How many are compared at once."""
_FIRST, _LAST = UUID(int=0), UUID(int=(1 << 128) - 1)
_MARKS = {kind.name: mark for kind, mark in MARKS.items()}


@dataclass(frozen=True)
class Difference:
    """Something that is kept otherwise than the facts say."""

    table: str
    owner: UUID
    kind: str
    detail: str
    kept: int
    counted: int
    what: str

    @property
    def words(self) -> str:
        """The difference in a sentence."""
        owner = "account" if self.table == "account_rollup" else "contact"
        of = f"{self.kind} of {owner} {self.owner}{f' ({self.detail})' if self.detail else ''}"
        if self.kept != self.counted:
            return f"{of}: {self.kept:,} kept, {self.counted:,} counted."
        return f"{of}: {self.kept:,} kept and counted, but {self.what} differ."


class Reached(NamedTuple):
    """How far a recount has come: so many owners of so many, and what the last batch has found."""

    done: int
    total: int
    found: Sequence[Difference]


async def recount(db: Database, *, repair: bool = False) -> AsyncIterator[Reached]:
    """Compares all of it, batch by batch; what differs is mended in its batch, where asked for."""
    (sizes,) = await db.reads().rows("recount_sizes")
    total, done = sizes["contacts"] + sizes["accounts"], 0
    for next_batch, compare, mend, size in (
        ("recount_contacts", of_contacts, _mend_contacts, CONTACTS),
        ("recount_accounts", of_accounts, _mend_accounts, ACCOUNTS),
    ):
        after = _FIRST
        while after != _LAST:
            rows = await db.reads().rows(next_batch, after, size)
            until = rows[-1]["id"] if len(rows) == size else _LAST
            found = await _batch(db, compare, after, until)
            if found and repair:
                await db.write(mend, None, None, sorted({one.owner for one in found}))
            done, after = done + len(rows), until
            yield Reached(done, max(total, done), found)


async def _batch(
    db: Database,
    compare: Callable[[Transaction, UUID, UUID], Awaitable[list[Difference]]],
    after: UUID,
    until: UUID,
) -> list[Difference]:
    async with db.transaction() as tx:
        await tx.run("recount_snapshot")
        return await compare(tx, after, until)


async def of_contacts(tx: Transaction, after: UUID, until: UUID) -> list[Difference]:
    """What differs for the contacts after one, up to another one."""
    sums = await tx.rows("recount_of_contacts", after, until)
    marks = await tx.rows("recount_of_marks", after, until, _MARKS)
    copies = await tx.rows("recount_of_copies", after, until, _MARKS)
    return [
        *(_difference("contact_rollup", row, _where(row)) for row in sums),
        *(_difference("copy_mark", row, _on_copy(row)) for row in marks),
        *(_difference("delivered_copy", row, f"copy {row['copy_id']}") for row in copies),
    ]


async def of_accounts(tx: Transaction, after: UUID, until: UUID) -> list[Difference]:
    """What differs for the accounts after one, up to another one."""
    known = await tx.rows("recount_accounts_between", after, until)
    ids = [row["id"] for row in known]
    rows = await tx.rows("account_sums_compared", ids, text=recounts.of_accounts()) if ids else []
    return [_difference("account_rollup", row, _spanned(row)) for row in rows]


def _difference(table: str, row: Row, detail: str) -> Difference:
    owner = row["account_id"] if table == "account_rollup" else row["contact_id"]
    return Difference(table, owner, row["kind"], detail, row["kept"], row["counted"], _what(row))


def _what(row: Row) -> str:
    known = row.keys()
    if "kept_first" in known and row["kept_first"] != row["counted_first"]:
        return f"first moments ({_told(row['kept_first'])}, {_told(row['counted_first'])})"
    if "kept_last" in known and row["kept_last"] != row["counted_last"]:
        return f"last moments ({_told(row['kept_last'])}, {_told(row['counted_last'])})"
    if "kept_account" in known and row["kept_account"] != row["counted_account"]:
        return f"accounts ({row['kept_account']}, {row['counted_account']})"
    return "hours"


def _told(moment: datetime | None) -> str:
    return moment.isoformat() if moment else "none"


def _by(row: Row) -> str:
    return "what machines add" if row["machine"] else "people"


def _where(row: Row) -> str:
    account = row["account_id"]
    return f"{_by(row)}, {f'in account {account}' if account else 'in no account'}"


def _on_copy(row: Row) -> str:
    link = f", link {row['link']}" if row["link"] else ""
    return f"{'machines' if row['machine'] else 'people'}, copy {row['copy_id']}{link}"


_BELONGING = {"P": "present members in it", "F": "former members in it", "B": "present members elsewhere"}


def _spanned(row: Row) -> str:
    span = {"A": "all time", "M": f"month {row['day'][:7]}", "D": f"day {row['day']}"}[row["span"]]
    return f"{_by(row)}, {_BELONGING[row['belonging']]}, {span}"


async def _mend_contacts(tx: Transaction, contacts: Sequence[UUID]) -> None:
    """Makes what is kept of these contacts anew, while nobody else acts for them."""
    await tx.rows("contacts_locked", contacts)
    await ingest.rebuild(tx, contacts)


async def _mend_accounts(tx: Transaction, accounts: Sequence[UUID]) -> None:
    """Makes the sums of these accounts anew, while none of those who add to them acts, and none comes."""
    locked: set[Any] = set()
    while members := {row["id"] for row in await tx.rows("recount_lock_members", accounts)} - locked:
        locked |= members
        await tx.rows("account_locked", accounts)
    await tx.run("recount_forget_accounts", accounts)
    await tx.run("account_sums_add", accounts, text=rollups.added("recount_by_hour"))
