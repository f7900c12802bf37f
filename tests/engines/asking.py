"""Asks the graph for tests about subscriptions and segments: by plan and field by field alike."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from db.database import Database
from db.ids import uuid7
from domain.options import Permission
from engines import records
from resolvers.context import Context
from resolvers.identity import from_global, to_global
from schema.build import schema
from schema.plan import Executor, Way

NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)
ALLOW, DENY = Permission.ALLOW, Permission.DO_NOT_ALLOW
EXECUTOR = Executor(schema)
INPUTS = {
    "subscriptionJoin": "SubscriptionInput",
    "subscriptionLeave": "SubscriptionInput",
    "segmentAddMembers": "SegmentMembersInput",
    "segmentRemoveMembers": "SegmentMembersInput",
    "segmentAddWhere": "SegmentWhereInput",
    "subscriptionListDelete": "RecordInput",
    "subscriptionCenterDelete": "RecordInput",
    "segmentDelete": "RecordInput",
    "contactDeactivate": "RecordInput",
    "contactDelete": "RecordInput",
    "savedViewDelete": "RecordInput",
}
RESULTS = "results { contact { id } outcome userErrors { code path } } userErrors { code path }"
STAYS = """query ($id: ID!, $past: Boolean!) {
  contact(by: {id: $id}) {
    subscriptions(past: $past) {
      nodes { list { id } joinedAt joinedVia leftAt leftVia effective }
      totalCount { value }
    }
  }
}"""
DONE = """query ($id: ID!) {
  contact(by: {id: $id}) { interactions(first: 100) { nodes { type actor messageId properties } } }
}"""


@dataclass(frozen=True)
class Client:
    """Asks at a moment, as somebody."""

    db: Database
    now: datetime = NOW
    actor: str | None = "mia"

    def later(self, **span: float) -> "Client":
        """The same client, some time afterwards."""
        return replace(self, now=self.now + timedelta(**span))

    async def ask(self, document: str, **variables: Any) -> Any:
        """What is answered; what a plan can hold is asked both ways."""
        outcome = await self._run(document, variables, by_plan=True)
        assert not outcome.errors, outcome.errors
        if outcome.way is Way.PLAN:
            assert (await self._run(document, variables, by_plan=False)).data == outcome.data
        else:
            assert outcome.reason == "not a query" or "has a resolver of its own" in outcome.reason
        return outcome.data

    async def refused(self, document: str, **variables: Any) -> str:
        """The reason for which a query is refused."""
        outcome = await self._run(document, variables, by_plan=True)
        (error,) = outcome.errors
        reason: str = error.original_error.reason
        return reason

    async def _run(self, document: str, variables: dict[str, Any], *, by_plan: bool) -> Any:
        context = Context(self.db, now=self.now, actor=self.actor, request_id="test")
        return await EXECUTOR.run(context, document, variables, by_plan=by_plan)

    async def do(self, mutation: str, input: dict[str, Any], shown: str = "userErrors { code path }") -> Any:
        """What a mutation answers."""
        kind = INPUTS.get(mutation, f"{mutation[0].upper()}{mutation[1:]}Input")
        document = f"mutation ($input: {kind}!) {{ {mutation}(input: $input) {{ {shown} }} }}"
        return (await self.ask(document, input=input))[mutation]

    async def person(self, **values: Any) -> str:
        """The global id of a contact made long ago."""
        async with self.db.transaction() as tx:
            made = await records.create(tx, "contact", {"last_name": "Doe", **values}, NOW - timedelta(300))
        return to_global("Contact", made.id)

    async def deactivate(self, contact: str) -> None:
        """Takes a contact out of use."""
        await self.do("contactDeactivate", {"id": contact})

    async def prefer(self, contact: str, **values: Permission) -> None:
        """Sets preferences of a contact."""
        async with self.db.transaction() as tx:
            await records.change(tx, "contact", own(contact), values, NOW)

    async def new_list(self, **values: Any) -> str:
        """The global id of a new list."""
        given = {"name": f"List {uuid7(NOW)}", **values}
        shown = "subscriptionList { id } userErrors { message }"
        answer = await self.do("subscriptionListCreate", {"subscriptionList": given}, shown)
        assert answer["userErrors"] == []
        id: str = answer["subscriptionList"]["id"]
        return id

    async def join(self, list_id: str, *contacts: str, **more: Any) -> list[str]:
        """What became of each contact that was to join a list."""
        return await self._each("subscriptionJoin", list_id, contacts, more)

    async def leave(self, list_id: str, *contacts: str, **more: Any) -> list[str]:
        """What became of each contact that was to leave a list."""
        return await self._each("subscriptionLeave", list_id, contacts, more)

    async def _each(self, act: str, list_id: str, contacts: tuple[str, ...], more: Any) -> list[str]:
        answer = await self.do(act, {"contactIds": contacts, "listId": list_id, **more}, RESULTS)
        assert answer["userErrors"] == []
        return [one["outcome"] for one in answer["results"]]

    async def stays(self, contact: str, *, past: bool = False) -> list[Any]:
        """A contact's stays on lists, newest first."""
        found = (await self.ask(STAYS, id=contact, past=past))["contact"]["subscriptions"]
        assert found["totalCount"]["value"] == len(found["nodes"])
        nodes: list[Any] = found["nodes"]
        return nodes

    async def done(self, contact: str) -> list[tuple[str, str | None]]:
        """A contact's interactions, earliest first: their types and the lists that they are about."""
        nodes = (await self.ask(DONE, id=contact))["contact"]["interactions"]["nodes"]
        return [(node["type"], node["properties"].get("segmentId")) for node in reversed(nodes)]


def own(id: str) -> UUID:
    """The record's own id."""
    return UUID(from_global(id)[1][0])
