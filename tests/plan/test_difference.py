"""Both ways of running a query answer the same: by plan, and field by field by graphql-core.

LEADGRAPH_MADE_DOCUMENTS says how many documents are made, LEADGRAPH_SEED with which number they begin.

What is the same. Data is compared exactly, the order of its keys included. Errors that belong to no field are
compared exactly, in their order. Errors of fields are compared as a set of what a client sees: message, path,
locations, extensions. graphql-core orders them by the moment they happen, so their order says nothing.

Where one error nulls what others lie in, graphql-core itself reports what came first and drops what came
later. Only if the sets differ, the document is run once more with every error kept at its own field: so we
know all errors that can be, and which value each of them nulls. Then each way is judged by itself. Both may
report only errors that can be; exactly one of those that null the same value; none is left out, unless what
it nulls lies inside of another nulled value, so that it may have come too late.
"""

import asyncio
import gc
import json
import os
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from graphql import GraphQLError, is_non_null_type, parse, validate
from graphql import experimental_execute_incrementally as execute
from graphql.pyutils import is_awaitable
from strawberry.schema.schema import StrawberryGraphQLCoreExecutionContext

from db.database import Database
from resolvers.context import Context
from schema.build import schema
from schema.limits import UNBOUND, Limits
from schema.plan import Executor
from schema.plan.checks import coded
from server.graphql.errors import told
from tests.plan.documents import Generated, Pools, generate, pools_of
from tests.world import NOW

SEED = int(os.environ.get("LEADGRAPH_SEED", "20261101"))
DOCUMENTS = int(os.environ.get("LEADGRAPH_MADE_DOCUMENTS", "400"))
CHUNKS = 4
TOGETHER = 4
QUERIES = Path(__file__).parents[1] / "queries"
READS = [path.stem for path in sorted(QUERIES.glob("*.graphql")) if "\nmutation" not in path.read_text()]
Where = tuple[str | int, ...]

