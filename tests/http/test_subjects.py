"""The running server works data-subject requests off, and gives their file (domain.md 10.5)."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest

from db.database import Database
from domain.protection import RequestType
from engines import subjects
from tests.conftest import served
from tests.world import NOW

CREATE = """
mutation ($type: RequestType!, $email: String!) {
  dataSubjectRequestCreate(input: {type: $type, name: "Ask", email: $email}) {
    dataSubjectRequest { id status file }
    userErrors { code }
  }
}
"""
READ = """
query ($id: ID!) {
  dataSubjectRequest(id: $id) { status contactsFound progress { done total } createdBy file data }
}
"""
CAS = '{ contact(by: {email: "cas@example.org"}) { fullName } }'


@pytest.fixture(scope="module")
async def early(world: Database) -> UUID:
    """A request that was made before the server started."""
    given = {"name": "Early", "email": "ann@kettle.example"}
    return (await world.write(subjects.create, "ann", "test", RequestType.EXPORT, given, NOW)).id


@pytest.fixture(scope="module")
def address(dsn: str, early: UUID) -> Iterator[str]:
    """The address of a process over the small company."""
    with served(dsn) as found:
        yield found


@pytest.fixture
async def http(address: str) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=address, headers={"X-Leadgraph-Actor": "ben"}) as client:
        yield client


async def ask(http: httpx.AsyncClient, query: str, **variables: Any) -> Any:
    answer = (await http.post("/graphql", json={"query": query, "variables": variables})).json()
    assert "errors" not in answer, answer
    return answer["data"]


async def worked_off(http: httpx.AsyncClient, kind: str, email: str) -> Any:
    """Asks, and looks until it is done."""
    made = (await ask(http, CREATE, type=kind, email=email))["dataSubjectRequestCreate"]
    assert made["userErrors"] == []
    async with asyncio.timeout(12):
        while True:
            found = (await ask(http, READ, id=made["dataSubjectRequest"]["id"]))["dataSubjectRequest"]
            if found["status"] != "IN_PROGRESS":
                return found
            await asyncio.sleep(0.02)


async def test_an_export_is_worked_off_at_once_and_gives_its_file(http: httpx.AsyncClient) -> None:
    found = await worked_off(http, "EXPORT", "ann@kettle.example")
    assert (found["status"], found["contactsFound"], found["createdBy"]) == ("COMPLETED", 1, "ben")
    assert found["progress"]["done"] == found["progress"]["total"] > 1
    file = await http.get(found["file"])
    assert file.status_code == 200
    assert file.headers["content-type"] == "application/json"
    assert file.headers["content-disposition"].startswith('attachment; filename="data-subject-request-')
    assert file.headers["cache-control"] == "no-store"
    assert file.json() == found["data"]
    (ann,) = file.json()["people"]
    assert (ann["contact"]["fullName"], len(ann["leads"])) == ("Ann Arbour", 2)
    assert len(ann["interactions"]) == found["progress"]["total"] - 1


async def test_what_was_asked_for_before_the_start_is_worked_off_too(
    http: httpx.AsyncClient, early: UUID
) -> None:
    async with asyncio.timeout(12):
        while (await http.get(f"/data-subject-requests/{early}/file")).status_code != 200:  # noqa: ASYNC110 - it is another process that does it
            await asyncio.sleep(0.02)


async def test_a_deletion_takes_the_person_away(http: httpx.AsyncClient) -> None:
    assert (await ask(http, CAS))["contact"] == {"fullName": "Cassia"}
    found = await worked_off(http, "DELETE", "cas@example.org")
    assert (found["status"], found["contactsFound"], found["file"]) == ("COMPLETED", 1, None)
    assert (await ask(http, CAS))["contact"] is None


async def test_what_has_no_file_is_not_found(http: httpx.AsyncClient) -> None:
    for path in (uuid4(), "nonsense", "%00"):
        answer = await http.get(f"/data-subject-requests/{path}/file")
        assert answer.status_code == 404
