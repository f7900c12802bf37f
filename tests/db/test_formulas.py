"""Formulas mean the same in SQL and in the domain, whatever is related to what."""

import asyncio
import re
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from itertools import product
from typing import Any, get_type_hints
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings

from db import writes
from db.database import Database
from db.formulas import FORMULAS, Formula, contact_effective_consent, lead_unscorable_reason
from db.loaders import Formulas, Loaders
from domain import standing
from domain.consent import effective
from domain.intake import Record
from domain.options import ConsentLevel, State
from domain.pipeline import LeadState
from domain.records import Account, Lead
from domain.standing import DERIVED, Find, LeadWarning, UnscorableReason
from tests.db.test_criteria import made, worlds

ALL = [formula for of_record in FORMULAS.values() for formula in of_record.values()]
RULED = [formula for formula in ALL if formula.name in DERIVED.get(formula.record, ())]
"""Those that the domain has a rule for: lists can be filtered by them."""


class _Undone(Exception):
    """Leaves a transaction without a trace."""


def found_in(world: Mapping[str, Sequence[Record]]) -> Find:
    """What finds records of a small world."""
    return lambda record, field, value: [
        one for one in world[record.__name__.lower()] if getattr(one, field) == value
    ]


def level(text: str) -> ConsentLevel:
    return ConsentLevel[text]


@pytest.mark.parametrize("formula", RULED, ids=lambda formula: formula.full_name)
def test_a_formula_gives_what_its_rule_does(formula: Formula) -> None:
    assert formula.kind == get_type_hints(DERIVED[formula.record][formula.name])["return"]


@pytest.mark.parametrize("formula", ALL, ids=lambda formula: formula.full_name)
def test_a_formula_names_no_table_as_statements_do(formula: Formula) -> None:
    inner = formula.on(lambda name: f"OUTER.{name}")
    assert "{" not in inner
    assert not re.search(r"\b(t|[a-z]\d+)\.", inner)
    assert formula.reads_others == (" from " in inner)


def test_every_rule_that_can_be_asked_for_has_its_formula() -> None:
    rules = {(record, name) for record, of in DERIVED.items() for name in of}
    assert {(formula.record, formula.name) for formula in RULED} == rules


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(world=worlds())
async def test_the_database_computes_what_the_rules_say(
    database: Database, world: Mapping[str, Sequence[Record]]
) -> None:
    find = found_in(world)
    with suppress(_Undone):
        async with database.transaction() as tx:
            await tx.run("later", text="alter table account drop constraint account_parent_account_id_fkey")
            for entity, records in world.items():
                await writes.insert(tx, entity, records)
            for formula in RULED:
                records = world[formula.table]
                found = await Formulas(formula).fetch(tx, [one.id for one in records])  # type: ignore[arg-type]
                rule = DERIVED[formula.record][formula.name]
                assert found == [rule(one, find) for one in records], formula.full_name
            raise _Undone


async def test_effective_consent_is_the_same_for_all_levels(database: Database) -> None:
    levels = list(ConsentLevel)
    guardians = [made("contact", 1 + at, consent_level=one) for at, one in enumerate(levels)]
    ids = {one: guardian.id for one, guardian in zip(levels, guardians, strict=True)} | {None: None}
    cases = list(product(levels, (False, True), (*levels, None)))
    contacts = [
        made("contact", 100 + at, consent_level=own, is_child=is_child, guardian_id=ids[of_guardian])
        for at, (own, is_child, of_guardian) in enumerate(cases)
    ]
    with suppress(_Undone):
        async with database.transaction() as tx:
            await writes.insert(tx, "contact", [*guardians, *contacts])
            batch = Formulas(contact_effective_consent)
            found = await batch.fetch(tx, [one.id for one in contacts])  # type: ignore[arg-type]
            assert found == [effective(*case) for case in cases]
            assert all(isinstance(one, ConsentLevel) for one in found)
            raise _Undone


@pytest.mark.parametrize(
    ("own", "is_child", "of_guardian", "expected"),
    [
        ("PROFILING", False, None, "PROFILING"),
        ("PROFILING", False, "NONE", "PROFILING"),
        ("NONE", False, "PROFILING", "NONE"),
        ("PROFILING", True, "PROFILING", "MARKETING"),
        ("SUBSCRIPTIONS", True, "PROFILING", "SUBSCRIPTIONS"),
        ("PROFILING", True, "CONSENT", "CONSENT"),
        ("PROFILING", True, "NONE", "NONE"),
        ("PROFILING", True, None, "NONE"),
    ],
)
def test_a_childs_consent_is_the_least_of_its_own_its_guardians_and_marketing(
    own: str, is_child: bool, of_guardian: str | None, expected: str
) -> None:
    assert effective(level(own), is_child, level(of_guardian) if of_guardian else None) is level(expected)


