"""One page of many rows."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from sqlalchemy import Select, func, select

from app.kernel.database import db

PAGE_SIZE = 20
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """Rows `items` of page `number` (from 1) out of `total` rows."""

    items: Sequence[T]
    number: int
    total: int
    size: int = PAGE_SIZE

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


def paginate(query: Select[T], number: int, size: int = PAGE_SIZE) -> Page[T]:
    """Run a query for one page; a page number past the end gives the last page."""
    total = db.session.scalar(select(func.count()).select_from(query.order_by(None).subquery())) or 0
    last = max(1, -(-total // size))
    number = min(max(1, number), last)
    items = db.session.scalars(query.limit(size).offset((number - 1) * size)).unique().all() if total else []
    return Page(items, number, total, size)
