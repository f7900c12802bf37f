"""The walls of the house: what may import what, that everything has words, that nothing drifts."""

import ast
import re
from collections.abc import Iterator
from dataclasses import fields
from datetime import UTC, datetime
from importlib.metadata import packages_distributions
from pathlib import Path
from typing import get_args, get_type_hints

import asyncpg
import pytest
from graphql import GraphQLEnumType, GraphQLInputObjectType, GraphQLInterfaceType, GraphQLObjectType
from importlinter import cli as importlinter

from db import rollups
from db.insights import Counting, reach_statement, sums_statement
from db.sql import statements
from domain import facts
from domain.insights import Attribution
from domain.intake import ENTITIES
from domain.windows import Window
from schema.build import schema

ROOT = Path(__file__).parents[1]
ROOMS = ("server", "schema", "resolvers", "engines", "db", "domain")
MODULES = sorted(path for room in ROOMS for path in (ROOT / room).rglob("*.py"))
LONGEST_MODULE = 310
LONGEST_FUNCTION = 32


def test_imports_point_down() -> None:
    assert importlinter.lint_imports(config_filename=str(ROOT / "pyproject.toml")) == 0


def test_no_installed_distribution_provides_a_package_of_our_name() -> None:
    provided = packages_distributions()
    assert {room: set(provided.get(room, [])) - {"leadgraph"} for room in ROOMS} == {r: set() for r in ROOMS}


@pytest.mark.parametrize("module", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_modules_and_functions_stay_short(module: Path) -> None:
    text = module.read_text()
    assert len(text.splitlines()) <= LONGEST_MODULE
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            assert (node.end_lineno or 0) - node.lineno < LONGEST_FUNCTION, node.name


def _words() -> Iterator[tuple[str, str | None]]:
    for name, kind in schema._schema.type_map.items():
        if name.startswith("__"):
            continue
        yield name, kind.description
        if isinstance(kind, GraphQLEnumType):
            yield from ((f"{name}.{value}", shown.description) for value, shown in kind.values.items())
        if isinstance(kind, GraphQLObjectType | GraphQLInterfaceType | GraphQLInputObjectType):
            for field_name, field in kind.fields.items():
                yield f"{name}.{field_name}", field.description
                for argument, shown in getattr(field, "args", {}).items():
                    yield f"{name}.{field_name}({argument})", shown.description


def test_everything_in_the_graph_has_words() -> None:
    assert [name for name, words in _words() if not words] == []


def test_every_field_says_where_it_comes_from() -> None:
    """Executor and sweeps read what each field declares: column, relation, list, aggregate or custom."""
    for kind in schema._schema.type_map.values():
        definition = (kind.extensions or {}).get("strawberry-definition")
        if isinstance(kind, GraphQLObjectType) and definition is not None:
            for field in definition.fields:
                assert "source" in field.metadata, f"{kind.name}.{field.python_name}"


def test_every_mutation_answers_with_user_errors() -> None:
    mutation = schema._schema.mutation_type
    assert mutation is not None
    for name, field in mutation.fields.items():
        payload = getattr(field.type, "of_type", field.type)
        assert "userErrors" in payload.fields, name


def test_the_committed_schema_is_the_schema() -> None:
    assert (ROOT / "schema" / "schema.graphql").read_text() == schema.as_str() + "\n", "run `make sdl`"


COMPOSED = re.compile(
    "^sums_of$|_counted|^account_reach$|^engaged_member|^account_sums_|^additions_|_in_scope$"
)
"""Parts of statements; what is composed of them is prepared below."""


@pytest.fixture(scope="module")
async def connection(dsn: str) -> asyncpg.Connection:
    found = await asyncpg.connect(dsn)
    for text in statements().values():
        if "create temp table" in text:
            await found.execute(text)
    return found


@pytest.mark.parametrize("name", sorted(name for name in statements() if not COMPOSED.search(name)))
async def test_every_named_statement_can_be_prepared(connection: asyncpg.Connection, name: str) -> None:
    for text in statements()[name].split(";\n"):
        await connection.prepare(text)


@pytest.mark.parametrize(
    "text",
    [
        rollups.left(),
        rollups.folded(),
        rollups.emptied(),
        *map(rollups.added, ("staged_sums_by_hour", "recount_by_hour")),
    ],
    ids=["left", "folded", "emptied", "altered", "recounted"],
)
async def test_every_statement_that_writes_sums_can_be_prepared(
    connection: asyncpg.Connection, text: str
) -> None:
    await connection.prepare(text)


@pytest.mark.parametrize("owner", ["contact", "account"])
@pytest.mark.parametrize(
    "window", [Window(), Window(datetime(2026, 1, 1, 1, tzinfo=UTC))], ids=["all", "part"]
)
async def test_every_statement_of_sums_can_be_prepared(
    connection: asyncpg.Connection, owner: str, window: Window
) -> None:
    for whose in Attribution if owner == "account" else [Attribution.CURRENT_MEMBERS]:
        _, text, _ = sums_statement(owner, [], Counting(window, attribution=whose))
        await connection.prepare(text)
    text, _ = reach_statement([], Counting(window))
    await connection.prepare(text)


@pytest.mark.parametrize("entity", sorted(ENTITIES))
async def test_every_record_holds_what_its_table_does(connection: asyncpg.Connection, entity: str) -> None:
    described = await connection.prepare(f"select * from {entity}")
    kept = {column.name for column in described.get_attributes()}
    assert kept == {field.name for field in fields(ENTITIES[entity])}


async def test_an_interaction_holds_what_its_table_does(connection: asyncpg.Connection) -> None:
    described = await connection.prepare("select * from interaction")
    kept = {column.name for column in described.get_attributes()}
    assert kept == {field.name for field in fields(facts.Interaction)}


@pytest.mark.parametrize("entity", [*sorted(ENTITIES), "interaction"])
async def test_what_a_record_always_holds_its_table_always_holds(
    connection: asyncpg.Connection, entity: str
) -> None:
    """So that a plan may trust a column that is never null."""
    record = ENTITIES.get(entity, facts.Interaction)
    hints = get_type_hints(record)
    always = {name for name, hint in hints.items() if type(None) not in get_args(hint)}
    kept = await connection.fetch(
        "select attname from pg_attribute where attrelid = $1::regclass and attnum > 0 and attnotnull", entity
    )
    assert always <= {row["attname"] for row in kept}


CONTACT_FACTS = ("contact_account_membership", "interaction", "delivered_copy", "copy_mark", "contact_rollup")


@pytest.mark.parametrize("table", CONTACT_FACTS)
async def test_a_contacts_facts_are_kept_by_contact(connection: asyncpg.Connection, table: str) -> None:
    """So that they can be distributed by contact (design: one machine, then many)."""
    unique = await connection.fetch(
        "select indkey[0] as first from pg_index where indrelid = $1::regclass and indisunique", table
    )
    column = await connection.fetchval(
        "select attnum from pg_attribute where attrelid = $1::regclass and attname = 'contact_id'", table
    )
    assert unique
    assert {row["first"] for row in unique} == {column}


async def test_the_database_has_no_triggers_no_sequences_and_no_citext(
    connection: asyncpg.Connection,
) -> None:
    triggers = await connection.fetch("select tgname from pg_trigger where not tgisinternal")
    sequences = await connection.fetch("select relname from pg_class where relkind = 'S'")
    citext = await connection.fetch("select typname from pg_type where typname = 'citext'")
    assert (triggers, sequences, citext) == ([], [], [])
