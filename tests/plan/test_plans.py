"""What plans do: how many statements, what is kept, what is shared, and what goes another way."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any, cast

import pytest

from db.database import AT_ONCE, Database, Reads, connected
from resolvers.context import Context
from schema.build import schema
from schema.plan import Executor, Way
from schema.plan.documents import MOST_CHARACTERS, MOST_DOCUMENTS, MOST_PLANS
from server.graphql.errors import told

AT = datetime(2026, 11, 1, tzinfo=UTC)
FIGURES = "interactions lastEngagementAt byType { type count } email { sent openRate }"


@pytest.fixture(scope="module")
async def company(demo: str) -> AsyncIterator[Database]:
    """The demo company."""
    async with connected(demo) as found:
        yield found


@pytest.fixture
def executor() -> Executor:
    """An executor that knows nothing yet."""
    return Executor(schema)


async def run(executor: Executor, db: Database, text: str, **variables: Any) -> tuple[Any, list[str]]:
    """The data of a document that is planned, and its statements."""
    context = Context(db, AT, None, "test")
    outcome = await executor.run(context, text, variables)
    assert (outcome.way, outcome.reason, outcome.errors) == (Way.PLAN, None, ())
    return outcome.data, context.reads.ran


async def ids(executor: Executor, db: Database) -> dict[str, str]:
    """A contact and an account of the company."""
    data, _ = await run(executor, db, "{ contacts(first: 1) { nodes { id account { id } } } }")
    (contact,) = data["contacts"]["nodes"]
    return {"contact": contact["id"], "account": contact["account"]["id"]}


async def test_three_levels_with_insights_and_totals_are_three_statements(
    executor: Executor, company: Database
) -> None:
    text = f"""query ($accounts: Int!, $contacts: Int!) {{
      accounts(first: $accounts) {{ totalCount {{ value }} nodes {{ name insights {{ {FIGURES} reach }}
        contacts(first: $contacts) {{ totalCount {{ value }} nodes {{ fullName insights {{ {FIGURES} }}
          leads(first: 5) {{ totalCount {{ value }} nodes {{ topic insights {{ {FIGURES} }} }} }}
        }} }} }} }} }}"""
    for accounts, contacts in ((3, 2), (40, 10)):
        _, ran = await run(executor, company, text, accounts=accounts, contacts=contacts)
        assert ran == ["accounts", "contacts by account", "leads by contact"]


@pytest.mark.parametrize("kind", ["contact", "account"])
async def test_a_record_with_its_insights_is_one_statement(
    executor: Executor, company: Database, kind: str
) -> None:
    known = await ids(executor, company)
    text = f"query ($id: ID!) {{ {kind}(by: {{id: $id}}) {{ id all: insights(from: null) {{ {FIGURES} }}"
    text += f" insights {{ id {FIGURES} }} }} }}"
    _, ran = await run(executor, company, text, id=known[kind])
    assert ran == [f"{kind}_by_id"]


async def test_what_hangs_on_a_known_id_goes_out_beside_its_record(
    executor: Executor, company: Database
) -> None:
    known = await ids(executor, company)
    begun: list[str] = []
    ended: list[str] = []

    class Heard(Reads):
        async def rows(self, name: str, *args: Any, text: str | None = None) -> Any:
            begun.append(name)
            await asyncio.sleep(0.01)
            assert not ended or len(begun) == 3
            found = await super().rows(name, *args, text=text)
            ended.append(name)
            return found

    context = Context(company, AT, None, "test")
    context.reads = context.loaders._reads = Heard(company._connections)
    lists = "contacts { nodes { id } } leads { nodes { id } }"
    text = f"query ($id: ID!) {{ account(by: {{id: $id}}) {{ name {lists} }} }}"
    outcome = await executor.run(context, text, {"id": known["account"]})
    assert outcome.way is Way.PLAN
    assert sorted(ended) == ["account_by_id", "contacts by account", "leads by account"]


async def test_equal_relations_met_at_once_share_a_statement(executor: Executor, company: Database) -> None:
    leads = "leads(first: 2) { nodes { topic } }"
    _, ran = await run(executor, company, f"{{ contacts(first: 3) {{ nodes {{ a: {leads} b: {leads} }} }} }}")
    assert ran == ["contacts", "leads by contact"]


async def test_lookups_by_several_ids_share_a_statement(executor: Executor, company: Database) -> None:
    data, _ = await run(executor, company, "{ contacts(first: 5) { nodes { id } } }")
    asked = [
        f'c{at}: contact(by: {{id: "{c["id"]}"}}) {{ id }}' for at, c in enumerate(data["contacts"]["nodes"])
    ]
    found, ran = await run(executor, company, f"{{ {' '.join(asked)} }}")
    assert ran == ["contact_by_id"]
    assert list(found.values()) == data["contacts"]["nodes"]


async def test_a_request_runs_only_so_many_statements_at_once(executor: Executor, company: Database) -> None:
    held, most = 0, 0

    class Counting:
        """The pool, with a count of what is taken from it."""

        @asynccontextmanager
        async def acquire(self) -> AsyncIterator[Any]:
            nonlocal held, most
            held, most = held + 1, max(most, held + 1)
            async with company._connections.acquire() as connection:
                await asyncio.sleep(0.01)
                yield connection
            held -= 1

    context = Context(company, AT, None, "test")
    context.reads = context.loaders._reads = Reads(cast(Any, Counting()))
    text = "{ " + " ".join(f"l{n}: leads(first: {n}) {{ nodes {{ id }} }}" for n in range(1, 13)) + " }"
    outcome = await executor.run(context, text)
    assert (outcome.way, len(context.reads.ran)) == (Way.PLAN, 12)
    assert most == AT_ONCE


async def test_columns_that_nobody_asks_for_are_not_read(executor: Executor, company: Database) -> None:
    read: list[str] = []

    class Heard(Reads):
        async def rows(self, name: str, *args: Any, text: str | None = None) -> Any:
            read.append(text or "")
            return await super().rows(name, *args, text=text)

    context = Context(company, AT, None, "test")
    context.reads = context.loaders._reads = Heard(company._connections)
    await executor.run(context, "{ contacts(first: 2) { nodes { jobTitle account { name } } } }")
    (text,) = read
    assert "t.job_title" in text
    for column in ("t.email", "t.full_name", "count(*)", "rollup", "t.*"):
        assert column not in text


async def test_a_text_is_planned_once_for_each_way_its_directives_can_turn(
    executor: Executor, company: Database
) -> None:
    text = (
        "query ($more: Boolean!, $n: Int) { contacts(first: $n) { nodes { id email @include(if: $more) } } }"
    )
    for _ in range(3):
        short, _ = await run(executor, company, text, more=False, n=1)
        long, _ = await run(executor, company, text, more=True, n=2)
    assert set(short["contacts"]["nodes"][0]) == {"id"}
    assert set(long["contacts"]["nodes"][0]) == {"id", "email"}
    assert len(executor.documents.of(text).plans) == 2


def test_what_is_kept_of_documents_is_bounded(executor: Executor) -> None:
    known = executor.documents
    first = known.of("{ __typename }")
    for number in range(MOST_DOCUMENTS + 10):
        known.of(f"{{ a{number}: __typename }}")
    assert len(known._known) == MOST_DOCUMENTS
    assert known.of("{ __typename }") is not first
    for number in range(8):
        known.of(f"{{ b{number}: __typename }} #" + "x" * (MOST_CHARACTERS // 4))
    assert sum(map(len, known._known)) <= MOST_CHARACTERS


async def test_the_plans_of_a_document_are_bounded(executor: Executor, company: Database) -> None:
    names = [f"v{number}" for number in range(6)]
    fields = " ".join(f"{name}: __typename @skip(if: ${name})" for name in names)
    text = f"query ({' '.join(f'${name}: Boolean!' for name in names)}) {{ {fields} end: __typename }}"
    for number in range(MOST_PLANS * 2):
        await run(executor, company, text, **{name: bool(number >> at & 1) for at, name in enumerate(names)})
    assert len(executor.documents.of(text).plans) <= MOST_PLANS


@pytest.mark.parametrize(
    ("text", "variables", "reason"),
    [
        ("{ __schema { queryType { name } } }", {}, "introspection"),
        ("{ contacts(first: 0) { nodes { id } } }", {}, "refused"),
        ('{ contacts(after: "x") { __typename } }', {}, "refused"),
        ("query ($n: Int!) { contacts(first: $n) { nodes { id } } }", {"n": "one"}, "variables do not fit"),
        ("query A { __typename } query B { __typename }", {}, "no such operation"),
        ("{ nothing }", {}, "not valid"),
        ("{", {}, "not valid"),
    ],
)
async def test_what_no_plan_holds_says_why(
    executor: Executor, company: Database, text: str, variables: dict[str, Any], reason: str
) -> None:
    outcome = await executor.run(Context(company, AT, None, "test"), text, variables)
    assert (outcome.way, outcome.reason) == (Way.GRAPHQL_CORE, reason)
    assert executor.ways[Way.GRAPHQL_CORE.value, reason] == 1


async def test_what_failed_after_long_is_not_begun_again(
    executor: Executor, company: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    class Slow(Reads):
        async def rows(self, name: str, *args: Any, text: str | None = None) -> Any:
            asked.append(name)
            await asyncio.sleep(0.02)
            raise TimeoutError("the statement took too long")

    monkeypatch.setattr("schema.plan.execution.PATIENCE", 0.01)
    context = Context(company, AT, None, "test")
    context.reads = context.loaders._reads = Slow(company._connections)
    outcome = await executor.run(context, "{ all: contacts { nodes { id } } }")
    assert (outcome.data, outcome.reason, asked) == (None, "TimeoutError", ["contacts"])
    assert [error.path for error in outcome.errors] == [["all"]]
    assert told(outcome.errors[0], "test")["extensions"]["reason"] == "TIMEOUT"


async def test_a_fault_of_a_statement_is_told_by_the_other_way(executor: Executor, company: Database) -> None:
    class Failing(Reads):
        async def rows(self, name: str, *args: Any, text: str | None = None) -> Any:
            raise ConnectionError("the database is gone")

    context = Context(company, AT, None, "test")
    context.reads = context.loaders._reads = Failing(company._connections)
    text = '{ contact(by: {email: "nobody@example.org"}) { id } __typename }'
    outcome = await executor.run(context, text)
    assert (outcome.way, outcome.reason) == (Way.GRAPHQL_CORE, "ConnectionError")
    assert outcome.data == {"contact": None, "__typename": "Query"}
    assert [error.path for error in outcome.errors] == [["contact"]]
