"""What forms and filters about people offer to choose from."""

from collections.abc import Sequence
from enum import StrEnum

from sqlalchemy import or_, select
from sqlalchemy.orm import aliased
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # the stubs describe WTForms 3.2

from app.kernel.access import Actor
from app.kernel.database import db
from app.kernel.i18n import _
from app.kernel.labels import label
from app.people import queries
from app.people.models import Person
from app.regions.models import Level, Region
from app.regions.queries import in_area

MANY_VILLAGES = 600
"""From so many villages on, a filter offers townships only."""


def options(enum: type[StrEnum], empty: str | None = None) -> list[SelectChoice]:
    """Every member in words; `empty` is the words of choosing none."""
    first = [] if empty is None else [SelectChoice("", empty)]
    return [*first, *(SelectChoice(member.value, label(member)) for member in enum)]


def disability_choices() -> list[SelectChoice]:
    """The levels of disability, the heaviest first, after none."""
    levels = (_("没有残疾证"), _("一级"), _("二级"), _("三级"), _("四级"))
    return [SelectChoice(number, words) for number, words in enumerate(levels)]


def _villages(area: Sequence[str]) -> list[tuple[str, str, str, str]]:
    """Code and name of each village of an area, and of the township above it."""
    above = aliased(Region)
    query = select(Region.code, Region.name, above.code, above.name).join(above, above.code == Region.parent_code)
    query = query.where(Region.level == Level.VILLAGE, in_area(Region.code, area)).order_by(Region.path)
    return [(code, name, above_code, township) for code, name, above_code, township in db.session.execute(query)]


def village_choices(area: Sequence[str], empty: str | None = None, *, always: bool = False) -> list[SelectChoice]:
    """The villages of an area, under their townships; the only one of an area stands first, unless `always` empty."""
    villages = _villages(area)
    first = [] if empty is None or (len(villages) == 1 and not always) else [SelectChoice("", empty)]
    return [*first, *(SelectChoice(code, name, optgroup=township) for code, name, _above, township in villages)]


def place_choices(area: Sequence[str]) -> list[SelectChoice]:
    """What a list is narrowed to: townships whole, and where there are not too many, each village."""
    everywhere = SelectChoice("", _("全部"))
    villages = _villages(area)
    inside: dict[tuple[str, str], list[SelectChoice]] = {}
    for code, name, above, township in villages:
        inside.setdefault((above, township), []).append(SelectChoice(code, name, optgroup=township))
    if len(villages) > MANY_VILLAGES:
        return [everywhere, *(SelectChoice(code, name) for code, name in inside)]
    found = [everywhere]
    for (code, name), below in inside.items():
        if len(below) > 1:
            found.append(SelectChoice(code, _("%(name)s（全部）", name=name), optgroup=name))
        found += below
    return found


def region_choices(area: Sequence[str]) -> list[SelectChoice]:
    """The regions of an area as a whole, and the counties in them."""
    wide = or_(Region.code.in_(area), Region.level == Level.COUNTY)
    rows = db.session.scalars(select(Region).where(wide, in_area(Region.code, area)).order_by(Region.path))
    return [SelectChoice(row.code, row.name) for row in rows]


def household_choices(person: Person) -> list[SelectChoice]:
    """The households of the person's village, by their heads."""
    rows = queries.households_in(person.region_code)
    named = [row for row in rows if row.head is not None and row.id != person.household_id]
    return [SelectChoice(str(row.id), _("%(name)s家", name=row.head.name)) for row in named if row.head]


def newcomer_choices(by: Actor, region_code: str) -> list[SelectChoice]:
    """People of a village who are in no household yet."""
    free = (Person.region_code == region_code, Person.household_id.is_(None), Person.merged_into_id.is_(None))
    query = select(Person.id, Person.name, Person.birth_on).where(queries.within(by), *free).order_by(Person.pinyin)
    return [
        SelectChoice(str(number), _("%(name)s，%(year)s 年生", name=name, year=born.year))
        for number, name, born in db.session.execute(query)
    ]
