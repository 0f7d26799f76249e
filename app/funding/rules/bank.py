"""The text file for the bank, and the bank's answer (handbook section 9). Pure."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from app.kernel.errors import DomainError
from app.kernel.marking import N_
from app.kernel.money import fen_of

HEAD = "序号|姓名|帐号|金额|身份证"
MOST_ROWS = 1000
PAID = frozenset({"成功", "已付", "ok", "success", "s", "1"})
FAILED = frozenset({"失败", "退回", "fail", "failed", "f", "0"})


@dataclass(frozen=True, slots=True)
class BankLine:
    """One person's payment as the bank wants it; `number` is the line's number in its batch, for ever the same."""

    number: int
    name: str
    account: str
    amount_fen: int
    id_number: str


def bank_file(lines: Iterable[BankLine]) -> str:
    """The text for the bank: 序号|姓名|帐号|金额|身份证, amounts in yuan with two decimals, no spaces inside names.

    Raises `DomainError` past 1,000 rows.
    """
    rows = list(lines)
    if len(rows) > MOST_ROWS:
        raise DomainError(N_("一个文件最多 1000 笔，请分批请款。"))
    shown = [
        "|".join(
            (
                str(row.number),
                re.sub(r"\s", "", row.name),
                row.account,
                f"{row.amount_fen // 100}.{row.amount_fen % 100:02d}",
                row.id_number,
            )
        )
        for row in rows
    ]
    return "\r\n".join([HEAD, *shown]) + "\r\n"


@dataclass(frozen=True, slots=True)
class AnswerRow:
    """One row of the bank's answer: 序号|帐号|金额|结果|原因."""

    place: int
    """The row in the file, from 1."""
    number: int
    account: str
    amount_fen: int
    paid: bool
    reason: str


@dataclass(frozen=True, slots=True)
class BadRow:
    """A row that can't be read, with why."""

    place: int
    text: str
    why: str


def read_answer(text: str) -> tuple[list[AnswerRow], list[BadRow]]:
    """Read the bank's answer; a heading row is passed over, a row that can't be read is kept with why."""
    rows: list[AnswerRow] = []
    bad: list[BadRow] = []
    for place, line in enumerate(text.splitlines(), start=1):
        if not line.strip() or line.lstrip("\ufeff").startswith("序号"):
            continue
        cells = [unicodedata.normalize("NFKC", cell).strip() for cell in re.split(r"[|,\t]", line)]
        found = _row(place, cells)
        if isinstance(found, AnswerRow):
            rows.append(found)
        else:
            bad.append(BadRow(place, _short(cells), found))
    return rows, bad


def _row(place: int, cells: list[str]) -> AnswerRow | str:
    if len(cells) < 4:
        return N_("少了几栏，应当是：序号|帐号|金额|结果|原因。")
    number, account, amount, result, *rest = cells
    if not number.isdigit():
        return N_("序号不是数字。")
    try:
        fen = fen_of(amount)
    except DomainError:
        return N_("金额读不懂。")
    word = result.lower()
    if word not in PAID | FAILED:
        return N_("结果要写“成功”或“失败”。")
    return AnswerRow(place, int(number), account, fen, word in PAID, "，".join(part for part in rest if part))


def _short(cells: list[str]) -> str:
    """A row as it may be shown: long numbers masked."""
    shown = (cell if len(cell) < 8 else "*" * (len(cell) - 4) + cell[-4:] for cell in cells)
    return "|".join(shown)[:200]
