"""What is kept of the people, companies and interests we market to (domain.md 2)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from typing import Any
from uuid import UUID

from domain import options, pipeline

Attributes = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Account:
    """A company we market and sell to, a partner or a supplier: a collection of contacts."""

    id: UUID
    version: int
    created_at: datetime
    updated_at: datetime
    name: str
    account_number: str | None
    parent_account_id: UUID | None
    primary_contact_id: UUID | None
    industry: options.Industry | None
    category: options.AccountCategory | None
    relationship_type: options.RelationshipType | None
    ownership: options.Ownership | None
    revenue: Decimal | None
    market_cap: Decimal | None
    credit_limit: Decimal | None
    number_of_employees: int | None
    shares_outstanding: int | None
    email: str | None
    email2: str | None
    email3: str | None
    phone: str | None
    phone2: str | None
    phone3: str | None
    fax: str | None
    website: str | None
    sic: str | None
    ticker_symbol: str | None
    stock_exchange: str | None
    description: str | None
    address_line1: str | None
    address_line2: str | None
    address_line3: str | None
    city: str | None
    state_or_province: str | None
    postal_code: str | None
    country: str | None
    preferred_contact_method: options.ContactMethod | None
    originating_lead_id: UUID | None
    marketing_only: bool
    state: options.State
    attributes: Attributes


@dataclass(frozen=True, slots=True)
class Contact:
    """A person: the only record that a campaign can address, and the owner of every interaction."""

    id: UUID
    version: int
    created_at: datetime
    updated_at: datetime
    first_name: str | None
    middle_name: str | None
    last_name: str | None
    full_name: str
    salutation: str | None
    suffix: str | None
    nick_name: str | None
    job_title: str | None
    department: str | None
    email: str | None
    email2: str | None
    email3: str | None
    business_phone: str | None
    home_phone: str | None
    phone3: str | None
    mobile_phone: str | None
    fax: str | None
    website: str | None
    description: str | None
    employee_id: str | None
    government_id: str | None
    birth_date: date | None
    gender: options.Gender | None
    family_status: options.FamilyStatus | None
    account_role: options.AccountRole | None
    relationship_types: tuple[options.RelationshipType, ...]
    annual_income: Decimal | None
    credit_limit: Decimal | None
    address_line1: str | None
    address_line2: str | None
    address_line3: str | None
    city: str | None
    state_or_province: str | None
    postal_code: str | None
    country: str | None
    address2_line1: str | None
    address2_line2: str | None
    address2_line3: str | None
    address2_city: str | None
    address2_state_or_province: str | None
    address2_postal_code: str | None
    address2_country: str | None
    account_id: UUID | None
    parent_contact_id: UUID | None
    originating_lead_id: UUID | None
    marketing_only: bool
    last_used_in_campaign: datetime | None
    preferred_contact_method: options.ContactMethod | None
    preferred_appointment_day: options.Weekday | None
    preferred_appointment_time: options.DayPart | None
    email_permission: options.Permission
    bulk_email_permission: options.Permission
    phone_permission: options.Permission
    fax_permission: options.Permission
    mail_permission: options.Permission
    bulk_mail_permission: options.Permission
    marketing_material_permission: options.Permission
    prefill_permission: options.Permission
    follow_email_permission: options.Permission
    state: options.State
    attributes: Attributes


class LeadBasis(Enum):
    """Whose interactions stand behind a lead (domain.md 4.3)."""

    CONTACT = "The parent contact's, also when a parent account is set."
    ACCOUNT = "Those of all contacts of the parent account."
    NONE = "Nobody's: the lead has no parent and cannot be scored."


@dataclass(frozen=True, slots=True)
class Lead:
    """One expression of interest in one product or offer, by a contact or within an account."""

    home_id: UUID
    id: UUID
    version: int
    created_at: datetime
    updated_at: datetime
    topic: str
    description: str | None
    contact_id: UUID | None
    account_id: UUID | None
    first_name: str | None
    last_name: str | None
    full_name: str
    company_name: str | None
    job_title: str | None
    email: str | None
    email2: str | None
    email3: str | None
    business_phone: str | None
    home_phone: str | None
    phone3: str | None
    mobile_phone: str | None
    website: str | None
    address_line1: str | None
    address_line2: str | None
    address_line3: str | None
    city: str | None
    state_or_province: str | None
    postal_code: str | None
    country: str | None
    source: pipeline.LeadSource | None
    source_type: pipeline.LeadSourceType | None
    rating: pipeline.Rating | None
    industry: options.Industry | None
    number_of_employees: int | None
    revenue: Decimal | None
    budget_amount: Decimal | None
    estimated_amount: Decimal | None
    estimated_close_date: date | None
    budget_status: pipeline.BudgetStatus | None
    need: pipeline.Need | None
    purchase_process: pipeline.PurchaseProcess | None
    purchase_time_frame: pipeline.PurchaseTimeFrame | None
    initial_communication: pipeline.InitialCommunication | None
    confirm_interest: bool | None
    decision_maker: bool | None
    evaluate_fit: bool | None
    purchase_need: bool | None
    qualification_comments: str | None
    teleprospect_ready: bool
    teleprospect_accepted: bool
    sales_ready: bool
    sales_accepted: bool
    recycled: bool
    state: pipeline.LeadState
    status: pipeline.LeadStatus
    stage: pipeline.LeadStage
    closed_at: datetime | None
    qualifying_opportunity_id: UUID | None
    attributes: Attributes

    @property
    def basis(self) -> LeadBasis:
        """Whose interactions stand behind the lead; a parent contact outweighs a parent account."""
        if self.contact_id is not None:
            return LeadBasis.CONTACT
        return LeadBasis.ACCOUNT if self.account_id is not None else LeadBasis.NONE

    def age_days(self, now: datetime) -> float:
        """Days from creation until closing, or until `now` while open (domain.md 4.3)."""
        return ((self.closed_at or now) - self.created_at).total_seconds() / 86400


@dataclass(frozen=True, slots=True)
class LeadStageEntry:
    """One stay of a lead in a stage."""

    lead_id: UUID
    entered_at: datetime
    left_at: datetime | None
    stage: pipeline.LeadStage
    cause: pipeline.StageCause


@dataclass(frozen=True, slots=True)
class Opportunity:
    """A sale in the making, or made, that a lead became."""

    id: UUID
    version: int
    created_at: datetime
    updated_at: datetime
    name: str
    description: str | None
    account_id: UUID | None
    contact_id: UUID | None
    originating_lead_id: UUID | None
    estimated_value: Decimal | None
    actual_value: Decimal | None
    budget_amount: Decimal | None
    total_amount: Decimal | None
    estimated_close_date: date | None
    final_decision_date: date | None
    actual_closed_at: datetime | None
    close_probability: int | None
    rating: pipeline.Rating | None
    sales_stage: pipeline.SalesStage
    time_line: pipeline.TimeLine | None
    state: pipeline.OpportunityState
    status: pipeline.OpportunityStatus
    attributes: Attributes


@dataclass(frozen=True, slots=True)
class Membership:
    """A stay of a contact in an account, from `from_at` until before `to_at`."""

    contact_id: UUID
    from_at: datetime
    to_at: datetime | None
    account_id: UUID


@dataclass(frozen=True, slots=True)
class SourceKey:
    """The key by which another system knows a record."""

    source: str
    entity: str
    key: str
    record_id: UUID
