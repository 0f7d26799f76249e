"""Reading the values of FACTS.json: every wrong key is kept, none stops the reading. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from app.kernel.marking import N_

MOST = 10**15


@dataclass(frozen=True, slots=True)
class WrongFact:
    """One key that can't be used, and why."""

    key: str
    message: str
    params: Mapping[str, object] = field(default_factory=dict)


class FactsError(Exception):
    """The facts can't be used; `problems` names every key with what is wrong."""

    def __init__(self, problems: tuple[WrongFact, ...]) -> None:
        super().__init__(", ".join(problem.key for problem in problems))
        self.problems = problems


@dataclass(slots=True)
class FactCells:
    """The keys of one JSON object; `prefix` names it in an error."""

    values: Mapping[str, Any]
    prefix: str = ""
    problems: list[WrongFact] = field(default_factory=list)

    def wrong(self, key: str, message: str, **params: object) -> None:
        """Keep an error."""
        self.problems.append(WrongFact(f"{self.prefix}{key}", message, params))

    def only(self, known: Iterable[str]) -> None:
        """Refuse keys that nobody reads."""
        for key in self.values:
            if key not in set(known):
                self.wrong(key, N_("不认识这一项。"))

    def within(self, key: str) -> "FactCells":
        """The object under a key; its errors join these."""
        value = self.values.get(key)
        if value is not None and not isinstance(value, Mapping):
            self.wrong(key, N_("这里要写成 { … }。"))
        inside = value if isinstance(value, Mapping) else {}
        return FactCells(inside, f"{self.prefix}{key}.", self.problems)

    def text(self, key: str, *, required: bool = False) -> str:
        """Text, "" where it is left out."""
        value = self.values.get(key)
        if value is not None and not isinstance(value, str):
            self.wrong(key, N_("请填文字。"))
            return ""
        if required and not value:
            self.wrong(key, N_("这里不能空着。"))
        return value or ""

    def count(self, key: str, most: int = MOST) -> int | None:
        """A whole number from 0 on, None where it is left out."""
        value = self.values.get(key)
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= MOST:
            self.wrong(key, N_("请填整数。"))
            return None
        if value > most:
            self.wrong(key, N_("应在 %(least)s 到 %(most)s 之间。"), least=0, most=most)
            return None
        return value

    def whole(self, key: str, default: int) -> int:
        """A whole number from 0 on."""
        value = self.count(key)
        return default if value is None else value

    def yes(self, key: str, *, default: bool) -> bool:
        """True or false."""
        value = self.values.get(key)
        if value is not None and not isinstance(value, bool):
            self.wrong(key, N_("请填 true 或 false。"))
        return value if isinstance(value, bool) else default

    def day(self, key: str) -> date | None:
        """A date YYYY-MM-DD, None where it is left out."""
        words = self.text(key)
        if not words:
            return None
        try:
            return date.fromisoformat(words)
        except ValueError:
            self.wrong(key, N_("请按 2024-01-31 的样子填日期。"))
            return None

    def words(self, key: str) -> tuple[str, ...]:
        """A list of words."""
        value = self.values.get(key)
        if value is None:
            return ()
        if not isinstance(value, list | tuple) or not all(isinstance(word, str) for word in value):
            self.wrong(key, N_('请填文字的清单，例如 ["disabled"]。'))
            return ()
        return tuple(value)

    def counts(self, key: str) -> tuple[tuple[str, int], ...]:
        """Whole numbers by word, in the order of the words."""
        cells = self.within(key)
        return tuple(sorted((name, cells.whole(name, 0)) for name in cells.values))

    def amounts(self, key: str) -> tuple[tuple[str, int], ...]:
        """Fen by word, in the order of the words; negative where something was taken away."""
        cells = self.within(key)
        for name, value in cells.values.items():
            if isinstance(value, bool) or not isinstance(value, int) or not -MOST <= value <= MOST:
                cells.wrong(name, N_("请填整数。"))
        return tuple(sorted((name, value) for name, value in cells.values.items() if isinstance(value, int)))

    def one_of(self, key: str, known: tuple[str, ...], default: str) -> str:
        """One of the known words."""
        word = self.text(key) or default
        if word not in known:
            self.wrong(key, N_("只能是这些之一：%(words)s。"), words=tuple(str(one) for one in known))
            return default
        return word
