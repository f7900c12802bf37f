"""Data protection: what it is related to, and what is listed of it (domain.md 10)."""

from collections.abc import Mapping
from typing import Any

from db import protection_listings as listings
from db.loaders import Many, One
from domain.protection import ConsentChange, DataSubjectRequest
from domain.records import Contact
from resolvers.lists import Listed

wards = Many(Contact, "wards_of_contacts", by="guardian_id")
contacts_of_request = Many(Contact, "contacts_of_requests", by="request_id")
consent_change = One(ConsentChange, "consent_change_by_id")
data_subject_request = One(DataSubjectRequest, "data_subject_request_by_id")
NODES: Mapping[str, One[Any]] = {
    "ConsentChange": consent_change,
    "DataSubjectRequest": data_subject_request,
}
consent_changes = Listed(listings.consent_changes, "contact")
data_subject_requests = Listed(listings.data_subject_requests)
