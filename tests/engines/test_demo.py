"""The demo company is the same each time, of the promised size, and holds together."""

import hashlib
import os
import re
import subprocess
import sys
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from domain.facts import NewInteraction
from domain.intake import ENTITIES, Incoming, Key
from domain.interactions import BOUNCES, Actor, InteractionType
from domain.options import Permission, RelationshipType
from domain.pipeline import STATE_OF_STATUS, LeadState, LeadStatus
from engines.demo import LAST_DAY, Demo, invent

ROOT = Path(__file__).parents[2]
_T = InteractionType
Copy = tuple[str | None, ...]


@pytest.fixture(scope="module")
def demo() -> Demo:
    return invent(LAST_DAY)


def of_type(demo: Demo, *kinds: InteractionType) -> list[NewInteraction]:
    return [new for new in demo.interactions if new.type in kinds]


def said(new: NewInteraction) -> Mapping[str, Any]:
    return new.properties or {}


def copy_of(new: NewInteraction) -> Copy:
    return new.contact_key, new.message_id, new.journey_id, new.iteration_id, new.tile_id


def values_of(records: Sequence[Incoming]) -> dict[str, dict[str, Any]]:
    return {record.keys[0]: dict(record.values) for record in records}


# The same each time


def test_the_same_day_gives_the_same_company(demo: Demo) -> None:
    same = invent(LAST_DAY) == demo
    assert same


