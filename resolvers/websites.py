"""Websites, redirect URLs and the addresses of messages: what is asked of them, and what is done to them."""

from collections.abc import Mapping
from html import escape
from typing import Any

from db import website_listings as listings
from db.loaders import One
from domain.refusals import Code, Refused
from domain.subscriptions import Sending
from domain.websites import MessageTracking, RedirectUrl, Website
from engines import answers, websites
from engines.answers import Asked, Repeated
from engines.links import Sent, signer
from resolvers import relations
from resolvers.context import Info
from resolvers.identity import uuid_of
from resolvers.lists import Listed

website = One(Website, "website_by_id")
redirect_url = One(RedirectUrl, "redirect_url_by_id")
NODES: Mapping[str, One[Any]] = {"Website": website, "RedirectUrl": redirect_url}
all_websites = Listed(listings.websites)
redirect_urls = Listed(listings.redirect_urls)


def snippet(root: Website, info: Info) -> str:
    """What a page of the website carries."""
    address = f"{info.context.database.public_url}/track.js?website={root.tracking_id}"
    return f'<script async src="{escape(address)}"></script>'


def pixel(root: Website, info: Info) -> str:
    """What a page of the website carries for browsers without scripts."""
    address = f"{info.context.database.public_url}/collect.gif?website={root.tracking_id}"
    return f'<noscript><img src="{escape(address)}" width="1" height="1" alt=""></noscript>'


def redirecting(root: RedirectUrl, info: Info) -> str:
    """The address of ours that leads on."""
    return f"{info.context.database.public_url}{root.path}"


async def message_tracking(info: Info, contact_id: str, sending: Sending) -> MessageTracking:
    """What a message to this contact carries."""
    contact = await info.context.load(relations.contact, uuid_of(contact_id, "Contact", "contactId"))
    if contact is None:
        raise Refused(Code.NOT_FOUND, "There is no such contact.", "contactId")
    signing = await signer(info.context.database)
    token, ends = signing.message(Sent(contact.id, sending), info.context.now)
    return MessageTracking(token, f"{info.context.database.public_url}/collect.gif?t={token}", ends)


async def create_website(info: Info, values: Mapping[str, Any], key: Asked | None) -> Any:
    """Creates a website."""
    done = await info.context.once(key, websites.create_website, values, info.context.now)
    return await _told(info, website, done)


async def update_website(
    info: Info, id: str, values: Mapping[str, Any], expected: int | None, key: Asked | None
) -> Any:
    """Changes a website."""
    act, now = websites.change_website, info.context.now
    own = uuid_of(id, "Website", "id")
    return await _told(info, website, await info.context.once(key, act, own, values, now, expected))


async def delete_website(info: Info, id: str, expected: int | None, key: Asked | None) -> str:
    """Deletes a website; tells the id that led to it."""
    act = answers.removing(websites.remove_website)
    await info.context.once(key, act, uuid_of(id, "Website", "id"), expected)
    return id


async def create_redirect(info: Info, values: Mapping[str, Any], key: Asked | None) -> Any:
    """Creates a redirect URL."""
    done = await info.context.once(key, websites.create_redirect, values, info.context.now)
    return await _told(info, redirect_url, done)


async def update_redirect(
    info: Info, id: str, values: Mapping[str, Any], expected: int | None, key: Asked | None
) -> Any:
    """Changes a redirect URL."""
    act, now = websites.change_redirect, info.context.now
    own = uuid_of(id, "RedirectUrl", "id")
    return await _told(info, redirect_url, await info.context.once(key, act, own, values, now, expected))


async def delete_redirect(info: Info, id: str, expected: int | None, key: Asked | None) -> str:
    """Deletes a redirect URL; tells the id that led to it."""
    act = answers.removing(websites.remove_redirect)
    await info.context.once(key, act, uuid_of(id, "RedirectUrl", "id"), expected)
    return id


async def _told(info: Info, batch: One[Any], done: Any) -> Any:
    return await info.context.load(batch, done.record_ids[0]) if isinstance(done, Repeated) else done
