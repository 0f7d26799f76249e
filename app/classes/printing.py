"""Print a class: the filing form, the roster, the timetable; kept as papers, reprinted from the store."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import IO, Any

from app.audit import service as audit
from app.audit.queries import events_of
from app.classes.badges import BADGES, BADGES_TITLE, print_badges
from app.classes.models import TrainingClass
from app.classes.papers import plan_facts
from app.classes.queries import (
    active_seats,
    direction_words,
    fixes_of,
    mode_of_class,
    pack_of_class,
    places_of,
    post_words,
    sessions_of,
)
from app.classes.queries.teaching import rooms_by_id
from app.classes.rules import ClassAct, ClassStep, PlaceStatus, SessionKind
from app.kernel import clock
from app.kernel.access import Actor
from app.kernel.database import db
from app.kernel.errors import NotFound, Refused
from app.kernel.i18n import _l
from app.kernel.labels import label
from app.kernel.marking import N_
from app.kernel.sealing import mask_id_number, mask_phone
from app.ledger.models import Budget
from app.papers.changes import Change
from app.papers.models import FormScan, Paper, PrintedForm
from app.papers.returns import About, changed_since, forms_about, print_form, scan_back, scans_about
from app.policies import queries as policies
from app.policies.rules.modes import Direction, PostKind
from app.regions.queries import full_name

Facts = dict[str, Any]
LEVELS = {5: "五级（初级工）", 4: "四级（中级工）", 3: "三级（高级工）", 2: "二级（技师）", 1: "一级（高级技师）"}
NOT_ASKED = "本模式不要求"
TITLES = {"filing-form": _l("开班申请表"), "roster": _l("花名册"), "timetable": _l("课程表")}


def class_code(row: TrainingClass) -> str:
    """The number of a class on papers."""
    return f"{row.id:05d}"


def about(row: TrainingClass) -> About:
    """What the papers of a class speak of."""
    return (row.__tablename__, row.id)


def print_paper(row: TrainingClass, design: str, *, by: Actor) -> Paper:
    """Print one of the class's papers from how it stands now, with the code that ties the signed one to this moment."""
    if design == BADGES:
        return print_badges(row, by=by)
    if design not in DESIGNS:
        raise NotFound
    form = print_form(design, DESIGNS[design](row, by), about=about(row), by=by)
    facts = {"paper_id": form.paper_id, "design": design, "code": form.code}
    audit.record(row, ClassAct.PAPER_PRINTED, by=by, facts=facts)
    db.session.flush()
    return form.paper


def facts_now(row: TrainingClass, form: PrintedForm, by: Actor) -> Facts:
    """What the paper would say if it were printed now; raises `Refused` for a paper of another step."""
    if form.design not in DESIGNS:
        raise Refused(N_("这张纸不是开班材料，请到打印它的那一页上传。"))
    return DESIGNS[form.design](row, by)


def scan_paper(row: TrainingClass, stream: IO[bytes], filename: str, *, code: str = "", by: Actor) -> FormScan:
    """Take back one of the class's papers, signed and stamped, and tie it to what it was printed from."""
    scan = scan_back(stream, filename, about=about(row), now=lambda form: facts_now(row, form, by), by=by, code=code)
    facts = {"scan_id": scan.id, "code": scan.form.code, "outdated": scan.outdated}
    audit.record(row, ClassAct.PAPER_SCANNED, by=by, facts=facts)
    db.session.flush()
    return scan


@dataclass(frozen=True, slots=True)
class Returned:
    """A paper that went out: what has changed since, and the scans of it that came back."""

    form: PrintedForm
    title: str
    changed: tuple[Change, ...]
    scans: tuple[FormScan, ...]


def returned(row: TrainingClass, by: Actor) -> list[Returned]:
    """The papers of the class that went out, newest first, with their scans."""
    scans = scans_about(about(row))
    return [
        Returned(
            form,
            str(TITLES[form.design]),
            tuple(changed_since(form, facts_now(row, form, by))),
            tuple(scan for scan in scans if scan.form_id == form.id),
        )
        for form in forms_about(about(row))
        if form.design in DESIGNS
    ]


def paper_of(row: TrainingClass, paper_id: int) -> Paper:
    """A paper that was printed for this class; raises `NotFound`."""
    printed = [event.facts.get("paper_id") for event in events_of(row) if event.action == ClassAct.PAPER_PRINTED]
    paper = db.session.get(Paper, paper_id) if paper_id in printed else None
    if paper is None:
        raise NotFound
    return paper


def _place(row: TrainingClass) -> str:
    return f"{full_name(row.region_code)} {row.site.name}（{row.site.address}）"


def _rooms(row: TrainingClass) -> str:
    names = [room.name for room in rooms_by_id(sessions_of(row.id)).values()]
    return f" {'、'.join(sorted(names))}" if names else ""


def _level(row: TrainingClass) -> str:
    return LEVELS.get(row.course.level, "")