def test_another_process_with_another_hash_seed_invents_the_same(demo: Demo) -> None:
    program = (
        "import hashlib; from engines.demo import LAST_DAY, invent;"
        "print(hashlib.sha256(repr(invent(LAST_DAY)).encode()).hexdigest())"
    )
    seed = "2" if os.environ.get("PYTHONHASHSEED") == "1" else "1"
    told = subprocess.run(
        [sys.executable, "-c", program],
        env={**os.environ, "PYTHONHASHSEED": seed},
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    assert told.strip() == hashlib.sha256(repr(demo).encode()).hexdigest()


@pytest.mark.parametrize("days", [-245, 1, 366])
def test_two_years_can_end_on_any_day(days: int) -> None:
    until = LAST_DAY + timedelta(days=days)
    moments = [new.occurred_at.date() for new in invent(until).interactions]
    assert until - timedelta(days=730) < moments[0] <= moments[-1] <= until


# How much there is of what


def test_the_company_has_the_size_that_is_promised(demo: Demo) -> None:
    assert (len(demo.accounts), len(demo.contacts), len(demo.leads)) == (40, 600, 300)
    assert 58_000 < len(demo.interactions) < 63_000


def test_keys_are_used_once_and_records_use_the_fields_there_are(demo: Demo) -> None:
    for records in (demo.accounts, demo.contacts, demo.leads, demo.opportunities):
        assert len(values_of(records)) == len(records)
        for record in records:
            assert set(record.values) <= set(ENTITIES[record.entity].__dataclass_fields__)
    assert len({new.source_id for new in demo.interactions}) == len(demo.interactions)


def test_accounts_are_of_all_sizes(demo: Demo) -> None:
    sizes = Counter(
        values["account_id"].key for values in values_of(demo.contacts).values() if "account_id" in values
    )
    assert max(sizes.values()) == 120
    assert len(demo.accounts) - len(sizes) == 2
    accounts = values_of(demo.accounts).values()
    assert sum("parent_account_id" in values for values in accounts) == 6
    assert {RelationshipType.PARTNER, RelationshipType.SUPPLIER} <= {a["relationship_type"] for a in accounts}


def test_contacts_differ(demo: Demo) -> None:
    contacts = values_of(demo.contacts).values()
    assert 30 < sum("account_id" not in values for values in contacts) < 60
    assert sum("parent_contact_id" in values for values in contacts) >= 5
    assert not any("parent_contact_id" in values and "account_id" in values for values in contacts)
    for permission in ("email_permission", "bulk_email_permission", "phone_permission", "prefill_permission"):
        assert {values[permission] for values in contacts} == set(Permission)
    roles = {role for values in contacts for role in values["relationship_types"]}
    assert {RelationshipType.SPEAKER, RelationshipType.SPONSOR} <= roles
    assert len({values["country"] for values in contacts}) >= 6


def test_leads_have_every_kind_of_parent(demo: Demo) -> None:
    kinds = Counter(("contact_id" in v, "account_id" in v) for v in values_of(demo.leads).values())
    assert kinds[True, False] > 150
    assert min(kinds[True, True], kinds[False, True]) >= 30
    assert kinds[False, False] >= 10
    several = Counter(v["contact_id"].key for v in values_of(demo.leads).values() if "contact_id" in v)
    assert sum(number > 1 for number in several.values()) >= 20


def test_about_a_third_of_the_leads_are_closed_and_every_won_one_has_a_sale(demo: Demo) -> None:
    ended = [(change.at, change.incoming) for change in demo.changes if "closed_at" in change.incoming.values]
    leads = values_of(demo.leads)
    states = Counter(incoming.values["state"] for _, incoming in ended)
    assert states.keys() == {LeadState.QUALIFIED, LeadState.DISQUALIFIED}
    assert min(states.values()) >= 40
    for at, incoming in ended:
        assert incoming.values["closed_at"] == at > leads[incoming.keys[0]]["created_at"]
        assert STATE_OF_STATUS[incoming.values["status"]] is incoming.values["state"]
    won = {i.keys[0] for _, i in ended if i.values["status"] is LeadStatus.QUALIFIED}
    assert {v["originating_lead_id"].key for v in values_of(demo.opportunities).values()} == won


def test_the_people_behind_won_leads_are_livelier(demo: Demo) -> None:
    deeds = Counter(new.contact_key for new in demo.interactions if new.actor is Actor.HUMAN)
    parents = {key: v["contact_id"].key for key, v in values_of(demo.leads).items() if "contact_id" in v}
    won = {c.incoming.keys[0] for c in demo.changes if c.incoming.values.get("state") is LeadState.QUALIFIED}

    def mean(keys: set[str]) -> float:
        return sum(deeds[parents[key]] for key in keys) / len(keys)

    assert mean(won & parents.keys()) > 1.5 * mean(parents.keys() - won)


def test_machines_open_and_click_apart_from_people(demo: Demo) -> None:
    opens = Counter(new.actor for new in of_type(demo, _T.EMAIL_OPENED))
    clicks = Counter(new.actor for new in of_type(demo, _T.EMAIL_CLICKED))
    assert 0.15 < opens[Actor.MACHINE] / opens.total() < 0.4
    assert 0.1 < clicks[Actor.MACHINE] / clicks.total() < 0.4


def test_rates_are_those_of_a_decent_mailer(demo: Demo) -> None:
    counts = Counter(new.type for new in demo.interactions)
    transmitted = [n for n in of_type(demo, *BOUNCES) if said(n)["bounceCategory"] != "suppression-list"]
    opened = {copy_of(n) for n in of_type(demo, _T.EMAIL_OPENED) if n.actor is Actor.HUMAN}
    assert 0.002 < len(transmitted) / counts[_T.EMAIL_SENT] < 0.03
    assert 0.25 < len(opened) / counts[_T.EMAIL_DELIVERED] < 0.5
    assert 0.002 < counts[_T.SEGMENT_UNSUBSCRIBED] / counts[_T.EMAIL_DELIVERED] < 0.01
    assert len(counts) >= 25


def test_people_read_on_weekdays_by_day(demo: Demo) -> None:
    opens = [n.occurred_at for n in of_type(demo, _T.EMAIL_OPENED) if n.actor is Actor.HUMAN]
    assert sum(at.weekday() < 5 and 7 <= at.hour < 19 for at in opens) / len(opens) > 0.9


# It holds together


def test_nobody_lives_at_a_real_address(demo: Demo) -> None:
    written = repr(demo)
    hosts = set(re.findall(r"(?:@|//)([\w.-]+)", written))
    allowed = re.compile(r"example\.(com|org|net)|[\w-]+(\.[\w-]+)*\.example")
    assert hosts
    assert [host for host in hosts if not allowed.fullmatch(host)] == []


def test_nothing_happens_outside_the_two_years_or_before_the_contact_is_known(demo: Demo) -> None:
    known = {key: values["created_at"] for key, values in values_of(demo.contacts).items()}
    start = datetime(2024, 11, 1, tzinfo=UTC)
    for new in demo.interactions:
        assert new.occurred_at >= (known[new.contact_key] if new.contact_key else start)
        assert new.occurred_at.date() <= LAST_DAY
    for records in (demo.accounts, demo.contacts, demo.leads, demo.opportunities):
        assert all(start <= r.values["created_at"] <= demo.interactions[-1].occurred_at for r in records)


def test_a_copy_is_sent_then_delivered_then_read_and_not_when_it_bounces(demo: Demo) -> None:
    happened: dict[Copy, list[NewInteraction]] = defaultdict(list)
    for new in demo.interactions:
        if new.message_id:
            happened[copy_of(new)].append(new)
    withheld = {_T.EMAIL_BLOCKED, _T.EMAIL_SENDING_FAILED, _T.EMAIL_FEEDBACK_LOOP, _T.EMAIL_HARD_BOUNCED}
    for history in happened.values():
        kinds = [new.type for new in history]
        assert kinds[0] is _T.EMAIL_SENT or (len(kinds) == 1 and kinds[0] in withheld)
        if len(kinds) > 2:
            assert kinds[1] is _T.EMAIL_DELIVERED
            assert kinds.count(_T.EMAIL_DELIVERED) == 1
        if set(kinds) & set(BOUNCES):
            assert kinds[-1] in BOUNCES
            assert set(kinds[:-1]) <= {_T.EMAIL_SENT, _T.EMAIL_DELIVERED}


def test_those_who_may_not_be_mailed_are_not(demo: Demo) -> None:
    sent = {new.contact_key for new in of_type(demo, _T.EMAIL_SENT)}
    for key, values in values_of(demo.contacts).items():
        if values["bulk_email_permission"] is Permission.DO_NOT_ALLOW or "email" not in values:
            assert key not in sent
    reasons = {said(new)["blockedReason"] for new in of_type(demo, _T.EMAIL_BLOCKED)}
    assert {"DO_NOT_EMAIL", "DO_NOT_BULK_EMAIL", "DUPLICATE_RECIPIENT_ADDRESS"} <= reasons


def test_no_newsletter_follows_an_unsubscription(demo: Demo) -> None:
    left = {
        n.contact_key: n.occurred_at for n in of_type(demo, _T.SEGMENT_UNSUBSCRIBED) if "list-news" in repr(n)
    }
    assert left
    for new in of_type(demo, _T.EMAIL_SENT):
        if new.contact_key in left and new.journey_id == "journey-newsletter":
            assert new.occurred_at < left[new.contact_key]


def test_a_lead_from_a_form_begins_with_its_submission(demo: Demo) -> None:
    begun = {
        (v["contact_id"].key, v["created_at"]) for v in values_of(demo.leads).values() if "contact_id" in v
    }
    made = [n for n in of_type(demo, _T.FORM_SUBMITTED) if said(n)["leadMatchingResult"] == "CREATED"]
    assert {(new.contact_key, new.occurred_at) for new in made} <= begun
    assert sum(new.message_id is not None for new in made) >= 30


def test_only_visits_are_anonymous(demo: Demo) -> None:
    nobody = [new for new in demo.interactions if new.contact_key is None]
    assert len(nobody) > 500
    assert all(new.visitor_id for new in nobody)
    assert {new.type for new in nobody} == {_T.WEBSITE_VISITED, _T.REDIRECT_LINK_CLICKED}


def test_some_contacts_changed_accounts_while_they_were_active(demo: Demo) -> None:
    contacts = values_of(demo.contacts)
    assert 20 <= len({move.contact_key for move in demo.moves}) <= 30
    assert any(move.account_key is None for move in demo.moves)
    for key, _, moved_at in demo.moves:
        assert isinstance(contacts[key]["account_id"], Key)
        sides = {new.occurred_at < moved_at for new in demo.interactions if new.contact_key == key}
        assert sides == {True, False}
