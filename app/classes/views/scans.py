"""Papers that go out to be stamped and come back as a scan, tied by their code to what they were printed from."""

from flask import Response, flash, render_template

from app.classes import printing, queries
from app.classes.forms.teaching import ScanForm
from app.classes.models import TrainingClass
from app.classes.views.blueprint import bp
from app.classes.views.shown import UNPROCESSABLE, Answer, frame
from app.kernel.access import Can, actor, needs
from app.kernel.acting import carried_out
from app.kernel.i18n import _
from app.kernel.web import see_other
from app.papers import service as papers
from app.papers.codes import spoken
from app.papers.returns import scan_of


def _page(row: TrainingClass, form: ScanForm | None = None, status: int = 200) -> Answer:
    page = render_template(
        "classes/list_papers.html",
        **frame(row, "list_papers"),
        found=printing.returned(row, actor()),
        titles=printing.TITLES,
        spoken=spoken,
        form=form or ScanForm(formdata=None),
    )
    return page, status


@bp.get("/classes/<int:class_id>/papers")
@needs(Can.CLASS_FILE, Can.CLASS_APPROVE)
def list_papers(class_id: int) -> Answer:
    """The papers of the class that went out, and what came back."""
    return _page(queries.class_for(actor(), class_id))


@bp.post("/classes/<int:class_id>/papers")
@needs(Can.CLASS_FILE, Can.CLASS_APPROVE)
def scan_paper(class_id: int) -> Answer | Response:
    """Take back a stamped paper."""
    row, form, by = queries.class_for(actor(), class_id), ScanForm(), actor()
    file, code = form.scan.data, form.code.data or ""
    done = carried_out(form, lambda: printing.scan_paper(row, file.stream, file.filename or "", code=code, by=by))
    if done is None:
        return _page(row, form, UNPROCESSABLE)
    scan = done.result
    if scan.outdated:
        words = {"code": spoken(scan.form.code), "what": "、".join(scan.outdated)}
        flash(_("已收下，但这张纸（%(code)s）是旧的：打印以后改过%(what)s。请打印新的再盖章。", **words), "warn")
    else:
        flash(_("已收下，内容和打印时一致。编码 %(code)s。", code=spoken(scan.form.code)))
    return see_other("classes.list_papers", class_id=row.id)


@bp.get("/classes/<int:class_id>/scans/<int:scan_id>")
@needs(Can.CLASS_FILE, Can.CLASS_APPROVE)
def show_scan(class_id: int, scan_id: int) -> Response:
    """A scan as it came in."""
    row = queries.class_for(actor(), class_id)
    scan = scan_of(printing.about(row), scan_id)
    ending = scan.upload.media_type.rpartition("/")[2]
    return papers.serve(scan.upload, filename=f"{printing.TITLES[scan.form.design]}-{scan.form.code}.{ending}")
