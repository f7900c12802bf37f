"""Inputs of mutations made from the schema by seed: what may be written, with hostile values among it."""

import json
import random
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from graphql import (
    GraphQLEnumType,
    GraphQLField,
    GraphQLInputObjectType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLSchema,
    get_named_type,
    is_leaf_type,
    is_required_argument,
    is_required_input_field,
)

from tests.http.hostile_values import DEEP, FITTING, FORGED, HOSTILE, NAMED, ODD, TEXTS, Bare

Ids = Mapping[str, Sequence[str]]
MOST_CHARACTERS = 20_000
"""So long is a document with its values in it, at most."""
NEEDED = {"lastName", "topic", "label"}
OWNERS = (
    ("contact", "Contact"),
    ("account", "Account"),
    ("lead", "Lead"),
    ("opportunity", "Opportunity"),
    ("customField", "CustomField"),
    ("segment", "Segment"),
    ("subscriptionList", "SubscriptionList"),
    ("subscriptionCenter", "SubscriptionCenter"),
    ("savedView", "SavedView"),
    ("subscription", "Contact"),
)
MEANT = {
    "contactIds": "Contact",
    "accountId": "Account",
    "contactId": "Contact",
    "customerAccountId": "Account",
    "customerContactId": "Contact",
    "guardianId": "Contact",
    "listId": "SubscriptionList",
    "listIds": "SubscriptionList",
    "mergeId": "Merge",
    "originatingEventId": "Event",
    "originatingLeadId": "Lead",
    "parentAccountId": "Account",
    "parentContactId": "Contact",
    "primaryContactId": "Contact",
}


class Maker:
    """Makes mutations of a schema, one after the other, by a seed."""

    def __init__(self, schema: GraphQLSchema, seed: int, ids: Ids) -> None:
        assert schema.mutation_type is not None
        self.fields: Mapping[str, GraphQLField] = schema.mutation_type.fields
        self.chance = random.Random(seed)
        self.ids = ids

    def body(self, mutation: str) -> str:
        """A request that asks for this mutation; its input is a variable, or written in the document."""
        (argument,) = self.fields[mutation].args.values()
        value = self.spoiled(argument.type, self.fitting(argument.type, mutation, "input"))
        shown = selection(self.fields[mutation].type, 2)
        if self.chance.random() < 0.25:
            query = f"mutation {{ {mutation}(input: {literal(argument.type, value)}) {shown} }}"
            if len(query) < MOST_CHARACTERS:
                return written({"query": query})
        query = f"mutation ($input: {argument.type}) {{ {mutation}(input: $input) {shown} }}"
        return written({"query": query, "variables": {"input": value}})

    def fitting(self, kind: Any, mutation: str, name: str) -> Any:
        """A value of that type which may be written."""
        if isinstance(kind, GraphQLNonNull):
            return self.fitting(kind.of_type, mutation, name)
        if isinstance(kind, GraphQLList):
            many = self.chance.choice((0, 1, 1, 2, 3))
            return [self.fitting(kind.of_type, mutation, name) for _ in range(many)]
        if isinstance(kind, GraphQLInputObjectType):
            return self._object(kind, mutation)
        if isinstance(kind, GraphQLEnumType):
            return self.chance.choice(list(kind.values))
        if kind.name == "ID":
            return self._id(mutation, name)
        return self.chance.choice(self.ids.get(name) or NAMED.get(name) or FITTING[kind.name])

    def _object(self, kind: GraphQLInputObjectType, mutation: str) -> dict[str, Any]:
        wanted = [name for name, field in kind.fields.items() if is_required_input_field(field)]
        others = sorted(set(kind.fields) - set(wanted))
        if kind.is_one_of:
            wanted, others = [self.chance.choice(others or wanted)], []
        most = min(len(others), self.chance.choice((0, 1, 2, 3, 8)))
        names = {*wanted, *self.chance.sample(others, most), *(NEEDED & set(others))}
        return {name: self.fitting(kind.fields[name].type, mutation, name) for name in sorted(names)}

    def _id(self, mutation: str, name: str) -> Any:
        owner = next((kind for start, kind in OWNERS if mutation.startswith(start)), "Contact")
        known = self.ids.get(MEANT.get(name, owner)) or FORGED
        return self.chance.choice(known)

    def spoiled(self, kind: Any, value: Any) -> Any:
        """The value with some of its parts hostile; now and then none, or all that can be null."""
        root = {"": value}
        for _ in range(self.chance.choice((0, 0, 1, 1, 1, 3))):
            places = list(_places(root, "", kind))
            leaves = [place for place in places if is_leaf_type(get_named_type(place[2]))]
            holder, key, of = self.chance.choice(leaves if leaves and self.chance.random() < 0.8 else places)
            holder[key] = self.hostile(of, holder[key])
        return root[""]

    def hostile(self, kind: Any, known: Any) -> Any:
        """A value that does not fit, or fits oddly."""
        named = get_named_type(kind)
        if isinstance(known, list) and known and self.chance.random() < 0.5:
            return known * (1_001 if self.chance.random() < 0.3 else 2)
        if self.chance.random() < 0.1:
            return self.chance.choice(ODD)
        if isinstance(named, GraphQLInputObjectType):
            return self._spoiled_object(named, known if isinstance(known, dict) else {})
        if isinstance(named, GraphQLEnumType):
            return self.chance.choice(("", "NOBODY", 1, "\ud800"))
        if isinstance(known, list):
            return [*known, self.hostile(named, None)]
        if named.name == "ID" and self.chance.random() < 0.7:
            return self.chance.choice([id for ids in self.ids.values() for id in ids])
        if named.name == "String" and isinstance(known, str) and len(known) > 40:
            at = self.chance.randrange(len(known))
            return known[:at] + self.chance.choice("aZ9-_.~\x00") + known[at + 1 :]
        return self.chance.choice(HOSTILE[named.name])

    def _spoiled_object(self, kind: GraphQLInputObjectType, known: dict[str, Any]) -> Any:
        of = {name: field.type for name, field in kind.fields.items()}
        nulls = {name: None for name in of if not isinstance(of[name], GraphQLNonNull)}
        one = self.chance.choice(TEXTS[:-10])
        texts = {name: one for name in of if str(of[name]) == "String"}
        more = self.chance.choice((nulls, texts, texts, DEEP, {**nulls, **known}))
        return {**known, **more}


