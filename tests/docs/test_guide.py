"""The guide for frontend teams says what is so: its queries run, its modules compile, its requests work."""

import json
import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest

from db.database import Database
from domain.facts import NewInteraction
from domain.interactions import InteractionType
from engines.ingest import ingest
from tests.clients import node
from tests.docs import pages
from tests.docs.pages import PAGES, SERVER, TEXT, Exchange, Operation

Meant = dict[str, str]
DEMO = {
    "account": "account-01",
    "other account": "account-02",
    "contact": "contact-0001",
    "lead": "lead-0001",
}
WORLD = {"account": "kettle", "other account": "lid", "contact": "cas", "lead": "kettles"}
CONFIG = {
    "compilerOptions": {
        "module": "esnext",
        "moduleResolution": "bundler",
        "noEmit": True,
        "skipLibCheck": True,
        "strict": True,
        "target": "es2022",
        "types": ["node"],
    }
}


def _asked(address: str, query: str, variables: Mapping[str, Any] | None = None) -> dict[str, Any]:
    body = {"query": query, "variables": variables}
    found: dict[str, Any] = httpx.post(f"{address}/graphql", json=body, timeout=20).json()
    return found


def _meant(address: str, source: str, keys: Mapping[str, str]) -> Meant:
    """The ids of the records that the guide means."""
    lookups = [
        f"{name.replace(' ', '_')}: {name.split()[-1]}"
        f'(by: {{sourceKey: {{source: "{source}", key: "{key}"}}}})'
        for name, key in keys.items()
    ]
    data = _asked(address, "{" + " { id } ".join(lookups) + " { id } }")["data"]
    found = {name: data[name.replace(" ", "_")]["id"] for name in keys}
    return found | _more(address, found["contact"])


def _more(address: str, contact: str) -> Meant:
    """The first list and segment, and the token of the contact's link."""
    query = """query ($contact: ID!) {
      subscriptionLists(first: 1) { nodes { id } }
      segments(first: 1) { nodes { id } }
      subscriptionCenterLink(contactId: $contact) { token }
    }"""
    data = _asked(address, query, {"contact": contact})["data"]
    return {
        "subscription list": data["subscriptionLists"]["nodes"][0]["id"],
        "segment": data["segments"]["nodes"][0]["id"],
        "token": data["subscriptionCenterLink"]["token"],
    }


def _cursors(found: Any) -> Iterator[tuple[str, str]]:
    """The cursors of an answer's pages."""
    if isinstance(found, dict):
        yield from ((key, found[key]) for key in ("startCursor", "endCursor") if found.get(key))
        for value in found.values():
            yield from _cursors(value)