# graphql-core leaves a resolver unawaited where it drops a branch for an error beside it.
pytestmark = [
    pytest.mark.filterwarnings("ignore:coroutine 'GraphQLCoreConverter:RuntimeWarning"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]


@dataclass(frozen=True)
class Answer:
    """What a client gets, and by which way."""

    data: Any
    errors: list[dict[str, Any]]
    way: str = "graphql-core"
    reason: str | None = None


@pytest.fixture(scope="module", autouse=True)
def nothing_left() -> Iterator[None]:
    """Clears such resolvers away where the warning is known, not in somebody else's test."""
    yield
    gc.collect()


@pytest.fixture(scope="module")
async def pools(world: Database) -> Pools:
    """What the small company has to draw from."""
    return await pools_of(world)


@pytest.fixture(scope="module")
def executor() -> Executor:
    """What the server runs operations by."""
    return Executor(schema, Limits(cost=UNBOUND).trusting())


def _context(world: Database) -> Context:
    return Context(world, now=NOW, actor=None, request_id="test")


async def expected(world: Database, asked: Generated) -> Answer:
    """The answer of graphql-core as Strawberry runs it."""
    document = parse(asked.document)
    if errors := validate(schema._schema, document):
        return Answer(None, _told(errors), "Strawberry")
    run = execute(
        schema._schema,
        document,
        context_value=_context(world),
        variable_values=asked.variables,
        operation_name=asked.operation_name,
        executor_class=StrawberryGraphQLCoreExecutionContext,
    )
    found: Any = await run if is_awaitable(run) else run
    of_variables = coded([error for error in found.errors or [] if error.path is None], "BAD_USER_INPUT")
    errors = [*of_variables, *(error for error in found.errors or [] if error.path is not None)]
    return Answer(json.loads(json.dumps(found.data)), _told(errors), "Strawberry")


async def answer(executor: Executor, world: Database, asked: Generated, by_plan: bool) -> Answer:
    """The answer of the executor, by plan where it can be, or field by field; a crash is an answer too."""
    asking = asked.document, asked.variables, asked.operation_name
    try:
        found = await executor.run(_context(world), *asking, by_plan=by_plan)
    except Exception as crash:
        return Answer(None, [], "crash", repr(crash))
    return Answer(found.data, _told(found.errors), found.way.value, found.reason)


def _told(errors: Iterable[GraphQLError]) -> list[dict[str, Any]]:
    return [json.loads(json.dumps(told(error, "test"))) for error in errors]


@dataclass(frozen=True)
class Possible:
    """All errors that a document can have, and the places that may not be null."""

    errors: Sequence[dict[str, Any]]
    never_null: set[Where]

    def nulled(self, error: dict[str, Any]) -> Where:
        """The place of the value that the error nulls; the whole data is at no place at all."""
        where: Where = tuple(error["path"])
        while where and where in self.never_null:
            where = where[:-1]
        return where


async def possible(world: Database, asked: Generated) -> Possible:
    """All that can go wrong: what graphql-core finds if every error stays at its own field."""
    never_null: set[Where] = set()

    class Keeping(StrawberryGraphQLCoreExecutionContext):
        """Notes what may not be null, and lets no error leave its field."""

        def complete_value(self, return_type: Any, details: Any, info: Any, path: Any, *rest: Any) -> Any:
            if is_non_null_type(return_type):
                never_null.add(tuple(path.as_list()))
            return super().complete_value(return_type, details, info, path, *rest)

        def handle_field_error(self, raw_error: Any, return_type: Any, details: Any, path: Any) -> None:
            if is_non_null_type(return_type):
                never_null.add(tuple(path.as_list()))
            self.error_propagation = False
            super().handle_field_error(raw_error, return_type, details, path)

    run = execute(
        *(schema._schema, parse(asked.document)),
        context_value=_context(world),
        variable_values=asked.variables,
        operation_name=asked.operation_name,
        executor_class=Keeping,
    )
    found: Any = await run if is_awaitable(run) else run
    return Possible(_told(found.errors or []), never_null)


def faults(found: Sequence[dict[str, Any]], all_of_them: Possible) -> list[str]:
    """What is wrong with these errors of fields, given all that can be."""
    if any("path" not in error for error in found):
        return ["an error of the whole request among errors of fields"]
    wrong = [f"no such error can be: {error}" for error in found if error not in all_of_them.errors]
    places = {all_of_them.nulled(error) for error in all_of_them.errors}
    reported = Counter(all_of_them.nulled(error) for error in found)
    for place in places:
        inside = any(place[:length] in places for length in range(len(place)))
        if reported[place] > 1 or (not reported[place] and not inside):
            wrong.append(f"{reported[place]} errors null what lies at {place}")
    return wrong


async def difference(world: Database, asked: Generated, one: Answer, other: Answer) -> str | None:
    """In what two answers differ; None where they are the same."""
    if other.way == "crash":
        return f"it crashed: {other.reason}"
    if json.dumps(one.data) != json.dumps(other.data):
        return "the data differs"
    if one.errors == other.errors or _sorted(one.errors) == _sorted(other.errors):
        without_place = [[e for e in found.errors if "path" not in e] for found in (one, other)]
        return None if without_place[0] == without_place[1] else "the order of the request's errors differs"
    if not any("path" in error for error in (*one.errors, *other.errors)):
        return "the request's errors differ"
    all_of_them = await possible(world, asked)
    wrong = [f"{found.way}: {fault}" for found in (one, other) for fault in faults(found.errors, all_of_them)]
    return "; ".join(wrong) or None


def _sorted(errors: Sequence[dict[str, Any]]) -> list[str]:
    return sorted(json.dumps(error, sort_keys=True) for error in errors)


@dataclass(frozen=True)
class Compared:
    """The answer by plan to a document, and all that is needed to ask again where another differs."""

    by_plan: Answer
    complaint: str | None = None


async def compare(executor: Executor, world: Database, name: str, asked: Generated) -> Compared:
    """Asks by plan and field by field, and compares with what Strawberry answers."""
    wanted = await expected(world, asked)
    by_plan = await answer(executor, world, asked, by_plan=True)
    for found in (by_plan, await answer(executor, world, asked, by_plan=False)):
        complaint = await difference(world, asked, wanted, found)
        if complaint:
            asking = f"{asked.document}\nvariables: {asked.variables!r}\noperation: {asked.operation_name}"
            answers = f"expected: {wanted}\nfound: {found}"
            return Compared(by_plan, f"{name}: {complaint}\n{asking}\n{answers}")
    return Compared(by_plan)


async def compare_made(
    executor: Executor, world: Database, pools: Pools, seeds: Iterable[int]
) -> list[Compared]:
    """Compares the documents of these numbers, a few at a time."""
    waiting = iter(seeds)

    async def work() -> list[Compared]:
        return [await compare(executor, world, _named(seed), generate(seed, pools)) for seed in waiting]

    found = await asyncio.gather(*(work() for _ in range(TOGETHER)))
    return [one for some in found for one in some]


def _named(seed: int) -> str:
    return f"LEADGRAPH_SEED={seed} LEADGRAPH_MADE_DOCUMENTS=1"


@pytest.mark.parametrize("name", READS)
async def test_both_ways_answer_a_written_document_alike(
    executor: Executor, world: Database, name: str
) -> None:
    found = await compare(
        executor, world, name, Generated((QUERIES / f"{name}.graphql").read_text(), {}, None)
    )
    assert found.complaint is None, found.complaint


@pytest.mark.parametrize("chunk", range(CHUNKS))
async def test_both_ways_answer_made_documents_alike(
    executor: Executor, world: Database, pools: Pools, chunk: int, request: pytest.FixtureRequest
) -> None:
    found = await compare_made(executor, world, pools, range(SEED + chunk, SEED + DOCUMENTS, CHUNKS))
    request.node.user_properties += [
        ("seed", SEED),
        ("ways", dict(Counter(one.by_plan.way for one in found))),
        ("reasons", dict(Counter(one.by_plan.reason for one in found if one.by_plan.reason))),
        ("with errors", sum(bool(one.by_plan.errors) for one in found)),
    ]
    complaints = [one.complaint for one in found if one.complaint]
    assert not complaints, f"{len(complaints)} of {len(found)} differ; {min(complaints, key=len)}"
    ways = Counter((one.by_plan.way, one.by_plan.reason) for one in found if not one.by_plan.errors)
    assert ways.total() < 100 or ways["plan", None] >= ways.total() * 0.8, ways


NULLING = """{
  contact(by: {email: "ann@kettle.example"}) {
    contacts(first: 0) { nodes { id } }
    leads(first: 101) { nodes { id } }
    account { accounts(first: -1) { nodes { id } } }
  }
  node(id: "nonsense") { id }
}"""
"""Two errors null the contact, one nulls the account inside of it, and one nulls its own field."""


@pytest.mark.parametrize(
    ("reported", "fair"),
    [
        ({"contacts", "node"}, True),
        ({"leads", "node"}, True),
        ({"accounts", "leads", "node"}, True),
        ({"accounts", "node"}, False),
        ({"contacts", "leads", "node"}, False),
        ({"contacts"}, False),
        (set(), False),
    ],
)
async def test_a_way_may_report_what_came_first(world: Database, reported: set[str], fair: bool) -> None:
    all_of_them = await possible(world, Generated(NULLING, {}, None))
    assert sorted(error["path"][-1] for error in all_of_them.errors) == [
        "accounts",
        "contacts",
        "leads",
        "node",
    ]
    chosen = [error for error in all_of_them.errors if error["path"][-1] in reported]
    assert (faults(chosen, all_of_them) == []) is fair
    changed = [{**error, "message": "Something else."} for error in chosen]
    assert not chosen or faults(changed, all_of_them)


async def test_any_other_difference_is_found(executor: Executor, world: Database) -> None:
    asked = Generated(NULLING, {}, None)
    own = await answer(executor, world, asked, by_plan=False)
    assert await difference(world, asked, own, own) is None
    assert await difference(world, asked, own, replace(own, data={"node": None, "contact": None}))
    assert await difference(world, asked, own, replace(own, errors=[]))
    moved = [{**error, "locations": []} for error in own.errors]
    assert await difference(world, asked, own, replace(own, errors=moved))
    unplaced = [{"message": "No."}, {"message": "Neither."}]
    assert await difference(world, asked, replace(own, errors=unplaced), replace(own, errors=unplaced[::-1]))
