"""Any patches, applied one by one: the graph and a dictionary agree, and history leads back."""

from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from db.database import Database
from tests.engines.mutating import Desk

TEXTS = st.sampled_from([None, "a", "b", "c d"])
PERMISSIONS = st.sampled_from(["ALLOW", "DO_NOT_ALLOW"])
AMOUNTS = st.sampled_from([None, "0", "12.5", "-3"])
FLAT: dict[str, st.SearchStrategy[Any]] = {
    "lastName": st.sampled_from(["a", "b", "c"]),
    "jobTitle": TEXTS,
    "description": TEXTS,
    "annualIncome": AMOUNTS,
    "birthDate": st.sampled_from([None, "1990-01-02", "1991-03-04"]),
    "gender": st.sampled_from([None, "FEMALE", "MALE"]),
    "marketingOnly": st.booleans(),
    "relationshipTypes": st.lists(st.sampled_from(["CUSTOMER", "PARTNER", "SPEAKER"]), unique=True),
    "country": st.sampled_from([None, "NO", "Norway", "DE"]),
    "accountId": st.sampled_from([None, "one", "two"]),
}
GROUPS: dict[str, dict[str, st.SearchStrategy[Any]]] = {
    "preferences": {"phone": PERMISSIONS, "tracking": PERMISSIONS},
    "secondAddress": {"city": TEXTS, "line1": TEXTS},
}
NOTHING: dict[str, st.SearchStrategy[Any]] = {}
GROUPED: dict[str, st.SearchStrategy[Any]] = {
    name: st.none() | st.fixed_dictionaries(NOTHING, optional=of) for name, of in GROUPS.items()
}
PATCHES = st.fixed_dictionaries(NOTHING, optional=FLAT | GROUPED)
SHOWN = """version lastName jobTitle description annualIncome birthDate gender marketingOnly relationshipTypes
  country account { id } preferences { phone tracking } secondAddress { city line1 }"""
NEW: dict[str, Any] = {
    **dict.fromkeys(FLAT),
    "lastName": "a",
    "marketingOnly": False,
    "relationshipTypes": [],
    "preferences": {"phone": "ALLOW", "tracking": "ALLOW"},
    "secondAddress": {"city": None, "line1": None},
}
KEPT = {"NO": "Norway", "DE": "Germany"}
ORDER = ["CUSTOMER", "PARTNER", "SPEAKER"]
FLAT_NAMES = {
    "phonePermission": ("preferences", "phone"),
    "trackingPermission": ("preferences", "tracking"),
    "address2City": ("secondAddress", "city"),
    "address2Line1": ("secondAddress", "line1"),
}


def expected(state: dict[str, Any], patch: dict[str, Any]) -> dict[str, Any]:
    """The record as a dictionary would have it."""
    after = {name: dict(value) if isinstance(value, dict) else value for name, value in state.items()}
    for name, value in patch.items():
        if name in GROUPS:
            after[name] |= value or {}
        elif name == "relationshipTypes":
            after[name] = sorted(value, key=ORDER.index)
        else:
            after[name] = KEPT.get(value, value) if isinstance(value, str) else value
    return after


def seen(shown: dict[str, Any]) -> dict[str, Any]:
    """What the graph shows, without its version and in the dictionary's words."""
    found = {name: value for name, value in shown.items() if name not in ("version", "account")}
    found["relationshipTypes"] = sorted(found["relationshipTypes"], key=ORDER.index)
    found["accountId"] = shown["account"]["id"] if shown["account"] else None
    return found


def undone(state: dict[str, Any], changes: list[Any]) -> dict[str, Any]:
    """The state before these changes, as history tells them; each has to lead to the state after."""
    before = expected(state, {})
    for change in changes:
        group, name = FLAT_NAMES.get(change["field"], (None, change["field"]))
        place = before if group is None else before[group]
        old, new = change["old"], change["new"]
        if name == "relationshipTypes":
            old, new = (sorted(value, key=ORDER.index) for value in (old, new))
        assert place[name] == new
        place[name] = old
    return before


async def _lives(desk: Desk, patches: list[dict[str, Any]]) -> None:
    accounts = {name: (await desk.make("account", name=name))["id"] for name in ("one", "two")}
    id = (await desk.make("contact", lastName="a"))["id"]
    states, state = [NEW], NEW
    for patch in patches:
        desk = desk.later()
        given = {**patch}
        if given.get("accountId"):
            given["accountId"] = accounts[given["accountId"]]
        shown = await desk.change("contact", id, SHOWN, **given)
        state = expected(state, given)
        if state != states[-1]:
            states.append(state)
        assert seen(shown) == state
        assert shown["version"] == len(states)
    entries = await desk.history(id)
    assert [entry["version"] for entry in entries] == list(range(len(states), 0, -1))
    for entry, after in zip(entries, reversed(states), strict=True):
        assert state == after
        state = undone(state, entry["changes"])
    assert state == NEW


@given(patches=st.lists(PATCHES, min_size=1, max_size=12))
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
async def test_the_graph_and_a_dictionary_agree_and_history_leads_back(
    database: Database, patches: list[dict[str, Any]]
) -> None:
    await _lives(Desk(database), patches)
