"""What may be listed of addresses that nothing is sent to (domain.md 8.6)."""

from db.listings import Listing, Sort
from domain.suppression import SuppressedAddress

ON_LIST = "(t.permanent or t.listed_at <= now() and coalesce(t.until > now(), true))"
suppressed_addresses = Listing(
    "suppressed_addresses",
    SuppressedAddress,
    "suppressed_address t",
    {"ADDRESS": Sort('left(t.address collate "C", 200)', "text")},
    filters={
        "past": f"({ON_LIST} or {{}}::boolean)",
        "search": "strpos(t.address, lower({}::text)) > 0",
    },
)
