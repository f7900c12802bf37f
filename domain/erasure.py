"""What is somebody's own in texts and interactions: what erasing takes away, what may stay (10.5)."""

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from domain.records import Contact

BLANK = "[erased]"
"""Stands in a text where somebody's value stood."""
_NAMED_BY = (
    "full_name",
    "first_name",
    "middle_name",
    "last_name",
    "nick_name",
    "email",
    "email2",
    "email3",
    "business_phone",
    "home_phone",
    "phone3",
    "mobile_phone",
    "fax",
    "website",
    "employee_id",
    "government_id",
    "address_line1",
    "address_line2",
    "address_line3",
    "address2_line1",
    "address2_line2",
    "address2_line3",
)
_ADDRESSES = ("email", "email2", "email3")
_PHONES = ("business_phone", "home_phone", "phone3", "mobile_phone", "fax")
_DISTINCTIVE = 6
"""A text of so many characters is hardly part of another by chance."""
_SHORTEST = 2
KEPT_PROPERTIES = (
    "blockedReason",
    "bounceCategory",
    "contactMatchingResult",
    "deliveredCount",
    "leadMatchingResult",
    "result",
    "wasRemoteBounced",
)
"""What an interaction that no longer leads to anybody keeps of its properties: outcomes, and no values."""


def values_of(contact: Contact) -> list[str]:
    """The texts by which somebody may be known in other texts, longest first."""
    texts = {str(getattr(contact, name) or "").strip() for name in _NAMED_BY}
    return sorted((text for text in texts if len(text) >= _SHORTEST), key=lambda text: (-len(text), text))


def addresses_of(contact: Contact) -> list[str]:
    """The person's e-mail addresses, in small letters."""
    return sorted({getattr(contact, name).lower() for name in _ADDRESSES if getattr(contact, name)})


def phones_of(contact: Contact) -> list[str]:
    """The person's telephone numbers."""
    return sorted({getattr(contact, name) for name in _PHONES if getattr(contact, name)})


def distinctive(values: Iterable[str]) -> list[str]:
    """Those that stand for the person wherever they are found, by their length."""
    return sorted({text.lower() for text in values if len(text) >= _DISTINCTIVE})


def freed(values: Iterable[str]) -> Callable[[Any], Any]:
    """What frees a text, or all the texts of a JSON value, of these values, wherever they stand as words."""
    texts = [re.escape(text) for text in values]
    if not texts:
        return lambda value: value
    found = re.compile(rf"(?<!\w)(?:{'|'.join(texts)})(?!\w)", re.IGNORECASE)

    def free(value: Any) -> Any:
        match value:
            case str():
                return found.sub(BLANK, value)
            case Mapping():
                return {found.sub(BLANK, name): free(held) for name, held in value.items()}
            case list() | tuple():
                return [free(held) for held in value]
            case _:
                return value

    return free
