"""Telephone numbers in one form, E.164: what two records hold alike is the same number."""

import re
from functools import cache

import phonenumbers
from phonenumbers import NumberParseException, PhoneMetadata, PhoneNumberFormat, ValidationResult

from engines.kept import Unfit

_E164 = re.compile(r"\+[1-9][0-9]{6,14}")
_AS_WRITTEN = "write it with + and the country's code, such as +49 30 1234567"
_NO_COUNTRY = f"It is not known which country this number is of: {_AS_WRITTEN}, or give the record a country."
_NO_NUMBER = f"This is no telephone number: {_AS_WRITTEN}."


def phone(text: str, region: str | None) -> str:
    """The number as +49301234567, an extension as RFC 3966 writes it: +49301234567;ext=12.

    Where it has neither + nor 00, the country decides, by its two letters. It has to be possible: as long as
    numbers of that country are. Whether it has been given to anybody, nobody can say for long.
    """
    if _E164.fullmatch(text) and _is_kept(text):
        return text
    return phone_of_library(text, region)


def phone_of_library(text: str, region: str | None) -> str:
    """The number as the library reads and writes it."""
    if text[:1].isalpha() and not text.startswith("tel:"):
        raise Unfit(_NO_NUMBER)
    number = _possible(text, region)
    if number is None and text.startswith("00"):
        number = _possible(f"+{text[2:]}", None)
    if number is None:
        raise Unfit(_NO_NUMBER if region or text.startswith(("+", "00")) else _NO_COUNTRY)
    extension = f";ext={number.extension}" if number.extension else ""
    return _settled(_written(number)) + extension


def _written(number: phonenumbers.PhoneNumber) -> str:
    return phonenumbers.format_number(number, PhoneNumberFormat.E164)


def _settled(text: str) -> str:
    """The number without the zeros of a call from within, which the library takes off one at a time."""
    while not _is_kept(text):
        number = _possible(text, None)
        if number is None:
            raise Unfit(_NO_NUMBER)
        again = _written(number)
        if again == text:
            break
        text = again
    return text


def _possible(text: str, region: str | None) -> phonenumbers.PhoneNumber | None:
    try:
        number = phonenumbers.parse(text, region)
    except NumberParseException:
        return None
    reason = phonenumbers.is_possible_number_with_reason(number)
    return number if reason == ValidationResult.IS_POSSIBLE else None


def _is_kept(text: str) -> bool:
    """Whether the library would leave an E.164 number as it is; False where only the library can tell."""
    for end in (2, 3, 4):
        found = _plan(int(text[1:end]))
        if found:
            lengths, prefix = found
            rest = text[end:]
            return len(rest) in lengths and rest[0] != "0" and not (prefix and prefix.match(rest))
    return False


@cache
def _plan(code: int) -> tuple[frozenset[int], re.Pattern[str] | None] | None:
    """How long numbers under a country's code are, and what would be cut off their beginning."""
    region = phonenumbers.region_code_for_country_code(code)
    metadata = PhoneMetadata.metadata_for_region_or_calling_code(code, region)
    if metadata is None or metadata.general_desc is None:
        return None
    prefix = metadata.national_prefix_for_parsing
    return frozenset(metadata.general_desc.possible_length), re.compile(prefix) if prefix else None
