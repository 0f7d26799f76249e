"""When an officer's work is due: worked out from records and from how a person stands, never typed. Pure.

Each list empties itself: an entry goes when what is due was done, and comes back when the rule says so.
"""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum


class Duty(StrEnum):
    """A kind of work on the officer's day."""

    OFFER = "offer"
    WISH = "wish"
    CONSENT = "consent"
    SEAT = "seat"
    CARD = "card"
    SERVICE = "service"
    FOLLOW_UP = "follow_up"


@dataclass(frozen=True, slots=True)
class Pace:
    """How soon what must be done; the 311 service by handbook S02, the rest a bureau's own choice."""

    job_recommendations: int = 3
    guidance: int = 1
    training_offers: int = 1
    offer_days: int = 7
    """Within so many days of losing work a person has an offer (动态清零)."""
    again_days: int = 30
    """So many days after the last offer, whoever still has no work is back on the list."""
    wish_days: int = 15
    ahead_days: int = 14
    """A 311 service comes onto the list so many days before it is due."""
    follow_up_months: tuple[int, ...] = (1, 3, 6)
    """So many months after taking up a post the person is asked whether they kept it (稳岗)."""


PACE = Pace()


def offer_due(without_work_since: date, last_offer: date | None, pace: Pace = PACE) -> date:
    """The day by which somebody without work must have an offer: soon after losing it, and again after the last one."""
    if last_offer is None or last_offer < without_work_since:
        return without_work_since + timedelta(days=pace.offer_days)
    return last_offer + timedelta(days=pace.again_days)


def lacks_offer(without_work_since: date, last_offer: date | None, *, today: date, pace: Pace = PACE) -> bool:
    """Whether somebody without work stands on the list: no offer yet, or the last one has led nowhere for too long."""
    if last_offer is None or last_offer < without_work_since:
        return True
    return offer_due(without_work_since, last_offer, pace) <= today


def wish_due(told_on: date, pace: Pace = PACE) -> date:
    """The day by which a wish is answered."""
    return told_on + timedelta(days=pace.wish_days)


def seeks_work(willing: str, ability: str, *, excluded: bool) -> bool:
    """Whether offers and services are owed at all: able to work, not unwilling; no student, public staff, pensioner."""
    return not excluded and ability != "unable" and willing != "unwilling"


def is_entitled(work_status: str, willing: str, ability: str, *, excluded: bool) -> bool:
    """Whether the 311 service is owed: who seeks work and has none, waits for it, or farms and wants other work."""
    if not seeks_work(willing, ability, excluded=excluded):
        return False
    return work_status in {"unemployed", "waiting_to_return"} or (work_status == "farming" and willing == "willing")


def next_share(from_on: date, until_on: date, wanted: int, done: int) -> date | None:
    """The day the next of `wanted` services falls due when they are spread evenly; None once all are done."""
    if done >= wanted:
        return None
    days = (until_on - from_on).days + 1
    return from_on + timedelta(days=days * (done + 1) // wanted - 1)


def service_due(
    done: tuple[int, int, int], *, without_work_since: date | None, today: date, pace: Pace = PACE
) -> date | None:
    """The day the next service of this year's 311 falls due.

    `done` are this year's job recommendations, guidance and training offers; the year counts from the day the person
    lost work or was registered, where that lies in it. None when the year's service is complete.
    """
    end = date(today.year, 12, 31)
    start = max(date(today.year, 1, 1), without_work_since or date.min)
    wanted = (pace.job_recommendations, pace.guidance, pace.training_offers)
    dues = [next_share(start, end, want, have) for want, have in zip(wanted, done, strict=True)]
    return min((due for due in dues if due is not None), default=None)


def month_after(day: date, months: int) -> date:
    """The same day so many months later; the month's last where it has no such day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def follow_up_due(took_up_on: date, asked: int, pace: Pace = PACE) -> date | None:
    """The day the next follow-up falls due after so many; None once all were made."""
    return month_after(took_up_on, pace.follow_up_months[asked]) if asked < len(pace.follow_up_months) else None


@dataclass(frozen=True, slots=True)
class Work:
    """What waits somewhere under one duty: how many, how many of them late, and the earliest day."""

    waiting: int = 0
    late: int = 0
    first_due: date | None = None

    def __add__(self, other: "Work") -> "Work":
        """Two places together."""
        days = [day for day in (self.first_due, other.first_due) if day is not None]
        return Work(self.waiting + other.waiting, self.late + other.late, min(days, default=None))
