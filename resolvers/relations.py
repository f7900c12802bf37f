"""From a record to the records it is related to: a batch and the field that holds its key."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from db.loaders import Batch, Deals, Many, One
from domain.custom_interactions import CustomInteractionType
from domain.interaction_properties import PROPERTIES, linked
from domain.records import (
    Account,
    Contact,
    FieldChange,
    Lead,
    LeadStageEntry,
    Membership,
    Opportunity,
    OpportunityClose,
    SourceKey,
)
from resolvers import events
from resolvers.context import Info


@dataclass(frozen=True)
class Relation:
    """The records of a batch under the key that `by` holds; nothing where the key is null."""

    batch: Batch[Any]
    by: str

    async def __call__(self, root: Any, info: Info) -> Any:
        key: UUID | None = getattr(root, self.by)
        return None if key is None else await info.context.load(self.batch, key)


@dataclass(frozen=True)
class Linked(Relation):
    """The record whose id stands among the properties, as `by` says: `properties.eventId`."""

    async def __call__(self, root: Any, info: Info) -> Any:
        key = linked(root.properties, self.by.removeprefix(PROPERTIES))
        return None if key is None else await info.context.load(self.batch, key)


contact = One(Contact, "contact_by_id")
account = One(Account, "account_by_id")
lead = One(Lead, "lead_by_id")
opportunity = One(Opportunity, "opportunity_by_id")
event = events.event
memberships = Many(Membership, "memberships_of_contact", by="contact_id")
source_keys = Many(SourceKey, "source_keys_of", by="record_id")
open_deals = Deals()
interaction_type = One(CustomInteractionType, "interaction_type_by_id")
field_changes = Many(FieldChange, "field_changes_of_entry", by="entry_id")
opportunity_closes = Many(OpportunityClose, "opportunity_closes", by="opportunity_id")
lead_stages = Many(LeadStageEntry, "lead_stages_of_lead", by="lead_id")
