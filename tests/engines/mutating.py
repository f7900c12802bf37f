"""Writes through the graph for tests: one mutation at a time, as somebody, at a moment."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from db.database import Database
from resolvers.context import Context
from schema.build import schema

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
ERRORS = "userErrors { code path message version changed }"
HISTORY = """query ($id: ID!) { node(id: $id) {
  ... on Contact { history { ...H } } ... on Account { history { ...H } }
  ... on Lead { history { ...H } } ... on Opportunity { history { ...H } }
} }
fragment H on HistoryEntryConnection { nodes { version kind actor changes { field old new } } }"""
_OF_ONE = ("Delete", "Deactivate", "Activate", "Reopen", "GenerateContact")


@dataclass(frozen=True)
class Desk:
    """Where somebody writes records."""

    db: Database
    now: datetime = NOW
    actor: str | None = "ann"
    request: str = field(default="request")

    def later(self, seconds: float = 60) -> "Desk":
        """The same, some time afterwards."""
        return replace(self, now=self.now + timedelta(seconds=seconds))

    async def ask(self, document: str, variables: Mapping[str, Any]) -> Any:
        """The data of an answer that has no errors at its top."""
        context = Context(self.db, self.now, self.actor, self.request)
        result = await schema.execute(document, variable_values=dict(variables), context_value=context)
        assert result.errors is None, result.errors
        return result.data

    async def do(self, mutation: str, input: Mapping[str, Any], shown: str = "") -> Any:
        """What a mutation answers: what is to be shown, and the user errors."""
        kind = "Record" if mutation.endswith(_OF_ONE) else f"{mutation[0].upper()}{mutation[1:]}"
        document = f"mutation ($input: {kind}Input!) {{ {mutation}(input: $input) {{ {shown} {ERRORS} }} }}"
        return (await self.ask(document, {"input": input}))[mutation]

    async def make(self, entity: str, shown: str = "id version", **values: Any) -> Any:
        """A new record."""
        answer = await self.do(f"{entity}Create", {entity: values}, f"{entity} {{ {shown} }}")
        assert answer["userErrors"] == []
        return answer[entity]

    async def change(self, entity: str, id: str, shown: str = "id version", **patch: Any) -> Any:
        """A record after a change that nothing speaks against."""
        answer = await self.do(f"{entity}Update", {"id": id, "patch": patch}, f"{entity} {{ {shown} }}")
        assert answer["userErrors"] == []
        return answer[entity]

    async def refused(self, mutation: str, input: Mapping[str, Any]) -> list[tuple[str, str]]:
        """With which codes, and for what in the input, a mutation is refused."""
        return told(await self.do(mutation, input))

    async def history(self, id: str) -> list[Any]:
        """The versions of a record, latest first."""
        nodes: list[Any] = (await self.ask(HISTORY, {"id": id}))["node"]["history"]["nodes"]
        return nodes


def told(answer: Any) -> list[tuple[str, str]]:
    """The codes of an answer's user errors, with the places that they are about."""
    return [(error["code"], ".".join(error["path"])) for error in answer["userErrors"]]
