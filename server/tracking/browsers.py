"""What a request tells of the browser that made it: program, system, device, country (domain.md 3.1, WEB)."""

import asyncio
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import ua_parser
from starlette.datastructures import Headers

LONGEST_AGENT = 500
_NOWHERE = frozenset({"XX", "T1", "ZZ"})
"""What content networks write for a country that they do not know."""


def refuses(headers: Headers) -> bool:
    """Whether the browser says that its user does not want to be tracked."""
    return headers.get("dnt") == "1" or headers.get("sec-gpc") == "1"


async def told(headers: Headers, country_header: str | None) -> dict[str, Any]:
    """The properties that a request's headers give."""
    agent = headers.get("user-agent", "")[:LONGEST_AGENT]
    found = dict(await asyncio.to_thread(read, agent)) if agent else {}
    country = headers.get(country_header, "").strip().upper() if country_header else ""
    if len(country) == 2 and country.isascii() and country.isalpha() and country not in _NOWHERE:
        found["countryIsoCode"] = country
    return found


@lru_cache(maxsize=5_000)
def read(agent: str) -> Mapping[str, str]:
    """What a user agent tells. The first takes a while: the library makes its patterns then."""
    printable = "".join(letter if letter.isprintable() else " " for letter in agent)
    parsed = ua_parser.parse(printable)
    program, system = parsed.user_agent, parsed.os
    found = {
        "browserId": program and program.family,
        "browserVersion": program and program.major,
        "operatingSystemId": system and system.family,
        "operatingSystemVersion": system and system.major,
        "deviceType": _device(printable, parsed.device.family if parsed.device else None),
        "userAgent": printable,
    }
    return {name: value for name, value in found.items() if value}


def _device(agent: str, family: str | None) -> str:
    """Makers mark telephones with `Mobile`, and what has Android without it is a tablet."""
    if family == "Spider":
        return "Robot"
    if any(mark in agent for mark in ("SmartTV", "SMART-TV", "AppleTV", "BRAVIA", "GoogleTV", "Web0S")):
        return "Television"
    if "iPad" in agent or "Tablet" in agent or ("Android" in agent and "Mobile" not in agent):
        return "Tablet"
    return "Phone" if "Mobi" in agent or "iPhone" in agent else "Desktop"
