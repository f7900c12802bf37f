"""Statements kept as SQL, under names: `-- name: lead_by_id` in queries/*.sql."""

import re
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

_FOLDER = Path(__file__).parent / "queries"
_NAME = re.compile(r"^-- name: (\w+)\n", re.MULTILINE)


@cache
def statements() -> Mapping[str, str]:
    """Every named statement of the house; no two have one name."""
    found: dict[str, str] = {}
    for name, text in _read(_FOLDER):
        if name in found:
            raise ValueError(f"Two statements are named {name}.")
        found[name] = text
    return found


def _read(folder: Path) -> Iterator[tuple[str, str]]:
    for path in sorted(folder.glob("*.sql")):
        _, *parts = _NAME.split(path.read_text())
        for name, text in zip(parts[::2], parts[1::2], strict=True):
            yield name, text.strip().rstrip(";")


def statement(name: str) -> str:
    """The text of the statement of that name."""
    return statements()[name]


class Args(list[Any]):
    """Arguments of a composed statement: adding one gives its placeholder."""

    def add(self, value: Any, type: str) -> str:
        """Adds the value; returns what stands for it in the text."""
        self.append(value)
        return f"${len(self)}::{type}"
