"""A schema of its own, over records that may hold anything: what no resolver of ours gives, others may."""

import asyncio
from collections.abc import AsyncIterator, Callable, Generator, Iterable
from dataclasses import dataclass
from enum import Enum
from typing import Any

import strawberry

from schema.graph import choice, column, custom, described, group, shows


class Size(Enum):
    """How large it is."""

    SMALL = "Not large."
    LARGE = "Not small."


@dataclass
class Row:
    """A record that may hold anything at all."""

    name: Any = "one"
    size: Any = Size.SMALL
    count: Any = 1
    share: Any = 0.5
    tags: Any = ("a", "b")
    part: Any = None
    parts: Any = ()

    @property
    def broken(self) -> str:
        """Cannot be read."""
        raise ValueError("It cannot be read.")


choice(Size)


@dataclass
class Soon:
    """A value to wait for, as often as one likes; an exception is raised."""

    value: Any

    def __await__(self) -> Generator[Any, None, Any]:
        yield from asyncio.sleep(0).__await__()
        if isinstance(self.value, Exception):
            raise self.value
        return self.value


async def never(root: Row) -> Any:
    """No value."""
    await Soon(ValueError(f"{root.name} never comes."))


@strawberry.interface
class Named:
    name: str = column("Its name.")


@shows(Row)
class Item(Named):
    """A row."""

    label: str | None = column("Its name, if it has one.", of="name")
    size: Size = column("Its size.")
    maybe: Size | None = column("Its size, if it has one.", of="size")
    count: int | None = column("How many.")
    share: float | None = column("Which part.")
    tags: list[str] = column("Words.")
    sizes: list[Size | None] | None = column("Sizes.", of="tags")
    broken: str | None = column("Cannot be read.")
    part: "Item | None" = column("A part.")
    named: Named | None = column("A part, by its interface.", of="part")
    parts: list["Item"] = column("Parts.")
    some: list["Item | None"] | None = column("Parts, some missing.", of="parts")
    itself: "Item" = group("The same again.")
    later: "Item" = custom("The same, later.", lambda root: Soon(root))
    fails: str = custom("Never comes.", never)


async def each(values: Iterable[Any]) -> AsyncIterator[Any]:
    """The values, one after the other."""
    for value in values:
        yield await Soon(value)


def _items(info: strawberry.Info[Any, None]) -> Any:
    return info.context


@described
class Root:
    """What can be asked."""

    items: list[Item] = custom("The rows.", _items)
    some: list[Item | None] = custom("The rows, some missing.", _items)


ODD = strawberry.Schema(query=Root, types=[Item])
PROMPT: dict[str, Callable[[], Any]] = {
    "nothing odd": lambda: [Row(), Row(part=Row("two"), parts=[Row("three"), Row("four")])],
    "null where none may be": lambda: [Row(), Row(name=None), Row(size=None)],
    "values that cannot be written": lambda: [Row(size="small"), Row(count="x"), Row(share=float("nan"))],
    "a number out of range": lambda: [Row(count=2**31), Row(count=-(2**31)), Row(count=True)],
    "exceptions as values": lambda: [Row(name=ValueError("No name.")), Row(part=ValueError("No part."))],
    "values of other types": lambda: [Row(name=1, count="2", share=3), Row(size=Size)],
    "lists of leaves with odd ones": lambda: [Row(tags=["a", None]), Row(tags=[Size.SMALL]), Row(tags=1)],
    "lists that are none": lambda: [Row(parts=1), Row(parts=None), Row(parts="ab")],
    "lists of other kinds": lambda: [Row(parts=(row for row in [Row()])), Row(parts={"a": 1})],
    "items missing": lambda: [Row(), None, Row(parts=[None, Row()]), Row(parts=[Row(name=None), Row()])],
    "objects of a type that does not fit": lambda: [Row(part=1), Row(parts=[Row(), "x"]), object()],
}
SLOW: dict[str, Callable[[], Any]] = {
    "values to wait for": lambda: [Row(name=Soon("x")), Row(part=Soon(Row()), parts=Soon([Row(), Row()]))],
    "items to wait for": lambda: [Soon(Row()), Row(parts=[Soon(Row(name=None)), Soon(Row())])],
    "items one after the other": lambda: each([Row(), Row(parts=each([Row(), None]))]),
    "waiting in vain": lambda: [Row(part=Soon(ValueError("No."))), Row(name=Soon(None)), Soon(TypeError())],
    "waiting in vain for items": lambda: [Row(parts=[Soon(Row()), Soon(ValueError("No."))]), Soon(None)],
}
