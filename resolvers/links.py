"""Links, pages and contacts that stand out in insights; the way to the lead, and the window before."""

import asyncio
from dataclasses import dataclass, replace
from typing import Any, cast
from uuid import UUID

from db.links import Deliveries, MostEngaged, TopLinks, TopPages
from domain import funnels
from domain.interactions import engaging
from domain.links import Engaged, Link, VisitedPage
from domain.scopes import Scope, ranked
from resolvers.context import Info
from resolvers.insights import Answer
from resolvers.scopes import AGGREGATES, scope_of, whenever


@dataclass(frozen=True)
class Clicked:
    """A link with the scope that it was counted in."""

    link: Link
    scope: Scope


async def top_links(root: Answer, info: Info, first: int) -> list[Clicked]:
    """The links of messages that most copies were clicked on, at any time."""
    size, found = ranked(first), scope_of(root)
    if found is None:
        return []
    scope = whenever(found[0])
    return [Clicked(link, scope) for link in await info.context.load(TopLinks(scope, size), found[1])]


async def click_through_rate(root: Clicked, info: Info) -> float | None:
    """Unique clicks of the link per copy delivered of the messages that it was clicked in."""
    batch, owner = Deliveries(root.scope), root.link.owner_id
    asked = [info.context.load(batch, cast(UUID, (owner, message))) for message in root.link.messages]
    return root.link.click_through_rate(sum(await asyncio.gather(*asked)))


async def pages(root: Answer, info: Info, first: int) -> tuple[VisitedPage, ...]:
    """The addresses most visited, and followed on tracked pages, in the window."""
    size, found = ranked(first), scope_of(root)
    return await info.context.load(TopPages(found[0], size), found[1]) if found else ()


async def most_engaged(root: Answer, info: Info, first: int) -> tuple[Engaged, ...]:
    """The contacts that engaged most in the window."""
    size, found = ranked(first), scope_of(root)
    types = engaging(AGGREGATES[root.type_name].without)
    return await info.context.load(MostEngaged(found[0], size, types), found[1]) if found else ()


def funnel(root: Answer) -> list[funnels.FunnelStep]:
    """How many went how far from the audience to the lead."""
    return funnels.funnel(root.insights.email)


def interactions_per_month(root: Answer, info: Info) -> float | None:
    """Interactions per month of the window."""
    return funnels.per_month(root.insights, root.question.window, info.context.now)


async def previous(root: Answer, info: Info) -> Any:
    """The same question for the window before; None where there is none."""
    question = root.question
    window = funnels.window_before(question.window, question.usual, info.context.now)
    if window is None:
        return None
    before = replace(question, window=window, usual=False)
    return await AGGREGATES[root.type_name].answer(root.owner, info, before)
