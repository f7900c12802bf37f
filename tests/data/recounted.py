"""A brute-force recount of every figure of every contact, account and lead that a database holds."""

import asyncio
from collections import defaultdict
from collections.abc import Sequence
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any, cast
from uuid import UUID

from db.database import Database
from db.insights import Counting
from db.loaders import Sums
from domain.insights import WITHOUT_ON_ACCOUNTS, Insights, fold
from domain.intake import Incoming
from domain.interactions import Actor, InteractionType
from domain.records import Contact, Lead
from domain.windows import Window
from engines.customers import receive
from resolvers import insights
from resolvers.context import Context, Info
from tests.recount import Fact, recount

NOW = datetime(2026, 11, 1, tzinfo=UTC)
WINDOWS = (Window(), Window(datetime(2019, 1, 15, 6, tzinfo=UTC), datetime(2026, 6, 30, 18, tzinfo=UTC)))


class Everything:
    """All that is kept in a database, and what its insights ought to be."""

    def __init__(self, rows: Sequence[Any], contacts: Sequence[Contact], leads: Sequence[Lead]) -> None:
        self.contacts, self.leads = contacts, leads
        self.facts: defaultdict[UUID, list[Fact]] = defaultdict(list)
        self.members: defaultdict[UUID, list[UUID]] = defaultdict(list)
        self._leads_accounts: dict[tuple[UUID, Window], Insights] = {}
        for row in rows:
            self.facts[row["contact_id"]].append(_fact(row))
        for contact in contacts:
            if contact.account_id:
                self.members[contact.account_id].append(contact.id)

    def of_contact(self, id: UUID, window: Window, machines: bool) -> Insights:
        return recount(self.facts[id], window.from_at, window.to_at, machines)

    def of_account(self, id: UUID, window: Window, machines: bool, **options: Any) -> Insights:
        facts = [fact for member in self.members[id] for fact in self.facts[member]]
        return recount(facts, window.from_at, window.to_at, machines, account=id, **options)

    def of_lead(self, lead: Lead, window: Window) -> Insights:
        if lead.contact_id:
            return self.of_contact(lead.contact_id, window, False)
        return self._of_leads_account(lead.account_id, window) if lead.account_id else Insights()

    def _of_leads_account(self, id: UUID, window: Window) -> Insights:
        """Counted once for all leads of the account."""
        if (id, window) not in self._leads_accounts:
            self._leads_accounts[id, window] = self.of_account(id, window, False)
        return self._leads_accounts[id, window]


def _fact(row: Any) -> Fact:
    copy = tuple(row[name] or "" for name in ("message_id", "journey_id", "iteration_id", "tile_id"))
    properties = row["properties"]
    return Fact(
        row["contact_id"],
        row["account_id"],
        InteractionType[row["type"]],
        row["occurred_at"],
        Actor[row["actor"]],
        copy if row["message_id"] else None,
        row["link"],
        properties.get("blockedReason"),
        properties.get("bounceCategory"),
        properties.get("leadMatchingResult"),
    )


async def everything(db: Database) -> Everything:
    async with db.transaction() as tx:
        rows = await tx.rows("all", text="select * from interaction")
        contacts = await tx.records(Contact, "contact_locked", await _ids(tx, "contact"))
        leads = await tx.records(Lead, "lead_locked", await _ids(tx, "lead"))
    return Everything(rows, contacts, leads)


async def _ids(tx: Any, table: str) -> list[UUID]:
    return [row["id"] for row in await tx.rows("ids", text=f"select id from {table}")]


async def check(db: Database) -> int:
    """Compares every record's insights with their recount; returns how many were compared."""
    known = await everything(db)
    compared = 0
    for window in WINDOWS:
        for machines in (False, True):
            compared += await _check_contacts(db, known, window, machines)
            compared += await _check_accounts(db, known, window, machines)
        compared += await _check_leads(db, known, window)
    return compared


async def _check_contacts(db: Database, known: Everything, window: Window, machines: bool) -> int:
    context = Context(db, NOW, None, "test")
    batch = Sums("contact", Counting(window, machines))
    found = await asyncio.gather(*(context.load(batch, contact.id) for contact in known.contacts))
    for contact, sums in zip(known.contacts, found, strict=True):
        assert fold(sums) == known.of_contact(contact.id, window, machines)
    return len(found)


async def _check_accounts(db: Database, known: Everything, window: Window, machines: bool) -> int:
    context = Context(db, NOW, None, "test")
    batch = Sums("account", Counting(window, machines))
    found = await asyncio.gather(*(context.load(batch, id) for id in known.members))
    for id, sums in zip(known.members, found, strict=True):
        expected = known.of_account(id, window, machines, without=WITHOUT_ON_ACCOUNTS)
        assert fold(sums, WITHOUT_ON_ACCOUNTS) == expected
    return len(found)


async def _check_leads(db: Database, known: Everything, window: Window) -> int:
    info = cast(Info, SimpleNamespace(context=Context(db, NOW, None, "test")))
    question = insights.Question(window, usual=False)
    found = await asyncio.gather(*(insights.of_lead.answer(lead, info, question) for lead in known.leads))
    for lead, answer in zip(known.leads, found, strict=True):
        assert answer.insights == known.of_lead(lead, window), lead.topic
    return len(found)


async def introduce_the_unknown(db: Database) -> None:
    """Gives every waiting interaction its contact: Marketo's and HubSpot's people are in no file."""
    keys = "select distinct contact_source, contact_key from orphan_interaction where contact_key is not null"
    async with db.transaction() as tx:
        waiting = await tx.rows("keys", text=keys)
        strangers = [
            Incoming("contact", row["contact_source"], (row["contact_key"],), {"last_name": "Stranger"})
            for row in waiting
        ]
        await receive(tx, strangers, NOW)
        left = await tx.rows("left", text=keys)
    assert strangers
    assert left == []
