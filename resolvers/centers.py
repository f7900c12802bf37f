"""Subscription centres: what a contact's link shows, and what can be done there and to them."""

from collections.abc import Mapping, Sequence
from typing import Any

from domain.refusals import Code, Refused
from domain.subscriptions import Links, Sending
from engines import centers
from engines.answers import Asked, Repeated
from engines.centers import Choice, Offered, Page
from engines.links import Link, signer
from resolvers import relations
from resolvers.context import Info
from resolvers.identity import to_global, uuid_of
from resolvers.named import Named
from resolvers.subscriptions import center

_CENTERS = Named(centers, center, "SubscriptionCenter")


async def links(info: Info, contact_id: str, center_id: str | None, sending: Sending) -> Links:
    """The links of a contact, for the centre named or the default one."""
    context = info.context
    contact = await context.load(relations.contact, uuid_of(contact_id, "Contact", "contactId"))
    if contact is None:
        raise Refused(Code.NOT_FOUND, "There is no such contact.", "contactId")
    if center_id is None:
        meant = await centers.default(context.reads)
    else:
        meant = await context.load(center, uuid_of(center_id, "SubscriptionCenter", "centerId"))
    if meant is None:
        raise Refused(Code.NOT_FOUND, "There is no such subscription centre.", "centerId")
    signing = await signer(context.database)
    return signing.links(Link(contact.id, meant.id, sending), context.now)


async def page(info: Info, token: str) -> Page:
    """The centre of a link, for its contact."""
    link = (await signer(info.context.database)).center(token, info.context.now)
    return await centers.page(info.context.reads, link)


async def submit(
    info: Info,
    token: str,
    list_ids: Sequence[str],
    do_not_email: bool,
    details: Mapping[str, Any],
    key: Asked | None,
) -> Page:
    """Does what the contact of a link has chosen."""
    context = info.context
    link = (await signer(context.database)).center(token, context.now)
    ids = (uuid_of(id, "SubscriptionList", "listIds", str(at)) for at, id in enumerate(list_ids))
    choice = Choice(frozenset(ids), do_not_email, details)
    await context.database.prepare_months([context.now])
    done = await context.once(key, centers.submit, link, choice, context.now)
    return await centers.page(context.reads, link) if isinstance(done, Repeated) else done


async def create(info: Info, values: Mapping[str, Any], key: Asked | None) -> Any:
    """Creates a centre."""
    return await _CENTERS.create(info, _with_ids(values), key)


async def update(
    info: Info, id: str, values: Mapping[str, Any], expected: int | None, key: Asked | None
) -> Any:
    """Changes a centre."""
    return await _CENTERS.update(info, id, _with_ids(values), expected, key)


delete = _CENTERS.delete


def _with_ids(values: Mapping[str, Any]) -> dict[str, Any]:
    """The values with the lists' own ids."""
    if "list_ids" not in values:
        return dict(values)
    ids = values["list_ids"] or ()
    return {
        **values,
        "list_ids": [uuid_of(id, "SubscriptionList", "list_ids", str(at)) for at, id in enumerate(ids)],
    }


def list_id(root: Offered) -> str:
    """The global id of an offered list."""
    return to_global("SubscriptionList", root.list.id)
