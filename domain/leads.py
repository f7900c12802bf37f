"""Leads and what they become: interests on their way through marketing and sales (domain.md 2.7, 2.8)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from typing import Any
from uuid import UUID

from domain import options, pipeline

Attributes = Mapping[str, Any]


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
    product: str | None
    currency: str | None
    priority: str | None
    sales_stage: pipeline.SalesStage
    campaign_id: str | None
    customer_account_id: UUID | None
    customer_contact_id: UUID | None
    recycle: bool
    email_permission: options.Permission
    bulk_email_permission: options.Permission
    phone_permission: options.Permission
    fax_permission: options.Permission
    mail_permission: options.Permission
    bulk_mail_permission: options.Permission
    marketing_material_permission: options.Permission
    follow_email_permission: options.Permission
    source_journey_id: str | None
    source_email_id: str | None
    source_form_id: str | None
    source_page_id: str | None
    source_event_id: UUID | None
    form_submitted_at: datetime | None
    attributes: Attributes
    custom: Attributes

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
    currency: str | None
    customer_account_id: UUID | None
    customer_contact_id: UUID | None
    attributes: Attributes


@dataclass(frozen=True, slots=True)
class OpportunityClose:
    """How a sale was closed, won or lost; canceled where the sale was opened again (domain.md 6.9)."""

    id: UUID
    opportunity_id: UUID
    closed_at: datetime
    status: pipeline.OpportunityStatus
    description: str | None
    actual_revenue: Decimal | None
    competitor: str | None
    canceled_at: datetime | None
