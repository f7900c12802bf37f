"""GraphQL over HTTP: what is negotiated, refused and bounded, and what is told of it; known attacks."""

import gzip
import json
import zlib
from typing import Any

import httpx
import pytest

JSON = "application/json"
GRAPHQL = "application/graphql-response+json"
ALL_OF_URQL = f"{GRAPHQL}, application/graphql+json, {JSON}, text/event-stream, multipart/mixed"
ASK = {"query": "{ __typename }"}
MOVE = 'mutation { contactMove(input: {id: "x", accountId: null}) { userErrors { code } } }'


@pytest.fixture
def url(serving: str) -> str:
    """The address of GraphQL."""
    return f"{serving}/graphql"


def _refused(answer: httpx.Response, code: str = "BAD_REQUEST") -> str:
    """The sentence of a refusal, which has the form of all refusals."""
    body = answer.json()
    (error,) = body["errors"]
    assert set(body) == {"errors"}
    assert error["extensions"]["code"] == code
    assert error["extensions"]["requestId"] == answer.headers["x-request-id"]
    assert answer.headers["content-type"].split(";")[0] in (JSON, GRAPHQL)
    message: str = error["message"]
    return message


@pytest.mark.parametrize(
    ("accept", "kind"),
    [
        (None, JSON),
        ("", JSON),
        ("*/*", JSON),
        ("application/*", JSON),
        (JSON, JSON),
        (GRAPHQL, GRAPHQL),
        (f"{GRAPHQL}, {JSON}", GRAPHQL),
        (f"{JSON}, {GRAPHQL}", GRAPHQL),
        (f"{JSON}, text/plain, */*", JSON),
        (f"{GRAPHQL},{JSON};q=0.9", GRAPHQL),
        (f"{GRAPHQL};q=0.8,{JSON};q=0.9", JSON),
        (f"{GRAPHQL};q=0,*/*", JSON),
        (f"{JSON};q=0,*/*;q=0.1", GRAPHQL),
        (f"{GRAPHQL}; charset=utf-8, {JSON}; charset=utf-8", GRAPHQL),
        (f'{GRAPHQL}; charset="iso-8859-1", {JSON}', JSON),
        ("APPLICATION/JSON", JSON),
        (ALL_OF_URQL, GRAPHQL),
        (f"text/event-stream;q=0.5, {JSON}", JSON),
        ("text/html, application/xhtml+xml, */*;q=0.8", JSON),
        (f"{JSON};q=much, {GRAPHQL}", GRAPHQL),
    ],
)
def test_an_answer_is_of_the_type_that_the_client_likes_best(url: str, accept: str | None, kind: str) -> None:
    with httpx.Client() as client:
        if accept is None:
            del client.headers["accept"]
        answer = client.post(url, json=ASK, headers={} if accept is None else {"accept": accept})
    assert (answer.status_code, answer.headers["content-type"]) == (200, f"{kind}; charset=utf-8")
    assert answer.json()["data"] == {"__typename": "Query"}
    assert {"accept", "accept-encoding", "origin"} <= set(answer.headers["vary"].lower().split(", "))


@pytest.mark.parametrize("accept", ["text/html", "image/*", f"{JSON};q=0, {GRAPHQL};q=0", "nonsense"])
def test_who_takes_nothing_that_is_offered_is_told_what_is(url: str, accept: str) -> None:
    answer = httpx.post(url, json=ASK, headers={"accept": accept})
    assert answer.status_code == 406
    assert GRAPHQL in _refused(answer)


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ({"query": "{"}, "GRAPHQL_PARSE_FAILED"),
        ({"query": "{ nothing }"}, "GRAPHQL_VALIDATION_FAILED"),
        ({"query": "query A { __typename } query B { __typename }"}, "OPERATION_RESOLUTION_FAILURE"),
        ({"query": "{ __typename }", "operationName": "C"}, "OPERATION_RESOLUTION_FAILURE"),
    ],
)
@pytest.mark.parametrize(("kind", "status"), [(JSON, 200), (GRAPHQL, 400)])
def test_what_is_refused_before_it_begins_has_no_data(
    url: str, asked: dict[str, Any], code: str, kind: str, status: int
) -> None:
    answer = httpx.post(url, json=asked, headers={"accept": kind})
    assert (answer.status_code, "data" in answer.json()) == (status, False)
    assert answer.json()["errors"][0]["extensions"]["code"] == code


