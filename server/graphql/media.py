"""Media types: which of them a client takes, and which a body may have."""

from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

JSON = b"application/json; charset=utf-8"
GRAPHQL = b"application/graphql-response+json; charset=utf-8"
_SINGLE = {"application/json": JSON, "application/graphql-response+json": GRAPHQL}


class Accepted(NamedTuple):
    """What a client takes: a single result as `single`, a stream of events, parts.

    `streams` says that it would rather have events, or parts, than a single result: their media type.
    """

    single: bytes | None
    events: bool = False
    parts: bool = False
    streams: str | None = None
    page: bool = False


class _Range(NamedTuple):
    kind: str
    parameters: dict[str, str]
    weight: float

    def rank(self, kind: str) -> tuple[float, int] | None:
        """How much, and how exactly, this means that media type."""
        exactness = {kind: 2, f"{kind.split('/')[0]}/*": 1, "*/*": 0}.get(self.kind)
        charset = self.parameters.get("charset", "utf-8").lower().replace("utf8", "utf-8")
        return None if exactness is None or charset != "utf-8" else (self.weight, exactness)


@lru_cache(256)
def accepted(accept: bytes | None) -> Accepted:
    """What the header `Accept` says; a client that sends none takes JSON."""
    if not accept or not accept.strip():
        return Accepted(JSON)
    ranges = list(_ranges(accept.decode("latin-1")))
    ranks = {kind: _best(ranges, kind) for kind in (*_SINGLE, "text/event-stream", "multipart/mixed")}
    single = max(_SINGLE, key=lambda kind: (ranks[kind], _prefers(ranks[kind], kind)))
    streams = max(("text/event-stream", "multipart/mixed"), key=ranks.__getitem__)
    return Accepted(
        single=_SINGLE[single] if ranks[single][0] else None,
        events=ranks["text/event-stream"][0] > 0,
        parts=min(ranks["multipart/mixed"]) > 0,
        streams=streams if ranks[streams][0] > ranks[single][0] else None,
        page=any(found.kind == "text/html" and found.weight for found in ranges),
    )


def _best(ranges: list[_Range], kind: str) -> tuple[float, int]:
    """The weight of the most exact range that means the media type."""
    found = [rank for each in ranges if (rank := each.rank(kind))]
    return max(found, key=lambda rank: (rank[1], rank[0]), default=(0, 0))


def _prefers(rank: tuple[float, int], kind: str) -> bool:
    """Which one it is where a client takes both alike: the newer one, if it knows it."""
    return (kind == "application/graphql-response+json") == (rank[1] == 2)


def _ranges(accept: str) -> Iterator[_Range]:
    for part in accept.split(","):
        kind, *given = (piece.strip() for piece in part.split(";"))
        parameters = {}
        for parameter in given:
            name, _, value = parameter.partition("=")
            parameters[name.strip().lower()] = value.strip().strip('"')
        try:
            weight = min(max(float(parameters.pop("q", "1")), 0.0), 1.0)
        except ValueError:
            continue
        yield _Range(kind.lower(), parameters, weight)


@lru_cache(256)
def objection(content_type: bytes | None) -> str | None:
    """What speaks against a body of that type; JSON alone makes a browser ask before it sends one."""
    if not content_type:
        return "The request has no content type: send `Content-Type: application/json`."
    kind, *given = (piece.strip().lower() for piece in content_type.decode("latin-1").split(";"))
    if kind != "application/json":
        return f"A body of type {_shown(kind)} is not read here: send JSON as `application/json`."
    for parameter in given:
        name, _, value = parameter.partition("=")
        if name.strip() == "charset" and value.strip().strip('"') not in ("utf-8", "utf8"):
            return f"The charset {_shown(value)} is not read here: send UTF-8."
    return None


def _shown(value: str) -> str:
    return f"{value[:60].encode('ascii', 'replace').decode()!r}"


@lru_cache(256)
def takes_gzip(encodings: bytes) -> bool:
    """Whether a client takes an answer in gzip."""
    weights = {found.kind: found.weight for found in _ranges(encodings.decode("latin-1"))}
    return weights.get("gzip", weights.get("*", 0)) > 0
