"""Merging as a client does it: what is found twice is merged, looked at, undone, and safely asked twice."""

from typing import Any

from db.database import Database
from domain.intake import Incoming
from engines.customers import receive
from resolvers.identity import to_global
from tests.documents.test_documents import answer, fresh_world
from tests.world import NOW

__all__ = ["fresh_world"]
TWINS = [
    Incoming("contact", "shop", ("a",), {"last_name": "Arbour", "email": "Twin@example.org"}),
    Incoming(
        "contact",
        "shop",
        ("b",),
        {"last_name": "Arbour", "email": "x@example.com", "email2": "twin@example.org"},
    ),
    Incoming(
        "account", "shop", ("k",), {"name": "kettle, co", "website": "https://www.kettle.example/about"}
    ),
]
GROUPS = """
{
  contactDuplicates(by: [SAME_ADDRESS]) {
    nodes { reason value count contacts { email } suggestedWinner { email } }
    pageInfo { hasNextPage endCursor }
  }
  accountDuplicates(by: [SAME_NAME], first: 1) { nodes { reason value count accounts { name } } }
}
"""


async def asked(world: Database, document: str) -> Any:
    """The data of an answer without errors."""
    found, _ = await answer(world, document, by_plan=False)
    assert "errors" not in found, found
    return found["data"]


async def twins(world: Database) -> tuple[str, str]:
    """Two contacts with one address, and a second Kettle & Co: the contacts' global ids."""
    async with world.transaction() as tx:
        await receive(tx, TWINS, NOW)
        rows = await tx.rows("", text="select record_id from source_key where source = 'shop' order by key")
    return to_global("Contact", rows[0]["record_id"]), to_global("Contact", rows[1]["record_id"])


def merging(winner: str, loser: str, key: str = "k1") -> str:
    """The mutation that merges the two."""
    chosen = f'winnerId: "{winner}", loserId: "{loser}", idempotencyKey: "{key}"'
    return f"""mutation {{ contactMerge(input: {{{chosen}}}) {{
        merge {{ id mergedAt undoneAt }} contact {{ email2 }} userErrors {{ code path }} }} }}"""


async def test_what_is_there_twice_is_found_in_groups(fresh_world: Database) -> None:
    await twins(fresh_world)
    data = await asked(fresh_world, GROUPS)
    (group,) = data["contactDuplicates"]["nodes"]
    assert group == {
        "reason": "SAME_ADDRESS",
        "value": "twin@example.org",
        "count": 2,
        "contacts": group["contacts"],
        "suggestedWinner": {"email": "x@example.com"},
    }
    assert {one["email"] for one in group["contacts"]} == {"Twin@example.org", "x@example.com"}
    assert data["contactDuplicates"]["pageInfo"]["hasNextPage"] is False
    cursor = data["contactDuplicates"]["pageInfo"]["endCursor"]
    document = f'{{ contactDuplicates(by: [SAME_ADDRESS], after: "{cursor}") {{ nodes {{ value }} }} }}'
    after = await asked(fresh_world, document)
    assert after["contactDuplicates"]["nodes"] == []
    (named,) = data["accountDuplicates"]["nodes"]
    assert {one["name"] for one in named["accounts"]} == {"Kettle & Co", "kettle, co"}


async def test_a_cursor_of_something_else_is_refused(fresh_world: Database) -> None:
    for arguments in ('after: "x"', "first: 26", "first: 0"):
        found, _ = await answer(fresh_world, f"{{ contactDuplicates({arguments}) {{ nodes {{ value }} }} }}")
        assert found["errors"][0]["extensions"]["code"] == "BAD_USER_INPUT"


async def test_a_merge_is_done_once_for_its_key_and_undone_by_its_id(fresh_world: Database) -> None:
    winner, loser = await twins(fresh_world)
    first = (await asked(fresh_world, merging(winner, loser)))["contactMerge"]
    assert first["userErrors"] == []
    assert await asked(fresh_world, merging(winner, loser)) == {"contactMerge": first}
    merge = first["merge"]["id"]
    merged = f'contact(by: {{id: "{loser}"}}) {{ id state mergedInto {{ id merges {{ id }} }}'
    node = "... on Merge { contact { id } mergedContact { id mergedInto { id } } }"
    shown = await asked(
        fresh_world, f'{{ node(id: "{merge}") {{ {node} }} {merged} duplicates {{ reasons }} }} }}'
    )
    assert shown == {
        "node": {"contact": {"id": winner}, "mergedContact": {"id": loser, "mergedInto": {"id": winner}}},
        "contact": {
            "id": loser,
            "state": "INACTIVE",
            "mergedInto": {"id": winner, "merges": [{"id": merge}]},
            "duplicates": [],
        },
    }
    undone = await asked(
        fresh_world,
        f'mutation {{ contactUnmerge(input: {{mergeId: "{merge}"}}) {{ merge {{ undoneAt }}'
        " contact { id duplicates { reasons contact { id } } } mergedContact { id state mergedInto { id } }"
        " userErrors { code } } }",
    )
    assert undone["contactUnmerge"] == {
        "merge": {"undoneAt": "2026-11-01T12:00:00Z"},
        "contact": {
            "id": winner,
            "duplicates": [{"reasons": ["SAME_ADDRESS"], "contact": {"id": loser}}],
        },
        "mergedContact": {"id": loser, "state": "ACTIVE", "mergedInto": None},
        "userErrors": [],
    }
