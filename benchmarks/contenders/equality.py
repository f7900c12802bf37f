"""All contenders answer the same, whatever forms they give it."""

from base64 import urlsafe_b64decode
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import orjson

from benchmarks.contenders.contenders import Running
from domain.options import Industry, Option
from domain.pipeline import LeadStage, LeadStatus

SETS = 10
_CODES: dict[str, type[Option]] = {"industry": Industry, "stage": LeadStage, "status": LeadStatus}
_EMAIL = frozenset(
    [
        "sent",
        "delivered",
        "totalOpens",
        "uniqueOpens",
        "totalClicks",
        "hardBounces",
        "openRate",
        "clickThroughRate",
    ]
)


class Different(Exception):
    """Two contenders answer differently; the message says where."""


def compare(contenders: Sequence[Running], queries: Sequence[str]) -> None:
    """Compares every contender's answers with those of the first."""
    first, *others = contenders
    for query in queries:
        expected = [_read(first, answer) for answer in first.answers(first.bodies(query)[:SETS])]
        for other in others:
            answers = other.answers(other.bodies(query)[:SETS])
            for number, (one, answer) in enumerate(zip(expected, answers, strict=True)):
                where = difference(one, _read(other, answer))
                if where:
                    names = f"{first.name} and {other.name}"
                    raise Different(f"{query}, variable set {number}: {names} differ at {where}")


def _read(contender: Running, answer: bytes) -> Any:
    found = orjson.loads(answer)
    if "errors" in found:
        raise Different(f"{contender.name} answers with errors: {found['errors']}")
    return canonical(found["data"])


def canonical(value: Any, name: str = "") -> Any:
    """The value in the one form that all are compared in."""
    if isinstance(value, dict):
        return _object({key: canonical(inner, key) for key, inner in value.items()})
    if isinstance(value, list):
        items = [canonical(inner, name) for inner in value]
        return sorted(items, key=lambda item: str(item["type"])) if name == "byType" else items
    if name in ("cursor", "endCursor"):
        return value is not None
    if isinstance(value, str):
        return _text(value, name)
    return round(value, 12) if isinstance(value, float) else value


def _object(found: dict[str, Any]) -> Any:
    """E-mail figures lie in an object of their own, an account's types in its insights, a total by itself."""
    if found.keys() == {"value"}:
        return found["value"]
    if "interactions" in found and found.keys() & _EMAIL:
        email = {name: found.pop(name) for name in _EMAIL & found.keys()}
        return found | {"email": email}
    if "byType" in found and "insights" in found:
        found["insights"]["byType"] = found.pop("byType")
    return found


def _text(value: str, name: str) -> Any:
    if name == "id":
        return _id(value)
    if name.endswith("At"):
        return datetime.fromisoformat(value).astimezone(UTC)
    return _CODES[name][value].value if name in _CODES else value


def _id(value: str) -> UUID:
    try:
        return UUID(value)
    except ValueError:
        padded = value.encode() + b"=" * (-len(value) % 4)
        return UUID(urlsafe_b64decode(padded).decode().split(":")[1])


def difference(one: Any, other: Any, path: str = "data") -> str | None:
    """Where two answers differ first, if they do."""
    if isinstance(one, dict) and isinstance(other, dict):
        if one.keys() != other.keys():
            return f"{path}: {sorted(one)} against {sorted(other)}"
        parts = ((one[key], other[key], f"{path}.{key}") for key in one)
        return next(filter(None, (difference(*part) for part in parts)), None)
    if isinstance(one, list) and isinstance(other, list):
        if len(one) != len(other):
            return f"{path}: {len(one)} against {len(other)} entries"
        pairs = enumerate(zip(one, other, strict=True))
        return next(filter(None, (difference(*pair, f"{path}[{at}]") for at, pair in pairs)), None)
    return None if one == other else f"{path}: {one!r} against {other!r}"
