"""Field by field, ours answers as Strawberry does: data with the order of its keys, errors in their order."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Iterable
from pathlib import Path
from typing import Any

import pytest
import strawberry
from graphql import GraphQLError, get_introspection_query, parse

from db.database import Database, connected
from resolvers.context import Context
from resolvers.identity import to_global
from schema.build import schema
from schema.plan import fieldwise
from server.graphql.errors import told
from tests.conftest import cloned
from tests.plan.odd import ODD, PROMPT, SLOW
from tests.world import NOW, settle

QUERIES = Path(__file__).parents[1] / "queries"
NAMES = sorted(path.stem for path in QUERIES.glob("*.graphql"))
WRITES = [name for name in NAMES if "\nmutation" in (QUERIES / f"{name}.graphql").read_text()]
READS = sorted(set(NAMES) - set(WRITES))
NOBODY = to_global("Contact", "019b7bcd-4b00-7000-8000-000000000000")


@pytest.fixture
async def fresh_world(server: str, template: str) -> AsyncIterator[Database]:
    """The same company, for a test that changes it."""
    async with cloned(server, template) as dsn, connected(dsn) as found:
        await settle(found)
        yield found


def context(world: Database) -> Context:
    """A request's."""
    return Context(world, now=NOW, actor=None, request_id="test")


def seen(data: Any, errors: Iterable[GraphQLError] | None) -> str:
    """An answer as text, so that the order of keys counts too."""
    return json.dumps([data, [error.formatted for error in errors or ()]], indent=1)


async def both(
    of: strawberry.Schema,
    make: Callable[[], Any],
    text: str,
    variables: dict[str, Any] | None = None,
    name: str | None = None,
) -> tuple[str, str]:
    """What Strawberry answers, and what we do; each with a context of its own."""
    theirs = await of.execute(text, variables, make(), None, name)
    ours = await fieldwise.execute(of, parse(text), make(), variables, name)
    return seen(theirs.data, theirs.errors), seen(ours.data, ours.errors)


@pytest.mark.parametrize("name", READS)
async def test_a_query_is_answered_alike(world: Database, name: str) -> None:
    theirs, ours = await both(schema, lambda: context(world), (QUERIES / f"{name}.graphql").read_text())
    assert ours == theirs


@pytest.mark.parametrize("name", WRITES)
async def test_a_mutation_has_its_answer(fresh_world: Database, name: str) -> None:
    document = parse((QUERIES / f"{name}.graphql").read_text())
    result = await fieldwise.execute(schema, document, context(fresh_world))
    found: dict[str, Any] = {"data": result.data}
    if result.errors:
        found["errors"] = [dict(told(error, "test")) for error in result.errors]
    assert json.loads(json.dumps(found)) == json.loads((QUERIES / f"{name}.json").read_text())


DOCUMENTS = {
    "a non-null root field fails": '{ contact(by: {email: "x"}) { id } contacts(first: 0) { nodes { id } } }',
    "a nullable field fails beside others": """{
        bad: node(id: "nonsense") { id }
        good: contact(by: {email: "ann@kettle.example"}) { id fullName }
        other: lead(by: {id: "nonsense"}) { id } }""",
    "one list of each object fails, and nulls the whole answer": """{
        accounts(first: 3) { nodes { name contacts(first: 0) { nodes { id } } } } }""",
    "a list fails below a nullable object": """{
        contact(by: {email: "ann@kettle.example"}) {
          fullName account { name contacts(first: 101) { nodes { id } } } } }""",
    "lists fail below nullable objects in a list": """{
        contacts(first: 5) { nodes { fullName account { name leads(last: 0) { nodes { id } } } } } }""",
    "two fields fail in one object": """{
        contact(by: {email: "ann@kettle.example"}) {
          leads(first: 0) { nodes { id } } contacts(first: -1) { nodes { id } } } }""",
    "an id of another type, and of nobody": f"""{{
        nodes(ids: ["{NOBODY}", "{NOBODY}"]) {{ id }}
        account(by: {{id: "{NOBODY}"}}) {{ id }} contact(by: {{id: "{NOBODY}"}}) {{ id }} }}""",
    "aliases and type names": """{ __typename
        a: contacts(first: 2) { __typename n: nodes { kind: __typename x: id y: id z: fullName } }
        b: contacts(first: 1) { edges { __typename cursor node { id } } } }""",
    "fragments that overlap": """{
        contacts(first: 3) { ...Page ... on ContactConnection { nodes { email account { city } } } } }
        fragment Page on ContactConnection { nodes { fullName account { name } ...Names } }
        fragment Names on Contact { fullName preferences { email } secondAddress { city } }""",
    "fragments on an interface": """query ($ids: [ID!]!) {
        nodes(ids: $ids) { id ... on Contact { fullName leads { nodes { topic } } }
          ... on Account { name contacts { nodes { id } } } ... on Node { __typename } } }""",
    "directives": """query ($yes: Boolean!, $no: Boolean!) {
        contacts(first: 2) { nodes { fullName @skip(if: $yes) email @include(if: $no) id @include(if: $yes)
          account @skip(if: $no) { name ... @include(if: $no) { city } } } } }""",
    "every leaf of a contact": """{ contacts { nodes { id version createdAt updatedAt attributes city email
        relationshipTypes gender birthDate annualIncome marketingOnly lastUsedInCampaign state
        preferences { email preferredContactMethod } } totalCount { value precision }
        pageInfo { hasNextPage startCursor } } }""",
    "insights on three levels": """{ accounts { nodes { insights { id from to contacts reach
        byType { type count } email { openRate sent } }
        leads { nodes { insights { ageDays basis stages { stage } } } } } } }""",
    "introspection": get_introspection_query(),
    "introspection beside a field": """{
        __type(name: "Contact") { name fields { name args { defaultValue } } }
        contacts(first: 1) { nodes { __typename } } nothing: __type(name: "Nothing") { name } }""",
    "a variable that does not fit": "query ($n: Int!) { contacts(first: $n) { nodes { id } } }",
}
"""Documents that go wrong, or are written in every way that documents can be."""


