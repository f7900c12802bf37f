"""The cost of an operation: by hand, by its fields' sum, and by what really came back."""

from pathlib import Path
from typing import Any

import pytest

from db.database import Database
from resolvers.context import Context
from schema.build import schema
from schema.plan import Executor
from schema.plan.costs import Cost
from schema.plan.execution import Admitted
from tests.world import NOW

ROOT = Path(__file__).parents[2]
FOLDERS = ("tests/queries", "explorer/src/tabs", "benchmarks/contenders/documents")
OURS = [path for folder in FOLDERS for path in sorted((ROOT / folder).glob("*.graphql"))]
DOCUMENTS = [path for path in OURS if path.stem not in ("mercurius", "postgraphile")]
EXECUTOR = Executor(schema)
PAGED = "query ($n: Int, $m: Int) { accounts(first: $n) { nodes { contacts(last: $m) { nodes { id } } } } }"
ANN = '{ contact(by: {email: "a@example.org"})'
CASES: list[tuple[str, dict[str, Any], int]] = [
    ("{ __typename }", {}, 0),
    ('{ contact(by: {email: "a@example.org"}) { id fullName } }', {}, 1),
    ('{ contact(by: {email: "a@example.org"}) { account { name } insights { interactions } } }', {}, 4),
    ("{ contacts { nodes { id } } }", {}, 26),
    ("{ contacts(first: 10) { nodes { id account { id } } } }", {}, 21),
    ("{ contacts(first: 10) { edges { node { id account { id } } } } }", {}, 21),
    ("{ contacts(first: 10) { pageInfo { hasNextPage } } }", {}, 11),
    ("{ contacts(first: 10) { nodes { id } pageInfo { hasNextPage } } }", {}, 11),
    ("{ contacts { totalCount { value } } }", {}, 6),
    ("{ a: contacts(first: 2) { nodes { id } } b: contacts(first: 3) { nodes { id } } }", {}, 7),
    (
        "{ ...F } fragment F on Query { contacts(first: 2) { ...G } }"
        " fragment G on ContactConnection { nodes { id } }",
        {},
        3,
    ),
    ('{ nodes(ids: ["a", "b", "c"]) { id } }', {}, 3),
    (
        "query ($ids: [ID!]!) { nodes(ids: $ids) { ... on Contact { account { id } } ... on Lead { id } } }",
        {"ids": ["a", "b"]},
        4,
    ),
    ("{ leads(first: 10) { nodes { id scorable warnings } } }", {}, 1 + 10 * (1 + 2)),
    ("{ leads(first: 10) { nodes { account { marketingReady } } } }", {}, 1 + 10 * (1 + 1 + 1)),
    (f"{ANN} {{ insights {{ series {{ total }} openTimes {{ timezone }} }} }} }}", {}, 1 + 2 + 100 + 100),
    (f"{ANN} {{ insights {{ series(of: [INTERACTIONS, SENT]) {{ total }} }} }} }}", {}, 1 + 2 + 2 * 100),
    (f"{ANN} {{ insights {{ breakdown(by: TYPE, first: 3) {{ count }} }} }} }}", {}, 1 + 2 + 3 * 5),
    (f"{ANN} {{ insights {{ pages {{ visits }} geography {{ count }} }} }} }}", {}, 1 + 2 + 20 * 5),
    (PAGED, {"n": 4, "m": 5}, 1 + 4 * (1 + 1 + 5)),
    (PAGED, {}, 1 + 25 * (1 + 1 + 25)),
    (PAGED, {"n": 400, "m": -1}, 1 + 100 * (1 + 1)),
    ("query ($y: Boolean!) { contacts { nodes { account @include(if: $y) { id } } } }", {"y": True}, 51),
    ("query ($y: Boolean!) { contacts { nodes { account @include(if: $y) { id } } } }", {"y": False}, 26),
]


def _admitted(text: str, variables: dict[str, Any], name: str | None = None) -> Admitted:
    found = EXECUTOR.admit(text, variables, name)
    assert isinstance(found, Admitted), found.errors
    return found


@pytest.mark.parametrize(("text", "variables", "cost"), CASES)
def test_a_cost_is_what_one_reckons_by_hand(text: str, variables: dict[str, Any], cost: int) -> None:
    assert _admitted(text, variables).cost.requested == cost


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.stem)
def test_our_own_documents_may_be_run_and_their_fields_costs_add_up(path: Path) -> None:
    document = EXECUTOR.documents.of(path.read_text())
    assert not document.errors
    for operation in document.operations.values():
        price = document.price(schema, operation, {})
        cost = Cost(price.requested({}), EXECUTOR.limits.cost, price, {})
        assert cost.requested <= cost.limit
        assert sum(share for _, share in cost.by_field()) == cost.requested


async def test_what_an_operation_came_to_is_the_same_both_ways(world: Database) -> None:
    text = """{
      accounts(first: 50) { nodes { id contacts(first: 50) {
        nodes { id account { id } } totalCount { value }
      } } }
      leads(first: 1) { edges { node { id stages { stage } } } }
      none: contacts(where: {email: {eq: "nobody@example.org"}}) { nodes { leads { nodes { id } } } }
    }"""
    found = []
    for by_plan in (True, False):
        context = Context(world, now=NOW, actor=None, request_id="test")
        outcome = await EXECUTOR.run(context, text, by_plan=by_plan)
        assert not outcome.errors
        assert outcome.cost is not None
        found.append((outcome.data, outcome.cost.requested, outcome.cost.actual))
    assert found[0] == found[1]
    data, requested, actual = found[0]
    pages = data["accounts"]["nodes"]
    contacts = sum(len(page["contacts"]["nodes"]) for page in pages)
    stages = sum(len(edge["node"]["stages"]) for edge in data["leads"]["edges"])
    leads = len(data["leads"]["edges"])
    assert actual == (1 + len(pages) * (1 + 1 + 5) + 2 * contacts) + (1 + leads + stages) + 1
    assert actual < requested
    assert contacts > 0


def test_a_cost_is_told_field_by_field() -> None:
    cost = _admitted(PAGED, {"n": 2, "m": 3}).cost
    assert cost.json() == b'{"requested":11,"actual":null,"limit":50000}'
    assert cost.json_by_field().endswith(
        b'"byField":[{"path":"accounts","requested":1},{"path":"accounts.nodes","requested":2},'
        b'{"path":"accounts.nodes.contacts","requested":2},'
        b'{"path":"accounts.nodes.contacts.nodes","requested":6}]}'
    )


def test_a_change_costs_more_than_a_read() -> None:
    text = 'mutation { contactMove(input: {id: "x", accountId: null}) { userErrors { code } } }'
    assert _admitted(text, {}).cost.requested == 10
