"""Column templates of what goes to a bank or the treasury: read from data, filled with rows. Pure."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

VALUES = frozenset(
    {
        "seq", "key", "name", "account", "amount", "id_number", "bank", "province", "city", "phone", "payer_bank",
        "payer_account", "payer_name", "batch", "school", "class", "people", "rate", "payee", "course",
    }
)  # fmt: skip
"""What a column may hold; amounts and rates are written in yuan with exactly two decimals."""
COLUMN_KEYS = frozenset({"title", "value", "text", "required", "no_spaces"})
TOP_KEYS = frozenset(
    {
        "name", "about", "kind", "rows", "encoding", "separator", "line_end", "heading", "sheet", "most_rows", "total",
        "columns", "answer",
    }
)  # fmt: skip
ANSWER_COLUMNS = ("key", "account", "amount", "result", "reason")
ANSWER_WORDS = ("paid", "failed", "returned", "other_reasons")
MOST_ROWS = 100_000


class BadTemplate(ValueError):
    """A template that can't be used, and why."""


class CannotWrite(ValueError):
    """A payment that can't be written into a template's file: whose, which column, and whether it is merely empty."""

    def __init__(self, who: str, column: str, *, empty: bool) -> None:
        super().__init__(f"{who}: {column}")
        self.who, self.column, self.empty = who, column, empty


class Kind(StrEnum):
    """What kind of file comes of it."""

    TEXT = "text"
    SHEET = "sheet"


class Rows(StrEnum):
    """What a row is."""

    PEOPLE = "people"
    LIST = "list"


@dataclass(frozen=True, slots=True)
class Column:
    """One column: a known value or a fixed text."""

    title: str
    value: str = ""
    text: str = ""
    required: bool = False
    no_spaces: bool = False


@dataclass(frozen=True, slots=True)
class AnswerForm:
    """How the bank's answer is read: the headings each column may have, and the words for each result."""

    columns: Mapping[str, tuple[str, ...]]
    paid: frozenset[str]
    failed: frozenset[str]
    returned: frozenset[str]
    other_reasons: tuple[str, ...] = ()
    """Words in a reason that say that the account is not at fault."""


@dataclass(frozen=True, slots=True)
class Template:
    """One bank's form of a file."""

    key: str
    name: str
    kind: Kind
    rows: Rows
    columns: tuple[Column, ...]
    about: str = ""
    encoding: str = "utf-8"
    separator: str = "|"
    line_end: str = "\r\n"
    heading: bool = True
    sheet: str = "Sheet1"
    most_rows: int = MOST_ROWS
    total: bool = False
    answer: AnswerForm | None = field(default=None)


def read_template(key: str, data: Mapping[str, Any]) -> Template:
    """A template from plain data; raises `BadTemplate` naming what is wrong."""
    unknown = set(data) - TOP_KEYS
    if unknown:
        raise BadTemplate(f"{key}: unknown keys {', '.join(sorted(unknown))}")
    plain = {name: value for name, value in data.items() if name not in ("columns", "answer", "kind", "rows")}
    try:
        return Template(
            key=key,
            kind=Kind(data["kind"]),
            rows=Rows(data["rows"]),
            columns=tuple(_column(key, one) for one in data["columns"]),
            answer=_answer(key, data["answer"]) if "answer" in data else None,
            **plain,
        )
    except (KeyError, TypeError, ValueError) as error:
        raise BadTemplate(f"{key}: {error}") from error


def _column(key: str, data: Mapping[str, Any]) -> Column:
    column = Column(**data)
    if not column.title or bool(column.value) == bool(column.text) or (column.value and column.value not in VALUES):
        raise BadTemplate(f"{key}: column {column.title!r} needs a title and either a known value or a text")
    return column


def _answer(key: str, data: Mapping[str, Any]) -> AnswerForm:
    unknown = set(data) - {*ANSWER_COLUMNS, *ANSWER_WORDS}
    if unknown:
        raise BadTemplate(f"{key}: unknown keys {', '.join(sorted(unknown))} in [answer]")
    words = {name: frozenset(word.lower() for word in data.get(name, ())) for name in ("paid", "failed", "returned")}
    if words["paid"] & words["failed"] or (words["paid"] | words["failed"]) & words["returned"]:
        raise BadTemplate(f"{key}: a word in [answer] means two things")
    return AnswerForm(
        columns={name: tuple(data[name]) for name in ANSWER_COLUMNS},
        other_reasons=tuple(data.get("other_reasons", ())),
        **words,
    )


def parts(template: Template, rows: Sequence[Mapping[str, Any]]) -> Iterator[list[Mapping[str, Any]]]:
    """The rows of each file: a bank that takes a thousand gets more than one."""
    for start in range(0, len(rows), template.most_rows):
        yield list(rows[start : start + template.most_rows])


def cells(template: Template, row: Mapping[str, Any]) -> list[str | int]:
    """One row as it is written; raises `CannotWrite` naming the payment and the column."""
    return [_cell(template, column, row) for column in template.columns]


def _cell(template: Template, column: Column, row: Mapping[str, Any]) -> str | int:
    if column.text:
        return column.text
    value = row.get(column.value, "")
    if column.value in ("amount", "rate"):
        return yuan_plain(value)
    if isinstance(value, int) and column.value in ("seq", "people"):
        return value
    text = str(value if value is not None else "").strip()
    if column.no_spaces:
        text = re.sub(r"\s", "", text)
    who = str(row.get("name") or row.get("school", ""))
    if column.required and not text:
        raise CannotWrite(who, column.title, empty=True)
    if template.kind is Kind.TEXT and (template.separator in text or (text and not text.isprintable())):
        raise CannotWrite(who, column.title, empty=False)
    return text


def yuan_plain(fen: int | None) -> str:
    """An amount in yuan with exactly two decimals and no separators; "" where there is none."""
    return "" if fen is None else f"{fen // 100}.{fen % 100:02d}"


def as_text(template: Template, rows: Sequence[Mapping[str, Any]]) -> str:
    """A text file: a heading, then a row a payment."""
    lines = [template.separator.join(str(one) for one in cells(template, row)) for row in rows]
    if template.heading:
        lines.insert(0, template.separator.join(column.title for column in template.columns))
    return template.line_end.join(lines) + template.line_end
