"""How a column writes its dates: decided by all of its values, never by one of them.

`D-M-YYYY` stands for a day, a month and a year in that order with that between them; a time and a zone may
follow any date. `epoch seconds` and `epoch milliseconds` count from 1970.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from functools import cache
from itertools import combinations

EPOCHS: Mapping[str, int] = {"epoch seconds": 1, "epoch milliseconds": 1000}
USUAL = (
    "YYYY-M-D",
    "YYYY/M/D",
    "D.M.YYYY",
    "D/M/YYYY",
    "M/D/YYYY",
    "D-M-YYYY",
    "M-D-YYYY",
)
"""What a column is held against when its mapping names no format."""
_PARTS = {
    "YYYY": r"(?P<year>\d{4})",
    "MMM": r"(?P<name>[A-Za-z]{3,9})\.?",
    "MM": r"(?P<month>\d{2})",
    "DD": r"(?P<day>\d{2})",
    "M": r"(?P<month>\d{1,2})",
    "D": r"(?P<day>\d{1,2})",
}
_TOKEN = re.compile("|".join(sorted(_PARTS, key=len, reverse=True)))
_TIME = (
    r"(?:(?:T|\s+|,\s*)(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2})(?:[.,](?P<fraction>\d{1,9}))?)?"
    r"(?:\s*(?P<half>[AaPp])\.?[Mm]\.?)?"
    r"\s*(?P<zone>Z|UTC|GMT|[+-]\d{2}:?\d{2}|[+-]\d{2})?)?"
)
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,6})?(Z|[+-]\d\d:\d\d)", re.ASCII)
"""What Python reads by itself, and faster."""
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")


@cache
def _pattern(format: str) -> re.Pattern[str]:
    written = "".join(
        _PARTS[piece] if piece in _PARTS else re.escape(piece)
        for piece in re.split(f"({_TOKEN.pattern})", format)
    )
    return re.compile(written + _TIME)


def is_format(format: str) -> bool:
    """Whether this is a way of writing dates: it names a day, a month and a year, each once."""
    if format in EPOCHS:
        return True
    found = sorted(piece[0] if piece != "MMM" else "M" for piece in _TOKEN.findall(format))
    return found == ["D", "M", "Y"] and not re.search("[A-Za-z]", _TOKEN.sub("", format))


def read(text: str, format: str, zone: tzinfo = UTC) -> datetime | None:
    """The moment that the text names in that format, in `zone` unless it says another, if it names one."""
    try:
        if format == "YYYY-M-D" and _MOMENT.fullmatch(text):
            moment = datetime.fromisoformat(text)
            return moment.astimezone(UTC) and moment
        return _epoch(text, EPOCHS[format]) if format in EPOCHS else _calendar(text, format, zone)
    except (ValueError, OverflowError, OSError):
        return None


def _epoch(text: str, per_second: int) -> datetime | None:
    if not re.fullmatch(r"-?\d{1,15}(\.\d{1,9})?", text):
        return None
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=float(text) / per_second)


def _calendar(text: str, format: str, zone: tzinfo) -> datetime | None:
    found = _pattern(format).fullmatch(text)
    if found is None:
        return None
    part = found.groupdict()
    month = _MONTHS.index(part["name"][:3].lower()) + 1 if part.get("name") else int(part["month"])
    micros = int((part["fraction"] or "0").ljust(6, "0")[:6])
    clock = (_hour(part["hour"], part["half"]), int(part["minute"] or 0), int(part["second"] or 0), micros)
    said = _zone(part["zone"]) if part["zone"] else zone
    moment = datetime(int(part["year"]), month, int(part["day"]), *clock, tzinfo=said)
    return moment.astimezone(UTC) and moment


def _hour(text: str | None, half: str | None) -> int:
    hour = int(text or 0)
    if half is None:
        return hour
    if not 1 <= hour <= 12:
        raise ValueError("no hour of a twelve-hour clock")
    return hour % 12 + (12 if half in "pP" else 0)


@cache
def _zone(text: str) -> tzinfo:
    if text in ("Z", "UTC", "GMT"):
        return UTC
    digits = text[1:].replace(":", "").ljust(4, "0")
    away = timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
    return timezone(-away if text[0] == "-" else away)


@dataclass
class Trial:
    """One column held against several formats; `choose` says which one the column is written in."""

    formats: Sequence[str]
    seen: int = 0
    fits: dict[str, int] = field(default_factory=dict)
    _apart: set[tuple[str, str]] = field(default_factory=set)
    _readings: dict[str, dict[str, datetime]] = field(default_factory=dict)

    def see(self, text: str) -> None:
        """Holds one value of the column against every format."""
        self.seen += 1
        readings = self._readings.get(text)
        if readings is None:
            readings = self._held(text)
        for format in readings:
            self.fits[format] = self.fits.get(format, 0) + 1

    def _held(self, text: str) -> dict[str, datetime]:
        readings = {f: moment for f in self.formats if (moment := read(text, f)) is not None}
        self._apart |= {(a, b) for a, b in combinations(readings, 2) if readings[a] != readings[b]}
        if len(self._readings) < _REMEMBERED:
            self._readings[text] = readings
        return readings

    def choose(self) -> str | tuple[str, str]:
        """The format that reads most of the column, or the two that read it equally well and differently."""
        most = max(self.fits.values(), default=0)
        best = [format for format in self.formats if self.fits.get(format, 0) == most]
        for pair in combinations(best, 2):
            if most and pair in self._apart:
                return pair
        return best[0]


_REMEMBERED = 50_000
