"""Saved views: which there are, what can be done to them, and what they mean."""

from collections.abc import Mapping
from typing import Any

from db import listings
from db.custom_fields import resolved
from db.listings import Listing
from db.loaders import One
from domain.lists import Asked
from domain.views import SavedView, ViewEntity
from engines import views
from resolvers import lists
from resolvers.context import Info
from resolvers.lists import Found, Listed
from resolvers.named import Named

saved_view = One(SavedView, "saved_view_by_id")
written = Named(views.VIEWS, saved_view, "SavedView")
_SEEN = Listed(listings.saved_views)


async def seen(info: Info, entity: ViewEntity | None, page: Mapping[str, Any]) -> Found:
    """The own views and those that are shared, by name."""
    filters = {"entity": entity and entity.name, "reader": info.context.actor or ""}
    return await lists.find(_SEEN, None, info, lists.to_asked(lists.Order("NAME"), **page, filters=filters))


async def usable(info: Info, listing: Listing, asked: Asked) -> None:
    """Refuses conditions and orders by custom fields that are not there, or of another type."""
    await resolved(info.context.reads, listing, asked)
