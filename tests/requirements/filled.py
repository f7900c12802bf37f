"""Records with a value in every field that can be given, worked out of the inputs themselves."""

from itertools import permutations
from typing import Any
from zlib import crc32

from graphql import GraphQLEnumType, GraphQLInputObjectType, GraphQLList, get_named_type

from domain.intake import Incoming
from domain.pipeline import LeadStatus
from engines.customers import receive
from tests.engines.asking import NOW
from tests.requirements.graph import SCHEMA, Graph

_ORDERS = tuple(permutations(range(3)))
_TEXTS = {
    "country": ("Austria", "Belgium", "Chile"),
    "currency": ("EUR", "JPY", "USD"),
    "timeZone": ("Africa/Cairo", "Asia/Tokyo", "Europe/Berlin"),
}
_PHONES = {"phone", "phone2", "phone3", "businessPhone", "homePhone", "mobilePhone", "fax"}
_VALUES: dict[str, tuple[Any, ...]] = {
    "Decimal": ("10.25", "200.75", "3000"),
    "BigInt": (9, 10, 100),
    "Int": (9, 10, 100),
    "Boolean": (False, True),
    "Date": ("1990-05-01", "1991-04-02", "1992-03-03"),
    "DateTime": ("2025-05-01T09:00:00Z", "2025-06-01T08:00:00Z", "2025-07-01T07:00:00Z"),
}
_LEFT_OUT = {"customFields", "status", "isChild"}
"""What has rules of its own; the tests give it by hand."""
_FLAGS = ("sales_ready", "sales_accepted", "teleprospect_ready", "teleprospect_accepted", "recycled")
_CLOSED = {"topic": "e", "status": LeadStatus.LOST, "closed_at": NOW, **dict.fromkeys(_FLAGS, True)}
SET_BY_OTHERS = [
    Incoming("contact", "filled", ("e",), {"last_name": "e", "last_used_in_campaign": NOW}),
    Incoming("lead", "filled", ("e",), _CLOSED),
]
"""What acts of their own write, and inputs do not take."""


def filled(noun: str, which: int) -> dict[str, Any]:
    """A value of every field: three records of 0, 1 and 2 lie in another order by each of most fields."""
    kind = SCHEMA.type_map[f"{noun.capitalize()}Input"]
    assert isinstance(kind, GraphQLInputObjectType)
    return _filled(kind, which, "")


def _filled(kind: GraphQLInputObjectType, which: int, group: str) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for name, member in kind.fields.items():
        of = get_named_type(member.type)
        if name in _LEFT_OUT or of.name == "ID":
            continue
        if isinstance(of, GraphQLInputObjectType):
            values[name] = _filled(of, which, name)
            continue
        options = _options(name, of)
        mixed = crc32(f"{group}.{name}".encode())
        place = (which + mixed) % 2 if len(options) == 2 else _ORDERS[mixed % len(_ORDERS)][which]
        values[name] = [options[place]] if isinstance(member.type, GraphQLList) else options[place]
    return values


def _options(name: str, of: Any) -> tuple[Any, ...]:
    """Two or three values that the field takes, in their order."""
    if isinstance(of, GraphQLEnumType):
        codes = sorted(of.values, key=lambda option: of.values[option].value)
        return (*codes[:2], codes[-1]) if len(codes) > 2 else tuple(codes)
    if of.name != "String":
        return _VALUES[of.name]
    return _TEXTS.get(name) or tuple(_text(name, number) for number in range(3))


def _text(name: str, number: int) -> str:
    letter = "abc"[number]
    if name.startswith("email"):
        return f"{letter}.{name}@example.org"
    if name in _PHONES:
        return f"+4930{number}{1234500 + len(name):07}"
    return f"https://{letter}.example.org" if name == "website" else f"{letter} {name}"


def shown(given: dict[str, Any]) -> str:
    """The selection that shows what was given."""
    return " ".join(
        f"{name} {{ {shown(value)} }}" if isinstance(value, dict) else name for name, value in given.items()
    )


async def settle(graph: Graph) -> None:
    """Accounts, contacts and leads with every field given, and some of each with hardly any."""
    accounts = [await graph.made("account", **filled("account", which)) for which in range(3)]
    assert await graph.changed("account", accounts[1], parentAccountId=accounts[0]) == []
    await graph.do("accountDeactivate", {"id": await graph.made("account", name="d")})
    contacts = await _contacts(graph, accounts[0])
    assert await graph.changed("account", accounts[2], primaryContactId=contacts[0]) == []
    parents: Any = ({"contactId": contacts[0]}, {"accountId": accounts[0], "status": "CONTACTED"}, {})
    leads = [await graph.made("lead", **filled("lead", n) | parent) for n, parent in enumerate(parents)]
    sale = {"contactId": contacts[0], "accountId": accounts[0], "originatingLeadId": leads[0]}
    await graph.made("opportunity", name="A sale", **sale)
    async with graph.db.transaction() as tx:
        await receive(tx, SET_BY_OTHERS, NOW)


async def _contacts(graph: Graph, account: str) -> list[str]:
    elder = await graph.made("contact", **filled("contact", 0) | {"accountId": account})
    child = filled("contact", 1) | {"parentContactId": elder}
    child["dataProtection"] |= {"isChild": True, "guardianId": elder}
    contacts = [
        elder,
        await graph.made("contact", **child),
        await graph.made("contact", **filled("contact", 2)),
    ]
    await graph.deactivate(await graph.made("contact", lastName="d"))
    asked = {"id": await graph.made("contact", email="d@example.org")}
    form = {"level": "SUBSCRIPTIONS", "source": "FORM", "sourceFormId": "newsletter"}
    for given in (form, {"level": "PROFILING", "confirmation": True}):
        assert (await graph.do("contactSetConsent", asked | given))["userErrors"] == []
    return contacts
