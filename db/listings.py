"""What may be listed: each list once, with its orders, its parents and its filters."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from domain.facts import Interaction
from domain.interactions import Category, InteractionType
from domain.records import Account, Contact, Lead, Opportunity


@dataclass(frozen=True)
class Sort:
    """An order: an expression that is never null, and its type."""

    expression: str
    type: str


@dataclass(frozen=True)
class Listing:
    """A list of records: rows `t` of a source, what orders them, and whose they may be."""

    name: str
    record: type[Any]
    source: str
    sorts: Mapping[str, Sort]
    parents: Mapping[str, str] = field(default_factory=dict)
    filters: Mapping[str, str] = field(default_factory=dict)
    condition: str = "true"
    columns: str | None = None

    def __hash__(self) -> int:
        return hash(self.name)


_CREATED = {"CREATED_AT": Sort("t.created_at", "timestamptz")}
_OCCURRED = {"OCCURRED_AT": Sort("t.occurred_at", "timestamptz")}
_NOT_ON_ACCOUNTS = ", ".join(
    f"'{kind.name}'" for kind in InteractionType if kind.category is Category.SUBSCRIPTION
)
# Asked row by row, so that a page is read along the account's index and ends with its last row; as a join the
# planner would gather and sort all that the account's contacts ever did.
_OF_MEMBERS = "(select member.account_id from contact member where member.id = t.contact_id) = t.account_id"
_TIMELINE = {
    "types": "t.type = any({}::text[])",
    "from": "t.occurred_at >= {}::timestamptz",
    "to": "t.occurred_at < {}::timestamptz",
}

accounts = Listing(
    "accounts",
    Account,
    "account t",
    {"NAME": Sort('t.name collate "C"', "text"), **_CREATED},
    {"account": "t.parent_account_id"},
)
contacts = Listing(
    "contacts",
    Contact,
    "contact t",
    {"NAME": Sort('t.full_name collate "C"', "text"), **_CREATED},
    {"account": "t.account_id", "contact": "t.parent_contact_id"},
)
leads = Listing(
    "leads",
    Lead,
    "lead t",
    {"TOPIC": Sort('t.topic collate "C"', "text"), **_CREATED},
    {"contact": "t.contact_id", "account": "t.account_id"},
)
orphan_leads = Listing(
    "orphan_leads",
    Lead,
    "lead t",
    leads.sorts,
    condition="t.contact_id is null and t.account_id is null",
)
opportunities = Listing(
    "opportunities",
    Opportunity,
    "opportunity t",
    _CREATED,
    {"account": "t.account_id", "contact": "t.contact_id"},
)
interactions = Listing(
    "interactions", Interaction, "interaction t", _OCCURRED, {"contact": "t.contact_id"}, _TIMELINE
)
member_interactions = Listing(
    "member_interactions",
    Interaction,
    "interaction t",
    _OCCURRED,
    {"account": "t.account_id"},
    _TIMELINE,
    condition=_OF_MEMBERS,
)
account_interactions = Listing(
    "account_interactions",
    Interaction,
    "interaction t",
    _OCCURRED,
    {"account": "t.account_id"},
    _TIMELINE,
    condition=f"{_OF_MEMBERS} and t.type not in ({_NOT_ON_ACCOUNTS})",
)
orphan_interactions = Listing(
    "orphan_interactions",
    Interaction,
    "(select *, null::uuid as contact_id, null::uuid as account_id from orphan_interaction) t",
    _OCCURRED,
    filters=_TIMELINE,
)
