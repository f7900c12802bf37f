"""An interaction handed in is read strictly: what is wrong with it is told in words, at its place."""

import json
import math
from datetime import UTC, datetime, timedelta, timezone
from typing import Any
from uuid import UUID

import pytest

from domain import properties
from domain.facts import NewInteraction
from domain.handed import LONGEST_LINK, read
from domain.identities import to_global
from domain.interactions import Actor, InteractionType
from domain.refusals import Refused
from tests.http.hostile_values import JSONS, MOMENTS, NUMBERS, ODD, TEXTS

SOMEBODY, LEAD = UUID(int=7), UUID(int=8)
LINE = {"sourceId": "e1", "type": "EMAIL_OPENED", "occurredAt": "2026-05-01T09:30:00Z"}
WHOLE = {
    **LINE,
    "source": "news",
    "contactKey": "c1",
    "contactSource": "crm",
    "actor": "MACHINE",
    "leadId": to_global("Lead", LEAD),
    "journeyId": "j",
    "iterationId": "i",
    "tileId": "t",
    "messageId": "m",
    "sendingId": "s",
    "usageType": "CustomerJourney",
    "visitorId": "v",
    "link": "https://example.org/ä",
    "properties": {"emailDomain": "example.org", "deep": [{"n": 1.5, "yes": True, "none": None}]},
}


def refusal(line: dict[str, Any], source: str | None = "given") -> tuple[str, str, tuple[str, ...]]:
    """Why the line is refused."""
    with pytest.raises(Refused) as refused:
        read(line, source)
    assert refused.value.message.endswith((".", "calendar."))
    return refused.value.reason, refused.value.message, refused.value.path


def test_every_member_is_read() -> None:
    assert read(WHOLE) == NewInteraction(
        type=InteractionType.EMAIL_OPENED,
        occurred_at=datetime(2026, 5, 1, 9, 30, tzinfo=UTC),
        source="news",
        source_id="e1",
        contact_key="c1",
        contact_source="crm",
        actor=Actor.MACHINE,
        lead_id=LEAD,
        journey_id="j",
        iteration_id="i",
        tile_id="t",
        message_id="m",
        sending_id="s",
        usage_type="CustomerJourney",
        visitor_id="v",
        link="https://example.org/ä",
        properties={"emailDomain": "example.org", "deep": [{"n": 1.5, "yes": True, "none": None}]},
    )


def test_the_contact_is_named_in_one_of_three_ways_or_not_at_all() -> None:
    assert read({**LINE, "contactId": to_global("Contact", SOMEBODY)}, "s").contact_id == SOMEBODY
    assert read({**LINE, "contactEmail": " ann@example.org "}, "s").contact_email == "ann@example.org"
    assert read(LINE, "s").contact_key is None
    code, message, path = refusal({**LINE, "contactKey": "c", "contactEmail": "a@example.org"})
    assert (code, path) == ("INVALID", ("contactEmail",))
    assert "contactKey" in message


def test_the_source_of_the_line_goes_before_the_one_for_all() -> None:
    assert read({**LINE, "source": "own"}, "all").source == "own"
    assert read(LINE, "all").source == "all"
    assert refusal(LINE, None)[::2] == ("REQUIRED", ("source",))


def test_what_is_null_or_empty_counts_as_not_given() -> None:
    bare = read({**LINE, "journeyId": None, "messageId": "", "link": "", "properties": None}, "s")
    assert bare == read(LINE, "s")


@pytest.mark.parametrize("name", ["sourceId", "type", "occurredAt"])
@pytest.mark.parametrize("value", [None, ...])
def test_what_has_to_be_there_is_asked_for(name: str, value: object) -> None:
    line = {key: None if key == name else kept for key, kept in LINE.items()}
    if value is ...:
        del line[name]
    assert refusal(line)[::2] == ("REQUIRED", (name,))