@pytest.mark.parametrize("kind", [JSON, GRAPHQL])
def test_what_failed_in_a_field_was_answered(url: str, kind: str) -> None:
    answer = httpx.post(
        url, json={"query": "{ contacts(first: 101) { nodes { id } } }"}, headers={"accept": kind}
    )
    assert (answer.status_code, answer.json()["data"]) == (200, None)


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "TRACE", "HEAD", "QUERY"])
def test_other_methods_are_told_which_there_are(url: str, method: str) -> None:
    answer = httpx.request(method, url)
    assert (answer.status_code, answer.headers["allow"]) == (405, "GET, POST, OPTIONS")
    assert method == "HEAD" or method in _refused(answer)


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("application/x-www-form-urlencoded", b"query=%7B__typename%7D"),
        ("text/plain", b'{"query": "{ __typename }"}'),
        ("text/plain;application/json", b'{"query": "{ __typename }"}'),
        ("application/jsonp", b'{"query": "{ __typename }"}'),
        ("application/graphql", b"{ __typename }"),
        (
            "multipart/form-data; boundary=x",
            b'--x\r\ncontent-disposition: form-data; name="operations"\r\n\r\n{}',
        ),
        ("application/json; charset=utf-16", '{"query": "{ __typename }"}'.encode("utf-16")),
        ("application/json; charset=iso-8859-1", b'{"query": "{ __typename }"}'),
        (None, b'{"query": "{ __typename }"}'),
    ],
)
def test_a_body_that_a_browser_sends_without_asking_is_not_read(
    url: str, kind: str | None, body: bytes
) -> None:
    answer = httpx.post(url, content=body, headers={"content-type": kind} if kind else {})
    assert answer.status_code == 415
    _refused(answer)


@pytest.mark.parametrize("kind", ['application/json;charset="UTF-8"', "APPLICATION/JSON; a=b"])
def test_json_is_read_however_its_type_is_written(url: str, kind: str) -> None:
    assert httpx.post(url, content=json.dumps(ASK), headers={"content-type": kind}).json()["data"]


@pytest.mark.parametrize(
    ("encoding", "packed"),
    [("gzip", gzip.compress), ("deflate", zlib.compress), ("identity", bytes)],
)
def test_a_packed_body_is_read_within_bounds(url: str, encoding: str, packed: Any) -> None:
    headers = {"content-type": JSON, "content-encoding": encoding}
    body = packed(json.dumps(ASK).encode())
    assert httpx.post(url, content=body, headers=headers).json()["data"] == {"__typename": "Query"}
    bomb = packed(b'{"query": "' + b" " * 20_000_000 + b'"}')
    answer = httpx.post(url, content=bomb, headers=headers)
    assert answer.status_code == 413
    assert "1,000,000" in _refused(answer)
    if encoding != "identity":
        for broken in (body[:-3], b"x" + body, body + b"more"):
            assert httpx.post(url, content=broken, headers=headers).status_code == 400


def test_an_unknown_packing_is_told_which_there_are(url: str) -> None:
    headers = {"content-type": JSON, "content-encoding": "br"}
    answer = httpx.post(url, content=b"x", headers=headers)
    assert (answer.status_code, answer.headers["accept-encoding"]) == (415, "gzip, deflate")
    _refused(answer)


def test_a_body_without_an_announced_length_is_bounded_too(url: str) -> None:
    def endless(number: int) -> Any:
        yield b'{"query": "'
        for _ in range(number):
            yield b" " * 100_000
        yield b'{ __typename }"}'

    assert httpx.post(url, content=endless(1), headers={"content-type": JSON}).json()["data"]
    answer = httpx.post(url, content=endless(30), headers={"content-type": JSON})
    assert answer.status_code == 413
    _refused(answer)


