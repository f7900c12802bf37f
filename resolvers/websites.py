"""Websites, redirect URLs and the addresses of messages: what is asked of them, and what is done to them."""

from collections.abc import Mapping
from html import escape
from typing import Any

from db import website_listings as listings
from db.loaders import One
from domain.refusals import Code, Refused
from domain.subscriptions import Sending
from domain.websites import MessageTracking, RedirectUrl, Website
from engines import websites
from engines.links import Sent, signer
from resolvers import relations
from resolvers.context import Info
from resolvers.identity import uuid_of
from resolvers.lists import Listed
from resolvers.named import Named

website = One(Website, "website_by_id")
redirect_url = One(RedirectUrl, "redirect_url_by_id")
NODES: Mapping[str, One[Any]] = {"Website": website, "RedirectUrl": redirect_url}
written_websites = Named(websites.WEBSITES, website, "Website")
written_redirects = Named(websites.REDIRECTS, redirect_url, "RedirectUrl")
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
