"""What execution field by field costs, against Strawberry's own, over the demo.

`python -m benchmarks.fieldwise` starts a PostgreSQL, loads the demo, and runs each document in process, in
turn: by `schema.execute`, by Strawberry's executor on the document parsed before, and by ours. It prints the
medians of the process's CPU time, which leaves out what PostgreSQL spends, and ours as a ratio to theirs.
"""

import asyncio
import gc
import json
import tempfile
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from typing import Any

import asyncpg
from graphql import DocumentNode, ExecutionResult, execute, parse
from strawberry.execution import optimized_is_awaitable
from strawberry.schema.schema import StrawberryGraphQLCoreExecutionContext

from db.database import Database, connected
from db.embedded import running
from db.migrate import migrate
from engines import demo
from resolvers.context import Context
from resolvers.identity import to_global
from schema.build import schema
from schema.plan import fieldwise

ROUNDS = 40
FIGURES = """
fragment Figures on Insights { interactions email { delivered uniqueOpens openRate clickThroughRate } }
"""
PLAIN = """
id version createdAt updatedAt fullName firstName middleName lastName salutation suffix nickName jobTitle
department email email2 businessPhone homePhone mobilePhone fax website description birthDate gender
familyStatus accountRole marketingOnly addressLine1 city postalCode country
"""
DOCUMENTS = {
    "one contact, its account, its insights": """
        query ($id: ID!) { contact(by: {id: $id}) { id fullName email account { name industry }
          insights { ...Figures } } }
        """
    + FIGURES,
    "100 contacts, 30 plain fields": "{ contacts(first: 100) { nodes { " + PLAIN + " } } }",
    "50 accounts, 10 contacts, leads, insights": """
        { accounts(first: 50) { nodes { name insights { ...Figures }
            contacts(first: 10) { nodes { fullName insights { ...Figures }
              leads(first: 5) { nodes { topic stage insights { ...Figures } } } } } } } }
        """
    + FIGURES,
    "100 interactions": """
        query ($id: ID!) { contact(by: {id: $id}) { interactions(first: 100) {
          pageInfo { hasNextPage endCursor }
          edges { cursor node { id type category actor occurredAt messageId link contact { fullName }
            account { name } } } } } }
        """,
    "a list of 20, nothing else": "{ accounts(first: 20) { nodes { name city } } }",
    "introspection of one type": '{ __type(name: "Contact") { fields { name type { kind name } } } }',
}
Way = Callable[[Context, str, DocumentNode, dict[str, Any]], Awaitable[Any]]


async def _strawberry(context: Context, text: str, _: DocumentNode, variables: dict[str, Any]) -> Any:
    return await schema.execute(text, variable_values=variables, context_value=context)


async def _parsed(context: Context, _: str, document: DocumentNode, variables: dict[str, Any]) -> Any:
    is_awaitable: Any = optimized_is_awaitable
    result = execute(
        schema._schema,
        document,
        context_value=context,
        variable_values=variables,
        is_awaitable=is_awaitable,
        executor_class=StrawberryGraphQLCoreExecutionContext,
    )
    return result if isinstance(result, ExecutionResult) else await result


async def _ours(context: Context, _: str, document: DocumentNode, variables: dict[str, Any]) -> Any:
    return await fieldwise.execute(schema, document, context, variables)


WAYS: dict[str, Way] = {"Strawberry": _strawberry, "parsed before": _parsed, "ours": _ours}


def _context(db: Database) -> Context:
    return Context(db, datetime.now(UTC), None, "benchmark")


async def busiest(db: Database) -> str:
    """The global id of the contact with the most interactions."""
    text = "select contact_id from interaction where contact_id is not null group by 1 order by count(*) desc"
    rows = await db.reads().rows("busiest contact", text=f"{text} limit 1")
    return to_global("Contact", rows[0]["contact_id"])


async def compare(db: Database, name: str, variables: dict[str, Any]) -> None:
    """Runs one document every way in turn, and prints a line."""
    text = DOCUMENTS[name]
    document, given = parse(text), variables if "$id" in text else {}
    spent: dict[str, list[float]] = {way: [] for way in WAYS}
    answers: set[str] = set()
    for turn in range(ROUNDS + 2):
        for way, run in WAYS.items():
            context = _context(db)
            gc.collect()
            begun = time.process_time()
            result = await run(context, text, document, given)
            if turn > 1:
                spent[way].append((time.process_time() - begun) * 1000)
            assert result.errors is None
            if turn == 0 and "insights" not in text:
                answers.add(json.dumps(result.data))
    assert len(answers) < 2
    theirs, parsed, ours = (median(times) for times in spent.values())
    print(
        f"{name:44} {theirs:8.2f} {parsed:8.2f} {ours:8.2f} ms"
        f"   ours to Strawberry {ours / theirs:.2f}, to parsed before {ours / parsed:.2f}"
    )


async def main(dsn: str) -> None:
    """Prepares the demo and compares."""
    connection = await asyncpg.connect(dsn)
    await migrate(connection)
    await connection.close()
    async with connected(dsn) as db:
        await demo.load(db, datetime.now(UTC))
        variables = {"id": await busiest(db)}
        print(f"{'CPU, median of ' + str(ROUNDS):44} {' '.join(f'{way:>8.8}' for way in WAYS)}")
        for name in DOCUMENTS:
            await compare(db, name, variables)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory(dir="/tmp") as folder, running(Path(folder)) as address:
        asyncio.run(main(address))
