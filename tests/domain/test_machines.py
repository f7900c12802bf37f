"""The rules that tell machines from people."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from domain.interactions import Actor, InteractionType
from domain.machines import ActorRule, Met, Pace, judged, sign
from engines.machines import by_signs

DELIVERED = datetime(2026, 5, 4, 9, 30, 12, tzinfo=UTC)
OPENED, CLICKED = InteractionType.EMAIL_OPENED, InteractionType.EMAIL_CLICKED
BROWSER = (
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_14_6) AppleWebKit/537.36 (KHTML, like Gecko)"
    " Chrome/81.0.4044.122 Safari/537.36"
)


def met(number: int, type: InteractionType, seconds: float, link: str | None = None, **known: Any) -> Met:
    at = DELIVERED + timedelta(seconds=seconds)
    return Met(UUID(int=number), type, at, known.get("actor", Actor.UNKNOWN), known.get("rule"), link)


def told(
    *done: Met, pace: Pace | None = None, delivered: datetime | None = DELIVERED
) -> dict[int, str | None]:
    found = judged(done, delivered, pace or Pace())
    return {id.int: rule.name if rule else None for id, rule in found.items()}


@pytest.mark.parametrize(
    ("agent", "rule"),
    [
        (
            "Mozilla/5.0 (Windows NT 5.1; rv:11.0) Gecko Firefox/11.0 (via ggpht.com GoogleImageProxy)",
            "IMAGE_PROXY",
        ),
        ("YahooMailProxy; https://help.example.com/kb/yahoo-mail-proxy", "IMAGE_PROXY"),
        ("Mozilla/5.0", "IMAGE_PROXY"),
        ("Barracuda Sentinel (EE)", "LINK_SCANNER"),
        ("Mozilla/5.0 (compatible; ProofpointURLDefense/1.0)", "LINK_SCANNER"),
        ("MimecastSecurity/2.1", "LINK_SCANNER"),
        ("Mozilla/5.0 (Windows NT 10.0) Microsoft Defender SmartScreen", "LINK_SCANNER"),
        ("python-requests/2.31.0", "CRAWLER"),
        ("Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 HeadlessChrome/120.0 Safari/537.36", "CRAWLER"),
        ("Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.example.com/bot.html)", "CRAWLER"),
        (BROWSER, None),
        ("Mozilla/4.0 (compatible; ms-office; MSOffice 16)", None),
        ("Outlook-iOS/725.4556319.prod.iphone (4.36.1)", None),
        ("Mozilla/5.0 (Linux; Android 9; CUBOT_X19) AppleWebKit/537.36 Chrome/90.0 Mobile", None),
        ("", None),
        (None, None),
        (7, None),
    ],
)
def test_what_calls_itself_a_machine_is_one(agent: Any, rule: str | None) -> None:
    found = by_signs({"userAgent": agent})
    assert (found.name if found else None) == rule


@pytest.mark.parametrize(
    ("flag", "value", "is_machine"),
    [
        ("sg_machine_open", True, True),
        ("sg_machine_open", False, False),
        ("machineOpen", "true", True),
        ("filteredEvent", "false", False),
        ("bot", "gmail", True),
        ("bot", "", False),
        ("isBot", 1, True),
        ("isBot", None, False),
    ],
)
def test_a_providers_own_flag_is_believed(flag: str, value: Any, is_machine: bool) -> None:
    found = sign({flag: value, "userAgent": BROWSER}, lambda _: False)
    assert found is (ActorRule.PROVIDER if is_machine else None)


def test_what_comes_at_delivery_is_no_persons() -> None:
    found = told(
        met(1, OPENED, 1.5), met(2, OPENED, 2.5), met(3, CLICKED, 4), met(4, CLICKED, 6), met(5, OPENED, -1)
    )
    assert found == {1: "AT_DELIVERY", 2: None, 3: "AT_DELIVERY", 4: None, 5: None}
    assert told(met(1, OPENED, 1), delivered=None) == {1: None}


def test_a_moment_told_to_the_minute_says_nothing_about_seconds() -> None:
    minute = DELIVERED.replace(second=0)
    coarse = [met(n, CLICKED, -12, link) for n, link in enumerate("abcd")]
    assert {one.at for one in coarse} == {minute}
    assert set(told(*coarse, delivered=minute).values()) == {None}


def test_links_clicked_all_at_once_are_a_scanners() -> None:
    scan = [met(1, CLICKED, 61, "a"), met(2, CLICKED, 63, "b"), met(3, CLICKED, 66, "c")]
    later = met(4, CLICKED, 600, "a")
    assert told(*scan, later) == {1: "MANY_LINKS", 2: "MANY_LINKS", 3: "MANY_LINKS", 4: None}
    slow = [met(1, CLICKED, 61, "a"), met(2, CLICKED, 64, "b"), met(3, CLICKED, 67, "c")]
    assert set(told(*slow).values()) == {None}
    same = [met(n, CLICKED, 61 + n, "a") for n in range(4)]
    assert set(told(*same).values()) == {None}


def test_what_is_done_again_and_again_is_no_persons() -> None:
    clicks = [met(n, CLICKED, 3_600 * (n + 1), "a") for n in range(10)]
    other = met(99, CLICKED, 3_601, "b")
    assert {n for n, rule in told(*clicks, other).items() if rule == "TOO_OFTEN"} == set(range(10))
    assert set(told(*clicks[:9], other).values()) == {None}
    opens = [met(n, OPENED, 100 + 300 * n) for n in range(10)]
    assert set(told(*opens).values()) == {"TOO_OFTEN"}
    assert set(told(*[met(n, OPENED, 100 + 500 * n) for n in range(10)]).values()) == {None}


def test_what_the_source_or_somebody_has_said_stands() -> None:
    person = met(1, OPENED, 1, actor=Actor.HUMAN)
    machine = met(2, OPENED, 1, actor=Actor.MACHINE)
    said = met(3, OPENED, 1, actor=Actor.HUMAN, rule=ActorRule.BY_HAND)
    proxy = met(4, OPENED, 1, actor=Actor.MACHINE, rule=ActorRule.IMAGE_PROXY)
    assert told(person, machine, said, proxy) == {}


def test_what_a_person_did_is_no_evidence_against_others() -> None:
    scan = [met(1, CLICKED, 61, "a"), met(2, CLICKED, 62, "b"), met(3, CLICKED, 63, "c", actor=Actor.HUMAN)]
    assert told(*scan) == {1: None, 2: None}


def test_rules_change_their_mind_with_what_is_known() -> None:
    once = met(1, OPENED, 1, actor=Actor.MACHINE, rule=ActorRule.AT_DELIVERY)
    assert told(once, delivered=DELIVERED - timedelta(hours=1)) == {1: None}


def test_zero_turns_a_rule_off() -> None:
    off = Pace(0, 0, 0, 0, 0, 0, 0, 0)
    scan = [met(n, CLICKED, n, link) for n, link in enumerate("abcabcabcabc", start=1)]
    opens = [met(20 + n, OPENED, 1) for n in range(12)]
    assert set(told(*scan, *opens, pace=off).values()) == {None}
    assert None not in told(*scan, *opens).values()
