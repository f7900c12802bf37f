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


class LeadSource(Option):
    """Where a lead came from."""

    ADVERTISEMENT = 1, "Advertisement"
    EMPLOYEE_REFERRAL = 2, "Employee referral"
    EXTERNAL_REFERRAL = 3, "External referral"
    PARTNER = 4, "Partner"
    PUBLIC_RELATIONS = 5, "Public relations"
    SEMINAR = 6, "Seminar"
    TRADE_SHOW = 7, "Trade show"
    WEB = 8, "Web"
    WORD_OF_MOUTH = 9, "Word of mouth"
    OTHER = 10, "Other"
    LANDING_PAGE = 192350100, "Landing page"
    LINKEDIN_SPONSORED_FORM = 192350000, "LinkedIn sponsored form"


class LeadSourceType(Option):
    """Which department a lead came from."""

    MARKETING = 192350000, "Marketing"
    SALES = 192350001, "Sales"
    TELEPROSPECT = 192350002, "Teleprospect"


class Rating(Option):
    """A salesperson's rating of a lead or opportunity; not the grade of its score."""

    HOT = 1, "Hot"
    WARM = 2, "Warm"
    COLD = 3, "Cold"


class BudgetStatus(Option):
    """How far the lead's budget is committed."""

    NO_COMMITTED_BUDGET = 0, "No committed budget"
    MAY_BUY = 1, "May buy"
    CAN_BUY = 2, "Can buy"
    WILL_BUY = 3, "Will buy"


class Need(Option):
    """How much the lead needs the product."""

    MUST_HAVE = 0, "Must have"
    SHOULD_HAVE = 1, "Should have"
    GOOD_TO_HAVE = 2, "Good to have"
    NO_NEED = 3, "No need"


class PurchaseProcess(Option):
    """Who decides on the purchase."""

    INDIVIDUAL = 0, "Individual"
    COMMITTEE = 1, "Committee"
    UNKNOWN = 2, "Unknown"


class PurchaseTimeFrame(Option):
    """When the lead is likely to buy."""

    IMMEDIATE = 0, "Immediate"
    THIS_QUARTER = 1, "This quarter"
    NEXT_QUARTER = 2, "Next quarter"
    THIS_YEAR = 3, "This year"
    UNKNOWN = 4, "Unknown"


class InitialCommunication(Option):
    """Whether someone has spoken with the lead."""

    CONTACTED = 0, "Contacted"
    NOT_CONTACTED = 1, "Not contacted"


class LeadState(Option):
    """Whether a lead is open, became an opportunity, or was given up (domain.md 6.1)."""

    OPEN = 0, "Open"
    QUALIFIED = 1, "Qualified"
    DISQUALIFIED = 2, "Disqualified"


class LeadStatus(Option):
    """The reason of a lead's state (domain.md 6.1)."""

    NEW = 1, "New"
    CONTACTED = 2, "Contacted"
    QUALIFIED = 3, "Qualified"
    LOST = 4, "Lost"
    CANNOT_CONTACT = 5, "Cannot contact"
    NO_LONGER_INTERESTED = 6, "No longer interested"
    CANCELED = 7, "Canceled"


class LeadStage(Option):
    """How far a lead has come in marketing's business process (domain.md 6.2)."""

    INQUIRY = 1, "Inquiry"
    AUTOMATED_MARKETING_QUALIFICATION = 2, "Automated marketing qualification"
    TELEPROSPECTING_ACCEPTANCE = 3, "Teleprospecting acceptance"
    TELEPROSPECTING_QUALIFICATION = 4, "Teleprospecting qualification"
    SALES_ACCEPTANCE = 5, "Sales acceptance"


class StageCause(Option):
    """Whether a rule or a person moved a lead to a stage."""

    AUTOMATIC = 0, "Automatic"
    MANUAL = 1, "Manual"


class OpportunityState(Option):
    """Whether a sale is open, won or lost (domain.md 2.8)."""

    OPEN = 0, "Open"
    WON = 1, "Won"
    LOST = 2, "Lost"


class OpportunityStatus(Option):
    """The reason of an opportunity's state (domain.md 2.8)."""

    IN_PROGRESS = 1, "In progress"
    ON_HOLD = 2, "On hold"
    WON = 3, "Won"
    CANCELED = 4, "Canceled"
    OUT_SOLD = 5, "Out-sold"


STATE_OF_STATUS = {
    LeadStatus.NEW: LeadState.OPEN,
    LeadStatus.CONTACTED: LeadState.OPEN,
    LeadStatus.QUALIFIED: LeadState.QUALIFIED,
    LeadStatus.LOST: LeadState.DISQUALIFIED,
    LeadStatus.CANNOT_CONTACT: LeadState.DISQUALIFIED,
    LeadStatus.NO_LONGER_INTERESTED: LeadState.DISQUALIFIED,
    LeadStatus.CANCELED: LeadState.DISQUALIFIED,
}
STATE_OF_OPPORTUNITY = {
    OpportunityStatus.IN_PROGRESS: OpportunityState.OPEN,
    OpportunityStatus.ON_HOLD: OpportunityState.OPEN,
    OpportunityStatus.WON: OpportunityState.WON,
    OpportunityStatus.CANCELED: OpportunityState.LOST,
    OpportunityStatus.OUT_SOLD: OpportunityState.LOST,
}