def _places(holder: Any, key: Any, kind: Any) -> Iterator[tuple[Any, Any, Any]]:
    """Every place in a value, with the type that belongs there."""
    yield holder, key, kind
    value = holder[key]
    bare = kind.of_type if isinstance(kind, GraphQLNonNull) else kind
    if isinstance(bare, GraphQLList) and isinstance(value, list):
        for at in range(min(len(value), 5)):
            yield from _places(value, at, bare.of_type)
    if isinstance(bare, GraphQLInputObjectType) and isinstance(value, dict):
        for name in value:
            if name in bare.fields:
                yield from _places(value, name, bare.fields[name].type)


def selection(kind: Any, depth: int) -> str:
    """Everything of the type that can be shown without asking for lists, so deep."""
    named = get_named_type(kind)
    assert isinstance(named, GraphQLObjectType)
    shown = ["__typename"]
    for name, field in named.fields.items():
        of = get_named_type(field.type)
        if any(is_required_argument(one) for one in field.args.values()):
            continue
        if is_leaf_type(of):
            shown.append(name)
        elif depth and isinstance(of, GraphQLObjectType) and not of.name.endswith("Connection"):
            shown.append(f"{name} {selection(of, depth - 1)}")
    return "{ " + " ".join(shown) + " }"


def written(body: Any) -> str:
    """The body in JSON; what is bare stands in it as it is."""
    bare: list[str] = []

    def marked(value: Any) -> Any:
        if isinstance(value, Bare):
            bare.append(value)
            return f"@bare {len(bare) - 1}@"
        if isinstance(value, dict):
            return {key: marked(one) for key, one in value.items()}
        return [marked(one) for one in value] if isinstance(value, list) else value

    text = json.dumps(marked(body))
    return re.sub(r'"@bare (\d+)@"', lambda found: bare[int(found[1])], text)


def literal(kind: Any, value: Any) -> str:
    """The value as a document writes it."""
    bare = kind.of_type if isinstance(kind, GraphQLNonNull) else kind
    if isinstance(value, list):
        inner = bare.of_type if isinstance(bare, GraphQLList) else bare
        return "[" + ", ".join(literal(inner, one) for one in value) + "]"
    if isinstance(value, dict):
        fields = bare.fields if isinstance(bare, GraphQLInputObjectType) else {}
        members = (
            f"{name}: {literal(fields[name].type if name in fields else bare, one)}"
            for name, one in value.items()
            if re.fullmatch("[_A-Za-z][_0-9A-Za-z]*", name)
        )
        return "{" + ", ".join(members) + "}"
    named = get_named_type(bare)
    if isinstance(named, GraphQLEnumType) and isinstance(value, str) and value:
        return value
    return value if isinstance(value, Bare) else json.dumps(value)
