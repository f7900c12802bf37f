"""Charts equal a brute-force recount over random histories: late and repeated events, moves, machines."""

from collections.abc import Sequence
from dataclasses import fields, replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from strawberry.utils.str_converters import to_camel_case

from db.database import Database
from db.ids import identity
from domain.charts import InsightCount
from domain.facts import NewInteraction
from domain.insights import WITHOUT_ON_ACCOUNTS, EmailInsights
from domain.windows import Window
from resolvers.context import Context
from resolvers.identity import to_global
from schema.build import schema
from tests import charts_recount
from tests.charts_recount import Asked, Told, counts_for, moments, over_time, stretch
from tests.engines.test_recount import ACCOUNTS, CONTACTS, NOW, Event, Move, World, histories, windows

EMAIL = " ".join(to_camel_case(field.name) for field in fields(EmailInsights))
CHARTS = (
    """fragment Charts on Insights {
  interactions firstInteractionAt email { EMAIL }
  series(of: $of, bucket: $bucket, timezone: $zone) { of bucket timezone total points { at value } }
  byType: breakdown(by: TYPE, of: $one, first: 100) { key count share }
  byCategory: breakdown(by: CATEGORY, of: $one) { key count share }
  byCountry: breakdown(by: COUNTRY, of: $one, first: 2) { key label count share }
  byMessage: breakdown(by: MESSAGE, of: $one) { key count share }
  byLink: breakdown(by: LINK, of: $one) { key count share }
  geography(of: $one) { country state city count share }
  openTimes(timezone: $zone) { cells { weekday hour value } }
  reactionTimes(timezone: $zone) { cells { value } }
}
query Asked($id: ID!, $from: DateTime, $to: DateTime, $machines: Boolean!, $of: [InsightCount!]!,
  $bucket: TimeBucket!, $zone: String!, $one: InsightCount!) {
"""
).replace("EMAIL", EMAIL)
WINDOW = "from: $from, to: $to, includeMachines: $machines"
OF_CONTACT = CHARTS + f"contact(by: {{id: $id}}) {{ insights({WINDOW}) {{ ...Charts }} }} }}"
OF_ACCOUNT = CHARTS + (
    f"account(by: {{id: $id}}) {{ present: insights({WINDOW}) {{ ...Charts }}"
    f" then: insights({WINDOW}, attribution: DURING_MEMBERSHIP) {{ ...Charts }}"
    f" ever: insights({WINDOW}, attribution: ALL_TIME) {{ ...Charts }} }} }}"
)
ZONES = ("UTC", "Europe/Amsterdam", "Asia/Kolkata", "America/New_York", "Pacific/Chatham", "America/St_Johns")
BUCKETS = ("HOUR", "DAY", "WEEK", "MONTH")
COUNTS = [count.name for count in InsightCount]
COUNTRIES = ((" nl", "Netherlands"), ("BE", "Belgium"), (None, "Unknown"), ("", "Unknown"))


class Telling(World):
    """The world of the recount, whose interactions say where they happened."""

    def _new(self, event: Event) -> NewInteraction:
        new = super()._new(event)
        country, _ = COUNTRIES[event.number % 4]
        city = "Gouda" if event.number % 3 else None
        said = {"countryIsoCode": country, "city": city}
        return replace(new, properties={**(new.properties or {}), **said})

    def _fact(self, event: Event) -> Told:
        fact = super()._fact(event)
        id = identity(self.source, str(event.number))
        known = {field.name: getattr(fact, field.name) for field in fields(fact)}
        return Told(**known, id=id, said=event)


def _place(fact: Told) -> tuple[str | None, str | None, str | None]:
    country, _ = COUNTRIES[fact.said.number % 4]
    return (
        country.strip().upper() or None if country else None,
        None,
        "Gouda" if fact.said.number % 3 else None,
    )


def _compare(shown: Any, facts: Sequence[Any], asked: Asked, given: dict[str, Any]) -> None:
    counted, zone = list(moments(facts, asked)), ZoneInfo(given["zone"])
    _compare_series(shown, counted, asked, given, zone)
    cells = shown["openTimes"]["cells"]
    assert [(cell["weekday"], cell["hour"]) for cell in cells] == [
        (d, h) for d in range(7) for h in range(24)
    ]
    assert [cell["value"] for cell in cells] == charts_recount.opens(counted, zone)
    reacted = [cell["value"] for cell in shown["reactionTimes"]["cells"]]
    assert reacted == charts_recount.reactions(facts, asked, zone)
    _compare_values(shown, counted, counts_for(given["one"], asked.without))


