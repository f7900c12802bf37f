"""gql, the Python client: a fetched schema, queries, pages, refusals, events."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing
from typing import Any

import pytest
from gql import Client, GraphQLRequest, gql
from gql.client import AsyncClientSession
from gql.transport.exceptions import TransportQueryError
from gql.transport.httpx import HTTPXAsyncTransport
from gql.transport.websockets import WebsocketsTransport
from graphql import GraphQLError

PATIENCE = 20
CONTACT = "query ($by: ContactBy!) { contact(by: $by) { id fullName account { name } } }"
SINCE = """
  query ($since: DateTime) {
    contact(by: {sourceKey: {source: "world", key: "ann"}}) {
      insights(from: $since) { from byCategory { category count } }
    }
  }
"""
PAGE = """
  query ($after: String) {
    contacts(first: 5, after: $after, orderBy: {field: NAME}) {
      totalCount { value }
      nodes { id fullName }
      pageInfo { hasNextPage endCursor }
    }
  }
"""
MOVE = """
  mutation ($input: ContactMoveInput!) {
    contactMove(input: $input) { contact { account { name } } userErrors { code message path } }
  }
"""
IDS = """
  {
    oak: contact(by: {sourceKey: {source: "world", key: "oak"}}) { id }
    lid: account(by: {sourceKey: {source: "world", key: "lid"}}) { id }
  }
"""
INSIGHTS = "subscription ($id: ID!) { contactInsights(id: $id) { cursor insights { interactions } } }"
CHANGES = """
  subscription ($id: ID!, $after: String) {
    contactChanges(id: $id, after: $after) { cursor kind contact { account { name } } }
  }
"""


def asked(text: str, **variables: Any) -> GraphQLRequest:
    """A document with its variables."""
    return GraphQLRequest(text, variable_values=variables)


@pytest.fixture
async def session(writing: str) -> AsyncIterator[AsyncClientSession]:
    """A session that has fetched the schema and checks what it sends against it."""
    transport = HTTPXAsyncTransport(url=f"{writing}/graphql")
    async with Client(transport=transport, fetch_schema_from_transport=True) as session:
        yield session


async def test_a_query_is_checked_against_the_schema_that_was_fetched(session: AsyncClientSession) -> None:
    found = await session.execute(asked(CONTACT, by={"sourceKey": {"source": "world", "key": "ann"}}))
    assert found["contact"]["fullName"] == "Ann Arbour"
    with pytest.raises(GraphQLError, match="shoeSize"):
        await session.execute(gql("{ contacts { nodes { shoeSize } } }"))


async def test_values_are_parsed_by_the_schema_that_was_fetched(writing: str) -> None:
    transport = HTTPXAsyncTransport(url=f"{writing}/graphql")
    client = Client(transport=transport, fetch_schema_from_transport=True, parse_results=True)
    async with client as session:
        moment = await session.execute(asked(SINCE, since="2026-03-03T00:00:00Z"), serialize_variables=True)
    insights = moment["contact"]["insights"]
    assert insights["from"] == "2026-03-03T00:00:00Z"
    assert {found["category"] for found in insights["byCategory"]} >= {"EMAIL", "SUBSCRIPTION"}


async def test_a_loop_reads_every_page(session: AsyncClientSession) -> None:
    names, page = [], {"hasNextPage": True, "endCursor": None}
    while page["hasNextPage"]:
        found = (await session.execute(asked(PAGE, after=page["endCursor"])))["contacts"]
        names += [node["id"] for node in found["nodes"]]
        page = found["pageInfo"]
    assert len(names) == len(set(names)) == found["totalCount"]["value"] > 10


async def test_a_no_is_data_or_an_error_with_its_code(session: AsyncClientSession) -> None:
    ids = await session.execute(asked(IDS))
    wrong = {"id": ids["lid"]["id"], "accountId": None}
    refused = (await session.execute(asked(MOVE, input=wrong)))["contactMove"]
    assert [(no["code"], no["path"]) for no in refused["userErrors"]] == [("INVALID", ["id"])]
    with pytest.raises(TransportQueryError) as caught:
        await session.execute(asked(PAGE, after="nonsense"))
    assert caught.value.errors
    assert caught.value.errors[0]["extensions"]["code"] == "BAD_USER_INPUT"


async def first(events: AsyncGenerator[dict[str, Any], None]) -> dict[str, Any]:
    """The next event, waited for in bounds; then no more are taken."""
    async with aclosing(events):
        return await asyncio.wait_for(anext(events), PATIENCE)


async def test_changes_come_over_a_websocket(session: AsyncClientSession, writing: str) -> None:
    ids = await session.execute(asked(IDS))
    oak, lid = ids["oak"]["id"], ids["lid"]["id"]
    transport = WebsocketsTransport(
        url=f"{writing.replace('http', 'ws', 1)}/graphql", subprotocols=["graphql-transport-ws"]
    )
    async with Client(transport=transport) as live:
        now = await first(live.subscribe(asked(INSIGHTS, id=oak)))
        changes = live.subscribe(asked(CHANGES, id=oak, after=now["contactInsights"]["cursor"]))
        moved = await live.execute(asked(MOVE, input={"id": oak, "accountId": lid}))
        assert moved["contactMove"]["userErrors"] == []
        event = (await first(changes))["contactChanges"]
        assert event["kind"] == "UPDATED"
        assert event["contact"]["account"]["name"] == "Lid Works"
        with pytest.raises(TransportQueryError) as caught:
            await first(live.subscribe(asked(CHANGES, id=lid)))
    assert caught.value.errors
    assert caught.value.errors[0]["extensions"]["code"] == "BAD_USER_INPUT"
