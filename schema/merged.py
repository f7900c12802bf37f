"""Merges and likely duplicates in the graph: what a contact or account tells of them (domain.md 2.1)."""

# mypy: disable-error-code="valid-type,misc"
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any

import strawberry

from domain import merges as merge_records
from domain.duplicates import (
    LARGEST_GROUP,
    AccountDuplicate,
    AccountLikeness,
    ContactDuplicate,
    ContactLikeness,
    Group,
)
from resolvers import merges as related
from resolvers import relations
from resolvers.relations import Relation
from schema.graph import choice, column, custom, relation, shows
from schema.node import Node

if TYPE_CHECKING:
    from schema.customers import Account, Contact

OfAccount = Annotated["Account", strawberry.lazy("schema.customers")]
OfContact = Annotated["Contact", strawberry.lazy("schema.customers")]
for _enum in (
    AccountLikeness,
    ContactLikeness,
    merge_records.AccountMergeField,
    merge_records.ContactMergeField,
):
    choice(_enum)


@shows(merge_records.Merge)
class Merge(Node):
    """That two contacts, or two accounts, became one: the merged one is a pointer to the other since."""

    merged_at: datetime = column("When.")
    merged_by: str | None = column("Who did it, as the request named them.")
    undoable_until: datetime = column("Until when it can be undone, if nothing later stands on it.")
    undone_at: datetime | None = column("When it was undone; null while it stands.")
    undone_by: str | None = column("Who undid it, as the request named them.")
    contact: OfContact | None = relation(
        "The contact that stands; null where accounts were merged.", Relation(relations.contact, "contact_id")
    )
    merged_contact: OfContact | None = relation(
        "The contact that was merged into it; null where accounts were merged.",
        Relation(relations.contact, "merged_contact_id"),
    )
    account: OfAccount | None = relation(
        "The account that stands; null where contacts were merged.", Relation(relations.account, "account_id")
    )
    merged_account: OfAccount | None = relation(
        "The account that was merged into it; null where contacts were merged.",
        Relation(relations.account, "merged_account_id"),
    )


@shows(ContactDuplicate)
class DuplicateOfContact:
    """A contact that may be the same person."""

    contact: OfContact = relation("The other contact.", Relation(relations.contact, "contact_id"))
    reasons: list[ContactLikeness] = column("What the two have in common.")


@shows(AccountDuplicate)
class DuplicateOfAccount:
    """An account that may be the same company."""

    account: OfAccount = relation("The other account.", Relation(relations.account, "account_id"))
    reasons: list[AccountLikeness] = column("What the two have in common.")


@strawberry.type
class MergingContact:
    merged_into: OfContact | None = relation(
        "The contact that this one was merged into: it stands for this one, which is read-only since.",
        Relation(relations.contact, "master_id"),
    )
    merges: list[Merge] = relation(
        "What was merged into the contact, latest first; also what was undone since.",
        Relation(related.merges_into, "id"),
    )
    duplicates: list[DuplicateOfContact] = relation(
        f"Active contacts that may be the same person, {LARGEST_GROUP} at most, in the order of their ids.",
        Relation(related.duplicates_of_contact, "id"),
    )


@strawberry.type
class MergingAccount:
    merged_into: OfAccount | None = relation(
        "The account that this one was merged into: it stands for this one, which is read-only since.",
        Relation(relations.account, "master_id"),
    )
    merges: list[Merge] = relation(
        "What was merged into the account, latest first; also what was undone since.",
        Relation(related.merges_into, "id"),
    )
    duplicates: list[DuplicateOfAccount] = relation(
        f"Active accounts that may be the same company, {LARGEST_GROUP} at most, in the order of their ids.",
        Relation(related.duplicates_of_account, "id"),
    )


def held(words: str, attribute: str) -> Any:
    """A field that shows objects which are there already; it costs what as many records do."""

    def resolve(root: Any) -> Any:
        return getattr(root, attribute)

    return custom(words, resolve)


_COUNT = f"How many they are; of more than {LARGEST_GROUP} the oldest are shown."
_WINNER = "Which of those shown had best stand: the one with most filled fields, of equals the oldest."


@shows(Group)
class ContactDuplicates:
    """Active contacts that have one thing in common, and so may be one person."""

    reason: ContactLikeness = column("What they have in common.")
    value: str = column("The address, name or number that they share.")
    count: int = column(_COUNT)
    contacts: list[OfContact] = held("The contacts, in the order of their ids.", "records")
    suggested_winner: OfContact | None = column(_WINNER, of="winner")


@shows(Group)
class AccountDuplicates:
    """Active accounts that have one thing in common, and so may be one company."""

    reason: AccountLikeness = column("What they have in common.")
    value: str = column("The name, host or number that they share.")
    count: int = column(_COUNT)
    accounts: list[OfAccount] = held("The accounts, in the order of their ids.", "records")
    suggested_winner: OfAccount | None = column(_WINNER, of="winner")
