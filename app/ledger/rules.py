"""The flows of an expected quota and of a year-end, what a year-end carries, and when a pot runs dry. Pure."""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum

from app.kernel.flow import Flow


class QuotaStatus(StrEnum):
    """Where a request for an expected quota stands."""

    ASKED = "asked"
    AUTHORIZED = "authorized"
    REFUSED = "refused"
    TAKEN_BACK = "taken_back"


class QuotaStep(StrEnum):
    """What happens to an expected quota."""

    AUTHORIZE = "authorize"
    REFUSE = "refuse"
    TAKE_BACK = "take_back"


QUOTA_FLOW = Flow(
    "quota",
    QuotaStatus.ASKED,
    [
        (QuotaStep.AUTHORIZE, [QuotaStatus.ASKED], QuotaStatus.AUTHORIZED),
        (QuotaStep.REFUSE, [QuotaStatus.ASKED], QuotaStatus.REFUSED),
        (QuotaStep.TAKE_BACK, [QuotaStatus.AUTHORIZED], QuotaStatus.TAKEN_BACK),
    ],
)


class YearEndStatus(StrEnum):
    """Where the carrying over of a year stands."""

    PREPARED = "prepared"
    CONFIRMED = "confirmed"
    DROPPED = "dropped"


class YearEndStep(StrEnum):
    """What happens to a prepared year-end."""

    CONFIRM = "confirm"
    DROP = "drop"


YEAR_END_FLOW = Flow(
    "year end",
    YearEndStatus.PREPARED,
    [
        (YearEndStep.CONFIRM, [YearEndStatus.PREPARED], YearEndStatus.CONFIRMED),
        (YearEndStep.DROP, [YearEndStatus.PREPARED], YearEndStatus.DROPPED),
    ],
)


@dataclass(frozen=True, slots=True)
class Figures:
    """What a budget holds, all fen and none negative.

    `appropriated` and `expected` say where it came from, the other five where it stands; both sides are equal.
    """

    appropriated_fen: int = 0
    expected_fen: int = 0
    available_fen: int = 0
    reserved_fen: int = 0
    owed_fen: int = 0
    paid_fen: int = 0
    recovered_fen: int = 0

    @property
    def total_fen(self) -> int:
        """Everything ever put in or expected, less what went back."""
        return self.available_fen + self.reserved_fen + self.owed_fen + self.paid_fen + self.recovered_fen

    @property
    def in_hand_fen(self) -> int:
        """Appropriated and not spent: what may still be paid; nothing is paid out of an expected quota."""
        return self.appropriated_fen - self.paid_fen - self.recovered_fen


@dataclass(frozen=True, slots=True)
class Carried:
    """What a year-end does with the figures; fen."""

    reserved_fen: int
    owed_fen: int
    appropriated_fen: int
    """Of what is carried, the part that appropriated money stands behind."""
    expected_fen: int
    """The rest, for which the appropriation is still awaited."""
    lapsed_fen: int
    """Appropriated money that nobody needed: it goes back."""
    lapsed_expected_fen: int
    recovered_fen: int
    """Money that came back from payees: handed in."""

    @property
    def total_fen(self) -> int:
        """What goes on in the next year."""
        return self.reserved_fen + self.owed_fen


def carried(had: Figures) -> Carried:
    """What goes on in the next year and what lapses: money in hand covers what is carried before the quota does."""
    total = had.reserved_fen + had.owed_fen
    covered = min(had.in_hand_fen, total)
    return Carried(
        reserved_fen=had.reserved_fen,
        owed_fen=had.owed_fen,
        appropriated_fen=covered,
        expected_fen=total - covered,
        lapsed_fen=had.in_hand_fen - covered,
        lapsed_expected_fen=had.expected_fen - (total - covered),
        recovered_fen=had.recovered_fen,
    )


class Outlook(StrEnum):
    """What the present pace says of a pot."""

    EMPTY = "empty"
    RUNS_DRY = "runs_dry"
    LASTS = "lasts"
    STANDS_STILL = "stands_still"
    TOO_EARLY = "too_early"


LEAST_DAYS = 14
"""A pace seen for fewer days says nothing: one class filed on the first day would be a class a day."""


@dataclass(frozen=True, slots=True)
class Forecast:
    """When the pot runs dry at the pace of the last days, and how many more classes it pays; money in fen."""

    outlook: Outlook
    available_fen: int
    taken_fen: int
    """What left the available money in these days, less what came back to it."""
    days: int
    per_day_fen: int = 0
    """Rounded down; the day is reckoned from the whole figures."""
    runs_dry_on: date | None = None
    left_at_end_fen: int | None = None
    """What would be left on 31 December, where it lasts."""
    class_fen: int | None = None
    """What a class reserves on the average; None where none was approved yet."""

    @property
    def classes_left(self) -> int | None:
        """How many more classes of average cost the available money pays."""
        return None if not self.class_fen else self.available_fen // self.class_fen


def forecast(
    available_fen: int, *, taken_fen: int, days: int, today: date, year_end: date, class_fen: int | None = None
) -> Forecast:
    """Reckon from what the last `days` took when nothing is left.

    At taken ÷ days a day the available money lasts available × days ÷ taken days, rounded down: from the day after,
    the next day's need is not covered in full. Past the year-end it is not said to run dry, since the rest lapses.
    """
    said = Forecast(Outlook.EMPTY, available_fen, taken_fen, days, class_fen=class_fen)
    if available_fen <= 0:
        return said
    if days < LEAST_DAYS:
        return replace(said, outlook=Outlook.TOO_EARLY)
    if taken_fen <= 0:
        return replace(said, outlook=Outlook.STANDS_STILL)
    per_day = taken_fen // days
    lasts_days = available_fen * days // taken_fen
    left_days = (year_end - today).days
    if lasts_days > left_days:
        left = available_fen - taken_fen * max(left_days, 0) // days
        return replace(said, outlook=Outlook.LASTS, per_day_fen=per_day, left_at_end_fen=left)
    runs_dry_on = today + timedelta(days=lasts_days)
    return replace(said, outlook=Outlook.RUNS_DRY, per_day_fen=per_day, runs_dry_on=runs_dry_on)
