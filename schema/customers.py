"""Contacts, accounts, leads and what ties them together: the graph itself (domain.md 2.9)."""

# mypy: disable-error-code="valid-type,misc"
from datetime import datetime
from decimal import Decimal

import strawberry

from domain import facts, records
from domain.custom_fields import CustomFieldEntity
from domain.interaction_shapes import type_name
from domain.interactions import InteractionType
from domain.lists import AccountSort, ContactSort, LeadSort, OpportunitySort
from domain.pipeline import OpportunityStatus
from domain.suppression import AddressState
from resolvers import events, lists, relations
from resolvers.formulas import contact_address_state
from resolvers.relations import Relation
from schema import insights
from schema.addressed import Addressed
from schema.contact_events import ContactEvents, EventInformation
from schema.contact_protection import DataProtection
from schema.custom_fields import CustomFieldValue, custom_values_of
from schema.details import (
    AccountDetails,
    ContactDetails,
    InteractionDetails,
    SourceKey,
)
from schema.events import EventVendor, Sponsorship
from schema.filters import AccountWhere, ContactWhere, LeadWhere, OpportunityWhere
from schema.graph import column, described, formula, group, interface, relation, shows
from schema.insights import AccountInsights, ContactInsights, LeadInsights, LeadStageEntry
from schema.lists import Connection, listed, order_input, timeline
from schema.merged import MergingAccount, MergingContact
from schema.node import Node, Part, known_as
from schema.past import HistoryEntry, history
from schema.pipeline import LeadDetails, OpportunityDetails
from schema.sources import TypedBy

AccountOrder = order_input(AccountSort)
ContactOrder = order_input(ContactSort)
LeadOrder = order_input(LeadSort)
OpportunityOrder = order_input(OpportunitySort)


@shows(records.Membership)
class Membership:
    """A stay of a contact in an account: decides whose interactions were whose (domain.md 4.4)."""

    account: "Account" = relation("The account.", Relation(relations.account, "account_id"))
    from_at: datetime = column("When the stay began.", name="from")
    to_at: datetime | None = column("When it ended; null while it lasts.", name="to")


@shows(records.Contact)
class Contact(Node, ContactDetails, Addressed, MergingContact):
    """A person: the only record that a campaign can address, and the owner of every interaction."""

    account: "Account | None" = relation(
        "The account that the contact belongs to now.", Relation(relations.account, "account_id")
    )
    parent_contact: "Contact | None" = relation(
        "The contact that this one is placed under, in the account's stead.",
        Relation(relations.contact, "parent_contact_id"),
    )
    originating_lead: "Lead | None" = relation(
        "The lead whose qualification created the contact.", Relation(relations.lead, "originating_lead_id")
    )
    memberships: list[Membership] = relation(
        "Every stay in an account, earliest first.", Relation(relations.memberships, "id")
    )
    contacts: Connection["Contact"] = listed(
        "The contacts placed under this one.",
        lists.contacts_of_contact,
        ContactWhere,
        ContactOrder,
        ContactSort.CREATED_AT,
    )
    leads: Connection["Lead"] = listed(
        "The contact's interests, one lead each.",
        lists.leads_of_contact,
        LeadWhere,
        LeadOrder,
        LeadSort.CREATED_AT,
    )
    opportunities: Connection["Opportunity"] = listed(
        "The contact's sales.",
        lists.opportunities_of_contact,
        OpportunityWhere,
        OpportunityOrder,
        OpportunitySort.CREATED_AT,
    )
    interactions: Connection["Interaction"] = timeline(
        "What the contact did and what was done towards it, newest first.", lists.timeline_of_contact
    )
    address_state: AddressState | None = formula(
        "Whether messages are sent to the contact's address (domain.md 8.6); null without one.",
        contact_address_state,
    )
    insights: ContactInsights = insights.of_contact("How the contact has met our marketing.")
    data_protection: DataProtection = group(
        "The consent that the contact granted, its log, and who speaks for a child."
    )
    events: ContactEvents = group("The events that the contact registered for, came to and took part in.")
    event_information: EventInformation = group("What the contact told when it registered for events.")
    source_keys: list[SourceKey] = relation(
        "The keys by which other systems know the contact.", Relation(relations.source_keys, "id")
    )
    custom_fields: list[CustomFieldValue] = custom_values_of(CustomFieldEntity.CONTACT)
    history: Connection[HistoryEntry] = history("contact")


@described
class OpenDeals:
    """The open opportunities of an account and of the accounts below it."""

    deals: int = column("How many there are.")
    revenue: Decimal = column("What they may bring in all.")


