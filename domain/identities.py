"""Global ids: opaque to clients, a type and what tells its records apart to us."""

from base64 import urlsafe_b64encode
from binascii import a2b_base64
from uuid import UUID

from domain.refusals import Code, Refused

_STANDARD = str.maketrans("-_", "+/")


def to_global(type_name: str, *parts: object) -> str:
    """The global id of a record of that type."""
    return urlsafe_b64encode(":".join([type_name, *map(str, parts)]).encode()).rstrip(b"=").decode()


def from_global(id: str) -> tuple[str, list[str]]:
    """The type and the parts that a global id stands for."""
    try:
        type_name, *parts = a2b_base64(id.translate(_STANDARD) + "==").decode().split(":")
    except ValueError:
        raise not_an_id(id) from None
    if not type_name.isidentifier() or not parts:
        raise not_an_id(id)
    return type_name, parts


def uuid_of(id: str, type_name: str, *path: str) -> UUID:
    """The record's own id, of a global id that has to be of this type; `path` names the input it came in."""
    try:
        found, parts = from_global(id)
        if found == type_name:
            return to_uuid(parts[0], id)
    except Refused as refused:
        raise Refused(refused.code, refused.message, *path) from None
    raise Refused(Code.INVALID, f"This is an id of the type {found}, not {type_name}.", *path)


def to_uuid(text: str, id: str) -> UUID:
    """The UUID inside a global id."""
    try:
        return UUID(text)
    except ValueError:
        raise not_an_id(id) from None


def not_an_id(id: str) -> Refused:
    """The refusal of a text that is no id of ours."""
    return Refused(Code.INVALID, f"{id[:60]!r} is not an id of this API: take ids from its answers.")
