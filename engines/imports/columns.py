"""Looks through a file before it is taken in: are its columns there, and how do they write their dates?"""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass, field

from engines.imports import tables, trees
from engines.imports.dates import Trial
from engines.imports.mapping import Binding, Block, Part, Recipe
from engines.imports.rows import Formats
from engines.imports.sources import Broken, Opened, Row
from engines.imports.values import as_text

_BREATH = 2_000
"""After so many rows others get their turn, Ctrl-C among them."""


class Unfit(Exception):
    """The file as a whole is not what its part of the mapping describes; the message is a sentence."""


@dataclass
class Look:
    """What a look through the file has shown."""

    formats: Formats = field(default_factory=dict)
    missing: list[str] = field(default_factory=list)
    not_read: list[str] = field(default_factory=list)


def rows_of(file: Opened, part: Part, kind: str) -> Iterator[Row]:
    """The rows of a file of that kind."""
    return tables.rows(file, part, kind) if kind in ("csv", "tsv") else trees.rows(file, part, kind)


async def look(file: Opened, part: Part, kind: str) -> Look:
    """The formats of the file's dates and the columns that are not there; refuses what cannot be right."""
    trials = _trials(part)
    found = Look()
    rows = rows_of(file, part, kind)
    try:
        for row in rows:
            for (column, _), (trial, nothing) in trials.items():
                text = as_text(row.cells.get(column))
                if text and text.casefold() not in nothing:
                    trial.see(text)
            if not trials:
                break
            if row.number % _BREATH == 0:
                await asyncio.sleep(0)
    except Broken as broken:
        if kind in ("csv", "tsv") and not file.header:
            raise Unfit(f"cannot be read: {broken}.") from None
    if kind in ("csv", "tsv"):
        _check_header(file, part, found)
    found.formats = {key: _chosen(key[0], trial) for key, (trial, _) in trials.items()}
    return found


def _check_header(file: Opened, part: Part, found: Look) -> None:
    if not file.header:
        raise Unfit("is empty: it has not even a row of column names.")
    there = set(file.header)
    found.missing = [column for column in part.columns if column not in there]
    found.not_read = [column for column in file.header if column and column not in part.columns]
    for block in part.blocks:
        if not any(there.issuperset(key.columns) for key in block.keys):
            raise Unfit(_no_column(_key_columns(block), file.header))
    twice = [column for column in part.columns if file.header.count(column) > 1]
    if twice:
        raise Unfit(f'has more than one column "{twice[0]}".')


def _no_column(columns: list[str], header: list[str]) -> str:
    wanted = " and no column ".join(f'"{column}"' for column in columns)
    first = ", ".join(header)
    return f"has no column {wanted}, which says what a row is about; its first row reads: {first[:200]}."


def _key_columns(block: Block) -> list[str]:
    return list(dict.fromkeys(column for key in block.keys for column in key.columns))


def _trials(part: Part) -> dict[tuple[str, tuple[str, ...]], tuple[Trial, frozenset[str]]]:
    """A trial for each column of dates that may be written in several ways."""
    return {
        (column, recipe.dates): (Trial(recipe.dates), recipe.nothing)
        for recipe in _recipes(part)
        if len(recipe.dates) > 1 and recipe.template and (column := recipe.template.column)
    }


def _recipes(part: Part) -> Iterator[Recipe]:
    for block in part.blocks:
        bindings: list[Binding] = [*block.bindings, *([block.since] if block.since else [])]
        for binding in bindings:
            yield from binding.recipes


def _chosen(column: str, trial: Trial) -> str:
    found = trial.choose()
    if isinstance(found, tuple):
        raise Unfit(
            f'writes its dates in column "{column}" so that {found[0]} reads them as well as {found[1]},'
            ' and differently: say in the mapping which it is (dates = "…").'
        )
    return found
