"""The sessions of one day."""

from datetime import date, timedelta

from flask import render_template, request

from app.attendance import queries
from app.attendance.views.blueprint import bp
from app.kernel import clock
from app.kernel.access import Can, actor, needs


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return clock.today()


@bp.get("/attendance")
@needs(Can.ATTENDANCE_READ)
def today() -> str:
    """The sessions of one day, and those before it that still lack a roll."""
    day = _day(request.args.get("on", ""))
    lessons = queries.sessions_between(actor(), day, day)
    overdue = queries.unmarked_before(actor(), clock.today())
    ids = [session.id for session, _class in (*lessons, *overdue)]
    return render_template(
        "attendance/today.html",
        day=day,
        today=clock.today(),
        before=day - timedelta(days=1),
        after=day + timedelta(days=1),
        lessons=lessons,
        overdue=[pair for pair in overdue if pair[0].on != day],
        counts=queries.counts(ids),
        signed=queries.signed_counts(ids),
        waiting=queries.waiting_counts(ids),
        corrections=len(queries.open_corrections(actor())),
        now=clock.now(),
        soon=clock.now() + timedelta(hours=1),
    )