def _filing_form(row: TrainingClass, by: Actor) -> Facts:  # noqa: ARG001  # one signature for all designs
    mode, seats, owner = mode_of_class(row), active_seats(row.id), row.school
    locked = fixes_of(row.id)
    budget = db.session.get(Budget, row.budget_id) if row.budget_id else None
    reserved = sum(one.reserved_fen for one in places_of(row.id) if one.status == PlaceStatus.RESERVED)
    return {
        "number": f"KB{class_code(row)}",
        "school": owner.name,
        "credit_code": owner.credit_code,
        "contact": owner.contact_name,
        "phone": owner.phone or "",
        "class_name": row.name,
        "class_code": class_code(row),
        "term": row.term.name if row.term else "",
        "course": row.course.title,
        "mode": policies.text(mode.name),
        "occupation": f"{row.course.occupation.name_zh} {row.course.occupation.code}",
        "level": _level(row),
        "order": f"{row.order.title}（{row.order.organization.name}）" if row.order else "",
        "starts_on": row.start_on,
        "ends_on": row.end_on,
        **_hours(row),
        "headcount": len(seats),
        "place_fix": _place(row),
        "people_fix": f"{len(seats)} 人，名单见花名册",
        "direction_fix": NOT_ASKED if mode.direction is Direction.NONE else direction_words(row) or "—",
        "post_fix": NOT_ASKED if mode.post is PostKind.NONE else _post_fix(row),
        "fixed_on": clock.local(locked[0].fixed_at).date() if locked else None,
        "reserved_fen": reserved if locked else None,
        "budget_account": f"{budget.fund_source} {budget.year} 年" if budget else "",
        "teachers": _teachers(row),
        "posts": _posts(row),
        **plan_facts(row),
        "papers": _handed_in(row),
        "applied_on": row.filed_on or clock.today(),
        "opinions": _opinions(row),
        "example_rates": pack_of_class(row).is_example,
    }


def _hours(row: TrainingClass) -> Facts:
    course = row.course
    return {"total_hours": course.hours, "theory_hours": course.theory_hours, "practice_hours": course.practice_hours}


def _post_fix(row: TrainingClass) -> str:
    named = [post_words(seat) for seat in active_seats(row.id) if post_words(seat)]
    if row.order is not None and any(seat.post_number for seat in active_seats(row.id)):
        return f"{row.order.title}：{'、'.join(named)}"
    return "；".join(f"{words} {count} 人" for words, count in Counter(named).items()) or "—"


def _teachers(row: TrainingClass) -> list[Facts]:
    taught: dict[int, tuple[str, str, set[str]]] = {}
    for session in sessions_of(row.id):
        teacher = session.teacher
        taught.setdefault(teacher.id, (teacher.name, teacher.qualification, set()))[2].add(label(session.kind))
    return [
        {"name": name, "qualification": skill, "teaches": "、".join(sorted(kinds))}
        for name, skill, kinds in taught.values()
    ]


def _posts(row: TrainingClass) -> list[Facts]:
    employer = direction_words(row) or "—"
    named = Counter(
        row.order.title if row.order and seat.post_number else seat.livelihood for seat in active_seats(row.id)
    )
    return [{"employer": employer, "post": post, "count": count} for post, count in named.items() if post]


def _handed_in(row: TrainingClass) -> list[Facts]:
    given = {
        "办班审核(备案)表": True,
        "培训课程表": bool(sessions_of(row.id)),
        "学员名单": bool(active_seats(row.id)),
        "师资信息": bool(sessions_of(row.id)),
    }
    return [{"name": name, "given": there, "note": ""} for name, there in given.items()]


def _opinions(row: TrainingClass) -> list[Facts]:
    words = {ClassStep.FILE: ("培训机构承诺", "所报内容真实。"), ClassStep.APPROVE: ("审核意见", "同意开班。")}
    last: dict[str, Facts] = {}
    for event in events_of(row):
        if event.action == ClassStep.RETURN:
            last.clear()
        if event.action in words:
            step, usual = words[ClassStep(event.action)]
            day: date = clock.local(event.at).date()
            last[step] = {"step": step, "text": event.note or usual, "name": event.actor_name, "on": day}
    return list(last.values())


def _roster(row: TrainingClass, by: Actor) -> Facts:
    course = row.course
    return {
        "school": row.school.name,
        "class_name": row.name,
        "class_code": class_code(row),
        "course": course.title,
        "mode": policies.text(mode_of_class(row).name),
        "starts_on": row.start_on,
        "ends_on": row.end_on,
        "place": _place(row),
        "prepared_by": by.name,
        "printed_on": clock.today(),
        "rows": [
            {
                "name": seat.person.name,
                "sex": label(seat.person.sex),
                "ethnicity": seat.person.ethnic_group,
                "education": label(seat.person.education),
                "identity": mask_id_number(seat.person.id_number or ""),
                "occupation": course.occupation.name_zh,
                "employer": direction_words(row),
                "phone": mask_phone(seat.person.phone or ""),
                "level": _level(row),
                "address": seat.person.region.name,
            }
            for seat in active_seats(row.id)
        ],
    }


def _timetable(row: TrainingClass, by: Actor) -> Facts:  # noqa: ARG001  # one signature for all designs
    sessions = sessions_of(row.id)
    by_kind = {
        kind: sum(one.hours for one in sessions if one.kind == kind and not one.makes_up_id) for kind in SessionKind
    }
    rows = [
        {
            "on": one.on,
            "time": f"{label(one.half)} {clock.local(one.starts_at):%H:%M}–{clock.local(one.ends_at):%H:%M}",
            "content": one.topic,
            "form": label(one.kind),
            "hours": one.hours,
            "teacher": one.teacher.name,
        }
        for one in sessions
    ]
    return {
        "school": row.school.name,
        "level": _level(row),
        "class_name": row.name,
        "class_code": class_code(row),
        "course": row.course.title,
        "starts_on": row.start_on,
        "place": _place(row) + _rooms(row),
        "total_hours": sum(by_kind.values()),
        "theory_hours": by_kind[SessionKind.THEORY],
        "practice_hours": by_kind[SessionKind.PRACTICE],
        "printed_on": clock.today(),
        "rows": rows,
    }


def file_name(row: TrainingClass, paper: Paper) -> str:
    """What the file is called when it is saved."""
    return f"{TITLES.get(paper.design, BADGES_TITLE)}-{row.name}.pdf"


DESIGNS: dict[str, Callable[[TrainingClass, Actor], Facts]] = {
    "filing-form": _filing_form,
    "roster": _roster,
    "timetable": _timetable,
}
