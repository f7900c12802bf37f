"""Fields that follow from others: which of them a property reads, and its value without a record."""

import types
from collections import namedtuple
from collections.abc import Callable, Iterable
from typing import Any


def reads(cls: type[Any], name: str, known: Iterable[str]) -> tuple[str, ...]:
    """The known fields that a property reads, also by way of other properties."""
    found: dict[str, None] = {}
    _read(cls, name, frozenset(known), found)
    return tuple(found)


def _read(cls: type[Any], name: str, known: frozenset[str], found: dict[str, None]) -> None:
    code: types.CodeType = getattr(cls, name).fget.__code__
    for other in code.co_names:
        if other in known:
            found[other] = None
        elif other != name and isinstance(getattr(cls, other, None), property):
            _read(cls, other, known, found)


def function_of(cls: type[Any], name: str, needs: tuple[str, ...]) -> Callable[..., Any]:
    """The property as a function of the fields that it reads."""
    properties = {key: value for key, value in vars(cls).items() if isinstance(value, property)}
    bare = type(cls.__name__, (namedtuple(cls.__name__, needs),), {"__slots__": (), **properties})
    read: Callable[..., Any] = getattr(bare, name).fget
    return lambda *values: read(bare(*values))
