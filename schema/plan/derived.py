"""Values that follow from fields: which fields a property or method reads, and its value without a record."""

import types
from collections import namedtuple
from collections.abc import Callable, Iterable
from typing import Any


def reads(cls: type[Any], name: str, known: Iterable[str]) -> tuple[str, ...]:
    """The known fields that a property or method reads, also by way of properties."""
    found: dict[str, None] = {}
    _read(cls, name, frozenset(known), found)
    return tuple(found)


def _read(cls: type[Any], name: str, known: frozenset[str], found: dict[str, None]) -> None:
    code: types.CodeType = _function(cls, name).__code__
    for other in code.co_names:
        if other in known:
            found[other] = None
        elif other != name and isinstance(getattr(cls, other, None), property):
            _read(cls, other, known, found)


def _function(cls: type[Any], name: str) -> Any:
    member = getattr(cls, name)
    return member.fget if isinstance(member, property) else member


def function_of(cls: type[Any], name: str, needs: tuple[str, ...]) -> Callable[..., Any]:
    """The property or method as a function of the fields that it reads, and of what else it takes."""
    properties = {key: value for key, value in vars(cls).items() if isinstance(value, property)}
    bare = type(cls.__name__, (namedtuple(cls.__name__, needs),), {"__slots__": (), **properties})
    read: Callable[..., Any] = _function(cls, name)
    count = len(needs)
    return lambda *values: read(bare(*values[:count]), *values[count:])
