"""What own pages tell of their visitors, read into interactions (domain.md 3.3); what is none is refused."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

from domain.facts import NewInteraction
from domain.interactions import InteractionType
from domain.refusals import Code, Refused
from domain.websites import LONGEST_URL, Website, page_address

MOST_EVENTS = 50
"""So many events one page tells at once."""
OLDEST = timedelta(days=1)
"""How long a page may keep an event back, as while its browser is offline."""
_TYPES = {
    "WebsiteVisited": InteractionType.WEBSITE_VISITED,
    "WebsiteClicked": InteractionType.WEBSITE_CLICKED,
    "FormVisited": InteractionType.FORM_VISITED,
}
"""What a page may tell; who somebody is, no page can say: that is proved by forms and signed links alone."""
_ID = re.compile(r"[A-Za-z0-9_-]{8,64}").fullmatch
_LONGEST_WORDS = 200
_CONTROLS = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff]+")
_ENGINES: Mapping[str, tuple[str, str]] = {
    "google": ("Google", "q"),
    "bing": ("Bing", "q"),
    "duckduckgo": ("DuckDuckGo", "q"),
    "yahoo": ("Yahoo", "p"),
    "yandex": ("Yandex", "text"),
    "baidu": ("Baidu", "wd"),
    "ecosia": ("Ecosia", "q"),
    "qwant": ("Qwant", "q"),
    "startpage": ("Startpage", "query"),
    "brave": ("Brave", "q"),
}
"""Search engines by a part of their host, with what their addresses hold the phrase in."""


@dataclass(frozen=True, slots=True)
class Visit:
    """A browser during a visit of a website: who it is by its cookies, and what its requests tell of it."""

    visitor_id: str
    session_id: str
    began_at: datetime
    returning: bool
    browser: Mapping[str, Any] = field(default_factory=dict)

    def properties(self, now: datetime) -> dict[str, Any]:
        """What is kept of it with everything that it does (domain.md 3.1, WEB)."""
        return {
            "sessionId": self.session_id,
            "visitorReturningStatus": "RETURNING" if self.returning else "NEW",
            "visitDuration": max(int((now - self.began_at).total_seconds()), 0),
            **self.browser,
        }


def read(told: Any, website: Website, visit: Visit, now: datetime) -> list[NewInteraction]:
    """The interactions that a page tells; refuses all of them where one is none, and says which."""
    events = told.get("events") if isinstance(told, Mapping) else None
    if not isinstance(events, Sequence) or isinstance(events, str):
        raise Refused(Code.INVALID, "The body is an object with a list of `events`.", "events")
    if not 1 <= len(events) <= MOST_EVENTS:
        raise Refused(Code.TOO_MANY, f"1 to {MOST_EVENTS} events are taken at once.", "events")
    return [_event(event, website, visit, now, ("events", str(at))) for at, event in enumerate(events)]


def _event(
    event: Any, website: Website, visit: Visit, now: datetime, path: tuple[str, str]
) -> NewInteraction:
    if not isinstance(event, Mapping):
        raise Refused(Code.INVALID, "An event is an object.", *path)
    kind = _TYPES.get(event["type"]) if isinstance(event.get("type"), str) else None
    if kind is None:
        message = f"A page tells {', '.join(_TYPES)}; nothing else is taken from one."
        raise Refused(Code.INVALID, message, *path, "type")
    id = event.get("id")
    if not isinstance(id, str) or not _ID(id):
        message = "An event has an id of its own: 8 to 64 letters, digits, `-` or `_`."
        raise Refused(Code.REQUIRED, message, *path, "id")
    at = now - _age(event.get("age", 0), *path)
    properties = {
        **visit.properties(at),
        "websiteId": str(website.id),
        **_of_page(event, kind, *path),
        **from_referrer(event.get("referrer")),
    }
    link = None
    if kind is InteractionType.WEBSITE_CLICKED:
        link = _address(event, "link", *path)
        properties |= {"linkFriendlyName": words} if (words := words_of(event.get("text"))) else {}
    return NewInteraction(
        kind, at, website.tracking_id, id, visitor_id=visit.visitor_id, link=link, properties=properties
    )


def _of_page(event: Mapping[str, Any], kind: InteractionType, *path: str) -> dict[str, Any]:
    address = _address(event, "page", *path)
    if kind is not InteractionType.FORM_VISITED:
        return {"pageAddress": address}
    form = words_of(event.get("form"))
    if not form:
        raise Refused(Code.REQUIRED, "Say which form was seen.", *path, "form")
    return {"formId": form, "pageUrl": address}


def _age(age: Any, *path: str) -> timedelta:
    """How long ago it happened by the browser's own measure, for its clock may be wrong."""
    if isinstance(age, bool) or not isinstance(age, int | float) or not age >= 0:
        raise Refused(Code.INVALID, "An age is a number of milliseconds, 0 at least.", *path, "age")
    return timedelta(milliseconds=min(age, OLDEST.total_seconds() * 1000))


def _address(event: Mapping[str, Any], name: str, *path: str) -> str:
    address = event.get(name)
    found = shortened(address) if isinstance(address, str) else None
    if found is None:
        message = "This is no address of a page: it begins with http:// or https://."
        raise Refused(Code.INVALID, message, *path, name)
    return found


def shortened(address: str) -> str | None:
    """The address of a page; one that is too long without what it asks for."""
    whole = address if len(address) <= LONGEST_URL else re.split("[?#]", address, maxsplit=1)[0]
    return page_address(whole)


def words_of(value: Any) -> str | None:
    """A few words of a page, on one line; None where there are none."""
    if not isinstance(value, str):
        return None
    return " ".join(_CONTROLS.sub(" ", value[: 10 * _LONGEST_WORDS]).split())[:_LONGEST_WORDS] or None


def from_referrer(referrer: Any) -> dict[str, Any]:
    """What the page before tells: its address, and the search engine that it is one of."""
    address = shortened(referrer) if isinstance(referrer, str) else None
    if address is None:
        return {}
    parts = urlsplit(address)
    found: dict[str, Any] = {"referrerUri": address}
    named = set((parts.hostname or "").split(".")[:-1])
    for part, (engine, holder) in _ENGINES.items():
        if part in named:
            phrase = words_of(parse_qs(parts.query).get(holder, [""])[0])
            return found | {"searchEngineName": engine} | ({"searchPhrase": phrase} if phrase else {})
    return found
