"""@defer: parts of an answer in the format that a client asks for, and the whole of it for all others."""

import json
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from db.database import Database
from resolvers.context import Context
from schema.build import schema
from schema.plan import Executor
from tests.http.hosting import SCHEMA, Hosted, closed, hosted
from tests.world import NOW

PATCHES = "multipart/mixed;deferSpec=20220824,application/json"
PENDING = "multipart/mixed;incrementalSpec=v0.2,application/json"
URQL = "application/graphql-response+json, application/json, text/event-stream, multipart/mixed"
DOCUMENT = """query ($by: ContactBy!, $defer: Boolean! = true) {
  contact(by: $by) {
    fullName
    ... @defer(label: "numbers", if: $defer) { insights { email { sent } } account { name ...More @defer } }
  } }
fragment More on Account { contacts { totalCount { value } } }"""
ANN = {"by": {"email": "ann@kettle.example"}}


@pytest.fixture(scope="module")
async def host(world: Database) -> AsyncIterator[Hosted]:
    """The product's own graph, served over the small company."""
    async with hosted(world, schema) as found:
        yield found


async def ask(
    host: Hosted, accept: str, document: str = DOCUMENT, variables: dict[str, Any] | None = None
) -> httpx.Response:
    """The answer to a document."""
    body = {"query": document, "variables": ANN | (variables or {})}
    async with httpx.AsyncClient(timeout=5) as client:
        return await client.post(host.url, json=body, headers={"accept": accept})


def parts(answer: httpx.Response) -> list[Any]:
    """The parts of a multipart answer."""
    before, *found, end = answer.content.split(b"\r\n--graphql")
    assert (before, end) == (b"", b"--\r\n")
    heads = {part.partition(b"\r\n\r\n")[0] for part in found}
    assert heads == {b"\r\nContent-Type: application/json; charset=utf-8"}
    told = [json.loads(part.partition(b"\r\n\r\n")[2]) for part in found]
    assert told[0].pop("extensions", {"cost": None}).keys() == {"cost"}
    return told


@pytest.fixture
async def whole(host: Hosted) -> Any:
    """The contact with all that can be deferred."""
    answer = await ask(host, "application/json")
    return answer.json()["data"]["contact"]


async def test_without_multipart_all_comes_at_once_and_by_plan(host: Hosted) -> None:
    answer = await ask(host, "application/json")
    assert answer.headers["content-type"].startswith("application/json")
    assert answer.headers["x-leadgraph-executor"] == "plan"
    contact = answer.json()["data"]["contact"]
    assert contact["fullName"] == "Ann Arbour"
    assert contact["insights"]["email"]["sent"] >= 0
    assert contact["account"]["contacts"]


async def test_field_by_field_all_comes_at_once_too(world: Database, whole: Any) -> None:
    context = Context(world, now=NOW, actor=None, request_id="test")
    outcome = await Executor(schema).run(context, DOCUMENT, ANN, by_plan=False)
    assert (outcome.data, list(outcome.errors)) == ({"contact": whole}, [])


@pytest.mark.parametrize("accept", [PATCHES, URQL, "multipart/mixed"])
async def test_patches_say_where_they_belong(host: Hosted, accept: str, whole: Any) -> None:
    answer = await ask(host, accept)
    assert answer.headers["content-type"] == "multipart/mixed; boundary=graphql; deferSpec=20220824"
    first, *following = parts(answer)
    assert first == {"data": {"contact": {"fullName": "Ann Arbour"}}, "hasNext": True}
    assert [part["hasNext"] for part in following] == [True] * (len(following) - 1) + [False]
    assert all(part.keys() <= {"incremental", "hasNext"} for part in following)
    patches = [patch for part in following for patch in part.get("incremental", ())]
    members = whole["account"].pop("contacts")
    account, insights = whole["account"], whole["insights"]
    assert patches == [
        {
            "data": {"insights": insights, "account": account},
            "path": ["contact"],
            "label": "numbers",
        },
        {"data": {"contacts": members}, "path": ["contact", "account"]},
    ]


async def test_pending_parts_are_referred_to_by_id(host: Hosted, whole: Any) -> None:
    answer = await ask(host, PENDING)
    assert answer.headers["content-type"] == "multipart/mixed; boundary=graphql; incrementalSpec=v0.2"
    first, *following = parts(answer)
    pending = [{"id": "0", "path": ["contact"], "label": "numbers"}]
    assert first == {"data": {"contact": {"fullName": "Ann Arbour"}}, "pending": pending, "hasNext": True}
    told = {
        key: [item for part in following for item in part.get(key, ())] for key in ("pending", "completed")
    }
    assert told["pending"] == [{"id": "1", "path": ["contact", "account"]}]
    assert told["completed"] == [{"id": "0"}, {"id": "1"}]
    items = [item for part in following for item in part.get("incremental", ())]
    members = whole["account"].pop("contacts")
    assert items == [
        {"id": "0", "data": {"insights": whole["insights"], "account": whole["account"]}},
        {"id": "1", "data": {"contacts": members}},
    ]
    assert not any("path" in item for item in items)


