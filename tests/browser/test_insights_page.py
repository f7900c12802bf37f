"""The page of insights as a person meets it: it shows what one request answers, and nothing else."""

import json
from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.async_api import Browser, Page, Request, expect

from tests.browser.conftest import Visit

ACCOUNT = '{ account(by: {sourceKey: {source: "demo", key: "account-01"}}) { id name } }'
UNKNOWN = "QWNjb3VudDowMDAwMDAwMC0wMDAwLTcwMDAtODAwMC0wMDAwMDAwMDAwMDA"
ZONE = "Europe/Berlin"


class Insights(Visit):
    """The page of insights, and the questions that it asked."""

    asked: list[dict[str, Any]]

    async def begin(self) -> None:
        """Watch the page before it goes anywhere."""
        self.asked = []
        self.page.on("console", self.hear)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("request", self.note)
        await self.page.context.route("**/*", self.guard)

    def note(self, request: Request) -> None:
        """Keep a question that the page asks the graph."""
        if request.url.endswith("/graphql"):
            self.asked.append(json.loads(request.post_data or "{}"))

    async def show(self, id: str, **choices: str) -> dict[str, Any]:
        """Open somebody's page; what its one question is answered."""
        said = "".join(f"&{name}={value}" for name, value in choices.items())
        self.asked.clear()
        await self.page.goto(f"http://{self.home}/insights?id={id}&timezone={ZONE}{said}")
        await self.page.locator(".timeline, .empty").first.wait_for()
        assert len(self.asked) == 1
        answer = await self.ask(self.asked[0])
        assert "errors" not in answer
        node = answer["data"]["node"]
        assert isinstance(node, dict)
        return node

    async def account(self) -> str:
        """The id of an account of the demo company."""
        found = (await self.ask({"query": ACCOUNT}))["data"]["account"]["id"]
        assert isinstance(found, str)
        return found


@pytest.fixture
async def insights(browser: Browser, explorer_url: str) -> AsyncIterator[Insights]:
    """The page of insights; at the end, nothing may have gone wrong on it, and no other host was asked."""
    context = await browser.new_context(viewport={"width": 1400, "height": 1000})
    visit = Insights(await context.new_page(), urlsplit(explorer_url).netloc)
    await visit.begin()
    yield visit
    await context.close()
    assert visit.outside == []
    assert visit.complaints == []


def _percent(rate: float | None) -> str:
    return "–" if rate is None else f"{round(rate * 1000 + 1e-9) / 10:g}%"


async def _figures(page: Page) -> dict[str, str]:
    names = await page.locator(".figure dt").all_inner_texts()
    return dict(zip(names, await page.locator(".figure strong").all_inner_texts(), strict=True))


async def _table(page: Page, panel: str) -> list[list[str]]:
    """The table of a panel, opened: its rows as they are shown."""
    part = page.get_by_role("region", name=panel, exact=True)
    await part.get_by_text("As a table").click()
    rows = await part.locator("tbody tr").all()
    return [await row.locator("th, td").all_inner_texts() for row in rows]


async def test_an_account_shows_the_very_figures_of_the_graph(insights: Insights) -> None:
    node = await insights.show(await insights.account())
    told, email = node["insights"], node["insights"]["email"]
    await expect(insights.page.locator(".heading h2")).to_have_text(node["name"])
    shown = await _figures(insights.page)
    assert shown["Interactions"] == f"{told['interactions']:,}"
    assert shown["Sent"] == f"{email['sent']:,}"
    assert shown["Unique opens"] == f"{email['uniqueOpens']:,}"
    assert shown["Engaged contacts"] == f"{told['engagedContacts']:,}"
    assert shown["Open rate"] == _percent(email["openRate"])
    assert shown["Reach"] == _percent(told["reach"])
    before = await insights.page.locator(".figure .before").first.inner_text()
    assert before == f"before: {told['previous']['interactions']:,}"
    assert told["interactions"] > 100


async def test_every_drawing_has_its_numbers_as_a_table(insights: Insights) -> None:
    node = await insights.show(await insights.account())
    told = node["insights"]
    over_time = await _table(insights.page, "Over time")
    assert [row[1] for row in over_time[:-1]] == [f"{p['value']:,}" for p in told["series"][0]["points"]]
    assert over_time[-1][1:] == [f"{one['total']:,}" for one in told["series"]]
    funnel = await _table(insights.page, "Funnel")
    assert [row[1] for row in funnel] == [f"{step['count']:,}" for step in told["funnel"]]
    types = await _table(insights.page, "By type")
    assert types == [[e["label"], f"{e['count']:,}", _percent(e["share"])] for e in told["types"]]
    opens = insights.page.get_by_role("region", name="Opens by weekday and hour").locator("tbody td")
    assert await opens.count() == 168
    noon = told["openTimes"]["cells"][24 + 12]
    assert noon["value"] > 0
    await expect(opens.nth(24 + 12)).to_have_text(f"{noon['value']:,.0f}")
    for name in await insights.page.locator("canvas").all():
        assert await name.get_attribute("aria-label")


async def test_a_contact_is_found_by_its_words_with_the_keyboard_alone(insights: Insights) -> None:
    page = insights.page
    ask = '{ contacts(first: 1, search: "brackenfold") { nodes { id fullName } } }'
    (contact,) = (await insights.ask({"query": ask}))["data"]["contacts"]["nodes"]
    await page.goto(f"http://{insights.home}/insights")
    await page.get_by_label("Contact, account or lead").press_sequentially(contact["fullName"])
    await page.locator(".found a").first.wait_for()
    link = page.locator(".found").get_by_role("link", name=contact["fullName"], exact=True).first
    while not await link.evaluate("e => e === document.activeElement"):
        await page.keyboard.press("Tab")
    await page.keyboard.press("Enter")
    await expect(page.locator(".heading h2")).to_have_text(contact["fullName"])
    assert parse_qs(urlsplit(page.url).query)["id"] == [contact["id"]]
    await page.go_back()
    await expect(page.locator(".welcome")).to_be_visible()