@pytest.mark.parametrize("what", DOCUMENTS)
async def test_a_document_is_answered_alike(world: Database, what: str) -> None:
    ann = await context(world).reads.rows("contact_ids_by_email", "ann@kettle.example")
    ids = [to_global("Contact", ann[0]["id"]), NOBODY, to_global("Contact", ann[0]["id"])]
    variables: dict[str, Any] = {"yes": True, "no": False, "ids": ids[::2], "n": "many"}
    theirs, ours = await both(schema, lambda: context(world), DOCUMENTS[what], variables)
    assert ours == theirs
    assert bool(json.loads(ours)[1]) is any(word in what for word in ("fail", "fit", "of another"))


async def test_only_the_operation_that_is_named_runs(world: Database) -> None:
    text = "query A { contacts(first: 1) { nodes { id } } } query B { accounts(first: 1) { nodes { name } } }"
    theirs, ours = await both(schema, lambda: context(world), text, name="B")
    assert ours == theirs
    assert "accounts" in ours


LEAVES = "name label size maybe count share tags sizes broken"
AT_ONCE = [
    LEAVES,
    f"name part {{ {LEAVES} }} parts {{ {LEAVES} }} itself {{ maybe }}",
    f"name named {{ __typename name ... on Item {{ {LEAVES} part {{ name }} }} }} some {{ {LEAVES} }}",
]
IN_TIME = [
    f"later {{ name later {{ {LEAVES} parts {{ name }} }} itself {{ name part {{ name }} }} }}",
    "name part { name fails } some { name part { fails } fails } later { itself { part { fails } } }",
]


@pytest.mark.parametrize("selection", AT_ONCE)
@pytest.mark.parametrize("field", ["items", "some"])
@pytest.mark.parametrize("what", PROMPT)
async def test_what_is_odd_is_answered_alike(what: str, field: str, selection: str) -> None:
    theirs, ours = await both(ODD, PROMPT[what], f"{{ {field} {{ {selection} }} }}")
    assert ours == theirs


def nulled(answer: str) -> tuple[str, set[tuple[str | int, ...]]]:
    """The data, and each null in it that an error stands for."""
    data, errors = json.loads(answer)
    return json.dumps(data), {_null(data, error["path"]) for error in errors}


def _null(data: Any, path: list[str | int]) -> tuple[str | int, ...]:
    for depth, key in enumerate(path):
        if data is None:
            return tuple(path[:depth])
        data = data[key]
    assert data is None
    return tuple(path)


# What Strawberry's executor has begun and drops is left unawaited.
@pytest.mark.filterwarnings("ignore:coroutine .* was never awaited:RuntimeWarning")
@pytest.mark.parametrize("selection", [*AT_ONCE, *IN_TIME])
@pytest.mark.parametrize("field", ["items", "some"])
@pytest.mark.parametrize("what", [*PROMPT, *SLOW])
async def test_what_comes_in_time_nulls_the_same(what: str, field: str, selection: str) -> None:
    """Which of several errors nulls a value depends on which comes first; what they null does not."""
    theirs, ours = await both(ODD, (PROMPT | SLOW)[what], f"{{ {field} {{ {selection} }} }}")
    assert nulled(ours) == nulled(theirs)


async def test_a_request_that_is_cancelled_leaves_only_what_others_may_share(world: Database) -> None:
    before = asyncio.all_tasks()
    document = parse('{ contact(by: {email: "x"}) { id } contacts { nodes { leads { nodes { id } } } } }')
    running = asyncio.ensure_future(fieldwise.execute(schema, document, context(world)))
    for _ in range(3):
        await asyncio.sleep(0)
    assert len(asyncio.all_tasks() - before) > 2
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    left = asyncio.all_tasks() - before
    assert all("dispatch_queue_batch" in repr(task) for task in left)
    await asyncio.gather(*left)