@pytest.mark.parametrize(
    ("text", "offset"),
    [
        ("2026-05-01T09:30:00Z", 0),
        ("2026-05-01 09:30:00+02:00", 2),
        ("2026-05-01T09:30:00.123456789-0530", -5.5),
        ("2026-05-01T09:30+02", 2),
    ],
)
def test_a_moment_has_an_offset(text: str, offset: float) -> None:
    there = timezone(timedelta(hours=offset))
    found = read({**LINE, "occurredAt": text}, "s").occurred_at
    assert found.astimezone(UTC).replace(microsecond=0) == datetime(2026, 5, 1, 9, 30, tzinfo=there)


@pytest.mark.parametrize(
    "text",
    [
        "2026-05-01T09:30:00",
        "2026-05-01",
        "2026-02-30T09:30:00Z",
        "2026-05-01T24:30:00Z",
        "20260501T093000Z",
        "2026-W01-1T09:30:00Z",
        "yesterday",
        "1777627800",
        1777627800,
        1777627800000.5,
        "0001-01-01T00:00:00+14:00",
        "٢٠٢٦-05-01T09:30:00Z",
        "",
        True,
        [],
    ],
)
def test_what_is_no_moment_with_an_offset_is_refused(text: Any) -> None:
    assert refusal({**LINE, "occurredAt": text})[::2] == ("INVALID", ("occurredAt",))


