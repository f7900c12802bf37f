"""Documents that ask for too much are refused before graphql-core looks at them, with both numbers."""

from dataclasses import replace
from typing import Any

import pytest
from graphql import Lexer, Source, TokenKind, get_introspection_query

from schema.build import schema
from schema.limits import Limits, tokens
from schema.plan import Executor
from schema.plan.execution import Admitted, Outcome


def _nested(first: int, *fields: str) -> str:
    """Lists within lists."""
    inner = "id"
    for field in reversed(fields):
        inner = f"{field}(first: {first}) {{ nodes {{ {inner} }} }}"
    return f"{{ {inner} }}"


def _chain(spreads: str, count: int) -> str:
    """Fragments that each spread the next."""
    links = "".join(f"fragment F{n} on Contact {{ {spreads.format(n + 1)} }} " for n in range(count))
    return f"{links}fragment F{count} on Contact {{ id }} {{ contacts {{ nodes {{ ...F0 }} }} }}"


BRANCH = "account {{ contacts {{ nodes {{ ...F{0} }} }} }}"
REPEATED = "contacts(first: 1) { nodes { id account { id name } } } "
ATTACKS = {
    "tokens": ("{ " + "__typename " * 6_000 + "}", "TOO_MANY_TOKENS", 5_000, 6_002),
    "characters": ("#" * 200_001 + "\n{ __typename }", "TOO_LONG", 200_000, 200_016),
    "braces": ("{" * 100_000, "TOO_MANY_TOKENS", 5_000, 100_000),
    "quotes": ('{ a(b: "' + '"\\' * 3_000 + "{" * 6_000, None, None, None),
    "aliases": (
        "{" + " ".join(f"a{n}: __typename" for n in range(101)) + "}",
        "TOO_MANY_ALIASES",
        50,
        101,
    ),
    "aliases in a fragment": (
        "{ a: accounts { nodes { ...F } } b: accounts { nodes { ...F } } } fragment F on Account {"
        + " ".join(f"x{n}: name" for n in range(25))
        + "}",
        "TOO_MANY_ALIASES",
        50,
        52,
    ),
    "directives at one place": ("{ __typename " + "@aa " * 10 + "}", "TOO_MANY_DIRECTIVES", 5, 10),
    "directives": ("{ " + "id @skip(if: true) " * 201 + "}", "TOO_MANY_DIRECTIVES", 200, 201),
    "one field 500 times": ("{ " + "__typename " * 500 + "}", "TOO_MANY_REPEATS", 100, 500),
    "a tree 99 times": ("{ " + REPEATED * 99 + "}", "TOO_MANY_REPEATS", 20_000, None),
    "an unused fragment": ("{ id } fragment F on Contact { " + "id " * 4_000 + "}", None, None, None),
    "doubling fragments": (_chain("...F{0} ...F{0}", 21), "TOO_MANY_FIELDS", 10_000, None),
    "doubling records": (
        _chain(f"a: {BRANCH} b: {BRANCH}", 4),
        "TOO_COSTLY",
        50_000,
        None,
    ),
    "a long chain": (_chain("...F{0}", 100), "TOO_DEEP", 25, 101),
    "a circle": (_chain("...F{0}", 2).replace("{ id }", "{ ...F0 }"), None, None, None),
    "circular introspection": (
        "{ __schema { types { fields { type { fields { type { fields { type { name } } } } } } } } }",
        None,
        None,
        None,
    ),
    "deep introspection": (
        "{ __schema { queryType { " + "ofType { " * 30 + "name" + " }" * 33,
        "TOO_DEEP",
        20,
        33,
    ),
    "depth": (
        "{ contacts { nodes { " + "account { parentAccount { " * 7 + "id" + " }" * 17,
        "TOO_DEEP",
        15,
        17,
    ),
    "root fields": ("{ " + " ".join(f"x{n}" for n in range(31)) + "}", "TOO_MANY_ROOT_FIELDS", 30, 31),
    "nested lists": (
        "{ accounts(first: 1) { nodes { name(x: " + "[" * 2_000 + "]" * 2_000 + ") } } }",
        None,
        None,
        None,
    ),
    "nested objects": (
        "{ contacts(where: " + "{not: " * 900 + "{}" + "}" * 900 + ") { nodes { id } } }",
        None,
        None,
        None,
    ),
    "pages of pages": (_nested(100, "accounts", "contacts", "leads"), "TOO_COSTLY", 50_000, 1_020_201),
    "pages of usual size": (
        "{ accounts { nodes { contacts { nodes { leads { nodes { contact { contacts { nodes { id } }"
        " } } } } } } } }",
        "TOO_COSTLY",
        50_000,
        None,
    ),
}


def _told(refused: Outcome) -> dict[str, Any]:
    return refused.errors[0].extensions or {}


