"""The option sets of events, with the source's codes (domain.md 9.7).

Where that section names no code, the options are counted from the source's first, 100000000.
"""

from domain.options import Option


class EventType(Option):
    """What kind of meeting an event is."""

    EXECUTIVE_BRIEFING = 100000001, "Executive briefing"
    CONFERENCE = 100000002, "Conference"
    DEMONSTRATION = 100000003, "Demonstration"
    TRAINING = 100000004, "Training"
    WEBCAST = 100000005, "Webcast"


class EventFormat(Option):
    """Where an event is held."""

    ON_SITE = 100000001, "On site"
    WEBINAR = 100000002, "Webinar"
    HYBRID = 100000003, "Hybrid"


class PublishStatus(Option):
    """How far an event, a session or a track is on its way to the public; only what is live is public."""

    DRAFT = 100000000, "Draft"
    READY_TO_GO_LIVE = 100000001, "Ready to go live"
    IN_PROGRESS = 100000002, "In progress"
    LIVE = 100000003, "Live"
    CANCELLED = 100000004, "Cancelled"
    GOING_LIVE = 100000005, "Going live"


class SessionType(Option):
    """What is done in a session."""

    HANDS_ON_LAB = 100000000, "Hands-on/lab"
    KEYNOTE = 100000001, "Keynote"
    GENERAL = 100000002, "General"
    BRAINSTORMING = 100000003, "Brainstorming"
    BREAKOUT = 100000004, "Breakout"
    TRAINING = 100000005, "Training"


class TrackType(Option):
    """Who sees a track: the public sees external ones alone."""

    INTERNAL = 100000000, "Internal"
    EXTERNAL = 100000001, "External"


class Audience(Option):
    """Whom a track is made for."""

    GENERAL = 100000000, "General"
    INTRODUCTORY = 100000001, "Introductory"
    INTERMEDIATE = 100000002, "Intermediate"
    ADVANCED = 100000003, "Advanced"


class AttendeeRole(Option):
    """As what a contact comes to an event."""

    ATTENDEE = 100000000, "Attendee"
    JOURNALIST = 100000001, "Journalist"
    OTHER = 100000002, "Other"


class BusinessArea(Option):
    """The part of the company in which a registered contact works."""

    ADMINISTRATION = 100000000, "Administration"
    CUSTOMER_SERVICE = 100000001, "Customer service"
    EXECUTIVE = 100000002, "Executive/management"
    LOGISTICS = 100000003, "Logistics"
    FINANCE = 100000004, "Finance"
    HR = 100000005, "HR"
    IT = 100000006, "IT"
    LEGAL = 100000007, "Legal"
    MARKETING = 100000008, "Marketing"
    SALES = 100000009, "Sales"


class CompanySize(Option):
    """How many people work at the company of a registered contact."""

    UP_TO_50 = 100000000, "50 or less"
    FROM_51_TO_100 = 100000001, "51 to 100"
    FROM_101_TO_250 = 100000002, "101 to 250"
    FROM_251_TO_500 = 100000003, "251 to 500"
    FROM_501_TO_1000 = 100000004, "501 to 1,000"
    FROM_1001_TO_2500 = 100000005, "1,001 to 2,500"
    FROM_2501_TO_5000 = 100000006, "2,501 to 5,000"
    FROM_5001_TO_10000 = 100000007, "5,001 to 10,000"
    OVER_10000 = 100000008, "10,001 or more"


class AttendeeIndustry(Option):
    """The line of business that a contact names on registering; its choices are not those of accounts."""

    ARCHITECTURE_AND_ENGINEERING = 100000000, "Architecture and engineering"
    FINANCIAL_SERVICES = 100000001, "Financial services"
    MANUFACTURING = 100000002, "Manufacturing"
    MEDIA = 100000003, "Media, entertainment"
    PROFESSIONAL_SERVICES = 100000004, "Professional services"
    PUBLIC_SECTOR = 100000005, "Public sector"
    RETAIL = 100000006, "Retail"
    WHOLESALE_AND_DISTRIBUTION = 100000007, "Wholesale and distribution"
    OTHER = 100000008, "Other"


class YearsInIndustry(Option):
    """How long a registered contact has been in the line of business."""

    UNDER_1 = 100000000, "Under 1 year"
    FROM_1_TO_5 = 100000001, "1 to 5 years"
    FROM_5_TO_10 = 100000002, "5 to 10 years"
    OVER_10 = 100000003, "Over 10 years"


class CheckInType(Option):
    """What a contact was checked into."""

    SESSION = 100000000, "Session check-in"
    EVENT = 100000001, "Event check-in"


class SpeakerType(Option):
    """Whether a speaker is one of ours."""

    INTERNAL = 100000000, "Internal speaker"
    EXTERNAL = 100000001, "External speaker"


class SponsorshipCategory(Option):
    """How much a sponsor gives."""

    PLATINUM = 100000000, "Platinum"
    GOLD = 100000001, "Gold"
    SILVER = 100000002, "Silver"
    BRONZE = 100000003, "Bronze"


class SponsorshipType(Option):
    """What a sponsor gives."""

    MONETARY = 100000000, "Monetary"
    SERVICES = 100000001, "Services"
    EQUIPMENT = 100000002, "Equipment"


class VendorType(Option):
    """What a vendor brings to an event."""

    HOTEL_GROUP = 100000000, "Hotel group"
    AIRLINE = 100000001, "Airline"
    RENTAL_CAR_PROVIDER = 100000002, "Rental car provider"
    FOOD_CATERER = 100000003, "Food caterer"


class TeamRole(Option):
    """What a member of an event's team looks after."""

    VENUE = 100000000, "Venue management"
    SESSIONS = 100000001, "Session management"
    SPEAKERS = 100000002, "Speaker management"
    REGISTRATION = 100000003, "Registration management"
    SECURITY = 100000004, "Security management"
    ACCOMMODATION = 100000005, "Accommodation management"
    PROMOTION = 100000006, "Marketing/event promotion"
    SPONSORSHIP = 100000007, "Sponsorship management"
    CATERING = 100000008, "Catering management"
    EQUIPMENT = 100000009, "Equipment management"


class TeamMemberType(Option):
    """Whether a member of an event's team is one of ours."""

    INTERNAL = 100000000, "Internal"
    EXTERNAL = 100000001, "External"