@pytest.mark.parametrize(
    ("line", "path"),
    [
        ({"contact_key": "c"}, ("contact_key",)),
        ({"emailDomain": "example.org"}, ("emailDomain",)),
        ({"": 1}, ("",)),
        ({"contactSource": "crm"}, ("contactSource",)),
        ({"contactId": "c1"}, ("contactId",)),
        ({"contactId": to_global("Lead", LEAD)}, ("contactId",)),
        ({"contactId": str(SOMEBODY)}, ("contactId",)),
        ({"leadId": to_global("Contact", SOMEBODY)}, ("leadId",)),
        ({"contactEmail": "nobody"}, ("contactEmail",)),
        ({"actor": "ROBOT"}, ("actor",)),
        ({"actor": 1}, ("actor",)),
        ({"type": 1}, ("type",)),
        ({"journeyId": 7}, ("journeyId",)),
        ({"contactKey": "k" * 256}, ("contactKey",)),
        ({"contactKey": "a\x00b"}, ("contactKey",)),
        ({"contactKey": "a\x1fb"}, ("contactKey",)),
        ({"contactKey": "\ud800"}, ("contactKey",)),
        ({"link": "x" * (LONGEST_LINK + 1)}, ("link",)),
        ({"link": "ä" * (LONGEST_LINK // 2 + 1)}, ("link",)),
        ({"properties": []}, ("properties",)),
        ({"properties": "{}"}, ("properties",)),
        ({"properties": {"a": {"b": "x\x00"}}}, ("properties", "a", "b")),
        ({"properties": {"a": ["\udfff"]}}, ("properties", "a", "0")),
        ({"properties": {"a\x00": 1}}, ("properties",)),
        ({"properties": {"": 1}}, ("properties",)),
        ({"properties": {"a": math.inf}}, ("properties", "a")),
        ({"properties": {"a": math.nan}}, ("properties", "a")),
        ({"properties": {"a": 2**64}}, ("properties", "a")),
        ({"properties": {"a": {1, 2}}}, ("properties", "a")),
        ({"properties": {"a": "x" * (properties.MOST_CHARACTERS + 1)}}, ("properties", "a")),
        ({"properties": {"a": [0] * (properties.MOST_VALUES + 1)}}, ("properties", "a")),
    ],
    ids=repr,
)
def test_what_does_not_fit_is_refused_at_its_place(line: dict[str, Any], path: tuple[str, ...]) -> None:
    code, message, found = refusal({**LINE, **line})
    assert code in ("INVALID", "TOO_MANY")
    assert found == path
    assert len(message) < 300


def test_properties_lie_only_so_deep_within_each_other() -> None:
    deep: Any = 1
    for _ in range(properties.DEEPEST):
        deep = {"a": deep}
    assert read({**LINE, "properties": deep}, "s").properties == deep
    for _ in range(5_000):
        deep = [deep]
    assert refusal({**LINE, "properties": {"a": deep}})[0] == "INVALID"


@pytest.mark.parametrize("kind", InteractionType)
def test_a_type_goes_by_our_name_and_by_the_sources(kind: InteractionType) -> None:
    for name in (kind.name, kind.source_name):
        assert read({**LINE, "type": name}, "s").type is kind


def test_any_other_name_is_one_that_may_have_been_declared() -> None:
    found = read({**LINE, "type": "DemoBooked", "properties": {"seats": 2}}, "s")
    assert found.type is InteractionType.CUSTOM
    assert found.properties == {"seats": 2, "name": "DemoBooked"}


DOCUMENTED = {
    "InteractionId": "172C1E59A3CD4D85B392316DD76651CE",
    "InteractionType": "EmailClicked",
    "Timestamp": "2018-02-23T13:10:48.1234567Z",
    "OrganizationId": "org",
    "EmailDomain": "example.org",
    "ActivityId": "tile",
    "SendingId": "sending",
    "ContactId": "0dbe0fa3-8e18-e811-a951-000d3a37caec",
    "MessageId": "message",
    "CustomerJourneyId": "journey",
    "CustomerJourneyIterationId": "iteration",
    "UsageType": "CustomerJourney",
    "OriginalUrl": "https://example.org/a",
    "LeadId": None,
    "@odata.type": "#interaction",
}


def test_the_sources_own_record_is_read_by_its_own_names() -> None:
    found = read(DOCUMENTED, "crm")
    assert (found.source_id, found.contact_key, found.contact_id) == (
        "172C1E59A3CD4D85B392316DD76651CE",
        "0dbe0fa3-8e18-e811-a951-000d3a37caec",
        None,
    )
    assert found.type is InteractionType.EMAIL_CLICKED
    assert found.occurred_at == datetime(2018, 2, 23, 13, 10, 48, 123456, tzinfo=UTC)
    assert (found.journey_id, found.iteration_id, found.tile_id) == ("journey", "iteration", "tile")
    assert found.link == "https://example.org/a"
    assert found.properties == {
        "organizationId": "org",
        "emailDomain": "example.org",
        "originalUrl": "https://example.org/a",
    }


@pytest.mark.parametrize(
    ("wrong", "path"),
    [
        ({"Timestamp": "2018-02-23"}, ("Timestamp",)),
        ({"InteractionId": None}, ("InteractionId",)),
        ({"ContactId": 7}, ("ContactId",)),
        ({"contact": "c"}, ("contact",)),
        ({"SubmittedValues": {"a": "\x00"}}, ("SubmittedValues", "a")),
    ],
    ids=repr,
)
def test_what_is_wrong_with_it_is_told_by_its_own_names(wrong: dict[str, Any], path: tuple[str, ...]) -> None:
    assert refusal({**DOCUMENTED, **wrong})[2] == path


HOSTILE = [*ODD, *TEXTS, *NUMBERS, *MOMENTS, *JSONS]


@pytest.mark.parametrize("name", WHOLE)
def test_hostile_values_are_kept_or_refused_and_nothing_else(name: str) -> None:
    for value in HOSTILE:
        for line in ({**LINE, name: value}, {**LINE, "properties": {"a": value, "b": [value]}}):
            try:
                found = read(line, "s")
            except Refused:
                continue
            json.dumps(found.properties, allow_nan=False).encode()
            assert "\x00" not in f"{found.contact_key}{found.source_id}{found.link}{found.message_id}"


def test_what_is_ours_to_say_is_not_taken_from_others() -> None:
    line = {"sourceId": "1", "type": "WEBSITE_VISITED", "occurredAt": "2026-05-01T10:00:00Z"}
    told = read({**line, "properties": {"identifiedAt": 1, "pageId": "start"}}, "site")
    assert told.properties == {"pageId": "start"}
