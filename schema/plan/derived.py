"""Values that follow from fields: which fields a property or method reads, and its value without a record."""

import ast
import inspect
import re
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
    text, used = _template(cls, name)

    def value(found: re.Match[str]) -> str:
        attribute = found[1]
        if attribute is None:
            return name_of(used[int(found[2])])
        return value_of(attribute) or f"({inlined(cls, attribute, value_of, name_of)})"

    return _PLACE.sub(value, text)


_PLACE = re.compile(r"self__(\w+?)__|used__(\d+)__")
_TEMPLATES: dict[tuple[type[Any], str], tuple[str, list[Any]]] = {}


def _template(cls: type[Any], name: str) -> tuple[str, list[Any]]:
    """The one expression that a property returns, with places for what it reads, and what else it uses."""
    known = _TEMPLATES.get((cls, name))
    if known is None:
        function, used = _function(cls, name), []
        tree = ast.parse(textwrap.dedent(inspect.getsource(function))).body[0]
        result = tree.body[-1] if isinstance(tree, ast.FunctionDef) else None
        if not isinstance(result, ast.Return) or result.value is None:
            raise TypeError(f"{cls.__name__}.{name} is more than one expression")

        class Places(ast.NodeTransformer):
            def visit_Attribute(self, node: ast.Attribute) -> ast.expr:
                if not (isinstance(node.value, ast.Name) and node.value.id == "self"):
                    raise TypeError(f"{cls.__name__}.{name} reads {ast.unparse(node)}")
                return ast.Name(f"self__{node.attr}__", ast.Load())

            def visit_Name(self, node: ast.Name) -> ast.expr:
                used.append(function.__globals__[node.id])
                return ast.Name(f"used__{len(used) - 1}__", ast.Load())

        known = _TEMPLATES[cls, name] = ast.unparse(Places().visit(result.value)), used
    return known


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
