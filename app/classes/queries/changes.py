"""A variation side by side, and two versions of the lock: what was, what is to be, in words."""

from collections.abc import Callable
from typing import Any

from sqlalchemy import select

from app.classes.models import ClassFix, Seat, Variation
from app.classes.rules import Half, SessionKind
from app.kernel.database import db
from app.kernel.i18n import _, _l
from app.kernel.labels import label
from app.people.models import Person
from app.schools.models import Instructor

ROWS = {
    "class_name": _l("班次"),
    "site": _l("培训地点"),
    "address": _l("地址"),
    "words": _l("定向"),
    "person_id": _l("学员"),
    "place_no": _l("座位号"),
    "post_number": _l("岗位"),
    "livelihood": _l("去向"),
    "start_on": _l("开班日期"),
    "end_on": _l("结束日期"),
    "on": _l("上课日期"),
    "half": _l("半天"),
    "topic": _l("内容"),
    "teacher": _l("授课教师"),
    "assessor": _l("考评员"),
    "sessions": _l("涉及几节课"),
    "left_on": _l("退出日期"),
    "hours_kept": _l("保留的学时"),
    "places": _l("座位"),
    "people": _l("人数"),
    "hours": _l("学时"),
    "seat_ids": _l("来补课的人"),
}
"""What is shown, in this order; numbers of rows are not."""


def side_by_side(variation: Variation) -> list[tuple[str, str, str]]:
    """Label, before and after of everything the variation says."""
    before, after = variation.before, variation.after
    shown = [key for key in ROWS if _says(before, key) or _says(after, key)]
    return [
        (str(ROWS[key]), _worded(key, before.get(key)), _worded(key, after.get(key, before.get(key)))) for key in shown
    ]


def _says(facts: dict[str, Any], key: str) -> bool:
    return facts.get(key) not in (None, "", [])


def _worded(key: str, value: Any) -> str:
    return _WORDS.get(key, str)(value) if value not in (None, "", []) else "—"


def _named(person_id: int) -> str:
    person = db.session.get(Person, person_id)
    return person.name if person else "—"


def _seated(seat_ids: list[int]) -> str:
    seats = db.session.scalars(select(Seat).where(Seat.id.in_(seat_ids)).order_by(Seat.place_no)).unique()
    return "、".join(seat.person.name for seat in seats)


_WORDS: dict[str, Callable[[Any], str]] = {
    "person_id": _named,
    "post_number": lambda number: _("%(n)s 号岗", n=number),
    "half": lambda half: label(Half(half)),
    "places": lambda numbers: "、".join(str(number) for number in numbers),
    "seat_ids": _seated,
}


def between(one: ClassFix, other: ClassFix) -> list[tuple[str, str, str]]:
    """What two versions of the lock say differently: label, the first, the second."""
    facts, names = (one.facts, other.facts), _Names()
    plain = (
        (_("定点"), [_place(fact) for fact in facts]),
        (_("定向"), [str(fact["direction"]["words"]) for fact in facts]),
        (_("日期"), [f"{fact['days']['start_on']} – {fact['days']['end_on']}" for fact in facts]),
        (_("考评员"), [names.teacher(fact["assessor_id"]) for fact in facts]),
    )
    found = [(words, before, after) for words, (before, after) in plain if before != after]
    lists = (
        (_("定员"), [[f"{row['place']} {names.person(row['person_id'])}" for row in fact["people"]] for fact in facts]),
        (_("定岗"), [[post for row in fact["posts"] if (post := _post(row))] for fact in facts]),
        (_("课程表"), [[_lesson(row, names) for row in fact["sessions"]] for fact in facts]),
    )
    found += [(words, *_only(before, after)) for words, (before, after) in lists if before != after]
    parts = {"units": _("教学计划"), "resources": _("教学资源"), "machines": _("设备"), "assessment": _("考核方案")}
    changed = [words for key, words in parts.items() if one.facts.get(key) != other.facts.get(key)]
    return found + [(words, _("原来的"), _("改过的")) for words in changed]


def _place(facts: dict[str, Any]) -> str:
    return f"{facts['place']['site']}，{facts['place']['address']}"


def _post(row: dict[str, Any]) -> str:
    words = _("%(n)s 号岗", n=row["post"]) if row["post"] is not None else row["livelihood"]
    return f"{row['place']} {words}" if words else ""


def _lesson(row: dict[str, Any], names: "_Names") -> str:
    kind = label(SessionKind(row["kind"]))
    hours = _("%(n)s 学时", n=row["hours"])
    return f"{row['on']} {label(Half(row['half']))} {kind} {hours} {names.teacher(row['teacher_id'])}"


def _only(before: list[str], after: list[str]) -> tuple[str, str]:
    """Of two lists only what the other does not say, a line each."""
    gone = [line for line in before if line not in after]
    come = [line for line in after if line not in before]
    return "\n".join(gone) or "—", "\n".join(come) or "—"


class _Names:
    """Names by number; rows that were read are not asked for again."""

    def person(self, person_id: int) -> str:
        """Whose seat it is."""
        person = db.session.get(Person, person_id)
        return person.name if person else "—"

    def teacher(self, teacher_id: int | None) -> str:
        """Who teaches, or assesses."""
        row = db.session.get(Instructor, teacher_id) if teacher_id is not None else None
        return row.name if row else "—"
