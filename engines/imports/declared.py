"""Reads a mapping file and checks it: whatever is misspelt is said in a sentence, with its place."""

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from hashlib import blake2b
from pathlib import Path
from typing import Any

from domain.intake import ENTITIES
from engines.imports import recipes
from engines.imports.fields import ADDED_TO, ATTRIBUTES, CUSTOM, INTERACTION, Field, Kind, fields_of, normal
from engines.imports.mapping import Binding, Block, Condition, LeftOut, Part, Plan, Unusable

SHIPPED = Path(__file__).parent / "mappings"
MAPPING = {"name", "about", "source", "file", "left_out"}
FILE = {"match", "format", "encoding", "separator", "records", "nothing", "zone"}
RECORD = {"key", "when", "since", "fill", "by_email"}
_ENTITIES = (*ENTITIES, INTERACTION)
_FORMATS = ("csv", "tsv", "json", "ndjson")


def names() -> list[str]:
    """The names of the mappings that come along."""
    return sorted(path.stem for path in SHIPPED.glob("*.toml"))


def plan(format: str) -> Plan:
    """The mapping of that name, or in the file of that path."""
    path = SHIPPED / f"{format}.toml" if format in names() else Path(format)
    if not path.is_file():
        raise Unusable(
            f'There is no mapping "{format}": name one of {", ".join(names())}, or a mapping file.'
        )
    raw = path.read_bytes()
    try:
        declared = tomllib.loads(raw.decode())
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise Unusable(f"{path.name} is not a TOML file: {error}.") from None
    with _at(f"{path.name}: "):
        return _plan(declared, blake2b(raw, digest_size=16).digest())


@contextmanager
def _at(place: str) -> Iterator[None]:
    """Says of whatever is refused inside where that was."""
    try:
        yield
    except Unusable as unusable:
        raise Unusable(f"{place}{unusable}") from None


def _known(table: Mapping[str, Any], words: Sequence[str] | set[str], what: str) -> None:
    for word in table:
        if word not in words:
            raise Unusable(f'a {what} has no "{word}"; it has {", ".join(sorted(words))}.')


def _text(table: Mapping[str, Any], word: str) -> str:
    found = table.get(word)
    if not isinstance(found, str) or not found:
        raise Unusable(f'"{word}" is missing or is not text.')
    return found


def _texts(value: Any, word: str) -> tuple[str, ...]:
    found = [value] if isinstance(value, str) else value
    if not isinstance(found, list) or not found or not all(isinstance(text, str) for text in found):
        raise Unusable(f'"{word}" is a text or a list of texts.')
    return tuple(found)


def _tables(value: Any, word: str) -> list[Mapping[str, Any]]:
    found = [value] if isinstance(value, dict) else value
    if not isinstance(found, list) or not all(isinstance(table, dict) for table in found):
        raise Unusable(f'"{word}" is a table.')
    return found


def _plan(declared: Mapping[str, Any], digest: bytes) -> Plan:
    _known(declared, MAPPING, "mapping")
    if not declared.get("file"):
        raise Unusable("it names no file: it needs a [[file]].")
    parts = []
    for number, table in enumerate(_tables(declared["file"], "file"), start=1):
        with _at(f"file {number}: "):
            parts.append(_part(table))
    return Plan(
        name=_name(declared),
        about=_text(declared, "about"),
        source=_text(declared, "source"),
        parts=tuple(parts),
        left_out=tuple(_left_out(table) for table in _tables(declared.get("left_out", []), "left_out")),
        digest=digest,
    )


def _name(declared: Mapping[str, Any]) -> str:
    found = _text(declared, "name")
    if not re.fullmatch(r"[\w.-]+", found):
        raise Unusable('"name" is made of letters, digits, dots and hyphens: the report is called by it.')
    return found


def _left_out(table: Mapping[str, Any]) -> LeftOut:
    with _at("left_out: "):
        _known(table, {"match", "because"}, "file left out")
        return LeftOut(_texts(table.get("match"), "match"), _text(table, "because"))


