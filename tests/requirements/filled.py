"""Records with a value in every field that can be given, worked out of the inputs themselves."""

from typing import Any

from graphql import GraphQLEnumType, GraphQLInputObjectType, GraphQLList, get_named_type

from tests.requirements.graph import SCHEMA, Graph

_TEXTS = {
    "country": ("Austria", "Belgium"),
    "currency": ("EUR", "USD"),
    "timeZone": ("Africa/Cairo", "Europe/Berlin"),
}
_PHONES = {"phone", "phone2", "phone3", "businessPhone", "homePhone", "mobilePhone", "fax"}
_LEFT_OUT = {"customFields", "status", "isChild"}
"""What has rules of its own; the tests give it by hand."""


def filled(noun: str, which: int) -> dict[str, Any]:
    """The first or the second value of every field: for each, the first comes before the second."""
    kind = SCHEMA.type_map[f"{noun.capitalize()}Input"]
    assert isinstance(kind, GraphQLInputObjectType)
    return _filled(kind, which)


def _filled(kind: GraphQLInputObjectType, which: int) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for name, member in kind.fields.items():
        of = get_named_type(member.type)
        if name in _LEFT_OUT or of.name == "ID":
            continue
        value = _filled(of, which) if isinstance(of, GraphQLInputObjectType) else _value(name, of, which)
        values[name] = [value] if isinstance(member.type, GraphQLList) else value
    return values


def _value(name: str, of: Any, which: int) -> Any:
    if isinstance(of, GraphQLEnumType):
        codes = sorted(of.values, key=lambda option: of.values[option].value)
        return (codes[0], codes[-1])[which]
    if of.name == "String":
        return _text(name, which)
    return {
        "Decimal": ("10.25", "200.75"),
        "BigInt": (9, 10),
        "Int": (9, 10),
        "Boolean": (False, True),
        "Date": ("1990-05-01", "1991-04-02"),
        "DateTime": ("2025-05-01T09:00:00Z", "2025-12-01T08:00:00Z"),
    }[of.name][which]


def _text(name: str, which: int) -> str:
    letter = "ab"[which]
    if name in _TEXTS:
        return _TEXTS[name][which]
    if name.startswith("email"):
        return f"{letter}.{name}@example.org"
    if name in _PHONES:
        return f"+4930{which}{1234500 + len(name):07}"
    return f"https://{letter}.example.org" if name == "website" else f"{letter} {name}"


async def settle(graph: Graph) -> dict[str, str]:
    """Two accounts, two contacts, two leads with every field given, and one of each with hardly any."""
    ids: dict[str, str] = {}

    async def make(key: str, noun: str, **given: Any) -> None:
        ids[key] = await graph.made(noun, **given)

    await make("account 0", "account", **filled("account", 0))
    second = filled("account", 1) | {"parentAccountId": ids["account 0"]}
    await make("account 1", "account", **second)
    await make("account 2", "account", name="c")
    await make("contact 0", "contact", **filled("contact", 0) | {"accountId": ids["account 0"]})
    second = filled("contact", 1) | {"parentContactId": ids["contact 0"]}
    second["dataProtection"] |= {"isChild": True, "guardianId": ids["contact 0"]}
    await make("contact 1", "contact", **second)
    await make("contact 2", "contact", lastName="c")
    assert await graph.changed("account", ids["account 1"], primaryContactId=ids["contact 0"]) == []
    await make("lead 0", "lead", **filled("lead", 0) | {"contactId": ids["contact 0"]})
    second = filled("lead", 1) | {"accountId": ids["account 0"], "status": "CONTACTED"}
    await make("lead 1", "lead", **second)
    await make("lead 2", "lead", topic="c")
    sale = {"contactId": ids["contact 0"], "accountId": ids["account 0"], "originatingLeadId": ids["lead 0"]}
    await make("opportunity 0", "opportunity", name="A sale", **sale)
    await make("inactive", "contact", lastName="d")
    await graph.deactivate(ids["inactive"])
    return ids


def shown(given: dict[str, Any]) -> str:
    """The selection that shows what was given."""
    return " ".join(
        f"{name} {{ {shown(value)} }}" if isinstance(value, dict) else name for name, value in given.items()
    )
