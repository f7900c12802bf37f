"""What may be listed of the protection of data: changes of consent, requests (domain.md 10.4, 10.5)."""

from db.listings import Listing, Sort
from domain.protection import ConsentChange, DataSubjectRequest

consent_changes = Listing(
    "consent_changes",
    ConsentChange,
    "consent_change t",
    {"AT": Sort("t.at", "timestamptz")},
    {"contact": "t.contact_id"},
)
data_subject_requests = Listing(
    "data_subject_requests",
    DataSubjectRequest,
    "data_subject_request t",
    {"CREATED_AT": Sort("t.created_at", "timestamptz")},
)
