"""GraphiQL at `/`, insights at `/insights` and the picture of the schema, as the build hook has made them.

None asks any other host for anything.
"""

from pathlib import Path

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import BaseRoute, Route

HERE = Path(__file__).parent
PAGE = HERE / "dist" / "index.html"
INSIGHTS = HERE / "dist" / "insights.html"
PICTURE = HERE / "dist" / "schema.html"
ASSETS = HERE / "dist" / "assets"
FALLBACK = HERE / "fallback.html"

# Named here, because what a system says of `.js` and `.ttf` differs from machine to machine.
MEDIA_TYPES = {
    ".css": "text/css",
    ".js": "text/javascript",
    ".svg": "image/svg+xml",
    ".ttf": "font/ttf",
    ".wasm": "application/wasm",
    ".woff2": "font/woff2",
}

# Monaco writes style elements, and GraphiQL's fonts are data in its style sheet; nothing else is let loose.
POLICY = "; ".join(
    [
        "default-src 'none'",
        "script-src 'self'",
        "worker-src 'self'",
        "style-src 'self' 'unsafe-inline'",
        "font-src 'self' data:",
        "img-src 'self' data:",
        "connect-src 'self'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
    ]
)
GUARDED = {
    "content-security-policy": POLICY,
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
}
CHECKED_EACH_TIME = {**GUARDED, "cache-control": "no-cache"}
KEPT_FOR_GOOD = {**GUARDED, "cache-control": "public, max-age=31536000, immutable"}


def routes() -> list[BaseRoute]:
    """The pages and the files that they load."""
    return [
        Route("/", _page, name="explorer"),
        Route("/insights", _insights, name="insights"),
        Route("/explorer/schema", _picture, name="schema_picture"),
        Route("/explorer/assets/{name}", _asset, name="explorer_asset"),
    ]


def is_built() -> bool:
    """Whether the explorer is in the package, or only the page that says how to build it."""
    return PAGE.is_file()


async def _page(request: Request) -> Response:
    return _html(PAGE)


async def _insights(request: Request) -> Response:
    return _html(INSIGHTS)


async def _picture(request: Request) -> Response:
    return _html(PICTURE)


def _html(page: Path) -> Response:
    found = page if page.is_file() else FALLBACK
    return FileResponse(found, media_type="text/html", headers=CHECKED_EACH_TIME)


async def _asset(request: Request) -> Response:
    """A file whose name holds the hash of its content: it never changes."""
    path = ASSETS / request.path_params["name"]
    if path.suffix not in MEDIA_TYPES or not path.is_file():
        raise HTTPException(404)
    return FileResponse(path, media_type=MEDIA_TYPES[path.suffix], headers=KEPT_FOR_GOOD)
