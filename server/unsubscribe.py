"""One-click unsubscribing (RFC 8058): a POST to the address in a message, without cookies or redirects.

Only POST changes anything, so that nothing that looks at links unsubscribes anybody; its body does not
matter. Who opens the address in a browser gets a button that does the same (domain.md 9.1).
"""

from datetime import UTC, datetime

from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.routing import Route

from db.connections import LOST, Busy
from db.database import Database
from engines import centers
from engines.links import Expired, signer
from server.graphql.contexts import request_id_of

PATH = "/unsubscribe/{token}"
_HEADERS = {
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Robots-Tag": "noindex, nofollow",
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; form-action 'self';"
    " frame-ancestors 'none'",
}
_DONE = "You are unsubscribed: no more marketing e-mail will be sent to you."
_UNKNOWN = "This is none of our links. Take the link of a newer message."
_EXPIRED = "This link is older than half a year. Take the link of a newer message."
_LATER = "Something is being repaired: nothing was changed. Try again in a few minutes."
_PAGE = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Unsubscribe</title>
<style>body { font: 1.1rem/1.5 system-ui; margin: 15vh auto; max-width: 26rem; padding: 1rem }
button { font: inherit; padding: .6rem 1.2rem }</style>
<h1>Unsubscribe</h1>
<p>No more marketing e-mail will be sent to you. Messages about what you have ordered still come.</p>
<form method="post"><button>Unsubscribe</button></form>
</html>
"""


def route() -> Route:
    """Where the links of messages lead."""
    return Route(PATH, _answer, methods=["GET", "POST"])


async def _answer(request: Request) -> Response:
    database: Database = request.app.state.database
    try:
        return await _answered(request, database)
    except (Busy, *LOST):
        return _told(_LATER, 503, {"Retry-After": "120"})


async def _answered(request: Request, database: Database) -> Response:
    now = datetime.now(UTC)
    try:
        contact_id = (await signer(database)).one_click(request.path_params["token"], now)
    except Expired:
        return _told(_EXPIRED, 410)
    if contact_id is None:
        return _told(_UNKNOWN, 404)
    if request.method != "POST":
        return HTMLResponse(_PAGE, headers=_HEADERS)
    request_id = request_id_of(dict(request.scope["headers"]))
    await database.write(centers.allow_no_bulk_email, None, request_id, contact_id, now)
    return _told(_DONE, 200)


def _told(sentence: str, status: int, more: dict[str, str] | None = None) -> Response:
    return PlainTextResponse(f"{sentence}\n", status, {**_HEADERS, **(more or {})})
