"""Who visits own pages: anonymous until something proves who it is (domain.md 3.3)."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from domain.interactions import InteractionType

KNOWN_AT = "identifiedAt"
"""The property that says from which moment on an interaction is its contact's: ours to set, nobody else's."""
PROOFS = frozenset({InteractionType.FORM_SUBMITTED, InteractionType.EMAIL_CLICKED})
"""What proves whose a browser is: a form that matches or creates a contact, a link signed for one contact.

An opened message proves nothing: mail programs and proxies fetch its image, which are nobody's browser.
"""


@dataclass(frozen=True, slots=True)
class Visitor:
    """A browser that is a contact's from a moment on, until it proves to be another's."""

    contact_id: UUID
    id: UUID
    visitor_id: str
    identified_at: datetime
    identified_by: InteractionType
