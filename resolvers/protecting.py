"""What can be done for the protection of data (domain.md 10)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from db.rows import to_record
from domain.options import ConsentLevel
from domain.protection import ConsentSource, DataProtectionSettings, DataSubjectRequest, RequestType
from engines import protection, subjects
from engines.answers import Asked, Repeated
from engines.consent import Because
from resolvers.context import Info
from resolvers.identity import uuid_of
from resolvers.protection import data_subject_request
from resolvers.records import told


@dataclass(frozen=True)
class Wish:
    """Which level a contact is to have, why, and whether the contact has to confirm it."""

    level: ConsentLevel
    source: ConsentSource
    reason: str | None
    source_form_id: str | None
    source_text: str | None
    confirmation: bool


async def set_consent(info: Info, id: str, wish: Wish, expected: int | None, key: Asked | None) -> Any:
    """Sets a contact's consent level, or lets a higher one wait for its confirmation."""
    contact_id = uuid_of(id, "Contact", "id")
    said = Because(wish.source, wish.reason, wish.source_form_id, wish.source_text)
    done = await info.context.once(
        key,
        protection.set_level,
        contact_id,
        wish.level,
        info.context.now,
        said,
        confirmation=wish.confirmation,
        expected=expected,
    )
    return await told(info, "contact", done)


async def confirm_consent(info: Info, id: str, key: Asked | None) -> Any:
    """The contact confirms the level that waits."""
    contact_id = uuid_of(id, "Contact", "id")
    return await told(
        info, "contact", await info.context.once(key, protection.confirm, contact_id, info.context.now)
    )


async def settings(info: Info) -> DataProtectionSettings:
    """The settings, as they are."""
    (row,) = await info.context.reads.rows("data_protection_settings")
    return to_record(DataProtectionSettings, row)


async def set_settings(info: Info, values: Mapping[str, bool], expected: int | None) -> Any:
    """Changes the settings."""
    return await info.context.write(protection.set_settings, values, info.context.now, expected)


async def create_request(info: Info, kind: RequestType, given: Mapping[str, Any], key: Asked | None) -> Any:
    """Takes a data-subject request in, and wakes who works it off."""
    contact_id = given["contact_id"]
    if contact_id is not None:
        given = {**given, "contact_id": uuid_of(contact_id, "Contact", "contact_id")}
    done = await info.context.once(key, subjects.create, kind, given, info.context.now)
    subjects.bell(info.context.database).set()
    if not isinstance(done, Repeated):
        return done
    return await info.context.load(data_subject_request, done.record_ids[0])


async def data(info: Info, request: DataSubjectRequest) -> Any:
    """What was found of a person."""
    return await subjects.data(info.context.database, request)
