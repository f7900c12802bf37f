"""The Node interface: everything that a client's cache can hold."""

from typing import Any

import strawberry

from resolvers.identity import to_global
from schema.graph import declared, words_of
from schema.sources import Identity


def _id(root: Any, info: strawberry.Info) -> Any:
    own: str | None = getattr(root, "global_id", None)
    return own or to_global(info.path.typename or "", root.id)


class Node:
    """An object with an id of its own: stable, opaque, good for `node`."""

    id: strawberry.ID = declared("The object's global id.", Identity(), _id)


Node = strawberry.interface(Node, description=words_of(Node))  # type: ignore[misc]


def known_as(type_name: str) -> Any:
    """The `id` of an interface's objects, whose global ids name the interface, whatever type they are of."""

    def resolve(root: Any) -> Any:
        return to_global(type_name, root.id)

    return declared("The object's global id.", Identity(type_name), resolve)


def _part_id(root: Any, info: strawberry.Info) -> Any:
    return to_global(info.path.typename or "", getattr(root, "global_id", None) or root.id)


@strawberry.type
class Part:
    id: strawberry.ID = declared(
        "Tells this part of an object apart in a client's cache; `node` takes the whole object's own id.",
        Identity(),
        _part_id,
    )
