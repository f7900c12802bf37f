"""The explorer as a person meets it: its tabs, its answers, its docs."""

import json
import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Browser, Page, Response, expect

from tests.browser.conftest import Visit, visiting

TABS = Path(__file__).parents[2] / "explorer" / "src" / "tabs"
KINDS = {
    name: kind
    for path in sorted(TABS.glob("*.graphql"), key=lambda one: int(one.stem.split("-")[0]))
    for kind, name in re.findall(r"^(query|mutation|subscription) (\w+)", path.read_text(), re.MULTILINE)
}
NAMES = list(KINDS)
ASKING = [name for name, kind in KINDS.items() if kind != "subscription"]
OPEN_TAB = "[role=tab][aria-selected=true] .graphiql-tab-button"


async def _run(page: Page) -> dict[str, Any]:
    """Press the button; the answer as it came over the wire."""

    def is_the_answer(response: Response) -> bool:
        return response.url.endswith("/graphql") and "IntrospectionQuery" not in str(
            response.request.post_data
        )

    async with page.expect_response(is_the_answer) as answered:
        await page.get_by_role("button", name="Execute query").click()
    answer = await (await answered.value).json()
    assert isinstance(answer, dict)
    return answer


def _spaced(text: str) -> str:
    """The text with single, ordinary spaces: Monaco writes no-break ones."""
    return " ".join(text.split())


async def test_it_opens_with_a_tab_for_each_question(visit: Visit) -> None:
    assert await visit.page.title() == "Leadgraph"
    await expect(visit.page.locator(".graphiql-tab-button")).to_have_text(NAMES)
    await expect(visit.page.locator(OPEN_TAB)).to_have_text(NAMES[0])


@pytest.fixture(scope="module")
async def opened(browser: Browser, explorer_url: str) -> AsyncIterator[Visit]:
    """One visit to the explorer, in which one tab and one panel after the other is opened."""
    async with visiting(browser, explorer_url) as visit:
        yield visit


@pytest.mark.parametrize("name", ASKING)
async def test_each_tab_runs_and_shows_data_without_errors(opened: Visit, name: str) -> None:
    await opened.page.get_by_role("button", name=name, exact=True).click()
    await expect(opened.page.locator(OPEN_TAB)).to_have_text(name)
    await expect(opened.page.locator(".graphiql-query-editor .view-lines")).to_contain_text(name)
    # GraphiQL takes a tenth of a second to learn which operation the newly opened tab holds.
    await opened.page.wait_for_timeout(500)
    answer = await _run(opened.page)
    assert "errors" not in answer
    assert all(answer["data"].values())
    shown = opened.page.locator(".result-window .view-lines")
    await expect(shown).to_contain_text(next(iter(answer["data"])))
    assert _spaced(await shown.inner_text()).startswith('{ "data": { "')
    assert '"errors"' not in await shown.inner_text()


async def test_a_misspelt_field_is_marked_while_it_is_typed(opened: Visit) -> None:
    await opened.page.get_by_role("button", name="New tab").click()
    await expect(opened.page.locator(OPEN_TAB)).to_have_text("<untitled>")
    await opened.page.locator(".graphiql-query-editor .view-lines").click()
    await opened.page.keyboard.insert_text("{ accountz { nodes { id } } }")
    await opened.page.locator(".graphiql-query-editor .squiggly-error").first.wait_for()


async def test_the_docs_name_the_types_and_say_what_they_are(opened: Visit) -> None:
    await opened.page.get_by_role("button", name="Show Documentation Explorer").click()
    docs = opened.page.locator(".graphiql-doc-explorer")
    for name in ("Account", "Contact", "Lead", "Insights"):
        await expect(docs.get_by_role("link", name=name, exact=True)).to_be_visible()
    await docs.get_by_role("link", name="Lead", exact=True).click()
    await expect(docs.locator(".graphiql-doc-explorer-title")).to_have_text("Lead")
    await expect(docs.locator(".graphiql-markdown-description").first).not_to_be_empty()


async def test_the_query_can_be_built_by_ticking_fields(opened: Visit) -> None:
    await opened.page.get_by_role("button", name="Show GraphiQL Explorer").click()
    fields = opened.page.locator(".graphiql-explorer-root")
    await expect(fields).to_contain_text("accounts")


