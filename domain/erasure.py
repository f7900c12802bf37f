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
NAMES_NOBODY = frozenset(
    {
        "salutation",
        "suffix",
        "job_title",
        "department",
        "description",
        "city",
        "state_or_province",
        "postal_code",
        "country",
        "address2_city",
        "address2_state_or_province",
        "address2_postal_code",
        "address2_country",
        "lead_source",
        "education",
        "customer_size",
        "territory",
        "time_zone",
        "currency",
        "consent_source_form_id",
        "source_journey_id",
        "source_email_id",
        "source_form_id",
        "source_page_id",
    }
)
"""A contact's other texts: nobody is known by them, so they stay where they stand in others' texts."""
_ADDRESSES = ("email", "email2", "email3")
_PHONES = ("business_phone", "home_phone", "phone3", "mobile_phone", "fax")
_DISTINCTIVE = 6
"""A text of so many characters is hardly part of another by chance."""
_SHORTEST = 2
_APART = r"[\s().\-/]*"
"""What people write between the digits of a telephone number."""
_NUMBER = re.compile(r"[(\s]*\+?[\d\s().\-/]+")
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


def _sought(text: str) -> str:
    """The pattern of a value; that of a telephone number finds it however its digits are set apart."""
    digits = re.findall(r"\d", text)
    if len(digits) < _DISTINCTIVE or not _NUMBER.fullmatch(text):
        return re.escape(text)
    return rf"(?:\+{_APART})?{_APART.join(digits)}"


def freed(values: Iterable[str]) -> Callable[[Any], Any]:
    """What frees a text, or all the texts of a JSON value, of these values, wherever they stand as words."""
    texts = [_sought(text) for text in values]
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
