"""Manifests: the documents of a client's build, as relay-compiler, Apollo and graphql-codegen write them."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import orjson

from db.migrate import Unfit

APOLLO = "apollo-persisted-query-manifest"


class Known(NamedTuple):
    """A document with the id that its client asks for it by, and the file that it came from."""

    id: str
    text: str
    file: Path


def read(named: str) -> Iterator[Known]:
    """The documents of all files and folders that are named, with commas between them."""
    for name in filter(None, map(str.strip, named.split(","))):
        path = Path(name)
        files = sorted(path.glob("*.json")) if path.is_dir() else [path]
        if not files:
            raise Unfit(f"The folder {path} of LEADGRAPH_DOCUMENTS has no manifest: no file *.json.")
        for file in files:
            for id, text in _documents(file).items():
                yield Known(id, text, file)


def _documents(file: Path) -> Mapping[str, str]:
    try:
        found = orjson.loads(file.read_bytes())
    except OSError as error:
        raise Unfit(f"The manifest {file} cannot be read: {error.strerror}.") from error
    except ValueError as error:
        raise Unfit(f"The manifest {file} is not JSON: {error}.") from error
    if isinstance(found, dict):
        if found.get("format") == APOLLO:
            return _of_apollo(file, found)
        if all(isinstance(text, str) for text in found.values()):
            return found
    raise Unfit(
        f"The manifest {file} is of no known form: it is neither an object of texts by id, as relay-compiler"
        " and graphql-codegen write it, nor one of Apollo's."
    )


def _of_apollo(file: Path, found: Mapping[str, Any]) -> Mapping[str, str]:
    if found.get("version") != 1:
        raise Unfit(f"The manifest {file} is of version {found.get('version')}; version 1 is known.")
    try:
        pairs = {operation["id"]: operation["body"] for operation in found["operations"]}
    except (KeyError, TypeError) as error:
        raise Unfit(f"The manifest {file} has an operation without `id` or `body`.") from error
    if not all(isinstance(text, str) for pair in pairs.items() for text in pair):
        raise Unfit(f"The manifest {file} has an operation whose `id` or `body` is no text.")
    return pairs
