"""How the tests of requirements ask: through the graph alone, as a member of the staff unless said."""

from typing import Any

from graphql import GraphQLObjectType, GraphQLSchema, get_named_type

from db.ids import uuid7
from resolvers.identity import to_global
from schema.build import schema
from tests.engines import asking

SCHEMA: GraphQLSchema = schema._schema
USER_ERRORS = "userErrors { code path message }"


class Graph(asking.Client):
    """Asks, creates, changes and deletes; every query is answered by plan and field by field alike."""

    async def do(self, mutation: str, input: dict[str, Any], shown: str = USER_ERRORS) -> Any:
        """What a mutation answers."""
        kind = kind_of("Mutation").fields[mutation].args["input"].type
        document = f"mutation ($input: {kind}) {{ {mutation}(input: $input) {{ {shown} }} }}"
        return (await self.ask(document, input=input))[mutation]

    async def made(self, noun: str, **given: Any) -> str:
        """The global id of a record that nothing stood in the way of."""
        answer = await self.do(f"{noun}Create", {noun: given}, f"{noun} {{ id }} {USER_ERRORS}")
        assert answer["userErrors"] == [], answer
        id: str = answer[noun]["id"]
        return id

    async def not_made(self, noun: str, **given: Any) -> list[tuple[str, str]]:
        """Why a record was not created: the codes and the places."""
        answer = await self.do(f"{noun}Create", {noun: given}, f"{noun} {{ id }} {USER_ERRORS}")
        assert answer[noun] is None
        return refusals(answer)

    async def changed(self, noun: str, id: str, **patch: Any) -> list[tuple[str, str]]:
        """What was refused of a change; nothing where it was done."""
        answer = await self.do(f"{noun}Update", {"id": id, "patch": patch})
        return refusals(answer)

    async def gone(self, noun: str, id: str) -> None:
        """Deletes a record."""
        answer = await self.do(f"{noun}Delete", {"id": id}, f"deletedId {USER_ERRORS}")
        assert answer == {"deletedId": id, "userErrors": []}

    async def seen(self, noun: str, id: str, shown: str) -> Any:
        """What is shown of a record; None where there is none."""
        return (await self.ask(f"query ($id: ID!) {{ {noun}(by: {{id: $id}}) {{ {shown} }} }}", id=id))[noun]

    async def listed(self, noun: str, **arguments: Any) -> list[str]:
        """The ids of a list, in its order: at most a hundred; by plan alone, for there are many to ask."""
        taken = kind_of("Query").fields[f"{noun}s"].args
        declared = "".join(f", ${name}: {taken[name].type}" for name in arguments)
        passed = "".join(f", {name}: ${name}" for name in arguments)
        document = f"query ($first: Int{declared}) {{ {noun}s(first: $first{passed}) {{ nodes {{ id }} }} }}"
        outcome = await self._run(document, {"first": 100, **arguments}, by_plan=True)
        assert not outcome.errors, outcome.errors
        return [node["id"] for node in outcome.data[f"{noun}s"]["nodes"]]

    async def keyed(self, noun: str, key: str) -> str:
        """The id of a record of the small invented company."""
        named = {"source": "world", "key": key}
        kind = "ContactBy" if noun == "contact" else "RecordBy"
        document = f"query ($by: {kind}!) {{ {noun}(by: $by) {{ id }} }}"
        id: str = (await self.ask(document, by={"sourceKey": named}))[noun]["id"]
        return id


def kind_of(name: str) -> GraphQLObjectType:
    """A type of the graph."""
    found = SCHEMA.type_map[name]
    assert isinstance(found, GraphQLObjectType)
    return found


def type_of(name: str, *path: str) -> GraphQLObjectType:
    """The type that fields lead to."""
    found: Any = kind_of(name)
    for part in path:
        found = get_named_type(found.fields[part].type)
    assert isinstance(found, GraphQLObjectType)
    return found


def words_of(name: str, field: str) -> str:
    """What the graph says of a field."""
    return str(kind_of(name).fields[field].description)


def refusals(answer: Any) -> list[tuple[str, str]]:
    """The codes of what was refused, and the places in the input."""
    for one in answer["userErrors"]:
        assert one["message"].endswith("."), one
    return [(one["code"], ".".join(one["path"])) for one in answer["userErrors"]]


def stranger(noun: str) -> str:
    """The id of a record that is not there."""
    return to_global(noun.capitalize(), uuid7(asking.NOW))
