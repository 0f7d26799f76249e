"""What the rules are told about a person, a course and a record; plain values, nothing looked up. Pure."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class Sex(StrEnum):
    """As the identity number says."""

    MALE = "male"
    FEMALE = "female"


class Stage(StrEnum):
    """How far the person is; evidence may be asked for from a later stage on."""

    SIGN_UP = "sign_up"
    FILING = "filing"
    CLAIM = "claim"


@dataclass(frozen=True, slots=True)
class GroupHeld:
    """A group the person belongs to; `evidence` is the document's number or name, "" where none was shown yet."""

    key: str
    evidence: str = ""
    valid_from: date | None = None
    valid_to: date | None = None


@dataclass(frozen=True, slots=True)
class StatusHeld:
    """A status that excludes from subsidies while it holds (R05)."""

    key: str
    valid_from: date | None = None
    valid_to: date | None = None


@dataclass(frozen=True, slots=True)
class PersonFacts:
    """What eligibility needs to know of a person."""

    sex: Sex
    birth_on: date
    groups: tuple[GroupHeld, ...] = ()
    statuses: tuple[StatusHeld, ...] = ()


@dataclass(frozen=True, slots=True)
class CourseFacts:
    """What policy needs to know of a course.

    `occupation_code` is the code of the classification, or a stable local key where there is none. `level` is 5
    (lowest) to 1, or None or 0 where there is none. Hours are standard hours. `base_mode` is the course's own mode
    where `mode` is one like online. `days` 0 means as many as the hours need; `category` "" means the one that the
    pack derives.
    """

    mode: str
    occupation_code: str
    level: int | None
    theory_hours: int
    practice_hours: int
    days: int = 0
    base_mode: str = ""
    category: str = ""

    @property
    def hours(self) -> int:
        """All standard hours."""
        return self.theory_hours + self.practice_hours

    def days_at(self, hours_a_day: int | None) -> int | None:
        """Days: as told, or as many as the hours need; None where nobody says how many hours a day has."""
        return self.days or (-(-self.hours // hours_a_day) if hours_a_day else None)


class Funding(StrEnum):
    """Who paid for the training in the first place (R30)."""

    FREE = "free"
    PREPAID = "prepaid"
    SELF_PAID = "self_paid"


@dataclass(frozen=True, slots=True)
class ClassFacts:
    """What a class reached as a whole, for steps that the class decides.

    `trainees` are the lines among which an amount of the class is shared, `place` is which of them this one is,
    counted from 1 (0: not told). `certified` and `employed` count those of them with a certificate, with a post.
    """

    trainees: int
    certified: int | None = None
    employed: int | None = None
    cost_fen: int | None = None
    place: int = 0


@dataclass(frozen=True, slots=True)
class LineFacts:
    """What one claim line rests on.

    `groups` are the keys that qualified at training time. Hours are standard hours; days are None where nobody told
    them. `employed_on` is the day on which
    the post was taken up, confirmed (None for an own livelihood); `placement` is the kind of post as the pack names it,
    `contract_months` how long the labor contract runs. `filed_on` is the day on which the class was filed (R15).
    `tags` are marks an officer confirmed. `cost_fen` is what the training of this person cost by its invoice,
    `taken_this_year` how often each step of the formula was paid to the person this year before, by its key, and
    `paid_this_year` how much of each, `paid_this_year_fen` how much in all.
    `receipt_fen` is what the trainee paid by the receipt with the number `receipt`, `voucher_fen` the face value of the
    training voucher `voucher` that the line uses up.
    """

    course: CourseFacts
    groups: tuple[str, ...]
    planned_hours: int
    attended_hours: int
    planned_days: int | None
    attended_days: int | None
    passed: bool
    certificate_on: date | None
    ended_on: date | None
    employed_on: date | None = None
    placement: str = ""
    claimed_on: date | None = None
    filed_on: date | None = None
    contract_months: int | None = None
    funding: Funding = Funding.FREE
    region_code: str = ""
    tags: tuple[str, ...] = ()
    cost_fen: int | None = None
    taken_this_year: tuple[tuple[str, int], ...] = ()
    paid_this_year: tuple[tuple[str, int], ...] = ()
    paid_this_year_fen: int = 0
    receipt_fen: int | None = None
    receipt: str = ""
    voucher_fen: int | None = None
    voucher: str = ""
    in_class: ClassFacts | None = None


@dataclass(frozen=True, slots=True)
class Use:
    """One subsidised training in the person's record that counts now (used, reserved or imported; not given back)."""

    taken_on: date
    occupation_code: str
    level: int | None


@dataclass(frozen=True, slots=True)
class RecordFacts:
    """The record of subsidies used 享受补贴记录, without the use that this very sign-up would be.

    `unemployment_subsidies` are occupations and levels paid by the unemployment-insurance skill subsidy (R12).
    `known_until` is the date up to which the records of other systems are complete; None where there is only our own.
    """

    uses: tuple[Use, ...] = ()
    unemployment_subsidies: tuple[tuple[str, int | None], ...] = ()
    known_until: date | None = None


def in_force(valid_from: date | None, valid_to: date | None, on: date) -> bool:
    """Whether a dated fact holds on a day; an open end is open."""
    return (valid_from is None or valid_from <= on) and (valid_to is None or on <= valid_to)
