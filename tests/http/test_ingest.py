"""`POST /ingest`: every line has its answer, once what it says is stored for good."""

import asyncio
import gzip
import json
import zlib
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from typing import Any

import httpx
import pytest

from db.database import Database
from domain.identities import to_global
from domain.options import Permission
from tests.conftest import served
from tests.http.hostile_values import HOSTILE, Bare
from tests.http.ingesting import NDJSON, body, differences, line, outcomes, people, posted, told

LEAKS = ("Traceback", "asyncpg", "orjson", "zlib", ".py", "pg_", "Error")


@pytest.fixture(scope="module")
def address(dsn: str) -> Iterator[str]:
    """The address of a process over the module's database."""
    with served(dsn) as found:
        yield found


@pytest.fixture
async def client(address: str) -> AsyncIterator[httpx.AsyncClient]:
    """A client of it."""
    async with httpx.AsyncClient(base_url=address, timeout=30) as made:
        yield made


async def test_late_repeated_and_out_of_order_lines_are_each_there_once(
    client: httpx.AsyncClient, database: Database
) -> None:
    keys = ["a", "b", "c"]
    await people(database, "once", *keys)
    kinds = ("EMAIL_SENT", "EMAIL_DELIVERED", "EMAIL_OPENED", "EMAIL_CLICKED", "WEBSITE_VISITED")
    lines = [
        line(n * 7 % 100, keys[n * 7 % 3], type=kinds[n * 7 % 5], messageId=f"m{n * 7 % 4}")
        for n in range(130)
    ]
    answers, counts = await posted(client, lines, "once")
    assert Counter(outcomes(answers)) == {"STORED": 100, "REPEATED": 30}
    assert [one["line"] for one in answers] == list(range(1, 131))
    again, _ = await posted(client, reversed(lines), "once")
    assert set(outcomes(again)) == {"REPEATED"}
    assert {one["id"] for one in again} == {one["id"] for one in answers}
    assert (counts["lines"], counts["stored"], counts["repeated"]) == (130, 100, 30)
    assert await differences(database, client, "once", keys) == []
    query = "query ($id: ID!) { node(id: $id) { ... on Interaction { id source sourceId } } }"
    asked = {"query": query, "variables": {"id": answers[0]["id"]}}
    shown = (await client.post("/graphql", json=asked)).json()["data"]["node"]
    assert shown == {"id": answers[0]["id"], "source": "once", "sourceId": "e0"}


async def test_what_is_anonymous_or_precedes_its_contact_waits(
    client: httpx.AsyncClient, database: Database
) -> None:
    lines = [
        line(1, type="WEBSITE_VISITED", visitorId="somebody"),
        line(2, "later", messageId="m"),
        line(3, "later", messageId="m"),
        line(4, type="CUSTOMER_JOURNEY_ITERATION_STARTED", journeyId="j"),
    ]
    answers, counts = await posted(client, lines, "waiting")
    assert outcomes(answers) == ["WAITING"] * 4
    assert counts["waiting"] == 4
    await people(database, "waiting", "later")
    again, _ = await posted(client, [line(5, "later"), line(2, "later", messageId="m")], "waiting")
    assert outcomes(again) == ["STORED", "REPEATED"]
    assert await differences(database, client, "waiting", ["later"]) == []


async def test_a_broken_line_is_told_and_leaves_the_others_be(
    client: httpx.AsyncClient, database: Database
) -> None:
    await people(database, "broken", "a")
    lines: list[Any] = [
        line(1, "a"),
        '{"sourceId": "e',
        "",
        "   ",
        "[]",
        "7",
        line(2, "a", type="NOTHING"),
        line(3, "a", occurredAt="2026-05-01"),
        line(4, "a", unknown=1),
        line(5, contactId=to_global("Contact", "00000000-0000-0000-0000-000000000001")),
        line(6, "a", occurredAt="2199-01-01T00:00:00Z"),
        "{" + "x" * (1 << 20),
        line(7, "a", properties={"x": "\ud800"}),
        line(8, "a"),
    ]
    answers, counts = await posted(client, lines, "broken")
    assert [one["line"] for one in answers] == [1, 2, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14]
    codes = ["STORED", *["INVALID"] * 6, "NOT_FOUND", *["INVALID"] * 3, "STORED"]
    assert outcomes(answers) == codes
    paths = [one["error"]["path"] for one in answers if "error" in one]
    named = [[], [], [], ["type"], ["occurredAt"], ["unknown"], ["contactId"], ["occurredAt"], []]
    assert paths == [*named, []]
    assert counts == {
        "lines": 12,
        "stored": 2,
        "waiting": 0,
        "repeated": 0,
        "doNotTrack": 0,
        "refused": 10,
        "failed": 0,
    }


async def test_a_summary_tells_what_was_refused_and_the_counts(
    client: httpx.AsyncClient, database: Database
) -> None:
    await people(database, "brief", "a")
    lines = [line(1, "a"), line(2, "a", type=1), line(1, "a")]
    answers, counts = await posted(client, lines, "brief", answer="summary")
    assert [(one["line"], one["error"]["path"]) for one in answers] == [(2, ["type"])]
    assert (counts["lines"], counts["stored"], counts["repeated"], counts["refused"]) == (3, 1, 1, 1)


