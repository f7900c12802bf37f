"""A small company of its own, and what browsers do on its pages; what its insights tell through the graph."""

from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any, Self
from uuid import UUID

from db.database import Database
from domain.facts import NewInteraction
from domain.intake import Incoming, Key
from domain.interactions import InteractionType
from engines import ingest, memberships
from engines.customers import receive
from engines.ingest import Outcome
from resolvers.identity import to_global
from tests.engines.mutating import Desk

T = InteractionType
START = datetime(2026, 3, 1, tzinfo=UTC)
NOW = START + timedelta(days=90)
_worlds = count()
_INSIGHTS = """query ($id: ID!) { node(id: $id) {
  ... on Contact { insights(from: null) { ...I } } ... on Account { insights(from: null) { ...I } }
} }
fragment I on Insights { interactions firstInteractionAt lastInteractionAt byType { type count } }"""


async def told(db: Database, kind: str, id: UUID) -> dict[str, Any]:
    """The insights of all time of a contact or an account."""
    answer = await Desk(db, NOW).ask(_INSIGHTS, {"id": to_global(kind, id)})
    found: dict[str, Any] = answer["node"]["insights"]
    found["byType"] = {entry["type"]: entry["count"] for entry in found["byType"]}
    return found


class World:
    """Two people of one company and one of none, under keys of their own."""

    def __init__(self, db: Database) -> None:
        self.db = db
        self.source = f"site-{next(_worlds)}"
        self.ids: dict[str, UUID] = {}
        self._numbers = count()

    async def begin(self) -> Self:
        given = [Incoming("account", self.source, (name,), {"name": name}) for name in ("kettle", "lid")] + [
            Incoming("contact", self.source, ("ann",), {"last_name": "Ann"}),
            Incoming(
                "contact", self.source, ("bob",), {"last_name": "Bob", "account_id": Key("lid")}, since=START
            ),
            Incoming("contact", self.source, ("cat",), {"last_name": "Cat"}),
        ]
        async with self.db.transaction() as tx:
            await receive(tx, given, NOW)
        text = "select key, record_id from source_key where source = $1"
        rows = await self.db.reads().rows("keys", self.source, text=text)
        self.ids = {row["key"]: row["record_id"] for row in rows}
        return self

    def did(
        self, visitor: str | None, day: float, contact: str | None = None, kind: T | None = None, **more: Any
    ) -> NewInteraction:
        """What a browser did on a day; of a named contact, that it submitted a form."""
        kind = kind or (T.FORM_SUBMITTED if contact else T.WEBSITE_VISITED)
        browser = f"{self.source} {visitor}" if visitor else None
        at = START + timedelta(days=day)
        id = str(next(self._numbers))
        return NewInteraction(kind, at, self.source, id, contact_key=contact, visitor_id=browser, **more)

    async def take(self, *batch: NewInteraction) -> list[Outcome]:
        return [taken.outcome for taken in await ingest.ingest(self.db, batch, NOW)]

    async def days(self, contact: str) -> list[tuple[float, str, str | None]]:
        """What a contact did: on which day, what, and as a member of which account."""
        text = "select occurred_at, type, account_id from interaction where contact_id = $1 order by 1, 2"
        rows = await self.db.reads().rows("facts", self.ids[contact], text=text)
        names = {id: name for name, id in self.ids.items()}
        return [
            ((row["occurred_at"] - START) / timedelta(days=1), row["type"], names.get(row["account_id"]))
            for row in rows
        ]

    async def waiting(self) -> int:
        text = "select count(*) from orphan_interaction where source = $1"
        (row,) = await self.db.reads().rows("waiting", self.source, text=text)
        return int(row["count"])

    async def browsers(self, contact: str) -> int:
        text = "select count(*) from visitor where contact_id = $1"
        (row,) = await self.db.reads().rows("browsers", self.ids[contact], text=text)
        return int(row["count"])

    async def move(self, contact: str, account: str | None, day: float) -> None:
        to = self.ids[account] if account else None
        async with self.db.transaction() as tx:
            await memberships.move(tx, self.ids[contact], to, START + timedelta(days=day), NOW)

    async def write(self, act: Any, *args: Any) -> Any:
        return await self.db.write(act, None, None, *args)
