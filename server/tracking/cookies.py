"""The cookies of a visit: two years for the visitor, half an hour for the visit (domain.md 3.3)."""

import re
import secrets
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from starlette.requests import Request
from starlette.responses import Response

from domain.visits import Visit
from domain.websites import Website

VISITOR = "leadgraph_visitor"
SESSION = "leadgraph_session"
YEARS = timedelta(days=2 * 365)
"""How long a browser is known again."""
_VISITOR = re.compile(r"[0-9a-f]{32}").fullmatch
_SESSION = re.compile(r"([0-9a-f]{16})\.(\d{9,11})\.([01])").fullmatch


def visit_of(cookies: Mapping[str, str], website: Website | None, browser: Mapping[str, str]) -> Visit:
    """The visit that a request is part of; a new one where its cookies tell of none."""
    now = datetime.now(UTC)
    known = cookies.get(VISITOR, "")
    visitor_id = known if _VISITOR(known) else secrets.token_hex(16)
    session = _SESSION(cookies.get(_session_name(website), ""))
    began_at = datetime.fromtimestamp(int(session[2]), UTC) if session else now
    if session is None or began_at > now:
        return Visit(visitor_id, secrets.token_hex(8), now, visitor_id == known, browser)
    return Visit(visitor_id, session[1], began_at, session[3] == "1", browser)


def keep(
    response: Response, request: Request, visit: Visit, website: Website | None, domain: str | None
) -> None:
    """Lets the browser keep them: first-party, out of scripts' reach, over https alone where it is in use."""
    told = f"{visit.session_id}.{int(visit.began_at.timestamp())}.{int(visit.returning)}"
    minutes = website.session_timeout if website else 30
    kept = ((VISITOR, visit.visitor_id, YEARS), (_session_name(website), told, timedelta(minutes=minutes)))
    for name, value, lasts in kept:
        response.set_cookie(
            name,
            value,
            max_age=int(lasts.total_seconds()),
            domain=domain,
            secure=is_secure(request),
            httponly=True,
            samesite="lax",
        )


def is_secure(request: Request) -> bool:
    """Whether the browser came over https: to us, or to what stands before us and says so."""
    forwarded = request.headers.get("x-forwarded-proto", "").split(",")[0].strip().lower()
    return (forwarded or request.url.scheme) == "https"


def _session_name(website: Website | None) -> str:
    """A website's visits are its own; those of redirect URLs are of none."""
    return f"{SESSION}_{website.tracking_id}" if website else SESSION
