"""How the domain says no: a refusal is data for the one who asked, never a fault."""

from collections.abc import Sequence
from enum import Enum


class Code(Enum):
    """Why something was refused; clients may branch on it."""

    NOT_FOUND = "There is no such record."
    REQUIRED = "A value that must be there is missing."
    INVALID = "A value is not one that the field takes."
    INACTIVE = "The record is inactive and read-only."
    OUT_OF_ORDER = "The moment lies before one that is already recorded."
    STALE = "The record has changed since it was read."
    ALREADY_EXISTS = "There is such a record already."
    DUPLICATE = "The same is named twice."
    CYCLE = "A record would come to lie above itself."
    GUARDIAN_REQUIRED = "A child needs a parent or guardian among the contacts."
    NOT_A_GUARDIAN = "This contact cannot be the child's guardian."
    READ_ONLY = "The value cannot be changed any more."
    LOCKED = "The list is locked."
    KEY_REUSED = "The idempotency key was used for something else."
    TOO_MANY = "More than can be done at once."
    TOO_LATE = "The time in which it could be done is over."
    MERGED = "The record was merged into another one."
    SEGMENT_MEMBER_NOT_CONTACT = "Only contacts can be members of a segment."
    NOT_IDENTIFIED = "The link does not say which contact it was made for."


class Refused(Exception):
    """A rule forbids what was asked; `path` names the input that broke it.

    In a path a record's field goes by its attribute's name; `others` are further refusals of the same act.
    """

    def __init__(self, code: Code, message: str, *path: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.path = path
        self.others: tuple[Refused, ...] = ()

    @classmethod
    def several(cls, refusals: Sequence["Refused"]) -> "Refused":
        """One refusal that carries the others; of one it is that one."""
        first, *others = refusals
        first.others = (*first.others, *others)
        return first

    @property
    def all(self) -> tuple["Refused", ...]:
        """This refusal and the others of the same act."""
        return (self, *self.others)

    @property
    def reason(self) -> str:
        """The name that clients branch on."""
        return self.code.name


class Stale(Refused):
    """The record has changed since the client read it: to which version, and in what."""

    def __init__(self, message: str, version: int, changed: Sequence[str]) -> None:
        super().__init__(Code.STALE, message, "expectedVersion")
        self.version = version
        self.changed = tuple(changed)
