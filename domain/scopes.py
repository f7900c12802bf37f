"""Which interactions a figure is counted over: whose, of which journey or message, when (domain.md 4.1)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import Enum
from urllib.parse import quote, unquote

from domain.insights import Sum
from domain.refusals import Code, Refused
from domain.windows import Window

LONGEST_ID = 300
"""How long a journey's or a message's id may be, in characters."""
MOST_RANKED = 100
"""How many links, pages or contacts can be asked for at once."""


class Owner(Enum):
    """Whose interactions are counted."""

    CONTACT = "A contact's own."
    ACCOUNT = "Those of an account's contacts."
    SEGMENT = "Those of a segment's present members."
    ANYBODY = "Those of all contacts, in one journey or about one message."


@dataclass(frozen=True, slots=True)
class Scope:
    """Which facts count: whose, in which window, of which journey or message, and whether machines' do.

    Of accounts, `attribution` names whose interactions are theirs (domain.md 4.4), and `below` takes the
    accounts below them along, all pooled.
    """

    owner: Owner
    window: Window = Window()
    machines: bool = False
    attribution: str = "CURRENT_MEMBERS"
    journey_id: str | None = None
    message_id: str | None = None
    below: bool = False

    @property
    def is_narrow(self) -> bool:
        """Whether it is of one journey or message alone."""
        return self.journey_id is not None or self.message_id is not None

    @property
    def name(self) -> str:
        """What its statements are named by."""
        return f"{self.owner.name.lower()}_scope"


@dataclass(frozen=True, slots=True)
class About:
    """What insights are narrowed to, a journey or a message, and whether accounts below are taken along."""

    journey_id: str | None = None
    message_id: str | None = None
    below: bool = False

    @classmethod
    def asked(cls, journey_id: str | None, message_id: str | None, below: bool = False) -> "About":
        """What these arguments mean; refuses ids that can be none."""
        return cls(checked_id(journey_id, "journeyId"), checked_id(message_id, "messageId"), below)

    def parts(self) -> tuple[str, ...]:
        """As parts of a global id: none where it narrows nothing."""
        if self == About():
            return ()
        ids = (
            f"={quote(id, safe='')}" if id is not None else "" for id in (self.journey_id, self.message_id)
        )
        return (*ids, "b" if self.below else "")

    @classmethod
    def of(cls, parts: Sequence[str]) -> "About":
        """What the parts of a global id say; a ValueError or a Refused where they say nothing."""
        if not parts:
            return cls()
        journey, message, below = parts
        if any(part and part[0] != "=" for part in (journey, message)) or below not in ("", "b"):
            raise ValueError(parts)
        ids = [unquote(part[1:], errors="strict") if part else None for part in (journey, message)]
        return cls.asked(ids[0], ids[1], below == "b")


def checked_id(text: str | None, name: str) -> str | None:
    """The id of a journey or a message, as its source writes it; refuses what can be none."""
    if text is None:
        return None
    if not 0 < len(text) <= LONGEST_ID:
        message = f"An id has 1 to {LONGEST_ID} characters; this has {len(text)}."
        raise Refused(Code.INVALID, message, name)
    return text


def pooled(sums: Iterable[Sum]) -> tuple[Sum, ...]:
    """The sums of several owners as those of one: by kind, added up, with the first and last of all."""
    found: dict[str, Sum] = {}
    for one in sums:
        known = found.get(one.kind)
        found[one.kind] = one if known is None else _together(known, one)
    return tuple(found.values())


def _together(one: Sum, other: Sum) -> Sum:
    firsts = [at for at in (one.first_at, other.first_at) if at is not None]
    lasts = [at for at in (one.last_at, other.last_at) if at is not None]
    return Sum(one.kind, one.n + other.n, min(firsts, default=None), max(lasts, default=None))


def ranked(first: int) -> int:
    """How many of a ranking are asked for; refuses what is too much, or nothing."""
    if not 1 <= first <= MOST_RANKED:
        message = f"1 to {MOST_RANKED} can be asked for; {first} were."
        raise Refused(Code.INVALID, message, "first")
    return first
