"""Saved views: which there are, what can be done to them, and what they mean."""

from collections.abc import Mapping
from typing import Any

from db import listings
from db.custom_fields import resolved
from db.listings import Listing
from db.loaders import One
from domain.lists import Asked
from domain.views import SavedView, ViewEntity
from engines import answers, views
from engines.answers import Asked as Key
from engines.answers import Repeated
from resolvers import lists
from resolvers.context import Info
from resolvers.identity import uuid_of
from resolvers.lists import Found, Listed

saved_view = One(SavedView, "saved_view_by_id")
_SEEN = Listed(listings.saved_views)


async def seen(info: Info, entity: ViewEntity | None, page: Mapping[str, Any]) -> Found:
    """The own views and those that are shared, by name."""
    filters = {"entity": entity and entity.name, "reader": info.context.actor or ""}
    return await lists.find(_SEEN, None, info, lists.to_asked(lists.Order("NAME"), **page, filters=filters))


async def usable(info: Info, listing: Listing, asked: Asked) -> None:
    """Refuses conditions and orders by custom fields that are not there, or of another type."""
    await resolved(info.context.reads, listing, asked)


async def create(info: Info, values: Mapping[str, Any], key: Key | None) -> Any:
    """Saves a view."""
    return await _told(info, await info.context.once(key, views.create, values, info.context.now))


async def update(
    info: Info, id: str, values: Mapping[str, Any], expected: int | None, key: Key | None
) -> Any:
    """Changes a view."""
    of, now = uuid_of(id, "SavedView", "id"), info.context.now
    return await _told(info, await info.context.once(key, views.change, of, values, now, expected))


async def delete(info: Info, id: str, expected: int | None, key: Key | None) -> str:
    """Deletes a view; tells the id that led to it."""
    await info.context.once(key, answers.removing(views.remove), uuid_of(id, "SavedView", "id"), expected)
    return id


async def _told(info: Info, done: SavedView | Repeated) -> Any:
    if not isinstance(done, Repeated):
        return done
    return await info.context.load(saved_view, done.record_ids[0])