@pytest.mark.parametrize(
    "body",
    [
        b"null",
        b"7",
        b"[]",
        b"[[]]",
        b'[{"query": "{ __typename }"}]',
        b'{"query": "\xff"}',
        b'{"query": "\\ud800"}',
        b'{"query": ' + b"[" * 100_000,
        b'{"query": "{ __typename }", "variables": {"a": ' + b"9" * 10_000 + b"}}",
        b'{"query": "{ __typename }", "variables": "{}"}',
        b'{"query": "{ __typename }", "extensions": []}',
        b'{"query": "{ __typename }", "extensions": 0}',
        b'{"query": "{ __typename }", "operationName": {}}',
        b'{"query": "{ __typename }", "documentId": 1}',
        b'{"query": "{ __typename }", "extensions": {"persistedQuery": 1}}',
        b'{"query": "{ __typename }", "extensions": {"persistedQuery": {"version": 2, "sha256Hash": "x"}}}',
    ],
    ids=range(16),
)
def test_a_mistaken_body_is_refused_in_one_form(url: str, body: bytes) -> None:
    answer = httpx.post(url, content=body, headers={"content-type": JSON})
    assert answer.status_code == 400
    _refused(answer)


@pytest.mark.parametrize(
    "parameters",
    ["", "query=", "query=%FF", "variables=%7B%7D", "query=%7B__typename%7D&query=%7B__typename%7D", "a=b"],
)
def test_a_mistaken_address_is_refused_in_one_form(url: str, parameters: str) -> None:
    answer = httpx.get(f"{url}?{parameters}")
    assert answer.status_code == 400
    _refused(answer)


def test_an_address_with_empty_parameters_is_as_one_without_them(url: str) -> None:
    asked = {"query": "{ __typename }", "variables": "", "operationName": "", "extensions": ""}
    assert httpx.get(url, params=asked).json()["data"] == {"__typename": "Query"}


@pytest.mark.parametrize("accept", [JSON, GRAPHQL, "text/html, */*"])
def test_a_mutation_by_address_changes_nothing(url: str, accept: str) -> None:
    answer = httpx.get(url, params={"query": MOVE}, headers={"accept": accept})
    assert (answer.status_code, answer.headers["allow"]) == (405, "POST")
    _refused(answer)


def test_a_person_who_comes_by_is_shown_the_explorer(url: str) -> None:
    answer = httpx.get(url, headers={"accept": "text/html,application/xhtml+xml,*/*;q=0.8"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/")


def test_what_is_not_there_is_told_in_json(serving: str) -> None:
    answer = httpx.get(f"{serving}/nowhere")
    assert answer.status_code == 404
    assert "/graphql" in answer.json()["errors"][0]["message"]
    assert httpx.post(f"{serving}/graphql/", json=ASK).headers["location"].endswith("/graphql")
    assert httpx.post(f"{serving}/livez").json()["errors"]


def test_large_answers_are_packed_for_those_who_take_them(url: str) -> None:
    asked = {"query": "{ contacts(first: 100) { nodes { id fullName email } } }"}
    for accepted, encoding in [("gzip, br", "gzip"), ("br", None), ("gzip;q=0", None), ("*", "gzip")]:
        answer = httpx.post(url, json=asked, headers={"accept-encoding": accepted})
        assert answer.headers.get("content-encoding") == encoding
        assert len(answer.json()["data"]["contacts"]["nodes"]) == 100
    small = httpx.post(url, json=ASK, headers={"accept-encoding": "gzip"})
    assert "content-encoding" not in small.headers


def test_an_answer_says_how_it_was_made(url: str) -> None:
    asked = {"query": "{ contacts(first: 1) { nodes { account { name } } } }"}
    answer = httpx.post(url, json=asked, headers={"x-request-id": "page-7:a"})
    assert answer.headers["x-request-id"] == "page-7:a"
    assert answer.headers["x-leadgraph-executor"] == "plan"
    total, reads = answer.headers["server-timing"].split(", ")
    assert float(total.removeprefix("total;dur=")) > 0
    assert reads == "reads;desc=1"
    assert answer.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize("own", ["", "a b", "x" * 129, "<script>", 'a"', "a;b", "\x1b[31m"])
def test_a_request_id_that_could_do_harm_is_not_taken(url: str, own: str) -> None:
    raw = [(b"x-request-id", own.encode()), (b"content-type", b"application/json")]
    answer = httpx.post(url, content=json.dumps(ASK), headers=raw)
    if answer.text.startswith("Invalid HTTP"):
        return
    assert answer.headers["x-request-id"] != own
    assert answer.headers["x-request-id"].isalnum()
