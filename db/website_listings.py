"""What may be listed of websites and redirect URLs (domain.md 9.8)."""

from db.listings import Listing, Sort
from domain.websites import RedirectUrl, Website

_KEPT = {
    "NAME": Sort('left(t.name collate "C", 200)', "text"),
    "CREATED_AT": Sort("t.created_at", "timestamptz"),
    "UPDATED_AT": Sort("t.updated_at", "timestamptz"),
}

websites = Listing("websites", Website, "website t", _KEPT)
redirect_urls = Listing("redirect_urls", RedirectUrl, "redirect_url t", _KEPT)