@pytest.mark.parametrize("accept", [PATCHES, PENDING])
async def test_what_is_not_deferred_after_all_is_one_part(host: Hosted, accept: str) -> None:
    document = DOCUMENT.replace("...More @defer", "...More")
    (only,) = parts(await ask(host, accept, document, {"defer": False}))
    assert only.keys() == {"data"}
    assert only["data"]["contact"]["account"]["contacts"]


LISTED = """query ($by: ContactBy!) {
  contact(by: $by) { id }
  contacts(first: 3) { nodes { id ... @defer { account { name } leads(first: 0) { nodes { id } } } } } }"""


async def test_a_deferred_part_that_fails_is_told_and_the_rest_stands(host: Hosted) -> None:
    _, *following = parts(await ask(host, PATCHES, LISTED))
    patches = [patch for part in following for patch in part.get("incremental", ())]
    assert sorted(patch["path"][2] for patch in patches) == [0, 1, 2]
    for patch in patches:
        assert patch["data"] is None
        assert patch["errors"][0]["extensions"]["code"] == "BAD_USER_INPUT"
        assert patch["errors"][0]["path"][:2] == ["contacts", "nodes"]
    _, *following = parts(await ask(host, PENDING, LISTED))
    completed = [item for part in following for item in part.get("completed", ())]
    assert [item["errors"][0]["extensions"]["code"] for item in completed] == ["BAD_USER_INPUT"] * 3


async def test_what_cannot_be_run_is_told_in_json_or_in_one_part(host: Hosted) -> None:
    answer = await ask(host, PATCHES, "{ ... @defer { nothing } }")
    assert answer.headers["content-type"].startswith("application/json")
    assert answer.json()["errors"][0]["extensions"]["code"] == "GRAPHQL_VALIDATION_FAILED"
    for document in ("{ ... @defer { nothing } }", DOCUMENT):
        (only,) = parts(await ask(host, "multipart/mixed", document, {"by": {}}))
        assert only.keys() == {"errors"}


async def test_deferred_parts_of_many_share_their_statements(host: Hosted, world: Database) -> None:
    document = """query ($by: ContactBy!) { contact(by: $by) { id }
      contacts(first: 20) { nodes { id ... @defer { insights { email { sent } } } } } }"""
    first, *following = parts(await ask(host, PATCHES, document))
    patches = [patch for part in following for patch in part.get("incremental", ())]
    assert len(patches) == len(first["data"]["contacts"]["nodes"])
    assert len(following) <= 3


async def test_stream_is_refused_with_a_reason(host: Hosted) -> None:
    document = "query ($by: ContactBy!) { contact(by: $by) { leads { nodes @stream { id } } } }"
    for accept in (PATCHES, PENDING, "application/json"):
        answer = await ask(host, accept, document)
        assert answer.headers["content-type"].startswith("application/json")
        (error,) = answer.json()["errors"]
        assert error["message"].startswith("Directive '@stream' is not offered here")
        assert error["extensions"]["code"] == "GRAPHQL_VALIDATION_FAILED"


async def test_the_schema_offers_defer_alone(host: Hosted) -> None:
    answer = await ask(host, "application/json", "{ __schema { directives { name } } }")
    names = {directive["name"] for directive in answer.json()["data"]["__schema"]["directives"]}
    assert "defer" in names
    assert "stream" not in names
    assert "directive @defer(" in schema.as_str()


async def test_parts_that_take_too_long_are_stopped(world: Database) -> None:
    async with hosted(world, SCHEMA, operation_timeout=0.1) as host:
        document = "{ actor ... @defer { rest(seconds: 100) } }"
        first, last = parts(await ask(host, PATCHES, document, {"by": None}))
    assert first == {"data": {"actor": None}, "hasNext": True}
    assert last["errors"][0]["extensions"]["reason"] == "TIMEOUT"
    assert last["hasNext"] is False
    assert await closed("rest")


async def test_defer_is_of_no_account_over_events(host: Hosted, whole: Any) -> None:
    answer = await ask(host, "text/event-stream")
    first, _, _ = answer.text.split("\n\n")
    assert json.loads(first.removeprefix("event: next\ndata: "))["data"] == {"contact": whole}
