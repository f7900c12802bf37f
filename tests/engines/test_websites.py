"""Websites, redirect URLs and messages' addresses through the graph (domain.md 9.8)."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from graphql import parse, validate

from db.database import Database
from resolvers.context import Context
from resolvers.identity import from_global, to_global
from schema.build import schema
from tests.engines.mutating import Desk

SITE = "id version name url sessionTimeout trackingId trackingSnippet pixelSnippet"
REDIRECT = "id version name originalUrl key redirectingUrl"


@pytest.fixture
def desk(database: Database) -> Iterator[Desk]:
    database.public_url = "https://t.example.com"
    yield Desk(database)
    database.public_url = ""


async def site(desk: Desk, **values: Any) -> Any:
    given = {"name": "Shop", "url": "HTTPS://www.Example.com", **values}
    answer = await desk.do("websiteCreate", {"website": given}, f"website {{ {SITE} }}")
    assert answer["userErrors"] == []
    return answer["website"]


async def redirect(desk: Desk, **values: Any) -> Any:
    given = {"name": "Ad", "originalUrl": "https://www.example.com/spring?a=b", **values}
    answer = await desk.do("redirectUrlCreate", {"redirectUrl": given}, f"redirectUrl {{ {REDIRECT} }}")
    assert answer["userErrors"] == []
    return answer["redirectUrl"]


async def test_a_website_has_a_snippet_ready_to_be_pasted(desk: Desk) -> None:
    made = await site(desk)
    address = f"https://t.example.com/track.js?website={made['trackingId']}"
    assert made["trackingSnippet"] == f'<script async src="{address}"></script>'
    assert f"/collect.gif?website={made['trackingId']}" in made["pixelSnippet"]
    assert (made["url"], made["sessionTimeout"]) == ("https://www.example.com/", 30)
    assert (await site(desk))["trackingId"] != made["trackingId"]
    desk.db.public_url = ""
    found = await desk.ask("query ($id: ID!) { website(id: $id) { trackingSnippet } }", {"id": made["id"]})
    assert 'src="/track.js?website=' in found["website"]["trackingSnippet"]


async def test_a_redirect_url_has_an_address_of_ours(desk: Desk) -> None:
    made = await redirect(desk)
    assert made["redirectingUrl"] == f"https://t.example.com/r/{made['key']}"
    assert made["originalUrl"] == "https://www.example.com/spring?a=b"
    node = await desk.ask(
        "query ($id: ID!) { node(id: $id) { ... on RedirectUrl { name } } }", {"id": made["id"]}
    )
    assert node["node"] == {"name": "Ad"}


@pytest.mark.parametrize(
    ("address", "kept"),
    [
        ("http://localhost:8080", "http://localhost:8080/"),
        ("http://127.0.0.1:8080/x", "http://127.0.0.1:8080/x"),
        ("http://[::1]:8080/x", "http://[::1]:8080/x"),
        ("https://bücher.example/ü", "https://xn--bcher-kva.example/ü"),
    ],
)
async def test_addresses_are_kept_as_browsers_ask_for_them(desk: Desk, address: str, kept: str) -> None:
    assert (await site(desk, url=address))["url"] == kept


HOSTILE = (
    "javascript:alert(1)",
    "//evil.example.com",
    "data:text/html,x",
    "https://",
    "https://user:pass@example.com/",
    "https://example.com/\r\nSet-Cookie: x=y",
    "https://exa mple.com/",
    "https://example.com:99999/",
    "ftp://example.com/",
    "example.com",
    "https://example.com/" + "x" * 2_000,
    "http://[::1",
    "\x00",
)


@pytest.mark.parametrize("address", HOSTILE)
async def test_what_is_no_address_of_a_page_is_refused(desk: Desk, address: str) -> None:
    refused = await desk.refused("websiteCreate", {"website": {"name": "x", "url": address}})
    assert refused == [("INVALID", "website.url")]
    given = {"redirectUrl": {"name": "x", "originalUrl": address}}
    assert await desk.refused("redirectUrlCreate", given) == [("INVALID", "redirectUrl.originalUrl")]


async def test_all_that_is_wrong_is_told_at_once(desk: Desk) -> None:
    wrong = {"website": {"name": " ", "url": "x", "sessionTimeout": 0}}
    assert sorted(await desk.refused("websiteCreate", wrong)) == [
        ("INVALID", "website.sessionTimeout"),
        ("INVALID", "website.url"),
        ("REQUIRED", "website.name"),
    ]
    assert sorted(await desk.refused("redirectUrlCreate", {"redirectUrl": {}})) == [
        ("REQUIRED", "redirectUrl.name"),
        ("REQUIRED", "redirectUrl.originalUrl"),
    ]


@pytest.mark.parametrize(
    ("entity", "make", "shown"), [("website", site, SITE), ("redirectUrl", redirect, REDIRECT)]
)
async def test_they_are_changed_listed_and_deleted(desk: Desk, entity: str, make: Any, shown: str) -> None:
    made, other = await make(desk, name="Zebra"), await make(desk, name="Aardvark")
    stale = {"id": made["id"], "patch": {"name": "x"}, "expectedVersion": 7}
    assert (await desk.refused(f"{entity}Update", stale))[0][0] == "STALE"
    patch = {"id": made["id"], "patch": {"name": "Yak"}, "expectedVersion": 1}
    changed = (await desk.do(f"{entity}Update", patch, f"{entity} {{ {shown} }}"))[entity]
    assert changed == made | {"name": "Yak", "version": 2}
    unchanged = (await desk.do(f"{entity}Update", patch | {"expectedVersion": 2}, f"{entity} {{ version }}"))[
        entity
    ]
    assert unchanged == {"version": 2}
    listing = f"{{ {entity}s(first: 100) {{ nodes {{ id }} }} }}"
    ids = [node["id"] for node in (await desk.ask(listing, {}))[f"{entity}s"]["nodes"]]
    assert ids.index(other["id"]) < ids.index(made["id"])
    shown = "{ deletedId userErrors { code } }"
    deleted = f"mutation ($id: ID!) {{ {entity}Delete(input: {{id: $id}}) {shown} }}"
    gone = (await desk.ask(deleted, {"id": made["id"]}))[f"{entity}Delete"]
    assert gone == {"deletedId": made["id"], "userErrors": []}
    again = (await desk.ask(deleted, {"id": made["id"]}))[f"{entity}Delete"]
    assert again["userErrors"] == [{"code": "NOT_FOUND"}]
    one = f"query ($id: ID!) {{ {entity}(id: $id) {{ id }} }}"
    assert (await desk.ask(one, {"id": made["id"]}))[entity] is None


async def test_asked_twice_under_one_key_one_website_is_made(desk: Desk) -> None:
    given = {"website": {"name": "Shop", "url": "https://a.example"}, "idempotencyKey": "once"}
    first = await desk.do("websiteCreate", given, "website { id }")
    assert await desk.do("websiteCreate", given, "website { id }") == first


async def test_a_messages_token_is_for_a_contact_that_there_is(desk: Desk) -> None:
    contact = await desk.make("contact", lastName="Doe")
    document = """query ($id: ID!) { messageTracking(contactId: $id, messageId: "news") {
      token beaconUrl expiresAt } }"""
    found = (await desk.ask(document, {"id": contact["id"]}))["messageTracking"]
    assert found["beaconUrl"] == f"https://t.example.com/collect.gif?t={found['token']}"
    _, (own,) = from_global(contact["id"])
    assert own not in found["beaconUrl"]
    nobody = to_global("Contact", "00000000-0000-7000-8000-000000000000")
    result = await schema.execute(document, {"id": nobody}, context_value=_context(desk))
    assert result.errors is not None


def _context(desk: Desk) -> Context:
    return Context(desk.db, desk.now, None, "test")


def test_what_the_page_on_tracking_asks_can_be_asked() -> None:
    page = (Path(__file__).parents[2] / "docs" / "tracking.md").read_text()
    documents = re.findall(r"```graphql\n(.*?)```", page, re.DOTALL)
    assert len(documents) == 3
    for document in documents:
        assert validate(schema._schema, parse(document)) == []
