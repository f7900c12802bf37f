"""What a record's fields take, in which form they are kept, and what is refused with which words."""

import random
import string
from collections.abc import Callable, Sequence
from dataclasses import fields, replace
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from enum import Enum
from typing import Any, get_args, get_type_hints
from uuid import UUID
from zoneinfo import ZoneInfo

import phonenumbers
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from db import writes
from db.database import Database
from domain.intake import ENTITIES
from domain.options import Gender, Permission, RelationshipType
from domain.records import Contact
from domain.refusals import Code
from engines import kept, phones, records
from engines.imports.values import with_numbers
from engines.kept import Unfit
from engines.validation import checked

NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)
LEE = {"last_name": "Lee"}


def one(name: str, value: Any, entity: str = "contact", **others: Any) -> Any:
    """What is kept of one value among others that are in order."""
    needed = {"contact": LEE, "account": {"name": "A"}, "lead": {"topic": "T"}, "opportunity": {"name": "O"}}
    found, refused = checked(entity, needed[entity] | others | {name: value}, now=NOW)
    assert not refused, [refusal.message for refusal in refused]
    return found[name]


def no(name: str, value: Any, entity: str = "contact", **others: Any) -> tuple[Code, str]:
    """Why a value is refused."""
    needed = {"contact": LEE, "account": {"name": "A"}, "lead": {"topic": "T"}, "opportunity": {"name": "O"}}
    found, (refused,) = checked(entity, needed[entity] | others | {name: value}, now=NOW)
    assert refused.path == (name,)
    assert name not in found
    return refused.code, refused.message


def known(**values: Any) -> Contact:
    made = records.new("contact", {}, NOW)
    assert isinstance(made, Contact)
    return replace(made, **values)


@pytest.mark.parametrize(
    ("given", "is_kept"),
    [
        ("ann.lee@example.com", "ann.lee@example.com"),
        ("  Ann.Lee@Example.COM ", "Ann.Lee@example.com"),
        ("ann+news@xn--mnchen-3ya.example", "ann+news@münchen.example"),
        ("ann@MÜNCHEN.example", "ann@münchen.example"),
        ("o'neill@example.org", "o'neill@example.org"),
        ("INFO@example.org", "info@example.org"),
        ("jörg@example.org", "jörg@example.org"),
        ("", None),
        ("   ", None),
    ],
)
def test_an_e_mail_address_is_kept_as_the_library_writes_it(given: str, is_kept: str | None) -> None:
    assert one("email2", given) == is_kept


@pytest.mark.parametrize(
    "given",
    [
        "ann",
        "ann@",
        "@example.com",
        "ann@example",
        "ann@@example.com",
        "ann lee@example.com",
        "ann@example.com, bob@example.com",
        "Ann Lee <ann@example.com>",
        "ann@localhost",
        "ann@office.local",
        "ann@[127.0.0.1]",
        "ann..lee@example.com",
        ".ann@example.com",
        "ann@-example.com",
        "ann@example.com\nbcc: bob@example.com",
        "a" * 250 + "@example.com",
    ],
)
def test_what_is_no_e_mail_address_is_refused(given: str) -> None:
    assert no("email", given) == (Code.INVALID, "This is no e-mail address: write one like ann@example.com.")


@pytest.mark.parametrize(
    ("given", "country", "is_kept"),
    [
        ("+49301234567", None, "+49301234567"),
        ("+49 (0)30 123 45-67", None, "+49301234567"),
        ("0049 30 1234567", None, "+49301234567"),
        ("030 1234567", "Germany", "+49301234567"),
        ("030/1234567", "DE", "+49301234567"),
        ("(202) 555-0101", "United States", "+12025550101"),
        ("202.555.0101x442", "USA", "+12025550101;ext=442"),
        ("+1 202 555 0101 ext. 7", None, "+12025550101;ext=7"),
        ("tel:+1-202-555-0101", None, "+12025550101"),
        ("001-202-555-0101", "USA", "+12025550101"),
        ("+44 20 7946 0018", "Germany", "+442079460018"),
        ("01632 960001", "uk", "+441632960001"),
        ("06 6982", "Italy", "+39066982"),
        (" ", None, None),
    ],
)
def test_a_telephone_number_is_kept_in_one_form(given: str, country: str | None, is_kept: str | None) -> None:
    assert one("mobile_phone", given, country=country) == is_kept


