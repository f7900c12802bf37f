"""Who registered for events and who came (domain.md 4.5, Event)."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from domain.insights import ratio


@dataclass(frozen=True, slots=True)
class Attendance:
    """What an event came to, in a window: each registration, check-in and wait counts at its own moment."""

    owner_id: Any
    registrations: int = 0
    canceled: int = 0
    check_ins: int = 0
    session_check_ins: int = 0
    attendees: int = 0
    waiting: int = 0
    passes_allocated: int = 0
    passes_sold: int = 0

    @property
    def active_registrations(self) -> int:
        """Registrations that were not cancelled."""
        return self.registrations - self.canceled

    @property
    def passes_left(self) -> int:
        """Passes that can still be had."""
        return self.passes_allocated - self.passes_sold

    @property
    def attendance_rate(self) -> float | None:
        """Contacts checked in to the event per active registration (domain.md 4.5)."""
        return ratio(self.attendees, self.active_registrations)


@dataclass(frozen=True, slots=True)
class Participant:
    """What a contact had to do with an event: when it registered, and how often it was checked in."""

    owner_id: Any
    contact_id: UUID
    registered_at: datetime | None
    is_canceled: bool
    check_ins: int
    last_check_in_at: datetime | None
