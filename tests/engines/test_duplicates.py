"""What looks like one is found: the same as by comparing every record with every other."""

import random
import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from db import duplicates, writes
from db.database import Database
from db.ids import uuid7
from db.loaders import Loaders
from domain.duplicates import LARGEST_GROUP, AccountLikeness, ContactLikeness, Likeness
from domain.options import State
from domain.records import Account, Contact
from engines import records
from resolvers import merges

NOW = datetime(2026, 6, 1, tzinfo=UTC)
ADDRESSES = (
    None,
    "ann@x.example",
    "ANN@x.example",
    "bob@x.example",
    " bob@x.example",
    "cas@y.example",
    "odd",
)
PHONES = (None, "+49 30 1234567", "+49301234567", "030/1234567", "12345", "+1 (555) 010-9999")
NAMES = ("Ann", "ann", "Änn", "Zoë O'Neil", "zoe o neil", "李", "")
COMPANIES = ("Kettle", "KETTLE", "Kéttle", "Lid & Co", "lid co")
SITES = (None, "https://www.lid.example/a", "http://lid.example:80", "lid.example", "https://pot.example")
NUMBERS = (None, "A1", "a1 ", "B2", "")


def _contact(at: int, dice: random.Random, accounts: list[UUID]) -> Contact:
    values: dict[str, Any] = {
        "first_name": dice.choice(NAMES) or None,
        "last_name": dice.choice(NAMES) or None,
    }
    for name in ("email", "email2", "email3"):
        values[name] = dice.choice(ADDRESSES) if name == "email" or dice.random() < 0.3 else None
    for name in ("business_phone", "mobile_phone", "home_phone", "phone3"):
        values[name] = dice.choice(PHONES) if dice.random() < 0.3 else None
    values["account_id"] = dice.choice((None, *accounts))
    values["state"] = State.INACTIVE if dice.random() < 0.1 else State.ACTIVE
    moment = NOW + timedelta(seconds=at)
    made: Any = records.new("contact", values | {"id": uuid7(moment), "created_at": moment}, NOW)
    names = [part for part in (made.first_name, made.last_name) if part]
    contact: Contact = replace(made, full_name=" ".join(names))
    return contact


def _account(at: int, dice: random.Random) -> Account:
    values: dict[str, Any] = {"name": dice.choice(COMPANIES), "website": dice.choice(SITES)}
    values["account_number"] = dice.choice(NUMBERS)
    for name in ("phone", "phone2", "phone3"):
        values[name] = dice.choice(PHONES) if dice.random() < 0.3 else None
    values["state"] = State.INACTIVE if dice.random() < 0.1 else State.ACTIVE
    moment = NOW + timedelta(seconds=at)
    made = records.new("account", values | {"id": uuid7(moment), "created_at": moment}, NOW)
    assert isinstance(made, Account)
    return made


def _folded(text: str) -> str:
    plain = text.lower()
    for accented, letter in (("ä", "a"), ("ë", "e"), ("é", "e")):
        plain = plain.replace(accented, letter)
    return " ".join(re.split(r"\W+", plain)).strip()


def _digits(phones: list[str | None]) -> Iterator[str]:
    for phone in phones:
        digits = re.sub(r"\D", "", phone or "")
        if len(digits) >= 7:
            yield digits


def _known_by(one: Any) -> Iterator[tuple[Likeness, Any]]:
    """All that a record may have in common with another."""
    if isinstance(one, Contact):
        for address in (one.email, one.email2, one.email3):
            if address:
                yield ContactLikeness.SAME_ADDRESS, address.strip().lower()
        _, at, domain = (one.email or "").partition("@")
        company = one.account_id or (domain.strip().lower() if at else None)
        if company and _folded(one.full_name):
            yield ContactLikeness.SAME_NAME_AND_COMPANY, (_folded(one.full_name), company)
        for digits in _digits([one.business_phone, one.mobile_phone, one.home_phone, one.phone3]):
            yield ContactLikeness.SAME_PHONE, digits
        return
    yield AccountLikeness.SAME_NAME, _folded(one.name)
    if one.website:
        host = re.sub(r"^[a-z]+://", "", one.website.lower()).split("/")[0].split(":")[0]
        yield AccountLikeness.SAME_WEBSITE, host.removeprefix("www.")
    if one.account_number and one.account_number.strip():
        yield AccountLikeness.SAME_NUMBER, one.account_number.strip().lower()
    for digits in _digits([one.phone, one.phone2, one.phone3]):
        yield AccountLikeness.SAME_PHONE, digits