@pytest.mark.parametrize(
    ("given", "country", "words"),
    [
        ("030 1234567", None, "which country this number is of"),
        ("030 1234567", "Atlantis", "which country this number is of"),
        ("123", "Germany", "no telephone number: write it with +"),
        ("555-0101", "United States", "no telephone number"),
        ("+49", None, "no telephone number"),
        ("+999 1234567", None, "no telephone number"),
        ("+1 202 555 01011", None, "no telephone number"),
        ("ask Ann: 030 1234567", "Germany", "no telephone number"),
        ("-6854", "United States", "no telephone number"),
        ("none", "Germany", "no telephone number"),
    ],
)
def test_what_is_no_telephone_number_is_refused_with_how_it_is_written(
    given: str, country: str | None, words: str
) -> None:
    values = LEE | {"mobile_phone": given, "country": country}
    refused = {refusal.path: refusal for refusal in checked("contact", values, now=NOW)[1]}
    assert refused["mobile_phone",].code is Code.INVALID
    assert words in refused["mobile_phone",].message


def test_the_country_that_a_record_has_already_tells_of_its_numbers() -> None:
    found, refused = checked("contact", {"fax": "030 1234567"}, known(country="Germany"), NOW)
    assert (found, refused) == ({"fax": "+49301234567"}, [])
    found, refused = checked("contact", {"fax": "2025550101", "country": "US"}, known(country="Germany"), NOW)
    assert (found, refused) == ({"fax": "+12025550101", "country": "United States"}, [])


@pytest.mark.parametrize(
    ("given", "is_kept"),
    [
        ("United States", "United States"),
        ("US", "United States"),
        ("usa", "United States"),
        ("U.S.A.", "United States"),
        ("United States of America", "United States"),
        ("UK", "United Kingdom"),
        ("gbr", "United Kingdom"),
        ("Great Britain", "United Kingdom"),
        ("The Netherlands", "Netherlands"),
        ("Viet Nam", "Vietnam"),
        ("Russian Federation", "Russia"),
        ("Republic of Korea", "South Korea"),
        ("Korea, Republic of", "South Korea"),
        ("Czech Republic", "Czechia"),
        ("Turkey", "Türkiye"),
        ("turkiye", "Türkiye"),
        ("Cote d’Ivoire", "Côte d'Ivoire"),
        ("Antigua & Barbuda", "Antigua and Barbuda"),
        ("St. Lucia", "Saint Lucia"),
        ("Congo", "Congo"),
        ("Taiwan", "Taiwan"),
        ("XK", "Kosovo"),
    ],
)
def test_a_country_is_kept_by_its_short_english_name(given: str, is_kept: str) -> None:
    assert one("country", given) == is_kept
    assert one("address2_country", given) == is_kept


@pytest.mark.parametrize(
    "given", ["Atlantis", "Asia/Pacific Region", "Korea", "XX", "saint", "国", "Ger many"]
)
def test_what_is_no_country_is_refused(given: str) -> None:
    assert "ISO 3166" in no("country", given)[1]


