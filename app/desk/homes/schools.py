"""The homes of a school: clerk, teacher, assessor."""

from app.assessments.queries import classes_to_assess
from app.attendance.queries import sessions_between, unmarked_before
from app.classes.models import ClassSession, TrainingClass
from app.classes.rules import ClassStatus, VariationStatus
from app.courses.rules import CourseStatus
from app.desk.counting import Count
from app.desk.homes import asking
from app.desk.homes.inspectors import inspection_answers
from app.desk.homes.parts import day_words, home, in_short, in_status, line
from app.desk.items import CLAIMS, CLASSES, COURSES, ISSUING, SCHOOLS, Figure, Home, Item, way
from app.desk.queries import Sight
from app.funding.rules import ClaimStatus
from app.kernel.i18n import _
from app.schools.models import SchoolStatus

LEARNING = (ClassStatus.RUNNING, ClassStatus.SUSPENDED)


def school_clerk(sight: Sight) -> Home:
    """From the listing of the school to the money of its classes."""
    return home(
        [inspection_answers(sight), *_classes_now(sight), *_papers_now(sight), *asking.for_schools(sight)],
        [*_classes_waiting(sight), *_claims_waiting(sight)],
        _standing(sight),
    )


def _classes_now(sight: Sight) -> list[Item | None]:
    listing, running = sight.schools, sight.classes.of(ClassStatus.RUNNING)
    fixed = _("四定齐了就能报")
    over = Count(running.mine, running.first if running.mine == running.rows else 0)
    return [
        in_status(SCHOOLS, listing, SchoolStatus.DRAFT, _("学校资料要补齐后申报"), note=_("列入目录后才能办班")),
        in_status(CLASSES, sight.classes, ClassStatus.RETURNED, _("开班申报被退回"), note=_("改正后再报"), tone="warn"),
        in_status(
            CLASSES,
            sight.classes,
            ClassStatus.OPEN,
            _("报名中的班要申报开班"),
            note=fixed,
            by_day=sight.today,
        ),
        in_status(CLASSES, sight.classes, ClassStatus.DRAFT, _("还没开放报名的班")),
        in_status(CLASSES, sight.classes, ClassStatus.APPROVED, _("已批准，到日子开班"), by_day=sight.today),
        line(CLASSES, over, _("课已上完，要办结束培训"), status=ClassStatus.RUNNING, tone="warn"),
        *_rolls(sight),
    ]


def _rolls(sight: Sight) -> list[Item | None]:
    missing = unmarked_before(sight.by, sight.today)
    if not missing:
        return []
    day = min(session.on for session, _class in missing)
    note = _("最早一节是 %(month)s月%(day)s日", month=day.month, day=day.day)
    return [Item(_("还没点名的课"), way("attendance.today"), len(missing), note, day_words(day, sight.today), "bad")]


def _papers_now(sight: Sight) -> list[Item | None]:
    issue = sight.certificates_due
    people = _("%(n)s 人考核合格", n=issue.mine)
    issued, answer = _("证书已发，可以一键生成申领"), _("同意，或者说明理由")
    return [
        line(ISSUING, issue, _("要发证的班"), note=people),
        line(
            CLASSES,
            sight.claims_due,
            _("要申领补贴的班"),
            note=issued,
            status=ClassStatus.ASSESSED,
        ),
        in_status(CLAIMS, sight.claims, ClaimStatus.DRAFT, _("申领草稿要提交")),
        in_status(CLAIMS, sight.claims, ClaimStatus.RETURNED, _("申领被退回补正"), tone="warn"),
        in_status(CLAIMS, sight.claims, ClaimStatus.CUT_PROPOSED, _("核减要您答复"), note=answer, tone="warn"),
        in_status(COURSES, sight.courses, CourseStatus.RETURNED, _("课程被退回"), note=_("改正后再提交"), tone="warn"),
        in_status(COURSES, sight.courses, CourseStatus.DRAFT, _("课程草稿")),
    ]


