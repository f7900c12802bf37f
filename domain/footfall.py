"""Who came to a website, and what was done there (domain.md 4.5, Website)."""

from dataclasses import dataclass
from typing import Any

from domain.insights import ratio


@dataclass(frozen=True, slots=True)
class Footfall:
    """What was done on a website, also by visitors whom nobody knows."""

    owner_id: Any
    visits: int = 0
    clicks: int = 0
    form_visits: int = 0
    form_submissions: int = 0
    visitors: int = 0
    contacts: int = 0

    @property
    def conversion(self) -> float | None:
        """Submissions per visit of a form (domain.md 4.7, conversion)."""
        return ratio(self.form_submissions, self.form_visits)


@dataclass(frozen=True, slots=True)
class Place:
    """How many visits came from a place, as far as it is known."""

    owner_id: Any
    country: str | None
    state: str | None
    city: str | None
    visits: int