@pytest.mark.parametrize(
    ("name", "given", "is_kept"),
    [
        ("currency", "eur", "EUR"),
        ("currency", " USD ", "USD"),
        ("time_zone", "Europe/Berlin", "Europe/Berlin"),
        ("time_zone", "america/new_york", "America/New_York"),
        ("time_zone", "America/New York", "America/New_York"),
        ("time_zone", "utc", "UTC"),
        ("website", "https://example.com", "https://example.com"),
        ("website", "HTTP://Example.COM/A?b=C#D", "http://example.com/A?b=C#D"),
        ("website", "example.com", "https://example.com"),
        ("website", "www.example.com:8080/shop", "https://www.example.com:8080/shop"),
        ("website", "//example.com", "https://example.com"),
        ("website", "https://xn--mnchen-3ya.example/", "https://münchen.example/"),
        ("website", "my_shop.example.com", "https://my_shop.example.com"),
        ("first_name", "  Ann   Mary ", "Ann Mary"),
        ("first_name", "Ann\tMary", "Ann Mary"),
        ("first_name", "Jose\u0301", "José"),
        ("address_line1", "1 Main St\r\nFloor 2", "1 Main St\nFloor 2"),
        ("description", " a  b\n\tc\r", "a  b\n\tc"),
        ("description", "x" * 100_000, "x" * 100_000),
        ("city", "x" * 500 + "  ", "x" * 500),
        ("annual_income", Decimal("1250.00"), Decimal("1250.00")),
        ("annual_income", 7, Decimal(7)),
        ("annual_income", 0.1, Decimal("0.1")),
        ("annual_income", Decimal("1E+3"), Decimal(1000)),
        ("annual_income", Decimal("1.500000"), Decimal("1.5")),
        ("annual_income", Decimal("-1E+15"), Decimal(-(10**15))),
        ("birth_date", date(2026, 11, 2), date(2026, 11, 2)),  # it is tomorrow already where days begin first
        ("birth_date", date(1900, 1, 1), date(1900, 1, 1)),
        ("relationship_types", None, ()),
        ("email", None, None),
        ("gender", Gender.FEMALE, Gender.FEMALE),
    ],
)
def test_a_value_is_kept_in_one_form(name: str, given: Any, is_kept: Any) -> None:
    assert one(name, given) == is_kept


def test_what_can_be_chosen_several_times_is_kept_once_and_in_order() -> None:
    chosen = [RelationshipType.SPEAKER, RelationshipType.CUSTOMER, RelationshipType.SPEAKER]
    assert one("relationship_types", chosen) == (RelationshipType.CUSTOMER, RelationshipType.SPEAKER)


def test_a_moment_is_kept_in_utc() -> None:
    moment = datetime(2026, 5, 1, 12, tzinfo=timezone(timedelta(hours=2)))
    assert one("form_submitted_at", moment).isoformat() == "2026-05-01T10:00:00+00:00"


@pytest.mark.parametrize(
    ("entity", "name", "given", "words"),
    [
        ("contact", "currency", "EURO", "ISO 4217"),
        ("contact", "currency", "DEM", "ISO 4217"),
        ("contact", "currency", "XXX", "ISO 4217"),
        ("contact", "time_zone", "Berlin", "Europe/Berlin"),
        ("contact", "time_zone", "localtime", "IANA"),
        ("contact", "time_zone", "../etc/passwd", "IANA"),
        ("contact", "website", "javascript:alert(1)", "website"),
        ("contact", "website", "ftp://example.com", "website"),
        ("contact", "website", "https://ann:secret@example.com", "website"),
        ("contact", "website", "https://", "website"),
        ("contact", "website", "not a website", "website"),
        ("contact", "website", "https://example.com:99999", "website"),
        ("contact", "website", "http://localhost", "website"),
        ("contact", "website", "https://[::1", "website"),
        ("contact", "last_name", "a\x00b", "control character"),
        ("contact", "last_name", "a\x1b[31mb", "control character"),
        ("contact", "last_name", "a\ud800b", "half of a character"),
        ("contact", "last_name", "x" * 501, "longer than 500"),
        ("contact", "last_name", "x" * 10_000, "longer than 500"),
        ("contact", "description", "x" * 100_001, "longer than 100,000"),
        ("contact", "last_name", 7, "no text"),
        ("contact", "annual_income", Decimal("1.23456"), "four decimals"),
        ("contact", "annual_income", Decimal("1E+16"), "larger than"),
        ("contact", "annual_income", Decimal("9E+999999999"), "larger than"),
        ("contact", "annual_income", Decimal("1E-999999999"), "four decimals"),
        ("contact", "annual_income", Decimal("NaN"), "no number"),
        ("contact", "annual_income", Decimal("sNaN"), "no number"),
        ("contact", "annual_income", float("inf"), "no number"),
        ("contact", "annual_income", "7", "no number"),
        ("contact", "annual_income", True, "no number"),
        ("account", "number_of_employees", -1, "0 to"),
        ("account", "shares_outstanding", 2**63, "0 to"),
        ("account", "number_of_employees", 1.5, "whole number"),
        ("opportunity", "close_probability", 101, "0 to 100"),
        ("opportunity", "close_probability", True, "whole number"),
        ("opportunity", "estimated_close_date", date(2200, 1, 1), "1900 to 2199"),
        ("contact", "birth_date", date(1899, 12, 31), "1900 to 2199"),
        ("contact", "birth_date", date(2026, 11, 3), "in the future"),
        ("contact", "birth_date", NOW, "no day"),
        ("contact", "form_submitted_at", datetime(2026, 1, 1), "no moment"),
        ("contact", "form_submitted_at", datetime(9999, 12, 31, 23, tzinfo=UTC), "1900 to 2199"),
        ("contact", "gender", "FEMALE", "options"),
        ("contact", "gender", 2, "options"),
        ("contact", "relationship_types", "CUSTOMER", "list"),
        ("contact", "is_child", 1, "neither true nor false"),
        ("contact", "guardian_id", "7", "no id"),
        ("contact", "custom", {"a": "\x00"}, "NUL"),
        ("contact", "custom", {"a": "\ud800"}, "JSON"),
        ("contact", "custom", {1: 2}, "JSON"),
        ("contact", "attributes", {"a": 2**70}, "JSON"),
        ("contact", "attributes", ["a"], "by name"),
    ],
)
def test_what_a_field_does_not_take_is_refused(entity: str, name: str, given: Any, words: str) -> None:
    code, message = no(name, given, entity)
    assert code is Code.INVALID
    assert words in message


