"""The number of a skill-level certificate (handbook, section 8). Pure.

22 characters: `Y` (an employer) or `S` (a social body), 4 of the body, 2 of the province, 6 of the site, 2 of the year,
1 of the level (1-5), 6 serial. Of a 特级技师 it is 2 letters and 20 digits, without a level.
"""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from app.kernel.errors import DomainError
from app.kernel.marking import N_

LEVELED = re.compile(r"(?P<body>[YS])(?P<code>\d{4})(?P<province>\d{2})\d{6}(?P<year>\d{2})(?P<level>[1-5])\d{6}")
SPECIAL = re.compile(r"[A-Z]{2}\d{20}")
LENGTH = 22


class Body(StrEnum):
    """Who assesses, by the first letter of the number."""

    EMPLOYER = "employer"
    SOCIAL = "social"
    SPECIAL = "special"


@dataclass(frozen=True, slots=True)
class SkillNumber:
    """What a number says of itself; level 0 and no year for a 特级技师."""

    number: str
    body: Body
    level: int
    year: int | None


def read_number(text: str) -> SkillNumber:
    """A number as somebody typed it; raises `DomainError` saying what is wrong with it."""
    number = re.sub(r"[\s\-—]", "", unicodedata.normalize("NFKC", text)).upper()
    if len(number) != LENGTH:
        raise DomainError(N_("技能等级证书编号是 22 位，请对照证书再看一遍。"), "number")
    found = LEVELED.fullmatch(number)
    if found:
        body = Body.EMPLOYER if found["body"] == "Y" else Body.SOCIAL
        return SkillNumber(number, body, int(found["level"]), 2000 + int(found["year"]))
    if SPECIAL.fullmatch(number):
        return SkillNumber(number, Body.SPECIAL, 0, None)
    raise DomainError(
        N_("编号不对：第一位是 Y 或 S，后面 21 位是数字，第 16 位是等级 1 至 5；特级技师是两个字母加 20 位数字。"),
        "number",
    )


def check_agrees(read: SkillNumber, *, level: int, issued_on: date, today: date) -> None:
    """Raise `DomainError` where the level or the day of issue contradicts the number."""
    if read.level != level:
        raise DomainError(N_("等级和编号对不上：编号第 16 位就是等级，特级技师没有等级数字。"), "level")
    if issued_on > today:
        raise DomainError(N_("发证日期不能晚于今天。"), "issued_on")
    if read.year is not None and not 0 <= issued_on.year - read.year <= 1:
        raise DomainError(N_("发证日期和编号里的年份对不上。"), "issued_on")
