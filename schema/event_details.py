"""The plain fields of events and of those who register, come, speak, pay and help (domain.md 9.7)."""

from datetime import datetime
from decimal import Decimal

import strawberry

from domain import event_options as options
from domain import events
from domain.options import State
from schema.graph import column, shows
from schema.scalars import JSON


@strawberry.type
class Written:
    version: int = column("How often the record was written; goes up by one with each change.")
    created_at: datetime = column("When the record was created, here or in the system it came from.")
    updated_at: datetime = column("When the record was last changed.")


@strawberry.type
class EventDetails(Written):
    name: str = column("What the event is called.")
    description: str | None = column("What it is about.")
    type: options.EventType | None = column("What kind of meeting it is.")
    format: options.EventFormat | None = column("Whether one comes to it, watches it, or either.")
    starts_at: datetime = column("When it starts.")
    ends_at: datetime = column("When it ends.")
    time_zone: str | None = column("The time zone of the place, as Europe/Berlin.")
    venue: str | None = column("The venue.")
    building: str | None = column("The building.")
    room: str | None = column("The room.")
    layout: str | None = column("How the room is set up.")
    maximum_capacity: int | None = column("How many can come; null where nobody counts.")
    waitlist: bool = column("Whether those who find it full can wait for a place.")
    auto_register: bool = column("Whether a place that becomes free goes to the first who waits, unasked.")
    number_of_invitations: int | None = column("How many of those who wait are asked when a place is free.")
    allow_custom_agenda: bool = column("Whether one registers for sessions of one's choice.")
    create_leads: bool = column("Whether a registration makes a lead, unless the contact came before.")
    registration_closes_at: datetime | None = column("After which moment nobody can register any more.")
    publish_status: options.PublishStatus = column("Whether the public sees it: only while it is live.")
    registration_count: int = column("How many registrations it has that were not cancelled.")
    check_in_count: int = column("How often somebody was checked in.")
    currency: str | None = column("The currency of its amounts.")
    budget: Decimal | None = column("What it may cost.")
    total_cost: Decimal | None = column("What it cost.")
    total_revenue: Decimal | None = column("What it brought.")
    attributes: JSON = column("Facts of the source that have no field of their own, by name.")


@strawberry.type
class EventSessionDetails(Written):
    title: str = column("What the session is called.")
    summary: str | None = column("What it is about.")
    type: options.SessionType | None = column("What is done in it.")
    starts_at: datetime = column("When it starts.")
    ends_at: datetime = column("When it ends.")
    maximum_capacity: int | None = column("How many can come; null where the event alone counts.")
    publish_status: options.PublishStatus = column("Whether the public sees it: only while it is live.")


@strawberry.type
class SessionTrackDetails(Written):
    name: str = column("What the track is called.")
    type: options.TrackType | None = column("Who sees it.")
    audience: options.Audience | None = column("Whom it is made for.")
    publish_status: options.PublishStatus = column("Whether the public sees it: only while it is live.")


@strawberry.type
class EventPassDetails(Written):
    name: str = column("What the pass is called.")
    allocated: int = column("How many there are.")
    sold: int = column("How many are sold.")
    left: int = column("How many can still be had: at none it is sold out.")
    price: Decimal | None = column("What one costs.")
    currency: str | None = column("The currency of the price.")


@strawberry.type
class RegistrationAnswers:
    primary_role: options.AttendeeRole | None = column("As what the contact came.")
    area: options.BusinessArea | None = column("In which part of the company the contact worked.")
    company_size: options.CompanySize | None = column("How many people worked at the company.")
    industry: options.AttendeeIndustry | None = column("The line of business.")
    years_in_industry: options.YearsInIndustry | None = column("How long the contact had been in it.")


@strawberry.type
class EventRegistrationDetails(Written, RegistrationAnswers):
    is_canceled: bool = column("Whether it was cancelled: it stays, inactive, and its place is free.")
    state: State = column("Whether it holds; a cancelled one is inactive.")
    qr_code: str | None = column("What the code on the ticket says.")
    times_checked_in: int = column("How often the contact was checked in with it.")


@shows(events.RegistrationResponse)
class RegistrationResponse:
    """An answer to a question that was put on registering."""

    question: str = column("What was asked.")
    answer: str | None = column("What was answered; null where nothing was.")


@strawberry.type
class SessionRegistrationDetails(Written):
    is_canceled: bool = column("Whether it was cancelled: it stays, and its place is free.")


@strawberry.type
class CheckInDetails(Written):
    type: options.CheckInType = column("What the contact was checked into.")
    checked_in_at: datetime = column("When the contact came.")
    checked_out_at: datetime | None = column("When the contact left; null where nobody knows.")
    viewing_minutes: int | None = column("Of a webinar: for how many minutes the contact watched.")
    questions_asked: int | None = column("Of a webinar: how many questions the contact asked.")


@strawberry.type
class WaitlistItemDetails(Written):
    auto_register: bool = column("Whether the contact is registered at once when a place is free.")
    invited: bool = column("Whether the contact was asked to take a place that became free.")


@strawberry.type
class SpeakerDetails(Written):
    name: str = column("The speaker's name.")
    about: str | None = column("Who the speaker is.")
    type: options.SpeakerType | None = column("Whether the speaker is one of ours.")


@strawberry.type
class SpeakerEngagementDetails(Written):
    starts_at: datetime = column("When the speaker begins.")
    ends_at: datetime = column("When the speaker ends.")


@strawberry.type
class SponsorshipDetails(Written):
    category: options.SponsorshipCategory | None = column("How much the sponsor gives.")
    type: options.SponsorshipType | None = column("What the sponsor gives.")
    amount: Decimal | None = column("What it is worth.")
    currency: str | None = column("The currency of the amount.")
    description: str | None = column("Notes.")


@strawberry.type
class EventVendorDetails(Written):
    type: options.VendorType | None = column("What the vendor brings.")


@strawberry.type
class EventTeamMemberDetails(Written):
    user_name: str | None = column("The user, where it is one of ours and no contact.")
    role: options.TeamRole | None = column("What the member looks after.")
    type: options.TeamMemberType | None = column("Whether the member is one of ours.")
