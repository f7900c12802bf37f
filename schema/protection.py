"""What a contact shows of the protection of its data, as far as it is kept with it (domain.md 2.4)."""

from datetime import datetime

from domain import records
from domain.consent import Confirmation
from domain.options import ConsentLevel
from resolvers import formulas
from schema.graph import choice, column, computed, formula, shows
from schema.node import Part

choice(Confirmation)


@shows(records.Contact)
class DataProtection(Part):
    """How far the contact lets us go, and who speaks for a child (domain.md R33, R34, 10).

    Tracking stands with the contact's preferences.
    """

    consent_level: ConsentLevel = column(
        "The level that the contact granted; each includes those below it. A change is logged, and drops a"
        " level that waits for its confirmation."
    )
    effective_consent_level: ConsentLevel = formula(
        "The level that counts: a child's is never above its guardian's, never PROFILING, and NONE without a"
        " guardian.",
        formulas.contact_effective_consent,
    )
    pending_consent_level: ConsentLevel | None = column(
        "A higher level that was asked for and waits for the contact's confirmation (double opt-in)."
    )
    pending_consent_at: datetime | None = column("When the contact was last asked to confirm a level.")
    pending_expires_at: datetime | None = computed(
        "Until when the level that waits can be confirmed: 30 days.", "pending_expires_at"
    )
    confirmation: Confirmation | None = computed(
        "Where the last request to confirm a level stands; null where there was none.", "confirmation"
    )
    is_child: bool = column(
        "Whether the contact is a minor: a guardian is needed then, and PROFILING never counts."
        " Clearing it clears the guardian."
    )
    gdpr_opt_out: bool = column("Kept for another product area that writes it; read by no part of this one.")
    consent_source_form_id: str | None = column("The form that last changed the consent level.")