def test_a_backslash_is_not_taken_for_a_character_of_no_meaning() -> None:
    assert one("attributes", {"path": "C:\\u0000"}) == {"path": "C:\\u0000"}


@pytest.mark.parametrize(
    ("entity", "name"), [("account", "name"), ("lead", "topic"), ("opportunity", "name")]
)
@pytest.mark.parametrize("empty", [None, "", " \t"])
def test_what_a_record_cannot_be_without_is_asked_for(entity: str, name: str, empty: str | None) -> None:
    assert no(name, empty, entity) == (Code.REQUIRED, f"The {entity} needs a {name}.")
    (refused,) = checked(entity, {}, now=NOW)[1]
    assert (refused.code, refused.path) == (Code.REQUIRED, (name,))
    (refused,) = checked(entity, {name: empty}, records.new(entity, {name: "X"}, NOW), NOW)[1]
    assert (refused.code, refused.path) == (Code.REQUIRED, (name,))
    assert checked(entity, {"description": "d"}, records.new(entity, {name: "X"}, NOW), NOW)[1] == []


def test_a_contact_needs_a_last_name_or_an_address() -> None:
    for values in ({}, {"first_name": "Ann"}, {"last_name": " "}, {"email": None}):
        (refused,) = checked("contact", values, now=NOW)[1]
        assert (refused.code, refused.path) == (Code.REQUIRED, ("last_name",))
    assert checked("contact", {"email": "ann@example.com"}, now=NOW)[1] == []
    (refused,) = checked("contact", {"last_name": None}, known(last_name="Lee"), NOW)[1]
    assert refused.code is Code.REQUIRED
    assert (
        checked("contact", {"last_name": None}, known(last_name="Lee", email="a@example.com"), NOW)[1] == []
    )


def test_a_contact_that_came_without_a_name_can_be_changed_in_other_fields() -> None:
    assert checked("contact", {"city": "Delft", "email": None}, known(), NOW) == (
        {"city": "Delft", "email": None},
        [],
    )


def test_a_permission_is_never_cleared_into_another_one() -> None:
    assert no("bulk_email_permission", None)[0] is Code.REQUIRED
    assert one("bulk_email_permission", Permission.DO_NOT_ALLOW) is Permission.DO_NOT_ALLOW


def test_an_odd_value_that_is_there_does_not_stand_in_the_way() -> None:
    held = known(
        last_name="Lee", mobile_phone="ask Ann", country="Atlantis", annual_income=Decimal("1.23456")
    )
    given = {"mobile_phone": "ask Ann", "country": "Atlantis", "annual_income": Decimal("1.23456")}
    assert checked("contact", given | {"city": " Delft "}, held, NOW) == (given | {"city": "Delft"}, [])
    assert [r.path for r in checked("contact", {"mobile_phone": "ask Bo"}, held, NOW)[1]] == [
        ("mobile_phone",)
    ]


