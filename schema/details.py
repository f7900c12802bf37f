"""The plain fields of contacts, accounts, leads, opportunities and interactions (domain.md 2 and 3.1)."""

from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Annotated, Any

import strawberry

from domain import records
from domain.interactions import Actor, Category, InteractionType
from domain.machines import ACTOR_RULE, ActorRule
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
from resolvers import formulas, relations
from resolvers.relations import Relation
from schema.graph import column, declared, formula, group, relation, shows
from schema.node import Part
from schema.protection import DataProtection
from schema.scalars import JSON, BigInt
from schema.sources import Stated

if TYPE_CHECKING:
    from schema.customers import Lead
    from schema.events import Event


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
        "Any e-mail at all, commercial or transactional. Read by every part that sends: where it does not"
        " allow, nothing is sent (domain.md 8.7).",
        of="email_permission",
    )
    bulk_email: Permission = column(
        "Commercial marketing e-mail. Read by the send gate for every commercial message of a journey; set by"
        " the subscription centre and by one-click unsubscribing. It overrules subscription lists and deletes"
        " nothing from them: allowed again, they hold again.",
        of="bulk_email_permission",
    )
    phone: Permission = column("Read by campaigns' telephone activities.", of="phone_permission")
    fax: Permission = column("Read by campaigns' fax activities.", of="fax_permission")
    postal_mail: Permission = column("Read by campaigns' letters.", of="mail_permission")
    bulk_postal_mail: Permission = column("Read by campaigns' bulk letters.", of="bulk_mail_permission")
    marketing_material: Permission = column(
        "Read where brochures are sent; no effect on e-mail.", of="marketing_material_permission"
    )
    prefill_marketing_form: Permission = column(
        "Read by marketing pages: whether they fill their forms in for this contact; not until asked. The"
        " subscription centre does so always.",
        of="prefill_permission",
    )
    follow_email: Permission = column(
        "Read by no part of this system, not by tracking either: other systems read it. Lists and segments"
        " can be filtered by it.",
        of="follow_email_permission",
    )
    tracking: Permission = column(
        "Read where interactions are taken in: where it does not allow, opens, clicks and visits are not"
        " stored (domain.md 10.6).",
        of="tracking_permission",
    )
    preferred_contact_method: ContactMethod | None = column(
        "The preferred way to be approached; kept for the staff, read by no part of this system."
    )
    preferred_appointment_day: Weekday | None = column(
        "The preferred weekday for appointments; kept for the staff, read by no part of this system."
    )
    preferred_appointment_time: DayPart | None = column(
        "The preferred time of day for appointments; kept for the staff, read by no part of this system."
    )


@shows(records.Contact)
class MarketingSource(Part):
    """Which initiatives brought the contact: written when it is created, and never by later ones (R16)."""

    customer_journey_id: str | None = column("The customer journey.", of="source_journey_id")
    marketing_email_id: str | None = column("The marketing e-mail.", of="source_email_id")
    marketing_form_id: str | None = column("The marketing form.", of="source_form_id")
    marketing_page_id: str | None = column("The marketing page.", of="source_page_id")
    form_submitted_at: datetime | None = column("When the form was submitted.")
    originating_event: Annotated["Event", strawberry.lazy("schema.events")] | None = relation(
        "The event that brought the contact.", Relation(relations.event, "source_event_id")
    )
    originating_lead: Annotated["Lead", strawberry.lazy("schema.customers")] | None = relation(
        "The lead whose qualification created the contact.", Relation(relations.lead, "originating_lead_id")
    )


@shows(records.Account)
class AccountPreferences(Part):
    """How the account may be approached by sales; journeys read the contact's own (domain.md 2.6)."""

    email: Permission = column("Any e-mail.", of="email_permission")
    bulk_email: Permission = column("Bulk e-mail.", of="bulk_email_permission")
    phone: Permission = column("Telephone calls.", of="phone_permission")
    fax: Permission = column("Faxes.", of="fax_permission")
    postal_mail: Permission = column("Letters.", of="mail_permission")
    bulk_postal_mail: Permission = column("Bulk letters.", of="bulk_mail_permission")
    marketing_material: Permission = column("Brochures.", of="marketing_material_permission")
    follow_email: Permission = column("Whether e-mail is followed by sales.", of="follow_email_permission")


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
    lead_source: str | None = column("Where the contact came from, in the team's own words.")
    education: str | None = column("The highest education.")
    customer_size: str | None = column("How large a customer the contact is, in the team's own words.")
    territory: str | None = column("The sales territory.")
    time_zone: str | None = column("Where the contact's clock is: a name of the IANA, as Europe/Lisbon.")
    currency: str | None = column("The currency of the contact's amounts: a code of ISO 4217.")
    marketing_only: bool = column("Whether the contact exists for marketing alone, hidden from sales.")
    last_used_in_campaign: datetime | None = column("When a campaign last used the contact.")
    second_address: SecondAddress = group("The second address, as at home.")
    preferences: Preferences = group("How the contact may be approached.")
    marketing_source: MarketingSource = group("Which initiatives brought the contact.")
    data_protection: DataProtection = group("The consent granted, and who speaks for a child.")
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
    marketing_ready: bool = formula(
        "Whether journeys can reach anybody: at least one active contact belongs to the account itself.",
        formulas.account_marketing_ready,
    )
    time_zone: str | None = column("Where its clocks are: a name of the IANA, as Europe/Lisbon.")
    currency: str | None = column("The currency of the account's amounts: a code of ISO 4217.")
    preferences: AccountPreferences = group("How the account may be approached by sales.")
    state: State = column("Whether the account is in use; an inactive one is read-only.")


def _actor_rule(root: Any) -> Any:
    return ACTOR_RULE.read(root.properties)


@strawberry.type
class InteractionDetails:
    type: InteractionType = column("What happened.")
    category: Category = column("The group that the type belongs to.", of="type.category")
    actor: Actor = column("Who caused it.")
    actor_rule: ActorRule | None = declared(ACTOR_RULE.words, Stated(ACTOR_RULE), _actor_rule)
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
