"""What becomes of interactions that are handed in one by one, each with a result of its own."""

from enum import Enum

LARGEST = 1_000
"""So many interactions can be handed in by one mutation."""


class InteractionOutcome(Enum):
    """What became of one interaction handed in."""

    STORED = "It is now an interaction of its contact."
    WAITING = "It is kept until its contact is known, or its visitor."
    REPEATED = "It had been taken in before: nothing changed."
    DO_NOT_TRACK = "It was not accepted: its contact does not allow tracking (domain.md 10.6)."
    REFUSED = "A rule forbids it, as its user errors say."
