"""Websites and redirect URLs: what staff make of them, and what a page's request leads to (domain.md 9.8)."""

import secrets
from collections.abc import Mapping
from functools import partial
from typing import Any

from db.database import Reads
from db.rows import to_record
from domain.refusals import Code, Refused
from domain.websites import LONGEST_TIMEOUT, USUAL_TIMEOUT, RedirectUrl, Website, page_address
from engines import named

REMEMBERED = 50_000
"""So many redirect URLs lead on even while the database is away."""
_NO_ADDRESS = "This is no address of a web page: write one like https://example.com/offer."


async def tracked(reads: Reads, tracking_id: str) -> Website | None:
    """The website whose pages name this id."""
    rows = await reads.rows("website_by_tracking_id", tracking_id)
    return to_record(Website, rows[0]) if rows else None


async def redirect(reads: Reads, key: str) -> RedirectUrl | None:
    """The redirect URL of that key."""
    rows = await reads.rows("redirect_url_by_key", key)
    return to_record(RedirectUrl, rows[0]) if rows else None


async def redirects(reads: Reads) -> dict[str, RedirectUrl]:
    """The redirect URLs last written, by their keys."""
    rows = await reads.rows("redirect_urls_latest", REMEMBERED)
    return {row["key"]: to_record(RedirectUrl, row) for row in rows}


def _checked(place: str, given: Mapping[str, Any], /, *, new: bool = False) -> dict[str, Any]:
    """The values as they are kept; refuses all that is wrong at once."""
    refused: list[Refused] = []
    values = {name: value for name, value in given.items() if name != place}
    try:
        values = named.checked(values, new=new)
    except Refused as no:
        refused += no.all
    if place in given or new:
        address = page_address(str(given.get(place) or "").strip())
        if not given.get(place):
            refused.append(Refused(Code.REQUIRED, "It needs the address of a web page.", place))
        elif address is None:
            refused.append(Refused(Code.INVALID, _NO_ADDRESS, place))
        else:
            values[place] = address
    if "session_timeout" in values:
        refused += _timeout_refusals(values)
    if refused:
        raise Refused.several(refused)
    return values


def _timeout_refusals(values: dict[str, Any]) -> list[Refused]:
    """A visit ends after 1 minute to a day without a page; where that is cleared, after half an hour."""
    if values["session_timeout"] is None:
        values["session_timeout"] = USUAL_TIMEOUT
    if 1 <= values["session_timeout"] <= LONGEST_TIMEOUT:
        return []
    message = f"A visit ends after 1 to {LONGEST_TIMEOUT:,} minutes without a page."
    return [Refused(Code.INVALID, message, "session_timeout")]


WEBSITES = named.Named(
    Website,
    "website",
    "website",
    ("name", "url", "session_timeout"),
    first=lambda _: {"session_timeout": USUAL_TIMEOUT, "tracking_id": secrets.token_hex(8)},
    checked=partial(_checked, "url"),
)
"""Websites; the tracking id, which their pages name, stays, and what happened on them too."""
REDIRECTS = named.Named(
    RedirectUrl,
    "redirect_url",
    "redirect URL",
    ("name", "original_url"),
    first=lambda _: {"key": secrets.token_urlsafe(6)},
    checked=partial(_checked, "original_url"),
)
"""Addresses that lead on to other ones; the own address stays, and so do the clicks on it."""
