"""The text of a plan's writers, and what it names: Python that makes an answer of rows."""

from collections.abc import Callable, Mapping
from typing import Any

Write = Callable[..., Any]


class Code:
    """Writers under construction; values that they need are named constants."""

    def __init__(self) -> None:
        self._lines: list[str] = []
        self._names: dict[str, Any] = {}
        self._known: dict[int, str] = {}
        self._due: dict[str, Callable[[], Any]] = {}

    def name(self, value: Any) -> str:
        """The name of a constant."""
        known = self._known.get(id(value))
        if known is None:
            known = self._known[id(value)] = f"k{len(self._names)}"
            self._names[known] = value
        return known

    def later(self, value: Callable[[], Any]) -> str:
        """The name of a constant that is known when planning is over."""
        name = f"k{len(self._names)}"
        self._names[name] = None
        self._due[name] = value
        return name

    def function(self, arguments: str, value: str, *before: str) -> str:
        """The name of a function that returns the value."""
        name = f"w{len(self._lines)}"
        body = "".join(f"    {line}\n" for line in (*before, f"return {value}"))
        self._lines.append(f"def {name}({arguments}):\n{body}")
        return name

    def table(self, functions: Mapping[str, str]) -> str:
        """The name of a table of functions, by what chooses among them."""
        name = f"t{len(self._lines)}"
        entries = ", ".join(f"{value!r}: {function}" for value, function in functions.items())
        self._lines.append(f"{name} = {{{entries}}}\n")
        return name

    def compile(self, value: str, arguments: str = "f, a") -> Write:
        """The writer that gives the value, of what was found and what was asked."""
        name = self.function(arguments, value)
        self._names |= {due: value() for due, value in self._due.items()}
        exec(compile("".join(self._lines), "<plan>", "exec"), self._names)
        write: Write = self._names[name]
        return write


def called(write: Any, value: str, code: Code) -> str:
    """The value, made by a function or a table where there is one."""
    if write is None:
        return value
    return f"{code.name(write)}[{value}]" if isinstance(write, dict) else f"{code.name(write)}({value})"


def written(fields: dict[str, str]) -> str:
    """An object with these fields."""
    return "{" + ", ".join(f"{key!r}: {value}" for key, value in fields.items()) + "}"
