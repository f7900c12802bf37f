"""Known attacks as they come over the network, by each way in: refused in words, without a fault or a leak.

What one way in alone is open to stands beside it: `test_http.py`, `test_sockets.py`, `test_events.py`.
"""

import asyncio
import json
import time
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette

from db.database import Database
from schema.build import schema
from schema.plan import Executor
from server.app import routes
from server.graphql import Endpoint
from server.settings import Settings
from tests.http.hosting import hosted
from tests.http.ways_in import EVERY_WAY, FORGED_IDS, PARTS, Way, by_get
from tests.plan.test_limits import ATTACKS

ELSEWHERE = "https://elsewhere.example"


@EVERY_WAY
async def test_what_overloads_is_refused_by_each_way_in(serving: str, way: Way) -> None:
    for attack, (query, reason, limit, actual) in ATTACKS.items():
        if way is by_get and len(query) > 20_000:
            continue
        begun = time.monotonic()
        (error, *_) = await way(serving, query, {})
        told = error["extensions"]
        assert told["code"] in ("GRAPHQL_PARSE_FAILED", "GRAPHQL_VALIDATION_FAILED"), attack
        assert (told.get("reason"), told.get("limit")) == (reason, limit), attack
        assert actual in (None, told.get("actual")), attack
        assert time.monotonic() - begun < 10, attack


async def test_an_address_without_end_is_refused(serving: str) -> None:
    place, port = serving.removeprefix("http://").split(":")
    reader, writer = await asyncio.open_connection(place, int(port))
    writer.write(
        b"GET /graphql?query=%7B__typename%7D&x=" + b"a" * 1_000_000 + b" HTTP/1.1\r\nhost: x\r\n\r\n"
    )
    head = await reader.readline()
    writer.close()
    assert head.split()[1][:1] == b"4"


PAGES = ["first: 101", "first: 2147483647", "first: -1", "last: 101", "first: 1, last: 1", "last: -5"]


@EVERY_WAY
async def test_a_page_has_its_bounds_by_each_way_in(serving: str, way: Way) -> None:
    for page in PAGES:
        (error,) = await way(serving, f"{{ contacts({page}) {{ nodes {{ id }} }} }}", {})
        assert error["extensions"]["code"] == "BAD_USER_INPUT", page
    for size in (2**31, -(2**63), 10**40, 1.5, "1", True, [1], {"n": 1}):
        query = "query ($n: Int) { contacts(first: $n) { nodes { id } } }"
        (error,) = await way(serving, query, {"n": size})
        assert error["extensions"]["code"] == "BAD_USER_INPUT", size


DEEP: Any = {}
for _ in range(900):
    DEEP = {"not": DEEP}
VALUES: list[Any] = [
    "a\x00b",
    "\u202e",
    "'; drop table contact; --",
    "x" * 5_000,
    "../../etc/passwd",
    DEEP,
    [DEEP],
]


@EVERY_WAY
async def test_variables_that_are_bombs_are_refused_by_each_way_in(serving: str, way: Way) -> None:
    query = "query ($where: ContactWhere) { contacts(where: $where, first: 1) { nodes { id } } }"
    for value in VALUES:
        (error, *_) = await way(serving, query, {"where": value})
        assert error["extensions"]["code"] == "BAD_USER_INPUT"
        assert len(error["message"]) < 1_000


DEFERRED = "query (${0}) {{ contacts(first: 1) {{ nodes {{ id ... @defer({1}) {{ fullName }} }} }} }}"


@EVERY_WAY
async def test_variables_of_what_is_deferred_are_checked(serving: str, way: Way) -> None:
    asked = DEFERRED.format("d: Boolean!", "if: $d")
    for given in ({}, {"d": None}, {"d": "yes"}, {"d": [True]}, {"d": 1}):
        (error,) = await way(serving, asked, given)
        assert error["extensions"]["code"] == "BAD_USER_INPUT", given
    for error in await way(serving, DEFERRED.format("d: Boolean = true", "if: $d"), {"d": None}):
        assert error["message"].startswith("Argument 'if' has invalid value")
    (error,) = await way(serving, DEFERRED.format("d: String", "label: $d"), {"d": "x"})
    assert error["extensions"]["code"] == "GRAPHQL_VALIDATION_FAILED"
    inner = "query ($id: ID!) { __typename ... @defer { node(id: $id) { id } } }"
    for id_ in FORGED_IDS[1:-1]:
        (error,) = await way(serving, inner, {"id": id_})
        assert error["extensions"]["code"] == "BAD_USER_INPUT", id_


