"""What hangs on a contact's data protection: guardian, children, consent's log (domain.md 10.3, 10.4)."""

# mypy: disable-error-code="valid-type,misc"
from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import strawberry

from domain import protection, records
from domain.options import ConsentLevel
from resolvers import protection as related
from resolvers import relations
from resolvers.relations import Relation
from schema import protection as kept
from schema.graph import choice, column, relation, shows, words_of
from schema.lists import Connection
from schema.node import Node
from schema.paged import paged

if TYPE_CHECKING:
    from schema.customers import Contact

OfContact = Annotated["Contact", strawberry.lazy("schema.customers")]
choice(protection.ConsentSource)


@shows(protection.ConsentChange)
class ConsentChange(Node):
    """One change of a contact's consent level: written once, and never altered (domain.md 10.4)."""

    contact: OfContact | None = relation("The contact.", Relation(relations.contact, "contact_id"))
    at: datetime = column("When.")
    old_level: ConsentLevel = column("The level before; NONE of a new contact.")
    new_level: ConsentLevel = column("The level since.")
    changed_by: str | None = column("Who changed it, as the request named them.")
    source: protection.ConsentSource = column("By what it was changed.")
    source_form_id: str | None = column("The form that changed it, where one did.")
    source_text: str | None = column("The words that the contact agreed to, where they are known.")
    reason: str | None = column("Why, in the words of who changed it.")


class DataProtection(kept.DataProtection):
    guardian: OfContact | None = relation(
        "The parent or guardian, a contact too; null when the contact is no child.",
        Relation(relations.contact, "guardian_id"),
    )
    children: list[OfContact] = relation(
        "The children whose guardian this contact is.", Relation(related.wards, "id")
    )
    consent_changes: Connection[ConsentChange] = paged(
        "Every change of the consent level, latest first.", related.consent_changes, "AT", descending=True
    )


DataProtection.__doc__ = words_of(kept.DataProtection)
DataProtection = shows(records.Contact)(DataProtection)
