"""The suppression list: who is on it, and what staff does to it."""

from collections.abc import Mapping
from typing import Any

from db.loaders import One
from db.suppression_listings import suppressed_addresses
from domain.suppression import SuppressedAddress
from engines import suppression
from engines.answers import Asked, Repeated
from resolvers.context import Info
from resolvers.lists import Listed

suppressed_address = One(SuppressedAddress, "suppressed_address_by_id")
NODES: Mapping[str, One[Any]] = {"SuppressedAddress": suppressed_address}
listed = Listed(suppressed_addresses)


async def add(info: Info, values: Mapping[str, Any], key: Asked | None) -> Any:
    """Lists an address or a pattern."""
    return await _told(info, await info.context.once(key, suppression.add, values, info.context.now))


async def take_off(info: Info, values: Mapping[str, Any], key: Asked | None) -> Any:
    """Takes an address or a pattern off the list."""
    return await _told(info, await info.context.once(key, suppression.take_off, values, info.context.now))


async def _told(info: Info, done: SuppressedAddress | Repeated) -> Any:
    if not isinstance(done, Repeated):
        return done
    return await info.context.load(suppressed_address, done.record_ids[0])
