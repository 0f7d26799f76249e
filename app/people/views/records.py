"""The history of subsidies used that other systems hand over: what was imported, and one more sheet."""

from flask import flash, render_template, request
from werkzeug.wrappers import Response

from app.kernel.access import Can, actor, needs
from app.kernel.database import transaction
from app.kernel.errors import DomainError
from app.kernel.forms import error_on
from app.kernel.i18n import _
from app.kernel.paging import paginate
from app.kernel.web import see_other
from app.papers.uploads import MEGABYTE, read_whole
from app.people import queries, service
from app.people.forms import RecordImportForm
from app.people.models import RecordImport
from app.people.views.blueprint import bp

LARGEST = 20 * MEGABYTE


def _page(form: RecordImportForm) -> str:
    page = paginate(queries.record_imports_for(actor()), request.args.get("page", 1, int))
    systems = queries.record_systems(actor())
    return render_template("people/list_record_imports.html", form=form, page=page, systems=systems)


def _form() -> RecordImportForm:
    form = RecordImportForm()
    form.offer(actor())
    return form


@bp.get("/records")
@needs(Can.RECORD_IMPORT)
def list_record_imports() -> str:
    """Which systems' records are known up to when, and the form for one more sheet."""
    return _page(_form())


@bp.post("/records")
@needs(Can.RECORD_IMPORT)
def import_records() -> Response | tuple[str, int]:
    """Take a sheet of another system's record."""
    form = _form()
    if not form.validate_on_submit():
        return _page(form), 422
    try:
        with transaction():
            row = _imported(form)
    except DomainError as error:
        error_on(form, error)
        return _page(form), 422
    flash(_("读了 %(rows)s 行，新增 %(added)s 条记录。", rows=row.rows, added=row.added))
    return see_other("people.show_record_import", record_import_id=row.id)


def _imported(form: RecordImportForm) -> RecordImport:
    return service.import_records(
        read_whole(form.file.data.stream, LARGEST, "file"),
        file_name=form.file.data.filename or "",
        system=form.system.data or "",
        until_on=form.until_on.data,
        region_code=form.region_code.data,
        by=actor(),
    )


@bp.get("/records/<int:record_import_id>")
@needs(Can.RECORD_IMPORT)
def show_record_import(record_import_id: int) -> str:
    """What came of one sheet: taken, known before, waiting for their people, refused and why."""
    row = queries.record_import_for(actor(), record_import_id)
    return render_template(
        "people/show_record_import.html",
        row=row,
        waiting=queries.waiting_of(row.id),
        refused=queries.refused_rows(row),
    )