async def test_a_lead_shows_whose_interactions_it_has(insights: Insights) -> None:
    ask = "{ leads(first: 20) { nodes { id topic contact { fullName } } } }"
    leads = (await insights.ask({"query": ask}))["data"]["leads"]["nodes"]
    lead = next(one for one in leads if one["contact"])
    node = await insights.show(lead["id"])
    await expect(insights.page.locator(".heading h2")).to_have_text(lead["topic"])
    await expect(insights.page.locator(".heading")).to_contain_text(lead["contact"]["fullName"])
    assert (await _figures(insights.page))["Interactions"] == f"{node['insights']['interactions']:,}"


async def test_choices_are_asked_for_and_stand_in_the_address(insights: Insights) -> None:
    page = insights.page
    await insights.show(await insights.account())
    few = (await _figures(page))["Interactions"]
    async with page.expect_response("**/graphql") as answered:
        await page.get_by_label("Machines too").check()
    more = (await (await answered.value).json())["data"]["node"]["insights"]["interactions"]
    await expect(page.locator(".figure strong").first).to_have_text(f"{more:,}")
    assert more > int(few.replace(",", ""))
    async with page.expect_response("**/graphql") as answered:
        await page.get_by_label("Window").select_option("all")
    ever = (await (await answered.value).json())["data"]["node"]["insights"]
    assert (ever["from"], ever["previous"]) == (None, None)
    assert insights.asked[-1]["variables"] | {"id": ""} == {
        "id": "",
        "from": None,
        "to": None,
        "machines": True,
        "bucket": "MONTH",
        "timezone": ZONE,
        "attribution": "CURRENT_MEMBERS",
    }
    chosen = {name: value for name, (value,) in parse_qs(urlsplit(page.url).query).items()}
    assert (chosen["machines"], chosen["window"], chosen["timezone"]) == ("yes", "all", ZONE)


async def test_whose_interactions_count_can_be_chosen_for_an_account(insights: Insights) -> None:
    page = insights.page
    await insights.show(await insights.account())
    async with page.expect_response("**/graphql") as answered:
        await page.get_by_label("Whose").select_option("ALL_TIME")
    ever = (await (await answered.value).json())["data"]["node"]["insights"]["interactions"]
    assert insights.asked[-1]["variables"]["attribution"] == "ALL_TIME"
    await expect(page.locator(".figure strong").first).to_have_text(f"{ever:,}")


async def test_own_days_begin_at_midnight_of_the_chosen_time_zone(insights: Insights) -> None:
    """Also where the clocks are changed in between."""
    days = {"window": "own", "from": "2026-03-29", "to": "2026-03-29", "bucket": "HOUR"}
    node = await insights.show(await insights.account(), **days)
    assert (node["insights"]["from"], node["insights"]["to"]) == (
        "2026-03-28T23:00:00Z",
        "2026-03-29T22:00:00Z",
    )
    assert len(node["insights"]["series"][0]["points"]) == 23


async def test_who_is_not_there_is_told_and_so_is_what_the_server_refuses(insights: Insights) -> None:
    page = insights.page
    await page.goto(f"http://{insights.home}/insights?id={UNKNOWN}")
    await expect(page.get_by_role("alert")).to_have_text("Nobody and nothing has this id.")
    account = await insights.account()
    await page.goto(f"http://{insights.home}/insights?id={account}&window=all&bucket=HOUR")
    await expect(page.get_by_role("alert")).to_contain_text("2,000")
    await page.get_by_role("combobox", name="By", exact=True).select_option("MONTH")
    await expect(page.locator(".figure").first).to_be_visible()
    await expect(page.get_by_role("alert")).to_have_count(0)


async def test_the_request_can_be_taken_to_the_editor_and_runs_there(insights: Insights) -> None:
    page = insights.page
    await insights.show(await insights.account())
    await page.get_by_text("Show it").click()
    await expect(page.locator("pre").first).to_contain_text("query Insights(")
    await page.get_by_role("link", name="Open in GraphiQL").click()
    await expect(page.locator(".graphiql-query-editor .view-lines")).to_contain_text("query Insights(")
    await page.wait_for_timeout(500)
    async with page.expect_response("**/graphql") as answered:
        await page.get_by_role("button", name="Execute query").click()
    assert "errors" not in await (await answered.value).json()
    assert urlsplit(page.url).fragment == ""
    await page.get_by_role("link", name="Insights", exact=True).click()
    await expect(page.locator(".welcome")).to_be_visible()
    await expect(page.get_by_role("link", name="Ask the graph")).to_have_attribute("href", "/")


@pytest.mark.parametrize(("scheme", "width"), [("light", 360), ("dark", 800)])
async def test_it_fits_narrow_windows_and_follows_the_colours_of_the_system(
    insights: Insights, scheme: str, width: int
) -> None:
    page = insights.page
    await page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    await page.set_viewport_size({"width": width, "height": 800})
    await insights.show(await insights.account())
    assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    colour = await page.locator("body").evaluate("e => getComputedStyle(e).backgroundColor")
    channels = [int(part) for part in colour.removeprefix("rgb(").removesuffix(")").split(",")]
    assert (sum(channels) > 600) == (scheme == "light")