async def test_what_a_contact_does_not_let_us_keep_is_told_without_an_id(
    client: httpx.AsyncClient, database: Database
) -> None:
    await people(database, "private", "a", tracking_permission=Permission.DO_NOT_ALLOW)
    lines = [line(1, "a"), line(2, "a", type="EMAIL_SENT")]
    answers, counts = await posted(client, lines, "private")
    assert answers[0] == {"line": 1, "outcome": "DO_NOT_TRACK"}
    assert (outcomes(answers), counts["doNotTrack"]) == (["DO_NOT_TRACK", "STORED"], 1)


@pytest.mark.parametrize(
    ("encoding", "pack"),
    [
        ("gzip", gzip.compress),
        ("gzip", lambda data: gzip.compress(data[:50]) + gzip.compress(data[50:])),
        ("deflate", zlib.compress),
        ("identity", bytes),
    ],
)
async def test_a_body_may_come_packed(
    client: httpx.AsyncClient, database: Database, encoding: str, pack: Any
) -> None:
    await people(database, "packed", "a")
    content = pack(body(line(n, "a") for n in range(20))[:-1])
    headers = {**NDJSON, "content-encoding": encoding}
    answer = await client.post("/ingest", params={"source": "packed"}, content=content, headers=headers)
    answers, counts = told(answer.text)
    assert set(outcomes(answers)) <= {"STORED", "REPEATED"}
    assert counts["lines"] == 20


async def test_what_is_wrongly_packed_is_refused_and_what_breaks_off_is_told(
    client: httpx.AsyncClient, database: Database
) -> None:
    await people(database, "torn", "a")
    headers = {**NDJSON, "content-encoding": "gzip"}
    refused = await client.post("/ingest", content=b"no gzip", headers=headers)
    assert (refused.status_code, refused.json()["errors"][0]["extensions"]["code"]) == (400, "BAD_REQUEST")
    whole = zlib.compressobj(wbits=31)
    torn = whole.compress(body(line(n, "a") for n in range(50))) + whole.flush(zlib.Z_SYNC_FLUSH)
    answer = await client.post("/ingest", params={"source": "torn"}, content=torn, headers=headers)
    answers, last = told(answer.text)
    assert (len(answers), last["stored"], last["error"]["code"]) == (50, 50, "BAD_REQUEST")


