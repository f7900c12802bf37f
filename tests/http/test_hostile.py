"""Hostile and mistaken input: an error a person can act on, never a fault, a 5xx or a driver's words."""

import json
from typing import Any

import httpx
import pytest

ASK = "query ($id: ID!) { node(id: $id) { id } }"
BY_EMAIL = "query ($email: String) { contact(by: {email: $email}) { id } }"
BY_KEY = 'query ($key: String!) { account(by: {sourceKey: {source: $key, key: "x"}}) { id } }'
AFTER = "query ($after: String) { contacts(after: $after) { nodes { id } } }"
SPAN = (
    "query ($from: DateTime, $to: DateTime)"
    " { contacts(first: 1) { nodes { insights(from: $from, to: $to) { id } } } }"
)
TEXTS = ["a\u0000b", "\ud800", "'; drop table contact; --", "x" * 1_000_000, "", "💥", "\u202e", "%00"]
CURSORS = [
    "W10",
    "e30",
    "bnVsbA",
    "WyJDUkVBVEVEX0FUIEFTQyIsMSwyXQ",
    "WyJDUkVBVEVEX0FUIEFTQyIsIjAwMDEiLCJ4Il0",
]
IDS = ["Q29udGFjdDp4", "Ojo6", "Q29udGFjdEluc2lnaHRzOng6eTp6", "Um9vdDox", "QWNjb3VudDo", "Q29udGFjdA"]


def _told(serving: str, query: str, **variables: Any) -> None:
    body = json.dumps({"query": query, "variables": variables})
    answer = httpx.post(f"{serving}/graphql", content=body, headers={"content-type": "application/json"})
    assert answer.status_code < 500
    for error in answer.json().get("errors", []):
        assert error["extensions"]["code"] != "INTERNAL_SERVER_ERROR", error
        assert "asyncpg" not in error["message"]


@pytest.mark.parametrize("text", TEXTS, ids=[f"text {n}" for n in range(len(TEXTS))])
@pytest.mark.parametrize("query", [ASK, BY_EMAIL, BY_KEY, AFTER], ids=["id", "email", "key", "cursor"])
def test_a_hostile_text_is_no_fault(serving: str, query: str, text: str) -> None:
    _told(serving, query, id=text, email=text, key=text, after=text)


@pytest.mark.parametrize("id", IDS)
def test_a_forged_id_is_no_fault(serving: str, id: str) -> None:
    _told(serving, ASK, id=id)


@pytest.mark.parametrize("cursor", CURSORS)
def test_a_forged_cursor_is_no_fault(serving: str, cursor: str) -> None:
    _told(serving, AFTER, after=cursor)


@pytest.mark.parametrize(
    ("start", "end"),
    [
        ("0001-01-01T00:00:00+14:00", None),
        (None, "9999-12-31T23:59:59Z"),
        ("2026-02-30T00:00:00Z", None),
        ("2026-02-01", None),
        ("2026-05-01T00:00:00Z", "2026-04-01T00:00:00Z"),
        (17, {}),
    ],
)
def test_an_impossible_window_is_no_fault(serving: str, start: Any, end: Any) -> None:
    _told(serving, SPAN, **{"from": start, "to": end})


@pytest.mark.parametrize(
    "body",
    [
        b"null",
        b"1",
        b'"text"',
        b"",
        b"{",
        b'{"query": 1}',
        b'{"query": null}',
        b'\xff\xfe{"query": "{ __typename }"}',
        b"[" * 50_000,
        b'{"query": "{ __typename }", "variables": ' + b"9" * 10_000 + b"}",
        b'{"query": "{ __typename }", "variables": []}',
        b'[{"query": "{ __typename }"}]',
    ],
    ids=range(12),
)
def test_a_broken_body_is_the_clients_mistake(serving: str, body: bytes) -> None:
    headers = {"content-type": "application/json"}
    answer = httpx.post(f"{serving}/graphql", content=body, headers=headers)
    assert 400 <= answer.status_code < 500


def test_a_document_that_is_too_long_is_refused(serving: str) -> None:
    query = "{ " + "__typename " * 6_000 + "}"
    (error,) = httpx.post(f"{serving}/graphql", json={"query": query}).json()["errors"]
    assert "5000" in error["message"]


def test_a_query_in_the_address_is_answered_and_a_mutation_is_not(serving: str) -> None:
    asked = {"query": "query ($n: Int) { contacts(first: $n) { nodes { id } } }", "variables": '{"n": 2}'}
    found = httpx.get(f"{serving}/graphql", params=asked)
    assert len(found.json()["data"]["contacts"]["nodes"]) == 2
    assert found.headers["x-leadgraph-executor"] == "plan"
    move = 'mutation { contactMove(input: {id: "x", accountId: null}) { userErrors { code } } }'
    refused = httpx.get(f"{serving}/graphql", params={"query": move})
    assert (refused.status_code, refused.headers["allow"]) == (405, "POST")
    for variables in ("{", "[]", "1"):
        broken = httpx.get(f"{serving}/graphql", params={**asked, "variables": variables})
        assert broken.status_code == 400


def test_a_fragment_with_a_variable_in_a_one_of_is_no_fault(serving: str) -> None:
    text = "fragment F on Query { contact(by: {email: $email}) { id } } query ($email: String!) { ...F }"
    variables = {"email": "nobody@example.org"}
    address = f"{serving}/graphql"
    posted = httpx.post(address, json={"query": text, "variables": variables})
    got = httpx.get(address, params={"query": text, "variables": json.dumps(variables)})
    assert posted.json() == got.json()
    assert posted.json()["data"] == {"contact": None}


def test_a_null_for_an_argument_that_takes_none_is_the_clients_mistake(serving: str) -> None:
    query = 'query ($id: ID = "x") { node(id: $id) { id } }'
    answer = httpx.post(f"{serving}/graphql", json={"query": query, "variables": {"id": None}}).json()
    assert answer["errors"][0]["extensions"]["code"] != "INTERNAL_SERVER_ERROR"
