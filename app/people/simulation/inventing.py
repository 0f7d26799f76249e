"""Names, numbers, phones and lives of nobody; the same seed invents the same people."""

import random
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from itertools import accumulate

from app.people.pinyin import initials, pinyin_key
from app.people.rules import SYNTHETIC, check_character

SURNAMES = (
    "李王张刘陈杨黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜"
    "范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文单仇区解查覃翟缪冼乐"
)
"""The most common first."""
COMPOUND = ("欧阳", "上官", "司马", "诸葛", "尉迟")
GIVEN_ONE = "芳娟敏静丽秀兰英玲燕红霞梅萍娜艳琴莉云雪莲倩慧洁珍贞婷君菊凤香月琼翠玉华春平丹青文芬仙蓉"
GIVEN_FIRST = "小晓美玉秀春桂金雪海建国志文明思雨佳丽红爱冬新永云月翠凤巧冰若向子欣立庆宝"
AGES = range(17, 60)
DAYS_A_YEAR = 365
AREAS = 9
"""The first counties of the number's area code; more are taken when those are used up."""
TRIES = 40


@dataclass(frozen=True, slots=True)
class Marks:
    """How what is personal is written: sealed at a place (table.column.row), and as a blind index by purpose."""

    seal: Callable[[str, str], bytes]
    index: Callable[[str, str], bytes]


@cache
def _readings(name: str) -> tuple[str, str]:
    return pinyin_key(name), initials(name)


@cache
def _days(first: date, last: date) -> int:
    return (last - first).days


class Inventor:
    """Invents one person after another; nothing of it is drawn from anybody."""

    def __init__(self, seed: int, today: date, after: int = 0) -> None:
        """`after` so many people who are there already, others than those are invented."""
        self.chance = random.Random(f"{seed} {after}")  # noqa: S311  # examples, not secrets
        self.today = today
        self._weights = list(accumulate(1 / (place + 6) for place in range(len(SURNAMES))))
        self._phones = self._accounts = self._numbers = after

    def of(self, choices: Sequence[str], weights: Sequence[int]) -> str:
        """One of the choices, as often as its weight says."""
        return self.chance.choices(choices, weights)[0]

    def maybe(self, percent: float) -> bool:
        """So often in a hundred."""
        return self.chance.random() * 100 < percent

    def day(self, least: int, most: int) -> date:
        """A day so many days ago."""
        return self.today - timedelta(days=self.chance.randint(least, most))

    def surname(self) -> str:
        """A family's name."""
        if self.maybe(0.6):
            return self.chance.choice(COMPOUND)
        return self.chance.choices(SURNAMES, cum_weights=self._weights)[0]

    def name(self, surname: str) -> tuple[str, str, str]:
        """A name with its pinyin and initials."""
        first = self.chance.choice(GIVEN_FIRST) if self.maybe(72) else ""
        name = surname + first + self.chance.choice(GIVEN_ONE)
        return name, *_readings(name)

    def identity(self, taken: Collection[bytes], index: Callable[[str, str], bytes]) -> tuple[str, bytes, date]:
        """An identity number of nobody (sequence 000) that is not taken, its blind index, and the day of birth."""
        oldest, youngest = self.today.replace(year=self.today.year - AGES.stop), self.today.year - AGES.start
        days = _days(oldest, self.today.replace(year=youngest)) - 1
        for tried in range(1, TRIES * TRIES):
            born = oldest + timedelta(days=self.chance.randrange(1, days))
            area = 430600 + self.chance.randrange(1, AREAS * (1 + self._numbers // 60_000) + 1 + tried // TRIES)
            body = f"{area:06d}{born:%Y%m%d}{SYNTHETIC}"
            number = body + check_character(body)
            mark = index(number, "id_number")
            if mark not in taken:
                self._numbers += 1
                return number, mark, born
        raise LookupError("there are no more numbers of nobody")

    def phone(self) -> str:
        """A mobile number that is in no one's hands, as far as can be known."""
        self._phones += 1
        return f"199{self._phones:08d}"

    def account(self) -> str:
        """A bank account of nobody."""
        self._accounts += 1
        return f"9998{self._accounts:015d}"
