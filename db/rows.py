"""From rows to records: each record's columns and how their values are read, worked out once."""

import types
from collections.abc import Callable
from dataclasses import fields
from enum import Enum
from functools import cache
from typing import Any, Protocol, TypeVar, Union, get_args, get_origin, get_type_hints

from domain.options import Option

R = TypeVar("R")


class Row(Protocol):
    """A row of any driver: values by column name."""

    def __getitem__(self, name: str, /) -> Any: ...


def columns(record: type[Any], table: str) -> str:
    """The select list of a record, each column named with its table."""
    return ", ".join(f"{table}.{f.name}" for f in fields(record))


Readers = tuple[tuple[str, Callable[[Any], Any]], ...]


@cache
def shape(record: Any) -> tuple[tuple[str, ...], Readers]:
    """A record's fields; and those whose values are more than the driver gives, with what makes them."""
    hints = get_type_hints(record)
    names = tuple(f.name for f in fields(record))
    found = ((name, reader(hints[name])) for name in names)
    return names, tuple((name, read) for name, read in found if read is not None)


def to_record(record: type[R], row: Row) -> R:
    """The record that a row holds; columns that the record does not have are left out."""
    names, readers = shape(record)  # type: ignore[arg-type]
    values = {name: row[name] for name in names}
    for name, read in readers:
        if values[name] is not None:
            values[name] = read(values[name])
    return record(**values)


def reader(hint: Any) -> Callable[[Any], Any] | None:
    """What makes a value of that type of what the driver gives; None where that is the value."""
    if get_origin(hint) in (Union, types.UnionType):
        hint = next(part for part in get_args(hint) if part is not type(None))
    if get_origin(hint) is tuple:
        item = reader(get_args(hint)[0]) or get_args(hint)[0]
        return lambda values: tuple(item(value) for value in values)
    if isinstance(hint, type) and issubclass(hint, Option):
        return hint
    if isinstance(hint, type) and issubclass(hint, Enum):
        return hint.__getitem__
    return None


def to_column(value: Any) -> Any:
    """The value as the driver takes it."""
    match value:
        case Option():
            return int(value)
        case Enum():
            return value.name
        case tuple() | frozenset() | list():
            return [to_column(item) for item in value]
        case _:
            return value
