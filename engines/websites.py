"""Websites and redirect URLs: what staff make of them, and what a page's request leads to (domain.md 9.8)."""

import secrets
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from db import writes
from db.database import Reads, Transaction
from db.ids import uuid7
from db.rows import to_record
from domain.refusals import Code, Refused
from domain.websites import LONGEST_TIMEOUT, USUAL_TIMEOUT, RedirectUrl, Website, page_address
from engines import named

REMEMBERED = 50_000
"""So many redirect URLs lead on even while the database is away."""
_NO_ADDRESS = "This is no address of a web page: write one like https://example.com/offer."


async def create_website(tx: Transaction, given: Mapping[str, Any], now: datetime) -> Website:
    """A new website, with the id that its pages' script names."""
    values = _checked(given, "url", new=True)
    timeout = values.pop("session_timeout", USUAL_TIMEOUT)
    made = Website(
        uuid7(now), 1, now, now, session_timeout=timeout, tracking_id=secrets.token_hex(8), **values
    )
    await writes.insert(tx, "website", [made])
    return made


async def change_website(
    tx: Transaction, id: UUID, given: Mapping[str, Any], now: datetime, expected: int | None = None
) -> Website:
    """The website as it is after the change; its tracking id stays."""
    known = await _website_locked(tx, id)
    named.check_version(known, expected)
    after = replace(known, **_checked(given, "url"))
    if after == known:
        return known
    await tx.run("website_update", id, after.name, after.url, after.session_timeout, now)
    return replace(after, version=known.version + 1, updated_at=now)


async def remove_website(tx: Transaction, id: UUID, expected: int | None = None) -> Website:
    """Deletes a website; what happened on its pages stays."""
    known = await _website_locked(tx, id)
    named.check_version(known, expected)
    await tx.run("website_delete", id)
    return known


async def create_redirect(tx: Transaction, given: Mapping[str, Any], now: datetime) -> RedirectUrl:
    """A new address that leads on to another one."""
    values = _checked(given, "original_url", new=True)
    made = RedirectUrl(uuid7(now), 1, now, now, key=secrets.token_urlsafe(6), **values)
    await writes.insert(tx, "redirect_url", [made])
    return made


async def change_redirect(
    tx: Transaction, id: UUID, given: Mapping[str, Any], now: datetime, expected: int | None = None
) -> RedirectUrl:
    """The redirect URL as it is after the change; its own address stays."""
    known = await _redirect_locked(tx, id)
    named.check_version(known, expected)
    after = replace(known, **_checked(given, "original_url"))
    if after == known:
        return known
    await tx.run("redirect_url_update", id, after.name, after.original_url, now)
    return replace(after, version=known.version + 1, updated_at=now)


async def remove_redirect(tx: Transaction, id: UUID, expected: int | None = None) -> RedirectUrl:
    """Deletes a redirect URL, which leads nowhere then; the clicks on it stay."""
    known = await _redirect_locked(tx, id)
    named.check_version(known, expected)
    await tx.run("redirect_url_delete", id)
    return known


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


def _checked(given: Mapping[str, Any], place: str, *, new: bool = False) -> dict[str, Any]:
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


async def _website_locked(tx: Transaction, id: UUID) -> Website:
    found = await tx.records(Website, "website_locked", id)
    if not found:
        raise Refused(Code.NOT_FOUND, "There is no such website.", "id")
    return found[0]


async def _redirect_locked(tx: Transaction, id: UUID) -> RedirectUrl:
    found = await tx.records(RedirectUrl, "redirect_url_locked", id)
    if not found:
        raise Refused(Code.NOT_FOUND, "There is no such redirect URL.", "id")
    return found[0]
