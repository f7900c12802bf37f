"""Which web pages may call: the answers to browsers' questions (CORS), and the handshakes of WebSockets."""

from collections.abc import Mapping, Sequence
from ipaddress import ip_address
from urllib.parse import urlsplit

Headers = list[tuple[bytes, bytes]]
_KEPT = b"7200"
"""Seconds that a browser may remember an answer: no browser keeps it longer."""
EXPOSED = b"X-Request-Id, Server-Timing, X-Leadgraph-Executor, Retry-After"


class Origins:
    """The origins of pages that may call, beside the server's own; `*` is any.

    Where none are named, pages of this machine may call a server that they address as this machine, so that
    a frontend's development server needs no setting.
    """

    def __init__(self, allowed: Sequence[str] = ()) -> None:
        self._any = "*" in allowed
        self._allowed = frozenset(origin.rstrip("/").lower() for origin in allowed)

    def is_allowed(self, origin: str | None, host: str) -> bool:
        """Whether a page of that origin may call this host; who sends no origin is no page."""
        if origin is None or self._any:
            return True
        origin = origin.lower()
        if origin in self._allowed:
            return True
        place = _place(origin)
        if place is None:
            return False
        if place.lower() == _without_default_port(host.lower(), origin):
            return True
        return not self._allowed and _is_local(place) and _is_local(host)

    def headers(self, headers: Mapping[bytes, bytes]) -> Headers:
        """What tells a browser that its page may read the answer."""
        origin = headers.get(b"origin")
        if origin is None or not self.is_allowed(origin.decode("latin-1"), host_of(headers)):
            return []
        shown = b"*" if self._any else origin
        return [(b"access-control-allow-origin", shown), (b"access-control-expose-headers", EXPOSED)]

    def preflight(self, headers: Mapping[bytes, bytes]) -> Headers:
        """What a browser may send: whatever headers it wants to, from where it may call at all."""
        asked = headers.get(b"access-control-request-headers", b"content-type")
        return [
            (b"access-control-allow-methods", b"GET, POST"),
            (b"access-control-allow-headers", asked),
            (b"access-control-max-age", _KEPT),
        ]


def host_of(headers: Mapping[bytes, bytes]) -> str:
    """The host that a request is addressed to."""
    return headers.get(b"host", b"").decode("latin-1")


def named(setting: str) -> Sequence[str]:
    """The origins that a setting names, with commas between them."""
    return [origin.strip() for origin in setting.split(",") if origin.strip()]


def _place(origin: str) -> str | None:
    """Host and port of a web page's origin; `null` and others have none."""
    try:
        parts = urlsplit(origin)
        return parts.netloc if parts.scheme in ("http", "https") and parts.netloc else None
    except ValueError:
        return None


def _without_default_port(host: str, origin: str) -> str:
    return host.removesuffix(":443" if origin.startswith("https:") else ":80")


def _is_local(place: str) -> bool:
    """Whether host and port name this machine by its loopback."""
    try:
        name = urlsplit(f"//{place}").hostname or ""
        return name == "localhost" or name.endswith(".localhost") or ip_address(name).is_loopback
    except ValueError:
        return False
