"""The bank's answer as plain rows: what each says of which payment, and what can't be read. Pure."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from app.funding.rules.templates import ANSWER_COLUMNS, AnswerForm
from app.kernel.errors import DomainError
from app.kernel.marking import N_
from app.kernel.money import fen_of

LONG = 8
"""Digits from which on a number is masked when a row is shown."""
SHOWN = 200


class Told(StrEnum):
    """What the bank says became of a payment."""

    PAID = "paid"
    FAILED = "failed"
    RETURNED = "returned"


@dataclass(frozen=True, slots=True)
class AnswerRow:
    """One row of the bank's answer."""

    place: int
    """The row in the file, from 1."""
    key: int
    account: str
    amount_fen: int
    told: Told
    reason: str
    raw: str

    @property
    def paid(self) -> bool:
        """Whether the bank says that it was paid."""
        return self.told is Told.PAID


@dataclass(frozen=True, slots=True)
class BadRow:
    """A row that can't be read, with why."""

    place: int
    raw: str
    why: str


def split_lines(text: str) -> list[list[str]]:
    """The rows of a text file as cells; tab, bar and comma all part them."""
    return [re.split(r"[|,\t]", line) for line in text.replace("\ufeff", "").splitlines()]


def read_answer(form: AnswerForm, lines: Sequence[Sequence[str]]) -> tuple[list[AnswerRow], list[BadRow]]:
    """Read the bank's answer; without a heading its columns are key, account, amount, result, reason in this order."""
    rows: list[AnswerRow] = []
    bad: list[BadRow] = []
    order = {name: number for number, name in enumerate(ANSWER_COLUMNS)}
    for place, line in enumerate(lines, start=1):
        cells = [unicodedata.normalize("NFKC", cell).strip() for cell in line]
        if not any(cells):
            continue
        heading = _heading(form, cells)
        if heading is not None:
            order = heading
            continue
        found = _row(form, order, place, cells)
        if isinstance(found, AnswerRow):
            rows.append(found)
        else:
            bad.append(BadRow(place, "|".join(cells), found))
    return rows, bad


def _heading(form: AnswerForm, cells: Sequence[str]) -> dict[str, int] | None:
    """Where each column stands, if this row is a heading."""
    found = {}
    for name, titles in form.columns.items():
        place = next((cells.index(title) for title in titles if title in cells), None)
        if place is not None:
            found[name] = place
    return found if {"key", "account", "amount", "result"} <= set(found) else None


def _row(form: AnswerForm, order: dict[str, int], place: int, cells: Sequence[str]) -> AnswerRow | str:
    def at(name: str) -> str:
        number = order.get(name, len(cells))
        return cells[number] if number < len(cells) else ""

    if len(cells) <= max(order[name] for name in ("key", "account", "amount", "result")):
        return N_("少了几栏，应当有：序号、账号、金额、结果。")
    if not (at("key").isascii() and at("key").isdigit() and len(at("key")) < 18):
        return N_("序号不是数字。")
    try:
        fen = fen_of(at("amount"))
    except DomainError:
        return N_("金额读不懂。")
    told = _told(form, at("result").lower())
    if told is None:
        return N_("结果读不懂，要写“成功”“失败”或“退汇”。")
    return AnswerRow(place, int(at("key")), at("account"), fen, told, at("reason"), "|".join(cells))


def _told(form: AnswerForm, word: str) -> Told | None:
    words = ((form.paid, Told.PAID), (form.failed, Told.FAILED), (form.returned, Told.RETURNED))
    return next((told for known, told in words if word in known), None)


def masked_row(raw: str) -> str:
    """A row as it may be shown: long numbers masked."""
    cells = raw.split("|")
    return "|".join(_masked(cell) for cell in cells)[:SHOWN]


def _masked(cell: str) -> str:
    return cell if len(re.sub(r"\D", "", cell)) < LONG else "*" * max(0, len(cell) - 4) + cell[-4:]
