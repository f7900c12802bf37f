"""The option sets of leads and opportunities: the way from an interest to a sale (domain.md 2.7, 2.8, 6)."""

from domain.options import Option


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


class SalesStage(Option):
    """How far a sale has come in the sales process."""

    QUALIFY = 0, "Qualify"
    DEVELOP = 1, "Develop"
    PROPOSE = 2, "Propose"
    CLOSE = 3, "Close"


class TimeLine(Option):
    """When a sale is likely."""

    IMMEDIATE = 0, "Immediate"
    THIS_QUARTER = 1, "This quarter"
    NEXT_QUARTER = 2, "Next quarter"
    THIS_YEAR = 3, "This year"
    NOT_KNOWN = 4, "Not known"


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
