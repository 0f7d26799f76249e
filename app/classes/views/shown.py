"""What every page of a class shares: who may do what now, the tabs, the road, and the rooms that follow."""

from collections.abc import Sequence
from typing import Any

from flask import current_app, render_template, url_for

from app.accounts.queries import interests_of
from app.classes import queries
from app.classes.forms.deciding import ApproveForm, PostponeForm, ReasonForm, RemarkForm
from app.classes.models import TrainingClass
from app.classes.printing import Returned, about, returned
from app.classes.queries.clashes import rivals_of
from app.classes.queries.filing import Meter, Point, lessons_over, meter, need_of, off_plan
from app.classes.rules import (
    CLASS_FLOW,
    EDITABLE,
    SIGN_UP,
    UNDECIDED,
    VARIABLE,
    ClassStatus,
    ClassStep,
)
from app.kernel import clock
from app.kernel.access import Actor, Can, actor
from app.kernel.forms import Form
from app.kernel.i18n import _, _l
from app.kernel.navigation import ways_on
from app.papers.codes import spoken
from app.papers.returns import scans_about
from app.policies.queries import pack_row_by_id

Answer = str | tuple[str, int]
UNPROCESSABLE = 422
S = ClassStatus
ROAD = (S.DRAFT, S.OPEN, S.FILED, S.APPROVED, S.RUNNING, S.ENDED, S.ASSESSED, S.ARCHIVED)
TASTER_ROAD = (S.DRAFT, S.OPEN, S.RUNNING, S.ENDED, S.ARCHIVED)
AFTER = frozenset({S.ENDED, S.ASSESSED, S.ARCHIVED})
ROOMS = (
    ("enrollments.list_of_class", _l("报名与候补"), Can.ENROLLMENT_READ, frozenset(S)),
    ("enrollments.pick_people", _l("替人报名"), Can.ENROLLMENT_MAKE, SIGN_UP),
    ("attendance.sheet", _l("考勤"), Can.ATTENDANCE_READ, AFTER | {S.RUNNING, S.SUSPENDED}),
    ("assessments.marks", _l("考核"), Can.RESULT_READ, AFTER | {S.APPROVED, S.RUNNING, S.SUSPENDED}),
    ("certificates.show_class", _l("证书"), Can.CERTIFICATE_READ, AFTER),
)
"""Where the story goes on, in rooms above this one: shown where the room stands and the person may enter."""


def allowed(row: TrainingClass, by: Actor) -> dict[str, bool]:
    """What this person may do with the class as it stands."""
    school = by.may(Can.CLASS_FILE) and by.organization_id == row.school_id
    officer = by.may(Can.CLASS_APPROVE)
    steps = set(CLASS_FLOW.open_steps(row.status))
    begin = ClassStep.BEGIN if row.paid else ClassStep.BEGIN_TASTER
    return {
        "edit": school and row.status in EDITABLE,
        "open": school and ClassStep.OPEN in steps,
        "file": school and row.paid and ClassStep.FILE in steps,
        "decide": officer and row.status == S.FILED,
        "begin": school and begin in steps and row.start_on <= clock.today(),
        "end": school and ClassStep.END in steps and lessons_over(row),
        "close_taster": school and not row.paid and ClassStep.CLOSE_TASTER in steps,
        "suspend": officer and ClassStep.SUSPEND in steps,
        "resume": officer and ClassStep.RESUME in steps,
        "cancel": (school or officer) and ClassStep.CANCEL in steps,
        "vary": school and row.fix_version >= 1 and row.status in VARIABLE,
        "report": _may_report(row, by),
        "release": officer and _may_release(row),
        "print": school or officer,
        "money": by.may(Can.BUDGET_READ) or school,
        "people": by.may(Can.PERSON_READ),
    }


def linked(row: TrainingClass, points: Sequence[Point]) -> list[dict[str, Any]]:
    """Points of the meter with the address where each is mended, or at least looked at by whoever may not edit."""
    editable = allowed(row, actor())["edit"]
    return [
        {
            "label": point.label,
            "done": point.done,
            "note": point.note,
            "anchor": point.anchor,
            "url": _mended_at(row, point, editable=editable),
        }
        for point in points
    ]


def _mended_at(row: TrainingClass, point: Point, *, editable: bool) -> str:
    where = "show_class" if point.where == "edit_class" and not editable else point.where
    if where == "show_class":
        return ""
    return url_for(f"classes.{where}", class_id=row.id, _anchor=point.anchor or None)


def _may_report(row: TrainingClass, by: Actor) -> bool:
    """Who stands in the classroom may report what can't wait: the school's clerk, a teacher of the class."""
    locked = row.fix_version >= 1 and row.status in VARIABLE
    here = by.organization_id == row.school_id or queries.teaches_in(by, row)
    return locked and by.may(Can.ATTENDANCE_MARK) and here


