"""Saved views: who sees one may change it; the private ones of others are as if they were not there."""

from collections.abc import Mapping
from typing import Any

from domain.views import SavedView
from engines import named

_TEXTS = frozenset({"name", "search"})
_EMPTY: Mapping[str, Any] = {"search": None, "filter": None, "ordering": None, "shared": False}


def _checked(given: Mapping[str, Any], /, *, new: bool = False) -> dict[str, Any]:
    texts = named.checked({name: value for name, value in given.items() if name in _TEXTS}, new=new)
    rest = {name: value for name, value in given.items() if name not in _TEXTS}
    return {**rest, "shared": bool(rest["shared"])} | texts if "shared" in rest else rest | texts


VIEWS = named.Named(
    SavedView,
    "saved_view",
    "view",
    ("name", "search", "filter", "ordering", "shared"),
    first=lambda tx: {**_EMPTY, "owner": tx.actor},
    checked=_checked,
    seen=SavedView.is_seen_by,
)
"""Saved views, each of whoever asked for it."""
