"""Bodies of interactions, read as they come: unpacked in small pieces, cut into lines, never held whole."""

import zlib
from collections import deque
from typing import Any, NamedTuple, Protocol

import orjson

from domain.refusals import Code, Refused
from server.graphql.refusals import Refusal

LONGEST_LINE = 1 << 20
LARGEST_DOCUMENT = 8 << 20
"""Bytes of a body that is one JSON document: it has to be held whole."""
PIECE = 1 << 17
"""Bytes that are unpacked at a time."""
TIGHTEST = 100
"""So many times its size may come out of what is packed: events in gzip are ten to fifty times smaller."""
SPARED = 1 << 20
"""Bytes of which nobody asks how tightly they were packed."""
_WINDOWS = {b"gzip": 31, b"x-gzip": 31, b"deflate": 15}
_BOM = b"\xef\xbb\xbf"


class Broken(Exception):
    """The body cannot be read on from here; the message is a sentence."""


class Plain:
    """A body as it came, in pieces."""

    def __init__(self) -> None:
        self._fed = b""

    def feed(self, data: bytes) -> None:
        """Takes what has come."""
        self._fed = self._fed + data if self._fed else data

    def piece(self) -> bytes:
        """The next piece of the body; empty where more has to come first."""
        found, self._fed = self._fed[:PIECE], self._fed[PIECE:]
        return found

    def end(self) -> None:
        """Refuses a body that ends too early."""


class Packed(Plain):
    """A body that came packed, unpacked a piece at a time, however much comes out of it."""

    def __init__(self, window: int) -> None:
        super().__init__()
        self._window = window
        self._unpacking = zlib.decompressobj(window)
        self._begun = False
        self._packed = self._unpacked = 0

    def feed(self, data: bytes) -> None:
        """Takes what has come."""
        super().feed(data)
        self._packed += len(data)

    def piece(self) -> bytes:
        """The next piece of what was packed; files in gzip may follow each other."""
        while True:
            if self._unpacking.eof and self._fed:
                self._unpacking, self._begun = zlib.decompressobj(self._window), False
            found = self._next()
            if found or not self._fed:
                return found

    def _next(self) -> bytes:
        unpacking = self._unpacking
        self._begun = self._begun or bool(self._fed)
        try:
            found = unpacking.decompress(self._fed, PIECE)
        except zlib.error:
            raise Broken("The body is not packed the way its content encoding says.") from None
        self._fed = unpacking.unused_data if unpacking.eof else unpacking.unconsumed_tail
        self._unpacked += len(found)
        if self._unpacked > SPARED and self._unpacked > TIGHTEST * self._packed:
            raise Broken(f"The body unpacks to more than {TIGHTEST} times its size: send it less tightly.")
        return found

    def end(self) -> None:
        """Refuses a body that ends too early."""
        if self._begun and not self._unpacking.eof:
            raise Broken("The body ends in the midst of what is packed.")


def unpacking(encoding: bytes | None) -> Plain:
    """What reads a body of that content encoding."""
    name = (encoding or b"identity").strip().lower()
    if name == b"identity":
        return Plain()
    if name in _WINDOWS:
        return Packed(_WINDOWS[name])
    raise Refusal(
        415,
        "This content encoding is not read here: send the body as it is, or in gzip or deflate.",
        headers={"accept-encoding": "gzip, deflate"},
    )


class Entry(NamedTuple):
    """What one line holds, or why it holds nothing; lines are numbered from 1."""

    number: int
    value: Any
    size: int


class Entries(Protocol):
    """What a body holds, one after the other."""

    def feed(self, data: bytes) -> None:
        """Takes what has come of the body."""

    def end(self) -> None:
        """The body has come to its end; all that could be pulled was."""

    def pull(self) -> bool:
        """Makes the next piece of the body ready to be taken; whether there was any."""

    def take(self, most: int) -> list[Entry]:
        """The next entries that are ready."""


class Lines:
    """NDJSON: each line an object. Blank lines are counted and passed over."""

    def __init__(self, body: Plain) -> None:
        self._body = body
        self._lines: deque[bytes | None] = deque()
        self._rest = b""
        self._too_long = False
        self._number = 0

    def feed(self, data: bytes) -> None:
        """Takes what has come of the body."""
        self._body.feed(data)

    def end(self) -> None:
        """The body has come to its end, and with it its last line."""
        if self._rest or self._too_long:
            self._close(b"")
        self._body.end()

    def pull(self) -> bool:
        """Cuts the next piece of the body into lines."""
        piece = self._body.piece()
        if not piece:
            return False
        first, *others = piece.split(b"\n")
        self._lengthen(first)
        for other in others:
            self._close(other)
        return True

    def take(self, most: int) -> list[Entry]:
        """The next lines that are ready."""
        found: list[Entry] = []
        while self._lines and len(found) < most:
            self._number += 1
            line = self._lines.popleft()
            if line is None or (line and not line.isspace()):
                found.append(Entry(self._number, _parsed(line), len(line or b"")))
        return found

    def _lengthen(self, more: bytes) -> None:
        self._rest = self._rest + more if self._rest else more
        if len(self._rest) > LONGEST_LINE:
            self._rest, self._too_long = b"", True

    def _close(self, following: bytes) -> None:
        self._lines.append(None if self._too_long else self._rest)
        self._rest, self._too_long = following, False


def _parsed(line: bytes | None) -> Any:
    if line is None:
        return Refused(Code.INVALID, f"A line has at most {LONGEST_LINE:,} bytes.")
    try:
        return orjson.loads(line.removeprefix(_BOM))
    except orjson.JSONDecodeError as error:
        return Refused(Code.INVALID, f"This line is not JSON, from its character {error.pos + 1} on.")


class Document:
    """One JSON document: an object or an array of objects, or the source's own answer that holds them."""

    def __init__(self, body: Plain) -> None:
        self._body = body
        self._parts: list[bytes] = []
        self._size = self._number = 0
        self._found: deque[Any] = deque()

    def feed(self, data: bytes) -> None:
        """Takes what has come of the body."""
        self._body.feed(data)

    def pull(self) -> bool:
        """Gathers the next piece of the document."""
        piece = self._body.piece()
        self._parts.append(piece)
        self._size += len(piece)
        if self._size > LARGEST_DOCUMENT:
            raise Broken(
                f"A JSON document has at most {LARGEST_DOCUMENT:,} bytes here:"
                " send lines (application/x-ndjson), as many as you like."
            )
        return bool(piece)

    def end(self) -> None:
        """Reads the document."""
        self._body.end()
        text = b"".join(self._parts).removeprefix(_BOM)
        self._parts.clear()
        if text.strip():
            found = _document(text)
            self._found.extend(found if isinstance(found, list) else [found])

    def take(self, most: int) -> list[Entry]:
        """The next of its objects, numbered as lines are."""
        found: list[Entry] = []
        while self._found and len(found) < most:
            self._number += 1
            found.append(Entry(self._number, self._found.popleft(), 0))
        return found


def _document(text: bytes) -> Any:
    try:
        found = orjson.loads(text)
        inner = found.get("Data") if isinstance(found, dict) else None
        return orjson.loads(inner) if isinstance(inner, str) else found
    except orjson.JSONDecodeError as error:
        raise Broken(f"The body is not JSON, from its character {error.pos + 1} on.") from None
