"""Web pages of other origins, and arrays of operations: both closed unless a setting opens them."""

from typing import Any

import httpx
import pytest

from db.database import Database
from tests.http.in_process import served

OWN, SHOP = "http://leadgraph.example", "https://shop.example"
LOCAL = "http://localhost:5173"
ASK = {"query": "{ __typename }"}
PAGE = {"query": "query Page($n: Int!) { contacts(first: $n) { nodes { id } } }", "variables": {"n": 2}}
MOVE = {"query": 'mutation { contactMove(input: {id: "x", accountId: null}) { userErrors { code } } }'}


async def _preflight(client: httpx.AsyncClient, origin: str, method: str = "POST") -> httpx.Response:
    asked = {"origin": origin, "access-control-request-method": method}
    return await client.options(
        "/graphql", headers=asked | {"access-control-request-headers": "content-type, x-own"}
    )


@pytest.mark.parametrize(
    ("allowed", "host", "origin", "answer"),
    [
        ("", "leadgraph.example", OWN, OWN),
        ("", "leadgraph.example", SHOP, None),
        ("", "leadgraph.example", LOCAL, None),
        ("", "leadgraph.example", "null", None),
        ("", "leadgraph.example", "http://leadgraph.example.evil.example", None),
        ("", "leadgraph.example", "http://leadgraph.example:8080", None),
        ("", "127.0.0.1:8000", LOCAL, LOCAL),
        ("", "localhost:8000", "http://127.0.0.1:3000", "http://127.0.0.1:3000"),
        ("", "[::1]:8000", LOCAL, LOCAL),
        ("", "localhost:8000", "http://localhost.evil.example", None),
        ("", "localhost:8000", SHOP, None),
        ("", "localhost:8000", "http://[", None),
        (SHOP, "leadgraph.example", SHOP, SHOP),
        (f"{OWN}/, {SHOP}/", "leadgraph.example", SHOP, SHOP),
        (SHOP, "leadgraph.example", "http://shop.example", None),
        (SHOP, "leadgraph.example", "https://shop.example.evil.example", None),
        (SHOP, "localhost:8000", LOCAL, None),
        ("*", "leadgraph.example", SHOP, "*"),
    ],
)
async def test_pages_may_call_from_where_it_is_allowed(
    world: Database, allowed: str, host: str, origin: str, answer: str | None
) -> None:
    client = served(world, host, allowed_origins=allowed)
    before = await _preflight(client, origin)
    assert before.status_code == (204 if answer else 403)
    after = await client.post("/graphql", json=ASK, headers={"origin": origin})
    for each in (before, after):
        assert each.headers.get("access-control-allow-origin") == answer
        assert "origin" in each.headers["vary"].lower()
        assert "access-control-allow-credentials" not in each.headers
    if answer:
        assert before.headers["access-control-allow-methods"] == "GET, POST"
        assert before.headers["access-control-allow-headers"] == "content-type, x-own"
        assert int(before.headers["access-control-max-age"]) > 0
        assert "X-Request-Id" in after.headers["access-control-expose-headers"]


async def test_a_refusal_can_be_read_by_the_page_that_caused_it(world: Database) -> None:
    answer = await served(world, allowed_origins=SHOP).post(
        "/graphql", content=b"{", headers={"origin": SHOP, "content-type": "application/json"}
    )
    assert (answer.status_code, answer.headers["access-control-allow-origin"]) == (400, SHOP)


async def test_options_without_a_page_say_what_is_answered(world: Database) -> None:
    answer = await served(world).options("/graphql")
    assert (answer.status_code, answer.headers["allow"], answer.content) == (204, "GET, POST, OPTIONS", b"")


async def test_an_array_is_refused_unless_a_setting_allows_it(world: Database) -> None:
    answer = await served(world).post("/graphql", json=[ASK, ASK])
    assert answer.status_code == 400
    assert "array" in answer.json()["errors"][0]["message"]


async def test_an_array_is_answered_in_its_order(world: Database) -> None:
    client = served(world, batch=3)
    answer = await client.post("/graphql", json=[PAGE, {"query": "{"}, MOVE])
    page, broken, moved = answer.json()
    assert (answer.status_code, len(page["data"]["contacts"]["nodes"])) == (200, 2)
    assert broken["errors"][0]["extensions"]["code"] == "GRAPHQL_PARSE_FAILED"
    assert moved["data"]["contactMove"]["userErrors"] == [{"code": "INVALID"}]


@pytest.mark.parametrize("asked", [[], [ASK] * 4, [ASK, 7], [ASK, {}], [ASK, [ASK]]])
async def test_a_mistaken_array_is_refused_whole(world: Database, asked: list[Any]) -> None:
    answer = await served(world, batch=3).post("/graphql", json=asked)
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["extensions"]["code"] == "BAD_REQUEST"


async def test_an_array_may_cost_what_one_operation_may(world: Database) -> None:
    cost = (await served(world).post("/graphql", json=PAGE)).json()["extensions"]["cost"]["requested"]
    client = served(world, batch=3, cost_limit=2 * cost)
    assert len((await client.post("/graphql", json=[PAGE, PAGE])).json()) == 2
    (error,) = (await client.post("/graphql", json=[PAGE, PAGE, PAGE])).json()["errors"]
    told = error["extensions"]
    assert (told["reason"], told["limit"], told["actual"]) == ("TOO_COSTLY", 2 * cost, 3 * cost)


async def test_what_an_operation_costs_is_told_by_field_and_without_running_it(world: Database) -> None:
    client = served(world)
    costs = {}
    for how in ("", "fields", "dry"):
        answer = (await client.post("/graphql", json=PAGE, headers={"x-leadgraph-cost": how})).json()
        costs[how] = answer["extensions"]["cost"]
        assert (answer["data"] is None) == (how == "dry")
    assert costs["fields"] == costs[""] | {"byField": costs["dry"]["byField"]}
    assert costs["dry"] == costs["fields"] | {"actual": None}
    assert sum(field["requested"] for field in costs["dry"]["byField"]) == costs[""]["requested"]
