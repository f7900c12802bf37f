"""Documents that need not be sent: by hash once they were, by id from manifests, and nothing but these."""

import asyncio
import os
import subprocess
import sys
from collections.abc import AsyncIterator
from hashlib import sha256
from pathlib import Path
from typing import Any

import httpx
import orjson
import pytest

from db.database import Database
from db.migrate import Unfit
from schema.build import schema
from schema.limits import Limits
from schema.plan.documents import Documents
from server.graphql.library import Library
from server.settings import Settings
from tests.http.hosting import Hosted, hosted

MANIFESTS = Path(__file__).parent / "manifests"
NAMES = "{ contacts(first: 2) { nodes { fullName } } }"
RELAY, APOLLO = "4d7d3b5a0a3f9f2ee0a1b5d5c1f0e6aa", "contact-names"
CODEGEN, DEEP = "8f6e9b1c0f4d5b8a7c3e2d1f0a9b8c7d6e5f4a3b", "0a1b2c3d4e5f60718293a4b5c6d7e8f901234567"
LEADS = orjson.loads((MANIFESTS / "persisted-documents.json").read_bytes())[CODEGEN]


@pytest.fixture(scope="module")
async def open_to_all(world: Database) -> AsyncIterator[Hosted]:
    """A server that runs whatever it is sent."""
    async with hosted(world, schema) as found:
        yield found


@pytest.fixture(scope="module")
async def trusting(world: Database) -> AsyncIterator[Hosted]:
    """A server that runs what its manifests hold."""
    async with hosted(world, schema, documents=str(MANIFESTS), trusted_documents=True) as found:
        yield found


def _hash(text: str) -> str:
    return sha256(text.encode()).hexdigest()


def _by_hash(key: str, **more: Any) -> dict[str, Any]:
    return {"extensions": {"persistedQuery": {"version": 1, "sha256Hash": key}}, **more}


async def _post(server: Hosted, body: dict[str, Any], **headers: str) -> httpx.Response:
    async with httpx.AsyncClient() as client:
        return await client.post(server.url, json=body, headers=headers)


async def _get(server: Hosted, **params: str) -> httpx.Response:
    async with httpx.AsyncClient() as client:
        return await client.get(server.url, params=params)


def _error(answer: httpx.Response) -> tuple[int, str, str]:
    (error,) = answer.json()["errors"]
    return answer.status_code, error["message"], error["extensions"]["code"]


async def _clear(database: Database) -> None:
    async with database.transaction() as tx:
        await tx.run("clear", text="delete from document")


async def test_a_document_is_sent_once_and_known_to_every_process(
    open_to_all: Hosted, world: Database
) -> None:
    await _clear(world)
    key = _hash(NAMES)
    missed = await _post(open_to_all, _by_hash(key))
    assert _error(missed) == (200, "PersistedQueryNotFound", "PERSISTED_QUERY_NOT_FOUND")
    assert "no-store" in missed.headers["cache-control"]
    sent = await _post(open_to_all, _by_hash(key, query=NAMES))
    assert len(sent.json()["data"]["contacts"]["nodes"]) == 2
    assert (await _post(open_to_all, _by_hash(key))).json() == sent.json()
    async with hosted(world, schema) as other:
        assert (await _post(other, _by_hash(key))).json() == sent.json()
        assert (await _post(other, {"documentId": f"sha256:{key}"})).json() == sent.json()
        extensions = orjson.dumps(_by_hash(key)["extensions"]).decode()
        assert (await _get(other, extensions=extensions)).json() == sent.json()


async def test_only_what_is_valid_and_has_its_own_hash_is_kept(open_to_all: Hosted, world: Database) -> None:
    await _clear(world)
    wrong = await _post(open_to_all, _by_hash(_hash("other"), query=NAMES))
    assert _error(wrong)[::2] == (400, "BAD_REQUEST")
    for text in ("{ nothingOfOurs }", "{", "{ " + "__typename " * 500 + "}"):
        assert "data" not in (await _post(open_to_all, _by_hash(_hash(text), query=text))).json()
    large = f"{{ __typename }} #{'x' * 100_000}"
    assert (await _post(open_to_all, _by_hash(_hash(large), query=large))).json()["data"]
    assert await world.reads().rows("kept", text="select from document") == []


async def test_what_was_used_longest_ago_is_forgotten_first(world: Database) -> None:
    await _clear(world)
    async with hosted(world, schema, persisted_queries=3) as server:
        texts = [f"{{ a{number}: __typename }}" for number in range(6)]
        for text in texts:
            await _post(server, _by_hash(_hash(text), query=text))
            await _post(server, _by_hash(_hash(texts[0])))
    rows = await world.reads().rows("kept", text="select text from document")
    assert {row["text"] for row in rows} == {texts[0], *texts[4:]}


async def test_many_may_send_the_same_document_at_once(world: Database) -> None:
    await _clear(world)
    async with hosted(world, schema, persisted_queries=5) as server:
        texts = [f"{{ a{number % 8}: __typename }}" for number in range(48)]
        asked = [_post(server, _by_hash(_hash(text), query=text)) for text in texts]
        assert all(answer.json()["data"] for answer in await asyncio.gather(*asked))


