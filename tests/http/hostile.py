"""Inputs of mutations made from the schema by seed: mostly what may be written, with hostile values among it."""

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

Ids = Mapping[str, Sequence[str]]


class Bare(str):
    """Written into JSON as it is: numbers that Python would not write."""

    __slots__ = ()


DEEP: Any = {"and": []}
for _ in range(60):
    DEEP = {"not": DEEP, "and": [{"not": DEEP}] if _ < 3 else []}
ODD: Sequence[Any] = (None, True, 0, -1, 1.5, "", "x", [], [None], [[1]], {}, {"x": 1}, Bare("1e400"))
TEXTS: Sequence[Any] = (
    "a\x00b",
    "\ud800",
    "\udfff\ud800",
    "'; drop table contact; --",
    '"}) { __typename } #',
    "\u202eevil\u202c",
    "\ufeff",
    "\u200b",
    "\uffff",
    "💥" * 300,
    "e\u0301" * 2_000,
    " \t\r\n ",
    "%_\\",
    "$1",
    "{t}",
    "null",
    "=1+1",
    "x" * 99,
    "x" * 256,
    "x" * 5_000,
    "k" * 400_000,
    "a@" * 5_000,
    "+1" + "0" * 400,
    "ann@kettle.example",
    "ÄRGER@EXAMPLE.ORG",
    "a" * 65 + "@example.org",
    '"a b"@example.org',
    "a@\u0130.example",
    "http://[::1",
    "(+44) 20 7946 0958 ext. 99999999999999999999",
    "\N{THAI DIGIT FOUR}\N{THAI DIGIT TWO}",
)
NUMBERS: Sequence[Any] = (
    0,
    -1,
    2**31 - 1,
    2**31,
    -(2**31) - 1,
    2**53 + 1,
    2**63 - 1,
    2**63,
    -(2**63) - 1,
    10**40,
    0.1,
    1e308,
    Bare("1e999"),
    Bare("-0"),
    Bare("9" * 4_000),
    Bare("0." + "1" * 4_000),
    "12",
    "NaN",
)
DECIMALS: Sequence[Any] = (
    *NUMBERS,
    "sNaN",
    "Infinity",
    "-Infinity",
    "1e999999",
    "1e-999999",
    "1E+131071",
    "9" * 1_000,
    "-0.00",
    "0." + "0" * 500 + "1",
    "1_000",
    " 1 ",
    "\uff11\uff12",
    "1,5",
)
DATES: Sequence[Any] = (
    "0001-01-01",
    "9999-12-31",
    "0000-00-00",
    "2026-02-30",
    "20260101",
    "2026-W01-1",
    "infinity",
    "-0044-03-15",
    "+12026-01-01",
    "2026-05-01T00:00:00Z",
    "today",
    "1899-12-31",
    "2100-01-01",
)
MOMENTS: Sequence[Any] = (
    "0001-01-01T00:00:00+14:00",
    "9999-12-31T23:59:59.999999-14:00",
    "2026-05-01T09:30:60Z",
    "2026-05-01T24:00:00Z",
    "2026-05-01T09:30:00",
    "2026-05-01T09:30:00+23:59:59.999999",
    "2026-05-01T09:30:00.123456789123Z",
    "1969-12-31T23:59:59Z",
    "2026-01-01T00:00:00Z",
    "2099-12-31T23:59:59Z",
    "infinity",
)
FORGED: Sequence[Any] = (
    "Q29udGFjdDp4",
    "Ojo6",
    "Um9vdDox",
    "QWNjb3VudDo",
    "Q29udGFjdA",
    "Q29udGFjdDowMDAwMDAwMC0wMDAwLTAwMDAtMDAwMC0wMDAwMDAwMDAwMDA",
    "TWVyZ2U6MDAwMDAwMDAtMDAwMC0wMDAwLTAwMDAtMDAwMDAwMDAwMDAw",
    "Q29udGFjdDpmZmZmZmZmZi1mZmZmLWZmZmYtZmZmZi1mZmZmZmZmZmZmZmY6eDp5",
    "00000000-0000-0000-0000-000000000000",
    "%00",
    "=",
    "é",
)
JSONS: Sequence[Any] = (
    DEEP,
    {"custom": {"name": "gone", "text": {"eq": "x"}}},
    {"customFields": [{"name": "score", "integer": {"gt": 10**40}}]},
    {"lastName": {"eq": "a\x00b"}},
    {"lastName": {"eq": "\ud800"}},
    {"lastName": {"in": ["x"] * 3_000}},
    {"createdAt": {"gt": "9999-12-31T23:59:59-14:00"}},
    {"annualIncome": {"eq": "NaN"}},
    {"id": {"eq": "Ojo6"}},
    {"or": [{"city": {"contains": "%"}}] * 200},
    {"\x00": 1},
    {"k" * 300_000: 1},
    {"field": "CREATED_AT", "direction": "ASC"},
    {"field": "CREATED_AT", "custom": "gone"},
    [{"field": "LAST_NAME"}] * 50,
    Bare("9" * 4_000),
    Bare('{"x": 1e400}'),
    Bare("[" * 150 + "]" * 150),
    2**64,
    "text",
)
HOSTILE: Mapping[str, Sequence[Any]] = {
    "String": TEXTS,
    "ID": FORGED,
    "Int": NUMBERS,
    "BigInt": NUMBERS,
    "Decimal": DECIMALS,
    "Date": DATES,
    "DateTime": MOMENTS,
    "Boolean": ("true", 1, 0, None),
    "JSON": JSONS,
}
FITTING: Mapping[str, Sequence[Any]] = {
    "String": ("Arbour", "Kettle", "a b", "news"),
    "Int": (1, 2, 50),
    "BigInt": (0, 12, 5_000_000_000),
    "Decimal": ("12.50", "0"),
    "Date": ("2026-05-01", "1990-12-31"),
    "DateTime": ("2026-05-01T09:30:00Z", "2026-03-01T09:30:00+02:00"),
    "Boolean": (True, False),
    "JSON": (None, {}, {"city": {"eq": "x"}}, {"field": "CREATED_AT"}),
}
NAMED: Mapping[str, Sequence[Any]] = {
    "email": ("ann@kettle.example", "new@example.org", "dee@example.org"),
    "email2": ("second@example.org",),
    "country": ("NL", "Germany"),
    "currency": ("EUR", "USD"),
    "timeZone": ("Europe/Berlin",),
    "source": ("world", "crm"),
    "key": ("ann", "cas", "new"),
    "idempotencyKey": (None, None, None, None, "a", "b", "k" * 255, "k" * 256, "", "\x00", "é", "a\nb", "\ud800"),
    "expectedVersion": (None, None, None, None, None, 1, 2, 3, -1, 2**31 - 1),
    "name": ("motto", "score", "vip", "tier", "oldCode", "gone", "Somebody", "made1", "made2"),
    "closeProbability": (0, 50, 100),
    "where": (None, {}, {"city": {"eq": "x"}}, {"and": [{"email": {"isNull": True}}]}),
    "orderBy": (None, {"field": "CREATED_AT"}, {"field": "CREATED_AT", "direction": "ASC"}),
}
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
        """A request that asks for this mutation; its input is a variable."""
        (argument,) = self.fields[mutation].args.values()
        value = self.spoiled(argument.type, self.fitting(argument.type, mutation, "input"))
        query = f"mutation ($input: {argument.type}) {{ {mutation}(input: $input) {self.shown(mutation)} }}"
        return written({"query": query, "variables": {"input": value}})

    def shown(self, mutation: str) -> str:
        """Everything of the answer that can be shown without asking for lists."""
        return _selection(self.fields[mutation].type, 2)

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
            nulls = {name: None for name, of in named.fields.items() if not isinstance(of.type, GraphQLNonNull)}
            given = known if isinstance(known, dict) else {}
            return self.chance.choice(({**given, **nulls}, {**nulls, **given}, {**given, **DEEP}))
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


def _selection(kind: Any, depth: int) -> str:
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
            shown.append(f"{name} {_selection(of, depth - 1)}")
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
