"""Contacts, accounts and leads as the records that everything shares (domain.md 1.1)."""

import pytest
from graphql import get_named_type

from tests.requirements.graph import SCHEMA, Graph, kind_of, type_of

NOUNS = ("contact", "account", "lead")
LEAST = {"contact": {"lastName": "Elm"}, "account": {"name": "Elm Ltd"}, "lead": {"topic": "Elms"}}
NAMED = {"contact": "lastName", "account": "name", "lead": "topic"}
ENHANCEMENTS = {
    "marketingSource",
    "preferences",
    "subscriptions",
    "dataProtection",
    "events",
    "eventInformation",
    "insights",
}


@pytest.mark.parametrize("noun", NOUNS)
async def test_r3_contacts_accounts_and_leads_are_node_types_found_one_and_many(
    graph: Graph, noun: str
) -> None:
    """Each of the three has a global id that stays its own, and is found by it, alone and in its list."""
    id = await graph.made(noun, **LEAST[noun])
    node = (
        f"query ($id: ID!) {{ node(id: $id) {{ __typename id ... on {noun.capitalize()} {{ version }} }} }}"
    )
    assert "Node" in {one.name for one in kind_of(noun.capitalize()).interfaces}
    assert await graph.seen(noun, id, "id version") == {"id": id, "version": 1}
    assert id in await graph.listed(noun, where={"id": {"eq": id}})
    assert await graph.changed(noun, id, **{NAMED[noun]: "Oak"}) == []
    found = (await graph.ask(node, id=id))["node"]
    assert found == {"__typename": noun.capitalize(), "id": id, "version": 2}


@pytest.mark.parametrize("noun", NOUNS)
async def test_r4_core_fields_are_written_without_any_of_marketing(graph: Graph, noun: str) -> None:
    """What other applications share is written with core fields alone; marketing has its groups."""
    members = SCHEMA.type_map[f"{noun.capitalize()}Input"].fields  # type: ignore[attr-defined]
    assert [name for name, member in members.items() if str(member.type).endswith("!")] == []
    mixed = [name for name in members if "ermission" in name or "onsent" in name or name.startswith("source")]
    assert set(mixed) <= {"source", "sourceType"}
    groups = [name for name in ("preferences", "marketingSource", "dataProtection") if name in members]
    shown = " ".join(f"{name} {{ {_plain(noun, name)} }}" for name in groups)
    id = await graph.made(noun, **LEAST[noun])
    before = await graph.seen(noun, id, shown)
    assert await graph.changed(noun, id, city="Elmswell", **{NAMED[noun]: "Oak"}) == []
    assert await graph.seen(noun, id, f"city {shown}") == {"city": "Elmswell", **before}


def _plain(noun: str, group: str) -> str:
    fields = type_of(noun.capitalize(), group).fields
    return " ".join(name for name, one in fields.items() if not hasattr(get_named_type(one.type), "fields"))


async def test_r5_every_enhancement_is_reached_from_the_contact_and_is_explained(graph: Graph) -> None:
    """All that marketing adds to a contact hangs off its node, and the schema explains each part."""
    fields = kind_of("Contact").fields
    assert set(fields) >= ENHANCEMENTS
    for name in ENHANCEMENTS:
        assert fields[name].description, name
        for inner, field in type_of("Contact", name).fields.items():
            assert len(str(field.description).split()) > 2, f"{name}.{inner}"
    ann = await graph.keyed("contact", "ann")
    shown = " ".join(f"{name} {{ __typename }}" for name in sorted(ENHANCEMENTS))
    found = await graph.seen("contact", ann, shown)
    assert {name for name, part in found.items() if part["__typename"]} == ENHANCEMENTS
