"""Counts by group: from what is asked of a list to its counts, and the names of the accounts among them."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any
from uuid import UUID

from db import listings
from db.facets import Counting
from db.listings import Listing
from domain.criteria import Criterion
from domain.facets import MOST_FACETS, MOST_VALUES, AccountFacet, ContactFacet, Counted, LeadFacet
from domain.fields import fields_by
from domain.lists import Asked
from domain.refusals import Code, Refused
from resolvers import lists, relations
from resolvers.context import Info


@dataclass(frozen=True)
class Faceted:
    """A list whose records are counted by what an enum offers."""

    listing: Listing
    facets: type[Enum]


accounts = Faceted(listings.accounts, AccountFacet)
contacts = Faceted(listings.contacts, ContactFacet)
leads = Faceted(listings.leads, LeadFacet)


async def count(
    info: Info,
    source: Faceted,
    by: Sequence[Enum],
    where: Criterion | None,
    search: str | None,
    values: int,
) -> list[Counted]:
    """The counts of what is meant, by each of these facets; refuses what is too much."""
    if len(by) > MOST_FACETS:
        raise Refused(
            Code.INVALID, f"At most {MOST_FACETS} facets are counted at once; {len(by)} were named.", "by"
        )
    if not 1 <= values <= MOST_VALUES:
        message = f"Of a facet, 1 to {MOST_VALUES} values are listed; {values} were asked for."
        raise Refused(Code.INVALID, message, "values")
    fields = fields_by(source.facets)
    asked = Asked("", False, 0, where=where, search=lists.sought(search))
    counting = Counting(source.listing, tuple(fields[one.name] for one in by), asked, values)
    return await counting.fetch(info.context.reads) if by else []


async def accounts_of(info: Info, counted: Sequence[Counted]) -> dict[UUID, Any]:
    """The accounts that records were counted by."""
    ids = {bucket.value for one in counted if one.field.kind is UUID for bucket in one.buckets}
    found = await asyncio.gather(*(info.context.load(relations.account, id) for id in ids))
    return {account.id: account for account in found if account is not None}
