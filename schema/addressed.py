"""How a contact can be addressed: the lists it is on, its segments, whether it may be sent e-mail."""

# mypy: disable-error-code="valid-type,misc"
from typing import Annotated, Any

import strawberry

from domain.permissions import EmailEligibility as EligibilityRecord
from domain.permissions import EmailRefusal, LegalDesignation
from resolvers import subscriptions as related
from resolvers.relations import Relation
from schema.graph import argument, choice, column, declared, relation, shows
from schema.lists import Connection
from schema.segments import Segment
from schema.sources import Ruled
from schema.subscriptions import ListMembership, stays

for _enum in (EmailRefusal, LegalDesignation):
    choice(_enum)


@shows(EligibilityRecord)
class EmailEligibility:
    """Whether a contact can be sent a kind of e-mail, as far as it is about the contact (domain.md 8.6)."""

    allowed: bool = column("Whether nothing about the contact forbids it.")
    reason: EmailRefusal | None = column("The first thing that forbids it; null where it is allowed.")


def _asked(designation: LegalDesignation = LegalDesignation.COMMERCIAL) -> LegalDesignation:
    return designation


def _eligibility(
    root: Any,
    designation: Annotated[
        LegalDesignation, argument("What kind of message is meant.")
    ] = LegalDesignation.COMMERCIAL,
) -> Any:
    return root.email_eligibility(designation)


@strawberry.type
class Addressed:
    subscriptions: Connection[ListMembership] = stays(
        "The subscription lists that the contact is on, newest first: which, since when, by which way, and"
        " whether it has any effect (domain.md R32).",
        related.memberships_of_contact,
    )
    segments: list[Segment] = relation(
        "The segments that the contact belongs to, by name.",
        Relation(related.segments_of_contact, "id"),
    )
    email_eligibility: EmailEligibility = declared(
        "Whether the contact can be sent e-mail: whether it is active, its preferences allow it, and it has"
        " an address (domain.md 8.6, 8.7). What the message or the address itself forbids is not part of it.",
        Ruled("email_eligibility", _asked),
        _eligibility,
    )
