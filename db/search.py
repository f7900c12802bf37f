"""What is found by words: how a search is read into a statement (the functions are of migration 5).

Up to 5,000 records are found by index and ranked. What finds more is found by the same index and put in order
of id: that takes as long as there are many, for every page the same. Where nothing has the words, the names
most alike are found.
"""

from collections.abc import Mapping
from dataclasses import replace
from hashlib import sha256

from db.database import Reads
from db.listings import Listing, Sort
from db.orders import TOO_MANY
from db.sql import Args
from domain.lists import MOST_FOUND, RELEVANCE, Asked

_UNRANKED = Sort(f"{TOO_MANY}", "bigint", by_id=True, ranked=True)
_PHONES = "translate(t.mobile_phone, ' -()./+', ''), translate(t.business_phone, ' -()./+', '')"
_WORDS: Mapping[str, str] = {
    "account": "t.name, t.account_number, t.email, t.website, t.city, t.postal_code, t.phone,"
    " translate(t.phone, ' -()./+', '')",
    "contact": "t.full_name, t.nick_name, t.email, t.email2, t.job_title, t.department, t.city,"
    f" t.mobile_phone, t.business_phone, {_PHONES}",
    "lead": "t.topic, t.full_name, t.company_name, t.email, t.job_title, t.city, t.mobile_phone,"
    f" t.business_phone, {_PHONES}",
}
"""The texts that are searched, as the index has them."""


_NAMES: Mapping[str, str] = {"account": "t.name", "contact": "t.full_name", "lead": "t.topic"}


async def searched(reads: Reads, listing: Listing, asked: Asked) -> Listing:
    """The list of what the search finds; the list itself where nothing is searched for."""
    if asked.search is None:
        return listing
    text = f"select count(*) as n from {listing.searched}_hits($1)"
    (row,) = await reads.rows(f"search {listing.name}", asked.search, text=text)
    if row["n"] > MOST_FOUND:
        return _found(listing, "many", _UNRANKED)
    if row["n"]:
        return _found(listing, "hits", Sort("hit.rank", "bigint", ranked=True))
    return _found(listing, "alike", Sort("hit.rank", "bigint", ranked=True))


def _found(listing: Listing, found: str, by_rank: Sort) -> Listing:
    return replace(listing, sorts={**listing.sorts, RELEVANCE: by_rank}, found=found)


def source_of(listing: Listing, by: str | None, asked: Asked, args: Args) -> str:
    """The rows of a list: those found, each with its rank, where something is searched for.

    `offset 0` keeps the search by itself: read along an order, it might walk over the whole table for a page.
    """
    if listing.found == "many" and by is None:
        return f"(select t.* from {listing.source} where {_has_words(listing, asked, args)} offset 0) t"
    if listing.found not in ("hits", "alike"):
        return listing.source
    sought = args.add(asked.search, "text")
    found = f"{listing.searched}_{listing.found}({sought})"
    if listing.found == "hits" and asked.sort == RELEVANCE:
        name = f"search_words({_NAMES[str(listing.searched)]})"
        all_words = f"array_to_tsvector({name}) @@ (select search_query({sought}))"
        rank = f"case when {name} = (select search_words({sought})) then 0 when {all_words} then 1 else 2 end"
        table = listing.source.removesuffix(" t")
        found = f"(select t.id, {rank} as rank from {found} found join {table} t on t.id = found.id)"
    return f"{listing.source} join {found} hit on hit.id = t.id"


def has_words(listing: Listing, by: str | None, asked: Asked, args: Args) -> list[str]:
    """The condition that a parent's rows have the words; `is true` lets the parent's index find them."""
    if listing.found != "many" or by is None:
        return []
    return [f"({_has_words(listing, asked, args)}) is true"]


def _has_words(listing: Listing, asked: Asked, args: Args) -> str:
    words = f"array_to_tsvector(search_words({_WORDS[str(listing.searched)]}))"
    return f"{words} @@ (select search_query({args.add(asked.search, 'text')}))"


def order_name(listing: Listing, asked: Asked) -> str:
    """The order as cursors know it: of which list, by what, and what was searched for."""
    if asked.sort == RELEVANCE:
        order = f"{listing.name} by {RELEVANCE}"
    else:
        order = f"{listing.name} by {asked.sort} {'DESC' if asked.descending else 'ASC'}"
        if listing.sorts[asked.sort].nullable:
            order += f" NULLS {'FIRST' if asked.nulls_first else 'LAST'}"
    if asked.search is None:
        return order
    return f"{order} in search {sha256(asked.search.encode('utf-8', 'replace')).hexdigest()[:8]}"


def type_of(listing: Listing, asked: Asked) -> str:
    """The type of what the list is ordered by."""
    return "bigint" if asked.sort == RELEVANCE else listing.sorts[asked.sort].type
