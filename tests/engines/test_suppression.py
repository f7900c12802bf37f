"""Addresses are listed by what is taken in about them, in whatever order it comes (domain.md 8.6)."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from itertools import count
from random import Random
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from db import subjects
from db.database import Database
from db.ids import identity
from domain.facts import NewInteraction
from domain.intake import Incoming
from domain.interactions import InteractionType
from domain.merges import Choice
from domain.suppression import HAPPENINGS, AddressEvent, AddressState, Standing, standing
from engines import ingest, merges, records, redaction, suppression
from engines.customers import receive
from tests.engines.asking import Client, own
from tests.traces import found

T = InteractionType
NOW = datetime.now(UTC).replace(microsecond=0)
BEGINNING = NOW - timedelta(days=100)
NUMBERS = count(1)
COLUMNS = "cause, times_listed, consecutive_soft_bounces, listed_at, until, permanent"
LISTED = """query ($search: String, $past: Boolean! = false, $first: Int, $after: String) {
  suppressedAddresses(search: $search, past: $past, first: $first, after: $after) {
    nodes { address isPattern state cause timesListed consecutiveSoftBounces listedAt until }
    pageInfo { hasNextPage endCursor }
    totalCount { value }
  }
}"""
STATE = "query ($id: ID!) { contact(by: {id: $id}) { addressState } }"
SHOWN = "suppressedAddress { id address state cause isPattern until } userErrors { code path }"


def told(kind: InteractionType, day: float, address: str | None = None, **more: Any) -> NewInteraction:
    """Something about a message, of nobody but the address unless more is said."""
    properties = {"emailAddressUsed": address} if address else {}
    at = BEGINNING + timedelta(days=day)
    id = f"{next(NUMBERS)}"
    properties |= more.pop("properties", {})
    return NewInteraction(kind, at, "mailer", id, properties=properties, **more)


async def take(db: Database, *batch: NewInteraction) -> None:
    await ingest.ingest(db, batch, NOW)


async def do(client: Client, mutation: str, input: dict[str, Any]) -> Any:
    """What staff is answered."""
    document = f"mutation ($input: SuppressedAddressInput!) {{ {mutation}(input: $input) {{ {SHOWN} }} }}"
    return (await client.ask(document, input=input))[mutation]


async def row(db: Database, address: str) -> Any:
    text = f"select {COLUMNS} from suppressed_address where address = $1"
    rows = await db.reads().rows("row", address, text=text)
    return tuple(rows[0].values()) if rows else None


def columns(of: Standing) -> tuple[Any, ...]:
    cause = of.cause.name if of.cause else None
    return (cause, of.times_listed, of.consecutive_soft_bounces, of.listed_at, of.until, of.permanent)


def expected(batch: Sequence[NewInteraction]) -> Standing:
    """How an address stands by the rule, after all of this."""
    return standing(
        AddressEvent(
            new.occurred_at,
            identity(new.source, new.source_id),
            HAPPENINGS[new.type],
            UUID(int=int(new.sending_id)) if new.sending_id else None,
        )
        for new in batch
        if (new.properties or {}).get("bounceCategory") != "suppression-list"
    )


async def test_a_hard_bounce_lists_the_address_of_its_contact(database: Database) -> None:
    client = Client(database, now=NOW)
    contact = await client.person(email="Hard@Example.org")
    assert (await client.ask(STATE, id=contact))["contact"] == {"addressState": "NOT_LISTED"}
    await take(database, told(T.EMAIL_HARD_BOUNCED, 99, contact_id=own(contact)))
    assert (await client.ask(STATE, id=contact))["contact"] == {"addressState": "ON_SUPPRESSION_LIST"}
    (shown,) = (await client.ask(LISTED, search="HARD@"))["suppressedAddresses"]["nodes"]
    until = (BEGINNING + timedelta(days=106)).isoformat().replace("+00:00", "Z")
    assert shown | {"listedAt": None} == {
        "address": "hard@example.org",
        "isPattern": False,
        "state": "ON_SUPPRESSION_LIST",
        "cause": "HARD_BOUNCE",
        "timesListed": 1,
        "consecutiveSoftBounces": 0,
        "listedAt": None,
        "until": until,
    }
    nobody = await client.person()
    assert (await client.ask(STATE, id=nobody))["contact"] == {"addressState": None}


async def test_the_address_that_was_used_counts_and_not_the_one_that_the_contact_has(
    database: Database,
) -> None:
    contact = await Client(database).person(email="new@example.org")
    bounce = told(T.EMAIL_HARD_BOUNCED, 1, "Old@example.org", contact_id=own(contact))
    await take(database, bounce)
    assert await row(database, "old@example.org") is not None
    assert await row(database, "new@example.org") is None


async def test_an_attempt_that_the_list_has_prevented_prolongs_nothing(database: Database) -> None:
    prevented = {"properties": {"bounceCategory": "suppression-list"}}
    address = "prevented@example.org"
    await take(database, told(T.EMAIL_HARD_BOUNCED, 1, address))
    before = await row(database, address)
    await take(database, *(told(T.EMAIL_HARD_BOUNCED, day, address, **prevented) for day in (3, 9, 12)))
    assert await row(database, address) == before
    await take(database, told(T.EMAIL_FEEDBACK_LOOP, 20, "never@example.org", **prevented))
    assert await row(database, "never@example.org") is None


async def test_a_block_bounce_tells_nothing_of_the_address(database: Database) -> None:
    await take(database, told(T.EMAIL_BLOCK_BOUNCED, 1, "blocked@example.org"))
    assert await row(database, "blocked@example.org") is None


async def test_a_delivery_that_came_before_anybody_looked_ends_the_row(database: Database) -> None:
    address = "before@example.org"
    contact = own(await Client(database).person(email=address))
    await take(
        database,
        told(T.EMAIL_DELIVERED, 3.5, contact_id=contact),
        told(T.EMAIL_DELIVERED, 0.5, contact_id=contact),
    )
    soft = [told(T.EMAIL_SOFT_BOUNCED, day, address, contact_id=contact) for day in range(1, 6)]
    await take(database, *soft)
    assert (await row(database, address))[:3] == (None, 0, 2)
    await take(database, *(told(T.EMAIL_SOFT_BOUNCED, day, address) for day in (6, 7, 8)))
    assert (await row(database, address))[:3] == ("SOFT_BOUNCES", 1, 5)
    await take(database, told(T.EMAIL_DELIVERED, 6.5, address))
    assert (await row(database, address))[:3] == (None, 0, 2)


KINDS = st.sampled_from(
    [T.EMAIL_SOFT_BOUNCED] * 7
    + [T.EMAIL_DELIVERED] * 3
    + [T.EMAIL_HARD_BOUNCED] * 2
    + [T.EMAIL_FEEDBACK_LOOP]
)
PASTS = st.lists(
    st.tuples(KINDS, st.integers(0, 60), st.sampled_from([None, "1", "2", "3"]), st.integers(0, 2)),
    min_size=1,
    max_size=25,
)


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(past=PASTS, seed=st.integers(0, 10_000))
async def test_any_order_of_batches_and_repeats_leads_to_the_state_of_the_sorted_history(
    database: Database, past: list[tuple[InteractionType, int, str | None, int]], seed: int
) -> None:
    """A contact tells its address or not; another one, and nobody at all, used it too."""
    random, address = Random(seed), f"any{next(NUMBERS)}@example.org"
    client = Client(database)
    members = own(await client.person(email=address)), own(await client.person())
    ways: list[dict[str, Any]] = [{"contact_id": members[0]}, {"contact_id": members[1]}, {}]
    batch = [
        told(kind, day, address.upper() if who else None, sending_id=sending, **ways[who])
        for kind, day, sending, who in past
    ]
    shuffled = batch + random.choices(batch, k=4)
    random.shuffle(shuffled)
    while shuffled:
        size = random.randint(1, 8)
        await take(database, *shuffled[:size])
        del shuffled[:size]
    kept = await row(database, address)
    bounced = {new.type for new in batch} != {T.EMAIL_DELIVERED}
    assert kept == (columns(expected(batch)) if bounced else None)


async def test_what_comes_at_once_is_counted_whole(database: Database) -> None:
    address = "at.once@example.org"
    client = Client(database)
    contacts = [own(await client.person()) for _ in range(5)]
    batches = [
        [told(T.EMAIL_SOFT_BOUNCED, day + number / 10, address, contact_id=contacts[number])]
        for number in range(5)
        for day in range(3)
    ]
    await database.prepare_months(new.occurred_at for batch in batches for new in batch)
    await asyncio.gather(*(take(database, *batch) for batch in batches))
    assert await row(database, address) == columns(expected([new for batch in batches for new in batch]))


async def test_what_waited_for_its_contact_is_not_counted_again(database: Database) -> None:
    address = "waiting@example.org"
    softly = [told(T.EMAIL_SOFT_BOUNCED, day, address, contact_key="later") for day in range(3)]
    await take(database, *softly)
    async with database.transaction() as tx:
        await receive(tx, [Incoming("contact", "mailer", ("later",), {"email": address})], NOW)
    assert (await row(database, address))[2] == 3


async def test_staff_lists_an_address_and_takes_it_off(database: Database) -> None:
    client = Client(database, now=NOW)
    contact = await client.person(email="Staff@Example.org")
    added = await do(client, "suppressedAddressAdd", {"address": " STAFF@example.org "})
    assert added["userErrors"] == []
    shown = added["suppressedAddress"]
    assert (shown["address"], shown["cause"], shown["until"]) == ("staff@example.org", "STAFF", None)
    assert (await client.ask(STATE, id=contact))["contact"] == {"addressState": "ON_SUPPRESSION_LIST"}
    node = "query ($id: ID!) { node(id: $id) { ... on SuppressedAddress { address state } } }"
    same = {"address": "staff@example.org", "state": "ON_SUPPRESSION_LIST"}
    assert (await client.ask(node, id=shown["id"]))["node"] == same
    input = {"address": "staff@example.org", "idempotencyKey": "off"}
    for _ in range(2):
        done = await do(client.later(hours=1), "suppressedAddressRemove", input)
        assert (done["suppressedAddress"]["state"], done["userErrors"]) == ("NOT_LISTED", [])
    listed = (await client.ask(LISTED, search="staff@"))["suppressedAddresses"]
    past = (await client.ask(LISTED, search="staff@", past=True))["suppressedAddresses"]
    assert [len(page["nodes"]) for page in (listed, past)] == [1, 1]
    assert [page["nodes"][0]["state"] for page in (listed, past)] == ["ON_SUPPRESSION_LIST"] * 2


async def test_a_pattern_stands_for_all_addresses_that_it_fits(database: Database) -> None:
    client = Client(database, now=NOW)
    addresses = ("a_b@spam.example", "a.b@Spam.Example", "axb@spam.example", "a_b@spam.example.org")
    people = [await client.person(email=address) for address in addresses]
    for pattern in ("a_*@spam.example", "*.B@spam.example"):
        await do(client, "suppressedAddressAdd", {"address": pattern})
    states = [(await client.ask(STATE, id=one))["contact"]["addressState"] for one in people]
    on, off = "ON_SUPPRESSION_LIST", "NOT_LISTED"
    assert states == [on, on, off, off]
    shown = (await client.ask(LISTED, search="spam.example"))["suppressedAddresses"]["nodes"]
    assert [(one["address"], one["isPattern"]) for one in shown] == [
        ("*.b@spam.example", True),
        ("a_*@spam.example", True),
    ]


async def test_a_complaint_cannot_be_taken_off_the_list(database: Database) -> None:
    client = Client(database, now=NOW)
    contact = await client.person(email="angry@example.org")
    await take(database, told(T.EMAIL_FEEDBACK_LOOP, 1, contact_id=own(contact)))
    assert (await client.ask(STATE, id=contact))["contact"] == {"addressState": "PERMANENTLY_BLOCKED"}
    before = await row(database, "angry@example.org")
    refused = await do(client, "suppressedAddressRemove", {"address": "angry@example.org"})
    assert refused == {
        "suppressedAddress": None,
        "userErrors": [{"code": "LOCKED", "path": ["address"]}],
    }
    await do(client, "suppressedAddressAdd", {"address": "angry@example.org"})
    assert await row(database, "angry@example.org") == before


@pytest.mark.parametrize(
    ("mutation", "address", "code"),
    [
        ("suppressedAddressAdd", "  ", "REQUIRED"),
        ("suppressedAddressAdd", "no address", "INVALID"),
        ("suppressedAddressAdd", "*", "INVALID"),
        ("suppressedAddressAdd", "*@*", "INVALID"),
        ("suppressedAddressAdd", "*a b@example.org", "INVALID"),
        ("suppressedAddressAdd", "a" * 400 + "@example.org", "INVALID"),
        ("suppressedAddressAdd", "*\u0000@example.org", "INVALID"),
        ("suppressedAddressRemove", "nobody@example.org", "NOT_FOUND"),
        ("suppressedAddressRemove", "\u0000", "INVALID"),
    ],
)
async def test_what_is_no_address_is_refused(
    database: Database, mutation: str, address: str, code: str
) -> None:
    answer = await do(Client(database), mutation, {"address": address})
    assert [error["code"] for error in answer["userErrors"]] == [code]


async def test_an_address_whose_time_is_over_is_sent_to_again(database: Database) -> None:
    client = Client(database, now=NOW)
    contact = await client.person(email="over@example.org")
    await take(database, told(T.EMAIL_HARD_BOUNCED, 90, contact_id=own(contact)))
    assert (await client.ask(STATE, id=contact))["contact"] == {"addressState": "NOT_LISTED"}
    assert (await client.ask(LISTED, search="over@"))["suppressedAddresses"]["nodes"] == []
    (past,) = (await client.ask(LISTED, search="over@", past=True))["suppressedAddresses"]["nodes"]
    assert (past["state"], past["timesListed"]) == ("NOT_LISTED", 1)


async def test_the_list_is_read_page_by_page(database: Database) -> None:
    client = Client(database, now=NOW)
    await take(database, *(told(T.EMAIL_HARD_BOUNCED, 99, f"page{n}@example.org") for n in range(5)))
    after, seen = None, []
    while True:
        asked = {"search": "page", "first": 2, "after": after}
        page = (await client.ask(LISTED, **asked))["suppressedAddresses"]
        seen += [one["address"] for one in page["nodes"]]
        after = page["pageInfo"]["endCursor"]
        assert page["totalCount"] == {"value": 5}
        if not page["pageInfo"]["hasNextPage"]:
            break
    assert seen == [f"page{n}@example.org" for n in range(5)]


async def test_a_merge_leaves_addresses_as_they_are(database: Database) -> None:
    client = Client(database)
    ids = [own(await client.person(email=f"merge{n}@example.org")) for n in range(2)]
    await take(database, *(told(T.EMAIL_HARD_BOUNCED, 99, contact_id=id) for id in ids))
    before = [await row(database, f"merge{n}@example.org") for n in range(2)]
    await database.write(merges.merge_contacts, "mia", "test", ids[0], ids[1], Choice(), NOW)
    assert [await row(database, f"merge{n}@example.org") for n in range(2)] == before
    assert None not in before


@pytest.mark.parametrize("way", ["delete", "redact"])
async def test_an_erased_person_takes_its_addresses_along(database: Database, way: str) -> None:
    client = Client(database, now=NOW)
    own_one, used, shared = (f"{name}.{way}@example.org" for name in ("erased", "former", "shared"))
    person = own(await client.person(email=own_one, email2=shared))
    await client.person(email=shared.upper())
    await take(
        database,
        told(T.EMAIL_SOFT_BOUNCED, 97, contact_id=person),
        told(T.EMAIL_DELIVERED, 98, contact_id=person),
        told(T.EMAIL_HARD_BOUNCED, 99, used, contact_id=person),
        told(T.EMAIL_HARD_BOUNCED, 99, shared, contact_id=person),
    )
    await do(client, "suppressedAddressAdd", {"address": f"*{own_one}"})
    assert all([await row(database, address) for address in (own_one, used, shared, f"*{own_one}")])
    act = redaction.redact if way == "redact" else None
    if act:
        await database.write(act, "mia", "test", person, NOW)
    else:
        await database.write(records.remove, "mia", "test", "contact", person, NOW)
    left = await found(database, {"own": own_one, "used": used})
    assert left == {"own": set(), "used": set()}
    assert await row(database, shared) is not None


async def test_what_a_delivery_costs_nobody_who_never_bounced(database: Database) -> None:
    """Of addresses that nobody has to look after, nothing is kept."""
    address = "quiet@example.org"
    await take(database, *(told(T.EMAIL_DELIVERED, day, address) for day in range(5)))
    text = "select from address_event where address = $1"
    assert await database.reads().rows("kept", address, text=text) == []
    assert await row(database, address) is None
    assert Standing().state(NOW) is AddressState.NOT_LISTED


async def test_who_asks_what_is_known_of_an_address_is_told_how_it_stands(database: Database) -> None:
    person = own(await Client(database).person(email="asks@example.org"))
    await take(
        database,
        told(T.EMAIL_HARD_BOUNCED, 99, contact_id=person),
        told(T.EMAIL_FEEDBACK_LOOP, 99, "former@example.com", contact_id=person),
        told(T.EMAIL_HARD_BOUNCED, 99, "nobodys@example.com"),
    )
    async with database.transaction() as tx:
        contact = await records.locked(tx, "contact", person)
        held = (await subjects.held(tx, contact))["suppressedAddresses"]
        alone = (await subjects.of_address(tx, "Nobodys@example.com"))["suppressedAddresses"]
        await suppression.forget_address(tx, "Nobodys@example.com")
    assert [(one["address"], one["cause"]) for one in held] == [
        ("asks@example.org", "HARD_BOUNCE"),
        ("former@example.com", "COMPLAINT"),
    ]
    assert [one["address"] for one in alone] == ["nobodys@example.com"]
    assert await found(database, {"address": "nobodys@example.com"}) == {
        "address": {"orphan_interaction.properties"}
    }


@pytest.mark.parametrize("used", ["a" * 5_000 + "@example.org", "no address", "{}", "ß" * 310 + "@a.example"])
async def test_what_cannot_be_an_address_keeps_nothing_from_being_taken_in(
    database: Database, used: str
) -> None:
    taken = await ingest.ingest(database, [told(T.EMAIL_HARD_BOUNCED, 1, used)], NOW)
    assert [one.outcome for one in taken] == [ingest.Outcome.WAITING]
    assert (await row(database, used.lower()) is not None) == used.endswith("@a.example")
