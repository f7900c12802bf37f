"""Documents about insights that no plan holds: one answer, whichever way they are asked to be run."""

from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest

from db.database import Database, connected
from resolvers.context import Context
from tests.conftest import cloned
from tests.documents.test_documents import EXECUTOR, QUERIES, answer, check
from tests.followed import follow
from tests.world import NOW, settle

NAMES = sorted(f"insights/{path.stem}" for path in (QUERIES / "insights").glob("*.graphql"))


@pytest.fixture(scope="module")
async def followed(server: str, template: str) -> AsyncIterator[Database]:
    """The small company with what it followed, for reading."""
    async with cloned(server, template) as dsn, connected(dsn) as found:
        await settle(found)
        await follow(found)
        yield found


@pytest.mark.parametrize("name", NAMES)
async def test_a_document_has_its_answer(followed: Database, name: str) -> None:
    check(name, *await answer(followed, (QUERIES / f"{name}.graphql").read_text(), by_plan=False))


NARROWED = """{
  contact(by: {sourceKey: {source: "world", key: "ann"}}) {
    a: insights(journeyId: "autumn") { id interactions }
    b: insights(messageId: "offer", allTime: true, includeMachines: true) { id interactions }
  }
  account(by: {sourceKey: {source: "world", key: "kettle"}}) {
    a: insights(includeChildAccounts: true) { id interactions }
    b: insights(includeChildAccounts: true, attribution: ALL_TIME, messageId: "news") { id interactions }
  }
  lead(by: {sourceKey: {source: "world", key: "fleet"}}) {
    a: insights(includeChildAccounts: true, journeyId: "autumn", to: "2026-09-02T09:00:00.000001Z") {
      id interactions
    }
  }
  message: messageInsights(messageId: "offer", journeyId: "autumn") { id interactions }
  odd: messageInsights(messageId: "a:b/c=%:é") { id interactions }
  journey: journeyInsights(journeyId: "autumn") { id interactions previous { id interactions } }
  segments(first: 1) { nodes { insights(messageId: "offer") { id interactions } } }
}"""


def _insights(found: Any) -> Iterator[dict[str, Any]]:
    if isinstance(found, dict):
        if "interactions" in found:
            yield found
        for one in found.values():
            yield from _insights(one)
    elif isinstance(found, list):
        for one in found:
            yield from _insights(one)


@pytest.mark.parametrize("by_plan", [True, False])
async def test_the_id_of_narrowed_insights_leads_to_the_same(followed: Database, by_plan: bool) -> None:
    shown = list(_insights((await answer(followed, NARROWED, by_plan=False))[0]["data"]))
    assert len({one["id"] for one in shown}) == len(shown) == 10
    for one in shown:
        document = f'{{ node(id: "{one["id"]}") {{ id ... on Insights {{ interactions }} }} }}'
        outcome = await EXECUTOR.run(_context(followed), document, by_plan=by_plan)
        assert (outcome.errors, outcome.data["node"]) == (
            [],
            {"id": one["id"], "interactions": one["interactions"]},
        )


def _context(db: Database) -> Context:
    return Context(db, now=NOW, actor=None, request_id="test")


ANN = '{ contact(by: {sourceKey: {source: "world", key: "ann"}}) '
KETTLE = '{ account(by: {sourceKey: {source: "world", key: "kettle"}}) '
REFUSED = {
    f"{ANN} {{ insights {{ topLinks(first: 0) {{ link }} }} }} }}": ["first"],
    f"{ANN} {{ insights {{ pages(first: 101) {{ address }} }} }} }}": ["first"],
    f'{ANN} {{ insights(journeyId: "") {{ id }} }} }}': ["journeyId"],
    f'{ANN} {{ insights(messageId: "{"x" * 301}") {{ id }} }} }}': ["messageId"],
    f"{KETTLE} {{ insights {{ mostEngaged(first: -1) {{ engagements }} }} }} }}": ["first"],
    '{ messageInsights(messageId: "") { id } }': ["messageId"],
    '{ journeyInsights(journeyId: "") { id } }': ["journeyId"],
    '{ journeyInsights(journeyId: "a", messageId: "") { id } }': ["messageId"],
    '{ messageInsights(messageId: "offer") { contacts(types: []) { nodes { id } } } }': ["types"],
    '{ messageInsights(messageId: "offer") { contacts(types: [SMS_SENT], first: 0) { nodes { id } } } }': [
        "first"
    ],
    '{ subscriptionLists { nodes { insights { overTime(timezone: "Mars") { at } } } } }': ["timezone"],
    "{ events { nodes { insights { participants(first: 0) { checkIns } } } } }": ["first"],
    '{ node(id: "TWVzc2FnZUluc2lnaHRzOm9mZmVyOnVzdWFsLzo6OnN0b3J5Og") { id } }': [],
    '{ node(id: "Sm91cm5leUluc2lnaHRzOmE6Yg") { id } }': [],
}


@pytest.mark.parametrize("document", REFUSED)
async def test_what_cannot_be_asked_is_refused_at_its_place(followed: Database, document: str) -> None:
    found, _ = await answer(followed, document, by_plan=False)
    assert [error["extensions"]["code"] for error in found["errors"]] == ["BAD_USER_INPUT"] * len(
        found["errors"]
    )
    assert {tuple(error["extensions"]["argument"]) for error in found["errors"]} == {tuple(REFUSED[document])}
