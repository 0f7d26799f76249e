"""What kinds of rows events are about, in words, and where each opens."""

from flask_babel import LazyString

from app.audit.models import Event
from app.audit.words import words_of
from app.desk.items import (
    ACCOUNTS,
    BATCHES,
    BUDGETS,
    CERTIFICATES,
    CLAIMS,
    CLASSES,
    COURSES,
    DENIALS,
    ENROLLMENTS,
    INSPECTIONS,
    OBJECTIONS,
    ORDERS,
    ORGANIZATIONS,
    PEOPLE,
    PLACEMENTS,
    PLANS,
    RECORDING_DOUBTS,
    SCHOOLS,
    Room,
    way,
)
from app.kernel.access import Actor, Can
from app.kernel.i18n import _, _l

SUBJECTS: dict[str, LazyString] = {
    "orders": _l("订单"),
    "courses": _l("课程"),
    "plans": _l("计划"),
    "classes": _l("班级"),
    "variations": _l("变更申请"),
    "seats": _l("座位"),
    "enrollments": _l("报名"),
    "denials": _l("否认报名"),
    "attendance_entries": _l("考勤"),
    "recordings": _l("课堂影像"),
    "inspections": _l("督查"),
    "inspection_draws": _l("督查抽签"),
    "phone_checks": _l("电话抽查"),
    "recording_doubts": _l("影像疑点"),
    "certificate_batches": _l("证书批次"),
    "certificates": _l("证书"),
    "placements": _l("上岗"),
    "claims": _l("申领"),
    "claim_lines": _l("申领明细"),
    "notices": _l("公示"),
    "objections": _l("异议"),
    "payment_batches": _l("请款"),
    "transfers": _l("转账"),
    "budgets": _l("预算"),
    "people": _l("劳动者"),
    "households": _l("家庭户"),
    "subsidy_uses": _l("补贴记录"),
    "schools": _l("培训机构"),
    "sites": _l("教学点"),
    "instructors": _l("教师考评员"),
    "organizations": _l("单位"),
    "users": _l("账号"),
    "policy_packs": _l("政策包"),
    "uploads": _l("材料"),
    "papers": _l("打印件"),
}
PAGES: dict[str, tuple[Room, Can]] = {
    "orders": (ORDERS, Can.ORDER_READ),
    "courses": (COURSES, Can.COURSE_READ),
    "plans": (PLANS, Can.PLAN_READ),
    "classes": (CLASSES, Can.CLASS_READ),
    "enrollments": (ENROLLMENTS, Can.ENROLLMENT_READ),
    "denials": (DENIALS, Can.DENIAL_READ),
    "inspections": (INSPECTIONS, Can.INSPECTION_READ),
    "recording_doubts": (RECORDING_DOUBTS, Can.RECORDING_READ),
    "certificates": (CERTIFICATES, Can.CERTIFICATE_READ),
    "placements": (PLACEMENTS, Can.PLACEMENT_READ),
    "claims": (CLAIMS, Can.CLAIM_READ),
    "objections": (OBJECTIONS, Can.OBJECTION_ANSWER),
    "payment_batches": (BATCHES, Can.PAYMENT_READ),
    "budgets": (BUDGETS, Can.BUDGET_READ),
    "people": (PEOPLE, Can.PERSON_READ),
    "schools": (SCHOOLS, Can.SCHOOL_READ),
    "organizations": (ORGANIZATIONS, Can.ORGANIZATION_ADMIT),
    "users": (ACCOUNTS, Can.ACCOUNT_READ),
}
TRACED = {
    "orders": "order",
    "classes": "class",
    "seats": "seat",
    "certificates": "certificate",
    "claims": "claim",
    "claim_lines": "line",
    "transfers": "payment",
    "payment_batches": "batch",
}


def subject_words(table: str, number: int) -> str:
    """A row as people call it: 班级 12."""
    return _("%(kind)s %(number)s", kind=SUBJECTS.get(table, table), number=number)


def page_of(by: Actor, table: str, number: int) -> str:
    """Where a row opens for this person; empty where nowhere."""
    room, needed = PAGES.get(table, (None, None))
    return room.row_url(number) if room is not None and needed is not None and by.may(needed) else ""


def open_url(by: Actor, table: str, number: int) -> str:
    """The row's page, else its trace, else nothing."""
    found = page_of(by, table, number)
    if not found and table in TRACED and by.may(Can.TRACE_READ):
        return way("desk.show_trace", kind=TRACED[table], number=number)
    return found


def act_words(event: Event) -> str:
    """An event in words, with what it was about."""
    return _("%(subject)s：%(act)s", subject=SUBJECTS.get(event.subject_type, event.subject_type), act=words_of(event))
