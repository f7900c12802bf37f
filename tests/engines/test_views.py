"""Saved views keep what a list is asked with: checked when saved, and when used (domain.md R13, R44, R65)."""

from typing import Any

import pytest

from db.database import Database
from domain.options import Gender
from engines import records
from tests.engines.asking import NOW, Client

SHOWN = (
    "savedView { id version name search where orderBy owner shared entity } userErrors { code message path }"
)
PAGE = "nodes { fullName } totalCount { value } pageInfo { hasNextPage endCursor }"
USED = f"""query ($id: ID!, $first: Int, $after: String) {{
  savedView(id: $id) {{
    userErrors {{ code message path }}
    contacts(first: $first, after: $after) {{ {PAGE} }}
    accounts {{ nodes {{ id }} }}
    leads {{ nodes {{ id }} }}
  }}
}}"""
LISTED = f"""query ($where: ContactWhere, $order: ContactOrder, $search: String) {{
  contacts(where: $where, orderBy: $order, search: $search) {{ {PAGE} }}
}}"""
SEEN = (
    "query ($of: ViewEntity) { savedViews(entity: $of, first: 50) { nodes { name } totalCount { value } } }"
)
WHERE = {"city": {"in": ["Delft", "Gouda"]}, "or": [{"gender": {"eq": "MALE"}}, {"account": {}}]}
ORDER = {"field": "CITY", "direction": "DESC", "nulls": "FIRST"}


@pytest.fixture(scope="module")
async def client(database: Database) -> Client:
    """Somebody who looks at four people."""
    people = [("Ann", "Delft"), ("Bob", "Gouda"), ("Cas", "Delft"), ("Dee", "Breda")]
    async with database.transaction() as tx:
        for name, city in people:
            gender = Gender.FEMALE if name == "Cas" else Gender.MALE
            values = {"last_name": name, "city": city, "gender": gender}
            await records.create(tx, "contact", values, NOW)
    return Client(database)


async def saved(client: Client, **values: Any) -> Any:
    """A new view."""
    answer = await client.do(
        "savedViewCreate", {"savedView": {"entity": "CONTACT", "name": "V", **values}}, SHOWN
    )
    assert answer["userErrors"] == []
    return answer["savedView"]


async def test_a_view_gives_the_page_that_its_filter_and_order_do(client: Client) -> None:
    view = await saved(client, where=WHERE, orderBy=ORDER)
    assert (view["where"], view["orderBy"], view["owner"], view["shared"]) == (WHERE, ORDER, "mia", False)
    listed = (await client.ask(LISTED, where=view["where"], order=view["orderBy"]))["contacts"]
    assert [one["fullName"] for one in listed["nodes"]] == ["Bob", "Ann"]
    used = (await client.ask(USED, id=view["id"]))["savedView"]
    assert used == {"userErrors": [], "contacts": listed, "accounts": None, "leads": None}
    begun = (await client.ask(USED, id=view["id"], first=1))["savedView"]["contacts"]
    after = begun["pageInfo"]["endCursor"]
    rest = (await client.ask(USED, id=view["id"], first=1, after=after))["savedView"]["contacts"]
    assert begun["nodes"] + rest["nodes"] == listed["nodes"]
    assert (begun["pageInfo"]["hasNextPage"], rest["pageInfo"]["hasNextPage"]) == (True, False)


async def test_a_view_without_filter_and_order_is_the_list_and_one_with_words_its_search(
    client: Client,
) -> None:
    for search in (None, "an"):
        view = await saved(client, search=search)
        used = (await client.ask(USED, id=view["id"]))["savedView"]["contacts"]
        assert used == (await client.ask(LISTED, search=search))["contacts"]
        assert used["nodes"]


@pytest.mark.parametrize(
    ("values", "code", "path"),
    [
        ({"name": "  "}, "REQUIRED", ["name"]),
        ({"name": "x" * 501}, "INVALID", ["name"]),
        ({"search": "x" * 201}, "INVALID", ["search"]),
        ({"where": {"town": {"eq": "Delft"}}}, "INVALID", ["where"]),
        ({"where": {"or": [{}, {"city": {"eq": 5}}]}}, "INVALID", ["where", "or", "1", "city", "eq"]),
        ({"where": {"gender": {"eq": "OTHER"}}}, "INVALID", ["where", "gender", "eq"]),
        ({"where": {"gender": {"eq": None}}}, "INVALID", ["where", "gender", "eq"]),
        ({"where": {"id": {"eq": "x"}}}, "INVALID", ["where", "id", "eq"]),
        ({"where": ["city"]}, "INVALID", ["where"]),
        ({"where": {"createdAt": {"gt": "soon"}}}, "INVALID", ["where", "createdAt", "gt"]),
        ({"where": {"city": {"in": ["x" * 200] * 1_001}}}, "INVALID", ["where"]),
        ({"orderBy": {"field": "SHOE_SIZE"}}, "INVALID", ["orderBy", "field"]),
        ({"orderBy": {"customField": "shoeSize"}}, "NOT_FOUND", ["orderBy", "customField"]),
        ({"orderBy": {}}, "INVALID", ["orderBy"]),
    ],
)
async def test_what_no_list_can_be_asked_with_is_refused_with_its_place(
    client: Client, values: dict[str, Any], code: str, path: list[str]
) -> None:
    given = {"entity": "CONTACT", "name": "V", **values}
    created = await client.do("savedViewCreate", {"savedView": given}, SHOWN)
    assert created["savedView"] is None
    assert [(one["code"], one["path"]) for one in created["userErrors"]] == [(code, ["savedView", *path])]
    assert created["userErrors"][0]["message"].endswith(".")
    known = await saved(client)
    changed = await client.do("savedViewUpdate", {"id": known["id"], "patch": values}, SHOWN)
    assert [(one["code"], one["path"]) for one in changed["userErrors"]] == [(code, ["patch", *path])]


