"""The rows of a policy pack's tables. Pure."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from app.policies.rules.facts import Sex
from app.policies.rules.said import Named


@dataclass(frozen=True, slots=True)
class Listed:
    """One entry of a list in the pack: a group, an excluding status, a category, a paper to bring."""

    key: str
    name: Named
    evidence: Named
    source: str


@dataclass(frozen=True, slots=True)
class SourceNote:
    """Where figures come from."""

    key: str
    title: str
    address: str
    grade: str


@dataclass(frozen=True, slots=True)
class AgeRow:
    """Ages for one sex and a span of birth months (R01, R02); the upper end in years and months."""

    sex: Sex
    born_from: date | None
    born_to: date | None
    min_years: int
    max_years: int | None
    max_months: int
    source: str

    def covers(self, sex: Sex, birth_on: date) -> bool:
        """Whether the row speaks of somebody born on that day."""
        if self.sex != sex or (self.born_from is not None and birth_on < self.born_from):
            return False
        return self.born_to is None or birth_on.replace(day=1) <= self.born_to

    def meets(self, other: "AgeRow") -> bool:
        """Whether two rows speak of the same people."""
        before = self.born_to is not None and other.born_from is not None and self.born_to < other.born_from
        after = other.born_to is not None and self.born_from is not None and other.born_to < self.born_from
        return self.sex is other.sex and not before and not after


@dataclass(frozen=True, slots=True)
class HoursRow:
    """Least standard hours of a category and level (R16); level None is any."""

    category: str
    level: int | None
    min_hours: int | None
    source: str


@dataclass(frozen=True, slots=True)
class RateRow:
    """A standard by category or occupation and level; blank `amount_fen` is an unknown one."""

    category: str
    occupation: str
    level: int | None
    amount_fen: int | None
    unit: str
    source: str

    def fits(self, category: str, occupation: str, level: int | None) -> bool:
        """Whether the row speaks of this training."""
        same_level = self.level is None or self.level == level
        same_occupation = self.occupation in ("", occupation)
        return same_level and same_occupation and self.category in ("", category)

    @property
    def closeness(self) -> tuple[bool, bool, bool]:
        """The closest of the fitting rows wins: by occupation, then category, then level."""
        return (bool(self.occupation), bool(self.category), self.level is not None)


@dataclass(frozen=True, slots=True)
class When:
    """The conditions of one step of the formula; an empty one always holds."""

    modes: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    occupations: tuple[str, ...] = ()
    levels: tuple[int, ...] = ()
    groups: tuple[str, ...] = ()
    placements: tuple[str, ...] = ()
    employed_within_months: int | None = None
    employed: bool | None = None

    @property
    def asks_outcome(self) -> bool:
        """Whether it depends on who came and what became of them, which a plan can't know."""
        asked = self.groups or self.placements or self.employed_within_months is not None
        return bool(asked) or self.employed is not None


@dataclass(frozen=True, slots=True)
class FormulaStep:
    """One step of the formula, as data: its kind, its figures, whom it pays and when it holds."""

    key: str
    kind: str
    name: Named
    rule: str
    source: str
    to: str
    when: When
    yuan_fen: int | None = None
    cap_fen: int | None = None
    percent: Decimal | None = None
    of: tuple[str, ...] = ()