def _part(table: Mapping[str, Any]) -> Part:
    _known(table, FILE | set(_ENTITIES), "file")
    zone = recipes.zone_named(table.get("zone", "UTC"))
    part = Part(
        match=_texts(table.get("match"), "match"),
        blocks=(),
        format=table.get("format"),
        encoding=table.get("encoding", "utf-8-sig"),
        separator=table.get("separator"),
        records=table.get("records", ""),
        nothing=recipes.placeholders(table.get("nothing", [])),
        zone=zone,
    )
    _check_part(part)
    blocks = [
        _named_block(entity, block, part)
        for entity in table
        if entity in _ENTITIES
        for block in _tables(table[entity], entity)
    ]
    if not blocks:
        raise Unusable(f"its rows become nothing: it needs one of {', '.join(_ENTITIES)}.")
    return replace(part, blocks=tuple(blocks))


def _check_part(part: Part) -> None:
    if part.format not in (None, *_FORMATS):
        raise Unusable(f'there is no format "{part.format}": a file is {", ".join(_FORMATS)}.')
    if part.separator is not None and len(part.separator) != 1:
        raise Unusable('"separator" is one character.')
    try:
        "".encode(part.encoding)
    except LookupError:
        raise Unusable(f'there is no encoding "{part.encoding}".') from None


def _named_block(entity: str, table: Mapping[str, Any], part: Part) -> Block:
    with _at(f"{entity}: "):
        return _block(entity, table, part)


def _block(entity: str, table: Mapping[str, Any], part: Part) -> Block:
    if "key" not in table:
        raise Unusable('it has no "key": without one, a second import would double it.')
    bindings = [
        binding
        for name, declared in table.items()
        if name not in RECORD
        for binding in _bindings(entity, name, declared, part)
    ]
    block = Block(
        entity=entity,
        keys=tuple(recipes.template(text) for text in _texts(table["key"], "key")),
        bindings=tuple(bindings),
        when=_condition(table["when"]) if "when" in table else None,
        since=_since(entity, table["since"], part) if "since" in table else None,
        fill=_flag(table, "fill"),
        by_email=_flag(table, "by_email"),
    )
    _check_interaction(block)
    return block


def _flag(table: Mapping[str, Any], word: str) -> bool:
    found = table.get(word, False)
    if not isinstance(found, bool):
        raise Unusable(f'"{word}" is true or false.')
    return found


def _check_interaction(block: Block) -> None:
    names = {binding.name for binding in block.bindings}
    for needed in ("type", "occurred_at") if block.entity == INTERACTION else ():
        if needed not in names:
            raise Unusable(f'it has no "{needed}", and an interaction needs one.')


def _since(entity: str, declared: Any, part: Part) -> Binding:
    if entity != "contact":
        raise Unusable('only a contact has a "since": when its stay in its account began.')
    return _binding("since", Field("since", Kind.MOMENT), declared, part)


def _condition(declared: Any) -> Condition:
    with _at("when: "):
        if not isinstance(declared, dict):
            raise Unusable("it is a table: { column = …, is = … }.")
        _known(declared, {"column", "is", "is_not"}, "condition")
        if ("is" in declared) == ("is_not" in declared):
            raise Unusable('it has either "is" or "is_not".')
        word = "is" if "is" in declared else "is_not"
        values = frozenset(normal(text) for text in _texts(declared[word], word))
        return Condition(_text(declared, "column"), values, word == "is")


def _bindings(entity: str, name: str, declared: Any, part: Part) -> Iterator[Binding]:
    if name == ATTRIBUTES[entity]:
        for key, inner in _tables(declared, name)[0].items():
            yield _binding(f"{name}.{key}", Field(key, Kind.ANY), inner, part, attribute=True)
        return
    if name == CUSTOM and entity in ADDED_TO:
        for key, inner in _tables(declared, name)[0].items():
            yield _binding(f"{name}.{key}", Field(key, Kind.ANY), inner, part, attribute=True)
        return
    field = fields_of(entity).get(name)
    if field is None:
        place = ATTRIBUTES[entity]
        raise Unusable(
            f'{"an" if entity[0] in "aio" else "a"} {entity} has no field "{name}";'
            f" what has no field of ours goes into {place}.{name}."
        )
    yield _binding(name, field, declared, part)


def _binding(name: str, field: Field, declared: Any, part: Part, attribute: bool = False) -> Binding:
    with _at(f"{name}: "):
        ways = declared if isinstance(declared, list) else [declared]
        if not ways:
            raise Unusable("it names no column.")
        made = tuple(recipes.recipe(way, field, part, attribute) for way in ways)
        return Binding(name, field, made, attribute)