def test_all_that_is_wrong_is_told_at_once() -> None:
    values = {"email": "x", "website": "x", "currency": "x", "last_name": ""}
    assert [r.path[0] for r in checked("contact", values, now=NOW)[1]] == ["email", "website", "currency"]


def test_every_time_zone_that_is_taken_can_be_read_here() -> None:
    assert len(kept.zones()) > 400
    for name in kept.zones().values():
        assert ZoneInfo(name).key == name


def or_unfit(written: Callable[..., str], *about: Any) -> str | None:
    try:
        return written(*about)
    except Unfit:
        return None


LOCAL = st.from_regex(r"[a-zA-Z0-9_+.-]{1,66}", fullmatch=True) | st.sampled_from(["info", "Sales", "a.b"])
LABEL = st.from_regex(r"[a-zA-Z0-9-]{1,22}|xn--[a-z0-9-]{1,8}", fullmatch=True)
END = st.sampled_from(["com", "example", "local", "test", "onion", "arpa", "c0m", "x", "museum"])
ADDRESSES = st.builds(
    lambda local, labels, end: f"{local}@{'.'.join([*labels, end])}",
    LOCAL,
    st.lists(LABEL, max_size=6),
    END,
)


@settings(deadline=None)
@given(ADDRESSES | st.emails() | st.text(max_size=40))
@example("www@example.com")
@example("a" * 64 + "@example.com")
@example("a" * 65 + "@example.com")
@example("a@ab--c.com")
def test_a_plain_address_is_what_the_library_would_make_of_it(address: str) -> None:
    assert or_unfit(kept.email, address) == or_unfit(kept.email_of_library, address)


CODES = st.sampled_from(sorted(phonenumbers.COUNTRY_CODE_TO_REGION_CODE)) | st.integers(1, 999)
NUMBERS = st.builds(
    lambda code, rest: f"+{code}{rest}", CODES, st.text("0123456789", min_size=3, max_size=13)
)
REGIONS = st.none() | st.sampled_from(sorted(phonenumbers.SUPPORTED_REGIONS))
WRITTEN = NUMBERS | st.text("0123456789+-()/. x#", max_size=24) | st.text(max_size=24)


@settings(deadline=None)
@given(NUMBERS)
def test_a_number_in_order_is_what_the_library_would_make_of_it(number: str) -> None:
    assert or_unfit(phones.phone, number, None) == or_unfit(phones.phone_of_library, number, None)


@settings(deadline=None)
@given(WRITTEN, REGIONS, REGIONS)
@example("00 71866722", "BD", None)
def test_a_number_that_is_kept_stays_wherever_it_is_read(
    text: str, region: str | None, other: str | None
) -> None:
    number = or_unfit(phones.phone, text, region)
    if number is not None:
        assert phones.phone(number, other) == number


TEXTS = (
    st.text(max_size=60)
    | ADDRESSES
    | WRITTEN
    | st.sampled_from(
        ["US", "eur", "utc", "example.com", "https://Ex.com/ä", "a\u00a0\u0301b", "ẞ.de", "\u2126"]
    )
    | st.from_regex(r"(https?://)?[\w.-]{1,20}\.[a-z]{2,4}(:[0-9]{1,6})?(/[\S ]{0,9})?", fullmatch=True)
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)
CHOICES = st.sampled_from([*RelationshipType, *Gender, *Permission])
ANYTHING = (
    st.none()
    | TEXTS
    | st.booleans()
    | st.integers()
    | st.integers(-(10**6000), 10**6000)
    | st.floats()
    | st.decimals()
    | st.sampled_from([Decimal("sNaN"), Decimal("9E+99999999"), Decimal("0E+999"), Decimal("-0E-99")])
    | st.dates()
    | st.datetimes(timezones=st.none() | st.timezones())
    | st.uuids()
    | CHOICES
    | st.lists(CHOICES, max_size=5)
    | st.tuples(CHOICES)
    | JSON
)
NAMES = {entity: sorted(f.name for f in fields(record)) for entity, record in ENTITIES.items()}


