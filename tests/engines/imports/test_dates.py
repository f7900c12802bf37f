from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engines.imports import dates
from engines.imports.dates import USUAL, Trial


@pytest.mark.parametrize(
    ("text", "format", "moment"),
    [
        ("2018-02-01", "YYYY-M-D", datetime(2018, 2, 1, tzinfo=UTC)),
        ("5/8/1986", "M/D/YYYY", datetime(1986, 5, 8, tzinfo=UTC)),
        ("5/8/1986", "D/M/YYYY", datetime(1986, 8, 5, tzinfo=UTC)),
        ("9/7/2017 0:00", "M/D/YYYY", datetime(2017, 9, 7, tzinfo=UTC)),
        ("2020-12-30 3:15:52", "YYYY-M-D", datetime(2020, 12, 30, 3, 15, 52, tzinfo=UTC)),
        ("2020-05-11 18:00:07.000", "YYYY-M-D", datetime(2020, 5, 11, 18, 0, 7, tzinfo=UTC)),
        ("2020-05-15 22:18:25 UTC", "YYYY-M-D", datetime(2020, 5, 15, 22, 18, 25, tzinfo=UTC)),
        ("2020-05-15T22:18:25.1234567Z", "YYYY-M-D", datetime(2020, 5, 15, 22, 18, 25, 123456, tzinfo=UTC)),
        (
            "2020-05-15T22:18:25-0300",
            "YYYY-M-D",
            datetime(2020, 5, 15, 22, 18, 25, tzinfo=timezone(-timedelta(hours=3))),
        ),
        ("1.2.2018, 5:07 pm", "D.M.YYYY", datetime(2018, 2, 1, 17, 7, tzinfo=UTC)),
        ("1 Feb 2018", "D MMM YYYY", datetime(2018, 2, 1, tzinfo=UTC)),
        ("1513299569", "epoch seconds", datetime(2017, 12, 15, 0, 59, 29, tzinfo=UTC)),
        ("1521472262.908", "epoch seconds", datetime(2018, 3, 19, 15, 11, 2, 908000, tzinfo=UTC)),
        ("1661707291575", "epoch milliseconds", datetime(2022, 8, 28, 17, 21, 31, 575000, tzinfo=UTC)),
    ],
)
def test_a_date_is_read_as_its_format_says(text: str, format: str, moment: datetime) -> None:
    assert dates.read(text, format) == moment


@pytest.mark.parametrize(
    "text", ["31-02-2018", "2018-13-01", "yesterday", "", "12/31/2018 25:00", "0000-01-01"]
)
def test_what_is_no_date_is_none(text: str) -> None:
    assert all(dates.read(text, format) is None for format in USUAL)


def test_a_date_without_a_zone_is_of_the_zone_that_the_mapping_names() -> None:
    moment = dates.read("2020-07-01 12:00", "YYYY-M-D", ZoneInfo("Europe/Berlin"))
    assert moment is not None
    assert moment.astimezone(UTC).hour == 10


def tried(values: list[str], formats: tuple[str, ...] = USUAL) -> str | tuple[str, str]:
    trial = Trial(formats)
    for value in values:
        trial.see(value)
    return trial.choose()


def test_the_format_is_decided_by_the_column_and_not_by_the_cell() -> None:
    assert tried(["01-02-2018", "20-10-2017", "03-04-2018"]) == "D-M-YYYY"
    assert tried(["2/1/2018", "10/20/2017"]) == "M/D/YYYY"


def test_a_column_that_two_formats_read_differently_is_not_decided() -> None:
    assert tried(["01-02-2018", "03-04-2018"]) == ("D-M-YYYY", "M-D-YYYY")


def test_a_column_that_two_formats_read_alike_is_decided() -> None:
    assert tried(["01-01-2018", "03-03-2018"]) == "D-M-YYYY"


def test_the_format_that_reads_most_is_chosen_where_none_reads_all() -> None:
    assert tried(["20-10-2017", "21-10-2017", "10-22-2017", "soon"]) == "D-M-YYYY"


def test_a_column_without_values_takes_the_first_format() -> None:
    assert tried([]) == USUAL[0]


@given(st.datetimes(datetime(1900, 1, 1), datetime(2100, 1, 1)), st.sampled_from(USUAL))
def test_every_day_written_in_a_format_is_read_back(moment: datetime, format: str) -> None:
    text = (
        format.replace("YYYY", str(moment.year)).replace("M", str(moment.month)).replace("D", str(moment.day))
    )
    assert dates.read(text, format) == moment.replace(hour=0, minute=0, second=0, microsecond=0, tzinfo=UTC)


@given(st.text(max_size=30))
def test_any_text_is_read_or_is_not_a_date(text: str) -> None:
    for format in (*USUAL, *dates.EPOCHS):
        assert dates.read(text, format) is None or isinstance(dates.read(text, format), datetime)


@pytest.mark.parametrize("format", ["D-M-YYYY", "YYYYMMDD", "D MMM YYYY", "epoch seconds"])
def test_a_way_of_writing_dates_is_known_as_one(format: str) -> None:
    assert dates.is_format(format)


@pytest.mark.parametrize("format", ["%d-%m-%Y", "D-D-YYYY", "dd/mm/yyyy", "ISO", "", "M/YYYY"])
def test_what_is_no_way_of_writing_dates_is_known_as_none(format: str) -> None:
    assert not dates.is_format(format)
