"""The option sets of the field, with the source's own codes kept for exchange (domain.md 2)."""

from enum import IntEnum


class Option(IntEnum):
    """One choice of an option set: its value is the source's code, `label` the source's words."""

    label: str

    def __new__(cls, code: int, label: str) -> "Option":
        option = int.__new__(cls, code)
        option._value_ = code
        option.label = label
        return option


class State(Option):
    """Whether a contact or account is in use; an inactive one is read-only."""

    ACTIVE = 0, "Active"
    INACTIVE = 1, "Inactive"


class Gender(Option):
    """A contact's gender."""

    MALE = 1, "Male"
    FEMALE = 2, "Female"


class FamilyStatus(Option):
    """A contact's marital status."""

    SINGLE = 1, "Single"
    MARRIED = 2, "Married"
    DIVORCED = 3, "Divorced"
    WIDOWED = 4, "Widowed"


class AccountRole(Option):
    """The part a contact plays in the account's decisions."""

    DECISION_MAKER = 1, "Decision maker"
    EMPLOYEE = 2, "Employee"
    INFLUENCER = 3, "Influencer"


class RelationshipType(Option):
    """What an account or contact is to us (domain.md 2.3)."""

    COMPETITOR = 1, "Competitor"
    CONSULTANT = 2, "Consultant"
    CUSTOMER = 3, "Customer"
    INVESTOR = 4, "Investor"
    PARTNER = 5, "Partner"
    INFLUENCER = 6, "Influencer"
    PRESS = 7, "Press"
    PROSPECT = 8, "Prospect"
    RESELLER = 9, "Reseller"
    SUPPLIER = 10, "Supplier"
    VENDOR = 11, "Vendor"
    OTHER = 12, "Other"
    SPEAKER = 13, "Speaker"
    SPONSOR = 14, "Sponsor"


class ContactMethod(Option):
    """How a contact prefers to be approached."""

    ANY = 1, "Any"
    EMAIL = 2, "E-mail"
    PHONE = 3, "Phone"
    FAX = 4, "Fax"
    MAIL = 5, "Mail"


class Weekday(Option):
    """The weekday a contact prefers for appointments."""

    SUNDAY = 0, "Sunday"
    MONDAY = 1, "Monday"
    TUESDAY = 2, "Tuesday"
    WEDNESDAY = 3, "Wednesday"
    THURSDAY = 4, "Thursday"
    FRIDAY = 5, "Friday"
    SATURDAY = 6, "Saturday"


class DayPart(Option):
    """The time of day a contact prefers for appointments."""

    MORNING = 1, "Morning"
    AFTERNOON = 2, "Afternoon"
    EVENING = 3, "Evening"


class Permission(Option):
    """Whether a channel may be used towards a contact."""

    ALLOW = 0, "Allow"
    DO_NOT_ALLOW = 1, "Do not allow"


class ConsentLevel(Option):
    """How far a contact lets us go; each level includes those below it (domain.md 10.1).

    The source writes no code for none.
    """

    NONE = 0, "No outreach, no processing for automated decisions"
    CONSENT = 587030001, "Consent: contacting only to confirm or to obtain consent"
    TRANSACTIONAL = 587030002, "Transactional: messages about specific existing business"
    SUBSCRIPTIONS = 587030003, "Subscriptions: offers to sign up, and what was signed up for"
    MARKETING = 587030004, "Marketing: marketing and promotional messages"
    PROFILING = 587030005, "Profiling: demographic and behaviour data used for automated decisions"


class Industry(Option):
    """The line of business of an account or lead (domain.md 2.6)."""

    ACCOUNTING = 1, "Accounting"
    AGRICULTURE = 2, "Agriculture and non-petrol natural resource extraction"
    BROADCASTING = 3, "Broadcasting, printing and publishing"
    BROKERS = 4, "Brokers"
    BUILDING_SUPPLY_RETAIL = 5, "Building supply retail"
    BUSINESS_SERVICES = 6, "Business services"
    CONSULTING = 7, "Consulting"
    CONSUMER_SERVICES = 8, "Consumer services"
    DESIGN = 9, "Design, direction and creative management"
    DISTRIBUTORS = 10, "Distributors, dispatchers and processors"
    DOCTORS_OFFICES = 11, "Doctor's offices and clinics"
    DURABLE_MANUFACTURING = 12, "Durable manufacturing"
    EATING_AND_DRINKING = 13, "Eating and drinking places"
    ENTERTAINMENT_RETAIL = 14, "Entertainment retail"
    EQUIPMENT_RENTAL = 15, "Equipment rental and leasing"
    FINANCIAL = 16, "Financial"
    FOOD_PROCESSING = 17, "Food and tobacco processing"
    INBOUND_CAPITAL_INTENSIVE = 18, "Inbound capital intensive processing"
    INBOUND_REPAIR = 19, "Inbound repair and services"
    INSURANCE = 20, "Insurance"
    LEGAL_SERVICES = 21, "Legal services"
    NON_DURABLE_RETAIL = 22, "Non-durable merchandise retail"
    OUTBOUND_CONSUMER_SERVICE = 23, "Outbound consumer service"
    PETROCHEMICAL = 24, "Petrochemical extraction and distribution"
    SERVICE_RETAIL = 25, "Service retail"
    SIG_AFFILIATIONS = 26, "SIG affiliations"
    SOCIAL_SERVICES = 27, "Social services"
    SPECIAL_OUTBOUND_TRADE = 28, "Special outbound trade contractors"
    SPECIALTY_REALTY = 29, "Specialty realty"
    TRANSPORTATION = 30, "Transportation"
    UTILITY = 31, "Utility creation and distribution"
    VEHICLE_RETAIL = 32, "Vehicle retail"
    WHOLESALE = 33, "Wholesale"


class AccountCategory(Option):
    """How much an account matters to us."""

    PREFERRED_CUSTOMER = 1, "Preferred customer"
    STANDARD = 2, "Standard"


class Ownership(Option):
    """Who owns the company."""

    PUBLIC = 1, "Public"
    PRIVATE = 2, "Private"
    SUBSIDIARY = 3, "Subsidiary"
    OTHER = 4, "Other"
