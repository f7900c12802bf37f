"""The one form in which each kind of text is kept, so that what is the same reads the same."""

import re
import unicodedata
from functools import cache
from importlib.resources import files
from urllib.parse import SplitResult, urlsplit

import idna
import iso4217
from email_validator import SPECIAL_USE_DOMAIN_NAMES, EmailNotValidError, validate_email
from email_validator.rfc_constants import CASE_INSENSITIVE_MAILBOX_NAMES

from engines import countries

LINE, PROSE, ADDRESS = 500, 100_000, 320
_LONGEST = {
    "email": ADDRESS,
    "email2": ADDRESS,
    "email3": ADDRESS,
    "website": 2_000,
    "link": 2_000,
    "description": PROSE,
    "qualification_comments": PROSE,
    "reason": PROSE,
    "source_text": PROSE,
}


class Unfit(Exception):
    """The text is none of its kind; the message says so in a sentence, and how it is written."""


def longest(name: str) -> int:
    """How many characters the field of that name takes."""
    return _LONGEST.get(name, LINE)


_BLANKS = re.compile(r"[ \t\u00a0]{2,}|[\t\u00a0]")
_CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")


def line(text: str) -> str:
    """Text of a line: trimmed, with single blanks, accents composed."""
    if text.isascii() and text.isprintable() and "  " not in text:
        return text.strip()
    return _BLANKS.sub(" ", prose(text)).strip()


def prose(text: str) -> str:
    """Text of any shape: trimmed, its lines ended in one way, accents composed."""
    text = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n")).strip()
    if not text.isprintable() and _CONTROLS.search(text):
        raise Unfit("It holds a control character, or half of a character: leave it out.")
    return text


_PLAIN_ADDRESS = re.compile(
    r"([a-zA-Z0-9_+-]+(?:\.[a-zA-Z0-9_+-]+)*)@(?:[a-z0-9]{1,20}(?:-[a-z0-9]{1,20})?\.){1,4}([a-z]{2,20})"
)
_UNUSUAL_ENDS = {name.rpartition(".")[2] for name in SPECIAL_USE_DOMAIN_NAMES}
_UNUSUAL_NAMES = frozenset(CASE_INSENSITIVE_MAILBOX_NAMES)


def email(text: str) -> str:
    """The address as the library writes it; a plain one is known at a look, which is 20 times as quick."""
    plain = _PLAIN_ADDRESS.fullmatch(text)
    if (
        plain
        and len(plain[1]) <= 64
        and plain[2] not in _UNUSUAL_ENDS
        and plain[1].lower() not in _UNUSUAL_NAMES
    ):
        return text
    return email_of_library(text)


def email_of_library(text: str) -> str:
    """The address as the library writes it: the domain in lower case and its own letters."""
    try:
        return validate_email(text, check_deliverability=False).normalized
    except (EmailNotValidError, ValueError):
        raise Unfit("This is no e-mail address: write one like ann@example.com.") from None


_HOST = re.compile(r"(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?\.)+[a-z](?:[a-z0-9-]{0,61}[a-z0-9])")
_NOT_IN_ADDRESS = re.compile(r"[\s\x00-\x1f\x7f-\x9f\ud800-\udfff\\<>\"]")
_NO_WEBSITE = "This is no address of a website: write one like https://example.com."


def website(text: str) -> str:
    """The address with http or https and its host in small letters; a bare host is one of https."""
    text = unicodedata.normalize("NFC", text)
    whole = text if "://" in text else f"https://{text.removeprefix('//')}"
    if _NOT_IN_ADDRESS.search(whole):
        raise Unfit(_NO_WEBSITE)
    try:
        parts = urlsplit(whole)
        host, port = _host(parts), parts.port
    except ValueError:
        raise Unfit(_NO_WEBSITE) from None
    if parts.scheme not in ("http", "https") or parts.username is not None:
        raise Unfit(_NO_WEBSITE)
    rest = whole[len(parts.scheme) + len("://") + len(parts.netloc) :]
    return f"{parts.scheme}://{host}{f':{port}' if port is not None else ''}{rest}"


def _host(parts: SplitResult) -> str:
    """The host in its own letters, as e-mail domains are kept; a ValueError where it is none."""
    host = (parts.hostname or "").rstrip(".")
    if not host.isascii() or "xn--" in host:
        encoded = idna.encode(host, uts46=True).decode()
        host = idna.decode(encoded)
    else:
        encoded = host
    if len(encoded) > 253 or not _HOST.fullmatch(encoded):
        raise ValueError
    return host


def country(text: str) -> str:
    """The country's short English name."""
    found = countries.named(text)
    if found is None:
        raise Unfit("This is no country: write its English name or its ISO 3166 code, such as DE or DEU.")
    return found


_CURRENCIES = frozenset(currency.code for currency in iso4217.Currency) - {"XXX", "XTS"}


def currency(text: str) -> str:
    """The currency's ISO 4217 code."""
    code = text.upper()
    if code not in _CURRENCIES:
        raise Unfit("This is no currency: write its ISO 4217 code of three letters, such as EUR.")
    return code


def time_zone(text: str) -> str:
    """The time zone's IANA name, in its own spelling."""
    found = zones().get(text.replace(" ", "_").casefold())
    if found is None:
        raise Unfit("This is no time zone: write its IANA name, such as Europe/Berlin.")
    return found


@cache
def zones() -> dict[str, str]:
    """The names of the time zones, which are the same on every machine because they come along."""
    names = files("tzdata").joinpath("zones").read_text(encoding="utf-8").split()
    return {name.casefold(): name for name in names if name != "Factory"}
