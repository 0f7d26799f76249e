"""What other systems paid before: the training officer of Miluo takes over two of their records."""

import random
from datetime import date

from app.demo.story.cast import BISHI, CHANGLE, MILUO
from app.demo.story.invented import id_number
from app.demo.story.telling import Chapter, Tale
from app.people import service
from app.people.models import Person

HEADS = "姓名,身份证号码,职业（工种）,等级,结业日期,补贴金额,结果,培训机构"
BEFORE = ("中药材种植", "电子商务师", "中式面点师", "缝纫工", "中药材种植", "电子商务师")
"""Trades that no class of the story teaches."""


def history(tale: Tale) -> Chapter:
    """Two sheets: one with a row that cannot be read and somebody who is not registered, one that goes less far."""
    yield tale.at(-78, 10)
    people = [*tale.laborers[BISHI][-4:], *tale.laborers[CHANGLE][-2:]]
    rows = [
        _row(person, trade, tale, number) for number, (person, trade) in enumerate(zip(people, BEFORE, strict=True))
    ]
    stranger = id_number(random.Random(1), 38, tale.today, set())  # noqa: S311  # nobody's number
    day = _day(tale, 300)
    rows += [
        f"游示例,{stranger},缝纫工,五级,{day},1200,,省示例培训中心",
        f"倪示例,,缝纫工,五级,{day},1200,,省示例培训中心",
    ]
    _take(tale, "省职业培训系统", rows, until=tale.workday(-80))
    yield tale.at(-77, 10)
    _take(tale, "失业保险系统", rows[:1], until=tale.workday(-100))


def _row(person: Person, trade: str, tale: Tale, number: int) -> str:
    came = "中途退出" if number == 1 else "已发放"
    return f"{person.name},{person.id_number},{trade},五级,{_day(tale, 240 + 30 * number)},1500,{came},省示例培训中心"


def _day(tale: Tale, days: int) -> date:
    return date.fromordinal(tale.today.toordinal() - days)


def _take(tale: Tale, system: str, rows: list[str], *, until: date) -> None:
    service.import_records(
        "\n".join([HEADS, *rows]).encode(),
        file_name=f"{system}.csv",
        system=system,
        until_on=until,
        region_code=MILUO,
        by=tale.who("training"),
    )
