"""Own pages: websites that carry the tracking script, addresses that lead on elsewhere (domain.md 9.8)."""

import re
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from urllib.parse import urlsplit
from uuid import UUID

USUAL_TIMEOUT, LONGEST_TIMEOUT = 30, 1_440
"""Minutes without a page after which a visit is over (domain.md 3.3), and the most: a day."""
LONGEST_URL = 2_000
_FORBIDDEN = re.compile(r"[\s\x00-\x1f\x7f-\x9f\ud800-\udfff\\<>\"]")


@dataclass(frozen=True, slots=True)
class Website:
    """A site whose pages carry the tracking script."""

    id: UUID
    version: int
    created_at: datetime
    updated_at: datetime
    name: str
    url: str
    session_timeout: int
    tracking_id: str

    @property
    def origin(self) -> str:
        """The origin of its pages, as browsers tell it."""
        return origin_of(self.url) or ""


@dataclass(frozen=True, slots=True)
class RedirectUrl:
    """An address of ours that leads on to another one and is counted."""

    id: UUID
    version: int
    created_at: datetime
    updated_at: datetime
    name: str
    original_url: str
    key: str

    @property
    def path(self) -> str:
        """Where at this server it begins."""
        return f"/r/{self.key}"


@dataclass(frozen=True, slots=True)
class MessageTracking:
    """What a message to one contact carries, so that its opening and its clicks are known."""

    token: str
    beacon_url: str
    expires_at: datetime


class WebsiteSort(Enum):
    """What websites can be ordered by; equals are told apart by id."""

    NAME = "By name (its first 200 characters), in the order of its characters' codes."
    CREATED_AT = "By the moment of creation."
    UPDATED_AT = "By the moment of the last change."


class RedirectUrlSort(Enum):
    """What redirect URLs can be ordered by; equals are told apart by id."""

    NAME = "By name (its first 200 characters), in the order of its characters' codes."
    CREATED_AT = "By the moment of creation."
    UPDATED_AT = "By the moment of the last change."


def page_address(text: str) -> str | None:
    """The address of a page, its host as it is asked for; None where it is none that a browser could open."""
    if len(text) > LONGEST_URL or _FORBIDDEN.search(text):
        return None
    try:
        parts = urlsplit(text)
        host = (parts.hostname or "").encode("idna").decode("ascii")
        port = f":{parts.port}" if parts.port is not None else ""
    except (UnicodeError, ValueError):
        return None
    if parts.scheme not in ("http", "https") or not host or parts.username is not None:
        return None
    rest = text[text.index("://") + len("://") + len(parts.netloc) :]
    named = f"[{host}]" if ":" in host else host
    return f"{parts.scheme}://{named}{port}{rest if rest.startswith('/') else f'/{rest}'}"


_USUAL_PORTS = {"http": 80, "https": 443}


def origin_of(url: str) -> str | None:
    """The origin that a page of this address has; None where the address is none of a page."""
    address = page_address(url)
    if address is None:
        return None
    parts = urlsplit(address)
    place = parts.netloc.removesuffix(f":{_USUAL_PORTS[parts.scheme]}")
    return f"{parts.scheme}://{place}".lower()