@settings(max_examples=500, deadline=None)
@given(st.data(), st.sampled_from(sorted(ENTITIES)))
def test_anything_is_kept_or_refused_and_what_is_kept_stays(data: st.DataObject, entity: str) -> None:
    values = data.draw(st.dictionaries(st.sampled_from(NAMES[entity]), ANYTHING, max_size=6))
    found, refused = checked(entity, values, now=NOW)
    assert set(found) | {refusal.path[0] for refusal in refused} >= set(values)
    assert not set(found) & {refusal.path[0] for refusal in refused if refusal.code is Code.INVALID}
    assert all(refusal.message.endswith(".") for refusal in refused)
    again, still = checked(entity, found, now=NOW)
    assert again == found
    assert all(refusal.code is Code.REQUIRED for refusal in still)


PIECES = (
    *"aé\u0301\U0001f600߷ \u00a0\n\t'\"\\",
    "'; drop table contact; --",
    "\\u0000",
    "\ufffe",
    "\x00",
    "\x85",
)


LONG = "".join(map(chr, random.Random(0).choices(range(0x4E00, 0x9FFF), k=200_000)))


def some(dice: random.Random, name: str, hint: Any) -> Any:
    """A value for some field or other, long texts among them that no index makes smaller."""
    digits = "".join(dice.choices(string.digits, k=9))
    options = [part for part in (hint, *get_args(hint)) if isinstance(part, type) and issubclass(part, Enum)]
    return dice.choice(
        [
            "".join(dice.choices(PIECES, k=dice.randrange(40))),
            LONG[dice.randrange(100_000) :][: kept.longest(name)],
            UUID(int=dice.getrandbits(128)),
            Decimal(dice.randrange(-(10**20), 10**20)).scaleb(-dice.randrange(8)),
            dice.choice([0, 1, 100, 2**63 - 1, 2**63, -1]),
            dice.choice([True, False]),
            dice.choice([date(1900, 1, 1), date(2199, 12, 31), NOW, datetime(1900, 1, 1, tzinfo=UTC)]),
            {"a": ["\U0001f600", 1.5, None], "b": "\\u0000"},
            dice.choice(
                [f"+49{digits}", f"a{digits}@example.com", "https://example.com", "EUR", "UTC", "DE"]
            ),
            dice.choice([list(kind) for kind in options] or [list(RelationshipType)]),
            *(dice.choice(list(kind)) for kind in options),
        ]
    )


POINTING = {"account_id", "parent_contact_id", "parent_account_id", "contact_id", "home_id", "id", "version"}


NEEDED = {"last_name": "L", "name": "N", "topic": "T"}


@pytest.mark.parametrize("entity", ENTITIES)
async def test_whatever_is_kept_can_be_stored_and_comes_back(database: Database, entity: str) -> None:
    dice, hints = random.Random(entity), get_type_hints(ENTITIES[entity])
    names = [name for name in NAMES[entity] if name not in POINTING]
    made: dict[UUID, Any] = {}
    taken: set[str] = set()
    for _ in range(250):
        found, _ = checked(entity, {name: some(dice, name, hints[name]) for name in names}, now=NOW)
        taken |= set(found)
        needed = {name: value for name, value in NEEDED.items() if name in names}
        record = records.new(entity, needed | found, NOW)
        made[record.id] = record
    assert taken == set(names)
    async with database.transaction() as tx:
        await writes.insert(tx, entity, list(made.values()))
    async with database.transaction() as tx:
        back: Sequence[Any] = await tx.records(ENTITIES[entity], f"{entity}_locked", list(made))
    assert len(back) == len(made)
    for record in back:
        stored = made[record.id]
        assert (replace(stored, full_name=record.full_name) if "full_name" in names else stored) == record


def test_a_file_s_numbers_are_read_like_a_client_s_and_else_left_as_written() -> None:
    found = with_numbers(
        {
            "country": "United States",
            "home_phone": "(202) 555-0101",
            "fax": "787699373",
            "phone3": "+44 1632 960001",
        }
    )
    assert found == {
        "country": "United States",
        "home_phone": "+12025550101",
        "fax": "787699373",
        "phone3": "+441632960001",
    }
    assert with_numbers({"fax": "(202) 555-0101"}) == {"fax": "(202) 555-0101"}
