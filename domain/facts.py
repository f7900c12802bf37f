"""Interactions as facts: as they are kept, and as they are handed in (domain.md 3.1)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from domain.interactions import Actor, InteractionType

Attributes = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Interaction:
    """One recorded event about one contact: an immutable fact (domain.md 3.1)."""

    id: UUID
    contact_id: UUID | None
    account_id: UUID | None
    type: InteractionType
    actor: Actor
    occurred_at: datetime
    recorded_at: datetime
    source: str
    source_id: str
    lead_id: UUID | None
    journey_id: str | None
    iteration_id: str | None
    tile_id: str | None
    message_id: str | None
    sending_id: str | None
    usage_type: str | None
    visitor_id: str | None
    link: str | None
    properties: Attributes


@dataclass(frozen=True, slots=True)
class NewInteraction:
    """An interaction as it is handed in: of a known contact, of one by its key or address, or of nobody.

    `contact_source` is the source that the key is of, where it is not the interaction's own.
    """

    type: InteractionType
    occurred_at: datetime
    source: str
    source_id: str
    contact_id: UUID | None = None
    contact_key: str | None = None
    contact_source: str | None = None
    contact_email: str | None = None
    actor: Actor = Actor.UNKNOWN
    lead_id: UUID | None = None
    journey_id: str | None = None
    iteration_id: str | None = None
    tile_id: str | None = None
    message_id: str | None = None
    sending_id: str | None = None
    usage_type: str | None = None
    visitor_id: str | None = None
    link: str | None = None
    properties: Attributes | None = None