@pytest.mark.parametrize(("scheme", "brightness"), [("light", 0.9), ("dark", 0.3)])
async def test_it_follows_the_colours_of_the_system(visit: Visit, scheme: str, brightness: float) -> None:
    await visit.page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    await visit.page.reload()
    await visit.page.locator(".graphiql-query-editor .view-line").first.wait_for()
    colour = await visit.page.locator(".graphiql-container").evaluate(
        "e => getComputedStyle(e).backgroundColor"
    )
    light = sum(int(part) for part in re.findall(r"\d+", colour)[:3]) / (3 * 255)
    assert (light > brightness) == (scheme == "light")


async def _write(page: Page, editor: str, text: str) -> None:
    """Put a text in the place of what an editor holds."""
    await page.locator(f"{editor} .view-lines").click()
    await page.keyboard.press("Control+A")
    await page.keyboard.insert_text(text)


async def test_a_subscription_shows_what_comes(opened: Visit) -> None:
    """Over a WebSocket: the insights as they are now are the first event."""
    ask = {"query": "{ accounts(first: 1) { nodes { id } } }"}
    (account,) = (await opened.ask(ask))["data"]["accounts"]["nodes"]
    await opened.page.get_by_role("button", name="New tab").click()
    await expect(opened.page.locator(OPEN_TAB)).to_have_text("<untitled>")
    follow = f'subscription Follow {{ accountInsights(id: "{account["id"]}") {{ insights {{ contacts }} }} }}'
    await _write(opened.page, ".graphiql-query-editor", follow)
    await expect(opened.page.locator(OPEN_TAB)).to_have_text("Follow")
    await opened.page.wait_for_timeout(500)
    await opened.page.get_by_role("button", name="Execute query").click()
    await expect(opened.page.locator(".result-window .view-lines")).to_contain_text('"contacts":')
    await opened.page.get_by_role("button", name="Stop query").click()


SECRET = {
    "Authorization": "Bearer hidden-1",
    "Cookie": "hidden-2",
    "X-Api-Key": "hidden-3",
    "X-Session-Token": "hidden-4",
    "X-Secret": "hidden-5",
    "X-Note": "Bearer hidden-6",
}


async def test_what_is_typed_is_kept_over_a_reload_but_for_secret_headers(visit: Visit) -> None:
    editor = ".graphiql-editor-tool .graphiql-editor:not(.hidden)"
    await _write(visit.page, editor, '{"kept": 1}')
    await visit.page.get_by_role("button", name="Headers", exact=True).click()
    await _write(visit.page, editor, json.dumps({**SECRET, "X-Plain": "shown"}))
    await _run(visit.page)
    await visit.page.wait_for_timeout(700)  # GraphiQL writes half a second later
    kept = await visit.page.evaluate("JSON.stringify(localStorage)")
    assert "hidden" not in kept
    assert "X-Plain" in kept
    await visit.page.reload()
    await expect(visit.page.locator(f"{editor} .view-lines")).to_contain_text("kept")
    await visit.page.get_by_role("button", name="Headers", exact=True).click()
    await expect(visit.page.locator(f"{editor} .view-lines")).to_contain_text("X-Plain")


async def test_the_schema_is_drawn_in_the_explorer(opened: Visit) -> None:
    await opened.page.get_by_role("button", name="Show Schema picture").click()
    for name in ("Account", "Contact", "Lead", "Interaction"):
        await expect(opened.page.locator(f".react-flow__node[data-id={name}]")).to_be_visible()
    await expect(opened.page.locator('.react-flow__edge[data-id="Account.contacts"]')).to_have_count(1)


async def test_the_picture_has_a_page_of_its_own_in_the_chosen_colours(visit: Visit) -> None:
    await visit.page.get_by_role("button", name="Open settings dialog").click()
    await visit.page.get_by_role("button", name="Dark", exact=True).click()
    await expect(visit.page.locator("body")).to_have_class(re.compile("graphiql-dark"))
    await visit.page.goto(f"http://{visit.home}/explorer/schema")
    await expect(visit.page.locator("body")).to_have_class(re.compile("graphiql-dark"))
    await visit.page.locator(".react-flow__node[data-id=Contact]").click()
    words = visit.page.get_by_role("complementary", name="About Contact")
    await expect(words).to_contain_text("fullName")
    await words.get_by_role("button", name="Account", exact=True).click()
    await expect(visit.page.get_by_role("complementary", name="About Account")).to_contain_text("industry")
    for sort, name in (("inputs", "ContactWhere"), ("operations", "Query")):
        await visit.page.get_by_label("What is shown").select_option(sort)
        await expect(visit.page.locator(f".react-flow__node[data-id={name}]")).to_be_visible()
