"""Turns one row into the records that a part makes of it, and says what of the row it does not take."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from domain.facts import NewInteraction
from domain.intake import Incoming, Key
from domain.interactions import Actor
from engines.imports import values
from engines.imports.fields import ATTRIBUTES, CUSTOM, INTERACTION, Kind, normal
from engines.imports.mapping import Binding, Block, Part, Recipe, Template
from engines.imports.report import Refusal
from engines.imports.sources import Row
from engines.imports.values import Cell, Reading, Unreadable, as_text, shown

Formats = Mapping[tuple[str, tuple[str, ...]], str]
"""The format of each column of dates, by the column and the formats it was held against."""
_NOTHING = object()
_EXACT = 2**53
_KEY = Reading(Kind.TEXT, longest=500)


@dataclass(frozen=True, slots=True)
class Made:
    """A record made of a row, and where it came from."""

    row: Row
    block: Block
    record: Incoming | NewInteraction


@dataclass(frozen=True, slots=True)
class Missing(Exception):
    """The record cannot be made of this row."""

    column: str | None
    value: str | None
    reason: str


def with_formats(part: Part, formats: Formats) -> Part:
    """The part as it reads one file: its columns of dates in the formats decided for them."""

    def settled(recipe: Recipe) -> Recipe:
        if not recipe.dates:
            return recipe
        column = recipe.template.column if recipe.template else None
        format = formats.get((column or "", recipe.dates), recipe.dates[0])
        return replace(recipe, reading=replace(recipe.reading, format=format))

    def bound(binding: Binding) -> Binding:
        return replace(binding, recipes=tuple(settled(recipe) for recipe in binding.recipes))

    blocks = (
        replace(
            block,
            bindings=tuple(bound(binding) for binding in block.bindings),
            since=bound(block.since) if block.since else None,
        )
        for block in part.blocks
    )
    return replace(part, blocks=tuple(blocks))


class Maker:
    """Makes the records of one block from rows; `note` hears of every value that is not taken."""

    def __init__(self, source: str, part: Part, block: Block, note: Callable[[Refusal], None]) -> None:
        self._source, self._part, self._block, self._note = source, part, block, note
        self._home = ATTRIBUTES[block.entity]
        self._make = self._interaction if block.entity == INTERACTION else self._incoming

    def make(self, row: Row) -> Made | None:
        """The record that the row makes, if it makes one."""
        if not self._wanted(row):
            return None
        try:
            return Made(row, self._block, self._make(row))
        except Missing as gone:
            entity = self._block.entity
            self._note(Refusal(row.line, entity, gone.column, gone.value, gone.reason, whole=True))
            return None

    def _wanted(self, row: Row) -> bool:
        when = self._block.when
        return when is None or (normal(as_text(row.cells.get(when.column))) in when.values) is when.holds

    def _incoming(self, row: Row) -> Incoming:
        block = self._block
        keys = self._keys(row)
        since = self._value(block.since, row) if block.since else None
        found = self._values(row)
        fields = {
            name: Key(value) if binding.field.kind is Kind.REFERENCE else value
            for name, (binding, value) in found.items()
        }
        return Incoming(
            entity=block.entity,
            source=self._source,
            keys=keys,
            values=values.with_numbers(fields) | self._attributes(row),
            fill=block.fill,
            by_email=block.by_email,
            since=since if isinstance(since, datetime) else None,
        )

    def _interaction(self, row: Row) -> NewInteraction:
        keys = self._keys(row)
        found = {name: value for name, (_, value) in self._values(row).items()}
        for needed in ("type", "occurred_at"):
            if needed not in found:
                raise self._lacking(needed, row)
        if isinstance(found.get("contact_id"), str):
            found["contact_key"] = found.pop("contact_id")
        return NewInteraction(
            source=self._source,
            source_id=keys[0],
            actor=found.pop("actor", Actor.UNKNOWN),
            properties=self._attributes(row).get(self._home),
            **found,
        )

    def _lacking(self, needed: str, row: Row) -> Missing:
        binding = next(b for b in self._block.bindings if b.name == needed)
        column = next(iter(binding.columns), None)
        cell = shown(row.cells.get(column)) if column else None
        return Missing(column, cell, f"an interaction needs its {needed}, and this gives none")

    def _keys(self, row: Row) -> tuple[str, ...]:
        filled = (self._filled(template, row, self._part.nothing) for template in self._block.keys)
        keys = tuple(dict.fromkeys(as_text(key) for key in filled if key is not _NOTHING))
        if not keys:
            columns = dict.fromkeys(column for key in self._block.keys for column in key.columns)
            raise Missing(", ".join(columns), None, "the row does not say which record it is about")
        for key in keys:
            _check_key(key)
        return keys

    def _values(self, row: Row) -> dict[str, tuple[Binding, Any]]:
        found = {}
        for binding in self._block.bindings:
            if not binding.attribute:
                value = self._value(binding, row)
                if value is not _NOTHING:
                    found[binding.name] = (binding, value)
        return found

    def _attributes(self, row: Row) -> dict[str, Any]:
        found: defaultdict[str, dict[str, Any]] = defaultdict(dict)
        for binding in self._block.bindings:
            if binding.attribute:
                value = self._value(binding, row)
                if value is not _NOTHING:
                    home = binding.name.split(".", 1)[0]
                    found[home][binding.field.name] = value if home == CUSTOM else _plain(value)
        return dict(found)

    def _value(self, binding: Binding, row: Row) -> Any:
        last = len(binding.recipes) - 1
        for at, recipe in enumerate(binding.recipes):
            try:
                value = self._prepared(recipe, binding, row, at == last)
            except Unreadable as reason:
                self._refuse_value(binding, recipe, row, str(reason))
                continue
            if value is not _NOTHING and value is not None:
                return value
        return _NOTHING

    def _refuse_value(self, binding: Binding, recipe: Recipe, row: Row, reason: str) -> None:
        columns = ", ".join(recipe.columns) or binding.name
        held = " ".join(shown(row.cells.get(column)) for column in recipe.columns)
        self._note(Refusal(row.line, self._block.entity, columns, held, reason, whole=False))

    def _prepared(self, recipe: Recipe, binding: Binding, row: Row, last: bool) -> Any:
        if recipe.template is None:
            return recipe.fixed
        cell = self._filled(recipe.template, row, recipe.nothing)
        if cell is _NOTHING:
            return _NOTHING
        if recipe.list is None and not binding.field.many and not isinstance(cell, list):
            return self._read(recipe, cell, last)
        read = [self._read(recipe, item, last) for item in _items(cell, recipe)]
        kept = [item for item in read if item is not _NOTHING and item is not None]
        return tuple(kept) if binding.field.many else kept or _NOTHING

    def _read(self, recipe: Recipe, cell: Cell, last: bool) -> Any:
        if recipe.before is not None:
            cell = as_text(cell).split(recipe.before, 1)[0]
        if recipe.values is None:
            return values.read(cell, recipe.reading)
        name = normal(as_text(cell))
        if name in recipe.values:
            return recipe.values[name]
        if recipe.otherwise is not None:
            return recipe.otherwise[0]
        return values.read(cell, recipe.reading) if last else _NOTHING

    def _filled(self, template: Template, row: Row, nothing: frozenset[str]) -> Any:
        """What the template's columns hold; nothing as soon as one of them holds nothing."""
        if template.column is not None:
            return _something(row.cells.get(template.column), nothing)
        text = ""
        for piece in template.pieces:
            if isinstance(piece, str):
                text += piece
                continue
            cell = _something(row.cells.get(piece[0]), nothing)
            if cell is _NOTHING:
                return _NOTHING
            text += as_text(cell)[: piece[1]]
        return text


def _check_key(key: str) -> None:
    try:
        values.read(key, _KEY)
    except Unreadable as reason:
        raise Missing(None, shown(key), f"the key {reason}") from None


def _something(cell: Cell, nothing: frozenset[str]) -> Any:
    if cell is None or cell == []:
        return _NOTHING
    if isinstance(cell, list):
        return cell
    text = as_text(cell)
    return _NOTHING if not text or text.casefold() in nothing else (text if isinstance(cell, str) else cell)


def _items(cell: Cell, recipe: Recipe) -> Iterator[Cell]:
    if isinstance(cell, list):
        yield from cell
        return
    for item in as_text(cell).split(recipe.list or "\n"):
        if item.strip():
            yield item.strip()


def _plain(value: Any) -> Any:
    """An attribute as JSON holds it."""
    match value:
        case Decimal():
            whole = value == value.to_integral_value() and abs(value) < _EXACT
            return int(value) if whole else float(value)
        case date() | datetime():
            return value.isoformat()
        case list() | tuple():
            return [_plain(item) for item in value]
        case _:
            return value
