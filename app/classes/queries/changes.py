"""A variation side by side: what was, what is to be, in words."""

from typing import Any

from app.classes.models import Variation
from app.classes.rules import Half
from app.kernel.database import db
from app.kernel.i18n import _, _l
from app.kernel.labels import label
from app.people.models import Person

ROWS = {
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
    "sessions": _l("涉及几节课"),
    "left_on": _l("退出日期"),
    "hours_kept": _l("保留的学时"),
    "places": _l("座位"),
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
    if value in (None, "", []):
        return "—"
    if key == "person_id":
        person = db.session.get(Person, value)
        return person.name if person else "—"
    if key == "post_number":
        return _("%(n)s 号岗", n=value)
    if key == "half":
        return label(Half(value))
    if key == "places":
        return "、".join(str(number) for number in value)
    return str(value)
