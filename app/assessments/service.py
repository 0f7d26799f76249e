"""Enter marks, and confirm a class's results: outcomes follow from rules, never from a tick."""

from collections.abc import Collection, Mapping

from app.assessments import queries
from app.assessments.models import Mark, Outcome
from app.assessments.rules import MOST, Point
from app.attendance import queries as attendance
from app.audit import service as audit
from app.classes import service as classes
from app.classes.models import TrainingClass
from app.classes.queries import active_seats, sessions_of
from app.classes.rules import CLASS_FLOW, ClassStep
from app.enrollments import service as enrollments
from app.kernel import clock
from app.kernel.access import Actor
from app.kernel.database import db
from app.kernel.errors import DomainError, Forbidden, Refused
from app.kernel.i18n import _
from app.kernel.marking import N_
from app.policies import queries as policies


def mark(
    class_: TrainingClass,
    marks: Mapping[int, tuple[int | None, int | None]],
    *,
    by: Actor,
    absent: Collection[int] = (),
) -> None:
    """Keep theory and practice marks by seat id as a draft; `absent` names those who did not come to the assessment.

    Raises `Forbidden` for anyone but the class's assessor, `Refused` once the results are confirmed.
    """
    held = audit.hold(class_)
    _refuse_others(held, by)
    if held.status not in queries.TO_ASSESS:
        raise Refused(N_("只有正在培训或已经上完课的班才能录入成绩。"))
    if not held.paid:
        raise Refused(N_("技能体验不考核。"))
    seats = {seat.id for seat in active_seats(held.id)}
    if not set(marks) | set(absent) <= seats:
        raise Refused(N_("名单刚刚有变化：有人已经不在这个班里了。请看现在的名单。"))
    kept = queries.marks_of(held.id)
    for seat_id in {*marks, *absent}:
        theory, practice = (None, None) if seat_id in absent else marks[seat_id]
        _refuse_wrong(theory, practice)
        row = kept.get(seat_id) or Mark(seat_id=seat_id, class_id=held.id)
        row.theory, row.practice, row.absent = theory, practice, seat_id in absent
        row.by_key, row.at = by.key, clock.now()
        db.session.add(row)
    db.session.flush()
    audit.record(held, "marks_entered", by=by, facts={"seats": len({*marks, *absent}), "absent": len(set(absent))})


def confirm(class_: TrainingClass, *, by: Actor) -> list[Outcome]:
    """Confirm the results: everyone's outcome is computed from hours and marks, and the class is assessed.

    Those who did not reach get back their use of the subsidy record. Raises `Refused` before the class has ended or
    while somebody has no marks, naming them.
    """
    held = audit.hold(class_)
    _refuse_others(held, by)
    CLASS_FLOW.after(held.status, ClassStep.ASSESS)
    lines = queries.lines_of(held)
    waiting = [line.seat.person.name for line in lines if not line.is_marked]
    if waiting:
        raise Refused(_("还有 %(n)s 人没有成绩：%(names)s。", n=len(waiting), names="、".join(waiting[:10])))
    planned, pack_id = attendance.planned_hours(held.id), _pack_id(held)
    outcomes = [_outcome(line, planned, pack_id, by) for line in lines]
    db.session.add_all(outcomes)
    db.session.flush()
    passed = sum(outcome.passed for outcome in outcomes)
    audit.record(held, "results_confirmed", by=by, facts={"people": len(outcomes), "passed": passed})
    classes.class_assessed(held, by=by)
    for line in lines:
        _tell_enrollment(line, by)
    return outcomes


def _tell_enrollment(line: queries.Line, by: Actor) -> None:
    if line.result.passed:
        enrollments.complete(line.seat.id, by=by)
    else:
        enrollments.fall_short(line.seat.id, by=by, reason=reason_of(line.result.points))


def reason_of(points: Collection[Point]) -> str:
    """What was not reached, in one line."""
    return "".join(policies.text(point) for point in points if not point.met)


def _outcome(line: queries.Line, planned: int, pack_id: int, by: Actor) -> Outcome:
    mark = line.mark
    return Outcome(
        seat_id=line.seat.id,
        class_id=line.seat.class_id,
        attended_hours=line.hours,
        planned_hours=planned,
        theory=mark.theory if mark else None,
        practice=mark.practice if mark else None,
        present_enough=line.result.present_enough,
        passed=line.result.passed,
        reasons=[point.as_json() for point in line.result.points],
        policy_pack_id=pack_id,
        at=clock.now(),
        by_key=by.key,
    )


def _pack_id(class_: TrainingClass) -> int:
    if class_.policy_pack_id is not None:
        return class_.policy_pack_id
    return policies.pack_row_for(class_.region_code, class_.filed_on or class_.start_on).id


def _refuse_others(class_: TrainingClass, by: Actor) -> None:
    if not queries.assesses(by, class_):
        raise Forbidden(N_("只有这个班的考评员可以录入和确认成绩。"))
    taught = {session.teacher.user_id for session in sessions_of(class_.id)}
    if taught.intersection(attendance.user_ids(by)):
        raise Forbidden(N_("您给这个班上过课，按考培分离的规定不能再考评这个班。"))


def _refuse_wrong(*marks: int | None) -> None:
    if any(mark is not None and not 0 <= mark <= MOST for mark in marks):
        raise DomainError(N_("分数要在 0 到 100 之间。"))