async def test_a_filter_nobody_could_ask_is_refused_however_deep(client: Client) -> None:
    where: dict[str, Any] = {}
    for _ in range(400):
        where = {"not": where}
    answer = await client.do(
        "savedViewCreate", {"savedView": {"entity": "LEAD", "name": "V", "where": where}}, SHOWN
    )
    assert [one["code"] for one in answer["userErrors"]] == ["INVALID"]


async def test_a_view_that_fits_no_longer_says_so(client: Client, database: Database) -> None:
    view = await saved(client, where=WHERE)
    async with database.transaction() as tx:
        text = "update saved_view set filter = $1 where filter is not null"
        await tx.run("former", {"formerField": {"eq": 1}}, text=text)
    query = "query ($id: ID!) { savedView(id: $id) { where userErrors { code path } } }"
    found = (await client.ask(query, id=view["id"]))["savedView"]
    assert found == {
        "where": {"formerField": {"eq": 1}},
        "userErrors": [{"code": "INVALID", "path": ["where"]}],
    }
    used = "query ($id: ID!) { savedView(id: $id) { contacts { nodes { id } } } }"
    assert await client.refused(used, id=view["id"]) == "INVALID"
    mended = await client.do("savedViewUpdate", {"id": view["id"], "patch": {"where": None}}, SHOWN)
    assert (mended["userErrors"], mended["savedView"]["where"], mended["savedView"]["version"]) == (
        [],
        None,
        2,
    )


async def test_views_are_seen_and_changed_by_their_owner_and_shared_ones_by_all(database: Database) -> None:
    mia, noah, nobody = (Client(database, actor=actor) for actor in ("mia2", "noah", None))
    own = await saved(mia, name="A own")
    shared = await saved(mia, name="B shared", shared=True)
    await saved(nobody, name="C of nobody", entity="LEAD")

    async def seen(client: Client, of: str | None = None) -> list[str]:
        found = (await client.ask(SEEN, of=of))["savedViews"]
        assert found["totalCount"]["value"] == len(found["nodes"])
        return [one["name"] for one in found["nodes"] if one["name"] != "V"]

    assert await seen(mia) == ["A own", "B shared"]
    assert await seen(noah) == ["B shared"]
    assert await seen(nobody) == ["B shared", "C of nobody"]
    assert await seen(nobody, "LEAD") == ["C of nobody"]
    patch = {"name": "B all"}
    hidden = await noah.do("savedViewUpdate", {"id": own["id"], "patch": patch})
    assert hidden["userErrors"] == [{"code": "NOT_FOUND", "path": ["id"]}]
    assert (await noah.do("savedViewDelete", {"id": own["id"]}))["userErrors"][0]["code"] == "NOT_FOUND"
    done = await noah.do("savedViewUpdate", {"id": shared["id"], "patch": patch, "expectedVersion": 1}, SHOWN)
    assert (done["savedView"]["name"], done["savedView"]["owner"]) == ("B all", "mia2")
    stale = await mia.do("savedViewUpdate", {"id": shared["id"], "patch": patch, "expectedVersion": 1})
    assert stale["userErrors"][0]["code"] == "STALE"
    assert (await mia.do("savedViewDelete", {"id": shared["id"]}, "deletedId"))["deletedId"] == shared["id"]
    assert await seen(mia) == ["A own"]


async def test_a_view_is_saved_once_under_a_key_and_found_as_a_node(client: Client) -> None:
    input = {"savedView": {"entity": "LEAD", "name": "Once"}, "idempotencyKey": "k1"}
    first, again = [await client.do("savedViewCreate", input, SHOWN) for _ in range(2)]
    assert first == again
    query = "query ($id: ID!) { node(id: $id) { id ... on SavedView { name } } }"
    id = first["savedView"]["id"]
    assert (await client.ask(query, id=id))["node"] == {"id": id, "name": "Once"}
