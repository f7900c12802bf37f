"""What properties of interactions may say, where the field lists it (domain.md 3.2, 8.6, 9.5)."""

import re
from enum import Enum
from functools import cache
from typing import Any


class BounceCategory(Enum):
    """Why a message bounced (domain.md 3.2); the first two are of hard bounces."""

    INVALID_MAILBOX = "There is no such mailbox."
    INVALID_DOMAIN = "There is no such domain."
    INACTIVE_MAILBOX = "The mailbox is not in use."
    FULL_MAILBOX = "The mailbox is full."
    DMARC_ISSUES = "The sender's domain does not let this server send for it."
    REPUTATION_ISSUES = "The sending server's reputation is too low."
    GREYLISTING_ISSUES = "The receiving server wants the message again, later."
    BLOCKLISTING_ISSUES = "The sending server is on a block list."
    RELAYING_ISSUES = "The receiving server does not forward for this sender."
    ROUTING_ISSUES = "No way to the receiving server was found."
    RECIPIENT_SERVER_ERROR = "The receiving server had an error."
    CONNECTION_ERROR = "The connection broke."
    POLICY_RELATED = "A policy of the receiving server refused it."
    MESSAGE_EXPIRED = "It could not be delivered in time."
    SUPPRESSION_LIST = "Not sent: the address is on the suppression list."
    OTHER = "Another reason; the properties have what was reported."


class BlockedReason(Enum):
    """Which check of the e-mail gate a message did not pass (domain.md 8.6)."""

    EXPIRED = "The e-mail tile had expired."
    CONTACT_DELETED = "The contact was deleted."
    CONTACT_INACTIVE = "The contact was inactive."
    DO_NOT_EMAIL = "The contact allows no e-mail."
    DO_NOT_BULK_EMAIL = "The contact allows no commercial e-mail."
    INVALID_RECIPIENT_ADDRESS = "The recipient's address is not well formed."
    MISSING_CONTACT_DATA = "The contact has no address."
    DUPLICATE_RECIPIENT_ADDRESS = "The address was sent this message already, in this journey and tile."
    INVALID_SENDER_ADDRESS = "The sender's address is not valid."
    INVALID_REPLY_TO_ADDRESS = "The reply address is not valid."
    MISSING_REQUIRED_FIELDS = "A part that the message needs was empty."
    BLOCK_LISTED_LINK = "The message has a link that is block-listed."
    INSUFFICIENT_CREDITS = "The sending quota was used up."
    OTHER = "Another reason; the properties have what was reported."


class StoppedReason(Enum):
    """Why a journey stopped a contact at a tile (domain.md 8.6)."""

    BUSINESS_UNIT = "The contact is outside of the journey's business units."
    SUPPRESSION = "The contact is in the suppression segment."
    CONSENT = "The contact's consent is below the journey's minimum."
    EXTERNAL_CONSENT = "The contact's consent was lowered elsewhere."
    UNSUBSCRIBED = "The contact left the subscription list that the journey is for."
    OTHER = "Another reason; the properties have what was reported."


class MatchingResult(Enum):
    """What a submitted form found or made (domain.md 9.5)."""

    CREATED = "A new record was made."
    MATCHED = "A record matched, and was changed."
    NONE = "No record was looked for."
    OTHER = "Another result; the properties have what was reported."


_CHOICES: tuple[type[Enum], ...] = (BounceCategory, BlockedReason, StoppedReason, MatchingResult)
_WORD = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|[\s_-]+")


@cache
def _said(options: type[Enum], text: str) -> Enum | None:
    name = "_".join(_WORD.split(text.strip())).upper()
    return options.__members__.get(name) or options.__members__.get("OTHER")


def choice(options: type[Enum], value: Any) -> Enum | None:
    """The option that a text means, however it is spelled; OTHER where it is none that we know."""
    if not isinstance(value, str) or not value or len(value) > 100:
        return None
    return _said(options, value)