def _compare_series(
    shown: Any, counted: Sequence[Any], asked: Asked, given: dict[str, Any], zone: ZoneInfo
) -> None:
    first = asked.start or min([fact.at for _, fact in counted], default=None)
    for name, series in zip(given["of"], shown["series"], strict=True):
        points = {_stretch(series, point["at"], zone): point["value"] for point in series["points"]}
        assert list(points) == sorted(points)
        assert len(points) == len(series["points"])
        expected = over_time(counted, counts_for(name, asked.without), series["bucket"], zone)
        if first is None or first == asked.end:
            assert (points, +expected) == ({}, {})
            continue
        assert {at: n for at, n in points.items() if n} == +expected
        assert next(iter(points)) == stretch(series["bucket"], first, zone)
        last = max((asked.end or NOW) - datetime.resolution, first)
        assert list(points)[-1] == stretch(series["bucket"], last, zone)
        kpi = shown["email"].get(to_camel_case(name.lower()))
        assert series["total"] == sum(points.values()) == (sum(expected.values()) if kpi is None else kpi)


def _stretch(series: Any, at: str, zone: ZoneInfo) -> Any:
    return stretch(series["bucket"], datetime.fromisoformat(at), zone)


def _compare_values(shown: Any, counted: Sequence[Any], count: Any) -> None:
    def by(value: Any) -> Any:
        return charts_recount.by_value(counted, count, value)

    assert {entry["key"]: entry["count"] for entry in shown["byType"]} == by(lambda fact: fact.type.name)
    categories = by(lambda fact: fact.type.category.name)
    assert {entry["key"]: entry["count"] for entry in shown["byCategory"]} == categories
    assert {entry["key"]: entry["count"] for entry in shown["byMessage"]} == by(lambda fact: fact.copy)
    assert {entry["key"]: entry["count"] for entry in shown["byLink"]} == by(lambda fact: fact.link)
    places = {(one["country"], one["state"], one["city"]): one["count"] for one in shown["geography"]}
    assert places == by(_place)
    names = by(lambda fact: COUNTRIES[fact.said.number % 4][1])
    total = sum(names.values())
    largest = sorted(((-n, name) for name, n in names.items()))[:2]
    entries = [(-one["count"], one["label"]) for one in shown["byCountry"]]
    assert entries == largest
    assert [one["share"] for one in shown["byCountry"]] == [-n / total for n, _ in largest]


async def _asked(db: Database, document: str, id: str, given: dict[str, Any]) -> Any:
    result = await schema.execute(
        document, variable_values={"id": id, **given}, context_value=Context(db, NOW, None, "test")
    )
    assert result.errors is None
    assert result.data is not None
    (data,) = result.data.values()
    return data


@given(
    history=histories,
    window=windows,
    machines=st.booleans(),
    of=st.lists(st.sampled_from(COUNTS), min_size=1, max_size=10),
    one=st.sampled_from(COUNTS),
    bucket=st.sampled_from(BUCKETS),
    zone=st.sampled_from(ZONES),
)
@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.too_slow])
async def test_charts_equal_a_recount_of_the_facts(
    database: Database,
    history: list[list[Event] | Move],
    window: Window,
    machines: bool,
    of: list[str],
    one: str,
    bucket: str,
    zone: str,
) -> None:
    world = Telling(database)
    await world.begin()
    for step in history:
        await world.live(step)
    ends = {"from": window.from_at, "to": window.to_at}
    given: dict[str, Any] = {key: at and at.isoformat() for key, at in ends.items()}
    given |= {"machines": machines, "of": of, "one": one, "bucket": bucket, "zone": zone}
    facts, asked = world.facts(), Asked(window.from_at, window.to_at, machines)
    for name in CONTACTS:
        data = await _asked(database, OF_CONTACT, to_global("Contact", world.ids[name]), given)
        _compare(data["insights"], [fact for fact in facts if fact.contact == name], asked, given)
    named = [count for count in of if count != "SUBSCRIPTION"] or ["UNSUBSCRIBES"]
    given |= {"of": named, "one": "UNSUBSCRIBES" if one == "SUBSCRIPTION" else one}
    for account in ACCOUNTS:
        data = await _asked(database, OF_ACCOUNT, to_global("Account", world.ids[account]), given)
        asked = replace(asked, account=account, without=WITHOUT_ON_ACCOUNTS)
        members = [fact for fact in facts if world.member(fact.contact) == account]
        _compare(data["present"], members, asked, given)
        _compare(data["then"], facts, asked, given)
        _compare(data["ever"], members, replace(asked, account=None), given)
