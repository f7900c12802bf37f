"""Where accounts and leads stand for marketing: who is reached, what can be scored (domain.md 5.2, 10.3)."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from enum import Enum
from typing import Any

from domain import consent
from domain.options import ConsentLevel, State
from domain.pipeline import LeadState
from domain.records import Account, Contact, Lead

Find = Callable[[type[Any], str, Any], Iterable[Any]]
"""The records of a kind of which a field has a value."""


class UnscorableReason(Enum):
    """Why a lead cannot be scored; of several reasons, the first."""

    NO_PARENT = "It has neither a parent contact nor a parent account."
    ACCOUNT_WITHOUT_CONTACTS = "No contact belongs to its parent account."
    CONTACT_IS_CHILD = "Its parent contact is a child: children are never subject to automated decisions."
    CLOSED = "It was qualified or disqualified: only open leads are scored."


class LeadWarning(Enum):
    """What keeps marketing from reaching anybody behind a lead, or from learning about them."""

    NO_PARENT = "It has neither a parent contact nor a parent account: there are few insights and no score."
    ACCOUNT_WITHOUT_CONTACTS = (
        "No contact belongs to its parent account: segments and journeys contain and target contacts alone."
    )
    ACCOUNT_WITHOUT_ACTIVE_CONTACTS = "All contacts of its parent account are inactive: none gets e-mail."
    ACCOUNT_INACTIVE = "Its parent account is inactive, and with it read-only."
    CONTACT_INACTIVE = "Its parent contact is inactive: read-only, and without e-mail."
    CONTACT_WITHOUT_GUARDIAN = (
        "Its parent contact is a child without a guardian: nothing that needs consent is sent."
    )


def marketing_ready(account: Account, find: Find) -> bool:
    """Whether journeys can reach anybody: an active contact belongs to the account itself (R41, R42, 2.2).

    An inactive contact gets no e-mail, and one of an account below or of a contact is no member (2.9).
    """
    return any(one.state is State.ACTIVE for one in _members(account.id, find))


def scorable(lead: Lead, find: Find) -> bool:
    """Whether models may score the lead at all; which of them do is theirs to say (5.2)."""
    return unscorable_reason(lead, find) is None


def unscorable_reason(lead: Lead, find: Find) -> UnscorableReason | None:
    """Why the lead cannot be scored (R52, R63, 5.2, 10.3); a parent contact outweighs a parent account.

    An account's contacts count whether or not they are active: so does what they did (4.4).
    """
    if lead.contact_id is not None:
        if any(contact.is_child for contact in find(Contact, "id", lead.contact_id)):
            return UnscorableReason.CONTACT_IS_CHILD
    elif lead.account_id is None:
        return UnscorableReason.NO_PARENT
    elif not any(_members(lead.account_id, find)):
        return UnscorableReason.ACCOUNT_WITHOUT_CONTACTS
    return None if lead.state is LeadState.OPEN else UnscorableReason.CLOSED


def warnings(lead: Lead, find: Find) -> tuple[LeadWarning, ...]:
    """What is wrong with those behind the lead (R52, R63, 2.2, 2.6, 10.3)."""
    if lead.contact_id is not None:
        return tuple(_of_contact(find(Contact, "id", lead.contact_id)))
    if lead.account_id is not None:
        return tuple(_of_account(lead.account_id, find))
    return (LeadWarning.NO_PARENT,)


def effective_consent(contact: Contact, find: Find) -> ConsentLevel:
    """How far the contact lets us go, by its guardian's word too if it is a child (10.3)."""
    guardians = find(Contact, "id", contact.guardian_id) if contact.guardian_id is not None else ()
    level = next((guardian.consent_level for guardian in guardians), None)
    return consent.effective(contact.consent_level, contact.is_child, level)


def _of_contact(found: Iterable[Contact]) -> Iterator[LeadWarning]:
    for contact in found:
        if contact.state is State.INACTIVE:
            yield LeadWarning.CONTACT_INACTIVE
        if contact.is_child and contact.guardian_id is None:
            yield LeadWarning.CONTACT_WITHOUT_GUARDIAN


def _of_account(id: Any, find: Find) -> Iterator[LeadWarning]:
    members = _members(id, find)
    if not members:
        yield LeadWarning.ACCOUNT_WITHOUT_CONTACTS
    elif all(one.state is State.INACTIVE for one in members):
        yield LeadWarning.ACCOUNT_WITHOUT_ACTIVE_CONTACTS
    if any(account.state is State.INACTIVE for account in find(Account, "id", id)):
        yield LeadWarning.ACCOUNT_INACTIVE


def _members(id: Any, find: Find) -> list[Contact]:
    """The contacts that belong straight to an account; one that was merged into another is a pointer."""
    return [one for one in find(Contact, "account_id", id) if one.master_id is None]


DERIVED: Mapping[type[Any], Mapping[str, Callable[[Any, Find], Any]]] = {
    Account: {"marketing_ready": marketing_ready},
    Contact: {"effective_consent": effective_consent},
    Lead: {"scorable": scorable, "unscorable_reason": unscorable_reason, "warnings": warnings},
}
"""What follows from a record and a few that it is related to, and can be asked for like a field of it."""
