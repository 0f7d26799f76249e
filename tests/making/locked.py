"""Two locked classes of one course, paid out of one budget, for tests of what moves between them."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import select

from app.classes import service as classes
from app.classes.models import Seat, TrainingClass, Variation
from app.classes.queries import active_seats
from app.classes.rules import VariationKind
from app.kernel import clock
from app.kernel.database import db
from app.ledger.models import Pot
from app.ledger.queries import balances
from app.people.models import COUNTING, SubsidyUse
from tests.making.classes import (
    SchoolSet,
    clerk_of,
    file_class,
    make_class,
    make_course,
    make_order,
    make_school_set,
    occupation_id,
    officer,
)
from tests.making.ledger import make_budget


@dataclass(frozen=True)
class Two:
    """Two locked classes of one course; the second meets when the first is over."""

    at: SchoolSet
    one: TrainingClass
    two: TrainingClass
    budget_id: int

    @property
    def money(self) -> dict[Pot, int]:
        """What lies in each pot of their budget."""
        return dict(balances(self.budget_id))


def two_locked(
    first: int = 2, second: int = 1, *, capacity: int = 3, ordered: bool = False, over_new_year: bool = False
) -> Two:
    """So many people in each; the second meets after the first, and is paid out of next year's budget or the same."""
    at = make_school_set()
    farming = {"mode": "farm_skills", "occupation_id": occupation_id("5-01-02-01"), "title": "稻虾共作"}
    course = make_course(at) if ordered else make_course(at, **farming)  # type: ignore[arg-type]  # text and number by name
    days = _days(over_new_year=over_new_year)
    budgets = {day.year: make_budget(100_000_000, year=day.year) for day in days}
    rows = []
    for people, day in zip((first, second), days, strict=True):
        order = make_order(headcount=people + 2) if ordered else None
        row = file_class(make_class(at, course, start_on=day, capacity=capacity, order=order), people)
        classes.approve(row, budget_id=budgets[day.year].id, by=officer())
        rows.append(row)
    return Two(at, rows[0], rows[1], budgets[days[0].year].id)


def _days(*, over_new_year: bool) -> tuple[date, date]:
    first, later = clock.today() + timedelta(days=30), timedelta(days=40)
    if over_new_year:
        first = date(first.year, 12, 10) if first < date(first.year, 12, 10) else date(first.year + 1, 12, 10)
    elif (first + later).year != first.year:
        first = date(first.year + 1, 1, 11)
    return first, first + later


def change(row: TrainingClass, kind: VariationKind, **after: Any) -> Variation:
    """Asked for by the school and approved by the bureau."""
    variation = classes.ask_variation(row, kind, after, "家里有事", by=clerk_of(row))
    classes.decide_variation(variation, approve=True, by=officer())
    return variation


def first_seat(row: TrainingClass) -> Seat:
    """Whoever sits in the first place."""
    return active_seats(row.id)[0]


def uses_of_seat(seat: Seat) -> list[SubsidyUse]:
    """The uses of their record that count for whoever holds a seat."""
    query = select(SubsidyUse).where(SubsidyUse.person_id == seat.person_id, SubsidyUse.status.in_(COUNTING))
    return list(db.session.scalars(query))
