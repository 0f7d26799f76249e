"""Confirm a class's results: outcomes follow from rules, never from a tick."""

from collections.abc import Collection, Sequence

from app.assessments import queries
from app.assessments.models import Outcome
from app.assessments.rules import COUNTS, RESITS, Counting, Point, WaivedFor, counting_of, resits_allowed
from app.assessments.service.announcing import waiver
from app.assessments.service.refusing import refuse_others
from app.attendance import queries as attendance
from app.audit import service as audit
from app.classes import service as classes
from app.classes.models import TrainingClass
from app.classes.queries import pack_of_class
from app.classes.rules import CLASS_FLOW, ClassStep
from app.enrollments import service as enrollments
from app.kernel import clock
from app.kernel.access import Actor
from app.kernel.database import db
from app.kernel.errors import Refused
from app.kernel.i18n import _
from app.policies import queries as policies

MOST_NAMED = 10


def confirm(class_: TrainingClass, *, by: Actor) -> list[Outcome]:
    """Confirm the results: everyone's outcome is computed from hours and marks, and the class is assessed.

    Those who did not reach get back their use of the subsidy record. Raises `Refused` before the class has ended,
    while somebody has no marks, and while somebody may still sit again (补考), naming them.
    """
    held = audit.hold(class_)
    refuse_others(held, by)
    CLASS_FLOW.after(held.status, ClassStep.ASSESS)
    lines = queries.lines_of(held)
    _refuse_unmarked(lines)
    counting = _counting(held, lines)
    _settle_resits(held, lines, by)
    planned, pack_id = attendance.planned_hours(held.id), _pack_id(held)
    outcomes = [_outcome(line, planned, pack_id, counting, by) for line in lines]
    db.session.add_all(outcomes)
    db.session.flush()
    passed = sum(outcome.passed for outcome in outcomes)
    audit.record(held, "results_confirmed", by=by, facts={"people": len(outcomes), "passed": passed})
    classes.class_assessed(held, by=by)
    for line in lines:
        _tell_enrollment(line, by)
    return outcomes


def _refuse_unmarked(lines: Sequence[queries.Line]) -> None:
    waiting = [line.seat.person.name for line in lines if not line.is_marked]
    if waiting:
        names = "、".join(waiting[:MOST_NAMED])
        raise Refused(_("还有 %(n)s 人没有成绩：%(names)s。", n=len(waiting), names=names))


def _counting(class_: TrainingClass, lines: Sequence[queries.Line]) -> Counting:
    """Which sitting counts; asked of the policy only where somebody had two."""
    pack = pack_of_class(class_)
    counting = counting_of(pack)
    if counting is None and any(len(line.marks) > 1 for line in lines):
        raise Refused(policies.text(pack.blank(COUNTS)))
    return counting or Counting.LAST


def _settle_resits(class_: TrainingClass, lines: Sequence[queries.Line], by: Actor) -> None:
    """Nobody's outcome stands while they may still sit again; where the policy has no resits that is written down."""
    pack = pack_of_class(class_)
    short = [line for line in lines if line.result.present_enough and not line.result.passed and line.waiver is None]
    if short and resits_allowed(pack) is None:
        raise Refused(policies.text(pack.blank(RESITS)))
    if resits_allowed(pack) == 0:
        for line in short:
            waiver(class_, line.seat.id, WaivedFor.NOT_OFFERED, _("政策不设补考。"), by)
        return
    waiting = [line.seat.person.name for line in lines if line.may_resit]
    if waiting:
        names = "、".join(waiting[:MOST_NAMED])
        raise Refused(
            _("还有 %(n)s 人可以补考：%(names)s。请学校报补考名单，或者登记本人放弃。", n=len(waiting), names=names)
        )


def _tell_enrollment(line: queries.Line, by: Actor) -> None:
    if line.result.passed:
        enrollments.complete(line.seat.id, by=by)
    else:
        enrollments.fall_short(line.seat.id, by=by, reason=reason_of(line.result.points))


def reason_of(points: Collection[Point]) -> str:
    """What was not reached, in one line."""
    return "".join(policies.text(point) for point in points if not point.met)


def _outcome(line: queries.Line, planned: int, pack_id: int, counting: Counting, by: Actor) -> Outcome:
    return Outcome(
        seat_id=line.seat.id,
        class_id=line.seat.class_id,
        attended_hours=line.hours,
        planned_hours=planned,
        theory=line.counted.theory,
        practice=line.counted.practice,
        counted=counting,
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
