"""Countries by their short English names: the one form in which a record holds its country."""

import re
import unicodedata
from collections.abc import Iterator

import iso3166

_SHORT = {
    "BN": "Brunei",
    "BO": "Bolivia",
    "CD": "Democratic Republic of the Congo",
    "FK": "Falkland Islands",
    "FM": "Micronesia",
    "GB": "United Kingdom",
    "IR": "Iran",
    "KP": "North Korea",
    "KR": "South Korea",
    "LA": "Laos",
    "MD": "Moldova",
    "MF": "Saint Martin",
    "NR": "Nauru",
    "PS": "Palestine",
    "RU": "Russia",
    "SX": "Sint Maarten",
    "SY": "Syria",
    "TW": "Taiwan",
    "TZ": "Tanzania",
    "US": "United States",
    "VA": "Vatican City",
    "VE": "Venezuela",
    "VG": "British Virgin Islands",
    "VI": "U.S. Virgin Islands",
    "VN": "Vietnam",
}
"""Where the standard's own name is not what people write."""
_ALSO = {
    "AE": ("UAE", "Emirates"),
    "BA": ("Bosnia",),
    "CD": ("DR Congo", "Congo-Kinshasa"),
    "CG": ("Republic of the Congo", "Congo-Brazzaville"),
    "CI": ("Ivory Coast",),
    "CV": ("Cape Verde",),
    "CZ": ("Czech Republic",),
    "GB": ("UK", "Great Britain", "Britain"),
    "KR": ("Republic of Korea",),
    "MK": ("Macedonia",),
    "MM": ("Burma",),
    "MO": ("Macau",),
    "NL": ("Holland",),
    "SZ": ("Swaziland",),
    "TL": ("East Timor",),
    "TR": ("Turkey",),
    "VA": ("Vatican",),
}
"""What is read besides the standard's names and codes, and kept as the short name."""


def named(text: str) -> str | None:
    """The short English name of the country that the text means: by its name, or an ISO 3166-1 code."""
    code = code_of(text)
    return _NAMES[code] if code else None


def code_of(text: str) -> str | None:
    """The two letters of the country that the text means."""
    return _CODES.get(text) or _CODES.get(_plain(text))


def _plain(text: str) -> str:
    """The name as it is compared: without case, accents, marks, articles and short for saint."""
    text = unicodedata.normalize("NFKD", re.sub(r"[.'’`]", "", text.replace("&", " and ")))
    words = re.findall(r"\w+", "".join(c for c in text if not unicodedata.combining(c)).casefold())
    if len(words) > 1:
        words = ["saint" if word == "st" else word for word in words if word != "the"]
    return " ".join(words)


def _spellings() -> Iterator[tuple[str, str]]:
    for country in iso3166.countries:
        code = country.alpha2
        names = (country.name, country.apolitical_name, _NAMES[code], *_ALSO.get(code, ()))
        yield from ((name, code) for name in (code, country.alpha3, *names))


_NAMES = {country.alpha2: _SHORT.get(country.alpha2, country.name) for country in iso3166.countries}
_CODES = {_plain(name): code for name, code in _spellings()} | {name: code for code, name in _NAMES.items()}
