"""Rows of JSON: one object a line, or the objects of a list somewhere in a tree."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from engines.imports import sources
from engines.imports.mapping import Part
from engines.imports.sources import Broken, Opened, Row
from engines.imports.values import Cell

_DECODER = json.JSONDecoder()
_BLANK = " \t\r\n"


def rows(file: Opened, part: Part, kind: str) -> Iterator[Row]:
    """The objects in the order of the file; an inner object's values are columns with dotted names."""
    return _by_line(file, part) if kind == "ndjson" else _in_tree(sources.whole(file, part), part)


def _by_line(file: Opened, part: Part) -> Iterator[Row]:
    number = 0
    for at, line in enumerate(sources.lines(file, part), start=1):
        if not line.strip():
            continue
        number += 1
        try:
            found = json.loads(line)
        except (ValueError, RecursionError) as error:
            if not line.endswith(("\n", "\r")):
                raise Broken(at, "the file is cut off in the middle of an object") from None
            yield Row(number, at, {}, line.encode(errors="replace"), f"is not JSON ({_reason(error)})")
            continue
        yield _row(number, at, found, line.encode(errors="replace"))


def _in_tree(text: str, part: Part) -> Iterator[Row]:
    at = _find_list(text, part.records)
    line, counted = 1, 0
    number = 0
    while (begun := _next_item(text, at)) is not None:
        line, counted = line + text.count("\n", counted, begun), begun
        number += 1
        found, at = _decode(text, begun)
        yield _row(number, line, found, json.dumps(found, sort_keys=True).encode())


def _row(number: int, line: int, found: Any, trace: bytes) -> Row:
    if not isinstance(found, dict):
        return Row(number, line, {}, trace, "is not an object with names and values")
    return Row(number, line, dict(_flat(found, "")), trace)


def _flat(found: Mapping[str, Any], prefix: str) -> Iterator[tuple[str, Cell]]:
    for name, value in found.items():
        if isinstance(value, dict):
            yield from _flat(value, f"{prefix}{name}.")
        else:
            yield " ".join(f"{prefix}{name}".split()), value


def _find_list(text: str, path: str) -> int:
    """The place just behind the bracket that opens the list of records."""
    at = _skip(text, 0)
    for name in path.split(".") if path else ():
        at = _find_name(text, at, name)
    if text[at : at + 1] != "[":
        where = f'under "{path}"' if path else "in the file"
        raise Broken(_line(text, at), f"there is no list of records {where}")
    return at + 1


def _find_name(text: str, at: int, wanted: str) -> int:
    """The place of the value of that name in the object that begins here."""
    if text[at : at + 1] != "{":
        raise Broken(_line(text, at), f'there is no object with a "{wanted}"')
    at += 1
    while (found := _next_item(text, at, end="}")) is not None:
        name, at = _decode(text, found)
        at = _skip(text, at)
        if text[at : at + 1] != ":":
            raise Broken(_line(text, at), "the file is cut off or is not JSON")
        at = _skip(text, at + 1)
        if name == wanted:
            return at
        _, at = _decode(text, at)
    raise Broken(_line(text, at), f'there is no "{wanted}"')


def _next_item(text: str, at: int, end: str = "]") -> int | None:
    """The place of the next item, behind its comma; None at the end of the list or object."""
    at = _skip(text, at)
    if text[at : at + 1] == ",":
        at = _skip(text, at + 1)
    if at >= len(text):
        raise Broken(_line(text, at), "the file is cut off before its end")
    return None if text[at] == end else at


def _decode(text: str, at: int) -> tuple[Any, int]:
    try:
        return _DECODER.raw_decode(text, at)
    except (ValueError, RecursionError) as error:
        raise Broken(_line(text, at), f"the file is cut off or is not JSON ({_reason(error)})") from None


def _skip(text: str, at: int) -> int:
    while at < len(text) and text[at] in _BLANK:
        at += 1
    return at


def _line(text: str, at: int) -> int:
    return text.count("\n", 0, at) + 1


def _reason(error: Exception) -> str:
    return error.msg if isinstance(error, json.JSONDecodeError) else "nested too deeply"
