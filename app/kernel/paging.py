"""One page of many rows."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Generic, TypeVar

from sqlalchemy import Select, func, select

from app.kernel.database import db

PAGE_SIZE = 20
AT_MOST = 1000
"""So many rows of a long list are counted and can be paged through; of more, a page says that there are more."""
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """Rows `items` of page `number` (from 1) out of `total` rows; `more` says that there are more than were counted."""

    items: Sequence[T]
    number: int
    total: int
    size: int = PAGE_SIZE
    more: bool = False

    @property
    def pages(self) -> int:
        """How many pages there are, at least one."""
        return max(1, -(-self.total // self.size))

    @property
    def has_prev(self) -> bool:
        """Whether a page comes before."""
        return self.number > 1

    @property
    def has_next(self) -> bool:
        """Whether a page comes after."""
        return self.number < self.pages


def page_of(
    items: Sequence[T], number: int, total: int, size: int = PAGE_SIZE, *, at_most: int | None = None
) -> Page[T]:
    """A page of rows already found; `total` may be one past `at_most` to say that there are more."""
    counted = total if at_most is None else min(total, at_most)
    return Page(items, min(max(1, number), max(1, -(-counted // size))), counted, size, more=counted < total)


def paginate(query: Select[T], number: int, size: int = PAGE_SIZE, *, at_most: int | None = None) -> Page[T]:
    """Run a query for one page; a page number past the end gives the last page.

    Of a list that may be very long, no more than `at_most` rows are counted and shown.
    """
    plain = query.order_by(None)
    if at_most is not None:
        plain = plain.limit(at_most + 1)
    total = db.session.scalar(select(func.count()).select_from(plain.subquery())) or 0
    found: Page[T] = page_of([], number, total, size, at_most=at_most)
    query = query.limit(size).offset((found.number - 1) * size)
    return replace(found, items=db.session.scalars(query).unique().all()) if total else found
