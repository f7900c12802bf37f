"""What is found by words: how a search is read into a statement (the functions are of migration 5).

Up to 2,000 records are found by index and ranked. What finds more is in order of id. Matches are mostly so
dense then that a page is soon found on a walk along the order; where they stand too far apart, the index
finds them all, and the page is taken of them. Where nothing has the words, the names most alike are found.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from hashlib import sha256

from db.criteria import finds
from db.cursors import from_cursor
from db.custom_fields import resolved
from db.database import Reads
from db.listings import Listing, Sort
from db.orders import TOO_MANY
from db.sql import Args
from domain.criteria import Check, Criterion, CustomCheck, Every, Operator
from domain.custom_fields import sorted_by
from domain.lists import MOST_FOUND, RELEVANCE, Asked

MOST_RANKED = 2_000
"""How many records a search puts in order of rank: `_hits` of migration 5 finds no more."""
WALKED = 2_000
"""How many rows of what finds too many are walked over for a page before the index is asked."""
FILTERED = 5_000
"""How many rows are walked over for a page of what no index finds before all rows are looked at."""
_UNRANKED = Sort(f"{TOO_MANY}", "bigint", by_id=True, ranked=True)
_RANKED = Sort("hit.rank", "bigint", ranked=True)
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


async def searched(reads: Reads, listing: Listing, asked: Asked) -> Listing:
    """The list of what the search finds, in the order that is asked for; mostly the list itself."""
    listing = await resolved(reads, listing, asked)
    if asked.search is None:
        return listing
    if _goes_on_by_id(listing, asked):
        return _found(listing, "many", _UNRANKED)
    text = f"select {listing.searched}_found($1, {MOST_RANKED}) as n"
    (row,) = await reads.rows(f"search {listing.name}", asked.search, text=text)
    if row["n"] > MOST_RANKED:
        return _found(listing, "many", _UNRANKED)
    return _found(listing, "hits" if row["n"] else "alike", _RANKED)


def _goes_on_by_id(listing: Listing, asked: Asked) -> bool:
    """Whether the page goes on from one in order of id: it stays so, whatever has come or gone since."""
    cursor, argument = (asked.after, "after") if asked.after is not None else (asked.before, "before")
    if cursor is None or asked.sort != RELEVANCE:
        return False
    rank, _ = from_cursor(cursor, order_name(listing, asked), "bigint", argument)
    return bool(rank == TOO_MANY)


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
    found = f"{listing.searched}_{listing.found}({_sought(asked, args)})"
    return f"{listing.source} join {found} hit on hit.id = t.id"


@dataclass(frozen=True)
class Walk:
    """How a page of what no index finds is read, or finds too many of: along so many rows of the table."""

    table: str
    most: int
    words: tuple[str, ...] = ()
    """The condition that rows have the words, where some are sought."""
    found: str = ""
    """How many have them, no further than they are counted."""


def walk_of(listing: Listing, by: str | None, asked: Asked, args: Args) -> Walk | None:
    """The walk that finds a page; none where something else does."""
    if by is not None or not listing.is_table:
        return None
    if listing.found == "many":
        found = f"{listing.searched}_found({_sought(asked, args)}, {MOST_FOUND})"
        return Walk(listing.source, WALKED, (_has_words(listing, asked, args),), found)
    if listing.found or asked.where is None or finds(asked.where, listing.record):
        return None
    if asked.sort in listing.sorts and _bounds(asked.where, listing.sorts[asked.sort], asked.sort):
        return None
    return Walk(listing.source, FILTERED) if asked.sort in listing.sorts else None


_ORDERED = (Operator.EQ, Operator.LT, Operator.LTE, Operator.GT, Operator.GTE)


def _bounds(criterion: Criterion, sort: Sort, name: str) -> bool:
    """Whether what is meant begins or ends somewhere along the order, whose index then goes there at once."""
    match criterion:
        case Every(parts):
            return any(_bounds(part, sort, name) for part in parts)
        case CustomCheck(field, _, operator):
            return sort.indexed and field == sorted_by(name) and operator in _ORDERED
        case Check(field, operator):
            return sort.indexed and f"t.{field}" == sort.expression and operator in _ORDERED
        case _:
            return False


def has_words(listing: Listing, by: str | None, asked: Asked, args: Args) -> list[str]:
    """The condition that a parent's rows have the words; `is true` lets the parent's index find them."""
    if listing.found != "many" or by is None:
        return []
    return [f"({_has_words(listing, asked, args)}) is true"]


def _sought(asked: Asked, args: Args) -> str:
    """What is searched for, as one argument of the statement however often it is asked for."""
    if asked.search in args:
        return f"${args.index(asked.search) + 1}::text"
    return args.add(asked.search, "text")


def _has_words(listing: Listing, asked: Asked, args: Args) -> str:
    words = f"array_to_tsvector(search_words({_WORDS[str(listing.searched)]}))"
    return f"{words} @@ (select search_query({_sought(asked, args)}))"


def order_name(listing: Listing, asked: Asked) -> str:
    """The order as cursors know it: of which list, by what, and what was searched for."""
    if asked.sort == RELEVANCE:
        order = f"{listing.name} by {RELEVANCE}"
    else:
        order = f"{listing.name} by {asked.sort} {'DESC' if asked.descending else 'ASC'}"
        if sorted_by(asked.sort) or listing.sorts[asked.sort].nullable:
            order += f" NULLS {'FIRST' if asked.nulls_first else 'LAST'}"
    if asked.search is None:
        return order
    return f"{order} in search {sha256(asked.search.encode('utf-8', 'replace')).hexdigest()[:8]}"


def type_of(listing: Listing, asked: Asked) -> str:
    """The type of what the list is ordered by."""
    if sorted_by(asked.sort):
        return "custom"
    return "bigint" if asked.sort == RELEVANCE else listing.sorts[asked.sort].type