def _classes_waiting(sight: Sight) -> list[Item | None]:
    bureau = _("县人社局培训管理员在办")
    asked = sight.variations.of(VariationStatus.ASKED)
    return [
        in_status(SCHOOLS, sight.schools, SchoolStatus.FILED, _("学校列入目录"), note=bureau),
        in_status(COURSES, sight.courses, CourseStatus.OFFERED, _("课程上菜单"), note=bureau),
        in_status(CLASSES, sight.classes, ClassStatus.FILED, _("开班申报"), note=bureau),
        line(CLASSES, Count(asked.rows), _("变更申请"), note=bureau),
        in_status(CLASSES, sight.classes, ClassStatus.ENDED, _("等考评员确认成绩"), note=_("考评员在办")),
    ]


def _claims_waiting(sight: Sight) -> list[Item | None]:
    stages = (
        (ClaimStatus.SUBMITTED, _("申领初审"), _("初审员在办")),
        (ClaimStatus.FIRST_REVIEWED, _("申领复核"), _("复核员在办")),
        (ClaimStatus.SECOND_REVIEWED, _("申领签批"), _("签批领导在办")),
        (ClaimStatus.SIGNED, _("申领等公示"), _("复核员在办")),
        (ClaimStatus.ON_NOTICE, _("申领公示中"), _("公示期满没有异议就请款")),
        (ClaimStatus.APPROVED, _("申领等请款"), _("人社财务在办")),
        (ClaimStatus.REQUESTED, _("等财政付款"), _("财政经办在办")),
    )
    return [in_status(CLAIMS, sight.claims, status, words, note=who) for status, words, who in stages]


def _standing(sight: Sight) -> list[Figure]:
    running = CLASSES.at(ClassStatus.RUNNING)
    paid = CLAIMS.at(ClaimStatus.PAID)
    return [
        Figure(sight.courses.total(CourseStatus.LISTED), _("菜单上的课程"), COURSES.list_url() or None),
        Figure(sight.classes.total(*LEARNING), _("培训中的班"), running, "info"),
        Figure(sight.classes.total(), _("全部班次"), CLASSES.list_url() or None),
        Figure(sight.claims.total(), _("申领"), CLAIMS.list_url() or None),
        Figure(in_short(sight.paid_fen), _("已到账"), paid, "ok"),
    ]


def teacher(sight: Sight) -> Home:
    """Today's sessions, and the rolls still to take."""
    today = sessions_between(sight.by, sight.today, sight.today)
    return home(
        [*(_lesson(session, class_) for session, class_ in today), *_rolls(sight)],
        [in_status(CLASSES, sight.classes, ClassStatus.ENDED, _("等考评员确认成绩"), note=_("考评员在办"))],
        _own_classes(sight),
    )


def _lesson(session: ClassSession, class_: TrainingClass) -> Item:
    return Item(
        _("给“%(name)s”点名", name=class_.name),
        way("attendance.roll", session_id=session.id),
        note=f"{session.topic}，{class_.site.name}",
        due=_("今天"),
    )


def assessor(sight: Sight) -> Home:
    """Classes whose results are due."""
    rows = classes_to_assess(sight.by)
    return home([_result(row) for row in rows], [], _own_classes(sight))


def _result(row: TrainingClass) -> Item:
    url = way("assessments.marks", class_id=row.id)
    ended = _("%(month)s月%(day)s日结束培训", month=row.end_on.month, day=row.end_on.day)
    return Item(_("给“%(name)s”登记成绩", name=row.name), url, note=ended)


def _own_classes(sight: Sight) -> list[Figure]:
    return [
        Figure(sight.classes.total(*LEARNING), _("培训中的班"), CLASSES.list_url() or None, "info"),
        Figure(sight.classes.total(), _("我的班"), CLASSES.list_url() or None),
    ]
