"""The rows of a policy pack's tables. Pure."""

from dataclasses import dataclass
from datetime import date

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
        last = self.born_to
        return last is None or birth_on <= last or (birth_on.year, birth_on.month) == (last.year, last.month)

    def meets(self, other: "AgeRow") -> bool:
        """Whether two rows speak of the same people."""
        before = self.born_to is not None and other.born_from is not None and self.born_to < other.born_from
        after = other.born_to is not None and self.born_from is not None and other.born_to < self.born_from
        return self.sex is other.sex and not before and not after


@dataclass(frozen=True, slots=True)
class HoursRow:
    """Least standard hours of a category or occupation and level (R16); what is blank is any."""

    category: str
    level: int | None
    min_hours: int | None
    source: str
    occupation: str = ""

    def fits(self, category: str, occupation: str, level: int | None) -> bool:
        """Whether the row speaks of this training."""
        same_level = self.level is None or self.level == level
        return same_level and self.occupation in ("", occupation) and self.category in ("", category)

    @property
    def closeness(self) -> tuple[bool, bool, bool]:
        """The closest of the fitting rows wins: by occupation, then category, then level."""
        return (bool(self.occupation), bool(self.category), self.level is not None)


@dataclass(frozen=True, slots=True)
class RateRow:
    """A standard by item, category, occupation, mode, group and level; blank `amount_fen` is an unknown one."""

    category: str
    occupation: str
    level: int | None
    amount_fen: int | None
    unit: str
    source: str
    item: str = ""
    mode: str = ""
    group: str = ""
    cap_fen: int | None = None
    conditions: str = ""

    def fits(self, category: str, occupation: str, level: int | None, modes: tuple[str, ...] = ("",)) -> bool:
        """Whether the row speaks of this training."""
        same_level = self.level is None or self.level == level
        same_occupation = self.occupation in ("", occupation)
        same_mode = not self.mode or self.mode in modes
        return same_level and same_occupation and same_mode and self.category in ("", category)

    @property
    def closeness(self) -> tuple[bool, bool, bool, bool, bool]:
        """The closest of the fitting rows wins: by occupation, then category, mode, group, level."""
        parts = (self.occupation, self.category, self.mode, self.group)
        return (bool(parts[0]), bool(parts[1]), bool(parts[2]), bool(parts[3]), self.level is not None)


@dataclass(frozen=True, slots=True)
class ListRow:
    """An occupation on a list 目录 of the pack, for example of scarce ones; level None is any."""

    occupation: str
    level: int | None
    source: str

    def fits(self, occupation: str, level: int | None) -> bool:
        """Whether the list speaks of this training; a code or its beginning."""
        return occupation.startswith(self.occupation) and self.level in (None, level)


@dataclass(frozen=True, slots=True)
class ReviewRow:
    """One more decision that claims from an amount on need, after those that every claim needs."""

    key: str
    name: Named
    from_fen: int | None
    workdays: int | None
    source: str
