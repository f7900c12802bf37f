"""Websites and redirect URLs in the graph, and what messages carry to be followed (domain.md 9.8)."""

# mypy: disable-error-code="valid-type,misc"
from datetime import datetime
from typing import Annotated, Any

import strawberry
from strawberry import UNSET

from domain import websites as kept
from domain.subscriptions import Sending
from domain.websites import LONGEST_TIMEOUT, USUAL_TIMEOUT, RedirectUrlSort, WebsiteSort
from resolvers import websites as own
from resolvers.context import Info
from schema.acts import DeletePayload, given, payload
from schema.footfall import WebsiteInsights, of_website
from schema.graph import argument, choice, column, custom, described, shows
from schema.lists import Connection, order_input
from schema.named import Named, one
from schema.node import Node
from schema.paged import ordered

for _enum in (WebsiteSort, RedirectUrlSort):
    choice(_enum)
WebsiteOrder = order_input(WebsiteSort)
RedirectUrlOrder = order_input(RedirectUrlSort)


@shows(kept.Website)
class Website(Node):
    """A site whose pages tell who visits them and what is clicked there (domain.md 9.8)."""

    version: int = column("How often the website was written.")
    created_at: datetime = column("When the website was created.")
    updated_at: datetime = column("When the website was last changed.")
    name: str = column("What the website is called.")
    url: str = column("Its address: pages of this origin alone may tell of it.")
    session_timeout: int = column("After how many minutes without a page a visit is over.")
    tracking_id: str = column("What its pages name it by; the source of the interactions that they tell.")
    tracking_snippet: str = custom(
        "What each of its pages carries, ready to be pasted: the script that tells of visits and clicks. Its"
        " address begins with the setting LEADGRAPH_PUBLIC_URL.",
        own.snippet,
    )
    pixel_snippet: str = custom(
        "What a page carries beside it, for browsers without scripts: visits alone.", own.pixel
    )
    insights: WebsiteInsights = of_website()


@shows(kept.RedirectUrl)
class RedirectUrl(Node):
    """An address of ours, as for an ad or a post, that counts who follows it and leads on (domain.md 9.8)."""

    version: int = column("How often the redirect URL was written.")
    created_at: datetime = column("When the redirect URL was created.")
    updated_at: datetime = column("When the redirect URL was last changed.")
    name: str = column("What the redirect URL is called.")
    original_url: str = column("Where it leads.")
    key: str = column("The last part of its own address.")
    redirecting_url: str = custom(
        "Its own address, which leads on. In a message, `?t=` and the token of `messageTracking` behind it"
        " make it a link of that message to that contact.",
        own.redirecting,
    )


@described
class MessageTracking:
    """What a message to one contact carries, so that its opening and its clicks are known."""

    token: str = column("Makes a redirect URL a link of the message: `?t=` and the token behind it.")
    beacon_url: str = column("The address of an image of one dot: the message was opened when it is fetched.")
    expires_at: datetime = column("When both come to their end.")


WebsitePayload: Any = payload("website", Website, "What became of a change to a website.")
RedirectUrlPayload: Any = payload("redirect_url", RedirectUrl, "What became of a change to a redirect URL.")


@strawberry.input(description="A website's fields: what is not given stays as it is.")
class WebsiteInput:
    name: str | None = strawberry.field(description="What the website is called.", default=UNSET)
    url: str | None = strawberry.field(description="Its address, as https://www.example.com.", default=UNSET)
    session_timeout: int | None = strawberry.field(
        description="After how many minutes without a page a visit is over:"
        f" 1 to {LONGEST_TIMEOUT:,}; {USUAL_TIMEOUT} where it is null or never given.",
        default=UNSET,
    )


@strawberry.input(description="A redirect URL's fields: what is not given stays as it is.")
class RedirectUrlInput:
    name: str | None = strawberry.field(description="What the redirect URL is called.", default=UNSET)
    original_url: str | None = strawberry.field(
        description="Where it leads, as https://www.example.com/offer.", default=UNSET
    )


_WEBSITES = Named("Website", "website", WebsiteInput, "website", own.written_websites)
_REDIRECTS = Named("RedirectUrl", "redirect_url", RedirectUrlInput, "redirect URL", own.written_redirects)


async def _tracking(
    info: Info,
    contact_id: Annotated[strawberry.ID, argument("The contact that the message is sent to.")],
    message_id: Annotated[str, argument("The message.")],
    journey_id: Annotated[str | None, argument("The journey that sends it.")] = UNSET,
    iteration_id: Annotated[str | None, argument("The journey's iteration.")] = UNSET,
    tile_id: Annotated[str | None, argument("The journey's tile.")] = UNSET,
) -> Any:
    sending = Sending(message_id, given(journey_id), given(iteration_id), given(tile_id))
    return await own.message_tracking(info, contact_id, sending)


@strawberry.type
class WebsiteQueries:
    website: Website | None = one("Website", "One website; null where there is none.")
    websites: Connection[Website] = ordered("All websites.", own.all_websites, WebsiteOrder, WebsiteSort.NAME)
    redirect_url: RedirectUrl | None = one("RedirectUrl", "One redirect URL; null where there is none.")
    redirect_urls: Connection[RedirectUrl] = ordered(
        "All redirect URLs.", own.redirect_urls, RedirectUrlOrder, RedirectUrlSort.NAME
    )
    message_tracking: MessageTracking = custom(
        "What a message to the contact carries, so that its opening and its clicks are known: who has the"
        " token can say that this message was opened or clicked, and nothing else. Refused with NOT_FOUND or"
        " INVALID.",
        _tracking,
    )


@strawberry.type
class WebsiteMutations:
    website_create: WebsitePayload = _WEBSITES.created(
        "Create a website; it needs a name and an address. Refused with REQUIRED or INVALID.",
    )
    website_update: WebsitePayload = _WEBSITES.updated(
        "Change a website; its tracking id stays. Refused with REQUIRED, INVALID, NOT_FOUND or STALE.",
    )
    website_delete: DeletePayload = _WEBSITES.deleted(
        "Delete a website: its pages can tell nothing more; what they told stays. Refused with NOT_FOUND or"
        " STALE.",
    )
    redirect_url_create: RedirectUrlPayload = _REDIRECTS.created(
        "Create a redirect URL; it needs a name and where it leads. Refused with REQUIRED or INVALID.",
    )
    redirect_url_update: RedirectUrlPayload = _REDIRECTS.updated(
        "Change a redirect URL; its own address stays. Refused with REQUIRED, INVALID, NOT_FOUND or STALE.",
    )
    redirect_url_delete: DeletePayload = _REDIRECTS.deleted(
        "Delete a redirect URL: it leads nowhere then; the clicks on it stay. Refused with NOT_FOUND or"
        " STALE.",
    )
