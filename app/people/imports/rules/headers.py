"""Where the heading stands and what each column holds. Pure."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from app.people.imports.rules.headings import FOREIGN, KNOWN, OTHERS
from app.people.imports.rules.kinds import Cell, Field

SEARCHED = 40
"""Rows from the top in which a heading is looked for."""
LONGEST = 24
"""A heading is a word, not a sentence."""
_BRACKETS = re.compile(r"[(\[【〔「{<《].*?[)\]】〕」}>》]")
_SIGNS = re.compile(r"[\s*:：#、/\\,，.。;；·\-—_|&+'\"“”‘’!！?？]+")
ANSWER = "导入结果"
"""The heading of the column that this product adds to a workbook it gives back."""


@dataclass(frozen=True, slots=True)
class Heading:
    """Rows `first` to `last` (from 1) of the heading, the words of each column, and which column holds what."""

    first: int
    last: int
    words: tuple[str, ...]
    columns: dict[Field, int]
    doubtful: tuple[Field, ...] = ()
    """Fields for which more than one column would do."""
    score: int = 0


def plain(cell: Cell) -> str:
    """A heading without spaces, signs and invisible characters; brackets are kept."""
    if not isinstance(cell, str):
        return ""
    text = unicodedata.normalize("NFKC", cell)
    return "".join(char for char in text if unicodedata.category(char) not in ("Cf", "Cc")).lower()


def field_of(cell: Cell) -> Field | None:
    """The field that a heading names; None where it names none, or somebody else's."""
    whole = _SIGNS.sub("", plain(cell))
    if not whole or len(whole) > LONGEST or whole.startswith(FOREIGN):
        return None
    bare = _SIGNS.sub("", _BRACKETS.sub("", plain(cell)))
    joined = re.sub(r"[()\[\]【】〔〕{}<>]", "", whole)
    for text in (bare, joined, bare.removeprefix("学员"), bare.removeprefix("本人"), bare.removesuffix("必填")):
        if text in KNOWN:
            return KNOWN[text]
    return _by_part(bare)


def _by_part(text: str) -> Field | None:
    """Headings that nobody listed, but that cannot mean anything else."""
    if "身份证号" in text or "身份号码" in text or "公民身份" in text:
        return Field.ID_NUMBER
    if text.endswith(("手机号", "手机号码", "联系电话", "电话号码")) and "单位" not in text and "固定" not in text:
        return Field.PHONE
    return Field.NAME if text.endswith(("人姓名", "员姓名")) else None


def is_heading(cell: Cell) -> bool:
    """Whether a cell could stand in a heading."""
    text = _SIGNS.sub("", _BRACKETS.sub("", plain(cell)))
    return text in OTHERS or text.startswith(ANSWER) or field_of(cell) is not None


def find_heading(rows: Sequence[Sequence[Cell]]) -> Heading | None:
    """The heading among a sheet's first rows: the row, or two rows together, that name most columns."""
    best: Heading | None = None
    for number in range(1, min(len(rows), SEARCHED) + 1):
        upper = rows[number - 1]
        for found in (_judge(number, number, upper, rows), _two(number, rows)):
            if found is not None and (best is None or found.score > best.score):
                best = found
    return best


def _two(number: int, rows: Sequence[Sequence[Cell]]) -> Heading | None:
    """Two rows read together, where the lower one has nothing but headings."""
    if number >= len(rows):
        return None
    upper, lower = rows[number - 1], rows[number]
    filled = [cell for cell in lower if plain(cell) or cell not in (None, "")]
    if not filled or sum(map(is_heading, filled)) < len(filled) / 2 or not _few_repeat(upper, lower):
        return None
    width = max(len(upper), len(lower))
    joined = [_joined(_at(upper, n), _at(lower, n)) for n in range(width)]
    return _judge(number, number + 1, joined, rows)


def _few_repeat(upper: Sequence[Cell], lower: Sequence[Cell]) -> bool:
    """Whether the lower row is no mere repetition of the upper one."""
    same = sum(1 for n, cell in enumerate(lower) if plain(cell) and plain(cell) == plain(_at(upper, n)))
    return same <= 1


def _joined(upper: Cell, lower: Cell) -> str:
    """The words of a column that has a heading in two rows: the lower one where it says enough by itself."""
    high, low = str(upper or ""), str(lower or "")
    if field_of(low) is not None or not high:
        return low
    if field_of(high) is not None and not low:
        return high
    return high + low


def _judge(first: int, last: int, cells: Sequence[Cell], rows: Sequence[Sequence[Cell]]) -> Heading | None:
    named: dict[Field, list[int]] = {}
    for column, cell in enumerate(cells):
        field = field_of(cell)
        if field is not None:
            named.setdefault(field, []).append(column)
    if len(named) < 2 or not ({Field.ID_NUMBER, Field.NAME} & set(named)):
        return None
    below = rows[last : last + SEARCHED]
    columns = {field: _fullest(found, below) for field, found in named.items()}
    others = sum(1 for cell in cells if is_heading(cell)) - len(columns)
    doubtful = tuple(field for field, found in named.items() if len(found) > 1)
    words = tuple(str(cell).strip() if isinstance(cell, str) else "" for cell in cells)
    core = 4 * (Field.ID_NUMBER in columns) + 3 * (Field.NAME in columns)
    return Heading(first, last, words, columns, doubtful, core + 2 * len(columns) + others)


def _fullest(found: Sequence[int], below: Sequence[Sequence[Cell]]) -> int:
    """Of several columns with the same heading the first one that is filled most."""
    return max(found, key=lambda column: (sum(1 for row in below if _at(row, column) not in (None, "")), -column))


def _at(row: Sequence[Cell], column: int) -> Cell:
    return row[column] if column < len(row) else None
