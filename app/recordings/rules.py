"""What a photo or film says about a half-day, when two photos look alike, and how long a file is kept. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from math import asin, cos, radians, sin, sqrt

from app.kernel.flow import Flow


class Kind(StrEnum):
    """What a file is."""

    PHOTO = "photo"
    FILM = "film"


class Origin(StrEnum):
    """Who took it, and for what."""

    LESSON = "lesson"
    INSPECTION = "inspection"
    KEEPER = "keeper"


class DoubtKind(StrEnum):
    """How two recordings of different half-days are too much alike."""

    SAME = "same"
    ALIKE = "alike"


class DoubtStatus(StrEnum):
    """Where a doubt stands."""

    OPEN = "open"
    CLEARED = "cleared"
    UPHELD = "upheld"


class DoubtStep(StrEnum):
    """How a doubt is decided: a person looks at both pictures."""

    CLEAR = "clear"
    UPHOLD = "uphold"


DOUBT_FLOW = Flow(
    "recording_doubt",
    DoubtStatus.OPEN,
    [
        (DoubtStep.CLEAR, [DoubtStatus.OPEN], DoubtStatus.CLEARED),
        (DoubtStep.UPHOLD, [DoubtStatus.OPEN], DoubtStatus.UPHELD),
    ],
)


# --- looking alike ---------------------------------------------------------------------------------------------------

BITS, BANDS = 64, 4
BAND_BITS = BITS // BANDS
NEAR = 6
"""Bits of 64 in which two prints may differ and still be of one picture: saved again, made smaller, a little brighter.

The search below finds every print up to 7 bits away: of four bands one differs in one bit at most.
"""


def signed(unsigned: int) -> int:
    """A print of 64 bits as the database's big integer."""
    return unsigned - (1 << BITS) if unsigned >= 1 << (BITS - 1) else unsigned


def differing(one: int, other: int) -> int:
    """In how many of 64 bits two prints differ."""
    return ((one ^ other) & ((1 << BITS) - 1)).bit_count()


def bands(print64: int) -> list[int]:
    """The print as four numbers of 16 bits, each with the band's own number above them.

    Neighboring bits go to different bands, so that an even sky does not give all photos the same band.
    """
    found = []
    for band in range(BANDS):
        value = 0
        for place in range(BAND_BITS):
            value |= (print64 >> (place * BANDS + band) & 1) << place
        found.append(band << BAND_BITS | value)
    return found


def probes(print64: int) -> list[int]:
    """The band numbers of every print at most 7 bits away: each band as it is, or with one bit turned."""
    return [value for band in bands(print64) for value in (band, *(band ^ 1 << bit for bit in range(BAND_BITS)))]


# --- what the file says against what was planned ----------------------------------------------------------------------


class Remark(StrEnum):
    """What is odd about a recording; a remark to look at, never a refusal."""

    NO_TIME = "no_time"
    OTHER_TIME = "other_time"
    AFTER_UPLOAD = "after_upload"
    NO_PLACE = "no_place"
    FAR = "far"
    EDITED = "edited"


@dataclass(frozen=True, slots=True)
class Noted:
    """A remark with its figure: minutes away from the half-day, or meters away from the site."""

    remark: Remark
    figure: int = 0


@dataclass(frozen=True, slots=True)
class Spot:
    """A place on earth, in degrees."""

    latitude: float
    longitude: float


@dataclass(frozen=True, slots=True)
class Told:
    """What a file says of itself, and when it came in."""

    taken_at: datetime | None
    spot: Spot | None
    edited: bool
    came_at: datetime


@dataclass(frozen=True, slots=True)
class Planned:
    """The half-day and its site; `minutes` and `meters` are how far off policy finds nothing odd, None: not said."""

    starts_at: datetime
    ends_at: datetime
    spot: Spot | None
    minutes: int | None
    meters: int | None


EARTH = 6_371_000
"""Meters."""
CLOCK_SLACK = timedelta(minutes=10)
"""A phone's clock may be so much ahead of ours."""


def meters_between(one: Spot, other: Spot) -> int:
    """The distance over the earth's surface."""
    lat1, lat2 = radians(one.latitude), radians(other.latitude)
    half = sin((lat2 - lat1) / 2) ** 2 + cos(lat1) * cos(lat2) * sin(radians(other.longitude - one.longitude) / 2) ** 2
    return round(2 * EARTH * asin(sqrt(min(1.0, half))))


def remarks(told: Told, planned: Planned) -> list[Noted]:
    """What is odd about a recording of a half-day."""
    found = [*_time(told, planned), *_place(told, planned)]
    return [*found, Noted(Remark.EDITED)] if told.edited else found


def _time(told: Told, planned: Planned) -> Iterable[Noted]:
    if told.taken_at is None:
        yield Noted(Remark.NO_TIME)
        return
    if told.taken_at > told.came_at + CLOCK_SLACK:
        yield Noted(Remark.AFTER_UPLOAD)
    if planned.minutes is None:
        return
    early, late = planned.starts_at - told.taken_at, told.taken_at - planned.ends_at
    away = max(early, late, timedelta())
    if away > timedelta(minutes=planned.minutes):
        yield Noted(Remark.OTHER_TIME, int(away.total_seconds() // 60))


def _place(told: Told, planned: Planned) -> Iterable[Noted]:
    if told.spot is None:
        yield Noted(Remark.NO_PLACE)
    elif planned.spot is not None and planned.meters is not None:
        away = meters_between(told.spot, planned.spot)
        if away > planned.meters:
            yield Noted(Remark.FAR, away)


# --- how long --------------------------------------------------------------------------------------------------------


def kept_until(end_on: date, years: int | None) -> date | None:
    """The last local day on which a file of a class is kept (R39, R40); None: for good, where policy is silent."""
    if years is None:
        return None
    try:
        return end_on.replace(year=end_on.year + years)
    except ValueError:  # 29 February
        return end_on.replace(year=end_on.year + years, month=3, day=1)
