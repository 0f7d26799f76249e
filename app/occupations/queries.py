"""Find occupations."""

from collections.abc import Sequence

from sqlalchemy import select

from app.kernel.database import db
from app.kernel.i18n import _, _l
from app.occupations.models import Occupation


def all_occupations() -> Sequence[Occupation]:
    """Every occupation, by code."""
    return db.session.scalars(select(Occupation).order_by(Occupation.code)).all()


def occupation(occupation_id: int) -> Occupation | None:
    """The occupation with this id."""
    return db.session.get(Occupation, occupation_id)


def name_of(code: str) -> str:
    """The name of the occupation with a code, as its newest edition says it; the code where nobody knows it."""
    query = select(Occupation.name_zh).where(Occupation.code == code).order_by(Occupation.id.desc())
    return db.session.scalars(query).first() or code


LEVELS = {
    5: _l("五级（初级工）"),
    4: _l("四级（中级工）"),
    3: _l("三级（高级工）"),
    2: _l("二级（技师）"),
    1: _l("一级（高级技师）"),
}


def level_words(level: int) -> str:
    """A level of skill in words."""
    return str(LEVELS.get(level, _("不分等级")))
