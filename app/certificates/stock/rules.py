"""Serials of blank sheets. Pure."""

import re
import unicodedata
from dataclasses import dataclass

from app.kernel.errors import DomainError
from app.kernel.marking import N_

SERIES = re.compile(r"[0-9A-Z-]{0,20}")
DIGITS = re.compile(r"[0-9]{1,12}")
MOST = 20_000
"""Sheets in one roll: more is a slip of the pen."""


@dataclass(frozen=True, slots=True)
class Range:
    """Serials from the first to the last, both within, of one width."""

    first: int
    last: int
    digits: int

    def __len__(self) -> int:
        return self.last - self.first + 1


def clean_series(text: str) -> str:
    """The letters before the serial as they are compared: half width, capitals; raises `DomainError`."""
    series = re.sub(r"\s", "", unicodedata.normalize("NFKC", text)).upper()
    if not SERIES.fullmatch(series):
        raise DomainError(N_("冠字只能是字母、数字和短横线，最多 20 个。"), "series")
    return series


def _serial(text: str, field: str) -> str:
    plain = re.sub(r"\s", "", unicodedata.normalize("NFKC", text))
    if not DIGITS.fullmatch(plain):
        raise DomainError(N_("流水号只能是数字，最多 12 位，照证书上印的写，前面的 0 也要写。"), field)
    return plain


def serials(first: str, last: str) -> Range:
    """Both ends of a roll as they are printed; raises `DomainError` where they can't be ends of one roll."""
    start, end = _serial(first, "first"), _serial(last, "last")
    if len(start) != len(end):
        raise DomainError(N_("起号和止号的位数不一样，请照证书上印的写。"), "last")
    if int(end) < int(start):
        raise DomainError(N_("止号不能小于起号。"), "last")
    if int(end) - int(start) >= MOST:
        raise DomainError(N_("一次登记的空白证书太多了，请核对起止号。"), "last")
    return Range(int(start), int(end), len(start))


def serial_within(text: str, first: int, last: int, field: str) -> int:
    """One serial of a roll; raises `DomainError` where the roll does not hold it."""
    number = int(_serial(text, field))
    if not first <= number <= last:
        raise DomainError(N_("这个流水号不在这一卷里。"), field)
    return number
