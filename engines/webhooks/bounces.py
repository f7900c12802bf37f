"""Bounces: which type and which category a provider's words and codes mean (domain.md 3.2)."""

import re
from typing import Any

from domain.interactions import InteractionType

HARD = InteractionType.EMAIL_HARD_BOUNCED
SOFT = InteractionType.EMAIL_SOFT_BOUNCED
BLOCK = InteractionType.EMAIL_BLOCK_BOUNCED
_CODE = re.compile(r"(?<![\d.])([245])\.(\d{1,3})\.(\d{1,3})(?![\d.])")
_BY_CODE = {
    (1, 1): "invalid-mailbox",
    (1, 2): "invalid-domain",
    (1, 3): "invalid-mailbox",
    (1, 6): "invalid-mailbox",
    (1, 10): "invalid-domain",
    (2, 1): "inactive-mailbox",
    (2, 2): "full-mailbox",
    (2, 3): "policy-related",
    (3, 1): "recipient-server-error",
    (3, 2): "recipient-server-error",
    (3, 4): "policy-related",
    (4, 1): "connection-error",
    (4, 2): "connection-error",
    (4, 3): "routing-issues",
    (4, 4): "routing-issues",
    (4, 5): "recipient-server-error",
    (4, 6): "routing-issues",
    (4, 7): "message-expired",
    (7, 1): "policy-related",
    (7, 20): "dmarc-issues",
    (7, 21): "dmarc-issues",
    (7, 22): "dmarc-issues",
    (7, 23): "dmarc-issues",
    (7, 25): "reputation-issues",
    (7, 26): "dmarc-issues",
}
_BY_WORDS = (
    ("greylisting-issues", r"gr[ae]y-?list"),
    ("blocklisting-issues", r"spamhaus|black-?list|block-?list|spamcop|barracuda|\brbl\b|dnsbl"),
    ("dmarc-issues", r"\bdmarc\b|\bspf\b|\bdkim\b"),
    ("relaying-issues", r"relay(ing)? (access )?(denied|not permitted)|unable to relay|open relay"),
    ("full-mailbox", r"over ?quota|mailbox (is )?full|quota exceeded|out of storage|insufficient storage"),
    (
        "invalid-mailbox",
        r"(user|recipient|mailbox|address)s? (is )?(unknown|not found|does(n't| not) exist|rejected)"
        r"|(unknown|invalid|no such) (user|recipient|mailbox|address)|does(n't| not) exist",
    ),
    ("invalid-domain", r"(domain|host) (name )?(not found|does not exist)|nxdomain|no mx|bad destination"),
    ("inactive-mailbox", r"inactive|disabled|suspended|deactivated"),
    ("reputation-issues", r"reputation|low sender score"),
    ("message-expired", r"expired|too old|retry time|too long in queue"),
    ("connection-error", r"timed? ?out|unable to connect|connection (refused|reset|lost|error)"),
    ("routing-issues", r"\bdns\b|routing|loop"),
    ("policy-related", r"policy|spam|content|virus|prohibited"),
    ("recipient-server-error", r"internal (server )?error|try again later|temporar|local error|4[25]1"),
)
_PATTERNS = tuple((category, re.compile(words, re.IGNORECASE)) for category, words in _BY_WORDS)
_OF_ADDRESS = frozenset({"invalid-mailbox", "invalid-domain"})
_OF_SENDER = frozenset(
    {"dmarc-issues", "reputation-issues", "blocklisting-issues", "relaying-issues", "policy-related"}
)
_GONE_BY = frozenset({"inactive-mailbox", "other"})
"""What a provider that gives up for good says of an address without saying more."""


def category(status: str | None, words: str | None) -> str:
    """The category of a bounce: by its status code, then by its words."""
    for text in (status, words):
        found = _CODE.search(text or "")
        if found and (int(found[2]), int(found[3])) in _BY_CODE:
            return _BY_CODE[int(found[2]), int(found[3])]
    return next((category for category, said in _PATTERNS if said.search(words or "")), "other")


def bounced(permanent: bool, status: str | None, words: str | None) -> tuple[InteractionType, dict[str, Any]]:
    """The type of a bounce and its properties; what the sender did wrong says nothing of the address."""
    why = category(status, words)
    if why in _OF_SENDER:
        kind = BLOCK
    elif permanent and why in _OF_ADDRESS | _GONE_BY:
        kind, why = HARD, why if why in _OF_ADDRESS else "invalid-mailbox"
    else:
        kind, why = SOFT, "other" if why in _OF_ADDRESS else why
    return kind, told(why, words)


def told(category: str, words: str | None) -> dict[str, Any]:
    """The properties of a bounce."""
    return {"bounceCategory": category, "bounceReason": (words or "")[:1_000], "remoteBounce": True}
