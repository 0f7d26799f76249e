"""The attendance sheet and the slips with codes, as facts and as PDFs. Papers are Chinese."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from werkzeug.datastructures import FileStorage

from app.attendance import queries
from app.attendance.forms import RollForm
from app.attendance.models import AttendanceEntry, Signing
from app.attendance.queries.codes import code_of
from app.attendance.rules import Moment, Presence, Way
from app.audit import service as audit
from app.classes.models import ClassSession, Leave, Seat, TrainingClass
from app.classes.queries import active_seats
from app.classes.rules import Half, LeaveKind
from app.kernel import clock
from app.kernel.access import Actor
from app.kernel.errors import DomainError
from app.kernel.sealing import mask_id_number
from app.papers import service as papers
from app.papers.models import PrintedForm
from app.papers.returns import MOST, print_form, scan_back
from app.papers.service import DOCUMENTS
from app.regions.queries import full_name

HALVES = {Half.MORNING: "上午", Half.AFTERNOON: "下午", Half.EVENING: "晚上"}
WAYS = {
    Way.ROTATING_CODE: "扫码",
    Way.OWN_CODE: "刷码",
    Way.ROLL_CALL: "点名",
    Way.PAPER: "签名",
    Way.WITNESSED: "见证按手印",
    Way.ONLINE: "线上",
    Way.GROUP: "集中学点名",
    Way.CORRECTION: "更正",
}
REASONS = {Presence.PRESENT: "", Presence.LATE: "迟到早退", Presence.LEAVE: "请假", Presence.ABSENT: "缺勤"}
LEAVES = {
    LeaveKind.ILLNESS: "生病",
    LeaveKind.FAMILY: "家里有事",
    LeaveKind.FARMING: "农忙",
    LeaveKind.WORK: "要做工",
    LeaveKind.OTHER: "别的事",
}
SHEET, SLIPS, PHOTO = "attendance-sheet", "attendance-codes", "attendance-photo"
NO_CODE = "code"
"""The field of which a scan complains when it bears no code of ours."""


def sheet_pdf(class_: TrainingClass, only: Collection[ClassSession]) -> bytes:
    """The sheet of these half-days, a page (or more) each."""
    return papers.render(SHEET, sheet_facts(class_, only))


def sheet_facts(class_: TrainingClass, only: Collection[ClassSession]) -> dict[str, Any]:
    """What the sheet of these half-days says: who was to come or came, with lines to sign where no roll was taken."""
    wanted = {session.id for session in only}
    sheet = queries.sheet(class_.id)
    pages = []
    for number, session in enumerate(sheet.sessions):
        if session.id in wanted:
            signed = queries.signed_moments(session.id)
            leaves = queries.leaves_of_session(session)
            due = {seat.id for seat in queries.seats_of_session(session)} | signed.keys()
            rows = [
                _row(row.seat, row.entries[number], signed.get(row.seat.id, {}), leaves.get(row.seat.id))
                for row in sheet.rows
                if row.seat.id in due or row.entries[number]
            ]
            pages.append(_page(class_, session, number, rows))
    return {
        "school": class_.course.organization.name,
        "class_name": class_.name,
        "class_code": f"{class_.id:05d}",
        "course": class_.course.title,
        "printed_on": clock.today().isoformat(),
        "sessions": pages,
    }


def _page(class_: TrainingClass, session: ClassSession, number: int, rows: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "on": session.on.isoformat(),
        "half": HALVES[session.half],
        "number": f"第 {number + 1} 次课",
        "place": f"{full_name(class_.site.region_code)}{class_.site.name}",
        "teacher": session.teacher.name,
        "content": session.topic,
        "due_hours": session.hours,
        "rows": rows,
    }


def _row(
    seat: Seat, entry: AttendanceEntry | None, signed: Mapping[Moment, Signing], leave: Leave | None
) -> dict[str, Any]:
    whose = {"name": seat.person.name, "identity": mask_id_number(seat.person.id_number)}
    times = {
        name: _time(signed[moment].signed_at)
        for name, moment in (("signed_in", Moment.IN), ("signed_out", Moment.OUT))
        if moment in signed and not signed[moment].together
    }
    if entry is None:
        away = {"reason": f"请假（{LEAVES[leave.kind]}）"} if leave is not None and not times else {}
        return {**whose, **times, **away}
    why = f"（{LEAVES[leave.kind]}）" if leave is not None and entry.presence is Presence.LEAVE else ""
    reason = REASONS[entry.presence] + why + (f"（更正：{entry.reason}）" if entry.correction_id else "")
    return {**whose, **times, "method": WAYS[entry.method], "hours": str(entry.hours), "reason": reason}


def _time(moment: datetime) -> str:
    return clock.local(moment).strftime("%H:%M")


def sheet_to_sign(class_: TrainingClass, session: ClassSession, *, by: Actor) -> PrintedForm:
    """The sheet of one half-day with a code on it, so that its photo finds back."""
    return print_form(SHEET, sheet_facts(class_, [session]), about=(session.__tablename__, session.id), by=by)


def photo_of(class_: TrainingClass, session: ClassSession, form: RollForm, *, by: Actor) -> int | None:
    """Keep the photographed sheet that came with a roll, tied to its printing where it bears our code."""
    photo: FileStorage | None = form.photo.data
    if Way(form.method.data) is not Way.PAPER or not photo or not photo.filename:
        return None
    typed = form.code.data or ""
    try:
        scan = scan_back(
            photo.stream,
            photo.filename,
            about=(session.__tablename__, session.id),
            now=lambda _form: sheet_facts(class_, [session]),
            by=by,
            code=typed,
            field="photo",
        )
    except DomainError as error:
        if error.field != NO_CODE or typed:
            raise
        photo.stream.seek(0)
        return papers.keep_upload(photo.stream, photo.filename, DOCUMENTS, MOST, by=by, kind=PHOTO, field="photo").id
    return scan.upload_id


def codes_pdf(class_: TrainingClass, *, by: Actor) -> bytes:
    """A slip with the own code for everyone in a class, to be cut apart; on the record."""
    slips = [
        {"name": seat.person.name, "place": seat.place_no, "code": code_of(seat.id)} for seat in active_seats(class_.id)
    ]
    facts = {
        "school": class_.course.organization.name,
        "class_name": class_.name,
        "printed_on": clock.today().isoformat(),
        "slips": slips,
    }
    content = papers.render(SLIPS, facts)
    audit.record(class_, "codes_printed", by=by, facts={"people": len(slips)})
    return content
