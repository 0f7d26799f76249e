"""The attendance sheet on paper: a week of a class, or one half-day to be signed by hand and brought back."""

from flask import Response, abort, request

from app.attendance import printing, queries
from app.attendance.views.blueprint import bp
from app.classes.queries import class_for, sessions_of
from app.kernel.access import Can, actor, needs
from app.kernel.database import transaction
from app.papers import service as papers


def _pdf(content: bytes, name: str) -> Response:
    return Response(
        content,
        mimetype="application/pdf",
        headers={"Content-Disposition": f'inline; filename="{name}.pdf"', "Cache-Control": "private, no-store"},
    )


@bp.get("/attendance/classes/<int:class_id>/sheet.pdf")
@needs(Can.ATTENDANCE_READ)
def print_sheet(class_id: int) -> Response:
    """One week of the class's sheet on paper, a half-day a page."""
    class_ = class_for(actor(), class_id)
    number = request.args.get("week", 1, type=int)
    weeks = queries.weeks_of(sessions_of(class_.id))
    if not 1 <= number <= len(weeks):
        abort(404)
    return _pdf(printing.sheet_pdf(class_, weeks[number - 1]), f"attendance-{class_.id}-{number}")


@bp.get("/attendance/sessions/<int:session_id>/sheet.pdf")
@needs(Can.ATTENDANCE_READ)
def print_session(session_id: int) -> Response:
    """The sheet of one half-day on paper, as it stands."""
    session, class_ = queries.session_for(actor(), session_id)
    return _pdf(printing.sheet_pdf(class_, [session]), f"attendance-{class_.id}-{session.id}")


@bp.post("/attendance/sessions/<int:session_id>/sheet")
@needs(Can.ATTENDANCE_MARK)
def print_to_sign(session_id: int) -> Response:
    """The sheet of one half-day to be signed by hand: with a code, so that its photo finds back here."""
    session, class_ = queries.session_for(actor(), session_id)
    with transaction():
        form = printing.sheet_to_sign(class_, session, by=actor())
    return papers.serve(form.paper, filename=f"签到表-{class_.name}-{session.on}.pdf")


@bp.get("/attendance/papers/<int:signing_id>")
@needs(Can.ATTENDANCE_READ)
def show_paper(signing_id: int) -> Response:
    """The photographed sheet behind a signing."""
    paper = queries.paper_of(actor(), signing_id)
    return papers.serve(paper, filename=f"signed-{signing_id}")