@pytest.mark.parametrize("filling", [b"\n", b" ", b'{"a": "%s"}\n' % (b"x" * 3_000)])
async def test_a_bomb_is_put_out(client: httpx.AsyncClient, filling: bytes) -> None:
    packing = zlib.compressobj(9, wbits=31)
    bomb = (
        b"".join(packing.compress(filling * (100_000 // len(filling))) for _ in range(400)) + packing.flush()
    )
    headers = {**NDJSON, "content-encoding": "gzip"}
    params = {"source": "bomb", "answer": "summary"}
    answer = await client.post("/ingest", params=params, content=bomb, headers=headers)
    assert "100 times" in answer.text
    assert (await client.get("/livez")).status_code == 200


@pytest.mark.parametrize("many", [True, False])
async def test_a_json_document_is_taken_too(
    client: httpx.AsyncClient, database: Database, many: bool
) -> None:
    await people(database, f"json {many}", "a")
    one = line(1, "a")
    content = [one, 7, line(2, "a")] if many else one
    answer = await client.post("/ingest", params={"source": f"json {many}"}, json=content)
    answers, _ = told(answer.text)
    assert outcomes(answers) == (["STORED", "INVALID", "STORED"] if many else ["STORED"])


async def test_the_documented_answer_of_the_source_is_taken_as_it_is(
    client: httpx.AsyncClient, database: Database
) -> None:
    await people(database, "documented", "0dbe0fa3-8e18-e811-a951-000d3a37caec")
    data = [
        {
            "InteractionId": "172C1E59A3CD4D85B392316DD76651CE",
            "InteractionType": "EmailSent",
            "Timestamp": "2018-02-23T13:10:48Z",
            "ContactId": "0dbe0fa3-8e18-e811-a951-000d3a37caec",
            "EmailAddressUsed": "sample@example.org",
        }
    ]
    whole = {"@odata.context": "…", "Data": json.dumps(data), "NextSkipToken": None}
    answer = await client.post("/ingest", params={"source": "documented"}, json=whole)
    (one,), _ = told(answer.text)
    assert one["outcome"] == "STORED"
    by_line, _ = await posted(client, data, "documented")
    assert by_line == [{**one, "outcome": "REPEATED"}]


@pytest.mark.parametrize(
    ("asked", "status"),
    [
        ({"method": "GET"}, 405),
        ({"method": "PUT"}, 405),
        ({"headers": {}}, 415),
        ({"headers": {"content-type": "text/plain"}}, 415),
        ({"headers": {"content-type": "application/x-ndjson; charset=latin-1"}}, 415),
        ({"headers": {**NDJSON, "content-encoding": "br"}}, 415),
        ({"headers": {**NDJSON, "origin": "https://elsewhere.example"}}, 403),
        ({"params": {"answer": "everything"}}, 400),
        ({"params": {"sources": "x"}}, 400),
        ({"params": {"source": "a\x00b"}}, 400),
        ({"headers": {"content-type": "application/json"}, "content": b"{"}, 400),
        ({"headers": {"content-type": "application/json"}, "content": b'{"Data": "["}'}, 400),
        ({"headers": {"content-type": "application/json"}, "content": b"[" + b" " * (9 << 20)}, 400),
    ],
)
async def test_what_cannot_be_read_is_refused_in_words(
    client: httpx.AsyncClient, asked: dict[str, Any], status: int
) -> None:
    given = {"method": "POST", "headers": NDJSON, "content": b"{}\n", **asked}
    answer = await client.request(url="/ingest", **given)
    assert answer.status_code == status
    (error,) = answer.json()["errors"]
    assert error["message"].endswith((".", "."))
    assert error["extensions"]["requestId"] == answer.headers["x-request-id"]


async def test_pages_may_post_from_where_they_may_ask(client: httpx.AsyncClient) -> None:
    asked = {"access-control-request-method": "POST", "access-control-request-headers": "content-type"}
    near = {"origin": "http://localhost:5173", **asked}
    before = await client.options("/ingest", headers=near)
    assert (before.status_code, before.headers["access-control-allow-origin"]) == (204, near["origin"])
    after = await client.post("/ingest", content=b"", headers={**NDJSON, "origin": near["origin"]})
    assert after.headers["access-control-allow-origin"] == near["origin"]
    far = {"origin": "https://elsewhere.example", **asked}
    assert (await client.options("/ingest", headers=far)).status_code == 403


async def test_an_empty_body_has_counts_of_nothing(client: httpx.AsyncClient) -> None:
    answers, counts = await posted(client, [], "empty")
    assert (answers, set(counts.values())) == ([], {0})


async def test_the_request_is_known_by_the_clients_own_id(client: httpx.AsyncClient) -> None:
    answer = await client.post("/ingest", content=b"", headers={**NDJSON, "x-request-id": "mine-1"})
    assert answer.headers["x-request-id"] == "mine-1"


async def test_what_was_taken_in_is_counted_by_outcome(client: httpx.AsyncClient, database: Database) -> None:
    async def counted() -> dict[str, int]:
        text = (await client.get("/metrics")).text.splitlines()
        rows = [row.rsplit(" ", 1) for row in text if row.startswith("leadgraph_interactions_total{")]
        return {name.split('"')[1]: int(n) for name, n in rows}

    await people(database, "counted", "a")
    before = await counted()
    await posted(client, [line(1, "a"), line(1, "a"), line(2), "x"], "counted")
    after = await counted()
    grown = {name: after[name] - before[name] for name in after if after[name] != before[name]}
    assert grown == {"stored": 1, "repeated": 1, "waiting": 1, "refused": 1}


async def test_hostile_lines_are_answered_in_words_and_stop_nothing(
    client: httpx.AsyncClient, database: Database
) -> None:
    await people(database, "hostile", "a")
    values = [value for values in HOSTILE.values() for value in values]
    names = ("sourceId", "type", "occurredAt", "contactKey", "contactId", "link", "visitorId", "properties")
    lines: list[Any] = []
    for value in values:
        written = str(value) if isinstance(value, Bare) else json.dumps(value)
        for name in names:
            kept = {key: one for key, one in line(len(lines), "a").items() if key != name}
            if name == "contactId":
                del kept["contactKey"]
            lines.append(f"{json.dumps(kept)[:-1]}, {json.dumps(name)}: {written}}}")
    answers, counts = await posted(client, lines, "hostile")
    assert len(answers) == counts["lines"] == len(lines)
    assert counts["failed"] == 0
    for one in answers:
        if "error" in one:
            message = one["error"]["message"]
            assert not [word for word in LEAKS if word in message and word not in lines[one["line"] - 1]]
    assert await differences(database, client, "hostile", ["a"]) == []


async def test_many_clients_at_once_and_the_figures_are_right(
    client: httpx.AsyncClient, database: Database
) -> None:
    keys = [f"c{n}" for n in range(8)]
    await people(database, "crowd", *keys)
    kinds = ("EMAIL_DELIVERED", "EMAIL_OPENED", "EMAIL_CLICKED")
    lines = [line(n, keys[n % 8], type=kinds[n % 3], messageId=f"m{n % 5}") for n in range(900)]
    parts = [lines[at : at + 300] for at in range(0, 900, 150)]
    found = await asyncio.gather(*(posted(client, part, "crowd") for part in parts))
    stored = [one["id"] for answers, _ in found for one in answers if one["outcome"] == "STORED"]
    assert len(stored) == len(set(stored)) == 900
    assert await differences(database, client, "crowd", keys) == []
