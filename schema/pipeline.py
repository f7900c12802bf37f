"""The plain fields of leads and opportunities (domain.md 2.7 and 2.8)."""

from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Annotated

import strawberry

from domain import records
from domain.options import Industry, Permission
from domain.pipeline import (
    BudgetStatus,
    InitialCommunication,
    LeadSource,
    LeadSourceType,
    LeadStage,
    LeadState,
    LeadStatus,
    Need,
    OpportunityState,
    OpportunityStatus,
    PurchaseProcess,
    PurchaseTimeFrame,
    Rating,
    SalesStage,
    TimeLine,
)
from domain.standing import LeadWarning, UnscorableReason
from resolvers import formulas, relations
from resolvers.relations import Relation
from schema.details import Emailed, Kept, Located
from schema.graph import column, formula, group, relation, shows
from schema.node import Part
from schema.scalars import BigInt

if TYPE_CHECKING:
    from schema.events import Event


@shows(records.Lead)
class LeadPreferences(Part):
    """How the lead may be approached by sales; journeys read the contact's own (domain.md 2.7)."""

    email: Permission = column("Any e-mail.", of="email_permission")
    bulk_email: Permission = column("Bulk e-mail.", of="bulk_email_permission")
    phone: Permission = column("Telephone calls.", of="phone_permission")
    fax: Permission = column("Faxes.", of="fax_permission")
    postal_mail: Permission = column("Letters.", of="mail_permission")
    bulk_postal_mail: Permission = column("Bulk letters.", of="bulk_mail_permission")
    marketing_material: Permission = column("Brochures.", of="marketing_material_permission")
    follow_email: Permission = column("Whether e-mail is followed by sales.", of="follow_email_permission")


@shows(records.Lead)
class LeadMarketingSource(Part):
    """Which initiatives brought the lead: written when it is created, never by later ones (domain.md 2.5)."""

    customer_journey_id: str | None = column("The customer journey.", of="source_journey_id")
    marketing_email_id: str | None = column("The marketing e-mail.", of="source_email_id")
    marketing_form_id: str | None = column("The marketing form.", of="source_form_id")
    marketing_page_id: str | None = column("The marketing page.", of="source_page_id")
    form_submitted_at: datetime | None = column("When the form was submitted.")
    originating_event: Annotated["Event", strawberry.lazy("schema.events")] | None = relation(
        "The event that brought the lead.", Relation(relations.event, "source_event_id")
    )


@strawberry.type
class LeadDetails(Kept, Located, Emailed):
    topic: str = column("What the interest is in.")
    description: str | None = column("Notes.")
    full_name: str = column("The name written on the lead; empty where none is.")
    first_name: str | None = column("The first name written on the lead.")
    last_name: str | None = column("The last name written on the lead.")
    company_name: str | None = column("The company's name written on the lead.")
    job_title: str | None = column("The job title written on the lead.")
    business_phone: str | None = column("The telephone at work.")
    home_phone: str | None = column("The telephone at home.")
    phone3: str | None = column("A third telephone.")
    mobile_phone: str | None = column("The mobile telephone.")
    website: str | None = column("The web site.")
    source: LeadSource | None = column("Where the lead came from.")
    source_type: LeadSourceType | None = column("Which department it came from.")
    rating: Rating | None = column("A salesperson's rating; not the grade of a score.")
    industry: Industry | None = column("The line of business.")
    number_of_employees: BigInt | None = column("How many people work at the company.")
    revenue: Decimal | None = column("The company's yearly revenue.")
    budget_amount: Decimal | None = column("The budget.")
    estimated_amount: Decimal | None = column("What the sale may bring.")
    estimated_close_date: date | None = column("When the sale may be made.")
    budget_status: BudgetStatus | None = column("How far the budget is committed.")
    need: Need | None = column("How much the product is needed.")
    purchase_process: PurchaseProcess | None = column("Who decides on the purchase.")
    purchase_time_frame: PurchaseTimeFrame | None = column("When the purchase is likely.")
    initial_communication: InitialCommunication | None = column("Whether someone has spoken with the lead.")
    confirm_interest: bool | None = column("Whether the interest was confirmed.")
    decision_maker: bool | None = column("Whether a decision maker is involved.")
    evaluate_fit: bool | None = column("Whether the product was found to fit.")
    purchase_need: bool | None = column("Whether there is a need to buy.")
    qualification_comments: str | None = column("What was noted on qualifying.")
    teleprospect_ready: bool = column("Whether a phone operator may take it over.")
    teleprospect_accepted: bool = column("Whether a phone operator has taken it over.")
    sales_ready: bool = column("Whether marketing has qualified it: a salesperson may take it over.")
    sales_accepted: bool = column("Whether sales has taken it over.")
    recycled: bool = column("Whether sales has returned it to marketing.")
    state: LeadState = column("Open, qualified or disqualified; only an open lead can be changed.")
    status: LeadStatus = column("The reason of the state.")
    stage: LeadStage = column("How far the lead has come in marketing's process.")
    closed_at: datetime | None = column("When the lead was qualified or disqualified.")
    basis: records.LeadBasis = column("Whose interactions stand behind the lead.")
    scorable: bool = formula(
        "Whether the lead can be scored at all: it is open, and somebody stands behind it who may be scored.",
        formulas.lead_scorable,
    )
    unscorable_reason: UnscorableReason | None = formula(
        "Why the lead cannot be scored; null where it can be.", formulas.lead_unscorable_reason
    )
    warnings: list[LeadWarning] = formula(
        "What keeps marketing from reaching anybody behind the lead, or from learning about them.",
        formulas.lead_warnings,
    )
    product: str | None = column("The product or offer that the interest is in, as the catalogue names it.")
    currency: str | None = column("The currency of the lead's amounts: a code of ISO 4217.")
    priority: str | None = column("How urgent the lead is, in the team's own words.")
    sales_stage: SalesStage = column("How far sales has come with it.")
    campaign_id: str | None = column("The campaign that it came from.")
    recycle: bool = column("Whether sales asks to return it to marketing.")
    marketing_source: LeadMarketingSource = group("Which initiatives brought the lead.")
    preferences: LeadPreferences = group("How the lead may be approached by sales.")


@strawberry.type
class OpportunityDetails(Kept):
    name: str = column("What is to be sold.")
    description: str | None = column("Notes.")
    estimated_value: Decimal | None = column("What the sale may bring.")
    actual_value: Decimal | None = column("What the sale brought.")
    budget_amount: Decimal | None = column("The customer's budget.")
    total_amount: Decimal | None = column("What the customer is to pay in all.")
    estimated_close_date: date | None = column("When the sale may be made.")
    final_decision_date: date | None = column("When the customer decides.")
    actual_closed_at: datetime | None = column("When the sale was won or lost.")
    close_probability: int | None = column("The chance of winning, 0 to 100.")
    rating: Rating | None = column("A salesperson's rating.")
    sales_stage: SalesStage = column("How far it has come in the sales process.")
    time_line: TimeLine | None = column("When it is likely to be won.")
    state: OpportunityState = column("Open, won or lost.")
    status: OpportunityStatus = column("The reason of the state.")
    currency: str | None = column("The currency of the sale's amounts: a code of ISO 4217.")
