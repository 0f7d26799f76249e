"""A trainee's own codes and signings; the slips with codes that a school prints."""

from flask import Response, render_template

from app.attendance import printing, queries
from app.attendance.queries import codes
from app.attendance.views.blueprint import bp
from app.classes.queries import active_seats, class_for, sessions_of, training_class
from app.kernel import clock
from app.kernel.access import Can, actor, needs
from app.kernel.database import transaction
from app.papers.printing import qr


@bp.get("/me/classes/<int:class_id>/attendance")
@needs(Can.SELF_READ)
def show_own(class_id: int) -> str:
    """My code in this class, and what is recorded of me half-day by half-day."""
    seat = codes.own_seat(actor(), class_id)
    code = codes.code_of(seat.id)
    entries = {session.id: queries.entries_of(session.id).get(seat.id) for session in sessions_of(class_id)}
    return render_template(
        "attendance/own.html",
        klass=training_class(class_id),
        seat=seat,
        code=code,
        qr=qr(code),
        sessions=sessions_of(class_id),
        entries=entries,
        signed={session.id: queries.signed_moments(session.id).get(seat.id, {}) for session in sessions_of(class_id)},
        now=clock.now(),
    )


@bp.get("/attendance/classes/<int:class_id>/codes")
@needs(Can.ATTENDANCE_MARK)
def show_codes(class_id: int) -> str:
    """The class's own codes, to be printed: for those who come without a phone."""
    class_ = class_for(actor(), class_id)
    return render_template("attendance/codes.html", klass=class_, seats=active_seats(class_.id))


@bp.post("/attendance/classes/<int:class_id>/codes.pdf")
@needs(Can.ATTENDANCE_MARK)
def print_codes(class_id: int) -> Response:
    """The slips, on the record: whoever holds one can be taken down with it."""
    class_ = class_for(actor(), class_id)
    with transaction():
        content = printing.codes_pdf(class_, by=actor())
    return Response(
        content,
        mimetype="application/pdf",
        headers={"Content-Disposition": 'inline; filename="codes.pdf"', "Cache-Control": "private, no-store"},
    )
