"""Segments in the graph: named sets of contacts, and of contacts alone (domain.md 7.1, R8)."""

# mypy: disable-error-code="valid-type,misc"
from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import strawberry

from domain.lists import ContactSort
from domain.subscriptions import Segment as SegmentRecord
from domain.subscriptions import SegmentKind, SegmentSort
from resolvers import subscriptions
from resolvers.formulas import segment_members
from schema.filters import ContactWhere
from schema.graph import choice, column, formula, shows
from schema.lists import Connection, listed, order_input
from schema.node import Node
from schema.scopes import SegmentInsights, of_segment

if TYPE_CHECKING:
    from schema.customers import Contact

OfContact = Annotated["Contact", strawberry.lazy("schema.customers")]
for _enum in (SegmentKind, SegmentSort):
    choice(_enum)
SegmentOrder = order_input(SegmentSort)


@shows(SegmentRecord)
class Segment(Node):
    """A named set of contacts, for campaigns to be addressed to (domain.md 7.1)."""

    version: int = column("How often the segment was written; its members do not count.")
    created_at: datetime = column("When the segment was created.")
    updated_at: datetime = column("When the segment or its members last changed.")
    name: str = column("What the segment is called.")
    description: str | None = column("Whom the segment is to contain.")
    kind: SegmentKind = column("How the segment comes to its members; so far they are picked: STATIC.")
    insights: SegmentInsights = of_segment("How the segment's present members have met our marketing.")
    member_count: int = formula("How many contacts belong to it.", segment_members)
    members: Connection[OfContact] = listed(
        "The contacts that belong to it: contacts alone can be members (domain.md R8).",
        subscriptions.members_of_segment,
        ContactWhere,
        order_input(ContactSort),
        ContactSort.CREATED_AT,
    )