def _lead(**values: Any) -> Lead:
    lead = made("lead", 1, **values)
    assert isinstance(lead, Lead)
    return lead


ONE, TWO = UUID(int=1), UUID(int=2)
ADULT = made("contact", 1, account_id=ONE)
CHILD = made("contact", 1, is_child=True, guardian_id=TWO)
R, W = UnscorableReason, LeadWarning


@pytest.mark.parametrize(
    ("lead", "account", "contacts", "reason", "warnings"),
    [
        (_lead(), None, [], R.NO_PARENT, [W.NO_PARENT]),
        (_lead(state=LeadState.QUALIFIED), None, [], R.NO_PARENT, [W.NO_PARENT]),
        (_lead(account_id=ONE), {}, [], R.ACCOUNT_WITHOUT_CONTACTS, [W.ACCOUNT_WITHOUT_CONTACTS]),
        (_lead(account_id=ONE), {}, [ADULT], None, []),
        (_lead(account_id=ONE, state=LeadState.DISQUALIFIED), {}, [ADULT], R.CLOSED, []),
        (
            _lead(account_id=ONE),
            {"state": State.INACTIVE},
            [made("contact", 1, account_id=ONE, state=State.INACTIVE)],
            None,
            [W.ACCOUNT_WITHOUT_ACTIVE_CONTACTS, W.ACCOUNT_INACTIVE],
        ),
        (
            _lead(account_id=ONE),
            {},
            [made("contact", 1, account_id=ONE, master_id=TWO)],
            R.ACCOUNT_WITHOUT_CONTACTS,
            [W.ACCOUNT_WITHOUT_CONTACTS],
        ),
        (_lead(contact_id=ONE), None, [ADULT], None, []),
        (_lead(contact_id=ONE), None, [CHILD], R.CONTACT_IS_CHILD, []),
        (
            _lead(contact_id=ONE),
            None,
            [made("contact", 1, is_child=True, state=State.INACTIVE)],
            R.CONTACT_IS_CHILD,
            [W.CONTACT_INACTIVE, W.CONTACT_WITHOUT_GUARDIAN],
        ),
        (_lead(contact_id=ONE, account_id=TWO), {"state": State.INACTIVE}, [ADULT], None, []),
    ],
)
def test_what_a_leads_standing_is(
    lead: Lead,
    account: dict[str, Any] | None,
    contacts: list[Record],
    reason: UnscorableReason | None,
    warnings: list[LeadWarning],
) -> None:
    accounts = [] if account is None else [made("account", (lead.account_id or ONE).int, **account)]
    find = found_in({"contact": contacts, "account": accounts})
    assert standing.unscorable_reason(lead, find) is reason
    assert standing.scorable(lead, find) is (reason is None)
    assert list(standing.warnings(lead, find)) == warnings


@pytest.mark.parametrize(
    ("contacts", "ready"),
    [
        ([], False),
        ([ADULT], True),
        ([made("contact", 1, account_id=ONE, state=State.INACTIVE)], False),
        (
            [made("contact", 1, account_id=ONE, state=State.INACTIVE), made("contact", 2, account_id=ONE)],
            True,
        ),
        ([made("contact", 1, account_id=TWO)], False),
        ([made("contact", 1, parent_contact_id=TWO)], False),
    ],
)
def test_an_account_is_ready_with_an_active_contact_of_its_own(contacts: list[Record], ready: bool) -> None:
    account = made("account", 1)
    assert isinstance(account, Account)
    assert standing.marketing_ready(account, found_in({"contact": contacts})) is ready


async def test_equal_formulas_are_read_together(database: Database) -> None:
    reads = database.reads()
    live = Loaders(reads)
    same = replace(lead_unscorable_reason)
    assert same is not lead_unscorable_reason
    asked = [(same, ONE), (lead_unscorable_reason, TWO), (lead_unscorable_reason, ONE)]
    found = await asyncio.gather(*(live.load(Formulas(one), id) for one, id in asked))
    assert found == [None, None, None]
    assert reads.ran == ["lead_unscorable_reason"]
