"""What a book is made of: parts with pairs and tables, as plain facts of its print design."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from app.kernel import clock
from app.kernel.sealing import mask_id_number, mask_phone
from app.people.models import Person

Facts = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Table:
    """A table: heads, each with its width in percent, and rows of text."""

    heads: Sequence[tuple[str, int]]
    rows: Sequence[Sequence[object]]
    title: str = ""

    def facts(self) -> Facts:
        """As the design takes it."""
        return {
            "title": self.title,
            "heads": [words for words, _width in self.heads],
            "widths": [str(width) for _words, width in self.heads],
            "rows": [{"cells": [said(cell) for cell in row]} for row in self.rows],
        }


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a book; without pairs and rows it says that there is nothing."""

    title: str
    pairs: Iterable[tuple[str, object]] = ()
    tables: Sequence[Table] = field(default=())
    said: str = ""

    def facts(self) -> Facts:
        """As the design takes it."""
        return {
            "title": self.title,
            "said": self.said,
            "pairs": [{"label": label, "value": said(value)} for label, value in self.pairs],
            "tables": [table.facts() for table in self.tables],
        }


@dataclass(frozen=True, slots=True)
class Reader:
    """For whom the book is printed: the bureau's own copy has whole numbers, every other masked ones."""

    whole: bool

    def identity(self, person: Person) -> str:
        """The identity number as this reader gets it."""
        number = person.id_number or ""
        return number if self.whole else mask_id_number(number)

    def phone(self, person: Person) -> str:
        """The phone as this reader gets it."""
        return (person.phone or "") if self.whole else mask_phone(person.phone or "")


def said(value: object) -> str:
    """A value as it stands on paper."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return f"{clock.local(value):%Y-%m-%d %H:%M}"
    if isinstance(value, date):
        return value.isoformat()
    return str(value)