@pytest.mark.parametrize("attack", ATTACKS)
def test_a_known_attack_is_refused(attack: str) -> None:
    text, reason, limit, actual = ATTACKS[attack]
    refused = Executor(schema).admit(text, {}, None)
    assert isinstance(refused, Outcome)
    assert not refused.begun
    assert len(refused.errors) <= Limits.errors + 1
    message, told = refused.errors[0].message, _told(refused)
    assert told["code"] in ("GRAPHQL_PARSE_FAILED", "GRAPHQL_VALIDATION_FAILED")
    assert told.get("reason") == reason, message
    if reason is not None:
        assert told["limit"] == limit
        assert told["actual"] == actual or actual is None
        assert str(limit) in message
        assert str(told["actual"]) in message


@pytest.mark.parametrize("details", [False, True])
def test_the_usual_introspection_is_admitted(details: bool) -> None:
    text = get_introspection_query(
        specified_by_url=details, schema_description=details, input_value_deprecation=details
    )
    assert isinstance(Executor(schema).admit(text, {}, None), Admitted)


def test_each_limit_can_be_set() -> None:
    text = "{ contacts { nodes { id } } }"
    narrow = {
        "depth": "TOO_DEEP",
        "tokens": "TOO_MANY_TOKENS",
        "cost": "TOO_COSTLY",
        "fields": "TOO_MANY_FIELDS",
    }
    for limit, reason in narrow.items():
        refused = Executor(schema, replace(Limits(), **{limit: 2})).admit(text, {}, None)  # type: ignore[arg-type]
        assert isinstance(refused, Outcome)
        assert _told(refused)["reason"] == reason


def test_without_introspection_nothing_of_the_schema_is_told() -> None:
    executor = Executor(schema, Limits(introspection=False))
    for text in ('{ __type(name: "Contact") { name } }', "{ __schema { queryType { name } } }"):
        refused = executor.admit(text, {}, None)
        assert isinstance(refused, Outcome)
        assert "introspection" in refused.errors[0].message
    for kind, suggests in ((executor, False), (Executor(schema), True)):
        refused = kind.admit("{ contact { idd } contactz }", {}, None)
        assert isinstance(refused, Outcome)
        assert any("Did you mean" in error.message for error in refused.errors) is suggests
    assert isinstance(executor.admit("{ __typename }", {}, None), Admitted)


def test_what_is_wrong_is_told_of_a_few_places_only() -> None:
    text = "{ contacts { nodes { " + " ".join(f"x{n}" for n in range(900)) + " } } }"
    refused = Executor(schema).admit(text, {}, None)
    assert isinstance(refused, Outcome)
    assert len(refused.errors) == Limits.errors + 1
    names = [f"$v{n}" for n in range(60)]
    text = (
        f"query({' '.join(f'{name}: ID!' for name in names)}) {{ nodes(ids: [{' '.join(names)}]) {{ id }} }}"
    )
    refused = Executor(schema).admit(text, {}, None)
    assert isinstance(refused, Outcome)
    assert len(refused.errors) == Limits.errors
    assert all((error.extensions or {})["code"] == "BAD_USER_INPUT" for error in refused.errors)


def test_variables_are_looked_at_only_until_enough_is_wrong() -> None:
    """Each reason costs much more than the value: who sends thousands must not keep a process busy."""
    document = Executor(schema).documents.trust("query ($ids: [ID!]!) { nodes(ids: $ids) { id } }")
    operation = document.operation(None)
    assert operation is not None
    wrong = operation.definitions.coerce({"ids": [{}] * 1_000})
    assert isinstance(wrong, list)
    assert len(wrong) == Limits.errors + 1


def test_a_trusted_document_is_limited_in_cost_alone() -> None:
    executor = Executor(schema)
    wide = "{ accounts(first: 1) { nodes { " + " ".join(f"a{n}: name" for n in range(80)) + " } } }"
    assert isinstance(executor.admit(wide, {}, None), Outcome)
    assert executor.documents.trust(wide).errors is None
    dear = _nested(100, "accounts", "contacts", "leads")
    assert executor.documents.trust(dear).errors is None
    assert isinstance(executor.admit(dear, {}, None), Outcome)
    executor = Executor(schema)
    executor.documents.trust(wide)
    assert isinstance(executor.admit(wide, {}, None), Admitted)


TEXT = r'''# no
query Q($a: [Int!] = [1, -2.5e3]) @d { a: b(c: "x \" {", d: """ { \""" """) { ...F ... on T { x } } } & |
'''


@pytest.mark.parametrize("text", [TEXT, get_introspection_query()])
def test_tokens_are_counted_as_they_are_parsed(text: str) -> None:
    lexer, count = Lexer(Source(text)), 0
    while lexer.advance().kind is not TokenKind.EOF:
        count += 1
    assert tokens(text) == count