def _groups_of(found: list[Any]) -> dict[Likeness, set[frozenset[UUID]]]:
    """The groups of active records that have something in common, by brute force."""
    sharing: defaultdict[tuple[Likeness, Any], set[UUID]] = defaultdict(set)
    for one in found:
        if one.state is State.ACTIVE:
            for known in _known_by(one):
                sharing[known].add(one.id)
    groups: defaultdict[Likeness, set[frozenset[UUID]]] = defaultdict(set)
    for (reason, _), ids in sharing.items():
        if len(ids) > 1:
            groups[reason].add(frozenset(ids))
    return groups


async def _keep(database: Database, seed: int, contacts: int, accounts: int) -> dict[str, list[Any]]:
    dice = random.Random(seed)
    companies = [_account(at, dice) for at in range(accounts)]
    people = [_contact(at, dice, [one.id for one in companies[:3]]) for at in range(contacts)]
    async with database.transaction() as tx:
        await tx.run("", text="truncate account, contact cascade")
        await writes.insert(tx, "account", companies)
        await writes.insert(tx, "contact", people)
    return {"Contact": people, "Account": companies}


@pytest.mark.parametrize("seed", range(6))
async def test_groups_are_those_of_comparing_all_with_all(database: Database, seed: int) -> None:
    kept = await _keep(database, seed, contacts=30, accounts=14)
    for kinds, found in ((ContactLikeness, kept["Contact"]), (AccountLikeness, kept["Account"])):
        expected = _groups_of(found)
        for reason in kinds:
            groups = await duplicates.groups(database.reads(), [reason], None, 100)
            whole = [group for group in groups if group.count <= LARGEST_GROUP]
            assert {frozenset(group.ids) for group in whole} == {
                ids for ids in expected[reason] if len(ids) <= LARGEST_GROUP
            }
            assert sorted(group.count for group in groups) == sorted(map(len, expected[reason]))


@pytest.mark.parametrize("seed", range(6))
async def test_duplicates_of_one_are_those_of_comparing_it_with_all(database: Database, seed: int) -> None:
    kept = await _keep(database, seed, contacts=20, accounts=14)
    batches = (("Contact", merges.duplicates_of_contact), ("Account", merges.duplicates_of_account))
    for kind, batch in batches:
        loaders = Loaders(database.reads())
        for one in kept[kind]:
            mine = set(_known_by(one))
            expected = {
                other.id: {reason for reason, _ in mine & set(_known_by(other))}
                for other in kept[kind]
                if other.id != one.id and other.state is State.ACTIVE
            }
            rows: Any = await loaders.load(batch, one.id)
            shown = {getattr(row, f"{kind.lower()}_id"): set(row.reasons) for row in rows}
            assert shown == {id: reasons for id, reasons in expected.items() if reasons}


async def test_pages_of_one_group_each_are_the_whole_list(database: Database) -> None:
    await _keep(database, 7, contacts=30, accounts=8)
    reasons = list(ContactLikeness)
    whole = await duplicates.groups(database.reads(), reasons, None, 100)
    assert {group.reason for group in whole} == set(reasons)
    found, after = [], None
    while page := await duplicates.groups(database.reads(), reasons, after, 1):
        found += page
        after = (page[0].reason, page[0].likeness)
    assert found == whole


async def test_the_suggested_winner_has_most_fields_then_the_longest_past(database: Database) -> None:
    kept = await _keep(database, 3, contacts=30, accounts=4)
    people = {one.id: one for one in kept["Contact"]}
    for group in await duplicates.groups(database.reads(), list(ContactLikeness), None, 100):
        shown = [people[id] for id in group.ids]
        assert group.winner_id == min(shown, key=lambda one: (-_filled(one), one.created_at, one.id)).id


def _filled(contact: Contact) -> int:
    return sum(getattr(contact, name) is not None for name in Contact.__dataclass_fields__)


async def test_merged_and_inactive_records_are_nobodys_duplicates(database: Database) -> None:
    dice = random.Random(1)
    twins = [replace(_contact(at, dice, []), email="twin@x.example", state=State.ACTIVE) for at in range(3)]
    twins[2] = replace(twins[2], state=State.INACTIVE, master_id=twins[0].id)
    async with database.transaction() as tx:
        await tx.run("", text="truncate account, contact cascade")
        await writes.insert(tx, "contact", twins)
    (group,) = [
        group
        for group in await duplicates.groups(database.reads(), [ContactLikeness.SAME_ADDRESS], None, 100)
        if group.value == "twin@x.example"
    ]
    assert set(group.ids) == {twins[0].id, twins[1].id}
    shown: Any = await Loaders(database.reads()).load(merges.duplicates_of_contact, twins[2].id)
    assert shown == []
