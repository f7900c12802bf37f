"""The schema as text: sorted, with nothing in it that says nothing."""

import json

from graphql import (
    GraphQLScalarType,
    build_schema,
    is_specified_scalar_type,
    lexicographic_sort_schema,
    print_schema,
)
from typer.testing import CliRunner

from schema.build import schema
from schema.history import UNRELEASED, history, released
from schema.printed import ordered
from server.cli import cli

TEXT = schema.as_str()


def test_it_is_in_the_order_that_graphql_core_sorts_by() -> None:
    assert ordered(TEXT) == TEXT
    plain = print_schema(build_schema(TEXT))
    assert plain == print_schema(lexicographic_sort_schema(build_schema(TEXT)))


def test_sorting_keeps_what_stands_on_a_field_and_the_order_of_a_list() -> None:
    directive = "directive @cost(weight: String!) on FIELD_DEFINITION\n\n"
    field = '  b(of: [Int!] = [2, 1]): Int @cost(weight: "3")\n'
    text = f"{directive}type Query {{\n{field}  a: Int\n}}"
    assert ordered(text) == f"{directive}type Query {{\n  a: Int\n{field}}}"


def test_sorting_leaves_words_alone_and_an_empty_line_before_them() -> None:
    first = '  """\n  Two lines\n    with "quotes"\n  """\n  b: Int'
    text = f'type Query {{\n{first}\n\n  """One."""\n  c: Int\n}}'
    assert ordered(text) == text


def test_no_argument_is_told_to_be_null_by_default() -> None:
    assert [line for line in TEXT.splitlines() if line.endswith("= null")] == []


def test_every_scalar_of_ours_says_where_it_is_specified() -> None:
    kinds = schema._schema.type_map.values()
    scalars = [k for k in kinds if isinstance(k, GraphQLScalarType) and not is_specified_scalar_type(k)]
    assert scalars != []
    assert [kind.name for kind in scalars if not (kind.specified_by_url or "").startswith("https://")] == []


def test_what_was_released_can_be_read_by_clients() -> None:
    assert [name for name, text in released().items() if not build_schema(text).query_type] == []


def _command(*options: str) -> str:
    done = CliRunner().invoke(cli, ["schema", *options])
    assert done.exit_code == 0, done.output
    return done.stdout


def test_the_command_prints_it_for_readers_and_for_tools() -> None:
    assert _command() == TEXT + "\n"
    assert json.loads(_command("--json"))["data"]["__schema"]["queryType"]["name"] == "Query"
    found = dict(history(released(), TEXT))[UNRELEASED]
    assert len(_command("--changes").splitlines()) == max(len(found), 1)
