"""What the properties of an interaction may hold: any values of JSON, within bounds."""

import re
from collections.abc import Mapping
from math import isfinite
from typing import Any

from domain.refusals import Code, Refused

LONGEST_NAME = 100
MOST_VALUES = 1_000
"""Those within each other counted too."""
MOST_CHARACTERS = 100_000
"""Of all properties together."""
DEEPEST = 8
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
_LEAST, _LIMIT = -(2**63), 2**64


def check(properties: Mapping[str, Any], *path: str) -> None:
    """Refuses what cannot be kept, and too much of what can; `path` names where they were given."""
    _Room(MOST_VALUES, MOST_CHARACTERS).take(properties, 0, path)


class _Room:
    """How much more properties may hold."""

    __slots__ = ("characters", "values")

    def __init__(self, values: int, characters: int) -> None:
        self.values = values
        self.characters = characters

    def take(self, value: Any, depth: int, path: tuple[str, ...]) -> None:
        """Takes a value in, with those within it."""
        kind = type(value)
        if kind is str:
            self._text(value, path)
        elif kind is dict:
            self._count(len(value), depth, path)
            for name, one in value.items():
                self._name(name, path)
                self.take(one, depth + 1, (*path, name))
        elif kind is list:
            self._count(len(value), depth, path)
            for at, one in enumerate(value):
                self.take(one, depth + 1, (*path, str(at)))
        elif value is not None and kind is not bool:
            _check_number(value, path)

    def _count(self, number: int, depth: int, path: tuple[str, ...]) -> None:
        self.values -= number
        if self.values < 0:
            message = f"There are more than {MOST_VALUES:,} values among the properties."
            raise Refused(Code.TOO_MANY, message, *path)
        if depth > DEEPEST:
            message = f"Properties lie at most {DEEPEST} deep within each other."
            raise Refused(Code.INVALID, message, *path)

    def _name(self, name: str, path: tuple[str, ...]) -> None:
        if not 1 <= len(name) <= LONGEST_NAME:
            message = f"The name of a property has 1 to {LONGEST_NAME} characters."
            raise Refused(Code.INVALID, message, *path)
        self._text(name, path)

    def _text(self, text: str, path: tuple[str, ...]) -> None:
        self.characters -= len(text)
        if self.characters < 0:
            message = f"The properties have more than {MOST_CHARACTERS:,} characters in all."
            raise Refused(Code.INVALID, message, *path)
        if not text.isprintable() and _UNSTORABLE.search(text):
            message = "A text holds NUL, or half of a character: leave it out."
            raise Refused(Code.INVALID, message, *path)


def _check_number(value: Any, path: tuple[str, ...]) -> None:
    whole = isinstance(value, int) and _LEAST <= value < _LIMIT
    if not whole and not (isinstance(value, float) and isfinite(value)):
        raise Refused(Code.INVALID, "This is no number of 64 bits, and no other value of JSON.", *path)
