"""Consent that is set and confirmed, the settings, and data-subject requests (domain.md R33, 9.2, 10)."""

# mypy: disable-error-code="valid-type,misc"
from datetime import datetime
from typing import Annotated, Any

import strawberry
from strawberry import UNSET

from domain import protection as records
from domain.options import ConsentLevel
from resolvers import protecting, protection, relations
from resolvers.context import Info
from resolvers.protecting import Wish
from resolvers.records import asked
from resolvers.relations import Relation
from schema.acts import answered, given, key_member, mutation, payload, version_member
from schema.customers import Contact
from schema.graph import argument, choice, column, custom, group, relation, shows
from schema.lists import Connection
from schema.named import one
from schema.node import Node, Part
from schema.paged import paged
from schema.scalars import JSON
from schema.writing import ContactPayload

for _enum in (records.RequestType, records.RequestStatus):
    choice(_enum)


@shows(records.DataProtectionSettings)
class DataProtectionSettings:
    """Whether consent is respected, and whether its changes are logged (domain.md 10.2)."""

    version: int = column("How often the settings were written.")
    updated_at: datetime = column("When they were last changed.")
    is_enforced: bool = column("Whether minimum-consent settings have any effect.")
    is_consent_change_logging_enabled: bool = column("Whether each change of a consent level is logged.")


@shows(records.DataSubjectRequest)
class RequestProgress(Part):
    """How far a data-subject request is, in contacts and their interactions."""

    done: int = column("How many are done.")
    total: int = column("How many it is about in all; 0 until that is found out.")


async def _data(root: Any, info: Info) -> Any:
    return await protecting.data(info, root)


@shows(records.DataSubjectRequest)
class DataSubjectRequest(Node):
    """What somebody asked for of the data about them (domain.md 10.5).

    Once the person is erased it tells no longer whom it was about.
    """

    version: int = column("How often the request was written, by its progress too.")
    created_at: datetime = column("When it was made.")
    updated_at: datetime = column("When it last went on.")
    completed_at: datetime | None = column("When it was done, or failed.")
    created_by: str | None = column("Who made it, as the request named them.")
    name: str = column("What it is called.")
    type: records.RequestType = column("What is asked for.")
    status: records.RequestStatus = column("How far it is.")
    progress: RequestProgress = group("How much of it is done.")
    contact: Contact | None = relation(
        "The contact that it was made for; null where it was made by address or number, and once the contact"
        " is gone.",
        Relation(relations.contact, "contact_id"),
    )
    email: str | None = column("The e-mail address that it was made for.")
    phone: str | None = column("The telephone number that it was made for.")
    contacts_found: int = column("How many contacts it was found to be about.", of="contacts")
    contacts: list[Contact] = relation(
        "Those of them that are there.", Relation(protection.contacts_of_request, "id")
    )
    error: str | None = column("Why it failed.")
    file: str | None = column("Of a finished EXPORT: the path at which this server gives the file.")
    data: JSON | None = custom(
        "Of a finished EXPORT: what the file holds; null where that is more than 10,000 interactions.", _data
    )


SettingsPayload: Any = payload(
    "data_protection_settings", DataProtectionSettings, "What became of a change to the settings."
)
RequestPayload: Any = payload(
    "data_subject_request", DataSubjectRequest, "What became of a data-subject request."
)


@strawberry.input(description="A contact's new consent level.")
class ContactSetConsentInput:
    id: strawberry.ID = strawberry.field(description="The contact.")
    level: ConsentLevel = strawberry.field(description="The level.")
    reason: str | None = strawberry.field(description="Why, in your own words; logged.", default=UNSET)
    source: records.ConsentSource = strawberry.field(
        description="By what it is changed.", default=records.ConsentSource.STAFF
    )
    source_form_id: str | None = strawberry.field(
        description="The form by which the contact changed it.", default=UNSET
    )
    source_text: str | None = strawberry.field(
        description="The words that the contact agreed to.", default=UNSET
    )
    confirmation: bool = strawberry.field(
        description="Whether a higher level waits until the contact has confirmed it (double opt-in)."
        " Lowering needs no confirmation.",
        default=False,
    )
    expected_version: int | None = version_member()
    idempotency_key: str | None = key_member()


@strawberry.input(description="Whose confirmation has come in.")
class ContactConfirmConsentInput:
    id: strawberry.ID = strawberry.field(description="The contact.")
    idempotency_key: str | None = key_member()


