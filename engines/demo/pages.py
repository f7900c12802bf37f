"""The demo's own pages: its websites, and the addresses in its advertisements that lead on to them."""

from datetime import UTC, datetime

from db import writes
from db.database import Transaction
from db.ids import uuid7
from domain.websites import USUAL_TIMEOUT, RedirectUrl, Website
from engines.demo.words import SITE

_FIRST = datetime(2024, 1, 1, tzinfo=UTC)
SHOP = uuid7(_FIRST, "demo website")
_WEBSITES = {
    "demo-shop": (SHOP, "Quillmere", SITE),
    "demo-partners": (uuid7(_FIRST, "demo partners"), "Quillmere for partners", f"{SITE}/partners"),
    "demo-careers": (uuid7(_FIRST, "demo careers"), "Quillmere careers", f"{SITE}/careers"),
}
_REDIRECTS = {
    "Spring advertisement": f"{SITE}/products",
    "Fair leaflet": f"{SITE}/events",
    "Trade magazine": f"{SITE}/partners",
}


async def lay(tx: Transaction) -> None:
    """Writes the websites and the redirect URLs."""
    websites = [
        Website(id, 1, _FIRST, _FIRST, name, url, USUAL_TIMEOUT, key)
        for key, (id, name, url) in _WEBSITES.items()
    ]
    await writes.insert(tx, "website", websites)
    redirects = [
        RedirectUrl(uuid7(_FIRST, f"demo {name}"), 1, _FIRST, _FIRST, name, url, f"demo-{at}")
        for at, (name, url) in enumerate(_REDIRECTS.items())
    ]
    await writes.insert(tx, "redirect_url", redirects)
