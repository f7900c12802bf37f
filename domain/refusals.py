"""How the domain says no: a refusal is data for the one who asked, never a fault."""

from enum import Enum


class Code(Enum):
    """Why something was refused; clients may branch on it."""

    NOT_FOUND = "There is no such record."
    REQUIRED = "A value that must be there is missing."
    INVALID = "A value is not one that the field takes."
    INACTIVE = "The record is inactive and read-only."
    OUT_OF_ORDER = "The moment lies before one that is already recorded."
    STALE = "The record has changed since it was read."


class Refused(Exception):
    """A rule forbids what was asked; `path` names the input that broke it."""

    def __init__(self, code: Code, message: str, *path: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.path = path

    @property
    def reason(self) -> str:
        """The name that clients branch on."""
        return self.code.name
