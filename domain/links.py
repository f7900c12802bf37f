"""What was followed and looked at: links of messages, pages; and who engaged most (domain.md 4.2, 4.5)."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from domain.insights import ratio


@dataclass(frozen=True, slots=True)
class Link:
    """How often a link of messages was clicked; `all_unique` counts the unique clicks of all links."""

    owner_id: Any
    link: str
    friendly_name: str | None
    total_clicks: int
    unique_clicks: int
    all_unique: int
    first_at: datetime
    last_at: datetime
    messages: tuple[str, ...]
    """The messages in which it was clicked."""

    @property
    def share(self) -> float | None:
        """Unique clicks of the link per unique click of any link (domain.md 4.7, linkShare)."""
        return ratio(self.unique_clicks, self.all_unique)

    def click_through_rate(self, delivered: int) -> float | None:
        """Unique clicks of the link per copy delivered of its messages (4.7, linkClickThroughRate)."""
        return ratio(self.unique_clicks, delivered)


@dataclass(frozen=True, slots=True)
class VisitedPage:
    """How often an address was visited, and how often a link to it was followed on a tracked page."""

    owner_id: Any
    address: str
    visits: int
    clicks: int
    first_at: datetime
    last_at: datetime


@dataclass(frozen=True, slots=True)
class Engaged:
    """How often a contact engaged, and when last."""

    owner_id: Any
    contact_id: UUID
    engagements: int
    last_engagement_at: datetime
