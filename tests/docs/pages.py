"""The pages of the guide, as the blocks that they consist of."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
GUIDE = ROOT / "docs" / "frontend"
PAGES = sorted(GUIDE.glob("*.md"))
TEXT = "\n".join(page.read_text() for page in PAGES)
SERVER = "http://127.0.0.1:8000"
"""Where the guide supposes the server to be."""
_BLOCK = re.compile(r"^```(?P<language>\w*) ?(?P<words>[^\n]*)\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)
_OF_PROGRAMS = {
    "actual",
    "requested",
    "code",
    "reason",
    "limit",
    "path",
    "precision",
    "type",
    "kind",
    "__typename",
}
"""Members that clients branch on: shown, they are exactly what the server says."""


@dataclass(frozen=True)
class Block:
    """A fenced block: its language, the words after it, and its text."""

    language: str
    words: str
    text: str


@dataclass
class Operation:
    """An operation of a page, with the variables and the answer that follow it."""

    text: str
    variables: Mapping[str, Any] = field(default_factory=dict)
    answer: Any = None
    shortened: bool = False

    @property
    def kind(self) -> str:
        """`query`, `mutation` or `subscription`."""
        return self.text.split()[0]

    @property
    def name(self) -> str:
        """What the page calls it."""
        return re.split(r"\W", self.text.split()[1])[0]


@dataclass(frozen=True)
class Exchange:
    """A request as the guide writes it, and the status and headers of its answer."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: str
    status: int
    answer: Mapping[str, str]


def blocks(page: Path) -> list[Block]:
    """The blocks of a page."""
    return [Block(**found.groupdict()) for found in _BLOCK.finditer(page.read_text())]


def operations(page: Path) -> Iterator[Operation]:
    """The operations of a page, in its order."""
    found: Operation | None = None
    for block in blocks(page):
        if block.language == "graphql":
            if found is not None:
                yield found
            found = Operation(block.text)
        elif block.language == "json" and found is not None:
            if block.words == "variables":
                found.variables = json.loads(block.text)
            elif block.words.startswith("answer"):
                found.answer = json.loads(block.text)
                found.shortened = block.words.endswith("shortened")
    if found is not None:
        yield found


def exchanges(page: Path) -> list[Exchange]:
    """The requests of a page that are written out."""
    return [_exchange(block.text) for block in blocks(page) if block.language == "http"]


def _exchange(text: str) -> Exchange:
    head, *body, answer = text.strip().split("\n\n")
    line, *headers = head.split("\n")
    status, *answered = answer.split("\n")
    method, path = line.split()
    return Exchange(method, path, _headers(headers), "".join(body), int(status), _headers(answered))


def _headers(lines: list[str]) -> Mapping[str, str]:
    return dict(line.split(": ", 1) for line in lines)


def files(page: Path) -> dict[str, str]:
    """The files that a page shows, by their names."""
    named = {"ts", "json"}
    return {
        block.words: block.text for block in blocks(page) if block.language in named and "/" in block.words
    }


def filled(value: Any, meant: Mapping[str, str]) -> Any:
    """The value, with what stands for something replaced by what it stands for."""
    text = json.dumps(value)
    for name in re.findall(r'"<([^>]+)>"', text):
        text = text.replace(f"<{name}>", meant[name])
    return json.loads(text)


def differences(shown: Any, found: Any, shortened: bool, at: str = "") -> list[str]:
    """Where an answer of the guide has another shape than the server's."""
    if isinstance(shown, dict) and isinstance(found, dict):
        return _members(shown, found, shortened, at)
    if isinstance(shown, list) and isinstance(found, list):
        fits = len(shown) <= len(found) if shortened else len(shown) == len(found)
        if not fits:
            return [f"{at}: {len(shown)} are shown, {len(found)} are there"]
        pairs = zip(shown, found, strict=False)
        return [one for each, other in pairs for one in differences(each, other, shortened, at)]
    if at.endswith(".message") and isinstance(found, str):
        return [] if found.startswith(shown) else [f"{at}: {shown!r} is shown, {found!r} is said"]
    return [] if _kind(shown) is _kind(found) else [f"{at}: {shown!r} is shown, {found!r} is there"]


def _members(shown: dict[str, Any], found: dict[str, Any], shortened: bool, at: str) -> list[str]:
    unsaid = {"extensions"} if at == "" else set()
    left_out = set(found) - set(shown) - unsaid
    if set(shown) - set(found) or (left_out and not shortened):
        return [f"{at}: {sorted(shown)} are shown, {sorted(found)} are there"]
    differing = []
    for key, value in shown.items():
        if key in _OF_PROGRAMS:
            differing += _exactly(value, found[key], f"{at}.{key}")
        else:
            differing += differences(value, found[key], shortened, f"{at}.{key}")
    return differing


def _exactly(shown: Any, found: Any, at: str) -> list[str]:
    return [] if shown == found else [f"{at}: {shown!r} is shown, {found!r} is there"]


def _kind(value: Any) -> type:
    return float if type(value) is int else type(value)
