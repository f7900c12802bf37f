"""Values that follow from fields: which fields a property or method reads, and its value without a record."""

import ast
import inspect
import textwrap
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


def inlined(
    cls: type[Any], name: str, value_of: Callable[[str], str | None], name_of: Callable[[Any], str]
) -> str:
    """The text of a property, with the values of what it reads in the place of `self`'s attributes.

    `value_of` gives a field's value, None for what is no field; `name_of` names what else the property uses.
    """
    function = _function(cls, name)
    tree = ast.parse(textwrap.dedent(inspect.getsource(function))).body[0]
    result = tree.body[-1] if isinstance(tree, ast.FunctionDef) else None
    if not isinstance(result, ast.Return) or result.value is None:
        raise TypeError(f"{cls.__name__}.{name} is more than one expression")

    class Values(ast.NodeTransformer):
        def visit_Attribute(self, node: ast.Attribute) -> ast.expr:
            if not (isinstance(node.value, ast.Name) and node.value.id == "self"):
                raise TypeError(f"{cls.__name__}.{name} reads {ast.unparse(node)}")
            value = value_of(node.attr)
            return _expression(value or f"({inlined(cls, node.attr, value_of, name_of)})")

        def visit_Name(self, node: ast.Name) -> ast.expr:
            return _expression(name_of(function.__globals__[node.id]))

    return ast.unparse(Values().visit(result.value))


def _expression(text: str) -> ast.expr:
    return ast.parse(text, mode="eval").body


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
