"""curl: what a person at a terminal sees."""

import json
import shutil
import subprocess
from itertools import takewhile
from typing import Any

import pytest

CURL = shutil.which("curl") or ""
pytestmark = pytest.mark.skipif(not CURL, reason="there is no curl on this machine")

JSON = ("-H", "content-type: application/json")
FIRST = "{ contacts(first: 1) { nodes { id fullName } } }"
MANY = "{ contacts(first: 100) { nodes { id fullName email jobTitle } } }"


def curl(*args: str) -> str:
    """What curl prints; a failure of its own fails."""
    command = [CURL, "--silent", "--show-error", "--max-time", "10", *args]
    finished = subprocess.run(command, capture_output=True, text=True, check=False)
    assert finished.returncode == 0, finished.stderr
    return finished.stdout


def posted(query: str, **variables: Any) -> tuple[str, ...]:
    """The arguments that post a query."""
    return (*JSON, "-d", json.dumps({"query": query, "variables": variables}))


def test_a_query_by_post_and_by_get(serving: str) -> None:
    by_post = curl(*posted(FIRST), f"{serving}/graphql")
    assert json.loads(by_post)["data"]["contacts"]["nodes"][0]["fullName"]
    by_get = curl("--get", "--data-urlencode", f"query={FIRST}", f"{serving}/graphql")
    assert json.loads(by_get)["data"] == json.loads(by_post)["data"]


def test_a_large_answer_is_compressed_where_that_is_asked_for(serving: str) -> None:
    figures = ("--write-out", "\n%{size_download} %header{content-encoding}")
    plain = curl(*figures, *posted(MANY), f"{serving}/graphql").splitlines()
    packed = curl("--compressed", *figures, *posted(MANY), f"{serving}/graphql").splitlines()
    assert json.loads(packed[0])["data"] == json.loads(plain[0])["data"]
    size, encoding = packed[1].split()
    assert encoding in {"gzip", "br", "zstd"}
    assert int(size) < int(plain[1].split()[0])


@pytest.mark.parametrize(
    ("args", "status"),
    [
        (("-d", FIRST), 415),
        (("-H", "content-type: text/plain", "-d", FIRST), 415),
        ((*JSON, "-d", "{"), 400),
        ((*posted(FIRST), "-H", "accept: image/png"), 406),
        (("-X", "DELETE"), 405),
    ],
)
def test_a_refusal_is_json_under_its_status(args: tuple[str, ...], status: int, serving: str) -> None:
    body, code = curl(*args, "--write-out", "\n%{http_code}", f"{serving}/graphql").splitlines()
    assert int(code) == status
    assert json.loads(body)["errors"][0]["extensions"]["code"] == "BAD_REQUEST"


def test_events_come_line_by_line(writing: str) -> None:
    by_key = '{ contact(by: {sourceKey: {source: "world", key: "pine"}}) { id } }'
    pine = json.loads(curl(*posted(by_key), f"{writing}/graphql"))["data"]["contact"]["id"]
    follow = "subscription ($id: ID!) { contactInsights(id: $id) { cursor insights { interactions } } }"
    accept = ("-H", "accept: text/event-stream")
    command = [CURL, "-sSN", "--max-time", "10", *accept, *posted(follow, id=pine), f"{writing}/graphql"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        event = dict(line.rstrip("\n").split(": ", 1) for line in takewhile("\n".__ne__, process.stdout))
        process.terminate()
    assert event["event"] == "next"
    told = json.loads(event["data"])["data"]["contactInsights"]
    assert told["insights"]["interactions"] == 0
    assert event["id"] == told["cursor"]
