"""Global ids, as the graph gives them out."""

from domain.identities import from_global, not_an_id, to_global, to_uuid, uuid_of

__all__ = ["from_global", "not_an_id", "to_global", "to_uuid", "uuid_of"]
