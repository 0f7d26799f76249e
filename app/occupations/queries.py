"""Find occupations."""

from collections.abc import Sequence

from sqlalchemy import select

from app.kernel.database import db
from app.occupations.models import Occupation


def all_occupations() -> Sequence[Occupation]:
    """Every occupation, by code."""
    return db.session.scalars(select(Occupation).order_by(Occupation.code)).all()


def occupation(occupation_id: int) -> Occupation | None:
    """The occupation with this id."""
    return db.session.get(Occupation, occupation_id)