@shows(records.Account)
class Account(Node, AccountDetails, MergingAccount):
    """A company we market and sell to, a partner or a supplier: a collection of contacts."""

    parent_account: "Account | None" = relation(
        "The account above this one.", Relation(relations.account, "parent_account_id")
    )
    primary_contact: Contact | None = relation(
        "The main contact; need not belong to the account.", Relation(relations.contact, "primary_contact_id")
    )
    originating_lead: "Lead | None" = relation(
        "The lead whose qualification created the account.", Relation(relations.lead, "originating_lead_id")
    )
    accounts: Connection["Account"] = listed(
        "The accounts below this one.",
        lists.children_of_account,
        AccountWhere,
        AccountOrder,
        AccountSort.NAME,
    )
    contacts: Connection[Contact] = listed(
        "The contacts that belong to the account now.",
        lists.contacts_of_account,
        ContactWhere,
        ContactOrder,
        ContactSort.CREATED_AT,
    )
    leads: Connection["Lead"] = listed(
        "The leads whose parent account this is.",
        lists.leads_of_account,
        LeadWhere,
        LeadOrder,
        LeadSort.CREATED_AT,
    )
    opportunities: Connection["Opportunity"] = listed(
        "The account's sales.",
        lists.opportunities_of_account,
        OpportunityWhere,
        OpportunityOrder,
        OpportunitySort.CREATED_AT,
    )
    open_deals: OpenDeals = relation(
        "The open opportunities of the account and of the accounts below it.",
        Relation(relations.open_deals, "id"),
    )
    interactions: Connection["Interaction"] = timeline(
        "The interactions of the account's contacts since they belong to it, newest first.",
        lists.timeline_of_account,
    )
    insights: AccountInsights = insights.of_account("How the account's contacts have met our marketing.")
    sponsorships: list[Sponsorship] = relation(
        "What the account gives to events.", Relation(events.sponsorships_of_account, "id")
    )
    event_vendor_roles: list[EventVendor] = relation(
        "The events that the account works for.", Relation(events.vendor_roles_of_account, "id")
    )
    source_keys: list[SourceKey] = relation(
        "The keys by which other systems know the account.", Relation(relations.source_keys, "id")
    )
    custom_fields: list[CustomFieldValue] = custom_values_of(CustomFieldEntity.ACCOUNT)
    history: Connection[HistoryEntry] = history("account")


@shows(records.Lead)
class Lead(Node, LeadDetails):
    """One expression of interest in one product or offer, by a contact or within an account."""

    contact: Contact | None = relation(
        "The parent contact: whose interest it is.", Relation(relations.contact, "contact_id")
    )
    account: Account | None = relation(
        "The parent account: within which company.", Relation(relations.account, "account_id")
    )
    qualifying_opportunity: "Opportunity | None" = relation(
        "The opportunity that the lead became.", Relation(relations.opportunity, "qualifying_opportunity_id")
    )
    customer_account: Account | None = relation(
        "The account that sales has as the customer; not used for scoring.",
        Relation(relations.account, "customer_account_id"),
    )
    customer_contact: Contact | None = relation(
        "The contact that sales has as the customer; not used for scoring.",
        Relation(relations.contact, "customer_contact_id"),
    )
    stages: list[LeadStageEntry] = relation(
        "The lead's way through the stages, earliest first.", Relation(relations.lead_stages, "id")
    )
    interactions: Connection["Interaction"] = timeline(
        "The interactions of the contacts behind the lead, newest first.", lists.timeline_of_lead
    )
    insights: LeadInsights = insights.of_lead("How the contacts behind the lead have met our marketing.")
    source_keys: list[SourceKey] = relation(
        "The keys by which other systems know the lead.", Relation(relations.source_keys, "id")
    )
    custom_fields: list[CustomFieldValue] = custom_values_of(CustomFieldEntity.LEAD)
    history: Connection[HistoryEntry] = history("lead")


@shows(records.OpportunityClose)
class OpportunityClose(Part):
    """How a sale was closed, won or lost (domain.md 6.9)."""

    status: OpportunityStatus = column("WON, or why it was lost.")
    closed_at: datetime = column("When.")
    actual_revenue: Decimal | None = column("What it brought.")
    competitor: str | None = column("Who made the sale instead.")
    description: str | None = column("Notes.")
    canceled_at: datetime | None = column("When the sale was opened again; null while the closing holds.")


@shows(records.Opportunity)
class Opportunity(Node, OpportunityDetails):
    """A sale in the making, or made, that a lead became."""

    account: Account | None = relation("The account that buys.", Relation(relations.account, "account_id"))
    contact: Contact | None = relation("The contact that buys.", Relation(relations.contact, "contact_id"))
    originating_lead: Lead | None = relation(
        "The lead that it came from.", Relation(relations.lead, "originating_lead_id")
    )
    customer_account: Account | None = relation(
        "The account that is the customer.", Relation(relations.account, "customer_account_id")
    )
    customer_contact: Contact | None = relation(
        "The contact that is the customer.", Relation(relations.contact, "customer_contact_id")
    )
    history: Connection[HistoryEntry] = history("opportunity")
    closings: list[OpportunityClose] = relation(
        "How the sale was closed, earliest first; a closing is canceled where the sale was reopened.",
        Relation(relations.opportunity_closes, "id"),
    )


@interface(facts.Interaction, TypedBy("type", {kind.name: type_name(kind) for kind in InteractionType}))
class Interaction(Node, InteractionDetails):
    """One recorded event about one contact: an immutable fact, never owned by a lead or an account.

    Each type has a type of its own, which shows the properties that it has; `EmailInteraction`,
    `WebInteraction` and others show what several types have.
    """

    id: strawberry.ID = known_as("Interaction")
    contact: Contact | None = relation(
        "The contact; null while it is anonymous or its contact is not known yet.",
        Relation(relations.contact, "contact_id"),
    )
    account: Account | None = relation(
        "The account that the contact belonged to at that moment.", Relation(relations.account, "account_id")
    )
    lead: Lead | None = relation(
        "The lead that it touched, where known.", Relation(relations.lead, "lead_id")
    )
