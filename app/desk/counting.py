"""Count what a list's query finds: by status, with the first row, the earliest day due and my own part in it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any

from sqlalchemy import Select, false, func, select

from app.kernel.database import db


@dataclass(frozen=True, slots=True)
class Count:
    """How many rows stand in a status, the first one's id, the earliest day due, and how many I had a hand in."""

    rows: int = 0
    first: int = 0
    due: date | None = None
    mine: int = 0


NOTHING = Count()


@dataclass(frozen=True, slots=True)
class Tally:
    """The rows of one list by status."""

    by_status: Mapping[Any, Count] = field(default_factory=dict)

    def of(self, status: StrEnum) -> Count:
        """What stands in a status."""
        return self.by_status.get(status, NOTHING)

    def total(self, *statuses: StrEnum) -> int:
        """How many rows stand in these statuses; in any, where none is named."""
        return sum(count.rows for status, count in self.by_status.items() if not statuses or status in statuses)


def tally(query: Select[Any], status: Any, number: Any, due: Any = None, mine: Any = None) -> Tally:
    """Count a list's rows by status in one query."""
    columns = [status.label("status"), number.label("number"), (due if due is not None else number).label("due")]
    columns.append((mine if mine is not None else false()).label("mine"))
    rows = query.order_by(None).with_only_columns(*columns).subquery()
    counted = select(
        rows.c.status, func.count(), func.min(rows.c.number), func.min(rows.c.due), func.count().filter(rows.c.mine)
    ).group_by(rows.c.status)
    found = db.session.execute(counted)
    return Tally({row[0]: Count(row[1], row[2], row[3] if due is not None else None, row[4]) for row in found})


def counted(query: Select[Any], number: Any) -> Count:
    """How many rows a list has, and the first one's id."""
    rows = query.order_by(None).with_only_columns(number.label("number")).subquery()
    found, first = db.session.execute(select(func.count(), func.min(rows.c.number))).one()
    return Count(found, first or 0)
