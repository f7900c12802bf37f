"""What is kept of the people, companies and interests we market to (domain.md 2)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from domain import consent, options
from domain.changes import ChangeKind
from domain.leads import Lead, LeadBasis, LeadStageEntry, Opportunity, OpportunityClose
from domain.permissions import EmailEligibility, LegalDesignation, contact_refusal

__all__ = [
    "Account",
    "Contact",
    "FieldChange",
    "HistoryEntry",
    "Lead",
    "LeadBasis",
    "LeadStageEntry",
    "Membership",
    "Opportunity",
    "OpportunityClose",
    "SourceKey",
]
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
    time_zone: str | None
    currency: str | None
    email_permission: options.Permission
    bulk_email_permission: options.Permission
    phone_permission: options.Permission
    fax_permission: options.Permission
    mail_permission: options.Permission
    bulk_mail_permission: options.Permission
    marketing_material_permission: options.Permission
    follow_email_permission: options.Permission
    master_id: UUID | None
    state: options.State
    attributes: Attributes
    custom: Attributes


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
    lead_source: str | None
    education: str | None
    customer_size: str | None
    territory: str | None
    time_zone: str | None
    currency: str | None
    tracking_permission: options.Permission
    consent_level: options.ConsentLevel
    pending_consent_level: options.ConsentLevel | None
    pending_consent_at: datetime | None
    is_child: bool
    guardian_id: UUID | None
    gdpr_opt_out: bool
    consent_source_form_id: str | None
    source_journey_id: str | None
    source_email_id: str | None
    source_form_id: str | None
    source_page_id: str | None
    source_event_id: UUID | None
    form_submitted_at: datetime | None
    master_id: UUID | None
    state: options.State
    attributes: Attributes
    custom: Attributes

    def email_eligibility(self, designation: LegalDesignation) -> EmailEligibility:
        """Whether the contact can be sent e-mail of that kind, as far as it is about the contact."""
        wishes = (self.email_permission, self.bulk_email_permission)
        return EmailEligibility(contact_refusal(self.state, *wishes, self.email, designation))

    def confirmation(self, now: datetime) -> consent.Confirmation | None:
        """Where the last request to confirm a raised consent stands; None where none was made."""
        return consent.confirmation(self.pending_consent_level, self.pending_consent_at, now)

    def pending_expires_at(self, now: datetime) -> datetime | None:
        """Until when the level that waits can be confirmed; None where none waits."""
        if self.pending_consent_level is None or self.pending_consent_at is None:
            return None
        return self.pending_consent_at + consent.WAITS


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


@dataclass(frozen=True, slots=True)
class HistoryEntry:
    """One version of a record: who made it, when, and of what it differs from the one before."""

    id: UUID
    record_id: UUID
    version: int
    entity: str
    kind: ChangeKind
    at: datetime
    actor: str | None
    request_id: str | None
    changes: Attributes


@dataclass(frozen=True, slots=True)
class FieldChange:
    """What one version of a record changed in one field."""

    entry_id: UUID
    field: str
    old: Attributes | None
    new: Attributes | None
