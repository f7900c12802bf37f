"""Records that are a name and a few words, as lists, segments and centres: what they may hold."""

from collections.abc import Mapping
from typing import Any

from domain.refusals import Code, Refused, Stale
from engines import kept

_ALWAYS = frozenset({"public", "locked"})
"""What always has a value."""


def checked(given: Mapping[str, Any], *, new: bool = False) -> dict[str, Any]:
    """The values as they are kept: texts trimmed, blank ones null; refuses all that is wrong at once."""
    values: dict[str, Any] = {}
    refused: list[Refused] = []
    for name, value in given.items():
        try:
            values[name] = _kept(name, value)
        except kept.Unfit as unfit:
            refused.append(Refused(Code.INVALID, str(unfit), name))
    named = name_is_given(values, new)
    if not named and not any(one.path == ("name",) for one in refused):
        refused.append(Refused(Code.REQUIRED, "It needs a name.", "name"))
    if refused:
        raise Refused.several(refused)
    return values


def name_is_given(values: Mapping[str, Any], new: bool) -> bool:
    """Whether there is a name, or one that stays."""
    return bool(values["name"]) if "name" in values else not new


def _kept(name: str, value: Any) -> Any:
    if value is None and name in _ALWAYS:
        raise kept.Unfit("It is yes or no: give one of them, or leave it out to keep what it is.")
    return _text(name, value) if isinstance(value, str) else value


def _text(name: str, value: str) -> str | None:
    longest = kept.longest(name)
    text = kept.prose(value) if longest == kept.PROSE else kept.line(value)
    if len(text) > longest:
        raise kept.Unfit(f"At most {longest:,} characters can be kept here; these are {len(text):,}.")
    return text or None


def check_version(known: Any, expected: int | None) -> None:
    """Refuses to write over what the client has not seen."""
    if expected is not None and expected != known.version:
        message = f"The record is at version {known.version}, not {expected}: read it again, and decide."
        raise Stale(message, known.version, ())
