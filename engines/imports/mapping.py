"""What a mapping says: which files it takes, which records a row makes, and from which columns."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, tzinfo
from fnmatch import fnmatchcase
from functools import cached_property
from pathlib import Path
from typing import Any

from engines.imports.fields import Field
from engines.imports.values import Reading


class Unusable(Exception):
    """The mapping, or what was asked of it, cannot be used; the message is a sentence."""


@dataclass(frozen=True)
class Template:
    """Text with columns in it: `purchase:{PurchaseId}`; `{seller_id:8}` takes the first eight characters."""

    pieces: tuple[str | tuple[str, int | None], ...]

    @property
    def columns(self) -> Iterator[str]:
        """The columns that the text is made of."""
        return (piece[0] for piece in self.pieces if not isinstance(piece, str))

    @cached_property
    def column(self) -> str | None:
        """The one column that is all of the text, if it is."""
        only = self.pieces[0] if len(self.pieces) == 1 else ""
        return only[0] if not isinstance(only, str) and only[1] is None else None


@dataclass(frozen=True)
class Recipe:
    """One way to come by a value: fixed, or from columns and then read."""

    template: Template | None
    fixed: Any
    reading: Reading
    values: Mapping[str, Any] | None = None
    otherwise: tuple[Any] | None = None
    dates: tuple[str, ...] = ()
    nothing: frozenset[str] = frozenset()
    list: str | None = None
    before: str | None = None

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns it reads."""
        return tuple(self.template.columns) if self.template else ()


@dataclass(frozen=True)
class Binding:
    """A field, or an attribute, and where its value comes from: the first recipe that yields one."""

    name: str
    field: Field
    recipes: tuple[Recipe, ...]
    attribute: bool = False

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that any of its recipes reads."""
        return tuple(dict.fromkeys(column for recipe in self.recipes for column in recipe.columns))


@dataclass(frozen=True)
class Condition:
    """Which rows make a record: those whose column holds one of these values, or none of them."""

    column: str
    values: frozenset[str]
    holds: bool


@dataclass(frozen=True)
class Block:
    """One record that each row makes."""

    entity: str
    keys: tuple[Template, ...]
    bindings: tuple[Binding, ...]
    when: Condition | None = None
    since: Binding | None = None
    fill: bool = False
    by_email: bool = False

    @property
    def columns(self) -> Iterator[str]:
        """The columns that it reads."""
        for template in self.keys:
            yield from template.columns
        for binding in (*self.bindings, *([self.since] if self.since else [])):
            yield from binding.columns
        if self.when:
            yield self.when.column


@dataclass(frozen=True)
class Part:
    """The files of one shape, and what their rows become."""

    match: tuple[str, ...]
    blocks: tuple[Block, ...]
    format: str | None = None
    encoding: str = "utf-8-sig"
    separator: str | None = None
    records: str = ""
    nothing: frozenset[str] = frozenset()
    zone: tzinfo = UTC

    def takes(self, name: str) -> bool:
        """Whether a file of that name is one of these, packed or not."""
        return _matches(self.match, name)

    @property
    def columns(self) -> Sequence[str]:
        """The columns that are read."""
        return list(dict.fromkeys(column for block in self.blocks for column in block.columns))


@dataclass(frozen=True)
class LeftOut:
    """Files that are known and not taken, and why."""

    match: tuple[str, ...]
    because: str


@dataclass(frozen=True)
class Plan:
    """How the files of one system become our records."""

    name: str
    about: str
    source: str
    parts: tuple[Part, ...]
    left_out: tuple[LeftOut, ...]
    digest: bytes

    def part_of(self, path: Path) -> Part | None:
        """The part that takes the file: the first that matches its name."""
        return next((part for part in self.parts if part.takes(path.name)), None)

    def why_not(self, path: Path) -> str:
        """Why the file is left out."""
        found = (left.because for left in self.left_out if _matches(left.match, path.name))
        return next(found, "No part of the mapping names it.")


def _matches(patterns: Sequence[str], name: str) -> bool:
    plain = name.casefold().removesuffix(".gz")
    return any(fnmatchcase(plain, pattern.casefold().removesuffix(".gz")) for pattern in patterns)
