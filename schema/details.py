"""The plain fields of contacts, accounts, leads, opportunities and interactions (domain.md 2 and 3.1)."""

from datetime import date, datetime
from decimal import Decimal

import strawberry

from domain import records
from domain.interactions import Actor, Category, InteractionType
from domain.options import (
    AccountCategory,
    AccountRole,
    ContactMethod,
    DayPart,
    FamilyStatus,
    Gender,
    Industry,
    Ownership,
    Permission,
    RelationshipType,
    State,
    Weekday,
)
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
from schema.graph import column, group, shows
from schema.node import Part
from schema.scalars import JSON, BigInt


@strawberry.type
class Kept:
    version: int = column("How often the record was written; goes up by one with each change.")
    created_at: datetime = column("When the record was created, here or in the system it came from.")
    updated_at: datetime = column("When the record was last changed.")
    attributes: JSON = column("Facts of the source that have no field of their own, by name.")


@strawberry.type
class Located:
    address_line1: str | None = column("Street and number.")
    address_line2: str | None = column("The address's second line.")
    address_line3: str | None = column("The address's third line.")
    city: str | None = column("The city.")
    state_or_province: str | None = column("The state or province.")
    postal_code: str | None = column("The postal code.")
    country: str | None = column("The country, as the source writes it.")


@strawberry.type
class Emailed:
    email: str | None = column("The primary e-mail address: where marketing e-mail goes.")
    email2: str | None = column("A second e-mail address.")
    email3: str | None = column("A third e-mail address.")


@shows(records.Contact)
class SecondAddress(Part):
    """A contact's second address, as at home."""

    line1: str | None = column("Street and number.", of="address2_line1")
    line2: str | None = column("The second line.", of="address2_line2")
    line3: str | None = column("The third line.", of="address2_line3")
    city: str | None = column("The city.", of="address2_city")
    state_or_province: str | None = column("The state or province.", of="address2_state_or_province")
    postal_code: str | None = column("The postal code.", of="address2_postal_code")
    country: str | None = column("The country, as the source writes it.", of="address2_country")


@shows(records.SourceKey)
class SourceKey:
    """The key by which another system knows the record."""

    source: str = column("The system.")
    key: str = column("The record's key there.")


@shows(records.Contact)
class Preferences(Part):
    """How a contact may be approached: the one place where permissions are kept (domain.md 2.2)."""

    email: Permission = column(
        "Any e-mail at all, commercial or transactional, from any part of the system.", of="email_permission"
    )
    bulk_email: Permission = column(
        "Commercial marketing e-mail from journeys; the contact may still be put on lists.",
        of="bulk_email_permission",
    )
    phone: Permission = column("Telephone calls of campaigns.", of="phone_permission")
    fax: Permission = column("Faxes of campaigns.", of="fax_permission")
    postal_mail: Permission = column("Letters.", of="mail_permission")
    bulk_postal_mail: Permission = column("Bulk letters.", of="bulk_mail_permission")
    marketing_material: Permission = column(
        "Brochures and the like; no effect on e-mail.", of="marketing_material_permission"
    )
    prefill_marketing_form: Permission = column(
        "Whether marketing pages fill their forms in for this contact; not until asked.",
        of="prefill_permission",
    )
    follow_email: Permission = column(
        "No effect here, not on tracking either; other systems read it.", of="follow_email_permission"
    )
    preferred_contact_method: ContactMethod | None = column("The preferred way to be approached.")
    preferred_appointment_day: Weekday | None = column("The preferred weekday for appointments.")
    preferred_appointment_time: DayPart | None = column("The preferred time of day for appointments.")


@strawberry.type
class ContactDetails(Kept, Located, Emailed):
    full_name: str = column("First, middle and last name; empty where none is known.")
    first_name: str | None = column("The first name.")
    middle_name: str | None = column("The middle name.")
    last_name: str | None = column("The last name.")
    salutation: str | None = column("How the contact is addressed.")
    suffix: str | None = column("What follows the name, as Jr.")
    nick_name: str | None = column("The name among friends.")
    job_title: str | None = column("The job title.")
    department: str | None = column("The department of the company.")
    business_phone: str | None = column("The telephone at work.")
    home_phone: str | None = column("The telephone at home.")
    phone3: str | None = column("A third telephone.")
    mobile_phone: str | None = column("The mobile telephone.")
    fax: str | None = column("The fax number.")
    website: str | None = column("The contact's web site.")
    description: str | None = column("Notes.")
    employee_id: str | None = column("The contact's number at the company.")
    birth_date: date | None = column("The date of birth; decides who is a child.")
    gender: Gender | None = column("The gender.")
    family_status: FamilyStatus | None = column("The marital status.")
    account_role: AccountRole | None = column("The part played in the account's decisions.")
    relationship_types: list[RelationshipType] = column("What the contact is to us; several may hold.")
    annual_income: Decimal | None = column("The yearly income.")
    credit_limit: Decimal | None = column("The credit limit.")
    marketing_only: bool = column("Whether the contact exists for marketing alone, hidden from sales.")
    last_used_in_campaign: datetime | None = column("When a campaign last used the contact.")
    second_address: SecondAddress = group("The second address, as at home.")
    preferences: Preferences = group("How the contact may be approached.")
    state: State = column("Whether the contact is in use; an inactive one is read-only and gets no e-mail.")


@strawberry.type
class AccountDetails(Kept, Located, Emailed):
    name: str = column("The company's name.")
    account_number: str | None = column("The number by which the account is known.")
    industry: Industry | None = column("The line of business.")
    category: AccountCategory | None = column("How much the account matters to us.")
    relationship_type: RelationshipType | None = column("What the account is to us.")
    ownership: Ownership | None = column("Who owns the company.")
    revenue: Decimal | None = column("The yearly revenue.")
    market_cap: Decimal | None = column("The market capitalisation.")
    credit_limit: Decimal | None = column("The credit limit.")
    number_of_employees: BigInt | None = column("How many people work there.")
    shares_outstanding: BigInt | None = column("How many shares are out.")
    phone: str | None = column("The main telephone.")
    phone2: str | None = column("A second telephone.")
    phone3: str | None = column("A third telephone.")
    fax: str | None = column("The fax number.")
    website: str | None = column("The company's web site.")
    sic: str | None = column("The standard industrial classification.")
    ticker_symbol: str | None = column("The symbol at the stock exchange.")
    stock_exchange: str | None = column("The stock exchange.")
    description: str | None = column("Notes.")
    preferred_contact_method: ContactMethod | None = column("Kept, but not read by journeys.")
    marketing_only: bool = column("Whether the account exists for marketing alone.")
    state: State = column("Whether the account is in use; an inactive one is read-only.")


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


@strawberry.type
class InteractionDetails:
    type: InteractionType = column("What happened.")
    category: Category = column("The group that the type belongs to.", of="type.category")
    actor: Actor = column("Who caused it.")
    occurred_at: datetime = column("When it happened.")
    recorded_at: datetime = column("When it was taken in.")
    source: str = column("The system that reported it.")
    source_id: str = column("Its id in that system.")
    journey_id: str | None = column("The journey that it belongs to.")
    iteration_id: str | None = column("The journey's iteration.")
    tile_id: str | None = column("The journey's tile.")
    message_id: str | None = column("The message that it is about.")
    sending_id: str | None = column("The single sending that it is about.")
    usage_type: str | None = column("What the message was used for, as CustomerJourney.")
    visitor_id: str | None = column("The visitor's cookie, for web interactions.")
    link: str | None = column("The link that was clicked.")
    properties: JSON = column("The properties of its type, by the source's names.")
