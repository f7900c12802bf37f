"""Records that are a name and a few words, in the graph: asked for by id, created, changed and deleted."""

# mypy: disable-error-code="valid-type"
from dataclasses import dataclass
from typing import Annotated, Any

import strawberry

from resolvers import lookups
from resolvers.context import Info
from resolvers.identity import uuid_of
from resolvers.lookups import Key
from schema import naming
from schema.acts import create_input, mutation, update_input
from schema.graph import argument, declared
from schema.sources import Lookup
from schema.writing import Which

Id = Annotated[strawberry.ID, argument("Its global id.")]


def one(type_name: str, words: str) -> Any:
    """The field that finds a record of that type by its id."""

    def key(id: Any) -> Key:
        return Key(id=uuid_of(str(id), type_name, "id"))

    async def resolve(root: Any, info: Info, id: Id) -> Any:
        return await lookups.one(info, type_name, key(id))

    return declared(words, Lookup(type_name, key), resolve)


@dataclass(frozen=True)
class Named:
    """Records of a kind: where an input holds their fields, which these are, their name, what writes them."""

    type_name: str
    part: str
    values: Any
    noun: str
    written: Any

    def created(self, words: str) -> Any:
        """The mutation that creates one."""
        made = create_input(self.type_name, self.part, self.values, self.noun)
        taken: Any = Annotated[made, argument("What is created.")]

        async def resolve(info: Info, input: taken) -> Any:
            return await naming.created(info, info.field_name, self.part, input, self.written.create)

        return mutation(words, resolve)

    def updated(self, words: str) -> Any:
        """The mutation that changes one."""
        changed = update_input(self.type_name, self.values, self.noun)
        taken: Any = Annotated[changed, argument("What changes.")]

        async def resolve(info: Info, input: taken) -> Any:
            return await naming.updated(info, info.field_name, input, self.written.update)

        return mutation(words, resolve)

    def deleted(self, words: str) -> Any:
        """The mutation that deletes one."""

        async def resolve(info: Info, input: Which) -> Any:
            return await naming.deleted(info, input, self.written.delete)

        return mutation(words, resolve)