def _made(found: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """The records that a mutation created."""
    for name, payload in (found.get("data") or {}).items():
        record = name.removesuffix("Create")
        if record != name and payload.get(record):
            yield f"new {record}", payload[record]["id"]


def _check(operation: Operation, found: dict[str, Any]) -> None:
    if operation.answer is None:
        assert "errors" not in found, found
        refused = [
            payload.get("userErrors") for payload in found["data"].values() if isinstance(payload, dict)
        ]
        assert not any(refused), refused
    else:
        assert pages.differences(operation.answer, found, operation.shortened) == []


@pytest.mark.parametrize(
    ("shown", "found", "shortened"),
    [
        ({"a": 1}, {"a": 1, "b": 2}, False),
        ({"a": 1, "b": 2}, {"a": 1}, True),
        ({"a": "1"}, {"a": 1}, True),
        ({"a": None}, {"a": 1}, True),
        ({"a": [1, 2]}, {"a": [1]}, True),
        ({"a": [1]}, {"a": [1, 2]}, False),
        ({"code": "INVALID"}, {"code": "STALE"}, True),
        ({"message": "No."}, {"message": "Yes."}, True),
        ({"a": 1}, {"a": 1, "errors": []}, False),
    ],
)
def test_answers_of_other_shapes_differ(shown: Any, found: Any, shortened: bool) -> None:
    assert len(pages.differences(shown, found, shortened)) == 1
    assert pages.differences(found, found, shortened) == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
async def test_its_operations_have_its_answers(
    page: Path, subtests: pytest.Subtests, serving: str, writing: str, world: Database
) -> None:
    demo, small = _meant(serving, "demo", DEMO), _meant(writing, "world", WORLD)
    for operation in pages.operations(page):
        with subtests.test(msg=operation.name):
            meant = demo if operation.kind == "query" else small
            variables = pages.filled(operation.variables, meant)
            if operation.kind == "subscription":
                found = await _next(writing, operation, variables, small, world)
            else:
                found = _asked(serving if meant is demo else writing, operation.text, variables)
            _check(operation, found)
            meant.update(_cursors(found))
            meant.update(_made(found))


async def _next(
    address: str, operation: Operation, variables: Mapping[str, Any], meant: Meant, world: Database
) -> dict[str, Any]:
    """The first event of a subscription after something has happened that it tells of."""
    now = "subscription ($id: ID!) { accountInsights(id: $id) { cursor insights { interactions } } }"
    before = await _event(address, now, {"id": meant["account"]})
    await _stir(address, meant, world)
    after = before["data"]["accountInsights"]["cursor"]
    return await _event(address, operation.text, {**variables, "after": after})


async def _stir(address: str, meant: Meant, world: Database) -> None:
    """Somebody of the account visits a page, and somebody else moves."""
    at = datetime.now(UTC)
    visit = NewInteraction(
        InteractionType.WEBSITE_VISITED,
        at,
        "world",
        f"guide {at}",
        contact_key="ann",
        link="https://kettle.example",
    )
    await ingest(world, [visit], at)
    move = "mutation ($input: ContactMoveInput!) { contactMove(input: $input) { userErrors { message } } }"
    at_home = _asked(
        address, "query ($id: ID!) { contact(by: {id: $id}) { account { id } } }", {"id": meant["contact"]}
    )
    account = at_home["data"]["contact"]["account"]
    goal = "other account" if account and account["id"] == meant["account"] else "account"
    moved = _asked(address, move, {"input": {"id": meant["contact"], "accountId": meant[goal]}})
    assert moved["data"]["contactMove"]["userErrors"] == []


async def _event(address: str, query: str, variables: Mapping[str, Any]) -> dict[str, Any]:
    body = {"query": query, "variables": variables}
    async with (
        httpx.AsyncClient(timeout=10) as client,
        client.stream(
            "POST", f"{address}/graphql", json=body, headers={"accept": "text/event-stream"}
        ) as answer,
    ):
        async for line in answer.aiter_lines():
            if line.startswith("data: "):
                found: dict[str, Any] = json.loads(line.removeprefix("data: "))
                return found
    raise AssertionError("The stream ended without an event.")


@pytest.mark.parametrize(
    ("page", "exchange"),
    [(page.stem, exchange) for page in PAGES for exchange in pages.exchanges(page)],
    ids=lambda value: value if isinstance(value, str) else f"{value.method} {value.status}",
)
def test_its_requests_are_answered_as_it_says(page: str, exchange: Exchange, serving: str) -> None:
    demo = _meant(serving, "demo", DEMO)
    body = exchange.body.replace("<account>", demo["account"])
    answer = httpx.request(
        exchange.method, f"{serving}{exchange.path}", headers=dict(exchange.headers), content=body.encode()
    )
    assert answer.status_code == exchange.status, answer.text
    assert {name: answer.headers.get(name) for name in exchange.answer} == exchange.answer
    if exchange.status >= 400:
        assert answer.json()["errors"][0]["extensions"]["code"] in TEXT


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory, serving: str) -> Path:
    """The files that the guide shows, with what its commands make of them."""
    folder = tmp_path_factory.mktemp("guide")
    (folder / "node_modules").symlink_to(node.MODULES)
    (folder / "tsconfig.json").write_text(json.dumps(CONFIG))
    for page in PAGES:
        for name, module in pages.files(page).items():
            (folder / name).parent.mkdir(exist_ok=True)
            (folder / name).write_text(module.replace(SERVER, serving))
    text = httpx.get(f"{serving}/schema.graphql").text
    for place, command, *args in _commands():
        if command == "mkdir":
            (folder / place / args[-1]).mkdir()
            continue
        (folder / place / "schema.graphql").write_text(text)
        finished = node.run(node.tool(command), *args, cwd=folder / place)
        assert finished.returncode == 0, finished.stdout + finished.stderr
    return folder


def _commands() -> Iterator[list[str]]:
    """What the guide runs by npx, and the folders that it makes, after the folder that it does so in."""
    for page in PAGES:
        for block in pages.blocks(page):
            if block.language == "sh" and block.words:
                for line in re.findall(r"^(?:npx|(?=mkdir)) ?(.*)$", block.text, re.MULTILINE):
                    yield [block.words, *line.split()]


def test_its_modules_are_well_typed(project: Path) -> None:
    finished = node.run(node.tool("tsc"), "-p", ".", "--listFiles", cwd=project)
    listed = finished.stdout
    assert finished.returncode == 0, listed
    shown = [name for page in PAGES for name in pages.files(page) if name.endswith(".ts")]
    assert len(shown) >= 8
    assert [name for name in shown if f"/{name}" not in listed] == []


@pytest.mark.parametrize("client", ["apollo", "urql"])
def test_its_first_query_runs(project: Path, client: str) -> None:
    bundle = ["--bundle", "--format=esm", "--platform=node", "--packages=external", f"--outfile={client}.mjs"]
    built = node.run(node.tool("esbuild"), f"{client}/accounts.ts", *bundle, cwd=project)
    assert built.returncode == 0, built.stderr
    said = node.run(f"{client}.mjs", cwd=project)
    assert said.returncode == 0, said.stderr
    assert [line.rsplit(" ", 1)[0] for line in said.stdout.splitlines()] == [
        "Ambrelle Cosmetica",
        "Brackenfold Bakeries",
    ]
