"""The result sheet on paper: printed with a code, scanned back signed."""

from flask import Response, flash, render_template, request

from app.assessments import queries, service
from app.assessments.forms import ScanForm
from app.assessments.service.sheets import about
from app.assessments.views.blueprint import Answer, bp
from app.classes.queries import class_for
from app.kernel.access import Can, actor, needs
from app.kernel.acting import carried_out
from app.kernel.database import transaction
from app.kernel.errors import NotFound
from app.kernel.i18n import _
from app.kernel.web import see_other
from app.papers import service as papers
from app.papers.returns import forms_about, scan_of


@bp.post("/assessments/classes/<int:class_id>/sheets/<int:sitting>")
@needs(Can.RESULT_MARK, Can.CLASS_FILE)
def print_sheet(class_id: int, sitting: int) -> Answer:
    """Print the result sheet of a sitting as it stands now."""
    class_ = class_for(actor(), class_id)
    row = queries.sitting_of(class_.id, sitting)
    with transaction():
        form = service.print_sheet(class_, row, by=actor())
    return see_other("assessments.show_sheet", class_id=class_.id, sitting=sitting, code=form.code)


@bp.get("/assessments/classes/<int:class_id>/sheets/<int:sitting>")
@needs(Can.RESULT_READ)
def show_sheet(class_id: int, sitting: int) -> Response:
    """A printed sheet from the store: the one with the code, else the latest."""
    class_ = class_for(actor(), class_id)
    row = queries.sitting_of(class_.id, sitting)
    wanted = request.args.get("code", "")
    found = [form for form in forms_about(about(row)) if not wanted or form.code == wanted]
    if not found:
        raise NotFound
    return papers.serve(found[0].paper, filename=_("成绩单 %(name)s.pdf", name=class_.name))


@bp.get("/assessments/classes/<int:class_id>/sheets/<int:sitting>/scans")
@needs(Can.RESULT_MARK, Can.CLASS_FILE)
def scan_form(class_id: int, sitting: int) -> str:
    """Where the signed sheet is handed in."""
    class_ = class_for(actor(), class_id)
    row, form = queries.sitting_of(class_.id, sitting), ScanForm(formdata=None)
    return render_template("assessments/scan.html", klass=class_, sitting=row, form=form)


@bp.post("/assessments/classes/<int:class_id>/sheets/<int:sitting>/scans")
@needs(Can.RESULT_MARK, Can.CLASS_FILE)
def scan_sheet(class_id: int, sitting: int) -> Answer:
    """Take the signed sheet back."""
    class_, form = class_for(actor(), class_id), ScanForm()
    row = queries.sitting_of(class_.id, sitting)

    def act() -> object:
        file = form.scan.data
        return service.scan_sheet(class_, row, file.stream, file.filename, by=actor(), code=form.code.data or "")

    if carried_out(form, act):
        flash(_("签字的成绩单已收到。"))
        return see_other("assessments.marks", class_id=class_.id, sitting=sitting)
    return render_template("assessments/scan.html", klass=class_, sitting=row, form=form), 422


@bp.get("/assessments/classes/<int:class_id>/sheets/<int:sitting>/scans/<int:scan_id>")
@needs(Can.RESULT_READ)
def show_scan(class_id: int, sitting: int, scan_id: int) -> Response:
    """A signed sheet as it was scanned."""
    class_ = class_for(actor(), class_id)
    scan = scan_of(about(queries.sitting_of(class_.id, sitting)), scan_id)
    return papers.serve(scan.upload, filename=_("签字成绩单 %(name)s", name=class_.name))