@strawberry.input(description="What changes in the settings: what is not given stays.")
class DataProtectionSettingsInput:
    is_enforced: bool | None = strawberry.field(
        description="Whether minimum-consent settings have any effect.", default=UNSET
    )
    is_consent_change_logging_enabled: bool | None = strawberry.field(
        description="Whether each change of a consent level is logged.", default=UNSET
    )
    expected_version: int | None = version_member()


@strawberry.input(description="A data-subject request: about whoever one of these leads to.")
class DataSubjectRequestCreateInput:
    type: records.RequestType = strawberry.field(description="What is asked for.")
    name: str = strawberry.field(description="What the request is called.")
    contact_id: strawberry.ID | None = strawberry.field(description="The contact.", default=UNSET)
    email: str | None = strawberry.field(
        description="An e-mail address: all contacts with it are meant, and leads of no contact.",
        default=UNSET,
    )
    phone: str | None = strawberry.field(
        description="A telephone number: all contacts with it are meant. Only its digits count.",
        default=UNSET,
    )
    idempotency_key: str | None = key_member()


def _told(input: Any) -> list[Any]:
    """What an input says, as its key is compared."""
    return [given(value) for name, value in sorted(vars(input).items()) if name != "idempotency_key"]


async def _set_consent(
    info: Info, input: Annotated[ContactSetConsentInput, argument("Whose level, which and why.")]
) -> Any:
    async def act() -> Any:
        words = (given(input.reason), given(input.source_form_id), given(input.source_text))
        wish = Wish(input.level, input.source, *words, input.confirmation)
        key = asked(info, given(input.idempotency_key), "contactSetConsent", _told(input))
        return await protecting.set_consent(info, input.id, wish, given(input.expected_version), key)

    return await answered(act())


async def _confirm(
    info: Info, input: Annotated[ContactConfirmConsentInput, argument("Whose confirmation.")]
) -> Any:
    async def act() -> Any:
        key = asked(info, given(input.idempotency_key), "contactConfirmConsent", _told(input))
        return await protecting.confirm_consent(info, input.id, key)

    return await answered(act())


async def _set_settings(
    info: Info, input: Annotated[DataProtectionSettingsInput, argument("What changes.")]
) -> Any:
    values = {name: value for name, value in vars(input).items() if isinstance(value, bool)}
    return await answered(protecting.set_settings(info, values, given(input.expected_version)))


async def _request(
    info: Info, input: Annotated[DataSubjectRequestCreateInput, argument("What is asked for, by whom.")]
) -> Any:
    async def act() -> Any:
        sought = {name: given(getattr(input, name)) for name in ("name", "contact_id", "email", "phone")}
        key = asked(info, given(input.idempotency_key), "dataSubjectRequestCreate", _told(input))
        return await protecting.create_request(info, input.type, sought, key)

    return await answered(act())


async def _settings(root: Any, info: Info) -> Any:
    return await protecting.settings(info)


@strawberry.type
class ProtectionQueries:
    data_protection_settings: DataProtectionSettings = custom(
        "Whether consent is respected, and whether its changes are logged.", _settings
    )
    data_subject_request: DataSubjectRequest | None = one(
        "DataSubjectRequest", "One data-subject request; null where there is none."
    )
    data_subject_requests: Connection[DataSubjectRequest] = paged(
        "All data-subject requests, latest first.",
        protection.data_subject_requests,
        "CREATED_AT",
        descending=True,
    )


@strawberry.type
class ProtectionMutations:
    contact_set_consent: ContactPayload = mutation(
        "Set a contact's consent level (domain.md R33): one entry in its log for each change, none where"
        " nothing changes. Refused with NOT_FOUND, INACTIVE, MERGED or STALE.",
        _set_consent,
    )
    contact_confirm_consent: ContactPayload = mutation(
        "Apply the level that waits for the contact's confirmation (domain.md 9.2); a repeat changes nothing."
        " Refused with NOT_FOUND where none waits, and TOO_LATE after 30 days.",
        _confirm,
    )
    data_protection_settings_update: SettingsPayload = mutation(
        "Change whether consent is respected and logged. Refused with STALE.", _set_settings
    )
    data_subject_request_create: RequestPayload = mutation(
        "Ask for the data about a person: to export, delete or redact it (domain.md 10.5). It is worked off"
        " in the background; read its status and progress. Refused with NOT_FOUND, REQUIRED or INVALID.",
        _request,
    )
