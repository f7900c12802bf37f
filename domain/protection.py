"""What is kept for data protection: changes of consent, settings, data-subject requests (domain.md 10)."""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from uuid import UUID

from domain.options import ConsentLevel


class ConsentSource(Enum):
    """By what a consent level was changed."""

    STAFF = "Somebody of the staff changed it."
    CENTER = "The contact changed it in a subscription centre."
    FORM = "The contact changed it by submitting a form."
    IMPORT = "It came with imported or upserted records."
    CONFIRMATION = "The contact confirmed a level that had been asked for (double opt-in)."
    API = "A program changed it in nobody's name."
    MERGE = "Two contacts became one."


@dataclass(frozen=True, slots=True)
class ConsentChange:
    """One change of a contact's consent level: written once, never altered (domain.md 10.4)."""

    contact_id: UUID
    id: UUID
    at: datetime
    old_level: ConsentLevel
    new_level: ConsentLevel
    changed_by: str | None
    source: ConsentSource
    source_form_id: str | None
    source_text: str | None
    reason: str | None


@dataclass(frozen=True, slots=True)
class DataProtectionSettings:
    """Whether consent is respected, and whether its changes are logged (domain.md 10.2)."""

    version: int
    updated_at: datetime
    is_enforced: bool
    is_consent_change_logging_enabled: bool


class RequestType(Enum):
    """What somebody may ask of the data held about them (domain.md 10.5)."""

    EXPORT = "A file with everything held about the person."
    DELETE = "The person is deleted, with everything that hangs on the contact."
    REDACT = "Everything personal is blanked; what happened stays countable, and leads to nobody."


class RequestStatus(Enum):
    """How far a data-subject request is."""

    IN_PROGRESS = "It is being worked off."
    COMPLETED = "It is done."
    FAILED = "It could not be done: its error says why."


@dataclass(frozen=True, slots=True)
class DataSubjectRequest:
    """What somebody asked for of the data about them: a record with its progress (domain.md 10.5)."""

    id: UUID
    version: int
    created_at: datetime
    updated_at: datetime
    completed_at: datetime | None
    name: str
    type: RequestType
    contact_id: UUID | None
    email: str | None
    phone: str | None
    status: RequestStatus
    located: bool
    contacts: int
    done: int
    total: int
    error: str | None
    created_by: str | None

    @property
    def file(self) -> str | None:
        """The path at which the server gives what was found; None where there is no file."""
        found = self.type is RequestType.EXPORT and self.status is RequestStatus.COMPLETED
        return f"/data-subject-requests/{self.id}/file" if found else None
