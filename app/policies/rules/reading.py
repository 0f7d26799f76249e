"""Reading the cells of a policy pack: every error is kept with file, row and column, none stops the reading. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import TypeVar

from app.kernel.errors import DomainError
from app.kernel.marking import N_
from app.kernel.money import fen_of
from app.policies.rules.said import Named

E = TypeVar("E", bound=StrEnum)
HUNDRED = 100
EXAMPLE = "示例"


@dataclass(frozen=True, slots=True)
class Problem:
    """One error in a pack: `row` counts as a text editor does, 0 where the whole file is meant."""

    file: str
    row: int
    column: str
    message: str
    params: Mapping[str, object] = field(default_factory=dict)


@dataclass(slots=True)
class Cells:
    """One row of a table, or one table of pack.toml; `prefix` names the table in the column of an error."""

    problems: list[Problem]
    file: str
    row: int
    values: Mapping[str, object]
    prefix: str = ""

    def wrong(self, column: str, message: str, **params: object) -> None:
        """Keep an error of this row."""
        self.problems.append(Problem(self.file, self.row, f"{self.prefix}{column}", message, params))

    def only(self, known: Iterable[str]) -> None:
        """Refuse columns that nobody reads, so that a slip of the pen is not silently left out."""
        allowed = set(known)
        for column in self.values:
            if column not in allowed:
                self.wrong(column, N_("不认识这一项。"))

    def text(self, column: str, *, required: bool = False) -> str:
        """Trimmed text, "" where blank."""
        value = self.values.get(column, "")
        words = str(value).strip() if value is not None else ""
        if required and not words:
            self.wrong(column, N_("这里不能空着。"))
        return words

    def is_blank(self, column: str) -> bool:
        """Whether the pack names the figure and leaves it blank."""
        return column in self.values and self.values[column] is not False and not str(self.values[column]).strip()

    def named(self, column: str, *, required: bool = False) -> Named:
        """A name in Chinese and English, from `<column>_zh` and `<column>_en`."""
        return Named(self.text(f"{column}_zh", required=required), self.text(f"{column}_en"))

    def whole(self, column: str, least: int = 0, most: int = 10**9) -> int | None:
        """A whole number within bounds, None where blank."""
        value = self.values.get(column, "")
        if isinstance(value, bool | float):
            self.wrong(column, N_("请填整数。"))
            return None
        words = str(value).strip()
        if not words:
            return None
        if not (words.isascii() and words.isdigit()):
            self.wrong(column, N_("请填整数。"))
            return None
        number = int(words)
        if not least <= number <= most:
            self.wrong(column, N_("应在 %(least)s 到 %(most)s 之间。"), least=least, most=most)
            return None
        return number

    def percent(self, column: str, most: int = 1000) -> Decimal | None:
        """A percentage with at most two decimals, None where blank."""
        value = self.values.get(column, "")
        words = "" if isinstance(value, bool) else str(value).strip().removesuffix("%")
        if not words and not isinstance(value, bool):
            return None
        try:
            number = Decimal(words)
        except InvalidOperation:
            self.wrong(column, N_("请填百分数，例如 20 或 12.5。"))
            return None
        if isinstance(value, float) or not number.is_finite() or number * HUNDRED != int(number * HUNDRED):
            self.wrong(column, N_('百分数最多两位小数，带小数时请加引号，例如 "12.5"。'))
            return None
        if not 0 <= number <= most:
            self.wrong(column, N_("应在 %(least)s 到 %(most)s 之间。"), least=0, most=most)
            return None
        return number

    def money(self, column: str) -> int | None:
        """Yuan as written, in fen; None where blank."""
        value = self.values.get(column, "")
        if isinstance(value, bool | float):
            self.wrong(column, N_('金额请填整数，带角分时请加引号，例如 "12.50"。'))
            return None
        words = str(value).strip()
        if not words:
            return None
        try:
            fen = fen_of(words)
        except DomainError as error:
            self.wrong(column, str(error))
            return None
        if fen < 0:
            self.wrong(column, N_("金额不能是负数。"))
            return None
        return fen

    def day(self, column: str) -> date | None:
        """A date YYYY-MM-DD, None where blank."""
        words = self.text(column)
        if not words:
            return None
        try:
            return date.fromisoformat(words)
        except ValueError:
            self.wrong(column, N_("请按 2024-01-31 的样子填日期。"))
            return None

    def month(self, column: str) -> date | None:
        """A month YYYY-MM as its first day, None where blank."""
        words = self.text(column)
        if not words:
            return None
        try:
            return date.fromisoformat(f"{words}-01")
        except ValueError:
            self.wrong(column, N_("请按 1965-01 的样子填年月。"))
            return None

    def yes(self, column: str) -> bool | None:
        """True or false, None where blank."""
        value = self.values.get(column, "")
        if isinstance(value, bool):
            return value
        words = str(value).strip().lower()
        if words not in ("", "true", "false"):
            self.wrong(column, N_("请填 true 或 false。"))
        return {"true": True, "false": False}.get(words)

    def choice(self, column: str, enum: type[E], default: E) -> E:
        """One of the known words; the default where blank or wrong."""
        words = self.text(column)
        if not words:
            return default
        known = {member.value: member for member in enum}
        if words not in known:
            self.wrong(column, N_("只能是这些之一：%(words)s。"), words=tuple(known))
        return known.get(words, default)

    def words(self, column: str) -> tuple[str, ...]:
        """A list of keys: a TOML array, or words with spaces between."""
        value = self.values.get(column, "")
        if isinstance(value, list | tuple):
            return tuple(str(item) for item in value)
        return tuple(str(value).split())

    def one_of(self, column: str, words: Iterable[str]) -> str:
        """One of the words that every pack knows, "" where blank."""
        return next(iter(self.some_of(column, words, [self.text(column)] if self.text(column) else [])), "")

    def some_of(self, column: str, words: Iterable[str], stated: Iterable[str] | None = None) -> tuple[str, ...]:
        """Some of the words that every pack knows; those that are none of them are told and left out."""
        known = tuple(str(word) for word in words)
        asked = tuple(self.words(column) if stated is None else stated)
        if not set(asked) <= set(known):
            self.wrong(column, N_("只能是这些之一：%(words)s。"), words=known)
        return tuple(word for word in asked if word in known)

    def code(self, column: str, *, required: bool = False) -> str:
        """A code that is compared letter by letter: one in full width, or a name in its place, would never fit."""
        words = self.text(column, required=required)
        self._as_code(column, words)
        return words

    def codes(self, column: str) -> tuple[str, ...]:
        """A list of codes."""
        words = self.words(column)
        for word in words:
            self._as_code(column, word)
        return words

    def _as_code(self, column: str, words: str) -> None:
        if not words.isascii():
            self.wrong(column, N_("请填编码，只用半角的数字、字母和横线，不能填“%(code)s”。"), code=words)

    def known(self, column: str, allowed: Iterable[str]) -> str:
        """A key that must be defined elsewhere in the pack, "" where blank."""
        key = self.text(column)
        if key and key not in set(allowed):
            self.wrong(column, N_("政策包里没有“%(key)s”这一项。"), key=key)
        return key

    def all_known(self, column: str, allowed: Iterable[str]) -> tuple[str, ...]:
        """Keys that must each be defined elsewhere in the pack."""
        keys, known = self.words(column), set(allowed)
        for key in keys:
            if key not in known:
                self.wrong(column, N_("政策包里没有“%(key)s”这一项。"), key=key)
        return keys

    def level(self, column: str = "level") -> int | None:
        """A skill level 5 (lowest) to 1, None where blank."""
        return self.whole(column, 1, 5)

    def source(self, sources: Iterable[str], *, has_value: bool, is_example: bool) -> str:
        """Where a figure comes from: ids of sources.csv, or the word for an example where the pack is one."""
        words = self.text("source")
        if has_value and not words:
            self.wrong("source", N_("有数字就要写来源。"))
        known = set(sources)
        for word in words.split():
            if word == EXAMPLE and not is_example:
                self.wrong("source", N_("只有示例政策包才能用“示例”作来源。"))
            elif word != EXAMPLE and word not in known:
                self.wrong("source", N_("来源“%(word)s”不在 sources.csv 里。"), word=word)
        return words