async def test_a_label_cannot_end_a_part(serving: str) -> None:
    label = r"\r\n--graphql--\r\n\u0000"
    query = f'{{ contacts(first: 1) {{ nodes {{ id ... @defer(label: "{label}") {{ fullName }} }} }} }}'
    async with httpx.AsyncClient() as client:
        answer = await client.post(f"{serving}/graphql", json={"query": query}, headers={"accept": PARTS})
    assert len(answer.text.split("\r\n--graphql")) == 4
    assert answer.text.endswith("\r\n--graphql--\r\n")


@pytest.mark.parametrize("accept", ["text/event-stream", PARTS, "application/json"])
async def test_a_page_of_another_origin_may_not_read_a_stream(serving: str, accept: str) -> None:
    asked = {"query": "{ contacts(first: 1) { nodes { id } } }"}
    async with httpx.AsyncClient() as client:
        for origin in (ELSEWHERE, "null"):
            headers = {"origin": origin, "accept": accept}
            posted = await client.post(f"{serving}/graphql", json=asked, headers=headers)
            got = await client.get(f"{serving}/graphql", params=asked, headers=headers)
            for answer in (posted, got):
                assert "access-control-allow-origin" not in answer.headers


@pytest.mark.parametrize(
    "kind", ["application/x-www-form-urlencoded", "text/plain", "multipart/form-data; boundary=x"]
)
@pytest.mark.parametrize("accept", ["text/event-stream", PARTS])
async def test_a_form_of_another_page_opens_no_stream(serving: str, kind: str, accept: str) -> None:
    body = json.dumps({"query": "subscription { contactChanges { cursor } }"})
    async with httpx.AsyncClient() as client:
        answer = await client.post(
            f"{serving}/graphql", content=body, headers={"content-type": kind, "accept": accept}
        )
        assert answer.status_code == 415
        move = 'mutation { contactMove(input: {id: "x", accountId: null}) { userErrors { code } } }'
        got = await client.get(f"{serving}/graphql", params={"query": move}, headers={"accept": accept})
        assert got.status_code == 405


SUGGESTED = [
    ("{ contactz { id } }", {}),
    ("query ($o: ContactOrder) { contacts(orderBy: $o) { nodes { id } } }", {"o": {"field": "CREATD_AT"}}),
    ("query ($w: ContactWhere) { contacts(where: $w) { nodes { id } } }", {"w": {"emial": {}}}),
    ("{ contacts(orderBy: {field: CREATD_AT}) { nodes { id } } }", {}),
    ("{ contacts(frist: 1) { nodes { id } } }", {}),
    ("query ($o: ContactOrdr) { contacts(orderBy: $o) { nodes { id } } }", {}),
    ("subscription { contactChangez { cursor } }", {}),
    ("{ contacts { nodes { ...F } } } fragment F on Contcat { id }", {}),
]


@EVERY_WAY
async def test_a_schema_that_is_closed_is_not_told_by_suggestions(database: Database, way: Way) -> None:
    async with hosted(database, schema, introspection=False) as host:
        for query, variables in SUGGESTED:
            (error, *_) = await way(f"http://{host.address}", query, variables)
            assert "Did you mean" not in error["message"]
        for query in ("{ __schema { queryType { name } } }", '{ __type(name: "Contact") { name } }'):
            (error, *_) = await way(f"http://{host.address}", query, {})
            assert error["extensions"]["code"] == "GRAPHQL_VALIDATION_FAILED"


async def test_what_a_client_says_of_itself_is_not_taken_for_tracing(serving: str) -> None:
    body = {"query": "{ __typename }", "extensions": {"tracing": True, "debug": True}}
    headers = {"x-apollo-tracing": "1", "apollo-query-plan-experimental": "1", "x-debug": "1"}
    async with httpx.AsyncClient() as client:
        answer = (await client.post(f"{serving}/graphql", json=body, headers=headers)).json()
    assert set(answer["extensions"]) == {"cost"}


@pytest.mark.parametrize(
    ("setting", "paths"),
    [
        ("introspection", ["/schema.graphql"]),
        ("explorer", ["/", "/explorer/schema", "/explorer/assets/x.js"]),
    ],
)
async def test_what_shows_the_schema_can_be_closed(setting: str, paths: list[str]) -> None:
    for is_open in (True, False):
        settings = Settings(**{setting: is_open})  # type: ignore[arg-type]
        app = Starlette(routes=routes(Endpoint(Executor(schema, settings.limits()), settings)))
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="http://leadgraph.example") as client:
            found = [(await client.get(path)).status_code for path in paths]
            shown = await client.get("/graphql", headers={"accept": "text/html, application/json;q=0.5"})
        assert (found[0] == 200) is is_open
        assert is_open or set(found) == {404}
        assert shown.status_code == (400 if setting == "explorer" and not is_open else 303)
