"""A policy pack: one region's rules and standards for one period. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from app.kernel.errors import DomainError
from app.kernel.marking import N_
from app.policies.rules.facts import CourseFacts
from app.policies.rules.figures import KNOWN, Figure
from app.policies.rules.modes import Mode
from app.policies.rules.said import Named, Reason, Said
from app.policies.rules.steps import FormulaStep
from app.policies.rules.tables import AgeRow, HoursRow, Listed, ListRow, RateRow, ReviewRow, SourceNote


@dataclass(frozen=True, slots=True)
class Pack:
    """Everything one region's policy says for one period."""

    key: str
    title: Named
    note: Named
    region_code: str
    valid_from: date
    valid_to: date | None
    is_example: bool
    default_category: str
    sources: Mapping[str, SourceNote]
    figures: Mapping[str, Figure]
    modes: Mapping[str, Mode]
    ages: tuple[AgeRow, ...]
    groups: Mapping[str, Listed]
    statuses: Mapping[str, Listed]
    categories: Mapping[str, Listed]
    checklist: tuple[Listed, ...]
    occupations: Mapping[str, str]
    hours: tuple[HoursRow, ...]
    rates: tuple[RateRow, ...]
    formula: tuple[FormulaStep, ...]
    workdays: Mapping[date, bool]
    lists: dict[str, tuple[ListRow, ...]] = field(default_factory=dict)
    funds: Mapping[str, Listed] = field(default_factory=dict)
    reviews: tuple[ReviewRow, ...] = ()
    extends: str = ""
    approver: str = ""
    fund: str = ""
    memo: dict[Any, Any] = field(default_factory=dict, init=False, compare=False, repr=False)
    """What was worked out from the pack once, for every line that asks again."""

    def mode(self, key: str, base: str = "") -> Mode:
        """A mode; one that is "as its course's mode" (online) takes everything but its name from `base`.

        Raises `DomainError` for a mode that the pack does not have, and where such a mode has no base.
        """
        found = self._mode(key)
        if not found.as_course_mode:
            return found
        if not base or self._mode(base).as_course_mode:
            raise DomainError(N_("请先选定这门课本来的培训模式。"), "base_mode")
        return replace(self._mode(base), key=found.key, name=found.name, as_course_mode=True)

    def _mode(self, key: str) -> Mode:
        if key not in self.modes:
            raise DomainError(N_("本地现行政策里没有这种培训模式。"), "mode")
        return self.modes[key]

    def mode_of(self, course: CourseFacts) -> Mode:
        """The mode that decides for a course."""
        return self.mode(course.mode, course.base_mode)

    def figure(self, key: str) -> Figure:
        """A figure by its key; blank where the pack is silent. Raises KeyError for a key nobody defined."""
        return self.figures.get(key) or Figure(key, None, KNOWN[key].rule)

    def count(self, key: str) -> int | None:
        """A whole-number figure, None where blank."""
        value = self.figure(key).value
        return value if isinstance(value, int) and not isinstance(value, bool) else None

    def day(self, key: str) -> date | None:
        """A date figure, None where blank."""
        value = self.figure(key).value
        return value if isinstance(value, date) else None

    def yes(self, key: str) -> bool:
        """A yes-or-no figure; blank is no."""
        return self.figure(key).value is True

    def word(self, key: str) -> str:
        """A figure that is a word, "" where blank."""
        value = self.figure(key).value
        return value if isinstance(value, str) else ""

    def names(self, key: str) -> tuple[str, ...]:
        """A figure that is a list of the pack's groups, empty where blank."""
        value = self.figure(key).value
        return value if isinstance(value, tuple) else ()

    def category_of(self, course: CourseFacts) -> str:
        """The standards' category: as told, as the mode says, by the longest fitting occupation prefix, or the rest."""
        told = course.category or self.mode_of(course).category
        if told:
            return told
        prefixes = [prefix for prefix in self.occupations if course.occupation_code.startswith(prefix)]
        return self.occupations[max(prefixes, key=len)] if prefixes else self.default_category

    def rates_for(self, course: CourseFacts, item: str = "") -> tuple[RateRow, ...]:
        """The rows of the standards that may decide for a course: of equal groups the closest, the closest first."""
        category, modes = self.category_of(course), (course.mode, course.base_mode)
        code, level = course.occupation_code, course.level
        fitting = [row for row in self.rates if row.item == item and row.fits(category, code, level, modes)]
        closest: dict[str, RateRow] = {}
        for row in sorted(fitting, key=lambda row: row.closeness, reverse=True):
            closest.setdefault(row.group, row)
        return tuple(closest.values())

    def rate_for(self, course: CourseFacts) -> RateRow | None:
        """The closest row of the standards for everybody, None where there is none."""
        return next((row for row in self.rates_for(course) if not row.group), None)

    def hours_for(self, course: CourseFacts) -> HoursRow | None:
        """The least hours of the course's occupation or category and level, None where the pack is silent."""
        category, code, level = self.category_of(course), course.occupation_code, course.level
        fitting = [row for row in self.hours if row.fits(category, code, level)]
        return max(fitting, key=lambda row: row.closeness) if fitting else None

    def fund_of(self, course: CourseFacts) -> Listed | None:
        """Where the money for a course comes from: as its mode says, or the pack; None where it is not stated."""
        return self.funds.get(self.mode_of(course).fund or self.fund)

    def more_reviews(self, amount_fen: int) -> tuple[ReviewRow, ...]:
        """The decisions that a claim of this amount needs more than others, in the order of the pack."""
        return tuple(row for row in self.reviews if row.from_fen is not None and amount_fen >= row.from_fen)

    def blank(self, key: str) -> Reason:
        """The refusal that names a figure which the pack leaves blank."""
        spec = KNOWN[key]
        message = N_("政策包里“%(figure)s”没有填写，不能往下办。请先补上这个标准。")
        return Reason(spec.rule or "R15", message, {"figure": Said(spec.name)})
