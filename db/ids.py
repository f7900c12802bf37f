"""Identities made here and not by the database, so that data can be spread over several."""

import secrets
from datetime import datetime
from hashlib import blake2b
from uuid import UUID


def uuid7(at: datetime, seed: str | None = None) -> UUID:
    """A UUIDv7 of that moment; the same seed gives the same id again."""
    tail = blake2b(seed.encode(), digest_size=10).digest() if seed is not None else secrets.token_bytes(10)
    millis = max(int(at.timestamp() * 1000), 0)
    return _versioned((millis & (1 << 48) - 1) << 80 | int.from_bytes(tail, "big"), 7)


def identity(source: str, source_id: str) -> UUID:
    """The id of what a source calls by that id: always the same, so that a repeat is known as one."""
    digest = blake2b(f"{source}\x1f{source_id}".encode(), digest_size=16).digest()
    return _versioned(int.from_bytes(digest, "big"), 8)


def _versioned(number: int, version: int) -> UUID:
    number = number & ~(0xF << 76) | version << 76
    return UUID(int=number & ~(0x3 << 62) | 2 << 62)
