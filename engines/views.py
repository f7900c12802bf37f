"""Saved views: who sees one may change it; the private ones of others are as if they were not there."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from db import writes
from db.database import Transaction
from db.ids import uuid7
from domain.refusals import Code, Refused
from domain.views import SavedView
from engines import named

_TEXTS = frozenset({"name", "search"})
_EMPTY: Mapping[str, Any] = {"search": None, "filter": None, "ordering": None, "shared": False}


async def create(tx: Transaction, given: Mapping[str, Any], now: datetime) -> SavedView:
    """A new view, of whoever asks for it."""
    held = dict(_EMPTY) | _checked(given, new=True)
    made = SavedView(uuid7(now), 1, now, now, owner=tx.actor, **held)
    await writes.insert(tx, "saved_view", [made])
    return made


async def change(
    tx: Transaction, id: UUID, given: Mapping[str, Any], now: datetime, expected: int | None = None
) -> SavedView:
    """The view as it is after the change."""
    known = await _locked(tx, id)
    named.check_version(known, expected)
    after = replace(known, **_checked(given))
    if after == known:
        return known
    written = (after.name, after.search, after.filter, after.ordering, after.shared)
    await tx.run("saved_view_update", id, *written, now)
    return replace(after, version=known.version + 1, updated_at=now)


async def remove(tx: Transaction, id: UUID, expected: int | None = None) -> SavedView:
    """Deletes a view; as it was before."""
    known = await _locked(tx, id)
    named.check_version(known, expected)
    await tx.run("saved_view_delete", id)
    return known


def _checked(given: Mapping[str, Any], *, new: bool = False) -> dict[str, Any]:
    texts = named.checked({name: value for name, value in given.items() if name in _TEXTS}, new=new)
    rest = {name: value for name, value in given.items() if name not in _TEXTS}
    return {**rest, "shared": bool(rest["shared"])} | texts if "shared" in rest else rest | texts


async def _locked(tx: Transaction, id: UUID) -> SavedView:
    found = await tx.records(SavedView, "saved_view_locked", id)
    if not found or not found[0].is_seen_by(tx.actor):
        raise Refused(Code.NOT_FOUND, "There is no such view.", "id")
    return found[0]
