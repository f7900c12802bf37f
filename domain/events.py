"""What is kept of events and of those who register, come, speak, pay and help (domain.md 9.7)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from domain import event_options as options
from domain.options import State


@dataclass(frozen=True, slots=True)
class Event:
    """A meeting that people register for and come to, on site, online or both."""

    id: UUID
    version: int
    created_at: datetime
    updated_at: datetime
    name: str
    description: str | None
    type: options.EventType | None
    format: options.EventFormat | None
    starts_at: datetime
    ends_at: datetime
    time_zone: str | None
    venue: str | None
    building: str | None
    room: str | None
    layout: str | None
    maximum_capacity: int | None
    waitlist: bool
    auto_register: bool
    number_of_invitations: int | None
    allow_custom_agenda: bool
    create_leads: bool
    registration_closes_at: datetime | None
    publish_status: options.PublishStatus
    registration_count: int
    check_in_count: int
    currency: str | None
    budget: Decimal | None
    total_cost: Decimal | None
    total_revenue: Decimal | None
    attributes: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class EventSession:
    """A part of an event with a time of its own."""

    id: UUID
    version: int
    created_at: datetime
    updated_at: datetime
    event_id: UUID
    title: str
    summary: str | None
    type: options.SessionType | None
    starts_at: datetime
    ends_at: datetime
    maximum_capacity: int | None
    publish_status: options.PublishStatus


@dataclass(frozen=True, slots=True)
class SessionTrack:
    """Sessions of an event that belong together."""

    id: UUID
    version: int
    created_at: datetime
    updated_at: datetime
    event_id: UUID
    name: str
    type: options.TrackType | None
    audience: options.Audience | None
    publish_status: options.PublishStatus


@dataclass(frozen=True, slots=True)
class TrackSession:
    """A session as one of a track's."""

    track_id: UUID
    session_id: UUID


@dataclass(frozen=True, slots=True)
class EventPass:
    """A ticket that an event offers."""

    id: UUID
    version: int
    created_at: datetime
    updated_at: datetime
    event_id: UUID
    name: str
    allocated: int
    sold: int
    price: Decimal | None
    currency: str | None

    @property
    def left(self) -> int:
        """How many can still be had; at none it is sold out."""
        return self.allocated - self.sold


@dataclass(frozen=True, slots=True)
class EventRegistration:
    """A contact's place at an event, with what the contact told on registering."""

    contact_id: UUID
    id: UUID
    version: int
    created_at: datetime
    updated_at: datetime
    event_id: UUID
    registered_by_id: UUID | None
    primary_role: options.AttendeeRole | None
    is_canceled: bool
    state: State
    qr_code: str | None
    times_checked_in: int
    area: options.BusinessArea | None
    company_size: options.CompanySize | None
    industry: options.AttendeeIndustry | None
    years_in_industry: options.YearsInIndustry | None


@dataclass(frozen=True, slots=True)
class RegistrationResponse:
    """An answer to a question that was put on registering."""

    contact_id: UUID
    registration_id: UUID
    place: int
    question: str
    answer: str | None


@dataclass(frozen=True, slots=True)
class AttendeePass:
    """A pass that a contact holds."""

    contact_id: UUID
    id: UUID
    version: int
    created_at: datetime
    updated_at: datetime
    pass_id: UUID
    registration_id: UUID | None


@dataclass(frozen=True, slots=True)
class SessionRegistration:
    """A contact's place in one session, within a registration for the event."""

    contact_id: UUID
    id: UUID
    version: int
    created_at: datetime
    updated_at: datetime
    session_id: UUID
    registration_id: UUID
    is_canceled: bool


@dataclass(frozen=True, slots=True)
class CheckIn:
    """That a contact came to an event or a session, and how long it stayed."""

    contact_id: UUID
    id: UUID
    version: int
    created_at: datetime
    updated_at: datetime
    type: options.CheckInType
    event_id: UUID
    session_id: UUID | None
    registration_id: UUID | None
    checked_in_at: datetime
    checked_out_at: datetime | None
    viewing_minutes: int | None
    questions_asked: int | None


@dataclass(frozen=True, slots=True)
class WaitlistItem:
    """That a contact waits for a place, at an event or in a session."""

    contact_id: UUID
    id: UUID
    version: int
    created_at: datetime
    updated_at: datetime
    event_id: UUID | None
    session_id: UUID | None
    auto_register: bool
    invited: bool


@dataclass(frozen=True, slots=True)
class Speaker:
    """Somebody who speaks at events; may be a contact."""

    id: UUID
    version: int
    created_at: datetime
    updated_at: datetime
    contact_id: UUID | None
    name: str
    about: str | None
    type: options.SpeakerType | None


@dataclass(frozen=True, slots=True)
class SpeakerEngagement:
    """That a speaker speaks at an event, and when."""

    id: UUID
    version: int
    created_at: datetime
    updated_at: datetime
    speaker_id: UUID
    event_id: UUID
    session_id: UUID | None
    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class Sponsorship:
    """What an account gives to an event."""

    id: UUID
    version: int
    created_at: datetime
    updated_at: datetime
    event_id: UUID
    account_id: UUID
    category: options.SponsorshipCategory | None
    type: options.SponsorshipType | None
    amount: Decimal | None
    currency: str | None
    description: str | None


@dataclass(frozen=True, slots=True)
class EventVendor:
    """An account that works for an event."""

    id: UUID
    version: int
    created_at: datetime
    updated_at: datetime
    event_id: UUID
    account_id: UUID
    type: options.VendorType | None


@dataclass(frozen=True, slots=True)
class EventTeamMember:
    """Somebody who runs an event: a contact, or one of ours by the name of the user."""

    id: UUID
    version: int
    created_at: datetime
    updated_at: datetime
    event_id: UUID
    contact_id: UUID | None
    user_name: str | None
    role: options.TeamRole | None
    type: options.TeamMemberType | None


TABLES: Mapping[type[Any], str] = {
    Event: "event",
    EventSession: "event_session",
    SessionTrack: "session_track",
    TrackSession: "session_in_track",
    EventPass: "event_pass",
    EventRegistration: "event_registration",
    RegistrationResponse: "registration_response",
    AttendeePass: "attendee_pass",
    SessionRegistration: "session_registration",
    CheckIn: "check_in",
    WaitlistItem: "waitlist_item",
    Speaker: "speaker",
    SpeakerEngagement: "speaker_engagement",
    Sponsorship: "sponsorship",
    EventVendor: "event_vendor",
    EventTeamMember: "event_team_member",
}
"""The table of each record, in an order in which they can be filled."""