def _may_release(row: TrainingClass) -> bool:
    past = row.refill_until_on is not None and row.refill_until_on < clock.today()
    return past and bool(queries.empty_places(row.id))


def frame(row: TrainingClass, here: str) -> dict[str, Any]:
    """Head and tabs of a class's page."""
    by = actor()
    waiting = sum(one.status in UNDECIDED for one in queries.variations_of(row.id))
    tabs: list[tuple[str, str, int | None]] = [("show_class", _("概况"), None), ("show_timetable", _("课程表"), None)]
    tabs.append(("show_roster", _("名单与定岗"), row.seats_taken or None))
    if row.paid:
        tabs.append(("show_plan", _("教学方案"), None))
        if by.may(Can.CLASS_FILE) or by.may(Can.CLASS_APPROVE):
            tabs.append(("list_papers", _("盖章材料"), len(scans_about(about(row))) or None))
    if row.fix_version:
        tabs.append(("list_variations", _("变更"), waiting or None))
        tabs.append(("list_leaves", _("请假"), None))
    tabs.append(("show_history", _("经过"), None))
    return {
        "row": row,
        "may": allowed(row, by),
        "tabs": [
            (words, url_for(f"classes.{name}", class_id=row.id), name == here, count) for name, words, count in tabs
        ],
        "rooms": _rooms(row, by),
    }


def _rooms(row: TrainingClass, by: Actor) -> list[tuple[str, str]]:
    entered = [
        (str(words), url_for(endpoint, class_id=row.id))
        for endpoint, words, needed, statuses in ROOMS
        if endpoint in current_app.view_functions and by.may(needed) and row.status in statuses
    ]
    return entered + [(way.label, way.url) for way in ways_on("class", row, by)]


def road(row: TrainingClass) -> list[dict[str, Any]]:
    """The steps of the class, the present one marked."""
    stations = ROAD if row.paid else TASTER_ROAD
    beside = {S.RETURNED: S.FILED, S.SUSPENDED: S.RUNNING}
    if row.status == S.CANCELLED:
        return []
    here = stations.index(beside.get(row.status, row.status))
    words = {
        S.DRAFT: _("排班"),
        S.OPEN: _("预报名"),
        S.FILED: _("申报"),
        S.APPROVED: _("批准锁定"),
        S.RUNNING: _("上课"),
        S.ENDED: _("结束"),
        S.ASSESSED: _("考核"),
        S.ARCHIVED: _("归档"),
    }
    states = ["done"] * here + ["bad" if row.status in beside else "current"] + ["todo"] * (len(stations) - here - 1)
    return [{"label": words[one], "state": state} for one, state in zip(stations, states, strict=True)]


def _papers_out(row: TrainingClass) -> list[Returned]:
    """Of each of the class's papers the last one that came back, else the last one printed."""
    found: dict[str, Returned] = {}
    for one in returned(row, actor()):
        kept = found.setdefault(one.form.design, one)
        if one.scans and not kept.scans:
            found[one.form.design] = one
    return list(found.values())


def _meter(row: TrainingClass) -> dict[str, Any]:
    """How complete the filing is, before it is decided."""
    found = meter(row) if row.status in EDITABLE | {S.FILED} else Meter(())
    return {"meter": found, "points": linked(row, found.points)}


def overview(row: TrainingClass, status: int = 200, **forms: Form) -> Answer:
    """The first page of a class, with every step that is open as a form."""
    shown = frame(row, "show_class")
    may = shown["may"]
    version = {"version": row.version}
    blank: dict[str, Form] = {
        "file": RemarkForm(formdata=None, data=version),
        "return": ReasonForm(formdata=None, data=version),
        "postpone": PostponeForm(formdata=None, data=version),
        "suspend": ReasonForm(formdata=None, data=version),
        "cancel": ReasonForm(formdata=None, data=version),
    }
    if may["decide"] and "approve" not in forms:
        blank["approve"] = ApproveForm.of(row)
    page = render_template(
        "classes/show_class.html",
        **shown,
        road=road(row),
        mode=queries.mode_of_class(row),
        direction=queries.direction_words(row),
        **_meter(row),
        papers_out=_papers_out(row) if may["print"] and row.paid else [],
        spoken=spoken,
        rivals=rivals_of(row) if may["decide"] else [],
        need=need_of(row) if row.paid and row.status == S.FILED else None,
        off_plan=off_plan(row) if may["decide"] else [],
        places=queries.places_of(row.id),
        fixes=queries.fixes_of(row.id),
        interests=interests_of(row.school_id) if may["decide"] else [],
        pack=pack_row_by_id(row.policy_pack_id) if row.policy_pack_id else None,
        order_lost=row.order is not None and row.order.status != "verified" and row.status in VARIABLE,
        today=clock.today(),
        forms={**blank, **forms},
    )
    return page, status
