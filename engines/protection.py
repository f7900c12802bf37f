"""Consent set and confirmed, and whether it is respected and logged at all (domain.md R33, 9.2, 10.2)."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from db.database import Transaction
from db.rows import to_record
from domain.consent import Confirmation
from domain.options import ConsentLevel
from domain.protection import ConsentSource, DataProtectionSettings
from domain.records import Contact
from domain.refusals import Code, Refused
from engines import named, records
from engines.consent import Because, because

_TEXTS = ("reason", "source_form_id", "source_text")


async def set_level(
    tx: Transaction,
    contact_id: UUID,
    level: ConsentLevel,
    now: datetime,
    said: Because,
    *,
    confirmation: bool = False,
    expected: int | None = None,
) -> Contact:
    """Sets the level; with `confirmation`, a higher one waits until the contact has confirmed it."""
    said = replace(said, **named.checked({name: getattr(said, name) for name in _TEXTS}))
    known: Contact = await records.locked(tx, "contact", contact_id, "id")
    await records.check_version(tx, known, expected)
    values: dict[str, Any] = {"consent_level": level}
    if confirmation and level > known.consent_level:
        values = {"pending_consent_level": level, "pending_consent_at": now}
    elif level == known.consent_level:
        values = {"pending_consent_level": None, "pending_consent_at": None}
    elif said.source_form_id is not None:
        values["consent_source_form_id"] = said.source_form_id
    records.refuse_read_only("contact", known, values)
    with because(said):
        return await _revised(tx, known, values, now)


async def confirm(tx: Transaction, contact_id: UUID, now: datetime) -> Contact:
    """The contact confirms what waits; a repeat changes nothing."""
    known: Contact = await records.locked(tx, "contact", contact_id, "id")
    standing = known.confirmation(now)
    if standing is Confirmation.CONFIRMED:
        return known
    if standing is None:
        raise Refused(Code.NOT_FOUND, "Nothing waits for this contact's confirmation.", "id")
    if standing is Confirmation.EXPIRED:
        message = "Nobody confirmed it within 30 days: ask the contact for consent again."
        raise Refused(Code.TOO_LATE, message, "id")
    records.refuse_read_only("contact", known, {})
    values = {"consent_level": known.pending_consent_level, "pending_consent_level": None}
    with because(Because(ConsentSource.CONFIRMATION)):
        return await _revised(tx, known, values, now)


async def _revised(tx: Transaction, known: Contact, values: Mapping[str, Any], now: datetime) -> Contact:
    """The contact after the change, where these values are known to be what the fields take."""
    revised: Contact = await records.revise(tx, "contact", known, values, now)
    return revised


async def settings(tx: Transaction) -> DataProtectionSettings:
    """The settings, as they are."""
    (found,) = await tx.records(DataProtectionSettings, "data_protection_settings")
    return found


async def set_settings(
    tx: Transaction, given: Mapping[str, bool], now: datetime, expected: int | None = None
) -> DataProtectionSettings:
    """Changes the settings; what is not given stays as it is."""
    (known,) = await tx.records(DataProtectionSettings, "data_protection_settings_locked")
    named.check_version(known, expected)
    enforced = given.get("is_enforced", known.is_enforced)
    logging = given.get("is_consent_change_logging_enabled", known.is_consent_change_logging_enabled)
    if (enforced, logging) == (known.is_enforced, known.is_consent_change_logging_enabled):
        return known
    (row,) = await tx.rows("data_protection_settings_set", enforced, logging, now)
    return to_record(DataProtectionSettings, row)
