"""The steps of a pack's formula as data, and the conditions on which each holds. Pure."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from app.policies.rules.rounding import POINTS, Rounding
from app.policies.rules.said import Named

USUAL = Rounding()


class Per(StrEnum):
    """Whether a step's figures are for one person or for the whole class, which its lines then share."""

    PERSON = "person"
    CLASS = "class"


class Counted(StrEnum):
    """Who counts in a class's rate."""

    EMPLOYED = "employed"
    CERTIFIED = "certified"


@dataclass(frozen=True, slots=True)
class When:
    """The conditions of one step; all must hold, and an empty one always holds."""

    modes: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    occupations: tuple[str, ...] = ()
    levels: tuple[int, ...] = ()
    lists: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    placements: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()
    funding: tuple[str, ...] = ()
    employed_within_months: int | None = None
    employed: bool | None = None
    contract_months_from: int | None = None
    certificate: bool | None = None
    hours_reached: bool | None = None
    attended_percent_from: int | None = None
    attended_percent_below: int | None = None
    filed_from: date | None = None
    filed_to: date | None = None


@dataclass(frozen=True, slots=True)
class Tier:
    """One tier: up to so many days or hours (None: no end) each so many fen, or from a rate on so many points."""

    edge: int | None
    value: int | None


@dataclass(frozen=True, slots=True)
class FormulaStep:
    """One step of the formula, as data: its kind, its figures, whom it pays and when it holds.

    Percentages are in points (hundredths of a percent). `percent` is the same as the pack writes it.
    """

    key: str
    kind: str
    name: Named
    rule: str
    source: str
    to: str
    when: When
    unless: When | None = None
    yuan_fen: int | None = None
    cap_fen: int | None = None
    floor_fen: int | None = None
    points: int | None = None
    cap_points: int | None = None
    of: tuple[str, ...] = ()
    base: tuple[str, ...] = ()
    tiers: tuple[Tier, ...] = ()
    item: str = ""
    day_hours: int | None = None
    from_year: int | None = None
    most_a_year: int | None = None
    per: Per = Per.PERSON
    counted: Counted = Counted.EMPLOYED
    exclusive: str = ""
    not_with: tuple[str, ...] = ()
    rounding: Rounding = USUAL
    blank: tuple[str, ...] = ()
    """Columns that the pack states and leaves blank: the step can't be worked out."""

    @property
    def percent(self) -> Decimal | None:
        """The percentage as a number."""
        return None if self.points is None else Decimal(self.points) / POINTS
