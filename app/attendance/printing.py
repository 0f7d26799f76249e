"""The attendance sheet as facts for print, and as a PDF. Papers are Chinese whatever language the page is in."""

from collections.abc import Collection
from typing import Any

from app.attendance import queries
from app.attendance.models import AttendanceEntry
from app.attendance.rules import Method, Presence
from app.classes.models import ClassSession, Seat, TrainingClass
from app.classes.rules import Half
from app.kernel import clock
from app.kernel.sealing import mask_id_number
from app.papers import service as papers
from app.regions.queries import full_name

HALVES = {Half.MORNING: "上午", Half.AFTERNOON: "下午", Half.EVENING: "晚上"}
METHODS = {Method.ROLL_CALL: "点名", Method.PAPER: "签名", Method.WITNESSED: "见证按手印", Method.ONLINE: "线上"}
REASONS = {Presence.PRESENT: "", Presence.LATE: "迟到早退", Presence.LEAVE: "请假", Presence.ABSENT: "缺勤"}


def sheet_pdf(class_: TrainingClass, only: Collection[ClassSession]) -> bytes:
    """The sheet of these half-days, a page (or more) each."""
    return papers.render("attendance-sheet", sheet_facts(class_, only))


def sheet_facts(class_: TrainingClass, only: Collection[ClassSession]) -> dict[str, Any]:
    """What the sheet of these half-days says: everyone, with lines to sign where no roll was taken."""
    wanted = {session.id for session in only}
    sheet = queries.sheet(class_.id)
    pages = [
        _page(class_, session, number, [_row(row.seat, row.entries[number]) for row in sheet.rows])
        for number, session in enumerate(sheet.sessions)
        if session.id in wanted
    ]
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


def _row(seat: Seat, entry: AttendanceEntry | None) -> dict[str, Any]:
    whose = {"name": seat.person.name, "identity": mask_id_number(seat.person.id_number)}
    if entry is None:
        return whose
    reason = REASONS[entry.presence] + (f"（更正：{entry.reason}）" if entry.reason else "")
    return {**whose, "method": METHODS[entry.method], "hours": str(entry.hours), "reason": reason}
