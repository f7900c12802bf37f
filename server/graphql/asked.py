"""What a request asks for: read from a body or an address, each member of the type it has to be."""

from collections.abc import Mapping
from typing import Any, NamedTuple
from urllib.parse import parse_qsl

import orjson

from server.graphql.refusals import Refusal

MEMBERS = ("query", "variables", "operationName", "documentId", "extensions")
_NOTHING: Mapping[str, Any] = {}


class Asked(NamedTuple):
    """One operation, by its text or by what its document is known under."""

    query: str | None
    variables: Mapping[str, Any] | None
    name: str | None
    document_id: str | None = None
    sha256: str | None = None
    extensions: Mapping[str, Any] = _NOTHING


def from_map(data: Mapping[str, Any]) -> Asked:
    """The operation that a body, or a message, asks for."""
    query, variables, name = data.get("query"), data.get("variables"), data.get("operationName")
    if type(query) is not str and query is not None:
        raise Refusal(400, "The `query` is not a string: it is a GraphQL document.")
    if variables is not None and type(variables) is not dict:
        raise Refusal(400, "The `variables` are not an object.")
    if name is not None and type(name) is not str:
        raise Refusal(400, "The `operationName` is not a string.")
    document_id, extensions = data.get("documentId"), data.get("extensions")
    if document_id is None and not extensions:
        if not query:
            if extensions not in (None, {}):
                raise Refusal(400, "The `extensions` are not an object.")
            raise Refusal(400, "There is no `query`: a GraphQL document as a string.")
        if extensions is None:
            return Asked(query, variables, name or None)
    return _by_document(query, variables, name or None, document_id, extensions)


def _by_document(
    query: str | None,
    variables: Mapping[str, Any] | None,
    name: str | None,
    document_id: Any,
    extensions: Any,
) -> Asked:
    if extensions is not None and type(extensions) is not dict:
        raise Refusal(400, "The `extensions` are not an object.")
    if document_id is not None and type(document_id) is not str:
        raise Refusal(400, "The `documentId` is not a string.")
    sha256 = _hash(extensions) if extensions else None
    if not query and not document_id and sha256 is None:
        raise Refusal(400, "There is no `query`: a GraphQL document as a string.")
    return Asked(query or None, variables, name, document_id or None, sha256, extensions or _NOTHING)


def _hash(extensions: Mapping[str, Any]) -> str | None:
    """The document's hash, as automatic persisted queries send it."""
    persisted = extensions.get("persistedQuery")
    if persisted is None:
        return None
    if type(persisted) is not dict or type(persisted.get("sha256Hash")) is not str:
        raise Refusal(400, "The `persistedQuery` has no `sha256Hash`: the document's SHA-256 in hex.")
    if persisted.get("version", 1) != 1:
        raise Refusal(400, "This version of persisted queries is not known here: version 1 is.")
    found: str = persisted["sha256Hash"]
    return found.lower()


def from_address(query_string: bytes) -> Asked:
    """The operation in the parameters of an address."""
    try:
        pairs = parse_qsl(query_string.decode("ascii"), keep_blank_values=True, errors="strict")
    except (UnicodeDecodeError, ValueError):
        raise Refusal(400, "The address's parameters are not UTF-8.") from None
    given: dict[str, Any] = {}
    for name, value in pairs:
        if name in MEMBERS:
            if name in given:
                raise Refusal(400, f"The parameter `{name}` is there more than once.")
            given[name] = value
    for name in ("variables", "extensions"):
        if name in given:
            given[name] = parse(given[name], f"The parameter `{name}`") if given[name] else None
    return from_map(given)


def parse(data: str | bytes, what: str = "The body") -> Any:
    """JSON as data; what is none, or lies too deep, is the client's mistake."""
    try:
        return orjson.loads(data)
    except ValueError as error:
        raise Refusal(400, f"{what} is not JSON: {error}.") from None


def from_body(data: Any) -> Asked:
    """The one operation of a parsed body."""
    if type(data) is not dict:
        raise Refusal(400, "The body is not a JSON object with a `query`.")
    return from_map(data)
