"""Many identity numbers looked up at once: for importing, never for a page."""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import func, select, union_all
from sqlalchemy.orm import aliased

from app.kernel.database import db
from app.people.models import FormerNumber, Person


@dataclass(frozen=True, slots=True)
class Known:
    """The person whom a number finds, as far as an import must know them."""

    person_id: int
    name: str
    region_code: str
    phone_index: bytes | None


def known_numbers(indexes: Collection[bytes]) -> dict[bytes, Known]:
    """Who has, or had before, each of the identity numbers with these blind indexes; unscoped.

    Where two rows turned out to be one person, the one that stands for both.
    """
    if not indexes:
        return {}
    wanted = list(indexes)
    now = select(Person.id_number_index, Person.id).where(Person.id_number_index.in_(wanted))
    former = select(FormerNumber.id_number_index, FormerNumber.person_id)
    found = union_all(now, former.where(FormerNumber.id_number_index.in_(wanted))).subquery()
    row, standing = aliased(Person), aliased(Person)
    query = (
        select(found.c.id_number_index, standing.id, standing.name, standing.region_code, standing.phone_index)
        .select_from(found)
        .join(row, row.id == found.c.id)
        .join(standing, standing.id == func.coalesce(row.merged_into_id, row.id))
    )
    return {bytes(index): Known(*facts) for index, *facts in db.session.execute(query)}