async def test_documents_need_not_be_kept_at_all(world: Database) -> None:
    async with hosted(world, schema, persisted_queries=0) as server:
        refused = await _post(server, _by_hash(_hash(NAMES)))
    assert _error(refused) == (200, "PersistedQueryNotSupported", "PERSISTED_QUERY_NOT_SUPPORTED")


async def test_an_unknown_document_id_is_told(open_to_all: Hosted) -> None:
    for id in ("nothing", "sha256:" + "0" * 64, "sha256:", "\ud800x".encode("utf-8", "replace").decode()):
        answer = await _post(open_to_all, {"documentId": id})
        assert _error(answer)[::2] == (404, "PERSISTED_QUERY_NOT_FOUND")
    both = await _post(open_to_all, {"documentId": "nothing", "query": NAMES})
    assert _error(both)[::2] == (400, "BAD_REQUEST")


@pytest.mark.parametrize("id", [RELAY, APOLLO, CODEGEN, DEEP, f"sha256:{_hash(LEADS)}"])
async def test_a_manifests_documents_are_run(trusting: Hosted, id: str) -> None:
    posted = await _post(trusting, {"documentId": id})
    assert posted.json()["data"], posted.text
    assert (await _get(trusting, documentId=id)).json() == posted.json()
    assert (await _post(trusting, _by_hash(id.removeprefix("sha256:")))).json() == posted.json()


async def test_a_trusting_server_runs_nothing_else(trusting: Hosted) -> None:
    assert (await _post(trusting, {"query": LEADS})).json()["data"]
    assert (await _post(trusting, _by_hash(_hash(LEADS), query=LEADS))).json()["data"]
    for body in (
        {"query": NAMES},
        {"query": LEADS + " "},
        {"query": "{ __schema { queryType { name } } }"},
        {"documentId": "nothing"},
        _by_hash(_hash(NAMES)),
        _by_hash(_hash(NAMES), query=NAMES),
    ):
        assert _error(await _post(trusting, body))[::2] == (403, "FORBIDDEN")
    assert _error(await _get(trusting, query=NAMES))[::2] == (403, "FORBIDDEN")


async def test_the_cost_is_told_and_a_dry_run_reads_nothing(open_to_all: Hosted) -> None:
    body = {"query": NAMES}
    plain = (await _post(open_to_all, body)).json()
    assert plain["extensions"]["cost"] == {"requested": 3, "actual": 3, "limit": 50_000}
    fields = (await _post(open_to_all, body, **{"X-Leadgraph-Cost": "fields"})).json()
    assert sum(one["requested"] for one in fields["extensions"]["cost"]["byField"]) == 3
    dry = (await _post(open_to_all, body, **{"X-Leadgraph-Cost": "dry"})).json()
    assert dry["data"] is None
    assert dry["extensions"]["cost"]["actual"] is None
    dear = (
        "{ accounts(first: 100) { nodes { contacts(first: 100) { nodes { leads(first: 9) { nodes { id }}}}}}}"
    )
    refused = (await _post(open_to_all, {"query": dear})).json()
    assert "data" not in refused
    assert refused["extensions"]["cost"]["requested"] > 50_000
    assert refused["errors"][0]["extensions"]["reason"] == "TOO_COSTLY"


BROKEN = {
    "no json": "{",
    "of no form": "[1]",
    "version 2": '{"format": "apollo-persisted-query-manifest", "version": 2, "operations": []}',
    "without `id`": '{"format": "apollo-persisted-query-manifest", "version": 1, "operations": [{}]}',
    "the document one": '{"one": "{ nothingOfOurs }"}',
    "no known form": '{"one": 1}',
}


@pytest.mark.parametrize("said", BROKEN)
def test_a_manifest_that_does_not_fit_is_named(tmp_path: Path, said: str) -> None:
    file = tmp_path / "manifest.json"
    file.write_text(BROKEN[said])
    with pytest.raises(Unfit, match=str(file)):
        Library(Settings(documents=str(file)), Documents(schema, Limits()))


def test_a_library_wants_manifests_where_it_trusts_nothing_else(tmp_path: Path) -> None:
    for documents in ("", str(tmp_path), str(tmp_path / "none.json")):
        settings = Settings(documents=documents, trusted_documents=True)
        with pytest.raises(Unfit, match=r"LEADGRAPH_|none\.json"):
            Library(settings, Documents(schema, Limits()))


def test_a_server_does_not_start_with_a_document_that_does_not_fit(dsn: str, tmp_path: Path) -> None:
    file = tmp_path / "manifest.json"
    file.write_text(BROKEN["the document one"])
    environ = {**os.environ, "LEADGRAPH_DATABASE_URL": dsn, "LEADGRAPH_DOCUMENTS": str(file)}
    command = [sys.executable, "-m", "server", "serve", "--port", "0"]
    found = subprocess.run(command, env=environ, capture_output=True, text=True, timeout=60, check=False)
    assert found.returncode == 1
    assert "The document one of" in found.stderr.splitlines()[-1]
    assert "Traceback" not in found.stderr
